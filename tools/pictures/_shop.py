"""The shop whose mails are in the pictures: deployed, sending, and for one mail without a permission."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

from ses_local.client.cdk import Cdk
from ses_local.client.emulator import Emulator, free_port, stopping
from ses_local.client.environment import Endpoint

from tools.pictures._clock import Clock
from tools.pictures._letters import KINDS, Letter

Event = tuple[str, dict[str, str], float]
Sent = tuple[str, Letter, tuple[Event, ...]]
APP = Path(__file__).parents[2] / "tests" / "local" / "apps" / "shop"
CLICK = ("Click", {"link": "https://example.com/spring"}, 31)
# When each mail is sent, and what happens to it how many seconds after its delivery; oldest first.
MORNING: tuple[Sent, ...] = (
    ("08:02:41", Letter("order", "Mathilde Roux", 1031), ()),
    ("08:15:09", Letter("password", "Kwame Mensah"), ()),
    ("08:30:00", Letter("journal", "Ines Duarte"), (("Open", {}, 214), CLICK)),
    ("08:30:01", Letter("journal", "Tomasz Zielinski"), (("Open", {}, 482),)),
    ("08:30:02", Letter("journal", "Hana Kovac"), (("Complaint", {}, 1260),)),
    ("09:04:37", Letter("order", "Elif Kaya", 1036), (("Bounce", {}, 2),)),
    ("09:11:20", Letter("order", "Noor Haddad", 1037), ()),
    ("09:19:55", Letter("password", "Sven Lindqvist"), (("DeliveryDelay", {"delay_type": "MailboxFull"}, 60),)),
    ("09:30:00", Letter("journal", "Priya Nair"), ()),
    ("09:30:01", Letter("journal", "Lucia Romano"), (("Open", {}, 96), CLICK)),
    ("09:38:12", Letter("order", "Oskar Nilsen", 1041), ()),
)
LOST: Sent = ("09:41:07", Letter("order", "Ada Whitfield", 1042), (("Bounce", {"bounce_sub_type": "NoEmail"}, 2),))


@dataclass(frozen=True)
class Shop:
    """The running shop.

    Attributes:
        url: The address of the console, with a slash at its end.
        now: The time.
        engaged: The id of a mail that was opened and clicked.
        lost: The id of a mail whose bounce was lost.
        set: The name of the set that it was sent through.
    """

    url: str
    now: datetime
    engaged: str
    lost: str
    set: str


@contextmanager
def open_shop() -> Iterator[Shop]:
    """Deploy the shop on an emulator of its own, and send its mails."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        clock = Clock(Path(folder, "clock"))
        with clock.for_new_processes():
            started = Emulator.start(Endpoint(free_port()), Path(folder, "emulator"))
        with stopping(started) as emulator:
            _deploy(emulator, Path(folder))
            names = emulator.endpoint.client("sesv2").list_configuration_sets()["ConfigurationSets"]
            sets = {kind.set: name for kind in KINDS.values() for name in names if name.startswith(kind.set)}
            ids = {each[1].name: _send(emulator, clock, sets, each) for each in MORNING}
            _take_permission_away(emulator)
            lost = _send(emulator, clock, sets, LOST)
            clock.set("09:41:30")
            yield Shop(f"{emulator.endpoint.url}/_ses_local/", clock.now, ids["Lucia Romano"], lost, sets["Orders"])


def _deploy(emulator: Emulator, folder: Path) -> None:
    cdk = Cdk(emulator.endpoint, APP, folder)
    cdk.bootstrap([emulator.endpoint.environment])
    cdk.synthesise(folder / "cdk.out")
    cdk.deploy(folder / "cdk.out")


def _send(emulator: Emulator, clock: Clock, sets: dict[str, str], sent: Sent) -> str:
    time_of_day, letter, events = sent
    clock.set(time_of_day)
    message_id = str(emulator.endpoint.client("sesv2").send_email(**letter.call(sets))["MessageId"])
    for event_type, fields, seconds in events:
        _settle(emulator)
        clock.advance(seconds)
        emulator.ask("inject", {"eventType": event_type, "message": message_id, "fields": fields})
        if event_type == "Bounce":
            _wait_for_function(emulator, message_id)
    _settle(emulator)
    return message_id


def _wait_for_function(emulator: Emulator, message_id: str) -> None:
    """Wait until the page of a mail shows the function that its bounce runs; the clock must not change meanwhile."""
    page = ""
    while 'class="call' not in page:
        time.sleep(0.1)
        with urlopen(f"{emulator.endpoint.url}/_ses_local/mails/{message_id}") as answer:  # noqa: S310 - our own address
            page = answer.read().decode()


def _settle(emulator: Emulator) -> None:
    while emulator.is_busy:
        time.sleep(0.02)


def _take_permission_away(emulator: Emulator) -> None:
    """Leave out of the topic's policy what lets Amazon SES publish."""
    sns = emulator.endpoint.client("sns")
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        policy = json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
        policy["Statement"] = [each for each in policy["Statement"] if "ses.amazonaws.com" not in json.dumps(each)]
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy))
