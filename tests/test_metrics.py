import contextlib

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    ALL_EVENTS,
    CloudWatchDestination,
    EventPublishingConfigurationSet,
    SnsDestination,
)
from ses_event_constructs._events import EVENT_NAMES
from tests.templates import resource, resources

OFF = (
    "Shop/Mail: the reputation metrics of {path} must be on; define the configuration set with reputation_metrics=True"
)


def tag(name, default="none"):
    return ses.CloudWatchDimension(name=name, source=ses.CloudWatchDimensionSource.MESSAGE_TAG, default_value=default)


def name_of(stack, mail):
    return {"Ref": stack.resolve(mail.configuration_set.node.default_child.logical_id)}


def rendered(stack, metric):
    """The metric as an alarm of the stack has it."""
    alarm = cloudwatch.Alarm(stack, "Alarm", metric=metric, threshold=1, evaluation_periods=1)
    properties = resource(stack, alarm)["Properties"]
    for each in ("ComparisonOperator", "EvaluationPeriods", "Threshold"):
        del properties[each]
    return properties


def refusal(event):
    return (
        "Shop/Mail: event must be published by an enabled CloudWatch destination with the one "
        f"dimension ses:configuration-set, got {event}; "
        f"first call add_event_destination with CloudWatchDestination() and [{event}]"
    )


@pytest.mark.parametrize("event", [each for each in ALL_EVENTS if EVENT_NAMES[each].metric])
def test_metric_of_each_event_is_read_by_the_name_of_the_set(stack, mail, event):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=ALL_EVENTS)

    assert rendered(stack, mail.metric(event)) == {
        "Dimensions": [{"Name": "ses:configuration-set", "Value": name_of(stack, mail)}],
        "MetricName": EVENT_NAMES[event].metric,
        "Namespace": "AWS/SES",
        "Period": 300,
        "Statistic": "Sum",
    }


def test_metric_takes_statistic_period_and_label(mail, bounce):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)

    metric = mail.metric(*bounce, statistic="Maximum", period=cdk.Duration.hours(1), label="Bounces")

    assert (metric.statistic, metric.period.to_hours(), metric.label) == ("Maximum", 1, "Bounces")


def test_metric_is_read_where_the_mail_is_sent(bounce):
    app = cdk.App()
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(account="111111111111", region="eu-west-1"))
    mail = EventPublishingConfigurationSet(stack, "Mail", configuration_set_name="mail")
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)

    metric = mail.metric(*bounce)

    assert (metric.region, metric.account) == ("eu-west-1", "111111111111")


def test_explicit_dimension_counts_as_the_default_one(mail, bounce):
    mail.add_event_destination("Metrics", CloudWatchDestination([tag("ses:configuration-set", "x")]), events=bounce)

    assert mail.metric(*bounce).metric_name == "Bounce"


def test_metric_may_be_published_by_a_destination_of_another_wrapper(stack, mail, bounce):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)
    other = EventPublishingConfigurationSet(stack, "Other", configuration_set=mail)

    assert rendered(stack, other.metric(*bounce))["Dimensions"] == [
        {"Name": "ses:configuration-set", "Value": name_of(stack, mail)}
    ]


@pytest.mark.parametrize("event", [EmailSendingEvent.DELIVERY_DELAY, EmailSendingEvent.SUBSCRIPTION])
def test_fails_when_aws_documents_no_metric(mail, event):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=ALL_EVENTS)

    with pytest.raises(ValueError, match="metric") as error:
        mail.metric(event)

    assert str(error.value) == (
        f"Shop/Mail: event must have a CloudWatch metric that AWS documents, got {event}; "
        "count it with an EventBridgeDestination or an EventArchive"
    )


def test_fails_when_no_destination_publishes_the_metric(mail, bounce, stack):
    mail.add_event_destination("Topic", SnsDestination(sns.Topic(stack, "Topic")), events=bounce)
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=[EmailSendingEvent.SEND])

    with pytest.raises(ValueError, match="must be published") as error:
        mail.metric(*bounce)

    assert str(error.value) == refusal("EmailSendingEvent.BOUNCE")


def test_fails_when_the_destination_is_disabled(mail, bounce):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce, enabled=False)

    with pytest.raises(ValueError, match="must be published") as error:
        mail.metric(*bounce)

    assert str(error.value) == refusal("EmailSendingEvent.BOUNCE")


@pytest.mark.parametrize("names", [["ses:configuration-set", "campaign"], ["campaign"]])
def test_fails_when_the_destination_has_other_dimensions(mail, bounce, names):
    mail.add_event_destination("Metrics", CloudWatchDestination([tag(name) for name in names]), events=bounce)

    with pytest.raises(ValueError, match="must be published") as error:
        mail.metric(*bounce)

    assert str(error.value) == refusal("EmailSendingEvent.BOUNCE")


def test_fails_when_the_event_is_not_an_event(mail):
    with pytest.raises(TypeError) as error:
        mail.metric("bounce")

    assert str(error.value) == (
        "Shop/Mail: events must be EmailSendingEvent members, got 'bounce'; write EmailSendingEvent.BOUNCE"
    )


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        ({"statistic": 5}, "statistic must be a string, got 5; write statistic='Sum'"),
        ({"label": 5}, "label must be a string, got 5; write a string, or omit it"),
        ({"period": 5}, "period must be a Duration, got 5; write period=Duration.minutes(5)"),
    ],
)
def test_fails_when_an_option_is_of_the_wrong_type(stack, mail, bounce, reading, message):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)

    for method in (lambda: mail.metric(*bounce, **reading), lambda: mail.metric_bounce_rate(**reading)):
        with pytest.raises(TypeError) as error:
            method()

        assert str(error.value) == f"Shop/Mail: {message}"
    assert "Properties" not in resource(stack, mail.configuration_set)


