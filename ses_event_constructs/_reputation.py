"""Whether Amazon SES publishes the reputation metrics of a configuration set."""

from __future__ import annotations

from aws_cdk import Annotations, Resource
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IConfigurationSetRef

from ses_event_constructs._attachments import attachments_of
from ses_event_constructs._checks import Path, refusal
from ses_event_constructs._kinds import value_of


def reputation_is_off(configuration_set: IConfigurationSetRef) -> bool:
    """Tell whether the reputation metrics of a set are known to be off; Amazon SES publishes none by default.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ReputationOptions.html
    """
    resource = _resource(configuration_set)
    return resource is not None and _reputation_metrics(resource) in {None, False}


def check_reputation(configuration_set: IConfigurationSetRef, path: Path) -> None:
    """Raise if the reputation metrics of a set are known to be off."""
    if reputation_is_off(configuration_set):
        raise ValueError(
            refusal(
                path,
                f"the reputation metrics of {configuration_set.node.path} must be on",
                instead="define the configuration set with reputation_metrics=True",
            )
        )


def can_publish_reputation(configuration_set: IConfigurationSetRef) -> bool:
    """Tell whether a set has reputation metrics, may have them, or is ours to switch them on."""
    if not reputation_is_off(configuration_set):
        return True
    resource = _resource(configuration_set)
    unset = resource is not None and _reputation_metrics(resource) is None
    return unset and attachments_of(configuration_set).own


def publish_reputation(configuration_set: IConfigurationSetRef) -> None:
    """Switch the reputation metrics of our own set on, and warn about an imported one."""
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
    options = value_of(resource, "reputation_options")
    if isinstance(options, ses.CfnConfigurationSet.ReputationOptionsProperty):
        return options.reputation_metrics_enabled
    return options
