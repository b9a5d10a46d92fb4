"""`ses-local drift`: what SES v2 reads beside the deployed template, on the emulator and by ``--account``."""

import io
import json
import os
import uuid

import pytest
from commands import run as command
from rich.console import Console
from sandbox import deploy, dimension, resource, statement
from ses_local.checking.drift import ABSENT
from ses_local.checking.stack_drift import drift_of
from ses_local.checking.values import Unresolved
from ses_local.client.account import current_account
from ses_local.client.emulator import Emulator, free_port, stopping
from ses_local.client.environment import Endpoint
from ses_local.commands import drift, verify
from ses_local.errors import SesLocalError

from tests.blocks import block

pytestmark = pytest.mark.deploy
BUS = {"Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"}
SES_PUBLISHES = json.loads(statement("ses.amazonaws.com", "sns:Publish", "*"))
PUT = {"Statement": [{"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": "*"}]}
METRIC = {"DimensionName": "team", "DimensionValueSource": "messageTag", "DefaultDimensionValue": "none"}


def destination(path, events=("send", "bounce"), *, configuration_set=None, depends=(), **target):
    made = resource(
        "AWS::SES::ConfigurationSetEventDestination",
        ConfigurationSetName=configuration_set or {"Ref": "Mail"},
        EventDestination={"Enabled": True, "MatchingEventTypes": list(events), **target},
    )
    return {**made, "DependsOn": list(depends), "Metadata": {"aws:cdk:path": f"{path}/Resource"}}


def role():
    trust = json.loads(statement("ses.amazonaws.com", "sts:AssumeRole", "*"))
    del trust["Statement"][0]["Resource"]
    policies = [{"PolicyName": "put", "PolicyDocument": PUT}]
    return resource("AWS::IAM::Role", AssumeRolePolicyDocument=trust, Policies=policies, Path="/mail/")


def shop():
    """The resources of a stack with a destination of each kind; what they lead to is said in the ways of CDK."""
    stream = {"IAMRoleARN": {"Fn::GetAtt": ["Role", "Arn"]}, "DeliveryStreamARN": {"Fn::GetAtt": ["Stream", "Arn"]}}
    s3 = {"BucketARN": {"Fn::GetAtt": ["Bucket", "Arn"]}, "RoleARN": {"Fn::GetAtt": ["Role", "Arn"]}}
    return {
        "Mail": {**resource("AWS::SES::ConfigurationSet"), "Metadata": {"aws:cdk:path": "Shop/Mail/Default/Resource"}},
        "Topic": resource("AWS::SNS::Topic"),
        "Policy": resource("AWS::SNS::TopicPolicy", Topics=[{"Ref": "Topic"}], PolicyDocument=SES_PUBLISHES),
        "Bucket": resource("AWS::S3::Bucket"),
        "Role": role(),
        "Stream": resource("AWS::KinesisFirehose::DeliveryStream", ExtendedS3DestinationConfiguration=s3),
        "Feedback": destination(
            "Shop/Mail/Feedback", depends=["Policy"], SnsDestination={"TopicARN": {"Ref": "Topic"}}
        ),
        "Archive": destination("Shop/Mail/Archive", KinesisFirehoseDestination=stream),
        "Metrics": destination("Shop/Mail/Metrics", CloudWatchDestination={"DimensionConfigurations": [METRIC]}),
        "Bus": destination("Shop/Mail/Bus", EventBridgeDestination={"EventBusArn": BUS}),
    }


@pytest.fixture
def stack(emulator):
    """The name of a stack of its own, and the physical ids in it."""
    name = f"Shop-{uuid.uuid4().hex[:6]}"
    status, ids, reasons = deploy(emulator.endpoint.client, name, **shop())
    assert status == "CREATE_COMPLETE", reasons
    return name, ids


