from __future__ import annotations

import math

import pytest
from aws_cdk import App, Duration, Environment, RemovalPolicy, Size, Stack, Token
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from ses_event_constructs import EventArchive
from tests.templates import paths

IRELAND = Environment(account="111122223333", region="eu-west-1")


def refusal(stack: Stack, error: type[Exception], **arguments) -> str:
    before = paths(stack)
    with pytest.raises(error) as caught:
        EventArchive(stack, "Archive", **arguments)
    assert paths(stack) == before
    return str(caught.value)


def rules_of(stack: Stack, bucket: s3.Bucket) -> list[dict]:
    (resource,) = Template.from_stack(stack).find_resources("AWS::S3::Bucket").values()
    return resource["Properties"]["LifecycleConfiguration"]["Rules"]


def test_fails_when_scope_is_not_a_construct():
    with pytest.raises(TypeError) as caught:
        EventArchive(None, "Archive")

    assert str(caught.value) == "Archive: scope must be a construct, got None; pass self, or the stack"


@pytest.mark.parametrize(("id", "error"), [(None, TypeError), ("", ValueError)])
def test_fails_when_id_is_not_a_literal_string(stack, id, error):
    with pytest.raises(error, match=r"^Shop/.*: id must be a (literal )?string, got .*; write an id such as 'Mail'$"):
        EventArchive(stack, id)


@pytest.mark.parametrize("id", ["Archive", "My/Archive"])
def test_fails_when_id_is_taken_and_leaves_the_first_archive_as_it_was(stack, id):
    first = EventArchive(stack, id)
    before = paths(stack)

    with pytest.raises(ValueError, match="unique") as caught:
        EventArchive(stack, id, retention=Duration.days(1))

    assert str(caught.value) == f"Shop/{id}: id must be unique in its parent, got {id!r} twice; use another id"
    assert paths(stack) == before
    assert [rule["Id"] for rule in rules_of(stack, first.bucket)] == ["Uploads", "QueryResults"]


def test_fails_when_bucket_is_a_name(stack):
    assert refusal(stack, TypeError, bucket="mine") == (
        "Shop/Archive: bucket must be an S3 bucket, got 'mine'; write bucket=s3.Bucket(…), or omit it"
    )


def synth_error(stack):
    with pytest.raises(RuntimeError) as error:
        stack.node.root.synth()
    return str(error.value)


def test_fails_when_bucket_is_in_another_region():
    stack = Stack(App(), "Shop", env=IRELAND)
    bucket = s3.Bucket.from_bucket_attributes(stack, "Mine", bucket_name="mine", region="us-east-1")

    assert refusal(stack, ValueError, bucket=bucket) == (
        "Shop/Archive: bucket must be in the region of this stack, got 'us-east-1' for 'eu-west-1'; "
        "use one of that region"
    )


@pytest.mark.parametrize("rule", ["QueryResults", "Events", "FailedRecords"])
def test_fails_when_bucket_has_a_lifecycle_rule_of_the_same_id(stack, rule):
    bucket = s3.Bucket(stack, "Mine", lifecycle_rules=[s3.LifecycleRule(id=rule, expiration=Duration.days(2))])

    EventArchive(stack, "Archive", bucket=bucket, retention=Duration.days(30))

    assert (
        "Shop/Archive: the lifecycle rules of a bucket must have different ids, got "
        f"Shop/Mine with {rule}, which the archive adds; use other ids for the bucket's own rules"
    ) in synth_error(stack)


def test_fails_when_a_lifecycle_rule_of_the_same_id_is_added_after_the_archive(stack):
    bucket = s3.Bucket(stack, "Mine")
    EventArchive(stack, "Archive", bucket=bucket)

    bucket.add_lifecycle_rule(id="QueryResults", expiration=Duration.days(2))

    assert "Shop/Archive: the lifecycle rules of a bucket must have different ids" in synth_error(stack)


def test_bucket_may_have_lifecycle_rules_with_other_ids_or_none(stack):
    rules = [s3.LifecycleRule(id="Events", expiration=Duration.days(2)), s3.LifecycleRule(expiration=Duration.days(9))]
    bucket = s3.Bucket(stack, "Mine", lifecycle_rules=rules)

    # Without a retention, the archive adds no rule with the id `Events`.
    EventArchive(stack, "Archive", bucket=bucket)

    assert [rule.get("Id") for rule in rules_of(stack, bucket)] == ["Events", None, "QueryResults"]


