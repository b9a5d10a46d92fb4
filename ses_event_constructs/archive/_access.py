"""The permissions that `grant_query` grants."""

from __future__ import annotations

from collections.abc import Iterator

from aws_cdk import Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from ses_event_constructs.archive._alias import KEY_ACTIONS
from ses_event_constructs.archive._storage import EVENTS_PREFIX, RESULTS_PREFIX


def allow_queries(
    grantee: iam.IGrantable,
    *,
    work_group: athena.CfnWorkGroup,
    table: glue.CfnTable,
    bucket: s3.IBucket,
    key: kms.IKey | None,
) -> iam.Grant:
    """Grant what a query needs of each service.

    https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
    """
    stack, database = work_group.stack, table.database_name

    def allow(actions: list[str], *resources: str, conditions: dict[str, dict[str, object]] | None = None) -> iam.Grant:
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=actions, resource_arns=list(resources), conditions=conditions
        )

    grants = [
        # How `ses-local report --stack` finds the archive.
        allow(["cloudformation:ListStackResources"], *_stack_arns(stack)),
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
            stack.format_arn(service="athena", resource="workgroup", resource_name=work_group.ref),
        ),
        allow(
            ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable"],
            stack.format_arn(service="glue", resource="catalog"),
            stack.format_arn(service="glue", resource="database", resource_name=database),
            stack.format_arn(service="glue", resource="table", resource_name=f"{database}/{table.ref}"),
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
    if key is not None:
        grants.append(key.grant(grantee, *KEY_ACTIONS))
    first, *others = grants
    for other in others:
        first = first.combine(other)
    return first


def _stack_arns(stack: Stack) -> Iterator[str]:
    """Yield the ARN pattern of the stack, and of the stacks that it is nested in."""
    each: Stack | None = stack
    while each is not None:
        yield stack.format_arn(service="cloudformation", resource="stack", resource_name=f"{each.stack_name}/*")
        each = each.nested_stack_parent