def changed(clients, ids, name, **target):
    """Changes a destination behind the back of its stack."""
    clients("sesv2").update_configuration_set_event_destination(
        ConfigurationSetName=ids["Mail"],
        EventDestinationName=ids[name],
        EventDestination={"Enabled": True, "MatchingEventTypes": ["SEND", "BOUNCE"], **target},
    )


def differing(rows):
    return [(row.subject, row.part, row.template, row.ses) for row in rows if row.differs]


def test_stack_as_it_was_deployed_does_not_differ_in_any_part(clients, stack):
    rows = drift_of(clients, stack[0])

    assert [(row.subject, row.part) for row in rows] == [
        (f"Shop/Mail/{name}", part)
        for name, parts in (
            ("Feedback", ["topic"]),
            ("Archive", ["delivery stream", "role"]),
            ("Metrics", ["dimensions"]),
            ("Bus", ["event bus"]),
        )
        for part in ["kind", "status", "events", *parts]
    ]
    assert differing(rows) == []
    assert not any(isinstance(row.template, Unresolved) for row in rows)


def test_physical_id_of_a_destination_is_its_name_as_on_aws_through_an_update_and_a_deletion(clients, stack):
    name, ids = stack
    cloudformation, ses = clients("cloudformation"), clients("sesv2")

    def names():
        answer = ses.get_configuration_set_event_destinations(ConfigurationSetName=ids["Mail"])
        return {each["Name"] for each in answer["EventDestinations"]}

    assert names() == {ids[each] for each in ("Feedback", "Archive", "Metrics", "Bus")}
    resources = shop()
    del resources["Metrics"]
    resources["Bus"]["Properties"]["EventDestination"]["MatchingEventTypes"] = ["click"]
    cloudformation.update_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": resources}), Capabilities=["CAPABILITY_IAM"]
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 1})

    assert names() == {ids[each] for each in ("Feedback", "Archive", "Bus")}
    assert differing(drift_of(clients, name)) == []


def test_target_that_was_changed_behind_the_stack_differs(clients, stack):
    name, ids = stack
    other = clients("sns").create_topic(Name=f"other-{name}")["TopicArn"]
    clients("sns").set_topic_attributes(
        TopicArn=other, AttributeName="Policy", AttributeValue=statement("ses.amazonaws.com", "sns:Publish", other)
    )

    changed(clients, ids, "Feedback", SnsDestination={"TopicArn": other})
    changed(
        clients, ids, "Metrics", CloudWatchDestination={"DimensionConfigurations": [dimension("team", default="x")]}
    )

    assert differing(drift_of(clients, name)) == [
        ("Shop/Mail/Feedback", "topic", ids["Topic"], other),
        ("Shop/Mail/Metrics", "dimensions", "team (messagetag, default none)", "team (messagetag, default x)"),
    ]


def test_what_is_on_one_side_only_is_shown(clients, stack):
    name, ids = stack
    ses = clients("sesv2")
    ses.delete_configuration_set_event_destination(ConfigurationSetName=ids["Mail"], EventDestinationName=ids["Bus"])
    added = {"Enabled": False, "MatchingEventTypes": ["CLICK"], "SnsDestination": {"TopicArn": ids["Topic"]}}
    ses.create_configuration_set_event_destination(
        ConfigurationSetName=ids["Mail"], EventDestinationName="by-hand", EventDestination=added
    )

    assert differing(drift_of(clients, name)) == [
        ("Shop/Mail/Bus", "destination", "EventBridge destination, enabled, for SEND, BOUNCE", ABSENT),
        ("Shop/Mail/by-hand", "destination", ABSENT, "SNS destination, disabled, for CLICK"),
    ]


def test_destination_that_another_stack_defines_on_the_set_is_no_drift(clients, stack):
    name, ids = stack
    there = destination("Other/Bus", configuration_set=ids["Mail"], EventBridgeDestination={"EventBusArn": BUS})
    status, _, reasons = deploy(clients, f"Other-{name}", Bus=there)
    assert status == "CREATE_COMPLETE", reasons

    assert differing(drift_of(clients, name)) == []
    assert {row.subject for row in drift_of(clients, f"Other-{name}")} == {"Other/Bus"}


