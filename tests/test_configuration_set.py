import inspect
import re
from dataclasses import FrozenInstanceError, dataclass
from types import SimpleNamespace

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    ALL_EVENTS,
    FEEDBACK_EVENTS,
    CloudWatchDestination,
    EventBridgeDestination,
    EventDestinationConfig,
    EventPublishingConfigurationSet,
    EventRoute,
    SnsDestination,
)
from ses_event_constructs._options import ConfigurationSetOptions
from tests.templates import EVENT_DESTINATION, event_destination, paths, resource, resources

BUS = EventBridgeDestination()


def whole(message):
    return f"^{re.escape(message)}$"


def test_defines_a_configuration_set_with_the_defaults_of_the_l2(stack, mail):
    assert isinstance(mail.configuration_set, ses.ConfigurationSet)
    assert resource(stack, mail.configuration_set) == {"Type": "AWS::SES::ConfigurationSet"}
    assert list(resources(stack)) == [stack.resolve(mail.configuration_set_name)["Ref"]]


def test_passes_every_option_on_to_the_l2(stack):
    options = {
        "configuration_set_name": "mail",
        "custom_tracking_redirect_domain": "track.example.com",
        "disable_suppression_list": True,
        "max_delivery_duration": cdk.Duration.minutes(10),
        "reputation_metrics": False,
        "sending_enabled": False,
        "tls_policy": ses.ConfigurationSetTlsPolicy.REQUIRE,
        "vdm_options": ses.VdmOptions(engagement_metrics=True),
    }
    bare = ses.ConfigurationSet(stack, "Bare", **options)

    mail = EventPublishingConfigurationSet(stack, "Mail", **options)

    assert resource(stack, mail.configuration_set) == resource(stack, bare)


def test_uses_an_l2_configuration_set_as_it_is(stack, bounce):
    bare = ses.ConfigurationSet(stack, "Bare")

    mail = EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare)

    destination = mail.add_event_destination("Bus", BUS, events=bounce)
    assert mail.configuration_set is bare
    assert list(resources(stack, "AWS::SES::ConfigurationSet")) == [stack.resolve(bare.configuration_set_name)["Ref"]]
    assert resource(stack, destination)["Properties"]["ConfigurationSetName"] == stack.resolve(
        bare.configuration_set_name
    )


def test_uses_an_imported_configuration_set_by_its_name(stack, bounce):
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "mail")

    mail = EventPublishingConfigurationSet(stack, "Mail", configuration_set=imported)

    destination = mail.add_event_destination("Bus", BUS, events=bounce)
    assert mail.configuration_set_name == "mail"
    assert resource(stack, destination)["Properties"]["ConfigurationSetName"] == "mail"
    assert resources(stack, "AWS::SES::ConfigurationSet") == {}


def test_uses_the_set_of_another_wrapper(stack, mail):
    other = EventPublishingConfigurationSet(stack, "Other", configuration_set=mail)

    assert other.configuration_set is mail.configuration_set


def test_name_and_arn_refer_to_the_set(stack, mail):
    assert stack.resolve([mail.configuration_set_name, mail.configuration_set_arn]) == stack.resolve(
        [
            mail.configuration_set.configuration_set_name,
            cdk.Fn.join(
                "",
                [
                    f"arn:{cdk.Aws.PARTITION}:ses:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:configuration-set/",
                    mail.configuration_set.configuration_set_name,
                ],
            ),
        ]
    )


def test_can_be_passed_wherever_cdk_takes_a_configuration_set(stack, mail):
    identity = ses.EmailIdentity(stack, "Domain", identity=ses.Identity.domain("example.com"), configuration_set=mail)

    assert resource(stack, identity)["Properties"]["ConfigurationSetAttributes"] == {
        "ConfigurationSetName": stack.resolve(mail.configuration_set_name)
    }
    assert (mail.env.account, mail.env.region) == (stack.account, stack.region)


def test_returns_the_l2_event_destination(stack, mail):
    destination = mail.add_event_destination(
        "Bus",
        BUS,
        events={EmailSendingEvent.CLICK, EmailSendingEvent.SEND},
        enabled=False,
        configuration_set_event_destination_name="bus",
    )

    assert isinstance(destination, ses.ConfigurationSetEventDestination)
    properties = event_destination(stack, destination)
    assert properties["Enabled"] is False
    assert properties["MatchingEventTypes"] == ["send", "click"]
    assert properties["Name"] == "bus"


