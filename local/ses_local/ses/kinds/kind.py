"""What SES does with one kind of event destination."""

from collections.abc import Mapping
from typing import Any, Protocol

from ses_local.ses.aws import AwsAccount
from ses_local.ses.event import Event
from ses_local.ses.refusal import Refusal

Target = Mapping[str, Any]


class Kind(Protocol):
    """One kind, in a module of its own.

    Attributes:
        name: What users call it.
        key: Its member of an EventDestination in the API.
    """

    name: str
    key: str

    def creation_refusal(
        self, configuration_set: str, target: Target, account: AwsAccount, *, in_template: bool
    ) -> Refusal | None:
        """Return why AWS would not create a destination of this kind.

        Args:
            configuration_set: The set that it is created on.
            target: What the API says of the destination.
            account: The AWS account around it.
            in_template: Whether CloudFormation asks, which checks narrower patterns than the API.
        """

    def delivery_refusal(self, configuration_set: str, target: Target, account: AwsAccount) -> Refusal | None:
        """Return why AWS would not let SES deliver there now."""

    def compared(self, target: Target) -> Mapping[str, Any]:
        """Return what distinguishes one destination of this kind from another, each part by its name.

        Args:
            target: What the API or a template says, with its members in lower case, which the two spell differently.
        """

    def payload(self, target: Target, event: Event) -> Any:  # noqa: ANN401 - text, an entry or a datum
        """Return what is handed to the service for one event."""
