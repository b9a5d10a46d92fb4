"""Random apps: the steps that build them, and the calls that are refused in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from hypothesis import strategies as st

from ses_event_constructs import (
    ALL_EVENTS,
    FEEDBACK_EVENTS,
    CloudWatchDestination,
    DeliverabilityDashboard,
    EventArchive,
    EventBridgeDestination,
    EventDestinationConfig,
    EventPublishingConfigurationSet,
    EventQueue,
    EventRoute,
    FirehoseDestination,
    ReputationAlarms,
    SnsDestination,
)

DESTINATIONS = ["plain topic", "encrypted topic", "topic elsewhere", "imported topic"]
DESTINATIONS += ["stream", "stream with role", "metrics", "bus", "queue", "archive"]


class RandomApp:
    """An app of two stacks, with everything that the steps and the refused calls need."""

    def __init__(self) -> None:
        self.app = cdk.App(analytics_reporting=False)
        env = cdk.Environment(account="111111111111", region="eu-west-1")
        self.stack, self.other = (cdk.Stack(self.app, name, env=env) for name in ("Shop", "Other"))
        self.far = cdk.Stack(self.app, "Far", env=cdk.Environment(account="222222222222", region="us-east-1"))
        self.topic = sns.Topic(self.stack, "Topic")
        self.encrypted = sns.Topic(self.stack, "Encrypted", master_key=kms.Key(self.stack, "Key"))
        self.role = iam.Role(self.stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        bucket = s3.Bucket(self.stack, "Bucket")
        self.stream = firehose.DeliveryStream(self.stack, "Stream", destination=firehose.S3Bucket(bucket))
        self.queue, self.archive = EventQueue(self.stack, "Queue"), EventArchive(self.stack, "Archive")
        self.identity = ses.EmailIdentity.from_email_identity_name(self.stack, "Domain", "example.com")
        elsewhere = sns.Topic(self.other, "Topic")
        imported = sns.Topic.from_topic_arn(self.stack, "Imported", "arn:aws:sns:eu-west-1:111111111111:feedback")
        self.fifo = sns.Topic(self.stack, "Fifo", fifo=True)
        self.far_topic = sns.Topic(self.far, "Topic")
        self.bus = events.EventBus(self.stack, "Bus")
        self.destinations: dict[str, Any] = {
            "plain topic": SnsDestination(self.topic),
            "encrypted topic": SnsDestination(self.encrypted),
            "topic elsewhere": SnsDestination(elsewhere),
            "imported topic": SnsDestination(imported),
            "stream": FirehoseDestination(self.stream),
            "stream with role": FirehoseDestination(self.stream, role=self.role),
            "metrics": CloudWatchDestination(),
            "bus": EventBridgeDestination(),
            "queue": self.queue,
            "archive": self.archive,
        }
        self.mail = EventPublishingConfigurationSet(self.stack, "Mail")
        self.mail.add_event_destination("Taken", EventBridgeDestination(), events=ALL_EVENTS)
        self.sets = [self.mail]

    def take(self, number: int, step: tuple[Any, ...]) -> None:
        """Take a step, which is never refused."""
        kind, *arguments = step
        mail = self.sets[number % len(self.sets)]
        match kind:
            case "define":
                destinations, elsewhere = arguments
                routes = {f"Route{n}": self._route(each) for n, each in enumerate(destinations)}
                scope = self.other if elsewhere else self.stack
                self.sets.append(EventPublishingConfigurationSet(scope, f"Set{number}", event_destinations=routes))
            case "add":
                (destination,) = arguments
                mail.add_event_destination(f"Added{number}", self.destinations[destination], events=FEEDBACK_EVENTS)
            case "rule":
                self.mail.on_event(f"Rule{number}", events=FEEDBACK_EVENTS)
            case "grant":
                self.mail.grant_send(self.role, self.identity)
            case "alarms":
                ReputationAlarms(self.stack, f"Alarms{number}", configuration_set=self.mail, notify=self.topic)

    def templates(self) -> dict[str, str]:
        """Synthesise, and return every template as it is written, every warning, and the path of every construct."""
        assembly = self.app.synth()
        written = {each.stack_name: each.template_full_path for each in assembly.stacks}
        texts = {}
        for name, path in written.items():
            with open(path, encoding="utf-8") as file:  # noqa: PTH123 - the path is CDK's
                texts[name] = file.read()
        nodes = [(each.node.path, each.node.metadata) for each in self.app.node.find_all()]
        warnings = [
            f"{path}: {entry.data}" for path, metadata in nodes for entry in metadata if entry.type == "aws:cdk:warning"
        ]
        return {**texts, "warnings": "\n".join(warnings), "constructs": "\n".join(path for path, _ in nodes)}

    def _route(self, destination: str) -> EventRoute:
        return EventRoute(self.destinations[destination], FEEDBACK_EVENTS)


class OpensAndRaises:
    """A custom destination that defines a queue, binds a topic, and then raises."""

    def __init__(self, app: RandomApp) -> None:
        self._app = app

    def bind(self, options: Any) -> EventDestinationConfig:
        """Raise, after all else is done."""
        sqs.Queue(options.scope, "Queue")
        SnsDestination(self._app.encrypted).bind(options)
        FirehoseDestination(self._app.stream, role=self._app.role).bind(options)
        raise ValueError(f"{options.path}: this destination is never right; use another one")


class Returns:
    """A custom destination that returns something, after it has opened its scope."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def bind(self, options: Any) -> Any:
        """Return it."""
        assert options.scope
        return self._make()


