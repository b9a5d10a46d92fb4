"""An archive of every event, queryable with SQL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from constructs import Construct

from ses_event_constructs._building import all_or_nothing
from ses_event_constructs._checks import check_id, path_of
from ses_event_constructs._environment import Location, check_same_environment, check_stack, stack_of
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs._memory import identity
from ses_event_constructs._sending import check_grantee
from ses_event_constructs.archive._access import allow_queries
from ses_event_constructs.archive._alias import warn_if_nothing_is_granted
from ses_event_constructs.archive._catalogue import define_database, define_queries, define_table, define_work_group
from ses_event_constructs.archive._checks import (
    check_bucket,
    check_encryption_key,
    check_options,
    check_removal,
    check_retention,
    scanned_bytes,
)
from ses_event_constructs.archive._storage import adopt_bucket, define_bucket
from ses_event_constructs.archive._stream import define_delivery_stream, define_error_logs, define_role


class EventArchive(Construct):
    """Keep every event in S3 as Parquet, one row each, queryable with SQL in Athena.

    Adds to the template: a bucket that is kept when the stack is deleted, a Firehose stream that converts events to
    Parquet and writes them by day, a log group for its errors, a Glue database with the table `events`, an Athena work
    group that limits what a query may read, the named queries, and one role for Amazon SES, which may do
    `firehose:PutRecordBatch` on this stream for any configuration set of the account and region. Each configuration
    set, in whatever stack, adds its event destination and nothing else.

    Events can be queried about 15 minutes after they occur. Records that cannot be converted are kept unchanged below
    `errors/`.

    The archive holds personal data: addresses, subjects, and the IP addresses and browsers of opens and clicks.

    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html

    Args:
        scope: The parent.
        id: The construct id.
        bucket: The bucket for the events, in the region of this stack, which uses the prefixes `events/`, `errors/` and
            `athena-results/` for nothing else. If omitted, the archive defines its own: private, encrypted, TLS only,
            and without versions.
        encryption_key: The key for events and query results, in the region of this stack. If omitted, the key of the
            given bucket if it is known, or else the keys of S3.
        retention: The whole days after which events and failed records are deleted. If omitted, they are kept.
        message_headers: Whether to keep the headers of the mail, including its subject. If omitted, they are kept.
        scan_limit: The most that one query may read, 10 MB to 7 EB. If omitted, 100 GiB.
        removal_policy: What happens to the archive's own bucket when the stack is deleted. If omitted, it is kept.
            `RemovalPolicy.DESTROY` deletes it with all its events, by CDK's custom resource; use it for tests.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: An argument has a value that AWS would refuse, the bucket cannot be used, or the id is taken.

    Attributes:
        bucket: The bucket that holds events, failed records and query results.
        delivery_stream: The stream. Other sources of the same records may write to it as well.
        role: The role that Amazon SES assumes.
        error_logs: The log group in which Firehose says what it could not deliver, and why.
        database: The archive's own database.
        table: The table `events`.
        work_group: The work group that queries run in.
        named_queries: The named queries by construct id, such as `BounceRateByDay`.
        encryption_key: The key for events and query results; None for the keys of S3.
    """

    bucket: s3.IBucket
    delivery_stream: firehose.DeliveryStream
    role: iam.Role
    error_logs: logs.LogGroup
    database: glue.CfnDatabase
    table: glue.CfnTable
    work_group: athena.CfnWorkGroup
    named_queries: Mapping[str, athena.CfnNamedQuery]
    encryption_key: kms.IKey | None

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: s3.IBucket | s3.Bucket | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        retention: Duration | None = None,
        message_headers: bool = True,
        scan_limit: Size | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        path = path_of(scope, id)
        check_id(scope, id, path)
        check_options(path, message_headers=message_headers, removal_policy=removal_policy)
        limit = scanned_bytes(path, scan_limit)
        check_retention(path, retention)
        stack = check_stack(scope, path)
        check_encryption_key(path, encryption_key, stack)
        check_bucket(path, bucket, retention, stack, EventArchive)
        check_removal(path, removal_policy, bucket)
        with all_or_nothing(scope, id, path) as stands:
            super().__init__(scope, id)
            stands(self)
            key = encryption_key if encryption_key is not None or bucket is None else bucket.encryption_key
            self.encryption_key = key
            self.bucket = define_bucket(self, key, retention, removal_policy) if bucket is None else bucket
            self._define(key, limit, message_headers=message_headers)
            if bucket is not None:
                adopt_bucket(self, bucket, retention)

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Describe the archive for a configuration set.

        Raises:
            ValueError: The configuration set is in another account or region.
        """
        location = Location(stack_of(self))
        check_same_environment(lambda: options.path, "archive", location, options.stack, "account", "region")
        return self._config

    def grant_query(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow a principal to query the archive with SQL, and nothing else.

        Grants the use of the work group, reading the table and its database in the catalogue, reading the events,
        reading and writing query results, the use of the key if there is one, and listing the resources of the stack,
        by which `ses-local report` finds the archive.

        Raises:
            TypeError: `grantee` is not a principal.
            ValueError: This app cannot grant anything to the grantee.
        """
        checked = check_grantee(grantee, lambda: self.node.path, "archive.grant_query(role)")
        grant = allow_queries(
            checked, work_group=self.work_group, table=self.table, bucket=self.bucket, key=self.encryption_key
        )
        warn_if_nothing_is_granted(self, self.encryption_key, grantee)
        return grant

    def _define(self, key: kms.IKey | None, limit: float, *, message_headers: bool) -> None:
        self.database = define_database(self)
        # Each is read once, because each read crosses jsii.
        name, url = self.database.ref, self.bucket.s3_url_for_object()
        self.table = define_table(self, database_name=name, bucket_url=url, message_headers=message_headers)
        self.error_logs = define_error_logs(self)
        self.delivery_stream = define_delivery_stream(
            self, bucket=self.bucket, key=key, table=self.table, error_logs=self.error_logs
        )
        warn_if_nothing_is_granted(self, key, self.delivery_stream, "the role of {} for S3")
        self.role = define_role(self, self.delivery_stream)
        self.work_group = define_work_group(self, bucket_url=url, key=key, scanned_bytes=limit)
        self.named_queries = define_queries(Construct(self, "Queries"), database_name=name, work_group=self.work_group)

    @cached_property
    def _config(self) -> EventDestinationConfig:
        # One for all configuration sets: making it crosses jsii, and nothing in it depends on the set.
        destination = ses.EventDestination.firehose_delivery_stream(
            delivery_stream=self.delivery_stream, role=self.role
        )
        return EventDestinationConfig(destination, delivery_target=("firehose", identity(self.delivery_stream)))
