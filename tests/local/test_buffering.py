"""How records are handed to delivery streams, in this process; `test_load.py` and `test_archive.py` see the objects."""

import asyncio
import base64
import json

import pytest
from ministack.core.responses import request_scope
from ministack.services import firehose, glue
from ses_local.ministack import _buffering

LINES = [f"{json.dumps({'eventType': name, 'size': 1})}\n" for name in ("Send", "Delivery", "Bounce")]
CONVERSION = {
    "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
    "SchemaConfiguration": {"DatabaseName": "mail", "TableName": "events"},
}
PROCESSING = {"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "AppendDelimiterToRecord"}]}}


@pytest.fixture(autouse=True)
def account():
    with request_scope("111111111111", "eu-west-1"):
        glue._tables["mail/events"] = {
            "StorageDescriptor": {"Columns": [{"Name": "eventtype", "Type": "string"}, {"Name": "size", "Type": "int"}]}
        }
        yield
    firehose.reset()
    glue._tables.clear()


def stream(kind="ExtendedS3DestinationConfiguration", **config):
    firehose._create_delivery_stream(
        {"DeliveryStreamName": "mail", kind: {"BucketARN": "arn:aws:s3:::mail-archive", **config}}
    )


def handed(lines):
    body = asyncio.run(_buffering.batch("mail", lines))
    assert body["DeliveryStreamName"] == "mail"
    return [base64.b64decode(record["Data"]).decode() for record in body["Records"]]


def test_records_of_a_batch_are_joined_in_order():
    stream()

    assert handed(LINES) == ["".join(LINES)]


def test_joined_records_are_no_larger_than_firehose_takes():
    stream()
    lines = ["x" * 400_000 + "\n"] * 5

    found = handed(lines)

    assert [len(each) for each in found] == [800_002, 800_002, 400_001]
    assert max(len(each) for each in found) <= _buffering.MAX_BYTES


def test_records_stay_single_for_a_stream_that_processes_each():
    stream(**PROCESSING)

    assert handed(LINES) == LINES


def test_records_stay_single_for_a_stream_to_an_endpoint():
    stream("HttpEndpointDestinationConfiguration", EndpointConfiguration={"Url": "https://collector.example"})

    assert handed(LINES) == LINES


def test_records_that_fit_the_table_of_a_conversion_are_joined():
    stream(DataFormatConversionConfiguration=CONVERSION)

    assert handed(LINES) == ["".join(LINES)]


def test_record_that_does_not_fit_the_table_leaves_the_others_alone():
    stream(DataFormatConversionConfiguration=CONVERSION)
    lines = [*LINES, f"{json.dumps({'eventType': 'Open', 'size': 'large'})}\n"]

    assert handed(lines) == lines


def test_conversion_that_is_switched_off_does_not_count():
    stream(DataFormatConversionConfiguration={**CONVERSION, "Enabled": False})
    lines = [*LINES, f"{json.dumps({'eventType': 'Open', 'size': 'large'})}\n"]

    assert handed(lines) == ["".join(lines)]


def test_missing_bucket_is_named():
    stream()

    reason = _buffering.missing_bucket("mail")

    assert reason == "bucket mail-archive, which the stream delivers to, does not exist"
