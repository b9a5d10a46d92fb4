"""The report of what the emulator remembers."""

import json
import time
from datetime import datetime, timezone

import pytest
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint
from ses_local.errors import SesLocalError
from ses_local.report.figures import Period
from ses_local.report.live import report_of_emulator

pytestmark = pytest.mark.deploy


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    """An emulator that remembers nothing but what these tests do."""
    started = Emulator.start(Endpoint(free_port()), tmp_path_factory.mktemp("live"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def ses(emulator):
    """A client, with two sets that each publish to two topics, so that each event is delivered twice."""
    sns, ses = emulator.endpoint.client("sns"), emulator.endpoint.client("sesv2")
    ses.create_email_identity(EmailIdentity="shop.example")
    topics = [sns.create_topic(Name=name)["TopicArn"] for name in ("one", "two")]
    for topic in topics:
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    for name in ("Receipts", "Marketing"):
        ses.create_configuration_set(ConfigurationSetName=name)
        for number, topic in enumerate(topics):
            ses.create_configuration_set_event_destination(
                ConfigurationSetName=name,
                EventDestinationName=f"to{number}",
                EventDestination={
                    "Enabled": True,
                    "MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"],
                    "SnsDestination": {"TopicArn": topic},
                },
            )
    return ses


def mail(ses, configuration_set, *to):
    ses.send_email(
        FromEmailAddress="news@shop.example",
        Destination={"ToAddresses": list(to)},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}},
        ConfigurationSetName=configuration_set,
        EmailTags=[{"Name": "campaign", "Value": "winter"}],
    )


def today():
    return Period.last(7, datetime.now(timezone.utc).date())


def test_fails_when_nothing_is_remembered(emulator):
    with pytest.raises(
        SesLocalError, match=r"^the emulator remembers no event from .*; send a mail, as with ses-local send"
    ):
        report_of_emulator(emulator, today())


def test_fails_when_there_is_no_such_stack(emulator):
    with pytest.raises(SesLocalError, match=r"^there is no stack Nope; there are none$"):
        report_of_emulator(emulator, today(), stack="Nope")


def test_each_event_counts_once_however_many_destinations_it_went_to(emulator, ses):
    mail(ses, "Receipts", "ada@x.test", "success@simulator.amazonses.com")
    mail(ses, "Receipts", "bounce@simulator.amazonses.com")
    mail(ses, "Marketing", "complaint@simulator.amazonses.com")
    emulator_settles(emulator)

    report = report_of_emulator(emulator, today())

    by_set = {group.name: group.totals for group in report.by_set}
    assert (by_set["Receipts"].sent, by_set["Receipts"].hard_bounced, by_set["Receipts"].complaints) == (3, 1, 0)
    assert (by_set["Marketing"].sent, by_set["Marketing"].complaints) == (1, 1)
    assert report.summary.sent == 4
    assert [day.totals is None for day in report.by_day] == [True] * 6 + [False]
    assert report.by_day[-1].totals == report.summary
    assert [(each.tag, each.value, each.totals.sent) for each in report.by_tag] == [("campaign", "winter", 4)]
    assert {group.name: group.totals.sent for group in report.by_domain} == {"x.test": 1, "simulator.amazonses.com": 3}
    assert [each.address for each in report.addresses] == [
        "bounce@simulator.amazonses.com",
        "complaint@simulator.amazonses.com",
    ]
    assert (report.source, report.emulated, report.queries, report.previous) == ("live", True, (), None)
    assert report.findings == ()


def test_one_set_alone(emulator, ses):
    assert ses
    report = report_of_emulator(emulator, today(), configuration_set="Marketing")

    assert [group.name for group in report.by_set] == ["Marketing"]
    assert report.summary.sent == 1


def emulator_settles(emulator):
    while emulator.is_busy:
        time.sleep(0.05)
