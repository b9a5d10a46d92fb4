import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import ALL_EVENTS, CloudWatchDestination, EventPublishingConfigurationSet, ReputationAlarms
from tests.support import paths, resource, resources, warnings

IRELAND = cdk.Environment(account="111111111111", region="eu-west-1")
RATES = ["BounceRateWarning", "BounceRateCritical", "ComplaintRateWarning", "ComplaintRateCritical"]
BOUNCES = (
    "AWS reviews an account at 5 % and may pause its sending at 10 %. Find the list or form that brings dead "
    "addresses, and stop sending to it."
)
COMPLAINTS = (
    "AWS reviews an account at 0.1 % and may pause its sending at 0.5 %. Find out which mail it is, and send it to "
    "nobody who did not ask for it."
)
ALARMS = {
    "Fn::Join": [
        "",
        [
            "arn:",
            {"Ref": "AWS::Partition"},
            ":cloudwatch:",
            {"Ref": "AWS::Region"},
            ":",
            {"Ref": "AWS::AccountId"},
            ":alarm:*",
        ],
    ]
}
KEY_OF_CLOUDWATCH = {
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Resource": "*",
}


def publish(stack, topic):
    return {
        "Action": "sns:Publish",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            "ArnLike": {"aws:SourceArn": ALARMS},
        },
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Resource": stack.resolve(topic.topic_arn),
        "Sid": "0",
    }


def rendered(stack, reputation):
    return {name: resource(stack, alarm)["Properties"] for name, alarm in reputation.alarms.items()}


def rate(name, threshold, description, dimensions=None, actions=None):
    return {
        **({"AlarmActions": [actions], "OKActions": [actions]} if actions else {}),
        "AlarmDescription": description,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        **({"Dimensions": dimensions} if dimensions else {}),
        "EvaluationPeriods": 1,
        "MetricName": f"Reputation.{name}",
        "Namespace": "AWS/SES",
        "Period": 3600,
        "Statistic": "Average",
        "Threshold": threshold,
        "TreatMissingData": "ignore",
    }


def test_account_is_watched_below_the_lines_of_aws(stack):
    reputation = ReputationAlarms(stack, "Account")

    assert rendered(stack, reputation) == {
        "BounceRateWarning": rate(
            "BounceRate", 0.02, f"Warning: 2 % or more of the mail sent from this account bounces for good. {BOUNCES}"
        ),
        "BounceRateCritical": rate(
            "BounceRate", 0.04, f"Critical: 4 % or more of the mail sent from this account bounces for good. {BOUNCES}"
        ),
        "ComplaintRateWarning": rate(
            "ComplaintRate",
            0.0004,
            f"Warning: 0.04 % or more of the mail sent from this account is reported as spam. {COMPLAINTS}",
        ),
        "ComplaintRateCritical": rate(
            "ComplaintRate",
            0.0008,
            f"Critical: 0.08 % or more of the mail sent from this account is reported as spam. {COMPLAINTS}",
        ),
    }
    assert {each["Type"] for each in resources(stack).values()} == {"AWS::CloudWatch::Alarm"}


def test_set_is_watched_by_its_name_and_its_rates_are_switched_on(stack, mail):
    reputation = ReputationAlarms(stack, "MailRate", configuration_set=mail)

    name = {"Ref": stack.resolve(mail.configuration_set.node.default_child.logical_id)}
    every = rendered(stack, reputation)
    assert list(every) == RATES
    assert every["BounceRateWarning"] == rate(
        "BounceRate",
        0.02,
        f"Warning: 2 % or more of the mail sent with the configuration set Shop/Mail bounces for good. {BOUNCES}",
        [{"Name": "ses:configuration-set", "Value": name}],
    )
    assert resource(stack, mail.configuration_set)["Properties"] == {
        "ReputationOptions": {"ReputationMetricsEnabled": True}
    }


