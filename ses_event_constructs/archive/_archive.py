"""Every event kept, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from aws_cdk import Duration, Size
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from constructs import Construct

from ses_event_constructs._environment import Whereabouts, check_same_environment, is_a, stack_of
from ses_event_constructs._interface import EventDestinationBindOptions, EventDestinationConfig
from ses_event_constructs.archive._access import allow_queries
from ses_event_constructs.archive._catalogue import define_database, define_queries, define_table, define_work_group
from ses_event_constructs.archive._checks import check_arguments
from ses_event_constructs.archive._storage import adopt_bucket, define_bucket, holds_archive
from ses_event_constructs.archive._stream import define_delivery_stream, define_error_logs, define_role


class EventArchive(Construct):
    """Keep every event in S3 as Parquet, one row each, to be asked by SQL in Athena.

    Adds to the template: a bucket that is never deleted with the stack, a Firehose stream that converts events to
    Parquet and writes them by day, a log group for what it could not deliver, a Glue database with the table
    `events`, an Athena work group with a limit on what a query may read, the named queries, and the one role that
    Amazon SES assumes, which may do `firehose:PutRecordBatch` on this stream for any configuration set of the account
    and region. A further configuration set, of whichever stack, adds its event destination and nothing else.

    Events can be asked about a quarter of an hour after they happened. Records that cannot be converted are kept as
    they came below `errors/`.

    The archive holds personal data: addresses, subjects, and of opens and clicks the IP addresses and browsers.

    Args:
        scope: The parent.
        id: The construct id.
        bucket: The bucket that holds the events, below `events/`, `errors/` and `athena-results/`. Left out, the
            archive defines its own: private, encrypted, only over TLS, without versions, and retained.
        encryption_key: The key that events and query results are encrypted with. Left out, the key of the bucket
            that is given if it is known, or else the keys of S3.
        retention: Whole days after which events, and records that failed, are deleted. Left out, they are kept.
        message_headers: Whether the headers of the mail, its subject among them, are kept. Left out, they are.
        scan_limit: The most that one query may read. Left out, 100 GiB.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: `retention` is not of whole days or the bucket that it is for is imported, `scan_limit` is below
            what Athena accepts, or `bucket` holds another archive.

    Attributes:
        bucket: Where everything is.
        delivery_stream: The stream, which other sources of such records may feed as well.
        role: The role that Amazon SES assumes.
        error_logs: What Firehose could not deliver, and why.
        database: The archive's own database, unnamed.
        table: The table `events`.
        work_group: Where queries run.
        named_queries: The named queries by construct id, such as `BounceRateByDay`.
        encryption_key: The key of events and query results; None for the keys of S3.
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
    ) -> None:
        path = f"{scope.node.path}/{id}"
        limit = Size.gibibytes(100) if scan_limit is None else scan_limit
        check_arguments(
            path,
            bucket=bucket,
            encryption_key=encryption_key,
            retention=retention,
            message_headers=message_headers,
            scan_limit=limit,
        )
        if bucket is not None and holds_archive(bucket):
            raise ValueError(
                f"{path}: the bucket already holds an archive, got {bucket.node.path}; "
                "give each archive a bucket of its own, or bind one archive to all configuration sets"
            )
        super().__init__(scope, id)
        try:
            self._define(bucket, encryption_key, retention, limit, message_headers=message_headers)
        except BaseException:
            scope.node.try_remove_child(id)
            raise

    def check(self, options: EventDestinationBindOptions) -> None:
        """Refuse a configuration set of another account or region.

        Raises:
            ValueError: The configuration set is of another account or region.
        """
        home = Whereabouts(stack_of(self))
        check_same_environment(lambda: options.path, "archive", home, options.stack, "account", "region")

    def bind(self, options: EventDestinationBindOptions) -> EventDestinationConfig:
        """Connect the archive to a configuration set, which must be of the same account and region."""
        self.check(options)
        return self._config

    def grant_query(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal ask the archive by SQL, and nothing else of it.

        Grants the use of the work group, reading the table and its database in the catalogue, reading the events,
        reading and writing query results, and the key if there is one.

        Raises:
            TypeError: `grantee` is nothing that can be granted to.
        """
        if not is_a("grant_principal", grantee):
            raise TypeError(
                f"{self.node.path}: grantee must be a principal such as a role or function, got {grantee!r}; "
                "write archive.grant_query(role)"
            )
        return allow_queries(
            grantee, work_group=self.work_group, table=self.table, bucket=self.bucket, key=self.encryption_key
        )

    def _define(
        self,
        bucket: s3.IBucket | None,
        encryption_key: kms.IKey | None,
        retention: Duration | None,
        scan_limit: Size,
        *,
        message_headers: bool,
    ) -> None:
        key = encryption_key if encryption_key is not None or bucket is None else bucket.encryption_key
        self.encryption_key = key
        self.bucket = define_bucket(self, key, retention) if bucket is None else bucket
        self.database = define_database(self)
        self.table = define_table(self, database=self.database, bucket=self.bucket, message_headers=message_headers)
        self.error_logs = define_error_logs(self)
        self.delivery_stream = define_delivery_stream(
            self, bucket=self.bucket, key=key, table=self.table, error_logs=self.error_logs
        )
        self.role = define_role(self, self.delivery_stream)
        self.work_group = define_work_group(self, bucket=self.bucket, key=key, scan_limit=scan_limit)
        self.named_queries = define_queries(
            Construct(self, "Queries"), database=self.database, work_group=self.work_group
        )
        if bucket is not None:
            adopt_bucket(self, bucket, retention)

    @cached_property
    def _config(self) -> EventDestinationConfig:
        # One for all configuration sets: making it crosses jsii, and nothing in it is theirs.
        destination = ses.EventDestination.firehose_delivery_stream(
            delivery_stream=self.delivery_stream, role=self.role
        )
        return EventDestinationConfig(destination, place=("firehose", self.delivery_stream))