@pytest.mark.parametrize(
    "options", [{"versioned": True}, {"object_lock_enabled": True}], ids=lambda each: next(iter(each))
)
def test_fails_when_retention_is_for_a_bucket_with_versions(stack, options):
    bucket = s3.Bucket(stack, "Mine", **options)

    EventArchive(stack, "Archive", bucket=bucket, retention=Duration.days(30))

    assert (
        "Shop/Archive: retention needs a bucket without versions, in which expired events would stay as old versions, "
        "got Bucket Shop/Mine; use a bucket without versions, or omit retention and expire versions by rules of the "
        "bucket"
    ) in synth_error(stack)


def test_fails_when_versions_are_switched_on_by_the_l1(stack):
    bucket = s3.Bucket(stack, "Mine")
    EventArchive(stack, "Archive", bucket=bucket, retention=Duration.days(30))

    bucket.node.default_child.versioning_configuration = s3.CfnBucket.VersioningConfigurationProperty(status="Enabled")

    assert "retention needs a bucket without versions" in synth_error(stack)


def test_bucket_with_versions_can_hold_an_archive_without_retention(stack):
    bucket = s3.Bucket(stack, "Mine", versioned=True)

    archive = EventArchive(stack, "Archive", bucket=bucket)

    assert archive.bucket is bucket


@pytest.mark.parametrize(
    "bucket",
    [
        lambda stack: s3.Bucket.from_bucket_name(stack, "Mine", "mine"),
        lambda stack: s3.Bucket.from_cfn_bucket(s3.CfnBucket(stack, "Mine")),
    ],
    ids=["imported", "from an L1"],
)
def test_fails_when_retention_is_for_a_bucket_that_the_app_cannot_edit(stack, bucket):
    message = refusal(stack, ValueError, bucket=bucket(stack), retention=Duration.days(30))

    assert message.startswith("Shop/Archive: retention needs a bucket that this app defines with s3.Bucket, got ")
    assert message.endswith(
        "; omit retention, and expire events/ and errors/ by lifecycle rules where the bucket is defined"
    )
    assert " at 0x" not in message


def test_fails_when_encryption_key_is_an_arn(stack):
    assert refusal(stack, TypeError, encryption_key="arn:aws:kms:…") == (
        "Shop/Archive: encryption_key must be a KMS key, got 'arn:aws:kms:…'; "
        "write encryption_key=kms.Key(…), or omit it"
    )


@pytest.mark.parametrize("alias", ["alias/aws/sns", "alias/aws/kinesis"])
def test_fails_when_encryption_key_is_managed_by_aws_for_another_service(stack, alias):
    assert refusal(stack, ValueError, encryption_key=kms.Alias.from_alias_name(stack, "Key", alias)) == (
        f"Shop/Archive: encryption_key must be a key whose policy can be edited, got {alias}; "
        "use a customer managed kms.Key"
    )


def test_fails_when_the_key_of_the_bucket_is_managed_by_aws_for_another_service(stack):
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111122223333:alias/aws/sqs")
    bucket = s3.Bucket(stack, "Mine", encryption_key=key)

    assert refusal(stack, ValueError, bucket=bucket) == (
        "Shop/Archive: bucket must be encrypted with a key whose policy can be edited, got aws/sqs; "
        "use a customer managed kms.Key"
    )


@pytest.mark.parametrize(
    "key",
    [
        lambda stack: kms.Alias.from_alias_name(stack, "Key", "alias/aws/s3"),
        lambda stack: kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3"),
    ],
    ids=["alias", "alias ARN"],
)
def test_encryption_key_may_be_the_one_that_aws_manages_for_s3(stack, key):
    archive = EventArchive(stack, "Archive", encryption_key=key(stack))

    assert "aws/s3" in str(Template.from_stack(stack).find_resources("AWS::S3::Bucket"))
    assert archive.encryption_key is not None


@pytest.mark.parametrize("name", ["alias/mine", "alias/aws/s3"])
def test_fails_when_encryption_key_is_in_another_region(name):
    stack = Stack(App(), "Shop", env=IRELAND)
    key = kms.Key.from_key_arn(stack, "Key", f"arn:aws:kms:us-east-1:111122223333:{name}")

    assert refusal(stack, ValueError, encryption_key=key) == (
        "Shop/Archive: encryption_key must be in the region of this stack, got 'us-east-1' for 'eu-west-1'; "
        "use one of that region"
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
        (Duration.days(2**31), "2147483648 days"),
    ],
)
def test_fails_when_retention_is_not_a_number_of_days_that_s3_accepts(stack, retention, human):
    assert refusal(stack, ValueError, retention=retention) == (
        f"Shop/Archive: retention must be 1 to 2,147,483,647 whole days, got {human}; "
        "write retention=Duration.days(…), or omit it to keep the events"
    )