def test_rejects_and_rendering_failures_are_watched_where_they_are_published(stack, mail):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=ALL_EVENTS)

    reputation = ReputationAlarms(stack, "MailRate", configuration_set=mail)

    name = {"Ref": stack.resolve(mail.configuration_set.node.default_child.logical_id)}
    every = rendered(stack, reputation)
    assert list(every) == [*RATES, "Rejects", "RenderingFailures"]
    count = {
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Dimensions": [{"Name": "ses:configuration-set", "Value": name}],
        "EvaluationPeriods": 1,
        "Namespace": "AWS/SES",
        "Period": 300,
        "Statistic": "Sum",
        "Threshold": 1,
        "TreatMissingData": "notBreaching",
    }
    assert every["Rejects"] == {
        **count,
        "AlarmDescription": (
            "Amazon SES found a virus in mail with the configuration set Shop/Mail and did not send it. Somebody sends "
            "infected attachments with this account: find out who, since AWS may pause it."
        ),
        "MetricName": "Reject",
    }
    assert every["RenderingFailures"] == {
        **count,
        "AlarmDescription": (
            "Mail with the configuration set Shop/Mail was not sent because its template and its data do not fit. "
            "Amazon SES accepted it, so that the sender got no error: compare the last change of the template with "
            "what the sender passes."
        ),
        "MetricName": "RenderingFailure",
    }


def test_one_of_the_two_counts_is_watched_alone(stack, mail):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=[EmailSendingEvent.REJECT])

    reputation = ReputationAlarms(stack, "MailRate", configuration_set=mail)

    assert list(reputation.alarms) == [*RATES, "Rejects"]


def test_thresholds_can_be_moved(stack):
    reputation = ReputationAlarms(stack, "Account", bounce_rate=(0.01, 1), complaint_rate=[0.00025, 0.001])

    every = rendered(stack, reputation)
    assert [each["Threshold"] for each in every.values()] == [0.01, 1, 0.00025, 0.001]
    assert every["ComplaintRateWarning"]["AlarmDescription"].startswith("Warning: 0.025 % or more ")


def test_thresholds_may_be_tokens(stack):
    parameters = [cdk.CfnParameter(stack, each, type="Number").value_as_number for each in ("Warn", "Page")]

    reputation = ReputationAlarms(stack, "Account", bounce_rate=tuple(parameters))

    every = rendered(stack, reputation)
    assert every["BounceRateCritical"]["Threshold"] == {"Ref": "Page"}
    assert every["BounceRateCritical"]["AlarmDescription"].startswith("Critical: the threshold or more of the mail ")


def test_notifies_the_topic_when_an_alarm_goes_off_and_when_it_is_over(stack):
    topic = sns.Topic(stack, "OnCall")

    reputation = ReputationAlarms(stack, "Account", notify=topic)

    arn = stack.resolve(topic.topic_arn)
    for each in rendered(stack, reputation).values():
        assert (each["AlarmActions"], each["OKActions"]) == ([arn], [arn])
        assert "InsufficientDataActions" not in each


def test_grants_alarms_of_the_account_to_publish_once_for_all(stack, mail):
    topic = sns.Topic(stack, "OnCall")

    ReputationAlarms(stack, "Account", notify=topic)
    ReputationAlarms(stack, "MailRate", configuration_set=mail, notify=topic)

    (policy,) = resources(stack, "AWS::SNS::TopicPolicy").values()
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [publish(stack, topic)]


def test_grants_alarms_the_key_of_the_topic_once_for_all_topics(stack):
    key = kms.Key(stack, "Key")
    topics = [sns.Topic(stack, name, master_key=key) for name in ("OnCall", "Boss")]

    for number, topic in enumerate(topics):
        ReputationAlarms(stack, f"Alarms{number}", notify=topic)

    assert resource(stack, key)["Properties"]["KeyPolicy"]["Statement"][1:] == [KEY_OF_CLOUDWATCH]


def test_topic_and_key_of_other_stacks_make_no_cycle():
    app = cdk.App()
    key = kms.Key(cdk.Stack(app, "Keys"), "Key")
    topic = sns.Topic(cdk.Stack(app, "Topics"), "OnCall", master_key=key)

    ReputationAlarms(cdk.Stack(app, "Shop"), "Account", notify=topic)

    (resource,) = app.synth().get_stack_by_name("Keys").template["Resources"].values()
    assert resource["Properties"]["KeyPolicy"]["Statement"][1:] == [KEY_OF_CLOUDWATCH]


