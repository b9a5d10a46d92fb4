"""SNS topics.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-sns.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from ses_local.ses import statements
from ses_local.ses.aws import SES, AwsAccount, Decision, region_of, source_of
from ses_local.ses.event import Event
from ses_local.ses.kinds.kind import Target
from ses_local.ses.refusal import Missing, Refusal


class Sns:
    """A standard topic whose policy, and whose key's policy, let SES publish."""

    name = "SNS"
    key = "SnsDestination"

    def creation_refusal(
        self, configuration_set: str, target: Target, account: AwsAccount, *, in_template: bool
    ) -> Refusal | None:
        """Return why not; SES publishes a test message when the destination is created."""
        del in_template
        return self.delivery_refusal(configuration_set, target, account)

    def delivery_refusal(self, configuration_set: str, target: Target, account: AwsAccount) -> Refusal | None:
        """Return what is wrong with the topic, its policy or its key."""
        return _topic_refusal(str(target.get("TopicArn", "")), source_of(configuration_set, account), account)

    def compared(self, target: Target) -> Mapping[str, Any]:
        """Return the topic."""
        return {"topic": target.get("topicarn")}

    def payload(self, target: Target, event: Event) -> str:
        """Return the message."""
        del target
        return event.text


def _topic_refusal(arn: str, source: Mapping[str, str], account: AwsAccount) -> Refusal | None:
    def refuse(why: str, missing: Missing | None = None) -> Refusal:
        reason = f"Could not publish test message to SNS topic <{arn}>: {why}."
        return Refusal("BadRequestException", reason, missing=missing)

    if region_of(arn) != account.region:
        return refuse(f"it is not in region {account.region}; use a topic of the configuration set's own region")
    topic = account.topic(arn)
    if topic is None:
        return refuse("it does not exist")
    if topic.fifo:
        return refuse("it is a FIFO topic; SES publishes to standard topics only")
    decision = account.service_decision(topic.policy, "sns:Publish", arn, source)
    if decision is Decision.DENY:
        return refuse(f"a statement of the topic policy denies {SES} sns:Publish; remove that statement")
    if decision is Decision.IMPLICIT_DENY:
        return refuse(
            f"the topic policy does not let {SES} do sns:Publish with aws:SourceAccount {source['aws:SourceAccount']} "
            f"and aws:SourceArn {source['aws:SourceArn']}; add that statement to the topic policy",
            statements.publish(arn, source),
        )
    return _key_refusal(topic.key_id, account, refuse) if topic.key_id else None


def _key_refusal(key_id: str, account: AwsAccount, refuse: Callable[..., Refusal]) -> Refusal | None:
    key = account.key(key_id)
    if key is None:
        return refuse(f"its key {key_id} does not exist")
    if key.managed:
        return refuse(
            f"it is encrypted with the AWS managed key {key_id}, whose policy cannot let {SES} do kms:GenerateDataKey; "
            "use a customer managed key"
        )
    if not key.enabled:
        return refuse(f"its key {key.arn} is disabled")
    decisions = {a: account.service_decision(key.policy, a, key.arn, {}) for a in statements.KEY_ACTIONS}
    if denied := [action for action, decision in decisions.items() if decision is Decision.DENY]:
        why = f"a statement of the key policy of {key.arn} denies {SES} {' and '.join(denied)}; remove that statement"
        return refuse(why)
    if missing := [action for action, decision in decisions.items() if decision is Decision.IMPLICIT_DENY]:
        return refuse(
            f"the key policy of {key.arn} does not let {SES} do {' and '.join(missing)}; "
            "add that statement to the key policy, without a condition on the source",
            statements.use_key(key.arn),
        )
    return None
