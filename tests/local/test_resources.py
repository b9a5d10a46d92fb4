"""CloudFormation types that the emulator lacks and ses-local adds."""

import json
import time

import pytest
from botocore.exceptions import ClientError
from sandbox import Sandbox, deploy, mail, resource

pytestmark = pytest.mark.deploy


def test_named_query_is_made_and_removed(clients):
    status, ids, _ = deploy(
        clients, "queries", Query=resource("AWS::Athena::NamedQuery", Database="d", QueryString="SELECT 1", Name="n")
    )

    athena = clients("athena")
    assert status == "CREATE_COMPLETE"
    assert athena.get_named_query(NamedQueryId=ids["Query"])["NamedQuery"]["QueryString"] == "SELECT 1"
    clients("cloudformation").delete_stack(StackName="queries")
    time.sleep(0.3)
    assert ids["Query"] not in athena.list_named_queries()["NamedQueryIds"]


def test_template_can_be_sent_with(clients):
    template = {"TemplateName": "from-stack", "SubjectPart": "Hi {{name}}", "TextPart": "Hello"}

    status, _, _ = deploy(clients, "templates", Template=resource("AWS::SES::Template", Template=template))

    assert status == "CREATE_COMPLETE"
    content = clients("sesv2").get_email_template(TemplateName="from-stack")["TemplateContent"]
    assert content["Subject"] == "Hi {{name}}"


def test_tenant_sends_only_with_a_set_that_is_its_own(emulator, clients):
    sandbox = Sandbox(emulator)
    bus = sandbox.add("EventBridge")
    arn = f"arn:aws:ses:eu-west-1:000000000000:configuration-set/{sandbox.name}"
    status, _, _ = deploy(
        clients,
        "tenants",
        Own=resource("AWS::SES::Tenant", TenantName="own", ResourceAssociations=[{"ResourceArn": arn}]),
        Other=resource("AWS::SES::Tenant", TenantName="other"),
    )
    assert status == "CREATE_COMPLETE"

    sent = mail(sandbox, TenantName="own")
    with pytest.raises(ClientError, match="is not associated with tenant <other>"):
        mail(sandbox, TenantName="other")

    (record, _) = sandbox.records(bus, [sent])
    assert record["mail"]["tags"]["ses:tenant-name"] == ["own"]
    sandbox.remove()


def test_composite_and_math_alarms_deploy(clients):
    metric = {"Namespace": "AWS/SES", "MetricName": "Bounce"}
    rule = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1}
    plain = resource("AWS::CloudWatch::Alarm", AlarmName="plain", Period=60, Statistic="Sum", **metric, **rule)
    stat = {"Metric": metric, "Period": 60, "Stat": "Sum"}
    metrics = [{"Id": "b", "MetricStat": stat, "ReturnData": False}, {"Id": "e", "Expression": "b / 2"}]
    math = resource("AWS::CloudWatch::Alarm", AlarmName="math", Metrics=metrics, **rule)
    both = resource("AWS::CloudWatch::CompositeAlarm", AlarmName="both", AlarmRule='ALARM("plain") OR ALARM("math")')

    status, _, reasons = deploy(
        clients, "alarms", Plain=plain, Math=math, Both={**both, "DependsOn": ["Plain", "Math"]}
    )

    assert (status, reasons) == ("CREATE_COMPLETE", [])
    cloudwatch = clients("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName="math", StateValue="ALARM", StateReason="test")
    (found,) = cloudwatch.describe_alarms(AlarmNames=["both"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert found["StateValue"] == "ALARM"


@pytest.mark.parametrize(
    ("name", "resources", "reason"),
    [
        (
            "no-set",
            {
                "Feedback": resource(
                    "AWS::SES::ConfigurationSetEventDestination",
                    ConfigurationSetName="nowhere",
                    EventDestination={
                        "MatchingEventTypes": ["send"],
                        "EventBridgeDestination": {
                            "EventBusArn": "arn:aws:events:eu-west-1:000000000000:event-bus/default"
                        },
                    },
                )
            },
            "NotFoundException: Configuration set <nowhere> does not exist.",
        ),
        (
            "bad-name",
            {"Mail": resource("AWS::SES::ConfigurationSet", Name="no spaces")},
            "BadRequestException: Invalid configuration set name <no spaces>: only alphanumeric ASCII characters, '_', "
            "and '-' are allowed, and at most 64 of them.",
        ),
        (
            "fifo",
            {
                "Topic": resource("AWS::SNS::Topic", TopicName="orders.fifo", FifoTopic=True),
                "Mail": resource("AWS::SES::ConfigurationSet"),
                "Feedback": resource(
                    "AWS::SES::ConfigurationSetEventDestination",
                    ConfigurationSetName={"Ref": "Mail"},
                    EventDestination={
                        "MatchingEventTypes": ["send"],
                        "SnsDestination": {"TopicARN": {"Ref": "Topic"}},
                    },
                ),
            },
            "BadRequestException: Could not publish test message to SNS topic "
            "<arn:aws:sns:eu-west-1:000000000000:orders.fifo>: it is a FIFO topic; SES publishes to standard topics "
            "only.",
        ),
    ],
)
def test_fails_when_a_template_asks_for_what_aws_refuses(clients, name, resources, reason):
    status, _, reasons = deploy(clients, name, **resources)

    assert status == "ROLLBACK_COMPLETE"
    assert reasons[-1] == reason


def described(text, **name):
    return resource("AWS::Glue::Database", CatalogId="000000000000", DatabaseInput={"Description": text, **name})


@pytest.mark.parametrize(
    ("name", "status"), [({}, "UPDATE_ROLLBACK_COMPLETE"), ({"Name": "events_of_mail"}, "UPDATE_COMPLETE")]
)
def test_a_database_can_be_updated_only_if_it_has_a_name(clients, name, status):
    stack = f"databases{len(name)}"
    assert deploy(clients, stack, Database=described("first", **name))[0] == "CREATE_COMPLETE"
    cloudformation = clients("cloudformation")
    template = {"Resources": {"Database": described("second", **name)}}

    cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(template))

    while (found := cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]).endswith("PROGRESS"):
        time.sleep(0.02)
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [each.get("ResourceStatusReason", "") for each in events if each["ResourceStatus"] == "UPDATE_FAILED"]
    assert found == status
    assert any("Database name cannot be equal to null or empty" in each for each in reasons) is not bool(name)
