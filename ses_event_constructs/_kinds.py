"""The kinds of CDK's values that arguments can be, as type guards, and the values of L1s."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from ses_event_constructs._memory import is_defined

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_kinesisfirehose as firehose
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_ses as ses
    from aws_cdk import aws_sns as sns
    from aws_cdk.interfaces.aws_ses import IConfigurationSetRef


KNOWN_AT_DEPLOYMENT = object()
"""What `value_of` returns for a property that jsii cannot bring to Python."""


def value_of(resource: object, name: str) -> object:
    """Return a property of an L1 whose type is a union with `IResolvable`.

    A `Lazy` or another token of CDK's has no class in Python, and jsii answers such a property with a KeyError.
    """
    try:
        return getattr(resource, name)
    except KeyError:
        return KNOWN_AT_DEPLOYMENT


def is_topic(value: object) -> TypeGuard[sns.ITopic]:
    """Tell whether a value is an SNS topic."""
    return _has("topic_arn", value)


def is_delivery_stream(value: object) -> TypeGuard[firehose.IDeliveryStream]:
    """Tell whether a value is a Firehose delivery stream."""
    return _has("delivery_stream_arn", value)


def is_role(value: object) -> TypeGuard[iam.IRole]:
    """Tell whether a value is an IAM role."""
    return _has("role_arn", value)


def is_key(value: object) -> TypeGuard[kms.IKey]:
    """Tell whether a value is a KMS key."""
    return _has("key_arn", value)


def is_bucket(value: object) -> TypeGuard[s3.IBucket]:
    """Tell whether a value is an S3 bucket."""
    return _has("bucket_arn", value)


def is_principal(value: object) -> TypeGuard[iam.IGrantable]:
    """Tell whether permissions can be granted to a value."""
    return _has("grant_principal", value)


def is_identity(value: object) -> TypeGuard[ses.IEmailIdentity]:
    """Tell whether a value is an e-mail identity."""
    return _has("email_identity_arn", value)


def is_configuration_set(value: object) -> TypeGuard[IConfigurationSetRef]:
    """Tell whether a value is a configuration set, in whatever way CDK has it."""
    return _has("configuration_set_ref", value)


def is_alarm(value: object) -> TypeGuard[cloudwatch.IAlarm]:
    """Tell whether a value is a CloudWatch alarm."""
    return _has("alarm_arn", value)


def _has(attribute: str, value: object) -> bool:
    # CDK's interfaces cannot be asked with `isinstance`, and what is imported is of no public class.
    if isinstance(value, type):
        return False
    return hasattr(type(value), attribute) or (is_defined(value) and hasattr(value, attribute))
