"""The archive, really deployed: what becomes of every record between Amazon SES and a query."""

import base64
import importlib.util
import json
import re
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from botocore.exceptions import ClientError
from sandbox import set_of
from ses_local.checking.athena import execution_parameters
from ses_local.commands.send import Message, inject, send_mails
from ses_local.ses.records import EVENT_TYPES

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "apps"
QUERIES = ROOT / "ses_event_constructs/archive/queries"
DAYS = ("2026-01-01", "2099-12-31")
REPORT = [file.stem.removeprefix("report_").replace("_", " ") for file in QUERIES.glob("report_*.sql")]
MAILS = 1_000


def load(name):
    """Loads a module of the archive's own tests, which need no CDK."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tests/archive/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


samples = load("samples")


class Deployed:
    """One of the app's two archives."""

    def __init__(self, emulator, prefix):
        self.emulator, self.client = emulator, emulator.endpoint.client
        stack = self.client("cloudformation").describe_stacks(StackName="Archives")["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        for name in ("Set", "Plain", "Bucket", "Stream", "Database", "WorkGroup"):
            setattr(self, name.lower(), outputs[f"{prefix}{name}Name"])
        self.sends = outputs["SendsSetName"]

    def put(self, *records):
        data = [{"Data": record if isinstance(record, bytes) else json.dumps(record).encode()} for record in records]
        answer = self.client("firehose").put_record_batch(DeliveryStreamName=self.stream, Records=data)
        assert answer["FailedPutCount"] == 0

    def keys(self, prefix, bucket=None):
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket or self.bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def body(self, key, bucket=None):
        return self.client("s3").get_object(Bucket=bucket or self.bucket, Key=key)["Body"].read()

    def clear(self):
        for bucket in (self.bucket, self.plain):
            for key in self.keys("", bucket):
                self.client("s3").delete_object(Bucket=bucket, Key=key)

    def records(self, key, bucket=None):
        """How many records an object holds: Firehose joins those of a batch."""
        body = self.body(key, bucket)
        if not body.startswith(b"PAR1"):
            return sum(bool(line.strip()) for line in body.splitlines())
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            Path(file.name).write_bytes(body)
            # A connection of its own: that of the module is what ses-local reads by, in this process too.
            with duckdb.connect() as connection:
                return connection.execute("SELECT count(*) FROM read_parquet(?)", [file.name]).fetchall()[0][0]

    def wait(self, count, prefix="events/", bucket=None):
        """Waits until so many records have arrived, as long as there are ever more of them."""
        known, found, patience = {}, -1, time.monotonic() + 30
        while found < count and time.monotonic() < patience:
            for key in self.keys(prefix, bucket):
                known.setdefault(key, 0)
                known[key] = known[key] or self.records(key, bucket)
            before, found = found, sum(known.values())
            patience = time.monotonic() + 30 if found > before else patience
            time.sleep(0.2 if count < MAILS else 2)
        assert found == count

    def ask(self, sql, parameters=()):
        """Asks Athena, as the work group lets one."""
        athena = self.client("athena")
        started = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self.database},
            WorkGroup=self.workgroup,
            **execution_parameters(parameters),
        )["QueryExecutionId"]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            execution = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                break
            time.sleep(0.1)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"].get("StateChangeReason")
        pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=started)
        rows = [
            [cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]
        ]
        return rows[1:]

    def archived(self):
        """What the table holds, each row as JSON; the one thing asked in DuckDB's own words."""
        rows = self.ask("SELECT CAST(to_json(e) AS VARCHAR) AS record FROM (SELECT * FROM events) AS e")
        return [json.loads(row[0]) for row in rows]


@pytest.fixture(scope="module")
def cdk(bootstrapped, tmp_path_factory):
    """The CDK CLI, with the app deployed; it writes to a folder of this run, so that two runs may be at it."""
    made = bootstrapped("archive")
    output = ("--output", str(tmp_path_factory.mktemp("assembly")))

    class Runner:
        def deploy(self, *arguments):
            app = bootstrapped("archive", *arguments)
            folder = tmp_path_factory.mktemp("assembly")
            app.synthesise(folder)
            app.deploy(folder)

        def destroy(self):
            made.run(["destroy", "--all", "--force", *output], APPS / "archive")

    Runner().deploy()
    return Runner()


@pytest.fixture
def archive(emulator, cdk):
    found = Deployed(emulator, "Full")
    found.clear()
    return found


@pytest.fixture
def without_headers(emulator, cdk):
    found = Deployed(emulator, "Short")
    found.clear()
    return found


def leaves(value, path="", *, of_sender=False):
    """Every leaf of a record by its path, in the archive's spelling; nulls are no leaves."""
    if isinstance(value, dict):
        for name, inner in value.items():
            spelled = name if of_sender else name.lower()
            yield from leaves(inner, f"{path}.{spelled}", of_sender=spelled in ("tags", "linktags"))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    elif value is not None:
        yield path, value


def comparable(records, *, dropped="^$"):
    """The records as sets of leaves, in an order of their own, without the partition and what is meant to go."""
    found = []
    for record in records:
        kept = {path: value for path, value in leaves(record) if path != ".day" and not re.search(dropped, path)}
        found.append(sorted(kept.items(), key=str))
    return sorted(found, key=str)


