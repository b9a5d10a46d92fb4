"""How arguments are checked, and how every refusal is worded."""

import math
import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns

from ses_event_constructs import (
    DeliverabilityDashboard,
    EventArchive,
    EventPublishingConfigurationSet,
    EventQueue,
    ReputationAlarms,
)
from ses_event_constructs._building import all_or_nothing
from ses_event_constructs._checks import Verbatim, path_of, refusal, spell
from tests.templates import paths

CONSTRUCTS = {
    "set": EventPublishingConfigurationSet,
    "imported": lambda scope, id: EventPublishingConfigurationSet.from_configuration_set_name(scope, id, "mail"),
    "archive": EventArchive,
    "queue": EventQueue,
    "alarms": ReputationAlarms,
    "dashboard": lambda scope, id: DeliverabilityDashboard(
        scope,
        id,
        configuration_sets=[ses.ConfigurationSet.from_configuration_set_name(cdk.Stack(), "Set", "mail")],
    ),
}


def whole(message):
    return f"^{re.escape(message)}$"


def path():
    return "Shop/Mail"


def test_refusal_has_one_form():
    assert refusal(path, "events is empty", instead="name one") == "Shop/Mail: events is empty; name one"
    assert refusal(path, "x must be a bool", got="no", instead="write True") == (
        "Shop/Mail: x must be a bool, got 'no'; write True"
    )
    assert refusal(None, "x is wrong", got=Verbatim("a or b"), instead="write c") == "x is wrong, got a or b; write c"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", "'text'"),
        (Verbatim("text"), "text"),
        (ses.EmailSendingEvent.BOUNCE, "EmailSendingEvent.BOUNCE"),
        (sns.Topic, "the class Topic"),
        (True, "True"),
        (7, "7"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (cdk.Token.as_number({"Ref": "X"}), "a token"),
        ([ses.EmailSendingEvent.BOUNCE, "x"], "[EmailSendingEvent.BOUNCE, 'x']"),
        (("x",), "('x',)"),
        (("x", 1), "('x', 1)"),
        (object(), "an object of the class object"),
        ({"a": object()}, "an object of the class dict"),
        (lambda: sns.Topic(cdk.Stack(cdk.App(), "Shop"), "Topic"), "Topic Shop/Topic"),
        (cdk.App, "the class App"),
        (cdk.App(), "the app"),
        (
            lambda: ses.ConfigurationSet.from_configuration_set_name(cdk.Stack(cdk.App(), "Shop"), "Set", "mail"),
            "Shop/Set",
        ),
    ],
)
def test_value_is_shown_as_users_know_it(value, shown):
    value = value() if callable(value) and not isinstance(value, type) else value

    assert spell(value) == shown


def test_path_never_begins_with_a_slash(stack):
    assert path_of(cdk.App(), "Mail")() == "Mail"
    assert path_of(stack, "Mail")() == "Shop/Mail"


@pytest.mark.parametrize("kind", CONSTRUCTS)
def test_fails_when_the_id_is_taken_and_leaves_the_first_construct(stack, kind):
    cdk.CfnResource(stack, "Mail", type="AWS::SNS::Topic")
    before = paths(stack)

    with pytest.raises(
        ValueError, match=whole("Shop/Mail: id must be unique in its parent, got 'Mail' twice; use another id")
    ):
        CONSTRUCTS[kind](stack, "Mail")

    assert paths(stack) == before


@pytest.mark.parametrize("kind", CONSTRUCTS)
@pytest.mark.parametrize(
    ("id", "error", "message"),
    [
        ("", ValueError, "Shop/: id must be a literal string, got ''; write an id such as 'Mail'"),
        (7, TypeError, "Shop/7: id must be a string, got 7; write an id such as 'Mail'"),
        (None, TypeError, "Shop/None: id must be a string, got None; write an id such as 'Mail'"),
    ],
)
def test_fails_when_the_id_is_not_a_literal_string(stack, kind, id, error, message):
    before = paths(stack)

    with pytest.raises(error, match=whole(message)):
        CONSTRUCTS[kind](stack, id)

    assert paths(stack) == before


@pytest.mark.parametrize("kind", CONSTRUCTS)
def test_fails_when_the_scope_is_not_a_construct(kind):
    with pytest.raises(TypeError, match=whole("Mail: scope must be a construct, got 'Shop'; pass self, or the stack")):
        CONSTRUCTS[kind]("Shop", "Mail")


@pytest.mark.parametrize("kind", CONSTRUCTS)
def test_id_may_contain_a_slash(stack, kind):
    CONSTRUCTS[kind](stack, "Mail/Events")

    with pytest.raises(ValueError, match=r"^Shop/Mail/Events: id must be unique in its parent, got 'Mail/Events' "):
        CONSTRUCTS[kind](stack, "Mail/Events")


@pytest.mark.parametrize("id", ["Resource"])
def test_fails_when_a_child_has_the_id_that_cdk_omits(mail, bounce, id):
    message = whole(
        "Shop/Mail/Resource: id must be a literal string other than 'Resource', got 'Resource'; "
        "write an id such as 'Feedback'"
    )
    with pytest.raises(ValueError, match=message):
        mail.on_event(id, events=bounce)
    with pytest.raises(ValueError, match=message):
        mail.add_event_destination(id, None, events=bounce)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_fails_when_a_number_would_break_jsii_and_the_process_survives(stack, value):
    with pytest.raises(
        ValueError,
        match=whole(f"Shop/Mail: sending_enabled must be finite, got {value}; write another sending_enabled"),
    ):
        EventPublishingConfigurationSet(stack, "Mail", sending_enabled=value)

    EventPublishingConfigurationSet(stack, "Mail")


def test_fails_when_a_rule_description_is_too_long(stack, mail, bounce):
    with pytest.raises(
        ValueError, match=whole("Shop/Mail/Bounced: description must have at most 512 characters, got 513; shorten it")
    ):
        mail.on_event("Bounced", events=bounce, description="x" * 513)

    mail.on_event("Bounced", events=bounce, description="x" * 512)


def test_error_before_a_construct_stands_passes_as_it_is(stack):
    with pytest.raises(KeyError, match="mine"), all_or_nothing(stack, "Mail", path):
        raise KeyError("mine")


@pytest.mark.parametrize("kind", CONSTRUCTS)
def test_fails_when_the_scope_is_in_no_stack(kind):
    app = cdk.App()

    with pytest.raises(
        ValueError, match=whole("Mail: scope must be in a stack, got the app; define a cdk.Stack, and pass that")
    ):
        CONSTRUCTS[kind](app, "Mail")

    assert paths(app) == [""]
