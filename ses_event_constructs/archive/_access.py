"""Who may ask: the rights of `grant_query`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from ses_event_constructs.archive._storage import EVENTS_PREFIX, RESULTS_PREFIX

if TYPE_CHECKING:
    from ses_event_constructs.archive._archive import EventArchive


def allow_queries(archive: EventArchive, grantee: iam.IGrantable) -> iam.Grant:
    """Grant what a query needs, service by service.

    https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
    """
    stack = Stack.of(archive)
    bucket = archive.bucket
    database, table = archive.database.ref, archive.table.ref

    def allow(actions: list[str], *resources: str, conditions: dict[str, dict[str, object]] | None = None) -> iam.Grant:
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=actions, resource_arns=list(resources), conditions=conditions
        )

    grants = [
        allow(
            [
                "athena:BatchGetNamedQuery",
                "athena:GetNamedQuery",
                "athena:GetQueryExecution",
                "athena:GetQueryResults",
                "athena:GetWorkGroup",
                "athena:ListNamedQueries",
                "athena:StartQueryExecution",
                "athena:StopQueryExecution",
            ],
            stack.format_arn(service="athena", resource="workgroup", resource_name=archive.work_group.ref),
        ),
        allow(
            ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable"],
            stack.format_arn(service="glue", resource="catalog"),
            stack.format_arn(service="glue", resource="database", resource_name=database),
            stack.format_arn(service="glue", resource="table", resource_name=f"{database}/{table}"),
        ),
        allow(["s3:GetBucketLocation"], bucket.bucket_arn),
        allow(
            ["s3:ListBucket"],
            bucket.bucket_arn,
            conditions={"StringLike": {"s3:prefix": [f"{EVENTS_PREFIX}*", f"{RESULTS_PREFIX}*"]}},
        ),
        allow(["s3:GetObject"], bucket.arn_for_objects(f"{EVENTS_PREFIX}*")),
        allow(
            ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
            bucket.arn_for_objects(f"{RESULTS_PREFIX}*"),
        ),
    ]
    if archive.encryption_key is not None:
        grants.append(archive.encryption_key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey"))
    first, *others = grants
    for other in others:
        first = first.combine(other)
    return first
