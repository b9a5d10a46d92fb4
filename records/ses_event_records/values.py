"""The values that Amazon SES enumerates. A value that AWS adds later stays a plain string.

Every member is a `str`: `bounce.bounce_type == "Permanent"` holds, and `str(member)` is what Amazon SES writes.
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

from enum import Enum


class _Value(str, Enum):
    __str__ = str.__str__


class BounceType(_Value):
    """How final a bounce is."""

    PERMANENT = "Permanent"
    TRANSIENT = "Transient"
    UNDETERMINED = "Undetermined"


class BounceSubType(_Value):
    """Why a mail bounced."""

    GENERAL = "General"
    NO_EMAIL = "NoEmail"
    SUPPRESSED = "Suppressed"
    ON_ACCOUNT_SUPPRESSION_LIST = "OnAccountSuppressionList"
    ON_TENANT_SUPPRESSION_LIST = "OnTenantSuppressionList"
    EMAIL_VALIDATION_SUPPRESSED = "EmailValidationSuppressed"
    UNSUBSCRIBED_RECIPIENT = "UnsubscribedRecipient"
    MAILBOX_FULL = "MailboxFull"
    MESSAGE_TOO_LARGE = "MessageTooLarge"
    CUSTOM_TIMEOUT_EXCEEDED = "CustomTimeoutExceeded"
    CONTENT_REJECTED = "ContentRejected"
    ATTACHMENT_REJECTED = "AttachmentRejected"
    UNDETERMINED = "Undetermined"


BOUNCE_SUB_TYPES: dict[BounceType, tuple[BounceSubType, ...]] = {
    BounceType.PERMANENT: (
        BounceSubType.GENERAL,
        BounceSubType.NO_EMAIL,
        BounceSubType.SUPPRESSED,
        BounceSubType.ON_ACCOUNT_SUPPRESSION_LIST,
        BounceSubType.ON_TENANT_SUPPRESSION_LIST,
        BounceSubType.EMAIL_VALIDATION_SUPPRESSED,
        BounceSubType.UNSUBSCRIBED_RECIPIENT,
    ),
    BounceType.TRANSIENT: (
        BounceSubType.GENERAL,
        BounceSubType.MAILBOX_FULL,
        BounceSubType.MESSAGE_TOO_LARGE,
        BounceSubType.CUSTOM_TIMEOUT_EXCEEDED,
        BounceSubType.CONTENT_REJECTED,
        BounceSubType.ATTACHMENT_REJECTED,
    ),
    BounceType.UNDETERMINED: (BounceSubType.UNDETERMINED,),
}
"""The reasons that Amazon SES gives for each type of bounce."""


class ComplaintSubType(_Value):
    """Why Amazon SES itself counts a mail as complained about."""

    ON_ACCOUNT_SUPPRESSION_LIST = "OnAccountSuppressionList"


class ComplaintFeedbackType(_Value):
    """What a feedback report says, by the names that IANA registers.

    https://www.iana.org/assignments/marf-parameters/marf-parameters.xml
    """

    ABUSE = "abuse"
    AUTH_FAILURE = "auth-failure"
    FRAUD = "fraud"
    NOT_SPAM = "not-spam"
    OTHER = "other"
    VIRUS = "virus"


class DelayType(_Value):
    """Why a delivery is delayed."""

    INTERNAL_FAILURE = "InternalFailure"
    GENERAL = "General"
    MAILBOX_FULL = "MailboxFull"
    SPAM_DETECTED = "SpamDetected"
    RECIPIENT_SERVER_ERROR = "RecipientServerError"
    IP_FAILURE = "IPFailure"
    TRANSIENT_COMMUNICATION_FAILURE = "TransientCommunicationFailure"
    BYOIP_HOST_NAME_LOOKUP_UNAVAILABLE = "BYOIPHostNameLookupUnavailable"
    UNDETERMINED = "Undetermined"
    SENDING_DEFERRAL = "SendingDeferral"


class BotEvent(_Value):
    """Whether a machine, such as a link scanner, opened the mail or followed the link."""

    LIKELY = "Likely"
    UNLIKELY = "Unlikely"


class SubscriptionStatus(_Value):
    """Whether a contact receives a topic."""

    OPT_IN = "OptIn"
    OPT_OUT = "OptOut"
