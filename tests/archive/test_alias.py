"""A key that is imported by its alias: nothing is silently left without the permission to use it."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from ses_event_constructs import EventArchive
from tests.templates import resources, warnings

FLAG = "@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal"
STATEMENT = {
    "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
    "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/mine"}},
    "Effect": "Allow",
    "Resource": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*",
}


def text(grantee):
    return (
        "CDK grants nothing on a key that is imported by its alias, got alias/mine; set the feature flag "
        f"{FLAG}, or add this statement to the permissions of {grantee}: {json.dumps(STATEMENT)} "
        "[ack: ses-event-constructs:keyPermissionNotAdded]"
    )


def stack_with(*, flag):
    return cdk.Stack(cdk.App(context={FLAG: flag}), "Shop")


def alias(stack):
    return kms.Alias.from_alias_name(stack, "Key", "alias/mine")


def key_statements(stack):
    """Return the statements about keys, each with the beginning of the logical id of its policy."""
    return [
        (id.partition("DefaultPolicy")[0], statement)
        for id, policy in resources(stack, "AWS::IAM::Policy").items()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "kms:" in str(statement["Action"])
    ]


def test_warns_when_the_stream_gets_no_permission():
    stack = stack_with(flag=False)

    EventArchive(stack, "Archive", encryption_key=alias(stack))

    assert warnings(stack) == [("/Shop/Archive", text("the role of DeliveryStream Shop/Archive/DeliveryStream for S3"))]
    assert key_statements(stack) == []


def test_warns_when_the_key_of_a_given_bucket_is_imported_by_its_alias():
    stack = stack_with(flag=False)
    bucket = s3.Bucket(stack, "Bucket", encryption_key=alias(stack))

    EventArchive(stack, "Archive", bucket=bucket)

    assert [path for path, _ in warnings(stack)] == ["/Shop/Archive"]


def test_warns_when_an_analyst_gets_no_permission():
    stack = stack_with(flag=False)
    role = iam.Role(stack, "Analyst", assumed_by=iam.AccountRootPrincipal())

    EventArchive(stack, "Archive", encryption_key=alias(stack)).grant_query(role)

    assert ("/Shop/Archive", text("Role Shop/Analyst")) in warnings(stack)
    assert len(warnings(stack)) == 2


def test_does_not_warn_when_the_flag_lets_cdk_grant():
    stack = stack_with(flag=True)
    role = iam.Role(stack, "Analyst", assumed_by=iam.AccountRootPrincipal())

    EventArchive(stack, "Archive", encryption_key=alias(stack)).grant_query(role)

    assert warnings(stack) == []
    assert {policy for policy, _ in key_statements(stack)} == {"Analyst", "ArchiveDeliveryStreamS3DestinationRole"}
    assert all(statement["Condition"] == STATEMENT["Condition"] for _, statement in key_statements(stack))


@pytest.mark.parametrize(
    "key",
    [
        lambda stack: kms.Key(stack, "Key"),
        lambda stack: kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111111111111:key/1234"),
        lambda stack: kms.Alias(stack, "Alias", alias_name="mine", target_key=kms.Key(stack, "Key")),
        lambda stack: kms.Alias.from_alias_attributes(
            stack, "Alias", alias_name="alias/mine", alias_target_key=kms.Key(stack, "Key")
        ),
        lambda stack: None,
    ],
    ids=["key", "key ARN", "alias", "alias of a known key", "none"],
)
def test_does_not_warn_when_cdk_knows_the_key(key):
    stack = stack_with(flag=False)
    role = iam.Role(stack, "Analyst", assumed_by=iam.AccountRootPrincipal())

    EventArchive(stack, "Archive", encryption_key=key(stack)).grant_query(role)

    assert warnings(stack) == []


def test_does_not_warn_about_the_key_that_aws_manages_for_s3():
    stack = stack_with(flag=False)

    EventArchive(stack, "Archive", encryption_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/s3"))

    assert warnings(stack) == []
