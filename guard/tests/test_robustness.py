"""Wrong input of any kind neither crashes nor hangs, and large input stays within its limits."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PAIRS, TESTS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ses_event_guard import NotReadableError

FUZZ = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
TEMPLATES = [path.read_bytes() for path in sorted([*PAIRS.rglob("*.yaml"), *(TESTS / "correct").iterdir()])]
SECONDS = 10


def check(guard, content):
    """Check a template; what cannot be read is refused with one sentence, and quickly."""
    started = time.monotonic()
    sentence = ""
    try:
        guard.check("fuzz", content)
    except NotReadableError as error:
        sentence = str(error)
    assert "\n" not in sentence
    assert time.monotonic() - started < SECONDS


PREFIX = (
    b'{"Resources": {"A": {"Type": "AWS::SES::ConfigurationSetEventDestination", "Properties": {"EventDestination": '
)
YAML = b"Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n"
WRONG = {
    "empty": b"",
    "blank": b" \n\t\n",
    "binary": bytes(range(256)) * 64,
    "utf-16": "Resources: {}".encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + b'{"Resources": {}}',
    "number": b"42",
    "null": b"null",
    "list": b"[1, 2]",
    "text": b"just some words",
    "resources that are a list": b'{"Resources": []}',
    "resources that are null": b"Resources:\n",
    "a resource that is text": b'{"Resources": {"A": "AWS::SNS::Topic"}}',
    "a type that is a number": b'{"Resources": {"A": {"Type": 7}}}',
    "properties that are text": b'{"Resources": {"A": {"Type": "AWS::SES::ConfigurationSet", "Properties": "x"}}}',
    "arrays in arrays": PREFIX + b"[" * 10_000 + b"]" * 10_000 + b"}}}}",
    "objects in objects": PREFIX + b'{"a": ' * 10_000 + b"1" + b"}" * 10_000 + b"}}}}",
    "Fn::If in Fn::If": PREFIX + b'{"Fn::If": ["C", ' * 10_000 + b"1" + b", 2]}" * 10_000 + b"}}}}",
    "60 times Fn::If": PREFIX + b'{"Fn::If": ["C", ' * 28 + b"1" + b", 2]}" * 28 + b"}}}}",
    "brackets alone": b"[" * 10_000,
    "dashes in dashes": YAML + b"      A:\n        " + b"- " * 10_000 + b"a\n",
    "mappings in mappings": YAML + b"".join(b" " * (6 + level) + b"a:\n" for level in range(10_000)),
    "mappings in mappings, as deep as the engine reads": YAML
    + b"".join(b" " * (6 + level) + b"a:\n" for level in range(400)),
    "cyclic references": b'{"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"X": {"Ref": "B"}}},'
    b' "B": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "A"}]}, "DependsOn": "A"}}}',
    "reference to itself": b'{"Resources": {"A": {"Type": "AWS::SES::ConfigurationSetEventDestination",'
    b' "DependsOn": "A", "Properties": {"EventDestination": {"SnsDestination": {"TopicARN": {"Ref": "A"}}}}}}}',
    "cyclic conditions": b'{"Conditions": {"A": {"Fn::Not": [{"Condition": "B"}]},'
    b' "B": {"Fn::Not": [{"Condition": "A"}]}},'
    b' "Resources": {"T": {"Type": "AWS::SES::ConfigurationSet", "Condition": "A"}}}',
    "unknown condition": b'{"Resources": {"T": {"Type": "AWS::SES::ConfigurationSet", "Condition": "Nope"}}}',
    "YAML anchors": b"A: &a [x, x]\nB: &b [*a, *a]\nResources:\n  T: {Type: AWS::SNS::Topic, Properties: {X: *b}}\n",
    "a billion laughs": b"a0: &a0 [x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10))
    + b"Resources:\n  T: {Type: AWS::SNS::Topic, Properties: {X: *a9}}\n",
    "YAML tags": b"Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n"
    b"      {X: !!python/object:os.system x, Y: !Nope [1]}\n",
    "intrinsic functions of the wrong form": b'{"Resources": {"T": {"Type": "AWS::SES::ConfigurationSet", "Properties":'
    b' {"Name": {"Fn::Sub": []}, "Tags": {"Fn::If": []}, "X": {"Ref": 7}, "Y": {"Fn::Join": "a"}}}}}',
    "twice the same key": b"Resources:\n  A: {Type: AWS::SNS::Topic}\n  A: {Type: AWS::SNS::Topic}\n",
    "huge": b" " * (16 * 1024 * 1024 + 1),
    "half a template": TEMPLATES[0][: len(TEMPLATES[0]) // 2],
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_neither_crashes_nor_hangs(guard, name):
    check(guard, WRONG[name])


@settings(FUZZ, max_examples=150)
@given(content=st.binary(max_size=400))
def test_any_bytes_are_refused_or_checked(guard, content):
    check(guard, content)


@settings(FUZZ, max_examples=150)
@given(data=st.data())
def test_damaged_template_is_refused_or_checked(guard, data):
    template = bytearray(data.draw(st.sampled_from(TEMPLATES)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(template)))
        template[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    check(guard, bytes(template))


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "*", "bounce", "[("]),
    st.sampled_from([ "ses.amazonaws.com", "A", "arn:aws:sns:us-east-1:123456789012:x", "${A}"]),
)  # fmt: skip
INTRINSICS = st.sampled_from(
    [
        {"Ref": "A"}, {"Ref": "P"}, {"Fn::GetAtt": ["B", "Arn"]}, {"Fn::Sub": "x${A}${P}"}, {"Ref": "AWS::NoValue"},
        {"Fn::ImportValue": "x"}, {"Fn::Join": ["", [{"Ref": "A"}, "x"]]}, {"Fn::If": ["C", {"Ref": "A"}, "x"]},
    ]
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "EventDestination", "MatchingEventTypes", "Enabled", "Name", "SnsDestination", "TopicARN",
        "KinesisFirehoseDestination", "IAMRoleARN", "DeliveryStreamARN", "CloudWatchDestination",
        "DimensionConfigurations", "DimensionName", "DefaultDimensionValue", "EventBusArn", "DimensionValueSource",
        "EventBridgeDestination", "ConfigurationSetName", "Topics", "PolicyDocument", "Statement", "Effect",
        "Principal", "Service", "AWS", "Action", "NotAction", "Resource", "Condition", "StringEquals",
        "aws:SourceArn", "KmsMasterKeyId", "KeyPolicy", "Policies", "Roles", "AssumeRolePolicyDocument",
        "ManagedPolicyArns", "ResourceAssociations", "ResourceArn", "EmailIdentity", "TrackingOptions",
        "ConfigurationSetAttributes", "DatabaseInput", "TargetKeyId", "AliasName", "TopicName", "FifoTopic",
        "__ref", "__dynamic", "Fn::If",
    ]
)  # fmt: skip


def nested(inner):
    return inner | st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)


VALUES = nested(nested(nested(SCALARS | INTRINSICS)))
TYPES = st.sampled_from(
    [
        "AWS::SES::ConfigurationSetEventDestination", "AWS::SES::ConfigurationSet", "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy", "AWS::KMS::Key", "AWS::KMS::Alias",
        "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::KinesisFirehose::DeliveryStream",
        "AWS::SES::EmailIdentity", "AWS::SES::Tenant", "AWS::Glue::Database", "AWS::Serverless::Function",
        "AWS::Events::EventBus",
    ]
)  # fmt: skip


@settings(FUZZ, max_examples=400)
@given(
    resources=st.dictionaries(
        st.sampled_from("ABDEF"),
        st.fixed_dictionaries({"Type": TYPES, "Properties": st.dictionaries(KEYS, VALUES, max_size=5)}),
        min_size=1,
    )
)
def test_template_of_nonsense_is_checked(guard, resources):
    template = {
        "Parameters": {"P": {"Type": "String", "Default": "x"}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "y"]}},
        "Resources": resources,
    }
    check(guard, json.dumps(template).encode())


# Processor time, so that what else the machine does is not measured.
SCRIPT = """
import json, re, sys, time
from pathlib import Path
from ses_event_guard import Guard
guard = Guard()
guard.check("warm", b"Resources: {}")
content = sys.stdin.buffer.read()
started = time.process_time()
checked = guard.check("large", content)
seconds = time.process_time() - started
kilobytes = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(json.dumps([seconds, kilobytes / 1024, len(checked.findings)]))
"""


def thousand_destinations():
    destination = {"Enabled": True, "MatchingEventTypes": ["bounce", "complaint"]}
    statement = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish"}
    resources = {}
    for number in range(1000):
        resources[f"Set{number}"] = {"Type": "AWS::SES::ConfigurationSet"}
        resources[f"Topic{number}"] = {"Type": "AWS::SNS::Topic"}
        resources[f"Policy{number}"] = {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": f"Topic{number}"}],
                "PolicyDocument": {"Statement": [{**statement, "Resource": {"Ref": f"Topic{number}"}}]},
            },
        }
        resources[f"Events{number}"] = {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "DependsOn": [f"Policy{number}"],
            "Properties": {
                "ConfigurationSetName": {"Ref": f"Set{number}"},
                "EventDestination": {**destination, "SnsDestination": {"TopicARN": {"Ref": f"Topic{number}"}}},
            },
        }
    return json.dumps({"Resources": resources}).encode()


def on_one_set():
    destination = {"Enabled": True, "MatchingEventTypes": ["bounce", "complaint"]}
    resources = {"Mail": {"Type": "AWS::SES::ConfigurationSet"}, "Topic": {"Type": "AWS::SNS::Topic"}}
    for number in range(1000):
        resources[f"Events{number}"] = {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "Properties": {
                "ConfigurationSetName": {"Ref": "Mail"},
                "EventDestination": {**destination, "SnsDestination": {"TopicARN": {"Ref": "Topic"}}},
            },
        }
    return json.dumps({"Resources": resources}).encode()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("make", [thousand_destinations, on_one_set])
def test_thousand_destinations_take_two_seconds_and_500_mb_at_most(make):
    answer = subprocess.run([sys.executable, "-c", SCRIPT], input=make(), capture_output=True, check=True)
    seconds, megabytes, findings = json.loads(answer.stdout)

    assert findings == (0 if make is thousand_destinations else 2999)
    assert seconds <= 2
    assert megabytes <= 500
