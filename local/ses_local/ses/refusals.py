"""What AWS refuses when a configuration set or an event destination is made, and when an event is delivered.

What AWS refuses of a topic, a stream, a role, a bus or a dimension is in ``kinds``, with its page.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateConfigurationSetEventDestination.html
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination.html
"""

import re

from ses_local.ses.aws import AwsAccount
from ses_local.ses.destinations import Destination
from ses_local.ses.kinds import BY_NAME
from ses_local.ses.refusal import Refusal

# "up to 64 alphanumeric characters, including letters, numbers, hyphens (-) and underscores (_) only":
# API_CreateConfigurationSet of v2; the same for destinations: API_EventDestination of v1.
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Event destinations of a configuration set, not adjustable: https://docs.aws.amazon.com/ses/latest/dg/quotas.html
# LimitExceededException is among the errors of CreateConfigurationSetEventDestination.
MAX_DESTINATIONS = 10


def name_refusal(kind: str, name: str) -> Refusal | None:
    """Return what is wrong with the name of a configuration set or an event destination."""
    if NAME.fullmatch(name):
        return None
    return Refusal(
        "BadRequestException",
        f"Invalid {kind} name <{name}>: only alphanumeric ASCII characters, '_', and '-' are allowed, "
        "and at most 64 of them.",
    )


def creation_refusal(
    destination: Destination, others: int, account: AwsAccount, *, in_template: bool = False
) -> Refusal | None:
    """Return why AWS would not make this event destination.

    Args:
        destination: The destination that is asked for.
        others: How many other destinations the set has.
        account: The AWS account around it.
        in_template: Whether CloudFormation asks, which checks narrower patterns than the API.
    """
    if refusal := name_refusal("event destination", destination.name):
        return refusal
    if others >= MAX_DESTINATIONS:
        return Refusal(
            "LimitExceededException",
            f"Configuration set <{destination.configuration_set}> already has {MAX_DESTINATIONS} event destinations, "
            "and that quota cannot be raised; use one destination for several event types, or another set.",
        )
    kind = BY_NAME[destination.kind]
    return kind.creation_refusal(destination.configuration_set, destination.target, account, in_template=in_template)


def delivery_refusal(destination: Destination, account: AwsAccount) -> Refusal | None:
    """Return why AWS would not let SES deliver to this destination now."""
    kind = BY_NAME[destination.kind]
    return kind.delivery_refusal(destination.configuration_set, destination.target, account)
