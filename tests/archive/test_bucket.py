from __future__ import annotations

import pytest
from aws_cdk import App, Aws, CfnCondition, CfnParameter, Duration, Fn, Stack, Stage
from aws_cdk import aws_athena as athena
from aws_cdk import aws_s3 as s3
from constructs import Construct

from ses_event_constructs import EventArchive
from ses_event_constructs.archive._bucket import read_bucket


def message(stack: Stack, bucket: s3.IBucket, id: str = "Archive") -> str:
    with pytest.raises(ValueError, match="another archive") as caught:
        EventArchive(stack, id, bucket=bucket)
    return str(caught.value)


def test_fails_when_bucket_holds_another_archive(stack):
    bucket = s3.Bucket(stack, "Mine")
    EventArchive(stack, "First", bucket=bucket)

    assert message(stack, bucket) == (
        "Shop/Archive: bucket must not hold another archive, got Shop/Mine, which holds Shop/First; "
        "give each archive a bucket of its own, or bind one archive to all configuration sets"
    )


def test_fails_when_bucket_is_the_own_one_of_another_archive(stack):
    first = EventArchive(stack, "First")

    assert "got Shop/First/Bucket, which holds Shop/First;" in message(stack, first.bucket)


def test_fails_when_bucket_is_found_again_in_the_tree(stack):
    imported = s3.Bucket.from_bucket_name(stack, "Mine", "mine")
    EventArchive(stack, "First", bucket=imported)

    assert "got Shop/Mine, which holds Shop/First;" in message(stack, stack.node.find_child("Mine"))


@pytest.mark.parametrize(
    "again",
    [
        lambda stack: s3.Bucket.from_bucket_name(stack, "Again", "mine"),
        lambda stack: s3.Bucket.from_bucket_arn(stack, "Again", "arn:aws:s3:::mine"),
    ],
)
def test_fails_when_bucket_is_imported_twice(stack, again):
    EventArchive(stack, "First", bucket=s3.Bucket.from_bucket_name(stack, "Mine", "mine"))

    assert "got Shop/Again, which holds Shop/First;" in message(stack, again(stack))


def test_fails_when_bucket_with_a_name_is_also_imported_in_another_stack(stack):
    EventArchive(stack, "First", bucket=s3.Bucket(stack, "Mine", bucket_name="mine"))
    other = Stack(stack.node.root, "Other")

    assert "got Other/Again, which holds Shop/First;" in message(
        other, s3.Bucket.from_bucket_name(other, "Again", "mine")
    )


def test_fails_when_bucket_is_also_imported_by_reference(stack):
    bucket = s3.Bucket(stack, "Mine")
    EventArchive(stack, "First", bucket=bucket)

    assert "which holds Shop/First;" in message(stack, s3.Bucket.from_bucket_name(stack, "Again", bucket.bucket_name))


@pytest.mark.parametrize("name", [lambda stack: Fn.import_value("Name"), lambda stack: Aws.STACK_NAME])
def test_bucket_whose_name_is_not_known_can_be_used(stack, name):
    bucket = s3.Bucket.from_bucket_name(stack, "Mine", name(stack))

    assert EventArchive(stack, "Archive", bucket=bucket).bucket is bucket


def test_buckets_with_names_of_which_parts_are_known_later_are_different(stack):
    names = [CfnParameter(stack, each).value_as_string for each in ("One", "Two")]
    buckets = [s3.Bucket(stack, f"Bucket{number}", bucket_name=name) for number, name in enumerate(names)]

    archives = [EventArchive(stack, f"Archive{number}", bucket=each) for number, each in enumerate(buckets)]

    assert [each.bucket for each in archives] == buckets


def test_fails_when_bucket_is_imported_in_two_stages():
    app = App()
    stacks = [Stack(Stage(app, name), "Shop") for name in ("Production", "Staging")]
    first, second = (s3.Bucket.from_bucket_name(each, "Mine", "mine") for each in stacks)
    EventArchive(stacks[0], "Archive", bucket=first)

    assert "got Staging/Shop/Mine, which holds Production/Shop/Archive;" in message(stacks[1], second)


def test_fails_when_bucket_of_an_archive_that_was_named_later_is_imported(stack):
    EventArchive(stack, "First").bucket.node.default_child.bucket_name = "mine"

    assert "which holds Shop/First;" in message(stack, s3.Bucket.from_bucket_name(stack, "Again", "mine"))


def test_work_group_of_another_construct_is_not_an_archive(stack):
    bucket = s3.Bucket(stack, "Mine")
    other = Construct(stack, "Other")
    other.bucket = bucket
    athena.CfnWorkGroup(other, "WorkGroup", name="other")

    assert EventArchive(stack, "Archive", bucket=bucket).bucket is bucket


def test_refused_archive_does_not_take_the_bucket(stack, monkeypatch):
    def fail(*_, **__):
        raise OSError("disk full")

    bucket = s3.Bucket(stack, "Mine")
    monkeypatch.setattr("ses_event_constructs.archive._archive.define_queries", fail)
    with pytest.raises(OSError, match="disk full"):
        EventArchive(stack, "First", bucket=bucket)
    monkeypatch.undo()

    assert EventArchive(stack, "Second", bucket=bucket).bucket is bucket


def test_buckets_of_two_apps_are_different():
    for app in (App(), App()):
        stack = Stack(app, "Shop")

        EventArchive(stack, "Archive", bucket=s3.Bucket.from_bucket_name(stack, "Mine", "mine"))


def test_settings_are_read_from_the_l1(stack):
    bucket = s3.Bucket(stack, "Mine", lifecycle_rules=[s3.LifecycleRule(id="One", expiration=Duration.days(1))])
    bucket.add_lifecycle_rule(id="Two", expiration=Duration.days(2))
    bucket.add_lifecycle_rule(expiration=Duration.days(3))

    assert read_bucket(bucket) == (("One", "Two"), False)
    assert read_bucket(s3.Bucket(stack, "Plain")) == ((), False)


def test_settings_that_are_known_at_deployment_only_are_not_judged(stack):
    condition = CfnCondition(stack, "Condition", expression=Fn.condition_equals("a", "b"))
    bucket = s3.Bucket(stack, "Mine")
    resource = bucket.node.default_child
    resource.lifecycle_configuration = Fn.condition_if(condition.logical_id, "One", "Two")
    resource.versioning_configuration = Fn.condition_if(condition.logical_id, "One", "Two")

    assert read_bucket(bucket) == ((), False)
