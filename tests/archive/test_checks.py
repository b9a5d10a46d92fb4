from __future__ import annotations

import pytest
from aws_cdk import App, Duration, Size, Stack, Token
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from ses_event_constructs import EventArchive


@pytest.fixture
def stack() -> Stack:
    return Stack(App(), "Shop")


def refusal(stack: Stack, error: type[Exception], **arguments) -> str:
    with pytest.raises(error) as caught:
        EventArchive(stack, "Archive", **arguments)
    return str(caught.value)


def test_fails_when_bucket_is_a_name(stack):
    assert refusal(stack, TypeError, bucket="mine") == (
        "Shop/Archive: bucket must be an S3 bucket, got 'mine'; write bucket=s3.Bucket(…), or leave it out"
    )


def test_fails_when_encryption_key_is_an_arn(stack):
    assert refusal(stack, TypeError, encryption_key="arn:aws:kms:…") == (
        "Shop/Archive: encryption_key must be a KMS key, got 'arn:aws:kms:…'; "
        "write encryption_key=kms.Key(…), or leave it out"
    )


def test_fails_when_retention_is_a_number(stack):
    assert refusal(stack, TypeError, retention=30) == (
        "Shop/Archive: retention must be a Duration, got 30; write retention=Duration.days(400)"
    )


@pytest.mark.parametrize(
    ("retention", "human"),
    [
        (Duration.hours(36), "1 day 12 hours"),
        (Duration.hours(5), "5 hours"),
        (Duration.days(0), "0 days"),
    ],
)
def test_fails_when_retention_is_not_whole_days(stack, retention, human):
    assert refusal(stack, ValueError, retention=retention) == (
        f"Shop/Archive: retention must be whole days, at least one, got {human}; write retention=Duration.days(…)"
    )


def test_retention_may_be_one_day(stack):
    EventArchive(stack, "Archive", retention=Duration.days(1))

    (bucket,) = Template.from_stack(stack).find_resources("AWS::S3::Bucket").values()
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}["events/"] == 1


def test_fails_when_retention_is_for_an_imported_bucket(stack):
    bucket = s3.Bucket.from_bucket_name(stack, "Mine", "mine")

    assert refusal(stack, ValueError, bucket=bucket, retention=Duration.days(30)) == (
        "Shop/Archive: retention needs a bucket that this app defines, got an imported one; leave retention out and "
        "expire the prefixes events/ and errors/ by lifecycle rules where the bucket is defined"
    )


def test_fails_when_message_headers_is_no_bool(stack):
    assert refusal(stack, TypeError, message_headers="no") == (
        "Shop/Archive: message_headers must be a bool, got 'no'; write True or False"
    )


def test_fails_when_scan_limit_is_a_number(stack):
    assert refusal(stack, TypeError, scan_limit=5) == (
        "Shop/Archive: scan_limit must be a Size, got 5; write scan_limit=Size.gibibytes(100)"
    )


def test_fails_when_scan_limit_is_below_what_athena_bills(stack):
    assert refusal(stack, ValueError, scan_limit=Size.mebibytes(9)) == (
        "Shop/Archive: scan_limit must be at least 10 MB, the least that Athena bills, got 9437184 bytes; "
        "write scan_limit=Size.mebibytes(10) or more"
    )


def test_scan_limit_may_be_what_athena_bills_at_least(stack):
    EventArchive(stack, "Archive", scan_limit=Size.bytes(10_000_000))

    Template.from_stack(stack).has_resource_properties(
        "AWS::Athena::WorkGroup", {"WorkGroupConfiguration": {"BytesScannedCutoffPerQuery": 10_000_000}}
    )


def test_fails_when_the_bucket_holds_another_archive(stack):
    bucket = s3.Bucket(stack, "Mine")
    EventArchive(stack, "First", bucket=bucket)

    assert refusal(stack, ValueError, bucket=bucket) == (
        "Shop/Archive: the bucket already holds an archive, got Shop/Mine; "
        "give each archive a bucket of its own, or bind one archive to all configuration sets"
    )


def test_refused_archive_leaves_nothing_and_its_id_can_be_used(stack):
    refusal(stack, TypeError, retention=30)

    assert stack.node.children == []
    EventArchive(stack, "Archive", retention=Duration.days(30))


def test_archive_that_fails_half_way_leaves_nothing(stack, monkeypatch):
    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr("ses_event_constructs.archive._archive.define_queries", fail)

    assert refusal(stack, OSError) == "disk full"
    assert stack.node.try_find_child("Archive") is None
    monkeypatch.undo()
    EventArchive(stack, "Archive")


def test_tokens_pass(stack):
    number = Token.as_number({"Ref": "Number"})

    archive = EventArchive(stack, "Archive", scan_limit=Size.bytes(number), retention=Duration.days(number))

    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Athena::WorkGroup", {"WorkGroupConfiguration": {"BytesScannedCutoffPerQuery": {"Ref": "Number"}}}
    )
    rules = template.to_json()["Resources"][stack.get_logical_id(archive.bucket.node.default_child)]["Properties"]
    assert rules["LifecycleConfiguration"]["Rules"][2]["ExpirationInDays"] == {"Ref": "Number"}


def test_fails_when_query_rights_are_granted_to_a_name(stack):
    archive = EventArchive(stack, "Archive")

    with pytest.raises(TypeError) as caught:
        archive.grant_query("analyst")

    assert str(caught.value) == (
        "Shop/Archive: grantee must be a principal such as a role or function, got 'analyst'; "
        "write archive.grant_query(role)"
    )
