"""How the events are read: the Glue table over them, and the Athena work group with its queries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aws_cdk import Names
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kms as kms
from constructs import Construct

from ses_event_constructs._environment import environment_of, stack_of
from ses_event_constructs.archive._queries import load_queries
from ses_event_constructs.archive._schema import columns, glue_type
from ses_event_constructs.archive._storage import EVENTS_PREFIX, RESULTS_PREFIX

TABLE_NAME = "events"
"""The name that queries select from, in the archive's own database."""

_LONGEST_NAME = 255
# No archive is older than this library, so that nothing is older than its first year; the end moves with the clock.
_FIRST_DAY = "2026-01-01"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


def define_database(scope: Construct) -> glue.CfnDatabase:
    """Define the archive's own database.

    It has a name, because CloudFormation refuses every update of a database without one, and the name that it
    generates has hyphens, which Athena does not support.
    https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
    """
    return glue.CfnDatabase(
        scope,
        "Database",
        catalog_id=environment_of(stack_of(scope), "account"),
        database_input=glue.CfnDatabase.DatabaseInputProperty(
            name=Names.unique_resource_name(scope, max_length=_LONGEST_NAME, separator="_").lower(),
            description="Events of Amazon SES",
        ),
    )


def define_table(scope: Construct, *, database_name: str, bucket_url: str, message_headers: bool) -> glue.CfnTable:
    """Define the table. Athena computes its partitions: there is no crawler, and nothing to repair.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
    """
    location = f"{bucket_url}/{EVENTS_PREFIX}"
    return glue.CfnTable(
        scope,
        "Table",
        catalog_id=environment_of(stack_of(scope), "account"),
        database_name=database_name,
        table_input=glue.CfnTable.TableInputProperty(
            name=TABLE_NAME,
            description="Every event of every mail, one row each, by the day on which it arrived, in UTC",
            table_type="EXTERNAL_TABLE",
            parameters={
                "EXTERNAL": "TRUE",
                "classification": "parquet",
                "projection.enabled": "true",
                "projection.day.type": "date",
                "projection.day.format": "yyyy-MM-dd",
                "projection.day.range": f"{_FIRST_DAY},NOW",
                "projection.day.interval": "1",
                "projection.day.interval.unit": "DAYS",
                "storage.location.template": f"{location}day=${{day}}/",
            },
            partition_keys=[
                glue.CfnTable.ColumnProperty(
                    name="day", type="string", comment="The day of arrival in UTC, such as 2026-11-23"
                )
            ],
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                location=location,
                input_format=f"{_PARQUET}.MapredParquetInputFormat",
                output_format=f"{_PARQUET}.MapredParquetOutputFormat",
                serde_info=glue.CfnTable.SerdeInfoProperty(
                    serialization_library=f"{_PARQUET}.serde.ParquetHiveSerDe",
                ),
                columns=[
                    glue.CfnTable.ColumnProperty(
                        name=name.lower(), type=glue_type(column.field), comment=column.comment
                    )
                    for name, column in columns(message_headers=message_headers).items()
                ],
            ),
        ),
    )


def define_work_group(
    scope: Construct, *, bucket_url: str, key: kms.IKey | None, scanned_bytes: float
) -> athena.CfnWorkGroup:
    """Define the work group. Its clients cannot override its settings."""
    encryption = athena.CfnWorkGroup.EncryptionConfigurationProperty(
        encryption_option="SSE_S3" if key is None else "SSE_KMS", kms_key=None if key is None else key.key_arn
    )
    return athena.CfnWorkGroup(
        scope,
        "WorkGroup",
        name=Names.unique_resource_name(scope, max_length=128, separator="-"),
        description="Queries over the events of Amazon SES",
        # Otherwise a work group in which a query has run cannot be deleted.
        recursive_delete_option=True,
        work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
            enforce_work_group_configuration=True,
            publish_cloud_watch_metrics_enabled=True,
            bytes_scanned_cutoff_per_query=scanned_bytes,
            result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                output_location=f"{bucket_url}/{RESULTS_PREFIX}", encryption_configuration=encryption
            ),
        ),
    )


def define_queries(
    scope: Construct, *, database_name: str, work_group: athena.CfnWorkGroup
) -> Mapping[str, athena.CfnNamedQuery]:
    """Define the named queries and return them by construct id."""
    work_group_name = work_group.ref
    return MappingProxyType(
        {
            identifier: athena.CfnNamedQuery(
                scope,
                identifier,
                name=query.name,
                description=query.description,
                database=database_name,
                query_string=query.sql,
                work_group=work_group_name,
            )
            for identifier, query in load_queries().items()
        }
    )
