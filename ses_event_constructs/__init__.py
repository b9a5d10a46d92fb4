"""AWS CDK constructs for Amazon SES event publishing that cannot be got wrong."""

from importlib import import_module
from typing import TYPE_CHECKING

from ses_event_constructs._configuration_set import EventPublishingConfigurationSet
from ses_event_constructs._events import ALL_EVENTS, ENGAGEMENT_EVENTS, FEEDBACK_EVENTS, UNTRACKED_EVENTS
from ses_event_constructs._interface import (
    EventDestinationBindOptions,
    EventDestinationConfig,
    EventRoute,
    IEventDestination,
)
from ses_event_constructs.destinations._cloudwatch import CloudWatchDestination
from ses_event_constructs.destinations._event_bridge import EventBridgeDestination
from ses_event_constructs.destinations._firehose import FirehoseDestination
from ses_event_constructs.destinations._sns import SnsDestination

if TYPE_CHECKING:
    __version__: str
    from ses_event_constructs.archive._archive import EventArchive
    from ses_event_constructs.monitoring._alarms import ReputationAlarms
    from ses_event_constructs.monitoring._dashboard import DeliverabilityDashboard
    from ses_event_constructs.queue._queue import EventQueue

__all__ = [
    "ALL_EVENTS",
    "ENGAGEMENT_EVENTS",
    "FEEDBACK_EVENTS",
    "UNTRACKED_EVENTS",
    "CloudWatchDestination",
    "DeliverabilityDashboard",
    "EventArchive",
    "EventBridgeDestination",
    "EventDestinationBindOptions",
    "EventDestinationConfig",
    "EventPublishingConfigurationSet",
    "EventQueue",
    "EventRoute",
    "FirehoseDestination",
    "IEventDestination",
    "ReputationAlarms",
    "SnsDestination",
]

# Each module of aws-cdk-lib that these import costs up to a second, so only those who use them pay for it.
_ON_FIRST_USE = {
    "DeliverabilityDashboard": "ses_event_constructs.monitoring._dashboard",
    "EventArchive": "ses_event_constructs.archive._archive",
    "EventQueue": "ses_event_constructs.queue._queue",
    "ReputationAlarms": "ses_event_constructs.monitoring._alarms",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("ses-event-constructs")
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ON_FIRST_USE[name]), name)