def test_names_nothing_unless_the_user_does(stack, mail, bounce):
    destination = mail.add_event_destination("Bus", BUS, events=bounce)

    assert "Name" not in event_destination(stack, destination)
    assert "Properties" not in resource(stack, mail.configuration_set)


def test_declarative_form_gives_the_same_template(stack):
    topic = sns.Topic(stack, "Topic")
    mail = EventPublishingConfigurationSet(stack, "Mail")
    mail.add_event_destination("Feedback", SnsDestination(topic), events=FEEDBACK_EVENTS)
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=ALL_EVENTS, enabled=False)
    mail.add_event_destination("Bus", BUS, events=[EmailSendingEvent.CLICK])
    declared = cdk.Stack(cdk.App(), "Shop")
    topic = sns.Topic(declared, "Topic")

    EventPublishingConfigurationSet(
        declared,
        "Mail",
        event_destinations={
            "Feedback": EventRoute(SnsDestination(topic), FEEDBACK_EVENTS),
            "Metrics": EventRoute(CloudWatchDestination(), ALL_EVENTS, enabled=False),
            "Bus": EventRoute(BUS, {EmailSendingEvent.CLICK}),
        },
    )

    assert list(resources(declared).items()) == list(resources(stack).items())


def test_custom_destination_needs_only_bind(stack, mail, bounce):
    seen = []

    class Own:
        def bind(self, options):
            seen.append(options)
            topic = sns.Topic(options.scope, "Topic")
            return SnsDestination(topic).bind(options)

    destination = mail.add_event_destination("Own", Own(), events=[*bounce, EmailSendingEvent.SEND])

    (options,) = seen
    assert (options.id, options.path, options.stack) == ("Own", "Shop/Mail/Own", stack)
    assert options.configuration_set is mail.configuration_set
    assert options.events == (EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE)
    assert options.scope.node.path == "Shop/Mail/Own"
    assert event_destination(stack, destination)["SnsDestination"] == {
        "TopicARN": {"Ref": next(iter(resources(stack, "AWS::SNS::Topic")))}
    }


def test_bind_may_be_an_attribute_of_the_object(stack, mail, bounce):
    own = SimpleNamespace(bind=CloudWatchDestination().bind)

    destination = mail.add_event_destination("Own", own, events=bounce)

    assert "CloudWatchDestination" in event_destination(stack, destination)
    with pytest.raises(
        TypeError,
        match=whole(
            "Shop/Mail/Other: destination must be an object with bind(options), got namespace(); "
            "write SnsDestination(topic) or another IEventDestination"
        ),
    ):
        mail.add_event_destination("Other", SimpleNamespace(), events=bounce)


def test_destination_that_defines_nothing_costs_no_construct(stack, mail, bounce):
    destination = mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)

    assert destination.node.path == "Shop/Mail/Metrics"


def test_destinations_routes_and_configs_are_immutable():
    config = EventDestinationConfig(ses.EventDestination.cloud_watch_dimensions([]))
    for value, field in (
        (SnsDestination(None), "topic"),
        (CloudWatchDestination(), "dimensions"),
        (EventRoute(BUS, ALL_EVENTS), "events"),
        (config, "destination"),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field, None)
        assert not hasattr(value, "__dict__")