def test_set_that_was_deleted_is_shown_with_its_destinations(clients, stack):
    name, ids = stack
    clients("sesv2").delete_configuration_set(ConfigurationSetName=ids["Mail"])

    rows = drift_of(clients, name)

    assert [(row.subject, row.part, row.ses) for row in rows] == [
        ("Shop/Mail", "configuration set", ABSENT),
        *((f"Shop/Mail/{each}", "destination", ABSENT) for each in ("Feedback", "Archive", "Metrics", "Bus")),
    ]
    assert all(row.differs for row in rows)


def test_kind_that_was_changed_is_shown_without_the_parts_of_the_other(clients, stack):
    name, ids = stack
    changed(clients, ids, "Metrics", SnsDestination={"TopicArn": ids["Topic"]})

    assert differing(drift_of(clients, name)) == [("Shop/Mail/Metrics", "kind", "CloudWatch", "SNS")]


def deployed(clients, body, name, **more):
    clients("cloudformation").create_stack(StackName=name, TemplateBody=body, **more)
    clients("cloudformation").get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


PRODUCER = """
Resources:
  Mail: {Type: AWS::SES::ConfigurationSet}
  Topic: {Type: AWS::SNS::Topic}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties: {Topics: [!Ref Topic], PolicyDocument: POLICY}
Outputs:
  Set: {Value: !Ref Mail, Export: {Name: !Sub "${AWS::StackName}-set"}}
  Topic: {Value: !GetAtt Topic.TopicArn, Export: {Name: !Sub "${AWS::StackName}-topic"}}
"""
CONSUMER = """
Parameters:
  Secret: {Type: String, NoEcho: true}
  Published: {Type: String, Default: "true"}
Resources:
  Imported:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !ImportValue PRODUCER-set
      EventDestination:
        Enabled: !Ref Published
        MatchingEventTypes: [bounce]
        SnsDestination: {TopicARN: !ImportValue PRODUCER-topic}
  Weak:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: {"Fn::GetStackOutput": {StackName: PRODUCER, OutputName: Set}}
      EventDestination:
        Name: weak
        Enabled: true
        MatchingEventTypes: [complaint]
        SnsDestination:
          TopicARN: !Join [":", [arn, !Ref AWS::Partition, sns, !Ref AWS::Region, !Ref AWS::AccountId, !Select [5,
            !Split [":", {"Fn::GetStackOutput": {StackName: PRODUCER, OutputName: Topic}}]]]]
  Hidden:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !ImportValue PRODUCER-set
      EventDestination:
        Enabled: true
        MatchingEventTypes: [send]
        SnsDestination: {TopicARN: !Ref Secret}
"""


