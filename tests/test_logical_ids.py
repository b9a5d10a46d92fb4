"""A change to one configuration set leaves the logical ids of all others as they are."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    CloudWatchDestination,
    EventPublishingConfigurationSet,
    FirehoseDestination,
    SnsDestination,
)

NAMES = ("Anna", "Bert", "Carl")


def fleet(first=NAMES, second=(), *, shared=False, feedback="Feedback"):
    """The resources, by stack, of sets in two stacks; topic and stream are in the first, or in a third if shared."""
    app = cdk.App()
    stacks = {"A": cdk.Stack(app, "A"), "B": cdk.Stack(app, "B")}
    if shared:
        stacks["Shared"] = cdk.Stack(app, "Shared")
    home = stacks["Shared" if shared else "A"]
    topic = sns.Topic(home, "Topic")
    stream = firehose.DeliveryStream(home, "Stream", destination=firehose.S3Bucket(s3.Bucket(home, "Bucket")))
    for stack, names in (("A", first), ("B", second)):
        for name in names:
            mail = EventPublishingConfigurationSet(stacks[stack], name)
            id = feedback if name == "Bert" else "Feedback"
            mail.add_event_destination(id, SnsDestination(topic), events=FEEDBACK_EVENTS)
            mail.add_event_destination("Stream", FirehoseDestination(stream), events=UNTRACKED_EVENTS)
            mail.add_event_destination("Metrics", CloudWatchDestination(), events=UNTRACKED_EVENTS)
    app.synth()
    return {name: Template.from_stack(stack).to_json().get("Resources", {}) for name, stack in stacks.items()}


def of(name, resources):
    return {id: each for id, each in resources.items() if id.startswith(name)}


def without(name, resources):
    return {id: each for id, each in resources.items() if not id.startswith(name)}


def policy(resources):
    (found,) = [id for id, each in resources.items() if each["Type"] == "AWS::SNS::TopicPolicy"]
    return found


def test_removing_a_set_leaves_the_others_as_they_were():
    before, after = fleet()["A"], fleet(["Anna", "Carl"])["A"]

    assert list(after) == list(without("Bert", before))
    changed = [id for id, each in after.items() if each != before[id]]
    assert changed == [policy(before)]  # which named the set


def test_removing_a_set_changes_nothing_else_when_the_topic_is_in_another_stack():
    before, after = fleet(shared=True), fleet(["Anna", "Carl"], shared=True)

    assert after["A"] == without("Bert", before["A"])
    topic_policy = policy(before["Shared"])
    assert after["Shared"][topic_policy] == before["Shared"][topic_policy]
    assert after["Shared"] == before["Shared"]


@pytest.mark.parametrize("shared", [True, False])
def test_set_that_moves_to_another_stack_keeps_its_logical_ids(shared):
    before, after = fleet(shared=shared), fleet(["Anna", "Carl"], ["Bert"], shared=shared)

    assert list(after["B"]) == list(of("Bert", before["A"]))
    assert list(after["A"]) == list(without("Bert", before["A"]))
    home = "Shared" if shared else "A"
    changed = [id for id, each in after[home].items() if each != before[home][id]]
    assert changed == ([] if shared else [policy(before["A"])])


def test_renaming_a_destination_changes_nobody_else():
    before, after = fleet()["A"], fleet(feedback="Complaints")["A"]

    gone, came = set(before) - set(after), set(after) - set(before)

    assert [before[id]["Type"] for id in gone] == ["AWS::SES::ConfigurationSetEventDestination"]
    assert [after[id]["Type"] for id in came] == ["AWS::SES::ConfigurationSetEventDestination"]
    assert {id: each for id, each in after.items() if id not in came} == {
        id: each for id, each in before.items() if id not in gone
    }


def test_sets_may_be_defined_in_another_order():
    before, after = fleet()["A"], fleet(["Carl", "Anna", "Bert"])["A"]

    assert set(before) == set(after)
    assert [id for id, each in after.items() if each != before[id]] == [policy(before)]  # whose list has their order
