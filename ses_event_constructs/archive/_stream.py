"""How events reach the bucket: the delivery stream that converts them, and the role that Amazon SES assumes."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from ses_event_constructs._environment import stack_of
from ses_event_constructs._statements import source_conditions
from ses_event_constructs.archive._storage import ERRORS_PREFIX, EVENTS_PREFIX

# The day of arrival, in UTC. Such a prefix is free; dynamic partitioning is billed by volume and object.
# https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
_DAY = "day=!{timestamp:yyyy-MM-dd}/"


def define_error_logs(scope: Construct) -> logs.LogGroup:
    """Define the log group for what Firehose could not deliver. The records themselves are in the bucket."""
    return logs.LogGroup(
        scope,
        "DeliveryErrors",
        retention=logs.RetentionDays.THREE_MONTHS,
        removal_policy=RemovalPolicy.DESTROY,
    )


def define_delivery_stream(
    scope: Construct, *, bucket: s3.IBucket, key: kms.IKey | None, table: glue.CfnTable, error_logs: logs.LogGroup
) -> firehose.DeliveryStream:
    """Define the stream. It writes Parquet as seldom as Firehose allows, so that files are large.

    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
    """
    conversion = firehose.DataFormatConversionProps(
        # Firehose reads the newest version of the table, so that a new column is filled at once.
        schema_configuration=firehose.SchemaConfiguration.from_cfn_table(table),
        input_format=firehose.InputFormat.OPENX_JSON,
        # 40 % smaller than Snappy, the default, and as fast to read: docs/decisions/0003-archive-layout.md.
        output_format=firehose.ParquetOutputFormat(compression=firehose.ParquetCompression.GZIP),
    )
    return firehose.DeliveryStream(
        scope,
        "DeliveryStream",
        encryption=firehose.StreamEncryption.aws_owned_key(),
        destination=firehose.S3Bucket(
            bucket,
            data_output_prefix=EVENTS_PREFIX + _DAY,
            error_output_prefix=ERRORS_PREFIX + "!{firehose:error-output-type}/" + _DAY,
            buffering_size=Size.mebibytes(128),
            buffering_interval=Duration.minutes(15),
            encryption_key=key,
            logging_config=firehose.EnableLogging(error_logs),
            data_format_conversion=conversion,
        ),
    )


def define_role(scope: Construct, delivery_stream: firehose.DeliveryStream) -> iam.Role:
    """Define the role that Amazon SES assumes for every configuration set of the account and region.

    Its policy is inline, so that it exists as soon as the role does: Amazon SES uses the role when an event destination
    is created.
    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-firehose.html
    """
    publish = {
        "Effect": "Allow",
        "Action": "firehose:PutRecordBatch",
        "Resource": delivery_stream.delivery_stream_arn,
    }
    return iam.Role(
        scope,
        "Role",
        description="Assumed by Amazon SES to publish events to the archive",
        assumed_by=iam.ServicePrincipal("ses.amazonaws.com", conditions=source_conditions(stack_of(scope))),
        inline_policies={
            "Publish": iam.PolicyDocument.from_json({"Statement": [publish]}),
        },
    )