def test_template_in_yaml_is_resolved_through_parameters_exports_and_outputs_and_nothing_is_guessed(clients):
    name = f"producer-{uuid.uuid4().hex[:6]}"
    deployed(clients, PRODUCER.replace("POLICY", json.dumps(SES_PUBLISHES)), name)
    (producer,) = clients("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in producer["Outputs"]}
    secret = [{"ParameterKey": "Secret", "ParameterValue": outputs["Topic"]}]
    deployed(clients, CONSUMER.replace("PRODUCER", name), f"{name}-consumer", Parameters=secret)

    rows = {(row.subject, row.part): row for row in drift_of(clients, f"{name}-consumer")}

    topics = {subject: row for (subject, part), row in rows.items() if part == "topic"}
    hidden = next(subject for subject, row in topics.items() if isinstance(row.template, Unresolved))
    assert len(topics) == 3
    assert topics.pop(hidden).template == Unresolved("parameter Secret is hidden (NoEcho)")
    assert {row.template for row in topics.values()} == {outputs["Topic"]}
    assert not any(row.differs for row in rows.values())
    assert {row.template for (_, part), row in rows.items() if part == "status"} == {"enabled"}


def test_nested_stacks_are_compared_with_what_their_parent_hands_them(clients):
    name = f"parent-{uuid.uuid4().hex[:6]}"
    child = {
        "Parameters": {"Set": {"Type": "String"}},
        "Resources": {
            "Bus": destination(
                "Parent/Child/Bus", configuration_set={"Ref": "Set"}, EventBridgeDestination={"EventBusArn": BUS}
            )
        },
    }
    where = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    clients("s3").create_bucket(Bucket=name, **where)
    clients("s3").put_object(Bucket=name, Key="child.json", Body=json.dumps(child))
    status, ids, reasons = deploy(
        clients,
        name,
        Mail={**resource("AWS::SES::ConfigurationSet"), "Metadata": {"aws:cdk:path": "Parent/Mail/Default/Resource"}},
        Child=resource(
            "AWS::CloudFormation::Stack",
            TemplateURL=f"{clients('s3').meta.endpoint_url}/{name}/child.json",
            Parameters={"Set": {"Ref": "Mail"}},
        ),
    )
    assert status == "CREATE_COMPLETE", reasons

    rows = drift_of(clients, name)
    clients("sesv2").delete_configuration_set(ConfigurationSetName=ids["Mail"])

    assert {row.subject for row in rows} == {"Parent/Child/Bus"}
    assert differing(rows) == []
    assert [row.subject for row in drift_of(clients, name)] == ["Parent/Mail", "Parent/Child/Bus"]


# --- in an account, which is an emulator here: the credentials, the region and the endpoint of an SDK lead to it ---


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """An account in which every request is checked against IAM policies, with a stack."""
    endpoint = Endpoint(free_port(), secret=uuid.uuid4().hex)
    with stopping(Emulator.start(endpoint, tmp_path_factory.mktemp("account"), auth=True)) as started:
        status, ids, reasons = deploy(endpoint.client, "Shop", **shop())
        assert status == "CREATE_COMPLETE", reasons
        yield started, ids


@pytest.fixture
def in_account(guarded, monkeypatch, tmp_path):
    """Runs a command with `--account` in an environment of these variables; returns what it prints."""

    def asked(stack, run=compared, **changed_variables):
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(tmp_path))
        for name, value in (guarded[0].endpoint.variables() | changed_variables).items():
            if value:
                monkeypatch.setenv(name, value)
        out = Console(file=io.StringIO(), width=120)
        run(out, stack)
        return out.file.getvalue()

    return asked


def compared(out, stack):
    drift.in_account(out, current_account(), stack)


def verified(out, stack):
    verify.in_account(out, stack, sender="news@shop.example", seconds=1, confirmed=True)


def user(emulator, *actions, denied=()):
    """The variables of a user of the account who may do this and nothing else."""
    iam, name = emulator.endpoint.client("iam"), f"user-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    refused = [{"Effect": "Deny", "Action": denied, "Resource": "*"}] if denied else []
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed, *refused]})
    iam.put_user_policy(UserName=name, PolicyName="drift", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


# What the page says that the caller needs; exports are listed only for templates that import them.
DOCUMENTED = json.loads(block("docs/local.md", "json").text)["Action"]
READS = [each for each in DOCUMENTED if each != "cloudformation:ListExports"]


def test_account_is_named_and_the_documented_rights_are_enough(guarded, in_account):
    said = in_account("Shop", **user(guarded[0], *READS))

    assert "AWS account 000000000000, region eu-west-1, as arn:aws:iam::000000000000:user/user-" in said
    assert "OK  stack Shop has not drifted: 4 compared" in said


@pytest.fixture
def _by_hand(guarded):
    """An event destination that no template defines, so that its stack is looked for."""
    emulator, ids = guarded
    ses = emulator.endpoint.client("sesv2")
    definition = {"Enabled": True, "MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": ids["Topic"]}}
    where = {"ConfigurationSetName": ids["Mail"], "EventDestinationName": "by-hand"}
    ses.create_configuration_set_event_destination(**where, EventDestination=definition)
    yield
    ses.delete_configuration_set_event_destination(**where)


