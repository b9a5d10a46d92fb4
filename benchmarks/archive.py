"""Bytes that the named queries of the archive read, compared with the layout of the AWS samples.

Run it with the library's interpreter: `.venv/bin/python benchmarks/archive.py`. It writes a year of synthetic events
below a temporary folder, once as Parquet by day of arrival and once as gzip JSON lines in one prefix, runs every named
query over one month on both, each in a fresh process, compares the rows, and counts the bytes that DuckDB asked the
kernel for, read-ahead off. Results go to `benchmarks/results/archive.json`.

The year is a sample of a sender of a million mails a month, one mail in fourteen, in files as large as Firehose would
write for that sender. The bounce rate is asked a third time in the files of a sender who has no more mails than that:
there the footers of many small files weigh most. The JSON layout has one file a day, which favours it. The costs do
not count on columns: an engine may read a small file whole, so of the archive they take the whole month.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from _archive_costs import PRICES, QUERIES_A_YEAR, Measured, yearly  # noqa: E402 - the path comes first
from _archive_layouts import ARCHIVE, SAMPLES, SMALL, open_layout, write_year  # noqa: E402

from ses_event_constructs.archive._queries import load_queries  # noqa: E402

MAILS_A_DAY, DAYS = 2_400, 365
MONTH = ("2026-10-01", "2026-10-31")
VOLUMES = (1_000_000, 10_000_000, 100_000_000)
BOUNCE_RATE, BOUND = "BounceRateByDay", 20


def ask(folder: Path, layout: str, identifier: str) -> dict[str, Any]:
    """Run one query in this process, and count what it reads."""
    spec = importlib.util.spec_from_file_location("ses_local_athena", ROOT / "local/ses_local/checking/athena.py")
    assert spec is not None
    assert spec.loader is not None
    athena = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(athena)
    extra = {"BounceRateByMessageTag": ["campaign"], "MessageTimeline": [(folder / "message-id").read_text()]}
    every_set = [""] if identifier.startswith("Report") else []
    sql = athena.to_duckdb(load_queries()[identifier].sql, [*MONTH, *extra.get(identifier, every_set)])
    connection = open_layout(folder, layout)
    before, start = bytes_read(), time.perf_counter()
    rows = connection.execute(sql).fetchall()
    return {
        "rows": len(rows),
        "digest": hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest(),
        "bytes": bytes_read() - before,
        "seconds": round(time.perf_counter() - start, 3),
        "memory_mib": peak_mib(),
    }


def bytes_read() -> int:
    """Return the bytes that this process has read, from the disk or its cache."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("rchar")).split()[1])


