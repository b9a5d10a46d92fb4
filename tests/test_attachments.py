"""A refused call leaves nothing behind, whoever wrote the destination."""

import json
import re
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    CloudWatchDestination,
    EventArchive,
    EventBridgeDestination,
    EventDestinationConfig,
    EventPublishingConfigurationSet,
    EventQueue,
    EventRoute,
    FirehoseDestination,
    SnsDestination,
)
from tests.templates import event_destination, resource, resources

METRICS = CloudWatchDestination()


@dataclass(frozen=True)
class Returning:
    """A custom destination that opens its scope, and then returns or raises something."""

    answer: Any

    def bind(self, options):
        cdk.CfnResource(options.scope, "Own", type="AWS::SNS::Topic")
        answer = self.answer(options) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer


def config(**fields):
    return EventDestinationConfig(ses.EventDestination.cloud_watch_dimensions([]), **fields)


def other_bus(options):
    bus = events.EventBus.from_event_bus_name(options.scope, "Bus", "orders")
    return EventDestinationConfig(ses.EventDestination.event_bus(bus))


def own_topic(options):
    return EventDestinationConfig(ses.EventDestination.sns_topic(sns.Topic(options.scope, "Topic")))


REFUSED = {
    "raises": (Returning(KeyError("mine")), KeyError, "'mine'"),
    "nothing": (
        Returning(None),
        TypeError,
        "Shop/Mail/Bad: bind must return an EventDestinationConfig of an aws_ses.EventDestination, got None; "
        "return SnsDestination(topic).bind(options) or the like",
    ),
    "other bus": (
        Returning(other_bus),
        ValueError,
        "Shop/Mail/Bad: bind must return the default event bus, got Shop/Mail/Bad/Bus; "
        "return EventBridgeDestination().bind(options)",
    ),
    "topic of the app": (
        Returning(own_topic),
        TypeError,
        "Shop/Mail/Bad: bind must not return a topic of this app as aws_ses.EventDestination.sns_topic, "
        "got Topic Shop/Mail/Bad/Topic; return SnsDestination(topic).bind(options), which edits its policy last",
    ),
    "dependencies": (
        Returning(config(dependencies=("topic",))),
        TypeError,
        "Shop/Mail/Bad: dependencies of an EventDestinationConfig must be a tuple of constructs and grants, "
        "got ('topic',); write dependencies=(policy,), or omit it",
    ),
    "dependencies that CDK does not know": (
        Returning(config(dependencies=(iam.AnyPrincipal(),))),
        TypeError,
        "Shop/Mail/Bad: dependencies of an EventDestinationConfig must be a tuple of constructs and grants, "
        "got (an object of the class AnyPrincipal,); write dependencies=(policy,), or omit it",
    ),
    "connect": (
        Returning(config(connect=None)),
        TypeError,
        "Shop/Mail/Bad: connect of an EventDestinationConfig must be a function without parameters, got None; "
        "write connect=lambda: […], or omit it",
    ),
}


