"""What each picture of an architecture shows: the template of app.py, and those of the examples of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tools.define_pages._example import Resources, example, of_app, path_of

# On the way of the events; roles and keys are shown where they are the point.
_WAY = MappingProxyType(
    {
        "AWS::SES::ConfigurationSet": "Configuration set",
        "AWS::SES::ConfigurationSetEventDestination": "Event destination",
        "AWS::SNS::Topic": "SNS topic",
        "AWS::SQS::Queue": "SQS queue",
        "AWS::KinesisFirehose::DeliveryStream": "Firehose stream",
        "AWS::S3::Bucket": "S3 bucket",
        "AWS::Glue::Table": "Glue table",
        "AWS::Athena::WorkGroup": "Athena work group",
        "AWS::Events::Rule": "Rule",
        "AWS::CloudWatch::Dashboard": "Dashboard",
    }
)
_SECURITY = MappingProxyType(
    {
        "AWS::KMS::Key": "KMS key",
        "AWS::IAM::Role": "IAM role",
        "AWS::SES::EmailIdentity": "E-mail identity",
    }
)


@dataclass(frozen=True)
class Drawn:
    """A picture.

    Attributes:
        resources: The resources of the template.
        hides: The paths of constructs that another picture shows.
        shows_permissions: Whether roles and keys are shown.
        lists_alarms: Whether each alarm is named, or only their number.
        downwards: Whether events go down or to the right.
    """

    resources: Resources
    hides: tuple[str, ...] = ()
    shows_permissions: bool = False
    lists_alarms: bool = False
    downwards: bool = False

    @property
    def kinds(self) -> Mapping[str, str]:
        """The types that are shown, and their names."""
        return {**_WAY, **_SECURITY} if self.shows_permissions else _WAY

    @property
    def shown(self) -> Resources:
        """The resources that are not hidden."""
        return {
            logical_id: each
            for logical_id, each in self.resources.items()
            if not any(f"{path_of(each)}/".startswith(f"{path}/") for path in self.hides)
        }


def drawn() -> dict[str, Drawn]:
    """Return what is drawn, by the name of the picture."""
    watched = example("monitoring").resources
    queue = ("Queue/Topic", "Queue/Queue", "Queue/DeadLetterQueue", "Mail/Feedback")
    return {
        "app": Drawn(of_app(), downwards=True),
        "set": Drawn(
            example("guide").resources, hides=("Stream/S3 Destination Role",), shows_permissions=True, downwards=True
        ),
        "queue": Drawn(example("queue").resources),
        "archive": Drawn(example("archive").resources),
        "alarms": Drawn(watched, hides=("Dashboard", "Queue", "Mail/Feedback"), lists_alarms=True),
        "dashboard": Drawn(watched, hides=("OnCall", *queue)),
        "sending": Drawn(example("sending").resources, shows_permissions=True),
    }