def peak_mib() -> int:
    """Return the peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def ask_elsewhere(folder: Path, layout: str, identifier: str) -> dict[str, Any]:
    """Run one query in a process of its own, with empty caches."""
    command = [sys.executable, str(Path(__file__).resolve()), "--ask", str(folder), layout, identifier]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this script
    return json.loads(answer.stdout)


def size(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def run(folder: Path, days: int) -> dict[str, Any]:
    """Write both layouts, run the queries, and return all measurements."""
    start, events, raw = time.perf_counter(), 0, 0
    for day, (count, length) in enumerate(write_year(folder, date(2026, 1, 1), days, MAILS_A_DAY, MONTH), 1):
        events, raw = events + count, raw + length
        print(f"\rwriting day {day} of {days}, {events:,} events", end="", file=sys.stderr)
    print(file=sys.stderr)
    written = {"seconds": round(time.perf_counter() - start, 1), "memory_mib": peak_mib()}
    with open_layout(folder, ARCHIVE) as connection:
        found = connection.execute(
            "SELECT count(*), min(mail.messageid) FILTER (WHERE eventtype = 'Bounce') "
            "FROM events WHERE day BETWEEN ? AND ?",
            MONTH,
        ).fetchone()
        assert found is not None
    (folder / "message-id").write_text(found[1])
    queries: dict[str, dict[str, Any]] = {}
    for identifier in load_queries():
        queries[identifier] = {layout: ask_elsewhere(folder, layout, identifier) for layout in (ARCHIVE, SAMPLES)}
        ours, theirs = (queries[identifier][layout] for layout in (ARCHIVE, SAMPLES))
        if ours["digest"] != theirs["digest"]:
            sys.exit(f"{identifier}: the two layouts gave different rows")
        print(f"{identifier:30} {ours['bytes']:>12,} {theirs['bytes']:>14,} bytes", file=sys.stderr)
    queries[BOUNCE_RATE][SMALL] = ask_elsewhere(folder, SMALL, BOUNCE_RATE)
    month = sum(size(day) for day in (folder / ARCHIVE).iterdir() if MONTH[0] <= day.name[len("day=") :] <= MONTH[1])
    return {
        "whole_files_of_the_month": month,
        "events": events,
        "events_of_the_month": found[0],
        "mails": days * MAILS_A_DAY,
        "json_bytes": raw,
        "written": written,
        "stored": {layout: size(folder / layout) for layout in (ARCHIVE, SAMPLES)},
        "queries": queries,
    }


def costs(result: dict[str, Any]) -> dict[str, Any]:
    """Return the yearly costs of both layouts at each volume."""
    events = result["events"]
    # A query over the samples reads all of them; one over the archive at most the month.
    read = {
        ARCHIVE: result["whole_files_of_the_month"] / result["events_of_the_month"],
        SAMPLES: result["stored"][SAMPLES] / events,
    }
    found: dict[str, Any] = {}
    for mails in VOLUMES:
        for layout, reads_all in ((ARCHIVE, False), (SAMPLES, True)):
            measured = Measured(
                stored=result["stored"][layout] / events,
                read=read[layout],
                converts=not reads_all,
                reads_all=reads_all,
            )
            bill = yearly(
                measured, events_a_month=mails * events / result["mails"], record=result["json_bytes"] / events
            )
            found.setdefault(f"{mails:,}", {})[layout] = {name: round(amount, 2) for name, amount in bill.items()}
    return found


def reading(result: dict[str, Any]) -> str:
    """Return what each query reads as the Markdown table of docs/archive.md."""
    lines = [
        "| named query, over one month | rows | archive | samples | ratio | archive | samples |",
        "|---|" + "---:|" * 6,
    ]
    for identifier, query in result["queries"].items():
        ours, theirs = query[ARCHIVE], query[SAMPLES]
        lines.append(
            f"| `{identifier}` | {ours['rows']:,} | {ours['bytes'] / 1e6:.1f} MB | {theirs['bytes'] / 1e6:.1f} MB "
            f"| {theirs['bytes'] / ours['bytes']:.0f} | {ours['seconds']:.2f} s | {theirs['seconds']:.1f} s |"
        )
    return "\n".join(lines)


def bills(result: dict[str, Any]) -> str:
    """Return the costs of a year as the Markdown table of docs/archive.md."""
    lines = [
        "| mails a month | layout | Firehose | conversion | S3 | Athena | USD a year |",
        "|---:|---|" + "---:|" * 5,
    ]
    for mails, layouts in result["costs"].items():
        for layout, bill in layouts.items():
            amounts = " | ".join(f"{amount:,.0f}" for amount in bill.values())
            lines.append(f"| {mails} | {layout} | {amounts} | {sum(bill.values()):,.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark, or one query of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--days", type=int, default=DAYS, help="days to write, from 1 January; at least 304 for October"
    )
    parser.add_argument("--ask", nargs=3, metavar=("FOLDER", "LAYOUT", "QUERY"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ask:
        folder, layout, identifier = arguments.ask
        print(json.dumps(ask(Path(folder), layout, identifier)))
        return
    with tempfile.TemporaryDirectory(prefix="ses-archive-") as folder:
        result = run(Path(folder), arguments.days)
    result |= {"costs": costs(result), "prices": PRICES, "queries_a_year": QUERIES_A_YEAR, "cores": os.cpu_count()}
    print(f"{reading(result)}\n\n{bills(result)}")
    bounce = result["queries"][BOUNCE_RATE]
    ratio = bounce[SAMPLES]["bytes"] / bounce[ARCHIVE]["bytes"]
    small = bounce[SAMPLES]["bytes"] / bounce[SMALL]["bytes"]
    print(f"\n{result['events']:,} events; the bounce rate reads 1/{ratio:.0f}, of a small sender 1/{small:.0f}")
    if arguments.days == DAYS:
        (ROOT / "benchmarks/results/archive.json").write_text(json.dumps(result, indent=2) + "\n")
    if ratio < BOUND:
        sys.exit(f"the bounce rate must read at most 1/{BOUND}")


if __name__ == "__main__":
    main()
