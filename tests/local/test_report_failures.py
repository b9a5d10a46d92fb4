"""A report that cannot be made ends in a sentence, and leaves no query behind."""

import _thread
import signal
import threading
from datetime import date

import boto3
import duckdb
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from lake import fill
from report_app import deploy
from ses_event_records.testing import mail, send
from ses_local.errors import SesLocalError
from ses_local.report import athena as report_athena
from ses_local.report.archived import report_of_archive
from ses_local.report.asking import Budget, Question
from ses_local.report.athena import Runner
from ses_local.report.deployed_archive import find_archive
from ses_local.report.figures import Period

pytestmark = pytest.mark.deploy
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
# Hours of work, which can be stopped at any time.
ENDLESS = (
    "SELECT sum(x * y) AS s FROM UNNEST(sequence(1, 1000000)) AS a (x) CROSS JOIN UNNEST(sequence(1, 1000000)) AS b (y)"
)


@pytest.fixture(scope="module")
def outputs(emulator, bootstrapped, tmp_path_factory):
    """The outputs of the stack, whose archive is empty, also after other modules have filled it."""
    found = deploy(emulator, bootstrapped, tmp_path_factory.mktemp("assembly"))
    empty(emulator.endpoint.client("s3"), found["Bucket"])
    return found


def empty(s3, bucket):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/")
    for each in [each for page in pages for each in page.get("Contents", [])]:
        s3.delete_object(Bucket=bucket, Key=each["Key"])


@pytest.fixture
def make(emulator, outputs):
    def report(period=NOVEMBER, stack="Shop", **more):
        assert outputs
        return report_of_archive(
            emulator.endpoint.client, emulator.endpoint.environment, stack, period, emulated=True, **more
        )

    return report


@pytest.fixture
def events(emulator, outputs, tmp_path):
    """Two mails of November, which are gone after the test."""
    sent = [send(mail=mail(f"{name}@x.test", configuration_set=outputs["Receipts"])) for name in ("ada", "bob")]
    client = emulator.endpoint.client
    fill(client, outputs["Database"], {date(2026, 11, 3): sent}, tmp_path)
    yield sent
    empty(client("s3"), outputs["Bucket"])


@pytest.fixture
def runner(emulator, outputs):
    client = emulator.endpoint.client("athena")
    return Runner(client, outputs["WorkGroup"], outputs["Database"], Budget(), lambda _: None)


def question(sql, *parameters, name="a query", most=0):
    return Question(name, sql, parameters, most)


def without_validation(emulator):
    endpoint = emulator.endpoint
    session = boto3.Session(endpoint.account, endpoint.secret, region_name=endpoint.region)
    return session.client("athena", endpoint_url=endpoint.url, config=Config(parameter_validation=False))


def states(emulator, outputs):
    athena = emulator.endpoint.client("athena")
    ids = athena.list_query_executions(WorkGroup=outputs["WorkGroup"])["QueryExecutionIds"]
    return {
        each: athena.get_query_execution(QueryExecutionId=each)["QueryExecution"]["Status"]["State"] for each in ids
    }


def test_fails_when_the_stack_has_no_archive(make):
    with pytest.raises(SesLocalError, match=r"^stack Bare has no archive; add EventArchive\(self, 'Archive'\) to it"):
        make(stack="Bare")


def test_fails_when_there_is_no_such_stack(make):
    with pytest.raises(SesLocalError, match=r"^stack Nope cannot be read: cloudformation:ListStackResources answers "):
        make(stack="Nope")


def test_fails_when_the_archive_is_empty(make):
    with pytest.raises(
        SesLocalError, match=r"^the archive of stack Shop has no event from 2026-11-01 to 2026-11-30, nor"
    ):
        make()


def test_fails_when_the_archive_has_only_older_events(make, events):
    with pytest.raises(SesLocalError, match=r"no event from 2026-11-10 to 2026-11-19; ask for more days with --days$"):
        make(Period(date(2026, 11, 10), date(2026, 11, 19)))
    assert len(events) == 2


def test_fails_when_the_set_has_no_event(make, events):
    with pytest.raises(
        SesLocalError, match=r"^the archive of stack Shop has no event of configuration set Shop/Silent "
    ):
        make(configuration_set="Shop/Silent")
    assert events


