"""The keywords that are passed on to CDK, and a rule's target, as type checkers and editors know them.

Imported by type checkers only. A test compares them with the signatures of aws-cdk-lib.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_ses as ses
from aws_cdk.interfaces.aws_ses import IDedicatedIpPoolRef


class ConfigurationSetOptions(TypedDict, total=False):
    """The options of `ses.ConfigurationSet`, whose documentation is CDK's."""

    auto_validation_threshold: ses.AutoValidationThreshold | None
    configuration_set_name: str | None
    custom_tracking_https_policy: ses.HttpsPolicy | None
    custom_tracking_redirect_domain: str | None
    dedicated_ip_pool: IDedicatedIpPoolRef | ses.DedicatedIpPool | None
    disable_auto_validation: bool | None
    disable_suppression_list: bool | None
    max_delivery_duration: Duration | None
    reputation_metrics: bool | None
    sending_enabled: bool | None
    suppression_reasons: ses.SuppressionReasons | None
    tls_policy: ses.ConfigurationSetTlsPolicy | None
    vdm_options: ses.VdmOptions | None


class MetricOptions(TypedDict, total=False):
    """How a metric is read."""

    statistic: str
    period: Duration | None
    label: str | None


class RuleTarget(Protocol):
    """A target of `aws_events_targets`.

    Its `bind` names its parameters otherwise than `IRuleTarget` does, which pyright does not accept as the interface.
    """

    @property
    def bind(self) -> Callable[..., events.RuleTargetConfig]:
        """Return what the rule calls."""
        ...