def test_grants_alarms_of_the_account_that_they_are_in_to_publish_to_a_topic_of_another():
    app = cdk.App()
    there = cdk.Stack(app, "Topics", env=cdk.Environment(account="222222222222", region="eu-west-1"))
    topic = sns.Topic(there, "OnCall", topic_name="on-call")

    ReputationAlarms(cdk.Stack(app, "Shop", env=IRELAND), "Account", notify=topic)

    (policy,) = resources(there, "AWS::SNS::TopicPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {
            "aws:SourceArn": {
                "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":cloudwatch:eu-west-1:111111111111:alarm:*"]]
            }
        },
    }


def test_warns_of_a_topic_that_the_app_cannot_edit_with_the_statement(stack):
    topic = sns.Topic.from_topic_arn(stack, "OnCall", "arn:aws:sns:eu-west-1:111111111111:on-call")

    ReputationAlarms(stack, "Account", notify=topic)
    ReputationAlarms(stack, "Again", notify=topic)

    ((path, warning),) = warnings(stack)
    text, _, rest = warning.partition(": {")
    statement = json.loads("{" + rest.removesuffix(" [ack: ses-event-constructs:alarmTopicPolicyNotAdded]"))
    assert (path, text) == (
        "/Shop/OnCall",
        "this app cannot edit the policy of the topic that alarms notify; unless the topic has its default policy, "
        "they reach nobody without this statement in it",
    )
    assert statement == {
        "Action": "sns:Publish",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
            "ArnLike": {"aws:SourceArn": "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"},
        },
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Resource": "arn:aws:sns:eu-west-1:111111111111:on-call",
    }


def test_warns_of_a_key_that_the_app_cannot_edit_with_the_statement(stack):
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111111111111:key/abc")

    ReputationAlarms(stack, "Account", notify=sns.Topic(stack, "OnCall", master_key=key))

    Annotations.from_stack(stack).has_warning(
        "/Shop/Key",
        "this app cannot edit the key of a topic that alarms notify; without this statement in its policy they reach "
        'nobody: {"Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Effect": "Allow", "Principal": '
        '{"Service": "cloudwatch.amazonaws.com"}, "Resource": "*"} [ack: ses-event-constructs:alarmKeyPolicyNotAdded]',
    )


def test_l2_set_with_rates_on_can_be_watched(stack):
    bare = ses.ConfigurationSet(stack, "Bare", reputation_metrics=True)

    reputation = ReputationAlarms(stack, "BareRate", configuration_set=bare)

    assert list(reputation.alarms) == RATES


def test_imported_set_can_be_watched(stack):
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "marketing")

    reputation = ReputationAlarms(stack, "Rate", configuration_set=imported)

    assert rendered(stack, reputation)["BounceRateWarning"]["Dimensions"] == [
        {"Name": "ses:configuration-set", "Value": "marketing"}
    ]


def test_fails_when_the_rates_of_the_set_are_off_and_touches_nothing(stack):
    topic = sns.Topic(stack, "OnCall")
    bare = ses.ConfigurationSet(stack, "Bare")

    with pytest.raises(ValueError, match="reputation") as error:
        ReputationAlarms(stack, "Rate", configuration_set=bare, notify=topic)

    assert str(error.value) == (
        "Shop/Rate: the reputation metrics of the configuration set must be on, got them off for Shop/Bare; "
        "define it with reputation_metrics=True"
    )
    assert paths(stack) == ["Shop", "Shop/OnCall", "Shop/OnCall/Resource", "Shop/Bare", "Shop/Bare/Resource"]
    assert resources(stack, "AWS::SNS::TopicPolicy") == {}


def test_fails_when_the_set_is_none(stack):
    with pytest.raises(TypeError) as error:
        ReputationAlarms(stack, "Rate", configuration_set="mail")

    assert str(error.value) == (
        "Shop/Rate: a configuration set was expected, got 'mail'; pass an EventPublishingConfigurationSet"
    )


