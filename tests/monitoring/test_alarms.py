import aws_cdk as cdk
import pytest
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import ALL_EVENTS, CloudWatchDestination, ReputationAlarms
from tests.templates import paths, resource, resources, warnings

IRELAND = cdk.Environment(account="111111111111", region="eu-west-1")
RATES = ["BounceRateWarning", "BounceRateCritical", "ComplaintRateWarning", "ComplaintRateCritical"]
BOUNCES = (
    "AWS reviews an account at 5 % and may pause its sending at 10 %. Find the list or form that the bad addresses "
    "come from, and stop sending to it."
)
COMPLAINTS = (
    "AWS reviews an account at 0.1 % and may pause its sending at 0.5 %. Find out which mail it is, and send it only "
    "to people who asked for it."
)


def rendered(stack, reputation):
    """The alarms by construct id."""
    return {alarm.node.id: resource(stack, alarm)["Properties"] for alarm in reputation}


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


def test_account_is_watched_below_the_limits_of_aws(stack):
    reputation = ReputationAlarms(stack, "Account")

    assert rendered(stack, reputation) == {
        "BounceRateWarning": rate(
            "BounceRate", 0.02, f"Warning: 2 % or more of the mail sent from this account hard bounces. {BOUNCES}"
        ),
        "BounceRateCritical": rate(
            "BounceRate", 0.04, f"Critical: 4 % or more of the mail sent from this account hard bounces. {BOUNCES}"
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
        f"Warning: 2 % or more of the mail sent with the configuration set Shop/Mail hard bounces. {BOUNCES}",
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
            "Amazon SES found a virus in mail with the configuration set Shop/Mail and did not send it. Find out who "
            "sends infected attachments with this account: AWS may pause its sending."
        ),
        "MetricName": "Reject",
    }
    assert every["RenderingFailures"] == {
        **count,
        "AlarmDescription": (
            "Mail with the configuration set Shop/Mail was not sent because its template could not be rendered "
            "with its data. Amazon SES had accepted it, so the sender got no error. Compare the last change of the "
            "template with the data that the sender passes."
        ),
        "MetricName": "RenderingFailure",
    }


def test_one_of_the_two_counts_can_be_watched_alone(stack, mail):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=[EmailSendingEvent.REJECT])

    reputation = ReputationAlarms(stack, "MailRate", configuration_set=mail)

    assert [alarm.node.id for alarm in reputation] == [*RATES, "Rejects"]
    assert reputation.rendering_failures is None


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


def test_l2_set_with_rates_on_can_be_watched(stack):
    bare = ses.ConfigurationSet(stack, "Bare", reputation_metrics=True)

    reputation = ReputationAlarms(stack, "BareRate", configuration_set=bare)

    assert [alarm.node.id for alarm in reputation] == RATES


def test_imported_set_can_be_watched(stack):
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "marketing")

    reputation = ReputationAlarms(stack, "Rate", configuration_set=imported)

    assert rendered(stack, reputation)["BounceRateWarning"]["Dimensions"] == [
        {"Name": "ses:configuration-set", "Value": "marketing"}
    ]


def test_metrics_of_a_set_that_is_given_as_an_l1_can_be_watched(stack):
    options = ses.CfnConfigurationSet.ReputationOptionsProperty(reputation_metrics_enabled=True)
    bare = ses.CfnConfigurationSet(stack, "Bare", reputation_options=options)

    reputation = ReputationAlarms(stack, "Rate", configuration_set=bare)

    assert [alarm.node.id for alarm in reputation] == RATES


def test_warns_when_the_set_is_imported(stack):
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "marketing")

    ReputationAlarms(stack, "Rate", configuration_set=imported)

    ((path, text),) = warnings(stack)
    assert path == "/Shop/Imported"
    assert text.endswith("[ack: ses-event-constructs:reputationMetricsUnknown]")


def test_alarms_are_attributes_and_iterate_in_the_same_order(stack, mail):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=ALL_EVENTS)

    reputation = ReputationAlarms(stack, "MailRate", configuration_set=mail)

    assert list(reputation) == [
        reputation.bounce_rate_warning,
        reputation.bounce_rate_critical,
        reputation.complaint_rate_warning,
        reputation.complaint_rate_critical,
        reputation.rejects,
        reputation.rendering_failures,
    ]
    assert [alarm.node.id for alarm in reputation] == [*RATES, "Rejects", "RenderingFailures"]
    # More than once.
    assert len([*reputation, *reputation]) == 12


def test_alarms_of_the_account_are_the_four_rates(stack):
    reputation = ReputationAlarms(stack, "Account")

    assert (reputation.rejects, reputation.rendering_failures) == (None, None)
    assert len([*reputation]) == 4


def test_constructor_that_fails_leaves_nothing(stack, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr("ses_event_constructs.monitoring._alarms.let_alarms_publish", fail)

    with pytest.raises(RuntimeError, match="no"):
        ReputationAlarms(stack, "Account", notify=sns.Topic(stack, "OnCall"))

    assert paths(stack) == ["Shop", "Shop/OnCall", "Shop/OnCall/Resource"]


@pytest.mark.parametrize("id", ["Account", "My/Account"])
def test_fails_when_id_is_taken_and_leaves_the_first_alarms_as_they_were(stack, mail, id):
    ReputationAlarms(stack, id)
    topic = sns.Topic(stack, "OnCall")
    before = resources(stack)
    twin = paths(stack)

    with pytest.raises(ValueError, match="unique") as error:
        ReputationAlarms(stack, id, configuration_set=mail, notify=topic)

    assert str(error.value) == f"Shop/{id}: id must be unique in its parent, got {id!r} twice; use another id"
    assert paths(stack) == twin
    # Neither the policy of the topic nor the metrics of the set have changed.
    assert topic.node.try_find_child("Policy") is None
    assert mail.configuration_set.node.default_child.reputation_options is None
    assert "ReputationOptions" not in str(before)
