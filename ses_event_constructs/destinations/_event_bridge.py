"""Events to Amazon EventBridge."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_ses as ses

from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig


@dataclass(frozen=True, slots=True)
class EventBridgeDestination:
    """Publish events to the default event bus of the configuration set's account and region.

    No argument, because Amazon SES takes no other bus. The events have the source `aws.ses` and one `detail-type` for
    each kind of event; `EventPublishingConfigurationSet.on_event` defines rules for them.

    Adds to the template: nothing but the event destination. Grants: nothing; the default bus takes AWS's own events.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-eventbridge.html
    """

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Describe the default bus for a configuration set."""
        # Imported here: only those who use it pay for the module.
        from aws_cdk import aws_events as events  # noqa: PLC0415

        bus = events.EventBus.from_event_bus_name(options.scope, "DefaultBus", "default")
        return EventDestinationConfig(ses.EventDestination.event_bus(bus), delivery_target="default event bus")