@dataclass(frozen=True)
class Refusing:
    """A custom destination whose bind raises, or returns something else."""

    answer: object = None

    def bind(self, options):
        options.scope  # noqa: B018 # opens the scope, which must go again
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("destination", "error", "message"),
    [
        (
            EventBridgeDestination,
            TypeError,
            "destination must be an object, got the class EventBridgeDestination; write EventBridgeDestination(…)",
        ),
        (
            "bus",
            TypeError,
            "destination must be an object with bind(options), got 'bus'; "
            "write SnsDestination(topic) or another IEventDestination",
        ),
        (
            ses.EventDestination.cloud_watch_dimensions([]),
            TypeError,
            "destination must have this library's bind, got an aws_ses.EventDestination; "
            "write CloudWatchDestination(dimensions)",
        ),
        (
            lambda stack: ses.EventDestination.sns_topic(sns.Topic(stack, "Topic")),
            TypeError,
            "destination must have this library's bind, got an aws_ses.EventDestination; write SnsDestination(topic)",
        ),
        (
            lambda stack: notifications.SnsDestination(sns.Topic(stack, "Topic")),
            TypeError,
            "destination must be one for Amazon SES events, not aws_cdk.aws_s3_notifications.SnsDestination; "
            "import SnsDestination from ses_event_constructs, or write another IEventDestination",
        ),
        (
            Refusing(),
            TypeError,
            "bind must return an EventDestinationConfig of an aws_ses.EventDestination, got None; "
            "return SnsDestination(topic).bind(options) or the like",
        ),
        (
            Refusing(EventDestinationConfig("topic")),
            TypeError,
            "bind must return an EventDestinationConfig of an aws_ses.EventDestination, "
            f"got {EventDestinationConfig('topic')!r}; "
            "return SnsDestination(topic).bind(options) or the like",
        ),
    ],
    ids=["class", "string", "l2", "l2 topic", "cdk", "none", "config"],
)
def test_fails_when_the_destination_is_not_a_destination(stack, mail, bounce, destination, error, message):
    if callable(destination) and not isinstance(destination, type):
        destination = destination(stack)
    before = paths(stack)

    with pytest.raises(error, match=whole(f"Shop/Mail/Feedback: {message}")):
        mail.add_event_destination("Feedback", destination, events=bounce)

    assert paths(stack) == before
    mail.add_event_destination("Feedback", BUS, events=bounce)


def test_error_in_bind_is_passed_on_and_leaves_nothing(stack, mail, bounce):
    before = paths(stack)

    with pytest.raises(KeyError, match="mine"):
        mail.add_event_destination("Own", Refusing(KeyError("mine")), events=bounce)

    assert paths(stack) == before
    mail.add_event_destination("Own", BUS, events=bounce)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"id": ""},
            ValueError,
            "Shop/Mail/: id must be a literal string other than 'Resource', got ''; write an id such as 'Feedback'",
        ),
        ({"id": 7}, TypeError, "Shop/Mail/7: id must be a string, got 7; write an id such as 'Feedback'"),
        ({"enabled": "yes"}, TypeError, "Shop/Mail/Bus: enabled must be a bool, got 'yes'; write True or False"),
        (
            {"configuration_set_event_destination_name": "my bus"},
            ValueError,
            "Shop/Mail/Bus: configuration_set_event_destination_name must match [A-Za-z0-9_-]{1,64}, got 'my bus'; "
            "use other characters, or omit the name",
        ),
        (
            {"configuration_set_event_destination_name": "x" * 65},
            ValueError,
            "Shop/Mail/Bus: configuration_set_event_destination_name must match [A-Za-z0-9_-]{1,64}, "
            f"got '{'x' * 65}'; use other characters, or omit the name",
        ),
        (
            {"configuration_set_event_destination_name": 7},
            TypeError,
            "Shop/Mail/Bus: configuration_set_event_destination_name must be a string, got 7; "
            "write a string, or omit it",
        ),
        ({"events": []}, ValueError, "Shop/Mail/Bus: events is empty; name at least one EmailSendingEvent"),
    ],
)
def test_fails_when_an_argument_is_wrong(stack, mail, bounce, arguments, error, message):
    before = paths(stack)

    with pytest.raises(error, match=whole(message)):
        mail.add_event_destination(**{"id": "Bus", "destination": BUS, "events": bounce, **arguments})

    assert paths(stack) == before
    mail.add_event_destination("Bus", BUS, events=bounce)


def test_fails_when_the_id_is_a_token(mail, bounce):
    with pytest.raises(ValueError, match=r"id must be a literal string other than 'Resource', got '\$\{Token"):
        mail.add_event_destination(cdk.Aws.REGION, BUS, events=bounce)


def test_events_are_required(mail):
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'events'"):
        mail.add_event_destination("Bus", BUS)


@pytest.mark.parametrize("id", ["Bus", "Default"])
def test_fails_when_the_id_is_taken(stack, mail, bounce, id):
    mail.add_event_destination("Bus", BUS, events=bounce)
    before = resources(stack)

    with pytest.raises(
        ValueError, match=whole(f"Shop/Mail/{id}: id must be unique in its parent, got '{id}' twice; use another id")
    ):
        mail.add_event_destination(id, CloudWatchDestination(), events=[EmailSendingEvent.SEND])

    assert resources(stack) == before


