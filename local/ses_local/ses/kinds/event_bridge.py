"""The default bus of EventBridge.

https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
"""

from collections.abc import Mapping
from typing import Any

from ses_local.ses.aws import AwsAccount
from ses_local.ses.event import Event
from ses_local.ses.kinds.kind import Target
from ses_local.ses.records import DETAIL_TYPES
from ses_local.ses.refusal import Refusal


class EventBridge:
    """The default bus of the set's own account and region, and no other."""

    name = "EventBridge"
    key = "EventBridgeDestination"

    def creation_refusal(
        self, configuration_set: str, target: Target, account: AwsAccount, *, in_template: bool
    ) -> Refusal | None:
        """Return why not."""
        del in_template
        return self.delivery_refusal(configuration_set, target, account)

    def delivery_refusal(self, configuration_set: str, target: Target, account: AwsAccount) -> Refusal | None:
        """Return why not: the bus needs no permission."""
        del configuration_set
        expected = f"arn:aws:events:{account.region}:{account.account}:event-bus/default"
        if target.get("EventBusArn") == expected:
            return None
        return Refusal(
            "BadRequestException",
            f"Invalid EventBridge destination <{target.get('EventBusArn')}>: SES publishes to the default bus of "
            f"its own account and region only; use {expected}.",
        )

    def compared(self, target: Target) -> Mapping[str, Any]:
        """Return the bus."""
        return {"event bus": target.get("eventbusarn")}

    def payload(self, target: Target, event: Event) -> dict[str, Any]:
        """Return the entry."""
        del target
        arn = event.record["mail"].get("sourceArn")
        return {
            "Source": "aws.ses",
            "DetailType": DETAIL_TYPES[event.type],
            "Detail": event.text,
            "Resources": [arn] if arn else [],
        }
