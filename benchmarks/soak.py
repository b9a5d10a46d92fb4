"""Send 200,000 mails that nobody reads, and watch the memory of the emulator's process, which must end below 1 GiB.

Run it with ses-local's interpreter: ``.venv-local/bin/python benchmarks/soak.py [MAILS]``. The configuration set has
the destinations of an application: a topic with a queue behind it, a delivery stream to a bucket, and CloudWatch
metrics with a dimension for campaigns. Mails of 7 kB with tags are sent over HTTP by several processes; some bounce,
some complain. It prints the memory at every tenth part, what was dropped, and whether everything adds up; a run of
200,000 mails writes ``results/soak.json``.
"""

import itertools
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from _deployments import cpu_of
from _http_sends import Clients, clients
from local_publish import make_destinations
from rich.progress import Progress
from ses_local.client.emulator import Emulator, free_port, stopping
from ses_local.client.environment import Endpoint

MAILS = 200_000
CONNECTIONS = 4
MEBIBYTE = 2**20
BOUND = 1_024
STEP = 10_000
EVENTS = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT")
# Of fifty mails, two bounce and one provokes a complaint; the other recipients take them.
RECIPIENTS = ("bounce", "bounce", "complaint", *["success"] * 47)
EVENTS_OF = {"bounce": 2, "complaint": 3, "success": 2}
TEST_MESSAGES = ("Successfully validated SNS topic for Amazon SES event publishing.",)
CAMPAIGNS = ("spring", "summer", "autumn", "winter")
RESULTS = Path(__file__).parent / "results" / "soak.json"
HTML = "<p>Dear customer, your order is on its way. <a href='https://shop.example/orders'>Track it</a></p>\n" * 70


def body(number: int) -> dict[str, Any]:
    """The call that sends a mail."""
    recipient = RECIPIENTS[number % len(RECIPIENTS)]
    return {
        "FromEmailAddress": "Shop <sender@example.com>",
        "Destination": {"ToAddresses": [f"{recipient}+{number}@simulator.amazonses.com"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": f"Order {number} is on its way"},
                "Body": {"Text": {"Data": f"Order {number}"}, "Html": {"Data": HTML}},
            }
        },
        "ConfigurationSetName": "load",
        "EmailTags": [
            {"Name": "campaign", "Value": CAMPAIGNS[number % len(CAMPAIGNS)]},
            {"Name": "order", "Value": str(number)},
        ],
    }


def memory_of(process: int) -> float:
    """The resident memory of a process, in MiB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1_024


def use_metrics(emulator: Emulator) -> None:
    """Put metrics with two dimensions in the place of the bus."""
    ses = emulator.endpoint.client("sesv2")
    ses.delete_configuration_set_event_destination(ConfigurationSetName="load", EventDestinationName="bus")
    dimensions = [
        {"DimensionName": name, "DimensionValueSource": "MESSAGE_TAG", "DefaultDimensionValue": "none"}
        for name in ("ses:configuration-set", "campaign")
    ]
    definition = {"CloudWatchDestination": {"DimensionConfigurations": dimensions}}
    for name, target in {"metrics": definition, "topic": {}, "stream": {}}.items():
        found = ses.get_configuration_set_event_destinations(ConfigurationSetName="load")["EventDestinations"]
        known = next((each for each in found if each["Name"] == name), {})
        keys = ("SnsDestination", "KinesisFirehoseDestination")
        asked = {"Enabled": True, "MatchingEventTypes": list(EVENTS), **target}
        asked |= {key: known[key] for key in keys if key in known}
        call = (
            ses.update_configuration_set_event_destination if known else ses.create_configuration_set_event_destination
        )
        call(ConfigurationSetName="load", EventDestinationName=name, EventDestination=asked)


def watch(emulator: Emulator, sending: Clients, mails: int) -> list[dict[str, float]]:
    """The memory whenever a tenth part, or 10,000 mails, was sent; waits until all of it is published."""
    process, step = emulator.ask("status")["process"], min(STEP, max(mails // 10, 1))
    curve = [{"mails": 0, "MiB": round(memory_of(process), 1)}]
    with Progress() as progress:
        task = progress.add_task("sending", total=mails)
        while (sent := sending.sent) < mails:
            if not sending.are_alive:
                raise SystemExit("soak: a client has ended early; its error is above")
            progress.update(task, completed=sent)
            if sent >= curve[-1]["mails"] + step:
                curve.append({"mails": sent // step * step, "MiB": round(memory_of(process), 1)})
                progress.print(f"{curve[-1]['mails']:>8} mails: {curve[-1]['MiB']:7.1f} MiB")
            time.sleep(0.05)
        while emulator.ask("status")["waiting"]:
            time.sleep(0.1)
        progress.update(task, completed=mails)
    time.sleep(5)  # it looks at its stores every other second
    return [*curve, {"mails": mails, "MiB": round(memory_of(process), 1)}]


def left_in(emulator: Emulator, queue: str) -> Mapping[str, int]:
    """What the queue and the metrics still hold."""
    sqs, cloudwatch = emulator.endpoint.client("sqs"), emulator.endpoint.client("cloudwatch")
    names = ["ApproximateNumberOfMessages"]
    messages = int(sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"][names[0]])
    counted = 0.0
    for metric in cloudwatch.list_metrics(Namespace="AWS/SES")["Metrics"]:
        points = cloudwatch.get_metric_statistics(
            **metric,
            StartTime=time.time() - 86_400,
            EndTime=time.time() + 86_400,
            Period=86_400,
            Statistics=["Sum"],
        )["Datapoints"]
        counted += sum(point["Sum"] for point in points)
    return {"messages": messages, "metrics": int(counted)}


def main() -> int:
    """Run the soak; return 1 if it takes too much memory, or if something is silently lost."""
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else MAILS
    expected = sum(EVENTS_OF[each] for each in itertools.islice(itertools.cycle(RECIPIENTS), mails))
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        stopping(Emulator.start(Endpoint(free_port()), Path(folder))) as emulator,
    ):
        queue = make_destinations(emulator.endpoint)["topic"]
        use_metrics(emulator)
        start, processor = time.monotonic(), cpu_of(emulator)
        with clients(emulator.endpoint, body, mails, CONNECTIONS) as sending:
            curve = watch(emulator, sending, mails)
            took, processor = time.monotonic() - start, cpu_of(emulator) - processor
            ids = sending.ids()
        dropped, left = emulator.ask("status")["dropped"], left_in(emulator, queue)
    end = curve[-1]["MiB"]
    adds_up = {
        "mails": len(set(ids)) == mails,
        "queue": left["messages"] + dropped.get("sqs", 0) == expected + len(TEST_MESSAGES),
        "metrics": left["metrics"] == expected or "cloudwatch" in dropped,
        "memory": max(point["MiB"] for point in curve) < BOUND,
    }
    print(f"{mails} mails, {expected} events at three destinations in {took:.0f} s; load of the machine {load:.1f}")
    print(f"{1000 * processor / mails:.2f} ms of processor a mail; {end:.0f} MiB at the end, at most {BOUND}")
    print(f"left: {dict(left)}; dropped: {dropped}; adds up: {adds_up}")
    if mails == MAILS:
        found = {
            "python": platform.python_version(),
            "ministack": version("ministack"),
            "mails": mails,
            "events": expected,
            "seconds": round(took),
            "load": round(load, 1),
            "processor_ms_a_mail": round(1000 * processor / mails, 2),
            "bound_MiB": BOUND,
            "end_MiB": end,
            "dropped": dropped,
            "left": dict(left),
            "curve": curve,
        }
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")
    return 0 if all(adds_up.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
