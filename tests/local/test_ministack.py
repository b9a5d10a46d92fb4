"""What ses_local.ministack relies on in the emulator; a name that has gone is named here first."""

import inspect
from importlib.metadata import version

import pytest
from ministack import app
from ministack.core import iam_actions, iam_evaluator, responses
from ministack.services import (
    athena,
    cloudformation,
    cloudwatch,
    cloudwatch_logs,
    eventbridge,
    firehose,
    iam,
    kms,
    lambda_svc,
    s3,
    ses,
    ses_v2,
    sns,
    sqs,
)
from ministack.services.cloudformation import handlers, provisioners

NAMES = {
    responses: ["get_account_id", "get_region", "get_request_client_ip", "new_uuid", "request_scope"],
    app: ["AUTH", "app"],
    iam_actions: ["extract_iam_action", "extract_resource_arn"],
    iam_evaluator: [
        "_is_root_key",
        "enforce",
        "resolve_caller_identity",
        "EvalContext",
        "_gather_role_policies",
        "evaluate",
        "evaluate_resource_policy",
    ],
    lambda_svc: ["_esms", "_execute_function_dispatch", "_functions"],
    sns: ["_topic_by_arn_any_scope", "_topics", "publish_internal"],
    sqs: ["_queue_by_arn", "_queues", "_queues_lock"],
    kms: ["_resolve_key"],
    iam: ["_roles"],
    s3: ["_buckets", "_get_object_data", "_object_versions"],
    firehose: ["_DeliveryError", "_convert_to_parquet", "_put_s3_object", "_stream_arn", "_streams", "handle_request"],
    cloudwatch: [
        "TWO_WEEKS_SECONDS",
        "_composite_alarms",
        "_evict_old_metrics",
        "_metrics",
        "_point_stats",
        "_put_composite_alarm",
        "handle_request",
    ],
    cloudwatch_logs: ["_log_groups"],
    eventbridge: ["_archives", "_events_log", "_matches_pattern", "_put_events", "_rule_key", "_rules", "_targets"],
    athena: [
        "_DUCKDB_TYPE_MAP",
        "_attach_s3_table_buckets",
        "_create_named_query",
        "_delete_named_query",
        "_execute_query",
        "_executions",
        "_materialize_table_files",
        "_named_queries",
        "_rewrite_data_paths",
        "_run_duckdb",
        "_start_query_execution",
        "_stop_query_execution",
        "_workgroups",
    ],
    ses: [
        "_configuration_sets",
        "_create_template",
        "_iso_now",
        "_message_rejection",
        "_send_notifications",
        "_sent_emails_list",
        "_templates",
        "handle_request",
        "parseaddr",
    ],
    ses_v2: [
        "_config_sets",
        "_create_config_set",
        "_dedicated_ip_pools",
        "_identities",
        "_put_event_destination",
        "_tenant_request",
        "_tenant_resources",
        "_tenants",
        "handle_request",
    ],
    cloudformation: ["_stacks"],
    handlers: ["_ACTION_HANDLERS", "_error"],
    provisioners: [
        "_RESOURCE_HANDLERS",
        "_cw_metric_alarm_record",
        "_ses_event_destination_definition",
        "_ses_event_destination_put",
    ],
}


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, names in NAMES.items() for n in names])
def test_emulator_still_has(module, name):
    assert hasattr(module, name), (
        f"MiniStack {version('ministack')} has no {module.__name__}.{name} any more; adapt ses_local/ministack"
    )


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (ses_v2._put_event_destination, ["name", "dest_name", "definition", "create"]),
        (firehose._convert_to_parquet, ["conversion", "data"]),
        (firehose._put_s3_object, ["bucket", "key", "body"]),
        (ses_v2.handle_request, ["method", "path", "headers", "body", "query_params"]),
        (ses.handle_request, ["method", "path", "headers", "body", "query_params"]),
        (provisioners._ses_event_destination_put, ["config_set", "dest_name", "props", "create"]),
        (provisioners._cw_metric_alarm_record, ["name", "props"]),
        (eventbridge._put_events, ["data", "allow_aws_source"]),
        (
            iam_actions.extract_resource_arn,
            ["service", "method", "path", "headers", "body", "query_params", "region", "account_id"],
        ),
        (iam_evaluator.evaluate_resource_policy, ["doc", "ctx", "service", "named_only", "direct_only"]),
        (lambda_svc._execute_function_dispatch, ["func", "config", "event", "request_id", "started"]),
        (cloudwatch._put_composite_alarm, ["params", "cbor_data", "is_cbor", "is_json"]),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_emulator_still_takes(function, parameters):
    assert list(inspect.signature(function).parameters) == parameters


@pytest.mark.parametrize(
    "resource_type", ["AWS::SES::ConfigurationSet", "AWS::SES::ConfigurationSetEventDestination", "AWS::SNS::Topic"]
)
def test_emulator_still_creates_by_a_handler_of_three_arguments(resource_type):
    create = provisioners._RESOURCE_HANDLERS[resource_type]["create"]

    assert len(inspect.signature(create).parameters) == 3


def test_emulator_still_names_an_event_destination_by_its_set_and_takes_it_so():
    handler = provisioners._RESOURCE_HANDLERS["AWS::SES::ConfigurationSetEventDestination"]
    properties = {"ConfigurationSetName": "Mail", "EventDestination": {"Name": "Feedback"}}

    assert handler["create"]("Id", properties, "Shop") == ("Mail|Feedback", {"Id": "Feedback"})
    assert list(inspect.signature(handler["update"]).parameters) == [
        "physical_id",
        "old_props",
        "new_props",
        "stack_name",
    ]
    assert list(inspect.signature(handler["delete"]).parameters) == ["physical_id", "props"]


def test_reference_to_the_destination_writer_goes_through_the_module():
    """Replacing ``ses_v2._put_event_destination`` reaches the API only while it is looked up by its global name."""
    assert "_put_event_destination" in ses_v2._event_destinations_request.__code__.co_names


def test_executors_are_reached_through_the_dispatcher():
    """Replacing ``lambda_svc._execute_function_dispatch`` hears of each call while it is looked up by that name."""
    assert "_execute_function_dispatch" in lambda_svc._execute_function.__code__.co_names