@pytest.mark.parametrize("seconds", [0, 45, 90])
def test_fails_when_cloudwatch_does_not_support_the_period(mail, bounce, seconds):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)
    period = cdk.Duration.seconds(seconds)

    with pytest.raises(ValueError, match="period") as error:
        mail.metric(*bounce, period=period)

    assert str(error.value) == (
        f"Shop/Mail: period must be 1, 5, 10 or 30 seconds or whole minutes, got {period.to_human_string()}; "
        "write period=Duration.minutes(5)"
    )


@pytest.mark.parametrize(
    ("method", "name"),
    [("metric_bounce_rate", "Reputation.BounceRate"), ("metric_complaint_rate", "Reputation.ComplaintRate")],
)
def test_rate_is_read_by_the_name_of_the_set(stack, method, name):
    mail = EventPublishingConfigurationSet(stack, "Mail", reputation_metrics=True)

    metric = getattr(mail, method)()

    assert rendered(stack, metric) == {
        "Dimensions": [{"Name": "ses:configuration-set", "Value": name_of(stack, mail)}],
        "MetricName": name,
        "Namespace": "AWS/SES",
        "Period": 300,
        "Statistic": "Average",
    }


def test_fails_when_the_rates_of_an_own_set_are_off_by_default(stack, mail):
    with pytest.raises(ValueError, match="reputation") as error:
        mail.metric_bounce_rate()

    assert str(error.value) == OFF.format(path="Shop/Mail/Default")
    assert "Properties" not in resource(stack, mail.configuration_set)


def test_rate_that_is_on_stays_on(stack):
    bare = ses.ConfigurationSet(stack, "Bare", reputation_metrics=True)

    EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare).metric_bounce_rate()

    assert resource(stack, bare)["Properties"] == {"ReputationOptions": {"ReputationMetricsEnabled": True}}


def test_rate_of_an_own_set_is_read_by_another_wrapper(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail", reputation_metrics=True)

    metric = EventPublishingConfigurationSet(stack, "Other", configuration_set=mail).metric_bounce_rate()

    assert rendered(stack, metric)["Dimensions"] == [{"Name": "ses:configuration-set", "Value": name_of(stack, mail)}]


def test_rate_of_an_imported_set_changes_nothing(stack):
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "marketing")

    EventPublishingConfigurationSet(stack, "Mail", configuration_set=imported).metric_bounce_rate()

    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    assert resources(stack) == {}


def test_fails_when_the_rates_of_an_own_set_are_switched_off(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail", reputation_metrics=False)

    with pytest.raises(ValueError, match="reputation") as error:
        mail.metric_complaint_rate()

    assert str(error.value) == OFF.format(path="Shop/Mail/Default")
    assert resource(stack, mail.configuration_set)["Properties"] == {
        "ReputationOptions": {"ReputationMetricsEnabled": False}
    }


@pytest.mark.parametrize("given", [None, False])
def test_fails_when_the_rates_of_a_given_set_are_off(stack, given):
    bare = ses.ConfigurationSet(stack, "Bare", reputation_metrics=given)
    before = None if given is None else {"ReputationOptions": {"ReputationMetricsEnabled": False}}

    with pytest.raises(ValueError, match="reputation") as error:
        EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare).metric_bounce_rate()

    assert str(error.value) == OFF.format(path="Shop/Bare")
    assert resource(stack, bare).get("Properties") == before


def test_reputation_metrics_may_be_a_token(stack):
    flag = cdk.CfnParameter(stack, "Flag")
    bare = ses.ConfigurationSet(stack, "Bare", reputation_metrics=True)
    bare.node.default_child.reputation_options = cdk.Token.as_any({"ReputationMetricsEnabled": flag.value_as_string})

    metric = EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare).metric_bounce_rate()

    assert metric.metric_name == "Reputation.BounceRate"


def test_period_may_be_a_token_as_far_as_this_library_checks(stack, mail, bounce):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)
    seconds = cdk.CfnParameter(stack, "Seconds", type="Number").value_as_number

    # CDK looks at the number that stands for the token, and takes it when it happens to be a multiple of 60.
    with contextlib.suppress(RuntimeError):
        mail.metric(*bounce, period=cdk.Duration.seconds(seconds))


def test_fails_when_a_keyword_is_unknown(mail, bounce):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)

    with pytest.raises(TypeError) as error:
        mail.metric(*bounce, lable="Bounces")

    assert str(error.value) == "Shop/Mail: keyword must be one of the options, got lable; write label"


def test_set_may_be_an_l1(stack):
    bare = ses.CfnConfigurationSet(
        stack,
        "Bare",
        reputation_options=ses.CfnConfigurationSet.ReputationOptionsProperty(reputation_metrics_enabled=True),
    )

    metric = EventPublishingConfigurationSet(stack, "Mail", configuration_set=bare).metric_bounce_rate()

    assert rendered(stack, metric)["Dimensions"] == [{"Name": "ses:configuration-set", "Value": {"Ref": "Bare"}}]
