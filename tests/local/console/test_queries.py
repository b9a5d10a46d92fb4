"""Named queries on their pages: parameters, answers and refusals; a deployed archive is asked in test_consumers.py."""

import asyncio
from datetime import datetime, timezone

import pytest
from console_desk import REGION, Desk
from ministack.services import athena, s3
from ses_local import ministack
from ses_local.console.parameters import likely_values, parameters_of

SQL = "-- Parameters: first day, the configuration set, such as '2026-11-01', 'Mail'.\nSELECT ? AS day, ? AS set"


@pytest.fixture(scope="module", autouse=True)
def installed():
    """Athena as the emulator's process has it."""
    ministack.install_athena()


@pytest.fixture
def desk():
    made = Desk()
    made.define()
    with made.scope:
        s3._create_bucket(f"results-{made.account}", b"", {})
        location = {"ResultConfiguration": {"OutputLocation": f"s3://results-{made.account}/"}}
        athena._workgroups["own"] = {"Name": "own", "Configuration": location}
    return made


def save(desk, sql):
    """Saves a query; returns the address of its page."""
    with desk.scope:
        athena._create_named_query({"Name": "mine", "Database": "events", "QueryString": sql, "WorkGroup": "own"})
        (query,) = athena._named_queries
    return f"destinations/{desk.account}/{REGION}/Mail/queries/{query}"


def run(desk, sql, **form):
    """What the page says when a query is run."""
    return desk.run(desk.ask(save(desk, sql), method="POST", token=desk.token, **form))


def test_parameters_have_the_labels_of_the_comment_and_likely_values():
    found = parameters_of(SQL, lambda _: None, likely_values("Mail"))

    assert [(each.name, each.label) for each in found] == [("p1", "first day"), ("p2", "the configuration set")]
    assert found[1].value == "Mail"
    assert found[0].value <= str(datetime.now(timezone.utc).date())


@pytest.mark.parametrize(
    ("sql", "labels"),
    [
        ("SELECT 1", []),
        ("SELECT ?, ?", ["parameter 1", "parameter 2"]),
        ("-- Parameters: one.\nSELECT ?, ?", ["parameter 1", "parameter 2"]),
        ("-- a ? in a comment\nSELECT ?, '?'", ["parameter 1"]),
        ("SELECT 'never closed", []),
    ],
)
def test_parameters_are_counted_where_athena_takes_them(sql, labels):
    assert [each.label for each in parameters_of(sql, lambda _: None, {})] == labels


def test_page_shows_the_sql_and_runs_nothing(desk):
    page = desk.run(desk.ask(save(desk, SQL)))

    assert page.preformatted == [SQL]
    assert 'name="p1"' in page.main
    assert "Answer" not in page.main
    with desk.scope:
        assert list(athena._executions) == []


def test_query_runs_with_the_values_of_the_form(desk):
    page = run(desk, SQL, p1="2026-11-27", p2="<it's>")

    assert "<td>2026-11-27</td><td>&lt;it&#39;s&gt;</td>" in page.main
    assert "1 row;" in page.words
    assert 'value="&lt;it&#39;s&gt;"' in page.main


def test_answer_is_cut_off_and_says_so(desk):
    page = run(desk, "SELECT n FROM UNNEST(SEQUENCE(1, 300)) AS t (n)")

    assert page.main.count("<tr><td>") == ministack.ROWS
    assert "300 rows, of which 200 are shown" in page.words


def test_empty_answer_says_what_to_do(desk):
    assert "The answer has no rows." in run(desk, "SELECT 1 AS one WHERE 1 = 2").words


def test_fails_with_a_sentence_when_the_query_is_wrong(desk):
    assert "nowhere" in run(desk, "SELECT * FROM nowhere").main.partition('class="reason"')[2]


def test_query_that_takes_too_long_is_stopped(desk):
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"
    save(desk, endless)

    async def asking():
        with desk.scope:
            (query,) = ministack.named_queries("events")
            return await ministack.ask(query, [], seconds=0.2)

    answer = asyncio.run(asyncio.wait_for(asking(), 20))

    assert answer.error == "it was stopped after 0.2 s; ask for fewer days"


def test_fails_without_the_token_of_the_process(desk):
    answer = desk.run(desk.ask(save(desk, SQL), method="POST", p1="x", p2="y"))

    assert answer.status == 403
    with desk.scope:
        assert list(athena._executions) == []


def test_fails_when_there_is_no_such_query(desk):
    answer = desk.run(desk.ask(f"destinations/{desk.account}/{REGION}/Mail/queries/none"))

    assert (answer.status, "there is no named query none" in answer.words) == (404, True)
