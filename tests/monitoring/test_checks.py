import math

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns

from ses_event_constructs import EventPublishingConfigurationSet, ReputationAlarms
from tests.templates import paths, resource, resources

IRELAND = cdk.Environment(account="111111111111", region="eu-west-1")
DEFAULTS = {"bounce_rate": "(0.02, 0.04)", "complaint_rate": "(0.0004, 0.0008)"}


def refusal(stack, error, id="Account", **arguments):
    before = paths(stack)
    with pytest.raises(error) as caught:
        ReputationAlarms(stack, id, **arguments)
    assert paths(stack) == before
    return str(caught.value)


def test_fails_when_scope_is_not_a_construct():
    with pytest.raises(TypeError) as error:
        ReputationAlarms("Shop", "Account")

    assert str(error.value) == "Account: scope must be a construct, got 'Shop'; pass self, or the stack"


@pytest.mark.parametrize(("id", "error"), [(None, TypeError), ("", ValueError)])
def test_fails_when_id_is_not_a_literal_string(stack, id, error):
    with pytest.raises(error, match=r"^Shop/.*: id must be a (literal )?string, got .*; write an id such as 'Mail'$"):
        ReputationAlarms(stack, id)


def test_path_in_a_refusal_does_not_begin_with_a_slash():
    with pytest.raises(TypeError, match=r"^Account: bounce_rate must be two numbers"):
        ReputationAlarms(cdk.App(), "Account", bounce_rate=None)


def test_fails_when_the_set_is_not_a_configuration_set(stack):
    assert refusal(stack, TypeError, configuration_set="mail") == (
        "Shop/Account: a configuration set was expected, got 'mail'; pass an EventPublishingConfigurationSet"
    )


def test_fails_when_the_set_is_in_another_region():
    app = cdk.App()
    mail = EventPublishingConfigurationSet(cdk.Stack(app, "Shop", env=IRELAND), "Mail")
    stack = cdk.Stack(app, "Watch", env=cdk.Environment(account="111111111111", region="us-east-1"))

    assert refusal(stack, ValueError, configuration_set=mail) == (
        "Watch/Account: configuration_set must be in the region of this stack, got 'eu-west-1' for 'us-east-1'; "
        "give both stacks the same env"
    )
    assert mail.configuration_set.node.default_child.reputation_options is None


def test_fails_when_the_reputation_metrics_of_an_l2_set_are_off_and_changes_nothing(stack):
    topic = sns.Topic(stack, "OnCall")
    bare = ses.ConfigurationSet(stack, "Bare")

    assert refusal(stack, ValueError, configuration_set=bare, notify=topic) == (
        "Shop/Account: the reputation metrics of Shop/Bare must be on; "
        "define the configuration set with reputation_metrics=True"
    )
    assert resources(stack, "AWS::SNS::TopicPolicy") == {}
    assert "Properties" not in resource(stack, bare)


def test_fails_when_the_reputation_metrics_of_our_own_set_were_switched_off(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail", reputation_metrics=False)

    assert refusal(stack, ValueError, configuration_set=mail) == (
        "Shop/Account: the reputation metrics of Shop/Mail/Default must be on; "
        "define the configuration set with reputation_metrics=True"
    )


WAYS_OUT = {
    "bounce_rate": "write (0.02, 0.04) for 2 % and 4 %",
    "complaint_rate": "write (0.0004, 0.0008) for 0.04 % and 0.08 %",
}


@pytest.mark.parametrize(
    "rates", [(0.04, 0.02), (0.02, 0.02), (2, 4), (0.5, 1.5), (0, 0.5), (0.02,), (), (0.1, 0.2, 0.3)]
)
@pytest.mark.parametrize("parameter", DEFAULTS)
def test_fails_when_rates_are_not_shares_in_order(stack, parameter, rates):
    assert refusal(stack, ValueError, **{parameter: rates}) == (
        f"Shop/Account: {parameter} must be a smaller and a larger share of 1, got {rates!r}; {WAYS_OUT[parameter]}"
    )


@pytest.mark.parametrize("rates", [(math.nan, 0.5), (0.5, math.nan), (0.5, math.inf), (-math.inf, 0.5)])
@pytest.mark.parametrize("parameter", DEFAULTS)
def test_fails_when_rates_are_not_finite_and_the_process_survives(stack, parameter, rates):
    assert refusal(stack, ValueError, **{parameter: rates}) == (
        f"Shop/Account: {parameter} must be a smaller and a larger share of 1, got {rates!r}; {WAYS_OUT[parameter]}"
    )

    ReputationAlarms(stack, "Account")


@pytest.mark.parametrize("rates", [0.02, "ab", (0.02, "0.04"), (True, 1), None])
@pytest.mark.parametrize("parameter", DEFAULTS)
def test_fails_when_rates_are_not_numbers(stack, rates, parameter):
    assert refusal(stack, TypeError, **{parameter: rates}) == (
        f"Shop/Account: {parameter} must be two numbers, the rate that warns and the rate that is critical, "
        f"got {rates!r}; write {parameter}={DEFAULTS[parameter]}"
    )


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ((None, 1.5), "(a token, 1.5)"),
        ((None, 0), "(a token, 0)"),
        ((1, None), "(1, a token)"),
        ((0, None), "(0, a token)"),
    ],
)
def test_fails_when_the_known_half_of_the_rates_is_not_a_share(stack, known, shown):
    token = cdk.CfnParameter(stack, "Rate", type="Number").value_as_number
    rates = tuple(token if each is None else each for each in known)

    assert refusal(stack, ValueError, bounce_rate=rates) == (
        f"Shop/Account: bounce_rate must be a smaller and a larger share of 1, got {shown}; "
        "write (0.02, 0.04) for 2 % and 4 %"
    )