def test_fails_when_two_destinations_have_the_same_name(mail, bounce):
    mail.add_event_destination("One", BUS, events=bounce, configuration_set_event_destination_name="same")

    with pytest.raises(
        ValueError,
        match=whole(
            "Shop/Mail/Two: configuration_set_event_destination_name must differ from the others of the set, "
            "got 'same' twice; omit it"
        ),
    ):
        mail.add_event_destination(
            "Two", CloudWatchDestination(), events=bounce, configuration_set_event_destination_name="same"
        )


def too_many(path):
    return whole(
        f"{path}: a configuration set has at most 10 event destinations, got number 11; "
        "send more events to one destination, or use a second configuration set"
    )


def fill(mail, count, prefix="D"):
    for number, event in zip(range(count), ALL_EVENTS, strict=False):
        mail.add_event_destination(f"{prefix}{number}", CloudWatchDestination(), events=[event])


def test_fails_when_it_is_the_eleventh_destination(stack, mail, bounce):
    fill(mail, 10)

    with pytest.raises(ValueError, match=too_many("Shop/Mail/Bus")):
        mail.add_event_destination("Bus", BUS, events=bounce)

    assert len(resources(stack, EVENT_DESTINATION)) == 10


def test_destinations_count_towards_the_underlying_set(stack, bounce):
    bare = ses.ConfigurationSet(stack, "Bare")
    one = EventPublishingConfigurationSet(stack, "One", configuration_set=bare)
    fill(one, 5)
    two = EventPublishingConfigurationSet(stack, "Two", configuration_set=bare)
    fill(two, 5)

    with pytest.raises(ValueError, match=too_many("Shop/One/Bus")):
        one.add_event_destination("Bus", BUS, events=bounce)


def test_destinations_of_a_set_imported_twice_count_together(stack, bounce):
    one, two = (
        EventPublishingConfigurationSet(
            stack,
            f"{id}Events",
            configuration_set=ses.ConfigurationSet.from_configuration_set_name(stack, id, "mail"),
        )
        for id in ("One", "Two")
    )
    fill(one, 10)

    with pytest.raises(ValueError, match=too_many("Shop/TwoEvents/Bus")):
        two.add_event_destination("Bus", BUS, events=bounce)


def imported(stack, name):
    """A wrapper of an imported set with this name."""
    given = ses.ConfigurationSet.from_configuration_set_name(stack, f"Set{len(stack.node.children)}", name)
    return EventPublishingConfigurationSet(stack, f"Events{len(stack.node.children)}", configuration_set=given)


def test_destinations_of_imported_sets_with_different_names_count_separately(stack, bounce):
    fill(imported(stack, "mail"), 10)

    imported(stack, "news").add_event_destination("Bus", BUS, events=bounce)

    assert len(resources(stack, EVENT_DESTINATION)) == 11


@pytest.mark.parametrize(("account", "region"), [("222222222222", "eu-west-1"), ("111111111111", "us-east-1")])
def test_destinations_of_sets_in_different_accounts_and_regions_count_separately(bounce, account, region):
    app = cdk.App()
    here = cdk.Stack(app, "Here", env=cdk.Environment(account="111111111111", region="eu-west-1"))
    there = cdk.Stack(app, "There", env=cdk.Environment(account=account, region=region))
    fill(imported(here, "mail"), 10)

    imported(there, "mail").add_event_destination("Bus", BUS, events=bounce)

    assert len(resources(there, EVENT_DESTINATION)) == 1


def test_destinations_of_sets_imported_by_tokens_count_separately(bounce):
    app = cdk.App()
    here, there = cdk.Stack(app, "Here"), cdk.Stack(app, "There")
    fill(imported(here, f"{cdk.Aws.STACK_NAME}-mail"), 10)

    imported(there, f"{cdk.Aws.STACK_NAME}-mail").add_event_destination("Bus", BUS, events=bounce)

    assert len(resources(there, EVENT_DESTINATION)) == 1


def test_destinations_of_sets_in_two_apps_count_separately(stack, bounce):
    other = cdk.Stack(cdk.App(), "Shop")
    fill(imported(other, "mail"), 10)

    imported(stack, "mail").add_event_destination("Bus", BUS, events=bounce)

    assert len(resources(stack, EVENT_DESTINATION)) == 1


