"""What stands behind a topic and behind the default bus: subscriptions and rules, with their queues and functions."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import eventbridge, sns
from ses_event_records.testing import FACTORIES
from ses_event_records.testing import mail as mail_factory

from ses_local.ministack._functions import Function, function
from ses_local.ministack._queues import Queue, queue
from ses_local.ses.records import DETAIL_TYPES


@dataclass(frozen=True, slots=True)
class Consumer:
    """What a topic or a rule delivers to.

    Args:
        protocol: ``sqs``, ``lambda``, ``https``, ``email`` or the service of a rule's target.
        endpoint: The ARN or the address.
        confirmed: Whether a subscription has been confirmed; until then nothing is delivered.
        filtered: The filter policy of a subscription; empty without one.
        queue: The queue, if it is one.
        function: The function, if it is one.
    """

    protocol: str
    endpoint: str
    confirmed: bool = True
    filtered: str = ""
    queue: Queue | None = None
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the default bus that some events of a configuration set match.

    Args:
        name: Its name.
        arn: Its ARN.
        enabled: Whether it is enabled.
        events: The event types that match.
        consumers: Its targets.
    """

    name: str
    arn: str
    enabled: bool
    events: tuple[str, ...]
    consumers: tuple[Consumer, ...]


def subscribers(topic_arn: str) -> tuple[Consumer, ...]:
    """Return what a topic delivers to. Relies on ``sns._topic_by_arn_any_scope`` and a topic's ``subscriptions``."""
    topic = sns._topic_by_arn_any_scope(topic_arn) or {}
    return tuple(_subscriber(topic_arn, each) for each in list(topic.get("subscriptions", [])))


def _subscriber(topic_arn: str, subscription: Mapping[str, Any]) -> Consumer:
    protocol, endpoint = str(subscription.get("protocol", "")), str(subscription.get("endpoint", ""))
    return Consumer(
        protocol,
        endpoint,
        confirmed=bool(subscription.get("confirmed")),
        filtered=str((subscription.get("attributes") or {}).get("FilterPolicy") or ""),
        queue=queue(endpoint, service="sns.amazonaws.com", source=topic_arn) if protocol == "sqs" else None,
        function=function(endpoint) if protocol == "lambda" else None,
    )


def rules(configuration_set: str, events: Iterable[str], account: str, region: str) -> list[Rule]:
    """Return the rules of the default bus that match events of a set.

    Relies on ``eventbridge._rules``, ``_targets``, ``_rule_key`` and ``_matches_pattern``, which is asked with a
    made-up event of each type.

    Args:
        configuration_set: The set's name.
        events: The event types that reach the bus.
        account: The set's account.
        region: The set's region.
    """
    samples = {event: _sample(configuration_set, event, account, region) for event in events}
    found = []
    for rule in list(eventbridge._rules.values()):
        pattern = rule.get("EventPattern")
        if rule.get("EventBusName", "default") != "default" or not pattern:
            continue
        if matching := tuple(e for e, sample in samples.items() if eventbridge._matches_pattern(pattern, sample)):
            targets = list(eventbridge._targets.get(eventbridge._rule_key(rule["Name"], "default")) or [])
            consumers = tuple(_target(rule["Arn"], str(target.get("Arn", ""))) for target in targets)
            found.append(Rule(rule["Name"], rule["Arn"], rule.get("State") != "DISABLED", matching, consumers))
    return sorted(found, key=lambda rule: rule.name)


def _target(rule_arn: str, arn: str) -> Consumer:
    service = arn.split(":")[2] if arn.count(":") > 2 else ""  # noqa: PLR2004 - arn:partition:service
    return Consumer(
        service,
        arn,
        queue=queue(arn, service="events.amazonaws.com", source=rule_arn) if service == "sqs" else None,
        function=function(arn) if service == "lambda" else None,
    )


def _sample(configuration_set: str, event: str, account: str, region: str) -> dict[str, Any]:
    """Return an event as the bus gets it, in the emulator's own form."""
    mail = mail_factory(configuration_set=configuration_set, sending_account_id=account, seed=1)
    return {
        "EventId": "sample",
        "Source": "aws.ses",
        "DetailType": DETAIL_TYPES.get(event, event),
        "Detail": json.dumps(FACTORIES[event](mail=mail)),
        "EventBusName": "default",
        "Time": 0,
        "Resources": [mail["sourceArn"]],
        "Account": account,
        "Region": region,
    }