@pytest.mark.parametrize("known", [(None, 1), (0.5, None)])
def test_half_of_the_rates_may_be_a_token(stack, known):
    token = cdk.CfnParameter(stack, "Rate", type="Number").value_as_number

    reputation = ReputationAlarms(
        stack, "Account", bounce_rate=tuple(token if each is None else each for each in known)
    )

    alarms = (reputation.bounce_rate_warning, reputation.bounce_rate_critical)
    assert [resource(stack, alarm)["Properties"]["Threshold"] for alarm in alarms] == [
        {"Ref": "Rate"} if each is None else each for each in known
    ]


@pytest.mark.parametrize(
    ("notify", "got"),
    [
        (lambda stack: "on-call", "'on-call'"),
        (lambda stack: 5, "5"),
        (lambda stack: sns.Topic, "the class Topic"),
        (lambda stack: ["on-call"], "'on-call'"),
        # Has a `bind`, but for rules.
        (lambda stack: targets.SnsTopic(sns.Topic(stack, "OnCall")), "an object of the class SnsTopic"),
    ],
)
def test_fails_when_notify_is_not_a_topic_or_an_action(stack, notify, got):
    assert refusal(stack, TypeError, notify=notify(stack)) == (
        f"Shop/Account: notify must be SNS topics or alarm actions, got {got}; "
        "write notify=sns.Topic(…), with an ARN by sns.Topic.from_topic_arn"
    )


def test_fails_when_notify_is_empty(stack):
    assert refusal(stack, ValueError, notify=[]) == "Shop/Account: notify is empty; name a topic, or omit it"


def test_fails_when_there_are_more_actions_than_an_alarm_has(stack):
    topics = [sns.Topic(stack, f"Topic{number}") for number in range(6)]

    assert refusal(stack, ValueError, notify=topics) == (
        "Shop/Account: an alarm has at most 5 actions, got 6; notify one topic, and subscribe to it"
    )
    ReputationAlarms(stack, "Account", notify=topics[:5])


def test_fails_when_the_action_cannot_be_shared_by_several_alarms(stack):
    function = lambda_.Function(
        stack, "Page", code=lambda_.Code.from_inline("…"), handler="index.handler", runtime=lambda_.Runtime.PYTHON_3_12
    )

    assert refusal(stack, ValueError, notify=actions.LambdaAction(function)) == (
        "Shop/Account: notify must be actions that several alarms can share, got a LambdaAction; "
        "notify a topic, and subscribe the function to it"
    )
    assert resources(stack, "AWS::Lambda::Permission") == {}


@pytest.mark.parametrize(
    "topic",
    [
        lambda stack: sns.Topic(stack, "OnCall", fifo=True),
        lambda stack: sns.Topic.from_topic_arn(stack, "OnCall", "arn:aws:sns:eu-west-1:111111111111:on-call.fifo"),
    ],
    ids=["defined", "imported"],
)
def test_fails_when_the_topic_is_fifo(stack, topic):
    message = refusal(stack, ValueError, notify=[sns.Topic(stack, "Standard"), topic(stack)])

    assert message.startswith("Shop/Account: notify must be a standard topic, got ")
    assert message.endswith(" Shop/OnCall; use a topic without fifo=True")


def test_fails_when_the_topic_is_encrypted_with_a_key_managed_by_aws(stack):
    topic = sns.Topic(stack, "OnCall", master_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/sns"))

    assert refusal(stack, ValueError, notify=topic) == (
        "Shop/Account: notify must be encrypted with a key whose policy can be edited, got alias/aws/sns; "
        "use a customer managed kms.Key"
    )


def test_fails_when_the_topic_is_in_another_region():
    stack = cdk.Stack(cdk.App(), "Shop", env=IRELAND)
    topic = sns.Topic.from_topic_arn(stack, "OnCall", "arn:aws:sns:us-east-1:111111111111:on-call")

    assert refusal(stack, ValueError, notify=topic) == (
        "Shop/Account: notify must be in the region of the alarms, got 'us-east-1' for 'eu-west-1'; "
        "use one of that region"
    )


def test_fails_when_the_key_of_the_topic_is_in_another_region():
    stack = cdk.Stack(cdk.App(), "Shop", env=IRELAND)
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:111111111111:key/abc")

    assert refusal(stack, ValueError, notify=sns.Topic(stack, "OnCall", master_key=key)) == (
        "Shop/Account: the key of notify must be in the region of this stack, got 'us-east-1' for 'eu-west-1'; "
        "use one of that region"
    )