def test_fails_when_the_named_queries_are_of_an_older_version(make, emulator, outputs):
    athena = emulator.endpoint.client("athena")
    ids = athena.list_named_queries(WorkGroup=outputs["WorkGroup"])["NamedQueryIds"]
    first = next(
        query
        for query in athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]
        if query["Name"] == "report by day"
    )
    archive = find_archive(emulator.endpoint.client, "Shop")
    assert archive.queries["report by day"] == first["QueryString"]

    with pytest.raises(
        SesLocalError, match=r"^the archive of stack Shop lacks the report's named queries, got work gro"
    ):
        find_archive(emulator.endpoint.client, "Shop", work_group="another")


def test_fails_when_a_query_fails(runner):
    with pytest.raises(SesLocalError, match=r"^the query a query failed: [^\n]*nowhere[^\n]*; run the report again$"):
        runner.run([question("SELECT 1 AS x FROM nowhere")])


def test_fails_when_a_query_cannot_be_started(runner):
    with pytest.raises(
        SesLocalError, match=r"^the query a query cannot be started: athena:StartQueryExecution answers In"
    ):
        runner.run([question("SELECT ? AS x")])


def test_query_that_takes_too_long_is_cancelled(runner, emulator, outputs, monkeypatch):
    monkeypatch.setattr(report_athena, "TIMEOUT_SECONDS", 0.5)
    before = states(emulator, outputs)

    with pytest.raises(SesLocalError, match=r"^the query slow has not ended after 0 s and is cancelled; ask for fewer"):
        runner.run([question(ENDLESS, name="slow")])

    assert set(states(emulator, outputs).items() - before.items()) == {
        (each, "CANCELLED") for each in states(emulator, outputs).keys() - before.keys()
    }


