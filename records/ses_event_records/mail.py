"""The mail that an event is about: the `mail` object of every record.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-mail-object
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ses_event_records.base import Any, Value
from ses_event_records.reading import Header, all_text, headers, strings, tags, timestamp


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CommonHeaders(Value):
    """The headers that most consumers want, as the sender wrote them.

    Amazon SES leaves `subject` out of the Send record of a templated mail, which is rendered later.

    Attributes:
        from_: The authors.
        to: The addresses of the To header.
        cc: The addresses of the Cc header.
        bcc: The addresses of the Bcc header.
        reply_to: The addresses of the Reply-To header.
        return_path: The Return-Path header; None without one.
        date: The Date header, unparsed; None without one.
        subject: The Subject header; None without one.
        message_id: The Message-ID header; None without one.
    """

    from_: tuple[str, ...]
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    return_path: str | None = None
    date: str | None = None
    subject: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mail(Value):
    """A mail as Amazon SES accepted it.

    Attributes:
        timestamp: When the mail was sent, with its zone.
        message_id: The id that Amazon SES gave the mail and returned to the sender.
        source: The address that the mail was sent from.
        sending_account_id: The AWS account that sent the mail.
        destination: All recipients of the mail.
        headers_truncated: Whether `headers` is cut off, as it is beyond 10 KB. False in a legacy notification without
            headers.
        tags: The message tags, each with its values; names that begin with `ses:` are Amazon SES's own. Empty in legacy
            notifications without tags.
        source_arn: The ARN of the identity; None in Open and Click records.
        headers: The headers as pairs of name and value, in order; None in Rendering Failure and DeliveryDelay records.
        common_headers: The most used headers; None where `headers` is.
    """

    timestamp: datetime
    message_id: str
    source: str
    sending_account_id: str
    destination: tuple[str, ...]
    headers_truncated: bool = field(metadata={"in_legacy": "optional"})
    tags: Mapping[str, tuple[str, ...]] = field(hash=False, metadata={"in_legacy": "optional"})
    source_arn: str | None = None
    headers: tuple[Header, ...] | None = None
    common_headers: CommonHeaders | None = None

    @property
    def configuration_set(self) -> str | None:
        """The configuration set that the mail was sent with; None for a mail without one."""
        return self.tag("ses:configuration-set")

    def tag(self, name: str) -> str | None:
        """Return the first value of a message tag, or None when the mail does not have the tag."""
        values = self.tags.get(name)
        return values[0] if values else None

    def header(self, name: str) -> str | None:
        """Return the first header of that name in any case, or None when the record does not hold one."""
        wanted = name.lower()
        return next((value for key, value in self.headers or () if key.lower() == wanted), None)


class _CommonHeadersDraft(Value):
    __slots__ = CommonHeaders.__slots__


class _MailDraft(Value):
    __slots__ = Mail.__slots__


def _read_common_headers(part: Any, texts: list[Any]) -> CommonHeaders:
    common: Any = _CommonHeadersDraft()
    common.from_ = strings(part["from"], texts)
    get = part.get
    addresses = get("to")
    common.to = () if addresses is None else strings(addresses, texts)
    addresses = get("cc")
    common.cc = () if addresses is None else strings(addresses, texts)
    addresses = get("bcc")
    common.bcc = () if addresses is None else strings(addresses, texts)
    addresses = get("replyTo")
    common.reply_to = () if addresses is None else strings(addresses, texts)
    common.return_path = return_path = get("returnPath")
    common.date = date = get("date")
    common.subject = subject = get("subject")
    common.message_id = message_id = get("messageId")
    texts += (
        "" if return_path is None else return_path,
        "" if date is None else date,
        "" if subject is None else subject,
        "" if message_id is None else message_id,
    )
    common.__class__ = CommonHeaders
    return common  # type: ignore[no-any-return] # it is one now


def read_mail(part: Any, *, legacy: bool) -> Mail:
    """Read the `mail` object of a record.

    Args:
        part: The object.
        legacy: Whether the record is a feedback notification, which may lack `headersTruncated` and `tags`.
    """
    if legacy:
        part = {"headersTruncated": False, "tags": {}, **part}
    get = part.get
    mail: Any = _MailDraft()
    mail.timestamp = timestamp(part["timestamp"])
    mail.message_id = message_id = part["messageId"]
    mail.source = source = part["source"]
    mail.sending_account_id = account = part["sendingAccountId"]
    mail.source_arn = arn = get("sourceArn")
    texts = [message_id, source, account, "" if arn is None else arn]
    mail.destination = strings(part["destination"], texts)
    mail.headers_truncated = truncated = part["headersTruncated"]
    if truncated is not False and truncated is not True:
        raise TypeError
    mail.tags = tags(part["tags"], texts)
    found = get("headers")
    mail.headers = None if found is None else headers(found, texts)
    common = get("commonHeaders")
    mail.common_headers = None if common is None else _read_common_headers(common, texts)
    all_text(texts)
    mail.__class__ = Mail
    return mail  # type: ignore[no-any-return] # it is one now