@pytest.mark.usefixtures("_by_hand")
@pytest.mark.parametrize("missing", READS)
def test_fails_when_a_right_is_missing_and_names_it(guarded, in_account, missing):
    rights = user(guarded[0], *(each for each in READS if each != missing))

    with pytest.raises(SesLocalError) as error:
        in_account("Shop", **rights)

    assert str(error.value) == (
        f"stack Shop in aws://000000000000/eu-west-1: the caller lacks the permission {missing}; add it to a policy"
    )


@pytest.mark.parametrize(
    ("stack_name", "variables", "sentence"),
    [
        (
            "nowhere",
            {},
            "there is no stack nowhere in aws://000000000000/eu-west-1; check the name, the region and the account",
        ),
        (
            "Shop",
            {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None},
            "the current credentials do not work, got: Unable to locate credentials; "
            "sign in, or name a profile in AWS_PROFILE",
        ),
        (
            "Shop",
            {"AWS_PROFILE": "nowhere"},
            "the current credentials do not work, got: The config profile (nowhere) could not be found; "
            "sign in, or name a profile in AWS_PROFILE",
        ),
        (
            "Shop",
            {"AWS_SECRET_ACCESS_KEY": "wrong"},
            "the current credentials do not work, got: An error occurred (SignatureDoesNotMatch) when",
        ),
        (
            "Shop",
            {"AWS_REGION": None, "AWS_DEFAULT_REGION": None},
            "no AWS region is configured; set AWS_REGION, or name a profile in AWS_PROFILE",
        ),
    ],
    ids=["no stack", "no credentials", "no profile", "wrong secret", "no region"],
)
def test_fails_when_the_account_or_the_stack_is_not_there(in_account, stack_name, variables, sentence):
    with pytest.raises(SesLocalError) as error:
        in_account(stack_name, **variables)

    assert str(error.value).startswith(sentence)


def test_fails_when_the_probe_of_verify_may_not_subscribe_and_leaves_no_queue(guarded, in_account):
    emulator, _ = guarded
    queues = emulator.endpoint.client("sqs").list_queues

    with pytest.raises(SesLocalError) as error:
        in_account("Shop", run=verified, **user(emulator, "*", denied=["sns:Subscribe"]))

    assert str(error.value) == (
        "stack Shop in aws://000000000000/eu-west-1: the caller lacks the permission sns:Subscribe; add it to a policy"
    )
    assert not queues().get("QueueUrls")


def test_command_prints_a_table_and_ends_with_a_code(guarded, tmp_path):
    emulator, ids = guarded
    ses, endpoint = emulator.endpoint.client("sesv2"), emulator.endpoint
    where = {"ConfigurationSetName": ids["Mail"], "EventDestinationName": ids["Feedback"]}
    deployed_so = {"MatchingEventTypes": ["SEND", "BOUNCE"], "SnsDestination": {"TopicArn": ids["Topic"]}}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | endpoint.variables()
    ses.update_configuration_set_event_destination(
        **where, EventDestination={**deployed_so, "Enabled": False, "MatchingEventTypes": ["SEND"]}
    )
    try:
        done = command(tmp_path, "drift", "--stack", "Shop", "--account", check=False, env=environ)
    finally:
        ses.update_configuration_set_event_destination(**where, EventDestination={**deployed_so, "Enabled": True})

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert (
        "stack Shop has drifted in 1 of 4: Shop/Mail/Feedback; deploy it again, or change the app to match"
        in done.stderr
    )
    lines = [line.split("  ") for line in done.stdout.splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert ["Shop/Mail/Feedback", "kind", "SNS", "same"] in cells
    assert ["status", "enabled", "disabled"] in cells
    assert ["events", "SEND, BOUNCE", "SEND"] in cells