def test_fails_when_the_set_is_of_another_region(bounce):
    app = cdk.App()
    mail = EventPublishingConfigurationSet(cdk.Stack(app, "Shop", env=IRELAND), "Mail")
    stack = cdk.Stack(app, "Watch", env=cdk.Environment(account="111111111111", region="us-east-1"))

    with pytest.raises(ValueError, match="region") as error:
        ReputationAlarms(stack, "Rate", configuration_set=mail)

    assert str(error.value) == (
        "Watch/Rate: configuration_set must be in the region of this stack, got 'eu-west-1' for 'us-east-1'; "
        "give both stacks the same env"
    )


@pytest.mark.parametrize("rates", [(0.04, 0.02), (0.02, 0.02), (2, 4), (0.5, 1.5), (0, 0.5), (0.02,), ()])
@pytest.mark.parametrize("parameter", ["bounce_rate", "complaint_rate"])
def test_fails_when_thresholds_are_no_shares_in_order(stack, parameter, rates):
    way_out = {
        "bounce_rate": "write (0.02, 0.04) for 2 % and 4 %",
        "complaint_rate": "write (0.0004, 0.0008) for 0.04 % and 0.08 %",
    }

    with pytest.raises(ValueError, match=parameter) as error:
        ReputationAlarms(stack, "Account", **{parameter: rates})

    assert str(error.value) == (
        f"Shop/Account: {parameter} must be a smaller and a larger share of 1, got {rates!r}; {way_out[parameter]}"
    )


@pytest.mark.parametrize("rates", [0.02, "ab", (0.02, "0.04"), (True, 1), None])
@pytest.mark.parametrize(
    ("parameter", "default"), [("bounce_rate", "(0.02, 0.04)"), ("complaint_rate", "(0.0004, 0.0008)")]
)
def test_fails_when_thresholds_are_no_numbers(stack, rates, parameter, default):
    with pytest.raises(TypeError) as error:
        ReputationAlarms(stack, "Account", **{parameter: rates})

    assert str(error.value) == (
        f"Shop/Account: {parameter} must be two numbers, where to warn and where it is critical, got {rates!r}; "
        f"write {parameter}={default}"
    )


def test_fails_when_notify_is_no_topic(stack):
    with pytest.raises(TypeError) as error:
        ReputationAlarms(stack, "Account", notify="on-call")

    assert str(error.value) == (
        "Shop/Account: notify must be an SNS topic, got 'on-call'; "
        "write notify=sns.Topic(…), with an ARN by sns.Topic.from_topic_arn"
    )


def test_fails_when_the_topic_is_encrypted_with_the_key_of_aws(stack):
    topic = sns.Topic(stack, "OnCall", master_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/sns"))

    with pytest.raises(ValueError, match="alias") as error:
        ReputationAlarms(stack, "Account", notify=topic)

    assert str(error.value) == (
        "Shop/Account: notify must be encrypted with a key whose policy can be edited, got alias/aws/sns; "
        "use a kms.Key of your own"
    )


def test_fails_when_the_topic_is_of_another_region():
    stack = cdk.Stack(cdk.App(), "Shop", env=IRELAND)
    topic = sns.Topic.from_topic_arn(stack, "OnCall", "arn:aws:sns:us-east-1:111111111111:on-call")

    with pytest.raises(ValueError, match="region") as error:
        ReputationAlarms(stack, "Account", notify=topic)

    assert str(error.value) == (
        "Shop/Account: notify must be in the region of the alarms, got 'us-east-1' for 'eu-west-1'; "
        "use one of that region"
    )


def test_alarms_cannot_be_changed(stack):
    reputation = ReputationAlarms(stack, "Account")

    with pytest.raises(TypeError):
        reputation.alarms["Rejects"] = None


def test_constructor_that_fails_leaves_nothing(stack, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr("ses_event_constructs.monitoring._alarms.let_alarms_publish", fail)

    with pytest.raises(RuntimeError, match="no"):
        ReputationAlarms(stack, "Account", notify=sns.Topic(stack, "OnCall"))

    assert paths(stack) == ["Shop", "Shop/OnCall", "Shop/OnCall/Resource"]
