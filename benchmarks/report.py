"""The report of a year of two million events: time, memory and bytes, on the emulator's Athena.

Run it with ses-local's interpreter, and the library's on the PATH, as `make bench` does. It writes the year of
`archive.py` as files of the archive, deploys an archive on a fresh emulator, puts the files into its bucket, and makes
the report of the year and its page in a process of its own, whose time and peak memory are measured. The emulator and
the DuckDB in it stand in for AWS: their memory is noted, and so is what they hold of S3. Results go to
`benchmarks/results/report.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import duckdb
from _deployments import cpu_of
from ses_local.checking.deployed import Clients
from ses_local.client.cdk import Cdk
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import MEMORY_VARIABLE, Endpoint
from ses_local.report import page
from ses_local.report.archived import report_of_archive
from ses_local.report.figures import Period

ROOT = Path(__file__).parents[1]
MAILS_A_DAY, DAYS = 2_400, 365
MOST_SECONDS, MOST_MIB = 60, 1024
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def make(port: int) -> dict[str, Any]:
    """Make the report and its page in this process, and say what that took."""
    endpoint, start = Endpoint(port), time.perf_counter()
    report = report_of_archive(endpoint.client, endpoint.environment, "Shop", YEAR, emulated=True)
    asked = time.perf_counter()
    html = page.render(report, datetime.now(timezone.utc))
    return {
        "seconds_of_queries": round(asked - start, 1),
        "seconds_of_page": round(time.perf_counter() - asked, 1),
        "seconds": round(time.perf_counter() - start, 1),
        "processor_seconds": round(time.process_time(), 1),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "page_bytes": len(html.encode()),
        "bytes_read": report.bytes_read,
        "usd_at_list_price": round(report.cost, 5),
        "sent": report.summary.sent,
        "findings": [finding.rule for finding in report.findings],
        "queries": {query.name: round(query.seconds, 2) for query in report.queries},
    }


def write_year(folder: Path, days: int) -> None:
    """Write the files in the library's environment."""
    script = [ROOT / ".venv/bin/python", ROOT / "benchmarks/_archive_year.py", folder, str(days), str(MAILS_A_DAY)]
    subprocess.run(script, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - this repository's


def fill(clients: Clients, year: Path) -> int:
    """Put the files into the bucket of the archive; return their bytes. Exits unless the emulator keeps them all."""
    outputs = clients("cloudformation").describe_stacks(StackName="Shop")["Stacks"][0]["Outputs"]
    bucket = next(output["OutputValue"] for output in outputs if output["OutputKey"] == "BucketName")
    size, files = 0, sorted(year.rglob("*.parquet"))
    for file in files:
        clients("s3").put_object(Bucket=bucket, Key=f"events/{file.relative_to(year)}", Body=file.read_bytes())
        size += file.stat().st_size
    pages = clients("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/")
    if (kept := sum(page["KeyCount"] for page in pages)) != len(files):
        sys.exit(f"the emulator keeps {kept} of {len(files)} files; give it more with {MEMORY_VARIABLE}")
    return size


def peak_mib(process: int) -> int:
    """Return the peak memory of a process."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def run(folder: Path, days: int, year: Path | None) -> dict[str, Any]:
    """Measure one report."""
    if year is None:
        write_year(year := folder / "year", days)
    with duckdb.connect() as connection:
        asked = "SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(?)"
        (events,) = connection.execute(asked, [f"{year}/*/*.parquet"]).fetchall()[0]
    os.environ[MEMORY_VARIABLE] = "2048"  # the year is 280 MB, more than an emulator keeps by itself
    emulator = Emulator.start(Endpoint(free_port()), folder / "emulator")
    try:
        endpoint = emulator.endpoint
        os.environ["CDK_VALIDATION"] = "false"
        cdk = Cdk(endpoint, ROOT / "tests/local/apps/report", folder / "cdk")
        cdk.bootstrap([endpoint.environment])
        cdk.synthesise(folder / "assembly")
        cdk.deploy(folder / "assembly")
        stored = fill(endpoint.client, year)
        process = emulator.ask("status")["process"]
        before, cpu = peak_mib(process), cpu_of(emulator)
        load = os.getloadavg()[0]
        command = [sys.executable, __file__, "--make", str(endpoint.port)]
        made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this script
        return {
            "events": events,
            "days": days,
            "stored": stored,
            "report": json.loads(made.stdout),
            "emulator": {
                "memory_mib_before": before,
                "memory_mib": peak_mib(process),
                "processor_seconds": round(cpu_of(emulator) - cpu, 1),
            },
            "cores": os.cpu_count(),
            "load_of_others": round(load, 1),
        }
    finally:
        emulator.stop()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=DAYS, help="days to write, from 1 January")
    parser.add_argument("--year", type=Path, help="take the files that _archive_year.py has written there")
    parser.add_argument("--make", type=int, metavar="PORT", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.make:
        print(json.dumps(make(arguments.make)))
        return
    with tempfile.TemporaryDirectory(prefix="ses-report-") as folder:
        result = run(Path(folder), arguments.days, arguments.year)
    print(json.dumps(result, indent=2))
    if arguments.days == DAYS:
        (ROOT / "benchmarks/results/report.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    made = result["report"]
    if made["seconds"] > MOST_SECONDS or made["memory_mib"] > MOST_MIB:
        sys.exit(
            f"a report may take {MOST_SECONDS} s and {MOST_MIB} MiB, got {made['seconds']} and {made['memory_mib']}"
        )


if __name__ == "__main__":
    main()
