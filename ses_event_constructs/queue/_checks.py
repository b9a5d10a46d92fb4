"""What is checked of the arguments of a queue, before anything of it is defined."""

from __future__ import annotations

from aws_cdk import Duration, Stack, Token
from aws_cdk import aws_iam as iam

from ses_event_constructs._checks import Path, Verbatim, is_finite, refusal
from ses_event_constructs._kinds import is_principal
from ses_event_constructs._topic_key import check_key, checked_encryption_key

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
_MOST_RECEIVES = 1000
# 12 hours; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
_MOST_SECONDS = 43_200


def check_encryption_key(path: Path, key: object, stack: Stack) -> None:
    """Raise unless Amazon SES and SNS can use a key of this region. None passes."""
    if key is None:
        return
    check_key(path, "encryption_key", checked_encryption_key(path, key), stack, is_the_key=True)


def check_max_receive_count(path: Path, count: object) -> None:
    """Raise unless SQS accepts the number."""
    if isinstance(count, bool) or not isinstance(count, int | float):
        raise TypeError(
            refusal(path, "max_receive_count must be an int", got=count, instead="write max_receive_count=5")
        )
    # A number that is a token is negative, and a float in Python.
    if count not in range(1, _MOST_RECEIVES + 1) and not (is_finite(count) and Token.is_unresolved(count)):
        raise ValueError(
            refusal(
                path,
                f"max_receive_count must be a whole number from 1 to {_MOST_RECEIVES:,}",
                got=count,
                instead="omit it for 5",
            )
        )


def check_visibility_timeout(path: Path, timeout: object) -> None:
    """Raise unless SQS accepts the time."""
    if not isinstance(timeout, Duration):
        raise TypeError(
            refusal(
                path,
                "visibility_timeout must be a Duration",
                got=timeout,
                instead="write visibility_timeout=Duration.minutes(3)",
            )
        )
    if timeout.is_unresolved():
        return
    seconds = timeout.to_seconds(integral=False)
    if not 0 <= seconds <= _MOST_SECONDS or seconds != int(seconds):
        raise ValueError(
            refusal(
                path,
                "visibility_timeout must be 0 seconds to 12 hours, in whole seconds",
                got=Verbatim(timeout.to_human_string()),
                instead="write six times the timeout of the consumer",
            )
        )


def check_consumer(path: Path, grantee: object) -> iam.IGrantable:
    """Return the grantee; raise if nothing can be granted to it.

    Services and accounts are accepted: they are granted by the policy of the queue.
    """
    if not is_principal(grantee):
        raise TypeError(
            refusal(
                path,
                "grantee must be a principal such as a role or function",
                got=grantee,
                instead="write queue.grant_consume(role)",
            )
        )
    if isinstance(grantee.grant_principal, iam.UnknownPrincipal):
        raise ValueError(  # noqa: TRY004 - it is a principal, of which this app does not know the role
            refusal(
                path,
                "grantee must have a role that this app knows",
                got=grantee,
                instead="import it together with its role, or grant to the role",
            )
        )
    return grantee