def test_fails_when_eleven_destinations_are_declared(stack):
    before = paths(stack)

    with pytest.raises(ValueError, match=too_many("Shop/Mail/D10")):
        EventPublishingConfigurationSet(
            stack,
            "Mail",
            event_destinations={f"D{number}": EventRoute(BUS, ALL_EVENTS) for number in range(11)},
        )

    assert paths(stack) == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"configuration_set": "mail"},
            TypeError,
            "Shop/Mail: configuration_set must be a configuration set, got 'mail'; "
            "import one with EventPublishingConfigurationSet.from_configuration_set_name",
        ),
        (
            {"configuration_set_name": "my mail"},
            ValueError,
            "Shop/Mail: configuration_set_name must match [A-Za-z0-9_-]{1,64}, got 'my mail'; "
            "use other characters, or omit the name",
        ),
        (
            {"event_destinations": [EventRoute(BUS, ALL_EVENTS)]},
            TypeError,
            "Shop/Mail: event_destinations must be a mapping from id to EventRoute, "
            f"got {[EventRoute(BUS, ALL_EVENTS)]!r}; "
            'write {"Feedback": EventRoute(destination, events)}',
        ),
        (
            {"event_destinations": {"Bus": BUS}},
            TypeError,
            f"Shop/Mail/Bus: event_destinations must hold EventRoutes, got {BUS!r}; "
            "write EventRoute(destination, events)",
        ),
        (
            {"event_destinations": {"Bus": EventRoute(BUS, [])}},
            ValueError,
            "Shop/Mail/Bus: events is empty; name at least one EmailSendingEvent",
        ),
        (
            {"event_destinations": {"": EventRoute(BUS, ALL_EVENTS)}},
            ValueError,
            "Shop/Mail/: id must be a literal string other than 'Resource', got ''; write an id such as 'Feedback'",
        ),
    ],
)
def test_fails_when_an_argument_of_the_constructor_is_wrong(stack, arguments, error, message):
    before = paths(stack)

    with pytest.raises(error, match=whole(message)):
        EventPublishingConfigurationSet(stack, "Mail", **arguments)

    assert paths(stack) == before
    EventPublishingConfigurationSet(stack, "Mail")


def test_error_names_the_path_that_the_construct_would_have():
    with pytest.raises(
        TypeError,
        match=whole(
            "XRay/Mail: configuration_set must be a configuration set, got 'mail'; "
            "import one with EventPublishingConfigurationSet.from_configuration_set_name"
        ),
    ):
        EventPublishingConfigurationSet(cdk.Stack(cdk.App(), "XRay"), "Mail", configuration_set="mail")


def test_fails_without_touching_the_topic_when_a_later_route_is_refused(stack):
    topic, fifo = sns.Topic(stack, "Topic"), sns.Topic(stack, "Fifo", fifo=True)

    with pytest.raises(
        ValueError, match="Shop/Mail/Fifo: topic must be a standard topic, got the FIFO topic Shop/Fifo"
    ):
        EventPublishingConfigurationSet(
            stack,
            "Mail",
            event_destinations={
                "Feedback": EventRoute(SnsDestination(topic), ALL_EVENTS),
                "Fifo": EventRoute(SnsDestination(fifo), ALL_EVENTS),
            },
        )

    assert [each["Type"] for each in resources(stack).values()] == ["AWS::SNS::Topic", "AWS::SNS::Topic"]


def test_set_that_failed_is_not_named_in_any_policy(stack):
    topic = sns.Topic(stack, "Topic")

    with pytest.raises(KeyError):
        EventPublishingConfigurationSet(
            stack,
            "Mail",
            event_destinations={
                "Feedback": EventRoute(SnsDestination(topic), ALL_EVENTS),
                "Own": EventRoute(Refusing(KeyError()), ALL_EVENTS),
            },
        )

    mail = EventPublishingConfigurationSet(
        stack, "News", event_destinations={"Feedback": EventRoute(SnsDestination(topic), ALL_EVENTS)}
    )
    (policy,) = resources(stack, "AWS::SNS::TopicPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"] == stack.resolve(mail.configuration_set_arn)


