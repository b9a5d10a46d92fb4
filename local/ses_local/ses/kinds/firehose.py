"""Data Firehose delivery streams.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-firehose.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from ses_local.ses import statements
from ses_local.ses.aws import SES, AwsAccount, Decision, region_of, source_of
from ses_local.ses.event import Event
from ses_local.ses.kinds.kind import Target
from ses_local.ses.refusal import Missing, Refusal


class Firehose:
    """A stream, and a role that SES may assume and that may write to it."""

    name = "Firehose"
    key = "KinesisFirehoseDestination"

    def creation_refusal(
        self, configuration_set: str, target: Target, account: AwsAccount, *, in_template: bool
    ) -> Refusal | None:
        """Return why not; SES assumes the role when the destination is created."""
        del in_template
        return self.delivery_refusal(configuration_set, target, account)

    def delivery_refusal(self, configuration_set: str, target: Target, account: AwsAccount) -> Refusal | None:
        """Return what is wrong with the stream or the role."""
        stream, role = str(target.get("DeliveryStreamArn", "")), str(target.get("IamRoleArn", ""))
        return _stream_refusal(stream, role, source_of(configuration_set, account), account)

    def compared(self, target: Target) -> Mapping[str, Any]:
        """Return the stream and the role."""
        return {"delivery stream": target.get("deliverystreamarn"), "role": target.get("iamrolearn")}

    def payload(self, target: Target, event: Event) -> str:
        """Return the record: one JSON document a line."""
        del target
        return f"{event.text}\n"


def _stream_refusal(arn: str, role_arn: str, source: Mapping[str, str], account: AwsAccount) -> Refusal | None:
    def refuse(why: str, missing: Missing | None = None) -> Refusal:
        return Refusal("BadRequestException", f"Invalid Firehose destination <{arn}>: {why}.", missing=missing)

    if region_of(arn) != account.region:
        return refuse(f"it is not in region {account.region}; use a stream of the configuration set's own region")
    if not account.stream_exists(arn):
        return refuse("the delivery stream does not exist")
    return _role_refusal(role_arn, arn, source, account, refuse)


def _role_refusal(
    role_arn: str, stream: str, source: Mapping[str, str], account: AwsAccount, refuse: Callable[..., Refusal]
) -> Refusal | None:
    role = account.role(role_arn)
    if role is None:
        return refuse(f"Could not assume IAM role <{role_arn}>: the role does not exist")
    trust = account.service_decision(role.trust_policy, "sts:AssumeRole", role_arn, source)
    if trust is Decision.DENY:
        return refuse(
            f"Could not assume IAM role <{role_arn}>: a statement of its trust policy denies {SES} sts:AssumeRole; "
            "remove that statement"
        )
    if trust is Decision.IMPLICIT_DENY:
        return refuse(
            f"Could not assume IAM role <{role_arn}>: its trust policy does not let {SES} do sts:AssumeRole with "
            f"aws:SourceAccount {source['aws:SourceAccount']} and aws:SourceArn {source['aws:SourceArn']}; "
            "add that statement to the trust policy",
            statements.assume(role_arn, source),
        )
    permission = account.role_decision(role, "firehose:PutRecordBatch", stream)
    if permission is Decision.DENY:
        return refuse(
            f"a policy of IAM role <{role_arn}> denies firehose:PutRecordBatch on the stream; remove that statement"
        )
    if permission is Decision.IMPLICIT_DENY:
        return refuse(
            f"IAM role <{role_arn}> does not allow firehose:PutRecordBatch on the stream; "
            "add that action to a policy of the role",
            statements.put_records(role_arn, stream),
        )
    return None