@pytest.mark.parametrize("days", [1, 2**31 - 1])
def test_retention_may_be_any_number_of_days_that_s3_accepts(stack, days):
    archive = EventArchive(stack, "Archive", retention=Duration.days(days))

    assert {rule["Id"]: rule["ExpirationInDays"] for rule in rules_of(stack, archive.bucket)[1:]}["Events"] == days


def test_fails_when_message_headers_is_not_a_bool(stack):
    assert refusal(stack, TypeError, message_headers="no") == (
        "Shop/Archive: message_headers must be a bool, got 'no'; write True or False"
    )


@pytest.mark.parametrize("limit", [5, math.nan])
def test_fails_when_scan_limit_is_a_number(stack, limit):
    assert refusal(stack, TypeError, scan_limit=limit) == (
        f"Shop/Archive: scan_limit must be a Size, got {limit}; write scan_limit=Size.gibibytes(100)"
    )


@pytest.mark.parametrize(
    ("limit", "got"),
    [
        (Size.mebibytes(9), "9,437,184 bytes"),
        (Size.bytes(10_000_000.5), "10,000,000.5 bytes"),
        (Size.bytes(7_000_000_000_000_001_024), "7e+18 bytes"),
        (Size.pebibytes(10_000), "1.125899907e+19 bytes"),
    ],
)
def test_fails_when_athena_does_not_accept_scan_limit(stack, limit, got):
    assert refusal(stack, ValueError, scan_limit=limit) == (
        "Shop/Archive: scan_limit must be 10 MB, the least that Athena bills, to 7 EB, in whole bytes, "
        f"got {got}; write scan_limit=Size.gibibytes(100)"
    )


@pytest.mark.parametrize("size", [10_000_000, 7_000_000_000_000_000_000])
def test_scan_limit_may_be_what_athena_accepts(stack, size):
    EventArchive(stack, "Archive", scan_limit=Size.bytes(size))

    Template.from_stack(stack).has_resource_properties(
        "AWS::Athena::WorkGroup", {"WorkGroupConfiguration": {"BytesScannedCutoffPerQuery": size}}
    )


def test_fails_when_removal_policy_is_a_string(stack):
    assert refusal(stack, TypeError, removal_policy="destroy") == (
        "Shop/Archive: removal_policy must be a RemovalPolicy, got 'destroy'; "
        "write removal_policy=RemovalPolicy.DESTROY, or omit it"
    )


@pytest.mark.parametrize("policy", [RemovalPolicy.SNAPSHOT, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])
def test_fails_when_removal_policy_is_not_one_that_the_archive_has(stack, policy):
    assert refusal(stack, ValueError, removal_policy=policy) == (
        f"Shop/Archive: removal_policy must be RETAIN or DESTROY, got {policy}; "
        "write removal_policy=RemovalPolicy.DESTROY, or omit it to keep the events"
    )


def test_fails_when_removal_policy_is_for_a_given_bucket(stack):
    bucket = s3.Bucket(stack, "Mine")

    assert refusal(stack, ValueError, bucket=bucket, removal_policy=RemovalPolicy.DESTROY) == (
        "Shop/Archive: removal_policy is for the archive's own bucket, got RemovalPolicy.DESTROY and a bucket; "
        "set it where the bucket is defined, or omit bucket"
    )


def test_given_bucket_may_be_retained(stack):
    bucket = s3.Bucket(stack, "Mine")

    EventArchive(stack, "Archive", bucket=bucket, removal_policy=RemovalPolicy.RETAIN)

    assert len(Template.from_stack(stack).find_resources("AWS::S3::Bucket")) == 1


def test_tokens_pass(stack):
    number = Token.as_number({"Ref": "Number"})

    archive = EventArchive(stack, "Archive", scan_limit=Size.bytes(number), retention=Duration.days(number))

    Template.from_stack(stack).has_resource_properties(
        "AWS::Athena::WorkGroup", {"WorkGroupConfiguration": {"BytesScannedCutoffPerQuery": {"Ref": "Number"}}}
    )
    assert rules_of(stack, archive.bucket)[2]["ExpirationInDays"] == {"Ref": "Number"}
