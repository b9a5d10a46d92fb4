import aws_cdk as cdk
import pytest
from aws_cdk import ConstructSelector
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    ALL_EVENTS,
    EventBridgeDestination,
    EventDestinationConfig,
    EventPublishingConfigurationSet,
    SnsDestination,
    _rules,
    _validation,
)
from tests import templates
from tests.templates import paths, resource

MISSING = (
    "no enabled event destination of {path} publishes the events of this rule to the default event bus, got none for "
    "{events}; call add_event_destination with EventBridgeDestination() and [{events}]"
)


@pytest.fixture
def topic(stack):
    return sns.Topic(stack, "Topic")


def synth_error(stack) -> str:
    with pytest.raises(RuntimeError) as error:
        stack.node.root.synth()
    return str(error.value)


def warnings(stack):
    return {text for _, text in templates.warnings(stack)}


def test_rule_selects_exactly_this_set_and_these_events(stack, mail):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=ALL_EVENTS)

    rule = mail.on_event(
        "Reply",
        events={EmailSendingEvent.CLICK, EmailSendingEvent.BOUNCE},
        description="Somebody read it.",
    )

    name = {"Ref": stack.resolve(mail.configuration_set.node.default_child.logical_id)}
    assert resource(stack, rule)["Properties"] == {
        "Description": "Somebody read it.",
        "EventPattern": {
            "source": ["aws.ses"],
            "detail-type": ["Email Bounced", "Email Clicked"],
            "detail": {"mail": {"tags": {"ses:configuration-set": [name]}}},
        },
        "State": "ENABLED",
    }


def test_every_event_has_its_detail_type(stack, mail):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=ALL_EVENTS)

    rule = mail.on_event("All", events=ALL_EVENTS)

    assert resource(stack, rule)["Properties"]["EventPattern"]["detail-type"] == [
        "Email Sent",
        "Email Rejected",
        "Email Bounced",
        "Email Complaint Received",
        "Email Delivered",
        "Email Opened",
        "Email Clicked",
        "Email Rendering Failed",
        "Email Delivery Delayed",
        "Email Subscribed",
    ]


def test_target_keeps_its_own_type_with_retries_and_dead_letter_queue(stack, mail, bounce):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=bounce)
    queue, dead = sqs.Queue(stack, "Queue"), sqs.Queue(stack, "Dead")

    rule = mail.on_event(
        "Bounced", events=bounce, target=targets.SqsQueue(queue, dead_letter_queue=dead, retry_attempts=3)
    )

    assert resource(stack, rule)["Properties"]["Targets"] == [
        {
            "Arn": stack.resolve(queue.queue_arn),
            "DeadLetterConfig": {"Arn": stack.resolve(dead.queue_arn)},
            "Id": "Target0",
            "RetryPolicy": {"MaximumRetryAttempts": 3},
        }
    ]


def test_rule_without_target_has_none_and_no_warning(stack, mail, bounce):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=bounce)

    rule = mail.on_event("Bounced", events=bounce)

    assert "Targets" not in resource(stack, rule)["Properties"]
    assert warnings(stack) == set()


def test_destination_may_be_added_after_the_rule(stack, mail, bounce):
    mail.on_event("Bounced", events=bounce)

    mail.add_event_destination("Bus", EventBridgeDestination(), events=bounce)

    assert warnings(stack) == set()


def test_fails_when_no_destination_publishes_the_event_to_the_bus(stack, mail, topic, bounce):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=[EmailSendingEvent.CLICK])
    mail.add_event_destination("Topic", SnsDestination(topic), events=bounce)

    mail.on_event("Bounced", events=[*bounce, EmailSendingEvent.CLICK])

    sentence = MISSING.format(path="Shop/Mail/Default", events="EmailSendingEvent.BOUNCE")
    assert f"Shop/Mail/Bounced: {sentence}\n" in synth_error(stack) + "\n"


def test_constructs_are_walked_once_however_many_rules_miss_their_events(stack, mail, bounce, monkeypatch):
    walks = []

    class Counting:
        @staticmethod
        def resources_of_type(*types):
            walks.append(types)
            return ConstructSelector.resources_of_type(*types)

    monkeypatch.setattr(_validation, "ConstructSelector", Counting)
    for id in ("One", "Two"):
        mail.on_event(id, events=bounce)

    errors = synth_error(stack)

    assert [f"Shop/Mail/{id}: no enabled" in errors for id in ("One", "Two")] == [True, True]
    assert len(walks) == 1


def test_fails_when_the_destination_is_disabled(stack, mail, bounce):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=bounce, enabled=False)

    mail.on_event("Bounced", events=bounce)

    sentence = MISSING.format(path="Shop/Mail/Default", events="EmailSendingEvent.BOUNCE")
    assert f"Shop/Mail/Bounced: {sentence}\n" in synth_error(stack) + "\n"


class ThirdParty:
    def bind(self, options):
        bus = events.EventBus.from_event_bus_name(options.scope, "Bus", "default")
        return EventDestinationConfig(ses.EventDestination.event_bus(bus))


def test_destination_of_a_third_party_counts(stack, mail, bounce):
    mail.add_event_destination("Bus", ThirdParty(), events=bounce)

    mail.on_event("Bounced", events=bounce)

    assert warnings(stack) == set()