class App:
    """Everything that a destination can edit, and a set."""

    def __init__(self):
        self.stack = cdk.Stack(cdk.App(), "Shop")
        self.key = kms.Key(self.stack, "Key")
        self.topic = sns.Topic(self.stack, "Topic", master_key=self.key)
        self.bucket = s3.Bucket(self.stack, "Bucket")
        self.stream = firehose.DeliveryStream(self.stack, "Stream", destination=firehose.S3Bucket(self.bucket))
        self.role = iam.Role(self.stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.archive = EventArchive(self.stack, "Archive")
        self.queue = EventQueue(self.stack, "Queue")

    def routes(self):
        destinations = {
            "Topic": SnsDestination(self.topic),
            "Stream": FirehoseDestination(self.stream, role=self.role),
            "Archive": self.archive,
            "Queue": self.queue,
            "Bus": EventBridgeDestination(),
        }
        return {id: EventRoute(each, FEEDBACK_EVENTS) for id, each in destinations.items()}

    def template(self):
        return json.dumps(Template.from_stack(self.stack).to_json())


@pytest.mark.parametrize("case", REFUSED)
def test_refused_declaration_leaves_the_template_as_it_was(case):
    destination, error, message = REFUSED[case]
    app, untouched = App(), App()

    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        EventPublishingConfigurationSet(
            app.stack, "Mail", event_destinations={**app.routes(), "Bad": EventRoute(destination, FEEDBACK_EVENTS)}
        )

    assert app.template() == untouched.template()


@pytest.mark.parametrize("case", REFUSED)
def test_refused_destination_leaves_the_template_as_it_was(case):
    destination, error, message = REFUSED[case]
    app, untouched = App(), App()
    mails = [
        EventPublishingConfigurationSet(each.stack, "Mail", event_destinations=each.routes())
        for each in (app, untouched)
    ]

    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        mails[0].add_event_destination("Bad", destination, events=FEEDBACK_EVENTS)

    assert app.template() == untouched.template()


@pytest.mark.parametrize("id", ["Topic", "Clicked", "Default"])
def test_taken_id_grants_nothing(id):
    app, untouched = App(), App()
    for each in (app, untouched):
        mail = EventPublishingConfigurationSet(
            each.stack, "Mail", event_destinations={"Topic": EventRoute(METRICS, FEEDBACK_EVENTS)}
        )
        mail.on_event("Clicked", events=FEEDBACK_EVENTS)
        mail.add_event_destination("Bus", EventBridgeDestination(), events=FEEDBACK_EVENTS)
    mail = app.stack.node.find_child("Mail")

    for destination in (SnsDestination(app.topic), FirehoseDestination(app.stream, role=app.role), Returning(config())):
        message = f"Shop/Mail/{id}: id must be unique in its parent, got '{id}' twice; use another id"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            mail.add_event_destination(id, destination, events=FEEDBACK_EVENTS)

    assert app.template() == untouched.template()


@pytest.mark.parametrize("id", ["a/b", "a--b", "Ünïcode", "with\nbreak"])
def test_id_can_be_used_again_after_a_refusal(stack, mail, bounce, id):
    for destination in (Returning(KeyError("mine")), Returning(other_bus)):
        with pytest.raises((KeyError, ValueError)):
            mail.add_event_destination(id, destination, events=bounce)
    with pytest.raises(KeyError):
        EventPublishingConfigurationSet(
            stack, id, event_destinations={"Bad": EventRoute(Returning(KeyError("mine")), bounce)}
        )

    EventPublishingConfigurationSet(stack, id).add_event_destination(id, METRICS, events=bounce)
    mail.add_event_destination(id, METRICS, events=bounce)


def test_ids_that_cdk_writes_alike_are_one_id(mail, bounce):
    mail.add_event_destination("a/b", METRICS, events=bounce)

    with pytest.raises(ValueError, match=r"^Shop/Mail/a--b: id must be unique in its parent, got 'a--b' twice; "):
        mail.add_event_destination("a--b", METRICS, events=bounce)


@pytest.mark.parametrize("opens_a_scope", [True, False])
def test_l2_that_fails_half_way_leaves_nothing(stack, mail, bounce, opens_a_scope):
    class Moody(ses.EventDestination):
        """Its bus can be read once, by our check, and not by the L2."""

        asked = 0

        @property
        def bus(self):
            self.asked += 1
            if self.asked > 1:
                raise KeyError("moody")

        topic = stream = dimensions = None

    class Own:
        def bind(self, options):
            assert not opens_a_scope or options.scope
            return EventDestinationConfig(Moody())

    before = [each.node.path for each in stack.node.find_all()]

    with pytest.raises(RuntimeError, match="moody"):
        mail.add_event_destination("Bad", Own(), events=bounce)

    assert [each.node.path for each in stack.node.find_all()] == before


def test_connect_runs_once_everything_is_defined_and_orders_the_event_destination(stack, bounce):
    seen = []

    @dataclass(frozen=True)
    class Own:
        name: str

        def bind(self, options):
            policy = cdk.CfnResource(options.scope, "Policy", type="AWS::SNS::TopicPolicy")

            def connect():
                seen.append((self.name, stack.node.try_find_child("Mail").node.try_find_child("Two") is not None))
                return [policy]

            return config(connect=connect)

    mail = EventPublishingConfigurationSet(
        stack, "Mail", event_destinations={id: EventRoute(Own(id), bounce) for id in ("One", "Two")}
    )

    assert seen == [("One", True), ("Two", True)]
    destination = mail.node.find_child("One").node.default_child
    policy = mail.node.find_child("One").node.find_child("Policy")
    assert resource(stack, destination)["DependsOn"] == [stack.resolve(policy.logical_id)]


def test_destination_that_returns_the_config_of_another_connects_it(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")

    class Own:
        def bind(self, options):
            return SnsDestination(topic).bind(options)

    mail.add_event_destination("Own", Own(), events=bounce)

    assert len(resources(stack, "AWS::SNS::TopicPolicy")) == 1


def test_event_destination_waits_for_the_dependencies_of_a_config(stack, mail, bounce):
    topic = cdk.CfnResource(stack, "Other", type="AWS::SNS::Topic")

    class Own:
        def bind(self, _):
            return config(dependencies=(topic,))

    destination = mail.add_event_destination("Own", Own(), events=bounce)

    assert resource(stack, destination)["DependsOn"] == ["Other"]


def test_accepts_the_default_bus_of_a_third_party(stack, mail, bounce):
    class Own:
        def bind(self, options):
            bus = events.EventBus.from_event_bus_name(options.scope, "Bus", "default")
            return EventDestinationConfig(ses.EventDestination.event_bus(bus))

    destination = mail.add_event_destination("Own", Own(), events=bounce)

    assert "EventBridgeDestination" in event_destination(stack, destination)


def test_fails_when_an_l2_destination_is_of_an_unknown_kind(mail, bounce):
    class Newer(ses.EventDestination):
        topic = stream = dimensions = bus = None

    with pytest.raises(TypeError) as error:
        mail.add_event_destination("Bad", Newer(), events=bounce)

    assert str(error.value) == (
        "Shop/Mail/Bad: destination must have this library's bind, got an aws_ses.EventDestination; "
        "write an object whose bind returns EventDestinationConfig(destination)"
    )


def test_fails_when_bind_cannot_be_called(mail, bounce):
    class Own:
        bind = None

    with pytest.raises(TypeError, match=r"destination must be an object with bind\(options\), got an object of the"):
        mail.add_event_destination("Bad", Own(), events=bounce)
