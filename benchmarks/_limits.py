"""The size at which each approach stops working, found by building fleets and comparing them with AWS's quotas."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
from _measure import KINDS, new_app
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from ses_event_constructs import FEEDBACK_EVENTS, EventPublishingConfigurationSet, SnsDestination

# https://docs.aws.amazon.com/general/latest/gr/sns.html and https://docs.aws.amazon.com/general/latest/gr/iam-service.html
POLICY_BYTES, POLICY_STATEMENTS, ROLES = 30 * 1024, 100, 1000
MOST = 1000


def _last(works: Callable[[int], bool], *, first: int = 1) -> int:
    """Return the largest number for which something works, found by doubling and halving, or 0."""
    if not works(first):
        return 0
    low, high = first, min(first * 2, MOST)
    while works(high):
        if high == MOST:
            return MOST
        low, high = high, min(high * 2, MOST)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if works(middle) else (low, middle)
    return low


def _connect(kind: str, scope: cdk.Stack, topic: sns.Topic, id: str, name: str | None) -> None:
    if kind == "ours":
        mail = EventPublishingConfigurationSet(scope, id, configuration_set_name=name)
        mail.add_event_destination("Feedback", SnsDestination(topic), events=FEEDBACK_EVENTS)
    else:
        bare = ses.ConfigurationSet(scope, id, configuration_set_name=name)
        destination = ses.EventDestination.sns_topic(topic)
        bare.add_event_destination("Feedback", destination=destination, events=list(FEEDBACK_EVENTS))


def _policy_fits(kind: str, sets: int, length: int) -> bool:
    """Tell whether SNS would accept the policy of a topic in the stack of its sets, whose names have this length."""
    with new_app() as app:
        stack = cdk.Stack(app, "Mail", env=cdk.Environment(account="123456789012", region="us-east-1"))
        topic = sns.Topic(stack, "Topic")
        for number in range(sets):
            _connect(kind, stack, topic, f"Set{number}", f"{number:0{length}}")
        try:
            template = Template.from_stack(stack).to_json()["Resources"]
        except RuntimeError as error:
            return _passes_on(error, "Number of resources")
    sets_by_id = {
        id: each["Properties"]["Name"] for id, each in template.items() if each["Type"] == "AWS::SES::ConfigurationSet"
    }
    (policy,) = [each for each in template.values() if each["Type"] == "AWS::SNS::TopicPolicy"]
    document = _deployed(policy["Properties"]["PolicyDocument"], sets_by_id)
    size = len(json.dumps(document, separators=(",", ":")).encode())
    return size <= POLICY_BYTES and len(document["Statement"]) <= POLICY_STATEMENTS


def _passes_on(error: RuntimeError, expected: str) -> bool:
    """Return False for the error with which CDK refuses so many sets; raise any other one, which is a bug."""
    if expected not in str(error):
        raise error
    return False


def _deployed(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Return a part of a template as CloudFormation would deploy it."""
    match value:
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case {"Ref": str(id)}:
            return names.get(id, "arn:aws:sns:us-east-1:123456789012:Mail-TopicBFC7AF6E-aBcDeFgHiJkL")
        case {"Fn::Join": [str(separator), [*parts]]}:
            return separator.join(_deployed(part, names) for part in parts)
        case dict():
            return {key: _deployed(part, names) for key, part in value.items()}
        case list():
            return [_deployed(part, names) for part in value]
        case _:
            return value


def _topic_of_another_stack(kind: str, sets: int) -> bool:
    """Tell whether sets in other stacks can publish to one topic: without a cycle, and with a policy that fits."""
    with new_app() as app:
        shared = cdk.Stack(app, "Shared")
        topic = sns.Topic(shared, "Topic")
        stacks = [cdk.Stack(app, f"Mail{number}") for number in range(-(-sets // 200))]
        for number in range(sets):
            _connect(kind, stacks[number // 200], topic, f"Set{number}", None)
        try:
            app.synth()
        except RuntimeError as error:
            return _passes_on(error, "Cycle")
        template = Template.from_stack(shared).to_json()["Resources"]
    (policy,) = [each for each in template.values() if each["Type"] == "AWS::SNS::TopicPolicy"]
    document = _deployed(policy["Properties"]["PolicyDocument"], {})
    return len(json.dumps(document).encode()) <= POLICY_BYTES and len(document["Statement"]) <= POLICY_STATEMENTS


def _one_stack_holds(kind: str, layout: str, sets: int) -> bool:
    """Tell whether CDK synthesises that many sets in one stack: CloudFormation takes 500 resources."""
    with new_app() as app:
        KINDS[kind](layout, sets, 1, app).build()
        try:
            app.synth()
        except RuntimeError as error:
            return _passes_on(error, "Number of resources")
    return True


def _roles_suffice(kind: str, sets: int) -> bool:
    """Tell whether an account with nothing else in it has enough roles for a fleet over several stacks."""
    with new_app() as app:
        KINDS[kind]("archive", sets, -(-sets // 90), app).build()
        templates = [stack.template for stack in app.synth().stacks]
    kinds = [each["Type"] for template in templates for each in template["Resources"].values()]
    return kinds.count("AWS::IAM::Role") <= ROLES


def find() -> dict[str, dict[str, int]]:
    """Return how many sets work with the bare L2 and with this library, for each limit, up to 1,000."""
    found: dict[str, dict[str, int]] = {}
    found["sets on one topic of their stack, names of 12"] = {
        kind: _last(lambda sets, kind=kind: _policy_fits(kind, sets, 12)) for kind in KINDS
    }
    found["sets on one topic of their stack, names of 64"] = {
        kind: _last(lambda sets, kind=kind: _policy_fits(kind, sets, 64)) for kind in KINDS
    }
    found["sets on one topic of another stack"] = {
        kind: _last(lambda sets, kind=kind: _topic_of_another_stack(kind, sets)) for kind in KINDS
    }
    found["sets in one stack, with a stream or an archive"] = {
        kind: _last(lambda sets, kind=kind: _one_stack_holds(kind, "archive", sets)) for kind in KINDS
    }
    found["sets in one account, by its roles"] = {
        # Each attempt takes seconds, so start near the limit.
        kind: _last(lambda sets, kind=kind: _roles_suffice(kind, sets), first=980)
        for kind in KINDS
    }
    return found