@pytest.fixture
def _interruptible():
    """Interrupts are heard, also where a shell runs the tests in the background and has them ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_queries_are_cancelled_when_the_report_is_interrupted(runner, emulator, outputs):
    before = states(emulator, outputs)
    threading.Timer(1.5, _thread.interrupt_main).start()

    with pytest.raises(KeyboardInterrupt):
        runner.run([question("SELECT 1 AS x", name="quick"), *(question(ENDLESS, name=f"slow {n}") for n in range(4))])

    began = {each: state for each, state in states(emulator, outputs).items() if each not in before}
    assert sorted(began.values()) == ["CANCELLED", "CANCELLED", "CANCELLED", "SUCCEEDED"]


def test_fails_when_the_work_group_is_at_its_limit(make, emulator, outputs, events, monkeypatch):
    monkeypatch.delenv("AWS_PROFILE")
    limit, set_limit = "BytesScannedCutoffPerQuery", 2**30
    athena = without_validation(emulator)  # AWS takes no limit below 10 MB
    group = athena.get_work_group(WorkGroup=outputs["WorkGroup"])["WorkGroup"]
    assert group["Configuration"][limit] == set_limit
    athena.update_work_group(WorkGroup=outputs["WorkGroup"], ConfigurationUpdates={limit: 10})

    with pytest.raises(
        SesLocalError, match=r"^the query report .* would read more than the work group .* lets a query re"
    ):
        make()

    athena.update_work_group(WorkGroup=outputs["WorkGroup"], ConfigurationUpdates={limit: set_limit})
    assert make().summary.sent == len(events)


def test_nothing_is_read_beyond_the_budget_without_asking(make, emulator, outputs, events):
    before = states(emulator, outputs)
    asked = []

    def refuse(sentence):
        asked.append(sentence)
        return False

    with pytest.raises(
        SesLocalError, match=r"over the budget of 10; ask for fewer days, or allow more with --max-scan$"
    ):
        make(budget=Budget(10, refuse))

    assert len(asked) == 1
    assert asked[0].startswith("the queries have read 0 bytes, and report by day may read ")
    assert states(emulator, outputs) == before
    assert events


def test_budget_that_lasts_for_one_query_is_asked_about_before_the_second(make, events):
    one = make().queries[0].bytes_read
    asked = []

    report = make(budget=Budget(one + one // 2, lambda sentence: asked.append(sentence) or True))

    assert len(asked) == 1
    assert asked[0].startswith(f"the queries have read {one:,} bytes, and report by tenant may read {one:,} more")
    assert report.summary.sent == len(events)


class Busy:
    """Athena in an account that runs too many queries for a while."""

    def __init__(self, athena, times):
        self.athena, self.times = athena, times

    def __getattr__(self, name):
        return getattr(self.athena, name)

    def start_query_execution(self, **asked):
        self.times -= 1
        if self.times >= 0:
            error = {"Error": {"Code": "TooManyRequestsException", "Message": "You have exceeded the limit"}}
            raise ClientError(error, "StartQueryExecution")
        return self.athena.start_query_execution(**asked)


def test_waits_while_too_many_queries_run(runner):
    runner.athena = Busy(runner.athena, 3)

    (answer,) = runner.run([question("SELECT 1 AS x")])

    assert answer.rows == [{"x": "1"}]
    assert runner.athena.times == -1


def test_fails_when_too_many_queries_run_for_too_long(runner, monkeypatch):
    monkeypatch.setattr(report_athena, "TIMEOUT_SECONDS", 0.3)
    runner.athena = Busy(runner.athena, 1_000)

    with pytest.raises(
        SesLocalError, match=r"^the query a query cannot be started: athena:StartQueryExecution answers T"
    ):
        runner.run([question("SELECT 1 AS x")])


def test_answer_of_several_pages_is_read_whole(runner):
    (answer,) = runner.run([question("SELECT x, nullif(x, 2) AS y FROM UNNEST(sequence(1, 2500)) AS a (x)")])

    assert [row["x"] for row in answer.rows] == [str(number) for number in range(1, 2501)]
    assert [row["y"] for row in answer.rows[:3]] == ["1", None, "3"]


def test_files_of_an_archive_without_headers_are_read_beside_those_with(runner, emulator, outputs, events, tmp_path):
    file = tmp_path / "short.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'Send' AS eventtype) TO '{file}' (FORMAT parquet)")
    emulator.endpoint.client("s3").put_object(
        Bucket=outputs["Bucket"], Key="events/day=2026-11-04/short.parquet", Body=file.read_bytes()
    )

    asked = "SELECT count(*) AS n, count(mail.messageid) AS ids FROM events WHERE day BETWEEN ? AND ?"
    (answer,) = runner.run([question(asked, "2026-11-01", "2026-11-30")])

    assert answer.rows == [{"n": str(len(events) + 1), "ids": str(len(events))}]


def test_emulator_reads_only_the_days_that_are_asked_for(runner, events):
    asked = "SELECT count(*) AS n FROM events WHERE day BETWEEN ? AND ?"
    also = "SELECT count(*) AS n FROM events WHERE day BETWEEN ? AND ? OR eventtype = 'Send'"

    within, outside, either = runner.run(
        [
            question(asked, "2026-11-03", "2026-11-03", name="within"),
            question(asked, "2026-11-04", "2026-11-30", name="outside"),
            question(also, "2026-11-04", "2026-11-30", name="either"),
        ]
    )

    count = str(len(events))
    assert [answer.rows[0]["n"] for answer in (within, outside, either)] == [count, "0", count]
    assert [answer.ran.bytes_read > 0 for answer in (within, outside, either)] == [True, False, True]


def test_emulator_binds_parameters_as_athena_does(emulator, outputs):
    athena = emulator.endpoint.client("athena")

    def start(sql, *parameters, group=outputs["WorkGroup"]):
        context = {"Database": outputs["Database"]}
        return athena.start_query_execution(
            QueryString=sql, QueryExecutionContext=context, WorkGroup=group, ExecutionParameters=list(parameters)
        )["QueryExecutionId"]

    with pytest.raises(athena.exceptions.InvalidRequestException, match="has 2 parameters, got 1 values"):
        start("SELECT ? AS a, ? AS b", "'x'")
    with pytest.raises(athena.exceptions.InvalidRequestException, match="WorkGroup nowhere is not found"):
        start("SELECT ? AS a", "1", group="nowhere")
    with pytest.raises(athena.exceptions.InvalidRequestException):
        start("SELECT 'open", "1")
    ran = athena.get_query_execution(QueryExecutionId=start("SELECT '?' AS a, ? AS b", "'it''s'"))["QueryExecution"]
    assert ran["Query"] == "SELECT '?' AS a, 'it''s' AS b"