def _routes(app: RandomApp) -> dict[str, tuple[Any, Any]]:
    """Return destination and events of every route that is refused."""
    config, l2 = EventDestinationConfig, ses.EventDestination
    return {
        "no events": (app.destinations["plain topic"], []),
        "string as event": (app.destinations["encrypted topic"], ["bounce"]),
        "not a destination": ("topic", FEEDBACK_EVENTS),
        "FIFO topic": (SnsDestination(app.fifo), FEEDBACK_EVENTS),
        "far topic": (SnsDestination(app.far_topic), FEEDBACK_EVENTS),
        "not a role": (FirehoseDestination(app.stream, role="role"), FEEDBACK_EVENTS),
        "no dimensions": (CloudWatchDestination([]), FEEDBACK_EVENTS),
        "custom that raises": (OpensAndRaises(app), FEEDBACK_EVENTS),
        "custom that returns None": (Returns(lambda: None), FEEDBACK_EVENTS),
        "custom bus": (Returns(lambda: config(l2.event_bus(app.bus))), FEEDBACK_EVENTS),
        "owned topic": (Returns(lambda: config(l2.sns_topic(app.topic))), FEEDBACK_EVENTS),
        "bad dependencies": (
            Returns(lambda: config(l2.cloud_watch_dimensions([]), dependencies=("policy",))),
            FEEDBACK_EVENTS,
        ),
    }


ROUTES = [
    *("no events", "string as event", "not a destination", "FIFO topic", "far topic", "not a role", "no dimensions"),
    *("custom that raises", "custom that returns None", "custom bus", "owned topic", "bad dependencies"),
]
CALLS: dict[str, Callable[[RandomApp], object]] = {
    "taken id": lambda app: app.mail.add_event_destination("Taken", app.queue, events=FEEDBACK_EVENTS),
    "taken id of a set": lambda app: EventPublishingConfigurationSet(
        app.stack, "Mail", event_destinations={"Topic": EventRoute(SnsDestination(app.topic), FEEDBACK_EVENTS)}
    ),
    "taken id of a custom destination": lambda app: app.mail.add_event_destination(
        "Taken", Returns(lambda: None), events=FEEDBACK_EVENTS
    ),
    "eleven destinations": lambda app: EventPublishingConfigurationSet(
        app.stack,
        "Refused",
        event_destinations={
            f"Route{n}": EventRoute(app.destinations["encrypted topic"], FEEDBACK_EVENTS) for n in range(11)
        },
    ),
    "option that CDK refuses": lambda app: EventPublishingConfigurationSet(
        app.stack,
        "Refused",
        event_destinations={"Topic": EventRoute(SnsDestination(app.topic), FEEDBACK_EVENTS)},
        max_delivery_duration=cdk.Duration.hours(24),
    ),
    "rule target": lambda app: app.mail.on_event("Refused", events=FEEDBACK_EVENTS, target="function"),
    "taken id of a rule": lambda app: app.mail.on_event("Taken", events=FEEDBACK_EVENTS),
    "template of a grant": lambda app: app.mail.grant_send(app.role, app.identity, templates=["hi", "*"]),
    "metric": lambda app: app.mail.metric(ses.EmailSendingEvent.SUBSCRIPTION),
    "alarms": lambda app: ReputationAlarms(
        app.stack, "Refused", configuration_set=app.sets[-1], notify=app.encrypted, bounce_rate=(4, 2)
    ),
    "taken id of alarms": lambda app: ReputationAlarms(
        app.stack, "Mail", configuration_set=app.sets[-1], notify=app.encrypted
    ),
    "far notification topic": lambda app: ReputationAlarms(
        app.stack, "Refused", configuration_set=app.sets[-1], notify=[app.encrypted, app.far_topic]
    ),
    "taken id of a dashboard": lambda app: DeliverabilityDashboard(
        app.stack, "Mail", configuration_sets=[app.sets[-1]]
    ),
    "taken id of a queue": lambda app: EventQueue(app.stack, "Queue"),
    "receive count": lambda app: EventQueue(app.stack, "Refused", max_receive_count=0),
    "bucket of another archive": lambda app: EventArchive(app.stack, "Refused", bucket=app.archive.bucket),
    "taken id of an archive": lambda app: EventArchive(app.stack, "Archive"),
}

_destinations = st.sampled_from(DESTINATIONS)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("define"), st.lists(_destinations, max_size=3), st.booleans()),
        st.tuples(st.just("add"), _destinations),
        st.tuples(st.just("add"), _destinations),
        st.sampled_from([("rule",), ("grant",), ("alarms",)]),
    ),
    max_size=6,
)
refusals = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(ROUTES)),
    # Behind routes that are right, whose destinations are bound before it is refused.
    st.tuples(st.just("declare"), st.sampled_from(ROUTES), st.lists(_destinations, min_size=1, max_size=3)),
    st.tuples(st.just("call"), st.sampled_from(list(CALLS))),
)


def refuse(app: RandomApp, refusal: tuple[Any, ...]) -> object:
    """Make a call that is refused."""
    match refusal:
        case ("add", route):
            destination, chosen = _routes(app)[route]
            return app.sets[-1].add_event_destination("Refused", destination, events=chosen)
        case ("declare", route, good):
            routes = {f"Good{n}": EventRoute(app.destinations[each], FEEDBACK_EVENTS) for n, each in enumerate(good)}
            routes["Refused"] = EventRoute(*_routes(app)[route])
            return EventPublishingConfigurationSet(app.stack, "Refused", event_destinations=routes)
        case ("call", name):
            return CALLS[name](app)
    raise AssertionError(refusal)
