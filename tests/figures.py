"""The figures of the documentation: those that are ours with what they come from, and the facts of others."""

from __future__ import annotations

import ast
import importlib
import json
import re
from functools import cache
from importlib.metadata import distribution
from math import ceil
from typing import Any

import pytest

from ses_event_constructs.archive._queries import load_queries
from tests.blocks import ROOT

_RESULTS = ROOT / "benchmarks" / "results"
_LOCAL = "local/ses_local"
_MIB = 2**20


@cache
def constant(path: str, name: str) -> Any:
    """Return a constant of a module without running the module; most of them are installed elsewhere."""
    (found,) = (
        node.value
        for node in ast.parse((ROOT / path).read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    )
    return eval(compile(ast.Expression(found), path, "eval"), {"Duration": _Duration})  # noqa: S307 - our own source


class _Duration:
    """Stands for CDK's, whose objects are of another process."""

    @staticmethod
    def days(number: int) -> int:
        return number

    @staticmethod
    def minutes(number: int) -> int:
        return number


def result(name: str) -> Any:
    """Return what a benchmark wrote."""
    return json.loads((_RESULTS / f"{name}.json").read_text())


def pinned(path: str, pattern: str) -> str:
    """Return what a pattern finds in a file."""
    return re.search(pattern, (ROOT / path).read_text(), re.MULTILINE)[1]


def pinned_glibc() -> str:
    """Return the glibc that the wheel of the guard's engine was built for."""
    tag = re.search(r"manylinux_(\d+)_(\d+)", distribution("cloudformation-validate").read_text("WHEEL"))
    return ".".join(tag.groups())


def costs_module() -> Any:
    """Return benchmarks/costs.py, which computes prices."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        return importlib.import_module("costs")


def values() -> dict[str, Any]:
    """Return every figure that is ours, by a name."""
    archive, records, scale = result("archive"), result("records"), result("scale")["limits"]
    costs = archive["costs"]["1,000,000"]
    saved = costs["samples"]["Athena"] - costs["archive"]["Athena"]
    bounces = archive["queries"]["BounceRateByDay"]
    text, event = (
        records[f"from {what}"] for what in ("the text of the Lambda event", "what Lambda passes to a handler")
    )
    pydantic = sorted(
        each["microseconds"]["ses-event-records"] / each["microseconds"]["pydantic"] for each in (text, event)
    )
    memory = constant(f"{_LOCAL}/client/environment.py", "MEMORY")
    bare = sorted(sides["bare"] for what, sides in scale.items() if "names of" in what)
    reports = [name for name in load_queries() if name.startswith("Report")]
    prices = archive["prices"]
    least_scan = constant(f"{_LOCAL}/report/asking.py", "LEAST_BYTES") / 2**40 * prices["athena, USD per TB"]
    project = (ROOT / "pyproject.toml").read_text()
    bounce_lines, complaint_lines = (
        constant("ses_event_constructs/monitoring/_alarm_kinds.py", name)
        for name in ("BOUNCE_LINES", "COMPLAINT_LINES")
    )
    bounce_rates, complaint_rates = (
        constant("ses_event_constructs/monitoring/_alarms.py", name) for name in ("_BOUNCE_RATE", "_COMPLAINT_RATE")
    )
    fleet = [costs_module().choices(sets, 1e6) for sets in (10, 100, 1_000, 10_000)]
    seconds_of_a_set = 3 * 2 + 1  # each of three destinations is created and read back, at a request a second
    return {
        "newest_cdk": pinned("requirements.txt", r"^aws-cdk-lib==([\d.]+)"),
        "typescript": pinned("guard/tests/typescript/package.json", r'"typescript": "(\d+\.\d+)'),
        "glibc": pinned_glibc(),
        "pythons": re.search(r'"--python", nargs="\+", default=\[([^]]+)\]', (ROOT / "tools/installs.py").read_text())[
            1
        ]
        .replace('"', "")
        .replace(", 3.13", " and 3.13"),
        "minutes": pinned("ses_event_constructs/archive/_stream.py", r"buffering_interval=Duration.minutes\((\d+)\)"),
        "mebibytes": pinned("ses_event_constructs/archive/_stream.py", r"buffering_size=Size.mebibytes\((\d+)\)"),
        "billed_kb": costs_module().BILLED_KB,
        "cost_date": costs_module().DATE,
        "archive_date": prices["date"],
        "least_mb": constant("ses_event_constructs/archive/_checks.py", "_LEAST_SCAN") // 1_000_000,
        "receives": pinned("ses_event_constructs/queue/_queue.py", r"max_receive_count: int = (\d+)"),
        "address": constant(f"{_LOCAL}/ses/address_rules.py", "MAX_LENGTH"),
        "sends": 2 * constant(f"{_LOCAL}/ministack/_sends.py", "SENT_KEPT"),
        "report_days": pinned(f"{_LOCAL}/commands/report_options.py", r"days: .*max=(\d+)"),
        "report_json": int(pinned("ses_event_constructs/archive/queries/report_by_message_tag.sql", r"LIMIT (\d+)")),
        "hours_3000": round(3_000 * seconds_of_a_set / 3600),
        "hours_10000": round(10_000 * seconds_of_a_set / 3600),
        "by_campaign": fleet[2]["metrics: 8 events by set and 5 campaigns"],
        "by_set": fleet[2]["metrics: 8 events by configuration set"],
        "fleet": [f"{what} | {' | '.join(f'{each[what]:,.2f}' for each in fleet)}" for what in fleet[0]],
        "python": re.search(r'requires-python = ">=([\d.]+)"', project)[1],
        "cdk": re.search(r'"aws-cdk-lib>=([\d.]+)', project)[1],
        "nodes": re.search(r"--node (\d+ \d+)", (ROOT / "Makefile").read_text())[1].replace(" ", " or "),
        "bare_few": bare[0],
        "bare_many": bare[-1],
        "sns_sets": constant("ses_event_constructs/destinations/_sns.py", "_MOST_SETS"),
        "mails_kept": constant(f"{_LOCAL}/server/mail_store.py", "KEPT"),
        "mails_mib": constant(f"{_LOCAL}/server/mail_store.py", "BUDGET") // _MIB,
        "log_kept": constant(f"{_LOCAL}/server/delivery_log.py", "KEPT"),
        "log_mib": constant(f"{_LOCAL}/server/delivery_log.py", "BYTES_KEPT") // _MIB,
        "memory": memory,
        "half": memory // 2,
        "fifth": round(memory / 5),
        "tenth": round(memory / 10),
        "waiting": constant(f"{_LOCAL}/server/publisher.py", "MOST_WAITING"),
        "soaked": result("soak")["mails"],
        "soak_gib": result("soak")["bound_MiB"] // 1024,
        "report_kb": constant(f"{_LOCAL}/report/page.py", "MOST_BYTES") // 1000,
        "report_rows": constant(f"{_LOCAL}/report/sections.py", "MOST_ROWS"),
        "few": constant(f"{_LOCAL}/report/figures.py", "FEW"),
        "max_scan": constant(f"{_LOCAL}/report/asking.py", "MAX_SCAN") // 2**30,
        "report_usd": f"{ceil(len(reports) * least_scan * 1000) / 1000:.3f}",
        "over_json": f"{records['targets'][0]['measured']:.1f}",
        "over_pydantic": f"{pydantic[0] * 100 - 100:.0f} to {pydantic[-1] * 100 - 100:.0f} %",
        "records_mb": round(records["peak memory in MB"]["ses-event-records"]),
        "pydantic_mb": round(records["peak memory in MB"]["pydantic"]),
        "queue_days": constant("ses_event_constructs/queue/_queue.py", "_RETENTION"),
        "dead_days": constant("ses_event_constructs/queue/_queue.py", "_DEAD_LETTER_RETENTION"),
        "visible": constant("ses_event_constructs/queue/_queue.py", "_VISIBILITY_TIMEOUT"),
        "most_receives": constant("ses_event_constructs/queue/_checks.py", "_MOST_RECEIVES"),
        "most_hours": constant("ses_event_constructs/queue/_checks.py", "_MOST_SECONDS") // 3600,
        "function_seconds": constant("ses_event_constructs/queue/_queue.py", "_VISIBILITY_TIMEOUT") * 60 // 6,
        "scan": constant("ses_event_constructs/archive/_checks.py", "_DEFAULT_SCAN") // 2**30,
        "first_day": constant("ses_event_constructs/archive/_catalogue.py", "_FIRST_DAY"),
        "events": archive["events"],
        "small_mb": round(bounces["archive of a small sender"]["bytes"] / 1e6),
        "samples_mb": round(bounces["samples"]["bytes"] / 1e6),
        "break_even": round(costs["archive"]["Firehose conversion"] / saved * archive["queries_a_year"] / 52),
        "small_mails": int(round(archive["mails"] / 12, -4)),
        "gb": prices["firehose ingestion, USD per GB"],
        "converted": prices["firehose format conversion, USD per GB"],
        "stored": prices["s3 storage, USD per GB and month"],
        "put": prices["s3 put, USD per 1,000"],
        "tb": round(prices["athena, USD per TB"]),
        "bounce": [f"{line:.0%}".replace("%", " %") for line in bounce_lines],
        "complaint": [f"{line * 100:g} %" for line in complaint_lines],
        "bounce_rates": [f"{rate:.0%}".replace("%", " %") for rate in bounce_rates],
        "complaint_rates": [f"{rate * 100:g} %" for rate in complaint_rates],
        "of_line": [f"{rate / bounce_lines[0]:.0%}".replace("%", " %") for rate in bounce_rates],
        "dashboard_sets": constant("ses_event_constructs/monitoring/_dashboard.py", "_MOST_SETS"),
        "dashboard_alarms": constant("ses_event_constructs/monitoring/_dashboard.py", "_MOST_ALARMS"),
    }