def test_refused_route_leaves_a_given_set_as_it_was(stack, bounce):
    bare = ses.ConfigurationSet(stack, "Bare")
    with pytest.raises(KeyError):
        EventPublishingConfigurationSet(
            stack,
            "Mail",
            configuration_set=bare,
            event_destinations={
                **{f"D{number}": EventRoute(BUS, [event]) for number, event in enumerate(ALL_EVENTS[:9])},
                "Own": EventRoute(Refusing(KeyError()), ALL_EVENTS),
            },
        )

    mail = EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare)

    fill(mail, 10)
    assert len(resources(stack, EVENT_DESTINATION)) == 10


def test_fails_when_the_l2_refuses_the_options_and_leaves_nothing(stack):
    before = paths(stack)

    with pytest.raises(
        ValueError,
        match=whole(
            "Shop/Mail: options must be ones that aws_ses.ConfigurationSet accepts, got 'The maximum delivery duration "
            "must be greater than or equal to 5 minutes (300_000 milliseconds), got: 60000 milliseconds'; "
            "change that option"
        ),
    ):
        EventPublishingConfigurationSet(stack, "Mail", max_delivery_duration=cdk.Duration.minutes(1))

    assert paths(stack) == before


def test_fails_when_the_configuration_set_is_in_another_region(stack):
    there = cdk.Stack(stack.node.root, "There", env=cdk.Environment(account="111111111111", region="eu-west-1"))
    here = cdk.Stack(stack.node.root, "Here", env=cdk.Environment(account="111111111111", region="us-east-1"))

    with pytest.raises(
        ValueError,
        match=whole(
            "Here/Mail: configuration_set must be in the region of this stack, got 'eu-west-1' for 'us-east-1'; "
            "give both stacks the same env"
        ),
    ):
        EventPublishingConfigurationSet(here, "Mail", configuration_set=ses.ConfigurationSet(there, "Mail"))

    assert here.node.try_find_child("Mail") is None


def test_repeated_id_leaves_the_first_construct_as_it_was(stack, mail):
    with pytest.raises(
        ValueError, match=whole("Shop/Mail: id must be unique in its parent, got 'Mail' twice; use another id")
    ):
        EventPublishingConfigurationSet(stack, "Mail")

    assert stack.node.try_find_child("Mail") is mail


def test_names_may_be_tokens(stack, bounce):
    mail = EventPublishingConfigurationSet(stack, "Mail", configuration_set_name=cdk.Fn.import_value("Name"))

    destination = mail.add_event_destination(
        "Bus", BUS, events=bounce, configuration_set_event_destination_name=f"bus-{cdk.Aws.STACK_NAME}"
    )

    assert resource(stack, mail.configuration_set)["Properties"] == {"Name": {"Fn::ImportValue": "Name"}}
    assert event_destination(stack, destination)["Name"] == {"Fn::Join": ["", ["bus-", {"Ref": "AWS::StackName"}]]}


def test_warns_when_two_destinations_send_the_same_event_to_the_same_place(stack, mail):
    topic = sns.Topic(stack, "Topic")
    mail.add_event_destination("One", SnsDestination(topic), events=ALL_EVENTS)

    mail.add_event_destination("Two", SnsDestination(topic), events=[EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE])

    Annotations.from_stack(stack).has_warning(
        "/Shop/Mail/Two",
        "Shop/Mail/One sends SEND, BOUNCE to the same place, where each of these events arrives twice; "
        "omit them from one of the two [ack: ses-event-constructs:eventsPublishedTwice]",
    )


def test_warns_about_repeats_on_a_set_that_is_imported_twice(stack, bounce):
    topic = sns.Topic(stack, "Topic")
    one, two = imported(stack, "mail"), imported(stack, "mail")
    one.add_event_destination("One", SnsDestination(topic), events=bounce)

    two.add_event_destination("Two", SnsDestination(topic), events=bounce)

    Annotations.from_stack(stack).has_warning(
        f"/{two.node.path}/Two",
        f"{one.node.path}/One sends BOUNCE to the same place, where each of these events arrives twice; "
        "omit them from one of the two [ack: ses-event-constructs:eventsPublishedTwice]",
    )