def test_destination_of_another_wrapper_counts(stack, mail, bounce):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=bounce)
    other = EventPublishingConfigurationSet(stack, "Other", configuration_set=mail)

    other.on_event("Bounced", events=bounce)

    assert warnings(stack) == set()


def test_warns_when_the_set_is_imported(stack, bounce):
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "marketing")
    mail = EventPublishingConfigurationSet(stack, "Marketing", configuration_set=imported)

    rule = mail.on_event("Bounced", events=bounce)

    sentence = MISSING.format(path="Shop/Imported", events="EmailSendingEvent.BOUNCE")
    assert warnings(stack) == {
        f"as far as this library knows, {sentence} [ack: ses-event-constructs:eventNotPublished]"
    }
    assert rule.node.path == "Shop/Marketing/Bounced"


@pytest.mark.parametrize("beside", [True, False])
def test_warns_when_the_set_has_destinations_from_elsewhere(stack, topic, bounce, beside):
    bare = ses.ConfigurationSet(stack, "Bare")
    mail = EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare)
    destination = ses.EventDestination.sns_topic(topic)
    if beside:
        ses.ConfigurationSetEventDestination(stack, "Beside", configuration_set=bare, destination=destination)
    else:
        bare.add_event_destination("Below", destination=destination)

    mail.on_event("Bounced", events=bounce)

    sentence = MISSING.format(path="Shop/Bare", events="EmailSendingEvent.BOUNCE")
    assert warnings(stack) == {
        f"as far as this library knows, {sentence} [ack: ses-event-constructs:eventNotPublished]"
    }


def test_fails_when_only_another_set_has_destinations_from_elsewhere(stack, topic, bounce):
    bare = ses.ConfigurationSet(stack, "Bare")
    ses.ConfigurationSet(stack, "Other").add_event_destination(
        "Below", destination=ses.EventDestination.sns_topic(topic)
    )

    EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare).on_event("Bounced", events=bounce)

    sentence = MISSING.format(path="Shop/Bare", events="EmailSendingEvent.BOUNCE")
    assert f"Shop/Mail/Bounced: {sentence}\n" in synth_error(stack) + "\n"


def test_fails_when_events_is_empty(mail):
    with pytest.raises(ValueError, match="events") as error:
        mail.on_event("Bounced", events=[])

    assert str(error.value) == "Shop/Mail/Bounced: events is empty; name at least one EmailSendingEvent"


def test_fails_when_the_event_is_newer_than_this_release(mail, bounce, monkeypatch):
    monkeypatch.setattr(_rules, "EVENT_NAMES", {})

    with pytest.raises(ValueError, match="release") as error:
        mail.on_event("Bounced", events=bounce)

    assert str(error.value) == (
        "Shop/Mail/Bounced: this release does not know what Amazon EventBridge calls the event, "
        "got EmailSendingEvent.BOUNCE; write an aws_events.Rule of your own, or update this library"
    )


@pytest.mark.parametrize("kind", ["destination", "queue"])
def test_fails_when_the_target_is_not_a_target(stack, mail, topic, bounce, kind):
    target = SnsDestination(topic) if kind == "destination" else sqs.Queue(stack, "Queue")
    shown = "an object of the class SnsDestination" if kind == "destination" else "Queue Shop/Queue"

    with pytest.raises(TypeError) as error:
        mail.on_event("Bounced", events=bounce, target=target)

    assert str(error.value) == (
        f"Shop/Mail/Bounced: target must be a rule target, got {shown}; "
        "write target=aws_events_targets.LambdaFunction(function) or the like, or omit it"
    )


def test_fails_when_the_description_is_not_a_string(mail, bounce):
    with pytest.raises(TypeError) as error:
        mail.on_event("Bounced", events=bounce, description=5)

    assert str(error.value) == "Shop/Mail/Bounced: description must be a string, got 5; write a string, or omit it"


def test_fails_when_the_id_is_taken(mail, bounce):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=bounce)

    with pytest.raises(ValueError, match="unique") as error:
        mail.on_event("Bus", events=bounce)

    assert str(error.value) == "Shop/Mail/Bus: id must be unique in its parent, got 'Bus' twice; use another id"


def test_rule_that_fails_leaves_nothing(stack, mail, bounce, monkeypatch):
    before = paths(stack)

    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(_rules, "check_at_synth", fail)

    with pytest.raises(RuntimeError, match="no"):
        mail.on_event("Bounced", events=bounce)

    assert paths(stack) == before


def test_rule_may_be_for_a_set_in_another_stack(bounce):
    app = cdk.App()
    mail = EventPublishingConfigurationSet(cdk.Stack(app, "Shop"), "Mail")
    mail.add_event_destination("Bus", EventBridgeDestination(), events=bounce)
    other = cdk.Stack(app, "Other")

    EventPublishingConfigurationSet(other, "Mail", configuration_set=mail).on_event("Bounced", events=bounce)

    assembly = app.synth()
    (rule,) = assembly.get_stack_by_name("Other").template["Resources"].values()
    (name,) = rule["Properties"]["EventPattern"]["detail"]["mail"]["tags"]["ses:configuration-set"]
    assert list(name) == ["Fn::ImportValue"]
