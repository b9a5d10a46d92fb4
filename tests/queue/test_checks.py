import math

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from ses_event_constructs import EventQueue
from tests.templates import paths, resource, resources

IRELAND = cdk.Environment(account="111111111111", region="eu-west-1")


def refusal(stack, error, **arguments):
    before = paths(stack)
    with pytest.raises(error) as caught:
        EventQueue(stack, "Feedback", **arguments)
    assert paths(stack) == before
    return str(caught.value)


def test_fails_when_scope_is_not_a_construct():
    with pytest.raises(TypeError) as error:
        EventQueue("Shop", "Feedback")

    assert str(error.value) == "Feedback: scope must be a construct, got 'Shop'; pass self, or the stack"


@pytest.mark.parametrize(("id", "error"), [(None, TypeError), ("", ValueError)])
def test_fails_when_id_is_not_a_literal_string(stack, id, error):
    with pytest.raises(error, match=r"^Shop/.*: id must be a (literal )?string, got .*; write an id such as 'Mail'$"):
        EventQueue(stack, id)


@pytest.mark.parametrize("id", ["Feedback", "My/Feedback"])
def test_fails_when_id_is_taken_and_leaves_the_first_queue_as_it_was(stack, id):
    first = EventQueue(stack, id)
    before = paths(stack)

    with pytest.raises(ValueError, match="unique") as error:
        EventQueue(stack, id, max_receive_count=1)

    assert str(error.value) == f"Shop/{id}: id must be unique in its parent, got {id!r} twice; use another id"
    assert paths(stack) == before
    assert resource(stack, first.queue)["Properties"]["RedrivePolicy"]["maxReceiveCount"] == 5


def test_path_in_a_refusal_does_not_begin_with_a_slash():
    with pytest.raises(TypeError, match=r"^Feedback: max_receive_count must be an int"):
        EventQueue(cdk.App(), "Feedback", max_receive_count="5")


@pytest.mark.parametrize("count", [0, 1001, 2.5, -1, math.nan, math.inf, -math.inf])
def test_fails_when_max_receive_count_is_out_of_range(stack, count):
    assert refusal(stack, ValueError, max_receive_count=count) == (
        f"Shop/Feedback: max_receive_count must be a whole number from 1 to 1,000, got {count}; omit it for 5"
    )
    # A number that is not finite would have broken every later call.
    EventQueue(stack, "Feedback")


@pytest.mark.parametrize("count", [True, "5", None])
def test_fails_when_max_receive_count_is_not_a_number(stack, count):
    assert refusal(stack, TypeError, max_receive_count=count) == (
        f"Shop/Feedback: max_receive_count must be an int, got {count!r}; write max_receive_count=5"
    )


@pytest.mark.parametrize("timeout", [180, None, math.nan])
def test_fails_when_visibility_timeout_is_not_a_duration(stack, timeout):
    assert refusal(stack, TypeError, visibility_timeout=timeout) == (
        f"Shop/Feedback: visibility_timeout must be a Duration, got {timeout}; "
        "write visibility_timeout=Duration.minutes(3)"
    )


@pytest.mark.parametrize(
    ("timeout", "got"),
    [
        (cdk.Duration.seconds(43201), "12 hours 1 second"),
        (cdk.Duration.days(1), "1 day"),
        (cdk.Duration.millis(1500), "1 second 500 millis"),
    ],
)
def test_fails_when_sqs_does_not_accept_visibility_timeout(stack, timeout, got):
    assert refusal(stack, ValueError, visibility_timeout=timeout) == (
        f"Shop/Feedback: visibility_timeout must be 0 seconds to 12 hours, in whole seconds, got {got}; "
        "write six times the timeout of the consumer"
    )


def test_fails_when_key_is_not_a_kms_key(stack):
    bucket = s3.Bucket(stack, "Bucket")

    assert refusal(stack, TypeError, encryption_key=bucket) == (
        "Shop/Feedback: encryption_key must be a KMS key, got Bucket Shop/Bucket; "
        "write encryption_key=kms.Key(…), or omit it"
    )


@pytest.mark.parametrize("name", ["aws/sns", "aws/sqs"])
@pytest.mark.parametrize(
    ("key", "got"),
    [
        (lambda stack, name: kms.Alias.from_alias_name(stack, "Key", f"alias/{name}"), "alias/{}"),
        (
            lambda stack, name: kms.Key.from_key_arn(stack, "Key", f"arn:aws:kms:eu-west-1:111111111111:alias/{name}"),
            "{}",
        ),
    ],
    ids=["alias", "alias ARN"],
)
def test_fails_when_key_is_managed_by_aws(stack, name, key, got):
    assert refusal(stack, ValueError, encryption_key=key(stack, name)) == (
        f"Shop/Feedback: encryption_key must be a key whose policy can be edited, got {got.format(name)}; "
        "use a customer managed kms.Key"
    )


@pytest.mark.parametrize("alias", ["alias/aws-sns", "alias/team/aws/sns", "alias/awssns"])
def test_customer_key_may_have_an_alias_like_one_of_aws(stack, alias):
    queue = EventQueue(stack, "Feedback", encryption_key=kms.Alias.from_alias_name(stack, "Key", alias))

    assert alias in str(resource(stack, queue.topic)["Properties"]["KmsMasterKeyId"])


def test_fails_when_key_is_imported_from_another_region():
    stack = cdk.Stack(cdk.App(), "Shop", env=IRELAND)
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:111111111111:key/abc")

    assert refusal(stack, ValueError, encryption_key=key) == (
        "Shop/Feedback: encryption_key must be in the region of this stack, got 'us-east-1' for 'eu-west-1'; "
        "use one of that region"
    )


def test_fails_when_key_is_defined_in_another_region():
    app = cdk.App()
    stack = cdk.Stack(app, "Shop", env=IRELAND)
    key = kms.Key(cdk.Stack(app, "Keys", env=cdk.Environment(account="111111111111", region="us-east-1")), "Key")

    assert refusal(stack, ValueError, encryption_key=key) == (
        "Shop/Feedback: encryption_key must be in the region of this stack, got 'us-east-1' for 'eu-west-1'; "
        "give both stacks the same env"
    )


def test_fails_when_grantee_is_not_a_principal(stack):
    queue = EventQueue(stack, "Feedback")

    with pytest.raises(TypeError) as error:
        queue.grant_consume("role")

    assert str(error.value) == (
        "Shop/Feedback: grantee must be a principal such as a role or function, got 'role'; "
        "write queue.grant_consume(role)"
    )


def test_fails_when_grantee_is_imported_without_its_role(stack):
    queue = EventQueue(stack, "Feedback")
    function = lambda_.Function.from_function_arn(stack, "Imported", "arn:aws:lambda:eu-west-1:111111111111:function:f")

    with pytest.raises(ValueError, match="role") as error:
        queue.grant_consume(function)

    message = str(error.value)
    assert message.startswith("Shop/Feedback: grantee must have a role that this app knows, got ")
    assert message.endswith(" Shop/Imported; import it together with its role, or grant to the role")


def test_service_is_granted_by_the_policy_of_the_queue(stack):
    queue = EventQueue(stack, "Feedback")

    grant = queue.grant_consume(iam.ServicePrincipal("pipes.amazonaws.com"))

    assert grant.success
    assert "pipes.amazonaws.com" in str(resources(stack, "AWS::SQS::QueuePolicy"))
