"""What the demo shows beside the events, on an emulator with a stack of one alarm, one queue and one named query."""

import io
import json

import pytest
from rich.console import Console
from ses_local.checking.overview import print_overview

pytestmark = pytest.mark.deploy

TEMPLATE = {
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "overview"}},
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": "overview",
                "ComparisonOperator": "GreaterThanThreshold",
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "MetricName": "Bounce",
                "Namespace": "AWS/SES",
                "Period": 60,
                "Statistic": "Sum",
            },
        },
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "overview"}},
        "WorkGroup": {
            "Type": "AWS::Athena::WorkGroup",
            "Properties": {
                "Name": "overview",
                "WorkGroupConfiguration": {"ResultConfiguration": {"OutputLocation": "s3://overview/"}},
            },
        },
        "Query": {
            "Type": "AWS::Athena::NamedQuery",
            "Properties": {
                "Database": "default",
                "Name": "bounce rate by day",
                "QueryString": "SELECT ? AS day, 2 AS sent",
                "WorkGroup": {"Ref": "WorkGroup"},
            },
        },
    }
}


def test_shows_alarm_states_waiting_messages_and_the_answer_to_the_named_query(emulator):
    clients = emulator.endpoint.client
    cloudformation = clients("cloudformation")
    cloudformation.create_stack(StackName="Overview", TemplateBody=json.dumps(TEMPLATE))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="Overview", WaiterConfig={"Delay": 1})
    clients("cloudwatch").set_alarm_state(AlarmName="overview", StateValue="ALARM", StateReason="test")
    url = clients("sqs").get_queue_url(QueueName="overview")["QueueUrl"]
    clients("sqs").send_message(QueueUrl=url, MessageBody="waits")
    said = io.StringIO()

    environment = emulator.endpoint.environment
    print_overview(Console(file=said, width=100), emulator.endpoint, {environment: ["Overview"]})

    lines = [" ".join(line.split()) for line in said.getvalue().splitlines()]
    assert "Alarms: 1 ALARM" in lines
    assert "Queues: 1 waiting in overview" in lines
    assert "Archive, asked by the named query bounce rate by day:" in lines
    assert "sent 2" in lines
    cloudformation.delete_stack(StackName="Overview")
