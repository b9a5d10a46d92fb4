import pytest
from rich.console import Console
from ses_event_records.testing import FACTORIES, bounce, send
from ses_event_records.testing import mail as mail_of
from ses_local.commands.events import Filter, run
from ses_local.server.api import Api
from ses_local.server.delivery_log import DeliveryLog, DestinationKey, Summary
from ses_local.server.mail_store import MailStore
from ses_local.server.publisher import Publisher
from ses_local.ses.destinations import Destination
from ses_local.ses.event import Event
from ses_local.ses.statements import put_records

EVENTS = frozenset(FACTORIES)
TOPIC = Destination("shop", "Topic", enabled=True, events=EVENTS, kind="SNS", target={})
BUS = Destination("shop", "Bus", enabled=True, events=EVENTS, kind="EventBridge", target={})
WHERE = {"account": "111111111111", "region": "eu-west-1"}


def event(number, **fields):
    return Event(send(mail=mail_of("ada@example.com", message_id=f"mail-{number}", **fields)))


def numbers(deliveries):
    return [delivery.number for delivery in deliveries]


@pytest.mark.parametrize("event_type", FACTORIES)
def test_event_at_rest_has_the_same_record_and_text(event_type):
    record = FACTORIES[event_type](seed=3)
    busy, resting = Event(record), Event(record)

    resting.rest()

    assert resting.record == record
    assert resting.record is not record
    assert resting.text == busy.text
    assert resting.type == event_type
    assert resting.message_id == record["mail"]["messageId"]


def test_event_at_rest_takes_a_third_of_its_text():
    found = Event(bounce("grace@customer.example"))

    assert 50 < found.size < len(found.text) / 3


def test_log_keeps_the_last_deliveries_and_says_which_it_dropped():
    log = DeliveryLog(kept=4)

    assert log.oldest == 1
    for number in range(3):
        for destination in (TOPIC, BUS):
            log.add(destination, event(number), **WHERE)

    assert log.oldest == 3
    assert numbers(log.after(0)) == [3, 4, 5, 6]
    assert numbers(log.after(4)) == [5, 6]
    assert list(log.after(6)) == []
    assert log.of_mail("mail-0") == []
    assert numbers(log.of_mail("mail-1")) == [3, 4]
    assert log.mail("mail-0") is None
    assert log.mail("mail-2")[0]["messageId"] == "mail-2"


def test_log_drops_the_oldest_when_its_records_are_too_large():
    first, second, third = (event(number, subject=str(number) * 9) for number in range(3))
    log = DeliveryLog(bytes_kept=second.size + third.size)

    for each in (first, second, third):
        log.add(TOPIC, each, **WHERE)
        log.add(BUS, each, **WHERE)

    # An event that two deliveries share counts once, and until its last delivery is dropped.
    assert numbers(log.after(0)) == [3, 4, 5, 6]


def test_log_keeps_a_delivery_that_is_larger_than_its_budget():
    log = DeliveryLog(bytes_kept=1)

    log.add(TOPIC, event(1), **WHERE)
    log.add(TOPIC, event(2), **WHERE)

    assert numbers(log.after(0)) == [2]


def test_log_yields_nothing_while_it_is_empty():
    log = DeliveryLog()

    assert list(log.after(0)) == []
    assert log.summaries == {}
    assert not log.counts


def test_summaries_and_counts_outlive_the_deliveries():
    log = DeliveryLog(kept=1)

    log.add(TOPIC, event(1), reason="no such topic", **WHERE)
    log.add(TOPIC, event(2), reason="denied", **WHERE)
    log.add(TOPIC, event(3), **WHERE)
    log.add(BUS, event(3), **WHERE)

    lost = log.summaries[DestinationKey("111111111111", "eu-west-1", "shop", "Topic")]
    assert (lost.arrived, lost.lost, lost.last_reason) == (1, 2, "denied")
    assert 0 < lost.last_lost <= lost.last_time
    [bus] = list(log.after(0))
    assert log.summaries[DestinationKey("111111111111", "eu-west-1", "shop", "Bus")] == Summary(1, 0, bus.time)
    assert log.counts == {("Topic", "arrived"): 1, ("Topic", "lost"): 2, ("Bus", "arrived"): 1}


def test_log_keeps_the_statement_that_was_missing():
    log = DeliveryLog()
    missing = put_records("arn:aws:iam::111111111111:role/ses", "arn:aws:firehose:eu-west-1:111111111111:d/s")

    log.add(TOPIC, event(1), **WHERE, reason="denied", missing=missing)
    log.add(TOPIC, event(2), **WHERE)

    lost, arrived = [delivery.entry() for delivery in log.after(0)]
    assert lost["missing"] == missing.entry()
    assert arrived["missing"] is None
    assert log.summaries[DestinationKey(*WHERE.values(), "shop", "Topic")].last_missing == missing


class Emulator:
    """An emulator whose log has dropped some."""

    is_busy = False

    def __init__(self, dropped):
        self.status = {"dropped": dropped}

    def ask(self, action):
        assert action == "status"
        return self.status

    def environments(self):
        return []

    def events(self, _after):
        return []


@pytest.mark.parametrize(
    ("dropped", "said"), [({"deliveries": 1_234}, "1,234 older deliveries are not kept any more\n"), ({"sqs": 3}, "")]
)
def test_events_command_says_what_the_log_has_dropped(capsys, dropped, said):
    shown = Filter(through=None, event="", message="", destination="", since=0.0)

    run(Console(), Emulator(dropped), shown, follow=False, as_json=True)

    assert capsys.readouterr() == ("", said)


def test_status_counts_deliveries_and_mails_that_were_dropped():
    publisher = Publisher(DeliveryLog(kept=2), MailStore())
    for number in range(5):
        publisher.deliveries.add(TOPIC, event(number), **WHERE)

    status = Api(publisher, None)._status({}, {})

    assert status["dropped"] == {"deliveries": 3}
    assert status["counts"] == [{"destination": "Topic", "status": "arrived", "events": 5}]
