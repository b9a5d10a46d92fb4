"""What the documentation says about ses-local: its commands, its seed file, and the outputs that it shows."""

import re

import pytest
import yaml
from commands import run_inside
from sandbox import deploy, resource, statement
from ses_local.client.session import Session
from ses_local.commands.cli import app
from typer.main import get_command
from waiting import wait_until

from tests.blocks import SHELL, block, blocks, commands_in_text, commands_of, pages, program
from tests.command_lines import parse_problems, problems

pytestmark = pytest.mark.deploy
# What stands for something in a command, and what it is here.
NAMES = {"SET": "Shop/Mail", "NAME": "Shop", "Shop": "Shop", "Shop/Mail": "Shop/Mail", "N": "0", "…": "1h"}
# Run by other tests: they deploy with the CDK CLI, stay in the foreground, need an account, or read an archive.
RUN_ELSEWHERE = {"demo", "deploy", "down", "exec", "report", "seed", "up", "verify"}
SHOWN = [
    (name, arguments)
    for each in blocks("*", *SHELL)
    for line in each.commands
    for name, arguments in map(program, commands_of(line))
]


@pytest.mark.parametrize("arguments", [arguments for name, arguments in SHOWN if name == "ses-local"], ids=" ".join)
def test_command_of_a_block_is_understood(arguments):
    assert parse_problems(get_command(app), arguments) == []


@pytest.mark.parametrize("page", [page for page in pages() if "/pages/" not in page])
def test_commands_in_the_text_are_understood(page):
    for _, arguments in commands_in_text(page, "ses-local"):
        named = [NAMES.get(each, each) for each in arguments]
        assert parse_problems(get_command(app), named, mentioned=True) == [], arguments


@pytest.mark.parametrize(
    "arguments", [arguments for name, arguments in SHOWN if name == "aws"], ids=lambda each: each[1]
)
def test_command_of_the_aws_cli_has_its_options(arguments):
    assert problems("aws", arguments) == []


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A folder whose emulator has a stack with a destination, and what the stack became there."""
    folder = tmp_path_factory.mktemp("documented")
    emulator = Session(folder).start(guarded=True, auth=False)
    feedback = resource(
        "AWS::SES::ConfigurationSetEventDestination",
        ConfigurationSetName={"Ref": "Mail"},
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["bounce", "complaint"],
            "SnsDestination": {"TopicARN": {"Ref": "Topic"}},
        },
    )
    path = {"Metadata": {"aws:cdk:path": "Shop/Mail/Feedback/Resource"}}
    policy = yaml.safe_load(statement("ses.amazonaws.com", "sns:Publish", "*"))
    _, ids, reasons = deploy(
        emulator.endpoint.client,
        "Shop",
        Mail={**resource("AWS::SES::ConfigurationSet"), "Metadata": {"aws:cdk:path": "Shop/Mail/Default/Resource"}},
        Topic=resource("AWS::SNS::Topic", TopicName="fees"),
        Policy=resource("AWS::SNS::TopicPolicy", Topics=[{"Ref": "Topic"}], PolicyDocument=policy),
        Feedback={**feedback, **path, "DependsOn": ["Policy"]},
    )
    assert reasons == []
    yield folder, emulator, ids
    emulator.stop()


def test_commands_that_are_shown_run(shop):
    folder, emulator, _ = shop
    printed = {}
    asked = dict.fromkeys(
        tuple(NAMES.get(each, each) for each in arguments)
        for name, arguments in SHOWN
        if name == "ses-local" and arguments[0] not in RUN_ELSEWHERE and "--account" not in arguments
    )

    for arguments in sorted(asked, reverse=True):  # sends come before events
        printed[arguments[0]] = run_inside(folder, *arguments).stdout
        wait_until(lambda: not emulator.is_busy)

    assert set(printed) == {"events", "open", "send"}
    assert "through Shop/Mail" in printed["send"]
    assert "bounce@simulator.amazonses.com" in printed["events"]
    assert "/_ses_local/" in printed["open"]


def test_seed_file_that_is_shown_creates_what_it_lists(shop):
    folder, emulator, _ = shop
    (folder / "seed.yaml").write_text(block("docs/local.md", "yaml").text)

    run_inside(folder, "seed", "seed.yaml")

    (listed,) = yaml.safe_load((folder / "seed.yaml").read_text())
    other = emulator.endpoint.at(type(emulator.endpoint.environment)(listed["account"], listed["region"])).client
    (topic,) = other("sns").list_topics()["Topics"]
    policy = other("sns").get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]["Policy"]
    assert other("sesv2").list_configuration_sets()["ConfigurationSets"] == ["legacy"]
    assert topic["TopicArn"].endswith(":222222222222:legacy-feedback")
    assert "ses.amazonaws.com" in policy
    assert [each["IdentityName"] for each in other("sesv2").list_email_identities()["EmailIdentities"]] == listed[
        "identities"
    ]
    assert other("sesv2").get_email_template(TemplateName="welcome")["TemplateContent"]["Subject"] == "Welcome {{name}}"
    assert [each["Name"] for each in other("s3").list_buckets()["Buckets"]] == listed["buckets"]


def test_drift_prints_the_table_that_is_shown(shop, monkeypatch):
    folder, emulator, ids = shop
    ses, topic = emulator.endpoint.client("sesv2"), {"SnsDestination": {"TopicArn": ids["Topic"]}}
    changed = {"Enabled": False, "MatchingEventTypes": ["BOUNCE"], **topic}
    by_hand = {"Enabled": True, "MatchingEventTypes": ["CLICK"], **topic}
    ses.update_configuration_set_event_destination(
        ConfigurationSetName=ids["Mail"], EventDestinationName=ids["Feedback"], EventDestination=changed
    )
    ses.create_configuration_set_event_destination(
        ConfigurationSetName=ids["Mail"], EventDestinationName="by-hand", EventDestination=by_hand
    )

    monkeypatch.setattr("ses_local.commands.output.WIDTH", 160)  # the page abbreviates the ARN
    printed = run_inside(folder, "drift", "--stack", "Shop", check=False).stdout

    wanted = block("docs/local.md", "text", "Amazon SES").text.replace("arn:aws:sns:…:fees", ids["Topic"])
    assert [line.split() for line in printed.splitlines() if line.startswith(" ") and line.strip()] == [
        line.split() for line in wanted.splitlines()
    ]


def test_refusal_reads_as_it_is_shown(shop):
    _, emulator, ids = shop
    clients = emulator.endpoint.client
    key = clients("kms").create_key()["KeyMetadata"]["Arn"]
    clients("sns").set_topic_attributes(TopicArn=ids["Topic"], AttributeName="KmsMasterKeyId", AttributeValue=key)
    target = {"Enabled": True, "MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": ids["Topic"]}}

    with pytest.raises(clients("sesv2").exceptions.BadRequestException) as error:
        clients("sesv2").create_configuration_set_event_destination(
            ConfigurationSetName=ids["Mail"], EventDestinationName="refused", EventDestination=target
        )

    shown = " ".join(block("docs/local.md", "text", "BadRequestException").text.split())
    pattern = re.escape(shown).replace(r"<arn:…>", r"<arn:\S+>").replace(r"arn:…", r"arn:\S+")
    assert re.fullmatch(pattern, f"BadRequestException: {error.value.response['Error']['Message']}")