def test_does_not_warn_when_two_sets_send_the_same_event_to_one_place(stack, mail, bounce):
    topic = sns.Topic(stack, "Topic")
    mail.add_event_destination("One", SnsDestination(topic), events=bounce)

    EventPublishingConfigurationSet(stack, "News").add_event_destination("Two", SnsDestination(topic), events=bounce)

    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_does_not_warn_when_events_places_or_enabled_differ(stack, mail, bounce):
    one, two = sns.Topic(stack, "One"), sns.Topic(stack, "Two")
    mail.add_event_destination("One", SnsDestination(one), events=bounce)

    mail.add_event_destination("Two", SnsDestination(two), events=bounce)
    mail.add_event_destination("Complaints", SnsDestination(one), events=[EmailSendingEvent.COMPLAINT])
    mail.add_event_destination("Off", SnsDestination(one), events=bounce, enabled=False)
    mail.add_event_destination("Own", _Placeless(), events=bounce)
    mail.add_event_destination("Own2", _Placeless(), events=bounce)

    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


class _Placeless:
    def bind(self, _):
        return EventDestinationConfig(ses.EventDestination.cloud_watch_dimensions([]))


def test_typed_options_are_those_of_the_l2():
    keywords = {
        name
        for name, parameter in inspect.signature(ses.ConfigurationSet.__init__).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }

    # An older aws-cdk-lib has fewer.
    assert keywords <= set(ConfigurationSetOptions.__annotations__)


def test_passes_on_an_option_of_a_newer_aws_cdk_lib(stack, monkeypatch):
    seen = {}

    class Newer(ses.ConfigurationSet):
        def __init__(self, scope, id, *, newer):
            super().__init__(scope, id)
            seen["newer"] = newer

    monkeypatch.setattr("ses_event_constructs._configuration_set._OPTIONS", ["newer"])
    monkeypatch.setattr("ses_event_constructs._configuration_set.ses.ConfigurationSet", Newer)

    EventPublishingConfigurationSet(stack, "Mail", newer=7)

    assert seen == {"newer": 7}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"tls_polcy": ses.ConfigurationSetTlsPolicy.REQUIRE},
            TypeError,
            "Shop/Mail: keyword must be one of the options, got tls_polcy; write tls_policy",
        ),
        (
            {"sending_enabled": "yes"},
            TypeError,
            "Shop/Mail: options must be ones that aws_ses.ConfigurationSet accepts, got 'type of argument "
            "sending_enabled must be one of (bool, NoneType); got str instead'; change that option",
        ),
    ],
)
def test_fails_when_an_option_is_wrong_and_leaves_nothing(stack, options, error, message):
    before = paths(stack)

    with pytest.raises(error, match=whole(message)):
        EventPublishingConfigurationSet(stack, "Mail", **options)

    assert paths(stack) == before
    EventPublishingConfigurationSet(stack, "Mail")


def test_fails_when_options_are_given_for_a_set_that_exists(stack):
    bare = ses.ConfigurationSet(stack, "Bare")

    with pytest.raises(
        TypeError,
        match=whole(
            "Shop/Mail: options are for a set that this construct defines, got tls_policy, sending_enabled; "
            "set them where configuration_set is defined, or omit configuration_set"
        ),
    ):
        EventPublishingConfigurationSet(
            stack,
            "Mail",
            configuration_set=bare,
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            sending_enabled=True,
        )


def test_from_configuration_set_name_imports_the_set(stack, bounce):
    mail = EventPublishingConfigurationSet.from_configuration_set_name(stack, "Mail", "newsletter")

    destination = mail.add_event_destination("Bus", BUS, events=bounce)

    assert isinstance(mail, EventPublishingConfigurationSet)
    assert mail.configuration_set_name == "newsletter"
    assert resource(stack, destination)["Properties"]["ConfigurationSetName"] == "newsletter"
    assert resources(stack, "AWS::SES::ConfigurationSet") == {}


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        (None, TypeError, "configuration_set_name must be a string, got None; write the name of the set"),
        (
            "my mail",
            ValueError,
            "configuration_set_name must match [A-Za-z0-9_-]{1,64}, got 'my mail'; "
            "use other characters, or omit the name",
        ),
    ],
)
def test_fails_when_the_name_of_an_imported_set_is_not_valid(stack, name, error, message):
    with pytest.raises(error, match=whole(f"Shop/Mail: {message}")):
        EventPublishingConfigurationSet.from_configuration_set_name(stack, "Mail", name)
