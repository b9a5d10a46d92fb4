"""Checks of the arguments of a queue, before anything of it is defined."""

from __future__ import annotations

from aws_cdk import Stack, Token
from aws_cdk import aws_kms as kms

from ses_event_constructs._arguments import Path
from ses_event_constructs._environment import check_same_environment, is_a, whereabouts_of
from ses_event_constructs._keys import check_key

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
_MOST_RECEIVES = 1000


def check_arguments(path: Path, *, encryption_key: object, max_receive_count: object, stack: Stack) -> None:
    """Refuse arguments of the wrong kind, and values that AWS would refuse when deployed.

    Raises:
        TypeError: An argument is of the wrong kind.
        ValueError: The key cannot be used by Amazon SES and SNS here, or the count is out of range.
    """
    if isinstance(max_receive_count, bool) or not isinstance(max_receive_count, int | float):
        raise TypeError(
            f"{path()}: max_receive_count must be an int, got {max_receive_count!r}; write max_receive_count=5"
        )
    if (
        max_receive_count not in range(1, _MOST_RECEIVES + 1)
        # A number that is a token is negative, and a float in Python.
        and not Token.is_unresolved(max_receive_count)
    ):
        raise ValueError(
            f"{path()}: max_receive_count must be a whole number from 1 to {_MOST_RECEIVES}, "
            f"got {max_receive_count!r}; leave it out for 5"
        )
    if encryption_key is not None:
        _check_key(path, encryption_key, stack)


def _check_key(path: Path, key: object, ours: Stack) -> None:
    if not is_a("key_arn", key):
        raise TypeError(
            f"{path()}: encryption_key must be a KMS key, got {key!r}; write encryption_key=kms.Key(…), or leave it out"
        )
    given: kms.IKey = key  # type: ignore[assignment]
    check_key(path, "encryption_key must be", given)
    theirs = whereabouts_of(given, lambda: given.key_arn)
    check_same_environment(path, "encryption_key", theirs, ours, "region", whose="this stack")
