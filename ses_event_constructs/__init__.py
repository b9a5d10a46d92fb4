"""AWS CDK constructs for Amazon SES event publishing that cannot be got wrong."""

from ses_event_constructs._configuration_set import EventPublishingConfigurationSet
from ses_event_constructs._connections import EventRoute
from ses_event_constructs._events import ALL_EVENTS, ENGAGEMENT_EVENTS, FEEDBACK_EVENTS, UNTRACKED_EVENTS
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig, IEventDestination
from ses_event_constructs.destinations._cloudwatch import CloudWatchDestination
from ses_event_constructs.destinations._event_bridge import EventBridgeDestination
from ses_event_constructs.destinations._firehose import FirehoseDestination
from ses_event_constructs.destinations._sns import SnsDestination

__all__ = [
    "ALL_EVENTS",
    "ENGAGEMENT_EVENTS",
    "FEEDBACK_EVENTS",
    "UNTRACKED_EVENTS",
    "CloudWatchDestination",
    "EventBridgeDestination",
    "EventDestinationBindOptions",
    "EventDestinationConfig",
    "EventPublishingConfigurationSet",
    "EventRoute",
    "FirehoseDestination",
    "IEventDestination",
    "SnsDestination",
]
