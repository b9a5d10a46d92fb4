"""Whether Amazon SES publishes the reputation metrics of a configuration set."""

from __future__ import annotations

from aws_cdk import Annotations, Resource
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

from ses_event_constructs._arguments import Path
from ses_event_constructs._connections import connections_of


def reputation_is_off(configuration_set: IConfigurationSetRef) -> bool:
    """Tell whether the reputation metrics of a set are known to be off, and not ours to switch on."""
    resource = _resource(configuration_set)
    if resource is None:
        return False
    enabled = _reputation_metrics(resource)
    return enabled is False or (enabled is None and not connections_of(configuration_set).own)


def check_reputation(configuration_set: IConfigurationSetRef, path: Path) -> None:
    """Refuse a set whose reputation metrics are known to be off; Amazon SES publishes none by default.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ReputationOptions.html
    """
    if reputation_is_off(configuration_set):
        raise ValueError(
            f"{path()}: the reputation metrics of the configuration set must be on, got them off for "
            f"{configuration_set.node.path}; define it with reputation_metrics=True"
        )


def publish_reputation(configuration_set: IConfigurationSetRef) -> None:
    """Switch the reputation metrics of our own set on, and warn of an imported one."""
    resource = _resource(configuration_set)
    if resource is None:
        Annotations.of(configuration_set).add_warning_v2(
            "ses-event-constructs:reputationMetricsUnknown",
            "this app cannot see whether the reputation metrics of the imported configuration set are on; without them "
            "its bounce and complaint rates have no data: switch them on where the set is defined",
        )
    elif _reputation_metrics(resource) is None:
        resource.reputation_options = ses.CfnConfigurationSet.ReputationOptionsProperty(reputation_metrics_enabled=True)


def _resource(configuration_set: IConfigurationSetRef) -> ses.CfnConfigurationSet | None:
    if isinstance(configuration_set, ses.CfnConfigurationSet):
        return configuration_set
    child = configuration_set.node.default_child if Resource.is_owned_resource(configuration_set) else None
    return child if isinstance(child, ses.CfnConfigurationSet) else None


def _reputation_metrics(resource: ses.CfnConfigurationSet) -> object:
    """Return True, False, None for unset, or what will only be known at deployment."""
    options = resource.reputation_options
    if isinstance(options, ses.CfnConfigurationSet.ReputationOptionsProperty):
        return options.reputation_metrics_enabled
    return options
