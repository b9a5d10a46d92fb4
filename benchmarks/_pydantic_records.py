"""The ten events as pydantic models: the same fields, types and openness as the classes of ses-event-records."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

# pydantic reads the annotations when it makes the models.
from ses_event_records import (
    BotEvent,
    BounceSubType,
    BounceType,
    ComplaintFeedbackType,
    ComplaintSubType,
    DelayType,
    SubscriptionStatus,
)

Texts = tuple[str, ...]
Tags = dict[str, Texts]


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class _Header(_Model):
    name: str
    value: str


class _CommonHeaders(_Model):
    from_: Texts = Field(alias="from")
    to: Texts = ()
    cc: Texts = ()
    bcc: Texts = ()
    reply_to: Texts = ()
    return_path: str | None = None
    date: str | None = None
    subject: str | None = None
    message_id: str | None = None


class _Mail(_Model):
    timestamp: AwareDatetime
    message_id: str
    source: str
    sending_account_id: str
    destination: Texts
    headers_truncated: bool
    tags: Tags
    source_arn: str | None = None
    headers: tuple[_Header, ...] | None = None
    common_headers: _CommonHeaders | None = None


class _BouncedRecipient(_Model):
    email_address: str
    action: str | None = None
    status: str | None = None
    diagnostic_code: str | None = None


class _Bounce(_Model):
    bounce_type: BounceType | str
    bounce_sub_type: BounceSubType | str
    bounced_recipients: tuple[_BouncedRecipient, ...]
    timestamp: AwareDatetime
    feedback_id: str
    reporting_mta: str | None = Field(default=None, alias="reportingMTA")


class _ComplainedRecipient(_Model):
    email_address: str


class _Complaint(_Model):
    complained_recipients: tuple[_ComplainedRecipient, ...]
    timestamp: AwareDatetime
    feedback_id: str
    complaint_sub_type: ComplaintSubType | str | None = None
    user_agent: str | None = None
    complaint_feedback_type: ComplaintFeedbackType | str | None = None
    arrival_date: AwareDatetime | None = None


class _Delivery(_Model):
    timestamp: AwareDatetime
    processing_time_millis: int
    recipients: Texts
    smtp_response: str
    reporting_mta: str = Field(alias="reportingMTA")


class _Open(_Model):
    ip_address: str
    timestamp: AwareDatetime
    user_agent: str
    is_bot_event: BotEvent | str | None = None


class _Click(_Open):
    link: str
    link_tags: Tags | None = None


class _Reject(_Model):
    reason: str


class _Failure(_Model):
    template_name: str
    error_message: str


class _DelayedRecipient(_Model):
    email_address: str
    status: str
    diagnostic_code: str


class _Delay(_Model):
    timestamp: AwareDatetime
    delay_type: DelayType | str
    expiration_time: AwareDatetime
    delayed_recipients: tuple[_DelayedRecipient, ...]
    reporting_mta: str | None = Field(default=None, alias="reportingMTA")


class _Topic(_Model):
    topic_name: str
    subscription_status: SubscriptionStatus | str


class _Preferences(_Model):
    unsubscribe_all: bool
    topic_subscription_status: tuple[_Topic, ...]


class _Subscription(_Model):
    contact_list: str
    timestamp: AwareDatetime
    source: str
    new_topic_preferences: _Preferences
    old_topic_preferences: _Preferences


class _Record(_Model):
    mail: _Mail


class SendRecord(_Record):
    """A Send record."""

    event_type: Literal["Send"]
    send: dict[str, Any]


class RejectRecord(_Record):
    """A Reject record."""

    event_type: Literal["Reject"]
    reject: _Reject


class BounceRecord(_Record):
    """A Bounce record."""

    event_type: Literal["Bounce"]
    bounce: _Bounce


class ComplaintRecord(_Record):
    """A Complaint record."""

    event_type: Literal["Complaint"]
    complaint: _Complaint


class DeliveryRecord(_Record):
    """A Delivery record."""

    event_type: Literal["Delivery"]
    delivery: _Delivery


class OpenRecord(_Record):
    """An Open record."""

    event_type: Literal["Open"]
    open: _Open


class ClickRecord(_Record):
    """A Click record."""

    event_type: Literal["Click"]
    click: _Click


class RenderingFailureRecord(_Record):
    """A Rendering Failure record."""

    event_type: Literal["Rendering Failure"]
    failure: _Failure


class DeliveryDelayRecord(_Record):
    """A DeliveryDelay record."""

    event_type: Literal["DeliveryDelay"]
    delivery_delay: _Delay


class SubscriptionRecord(_Record):
    """A Subscription record."""

    event_type: Literal["Subscription"]
    subscription: _Subscription


EVENT: TypeAdapter[Any] = TypeAdapter(
    Annotated[
        SendRecord
        | RejectRecord
        | BounceRecord
        | ComplaintRecord
        | DeliveryRecord
        | OpenRecord
        | ClickRecord
        | RenderingFailureRecord
        | DeliveryDelayRecord
        | SubscriptionRecord,
        Field(discriminator="event_type"),
    ]
)


class _SqsRecord(BaseModel):
    messageId: str  # noqa: N815 - Lambda's name
    body: str


class _SqsEvent(BaseModel):
    Records: list[_SqsRecord]


class _SnsMessage(BaseModel):
    Type: Literal["Notification"]
    Message: str


def parse(event: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the id and the record of each message in a Lambda event of SQS, read by pydantic's own JSON parser."""
    return [
        (record.messageId, EVENT.validate_json(_SnsMessage.model_validate_json(record.body).Message))
        for record in _SqsEvent.model_validate(event).Records
    ]