def test_every_leaf_of_every_variant_arrives_unchanged(archive):
    sent = samples.variants()

    archive.put(*sent)

    archive.wait(len(sent))
    assert len(sent) == 30
    assert comparable(archive.archived()) == comparable(sent, dropped=r"\.new(field|flag)")
    assert archive.keys("errors/") == []


def test_every_leaf_of_every_event_of_a_mail_arrives_unchanged(archive, emulator):
    to = ("success@simulator.amazonses.com", "bounce@simulator.amazonses.com")
    message = Message(to, {"campaign": "autumn", "place-of": "top"})

    send_mails(set_of(emulator, archive.set), message)
    for name in EVENT_TYPES:
        inject(emulator, name, set_of(emulator, archive.set), message)

    archive.wait(3 + 10)
    archive.wait(3 + 10, "", archive.plain)
    bodies = [archive.body(key, archive.plain) for key in archive.keys("", archive.plain)]
    plain = [json.loads(line) for body in bodies for line in body.splitlines()]
    assert {record["eventType"] for record in plain} == set(EVENT_TYPES.values())
    assert comparable(archive.archived()) == comparable(plain)


def test_headers_are_left_out_and_nothing_else(without_headers):
    sent = samples.variants()

    without_headers.put(*sent)

    without_headers.wait(len(sent))
    dropped = r"\.new(field|flag)|^\.mail\.(headers\[|commonheaders)"
    assert comparable(without_headers.archived()) == comparable(sent, dropped=dropped)
    everything = b"".join(without_headers.body(key) for key in without_headers.keys(""))
    assert b"berraschung" not in everything


def test_record_that_cannot_be_converted_is_kept_as_it_came(archive):
    broken = b'{"eventType": "Send", "mail": "no object"}'
    text = b"Successfully validated"

    archive.put(broken, text, samples.FULL["Send"])

    archive.wait(2, "errors/")
    failed = [json.loads(archive.body(key)) for key in archive.keys("errors/format-conversion-failed/day=")]
    assert sorted(base64.b64decode(each["rawData"]) for each in failed) == sorted([broken, text])
    assert len(archive.archived()) == 1


def test_records_lie_by_the_day_of_arrival(archive):
    archive.put(samples.FULL["Send"])

    archive.wait(1)
    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert [key.rpartition("/")[0] for key in archive.keys("events/")] == [f"events/day={today}"]
    assert archive.ask("SELECT day FROM events") == [[today]]


def test_every_named_query_runs_on_what_has_arrived(archive):
    archive.put(*samples.FULL.values())
    archive.wait(10)
    athena = archive.client("athena")
    ids = athena.list_named_queries(WorkGroup=archive.workgroup)["NamedQueryIds"]
    queries = [athena.get_named_query(NamedQueryId=each)["NamedQuery"] for each in ids]
    extra = {
        "message timeline": [samples.mail()["messageId"]],
        "bounce rate by message tag": ["campaign"],
    } | {f"report {name}": [""] for name in REPORT}

    rows = {
        query["Name"]: archive.ask(query["QueryString"], [*DAYS, *extra.get(query["Name"], [])]) for query in queries
    }

    assert sorted(rows) == sorted(file.stem.replace("_", " ") for file in QUERIES.glob("*.sql"))
    assert {query["Database"] for query in queries} == {archive.database}
    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert rows["bounce rate by day"] == [[today, "Marketing", "3", "2", "0", "0", "66.667", "0.0"]]
    assert rows["bounce rate by message tag"] == [["winter-2026", "3", "2", "0", "0", "66.667", "0.0"]]
    assert [row[1] for row in rows["message timeline"]][-1] == "Complaint"
    assert all(rows.values())
    assert archive.keys("athena-results/")


def test_a_thousand_mails_an_update_and_a_destroy_leave_every_event(archive, cdk, emulator, tmp_path):
    sent = send_mails(set_of(emulator, archive.sends), Message(tags={"campaign": "autumn"}), MAILS)
    archive.wait(MAILS)

    cdk.deploy("--context", "update=1")
    archive.put(samples.FULL["Bounce"])
    archive.wait(MAILS + 1)
    cdk.destroy()

    with pytest.raises(ClientError, match="does not exist"):
        emulator.endpoint.client("cloudformation").describe_stacks(StackName="Archives")
    assert archive.stream not in archive.client("firehose").list_delivery_streams()["DeliveryStreamNames"]
    counts = Counter(events_in(archive, tmp_path))
    assert counts == Counter([*((message, "Send") for message in sent), (samples.mail()["messageId"], "Bounce")])


def events_in(archive, folder):
    """The message id and the event of every object that is left in the bucket."""

    def fetch(numbered):
        number, key = numbered
        (folder / f"{number}.parquet").write_bytes(archive.body(key))

    with ThreadPoolExecutor(4) as pool, duckdb.connect() as connection:
        list(pool.map(fetch, enumerate(archive.keys("events/"))))
        files = str(folder / "*.parquet")
        return connection.execute("SELECT mail.messageid, eventtype FROM read_parquet(?)", [files]).fetchall()
