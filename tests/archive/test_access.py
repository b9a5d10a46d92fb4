from __future__ import annotations

import json

import pytest
from aws_cdk import NestedStack, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from ses_event_constructs import EventArchive


def id_of(construct) -> str:
    return Stack.of(construct).get_logical_id(construct.node.default_child or construct)


def att(construct) -> dict:
    return {"Fn::GetAtt": [id_of(construct), "Arn"]}


def arn(service: str, *rest) -> dict:
    here = [f":{service}:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}]
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, *here, *rest]]}


def statements_of(role: iam.Role) -> list[dict]:
    policy = Template.from_stack(Stack.of(role)).to_json()["Resources"][id_of(role.node.find_child("DefaultPolicy"))]
    return policy["Properties"]["PolicyDocument"]["Statement"]


def analyst(stack: Stack) -> iam.Role:
    return iam.Role(stack, "Analyst", assumed_by=iam.AccountRootPrincipal())


def test_grants_what_a_query_needs_and_nothing_else(stack):
    archive = EventArchive(stack, "Archive")
    role = analyst(stack)

    grant = archive.grant_query(role)

    database = {"Ref": id_of(archive.database)}
    assert grant.success
    assert statements_of(role) == [
        {
            "Action": "cloudformation:ListStackResources",
            "Effect": "Allow",
            "Resource": arn("cloudformation", f":stack/{stack.stack_name}/*"),
        },
        {
            "Action": [
                "athena:BatchGetNamedQuery",
                "athena:GetNamedQuery",
                "athena:GetQueryExecution",
                "athena:GetQueryResults",
                "athena:GetWorkGroup",
                "athena:ListNamedQueries",
                "athena:StartQueryExecution",
                "athena:StopQueryExecution",
            ],
            "Effect": "Allow",
            "Resource": arn("athena", ":workgroup/", {"Ref": id_of(archive.work_group)}),
        },
        {
            "Action": ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable"],
            "Effect": "Allow",
            "Resource": [
                arn("glue", ":catalog"),
                arn("glue", ":database/", database),
                arn("glue", ":table/", database, "/", {"Ref": id_of(archive.table)}),
            ],
        },
        {"Action": "s3:GetBucketLocation", "Effect": "Allow", "Resource": att(archive.bucket)},
        {
            "Action": "s3:ListBucket",
            "Condition": {"StringLike": {"s3:prefix": ["events/*", "athena-results/*"]}},
            "Effect": "Allow",
            "Resource": att(archive.bucket),
        },
        {
            "Action": "s3:GetObject",
            "Effect": "Allow",
            "Resource": {"Fn::Join": ["", [att(archive.bucket), "/events/*"]]},
        },
        {
            "Action": ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
            "Effect": "Allow",
            "Resource": {"Fn::Join": ["", [att(archive.bucket), "/athena-results/*"]]},
        },
    ]


def test_grants_the_key_of_an_encrypted_archive(stack):
    key = kms.Key(stack, "Key")
    archive = EventArchive(stack, "Archive", encryption_key=key)
    role = analyst(stack)

    archive.grant_query(role)

    assert statements_of(role)[7:] == [
        {"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Effect": "Allow", "Resource": att(key)}
    ]


def test_grants_nobody_a_query_by_default(stack):
    EventArchive(stack, "Archive")

    actions = [
        action
        for policy in Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in [statement["Action"]]
        if "athena" in str(action)
    ]

    assert actions == []


def test_key_of_s3_needs_no_grant_and_takes_none(stack):
    archive = EventArchive(stack, "Archive", encryption_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/s3"))
    role = analyst(stack)

    grant = archive.grant_query(role)

    assert grant.success
    assert len(statements_of(role)) == 7


def test_fails_when_grantee_is_not_a_principal(stack):
    archive = EventArchive(stack, "Archive")

    with pytest.raises(TypeError) as caught:
        archive.grant_query("analyst")

    assert str(caught.value) == (
        "Shop/Archive: grantee must be a principal such as a role or function, got 'analyst'; "
        "write archive.grant_query(role)"
    )


@pytest.mark.parametrize(
    "grantee",
    [
        lambda stack: iam.ServicePrincipal("quicksight.amazonaws.com"),
        lambda stack: lambda_.Function.from_function_arn(
            stack, "Imported", "arn:aws:lambda:eu-west-1:111122223333:function:f"
        ),
    ],
    ids=["service", "function without its role"],
)
def test_fails_when_nothing_can_be_granted_to_the_grantee(stack, grantee):
    archive = EventArchive(stack, "Archive")

    with pytest.raises(ValueError, match=r"^Shop/Archive: grantee must have a policy of its own, got .*; grant to a "):
        archive.grant_query(grantee(stack))


def test_archive_of_a_nested_stack_is_found_from_the_stack_that_users_name(stack):
    archive = EventArchive(NestedStack(stack, "Nested"), "Archive")
    role = analyst(stack)

    archive.grant_query(role)

    nested, named = statements_of(role)[0]["Resource"]
    assert named == arn("cloudformation", f":stack/{stack.stack_name}/*")
    assert "Fn::Select" in json.dumps(nested)
