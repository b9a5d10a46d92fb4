from __future__ import annotations

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from ses_event_constructs import EventArchive


@pytest.fixture
def stack() -> Stack:
    return Stack(App(), "Shop")


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


def test_grant_query_gives_what_a_query_needs_and_no_more(stack):
    archive = EventArchive(stack, "Archive")
    role = analyst(stack)

    grant = archive.grant_query(role)

    database = {"Ref": id_of(archive.database)}
    assert grant.success
    assert statements_of(role) == [
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


def test_grant_query_adds_the_key_of_an_encrypted_archive(stack):
    key = kms.Key(stack, "Key")
    archive = EventArchive(stack, "Archive", encryption_key=key)
    role = analyst(stack)

    archive.grant_query(role)

    assert statements_of(role)[6:] == [
        {"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Effect": "Allow", "Resource": att(key)}
    ]


def test_an_archive_that_nobody_is_granted_gives_nobody_a_query(stack):
    EventArchive(stack, "Archive")

    actions = [
        action
        for policy in Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in [statement["Action"]]
        if "athena" in str(action)
    ]

    assert actions == []
