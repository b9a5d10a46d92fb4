"""Random configuration sets: plans of plain data, the strategies that draw them, and the builder.

A plan is JSON, so that another process can build the same one.
"""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from hypothesis import strategies as st

from ses_event_constructs import (
    CloudWatchDestination,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    EventQueue,
    EventRoute,
    FirehoseDestination,
    SnsDestination,
)

Plan = dict[str, Any]

_ENVIRONMENTS = {
    "agnostic": None,
    "home": ("111111111111", "eu-west-1"),
    "gov": ("111111111111", "us-gov-west-1"),
}
_TOPICS = [
    "plain",
    "tls",
    "encrypted",
    "key elsewhere",
    "elsewhere",
    "imported",
    "fifo",
    "key of aws",
    "far",
    "no topic",
]
_STREAMS = ["imported", "strange account", "no stream"]
_ROLES = ["none", "own", "imported", "no role"]
_SETS = ["own"] * 6 + ["options", "l2", "imported", "wrapped"] * 2 + ["far", "string"]
_EVENTS = [event.name for event in ses.EmailSendingEvent]

_good_names = st.text("abzABZ019_-", min_size=1, max_size=64)
# Mostly right values, so that most plans are accepted, and now and then anything.
_names = st.one_of(st.none(), st.none(), _good_names, st.just("token"), st.text(max_size=70))
_good_ids = st.sampled_from([f"{kind}{number}" for kind in ("Feedback", "Metrics", "Bus") for number in range(5)])
_good_events = st.lists(st.sampled_from(_EVENTS), min_size=1, max_size=12)
_events = st.one_of(_good_events, st.lists(st.one_of(st.sampled_from(_EVENTS), st.text())))
_sources = st.sampled_from([each.name for each in ses.CloudWatchDimensionSource])
_good_dimensions = st.tuples(st.sampled_from(["ses:from-domain", "campaign", "a", "b", "c"]), _sources, _good_names)
_any_dimensions = st.tuples(
    st.one_of(st.sampled_from(["From", "token", "x" * 255, "x" * 256]), st.text(max_size=4)),
    _sources,
    st.one_of(st.sampled_from(["token", "example.com", "x" * 256, "x" * 257]), st.text(max_size=4)),
)
_good_dimensions_list = st.one_of(
    st.none(), st.lists(_good_dimensions, min_size=1, max_size=3, unique_by=lambda each: each[0])
)
_dimensions = st.one_of(_good_dimensions_list, st.lists(st.one_of(_good_dimensions, _any_dimensions), max_size=11))
_destinations = st.one_of(
    st.tuples(st.just("sns"), st.sampled_from(_TOPICS)),
    st.tuples(st.just("firehose"), st.sampled_from(_STREAMS), st.sampled_from(_ROLES)),
    st.tuples(st.just("cloudwatch"), _dimensions),
    st.tuples(st.just("wrong"), st.sampled_from(["class", "l2", "string", "none"])),
)
_good_destinations = st.one_of(
    st.tuples(st.just("sns"), st.sampled_from(_TOPICS[:6])),
    st.tuples(st.just("firehose"), st.sampled_from(_STREAMS[:1]), st.sampled_from(_ROLES[:3])),
    st.tuples(st.just("cloudwatch"), _good_dimensions_list),
    st.tuples(st.just("bus")),
    st.tuples(st.just("queue")),
)
_good_routes = st.tuples(_good_ids, _good_destinations, _good_events, st.booleans())
_routes = st.one_of(
    st.tuples(_good_ids, _destinations, _good_events, st.booleans()),
    st.tuples(_good_ids, _destinations, _good_events, st.booleans()),
    st.tuples(st.one_of(_good_ids, st.text(max_size=5)), _good_destinations, _events, st.sampled_from([True, 0, "no"])),
)


def _unlike(routes: list) -> list:
    """Keep the last route of each id, as a mapping does."""
    return list({route[0]: route for route in routes}.values())


plans = st.fixed_dictionaries(
    {
        "env": st.sampled_from(list(_ENVIRONMENTS)),
        "set": st.sampled_from(_SETS),
        "name": _names,
        # Right routes, perhaps with a wrong one among them, and now and then more than a set can have.
        "routes": st.one_of(
            st.lists(_good_routes, max_size=3),
            st.lists(_good_routes, max_size=3),
            st.builds(lambda good, any_: _unlike([*good, any_]), st.lists(_good_routes, max_size=2), _routes),
            st.builds(lambda good, any_: _unlike([any_, *good]), st.lists(_good_routes, max_size=1), _routes),
            st.lists(_good_routes, min_size=9, max_size=12, unique_by=lambda route: route[0]),
        ).map(_unlike),
    }
)


class Builder:
    """Builds a plan in a stack: first everything that it needs, then the configuration set, which may be refused."""

    def __init__(self, plan: Plan, scope: cdk.App, stack: cdk.Stack, id: str = "Mail") -> None:
        self._plan = plan
        self._app = scope
        self._made: dict[str, Any] = {}
        self.stack = stack
        self.id = id
        self._set = self._keywords()
        self._every = [
            (route[0], self._destination(*route[1]), _members(route[2]), route[3]) for route in plan["routes"]
        ]

    def declare(self) -> EventPublishingConfigurationSet:
        """Build it with one call."""
        routes = {id: EventRoute(where, which, enabled) for id, where, which, enabled in self._every}
        return EventPublishingConfigurationSet(self.stack, self.id, event_destinations=routes, **self._set)

    def add(self) -> EventPublishingConfigurationSet:
        """Build it step by step."""
        mail = EventPublishingConfigurationSet(self.stack, self.id, **self._set)
        for id, where, which, enabled in self._every:
            mail.add_event_destination(id, where, events=which, enabled=enabled)
        return mail

    def _once(self, name: str, make: Any) -> Any:
        if name not in self._made:
            self._made[name] = make(f"{self.id}{name.title().replace(' ', '')}")
        return self._made[name]

    def _keywords(self) -> dict[str, Any]:
        name = _text(self._plan["name"])
        if self._plan["set"] == "options":
            return {"configuration_set_name": name, "sending_enabled": True}
        return {"configuration_set": self._configuration_set()}

    def _configuration_set(self) -> Any:
        match self._plan["set"]:
            case "l2":
                return self._once("set", lambda at: ses.ConfigurationSet(self.stack, at))
            case "imported":
                load = ses.ConfigurationSet.from_configuration_set_name
                return self._once("set", lambda at: load(self.stack, at, f"newsletter-{self.id}"))
            case "wrapped":
                return self._once("set", lambda at: EventPublishingConfigurationSet(self.stack, at))
            case "far":
                return self._once("set", lambda at: ses.ConfigurationSet(self._other("far"), at))
            case "string":
                return "newsletter"
        return None

    def _destination(self, kind: str, *arguments: Any) -> Any:
        match kind:
            case "sns":
                return SnsDestination(self._topic(*arguments))
            case "firehose":
                stream, role = arguments
                return FirehoseDestination(self._stream(stream), role=self._role(role))
            case "cloudwatch":
                (dimensions,) = arguments
                return CloudWatchDestination(dimensions and [_dimension(*each) for each in dimensions])
            case "bus":
                return EventBridgeDestination()
            case "queue":
                return self._once("queue", lambda at: EventQueue(self.stack, at))
            case _:
                return {
                    "class": EventBridgeDestination,
                    "l2": ses.EventDestination.cloud_watch_dimensions([]),
                    "string": "topic",
                    "none": None,
                }[arguments[0]]

    def _topic(self, kind: str) -> Any:
        stack, partition = self.stack, self.stack.partition
        account = (_ENVIRONMENTS[self._plan["env"]] or ("111111111111", ""))[0]
        region = (_ENVIRONMENTS[self._plan["env"]] or ("", "eu-west-1"))[1]
        arn = f"arn:{partition}:sns:{region}:{account}:feedback"
        far = f"arn:{partition}:sns:ap-south-1:{account}:feedback"
        load = sns.Topic.from_topic_arn
        make = {
            "plain": lambda at: sns.Topic(stack, at),
            "tls": lambda at: sns.Topic(stack, at, enforce_ssl=True),
            "encrypted": lambda at: sns.Topic(stack, at, master_key=kms.Key(stack, f"{at}Key")),
            "key elsewhere": lambda at: sns.Topic(stack, at, master_key=kms.Key(self._other("near"), f"{at}Key")),
            "elsewhere": lambda at: sns.Topic(self._other("near"), at),
            "imported": lambda at: load(stack, at, arn),
            "fifo": lambda at: sns.Topic(stack, at, fifo=True),
            "key of aws": lambda at: sns.Topic(
                stack, at, master_key=kms.Alias.from_alias_name(stack, f"{at}Key", "alias/aws/sns")
            ),
            "far": lambda at: load(stack, at, far),
            "no topic": lambda _: "arn",
        }
        return self._once(f"topic {kind}", make[kind])

    def _stream(self, kind: str) -> Any:
        account, region = _ENVIRONMENTS[self._plan["env"]] or ("111111111111", "eu-west-1")
        account = {"strange account": "999999999999"}.get(kind, account)
        arn = f"arn:{self.stack.partition}:firehose:{region}:{account}:deliverystream/events"
        load = firehose.DeliveryStream.from_delivery_stream_arn
        make = (lambda _: "stream") if kind == "no stream" else lambda at: load(self.stack, at, arn)
        return self._once(f"stream {kind}", make)

    def _role(self, kind: str) -> Any:
        make = {
            "none": lambda _: None,
            "own": lambda at: iam.Role(self.stack, at, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")),
            "imported": lambda at: iam.Role.from_role_arn(self.stack, at, "arn:aws:iam::111111111111:role/publisher"),
            "no role": lambda _: "role",
        }
        return self._once(f"role {kind}", make[kind])

    def _other(self, which: str) -> cdk.Stack:
        """Return another stack, in the same environment or in a far one."""
        env = cdk.Environment(account="222222222222", region="ap-south-1")
        env = env if which == "far" else environment(self._plan)
        name = f"{self.stack.node.id}{which.title()}"
        return self._app.node.try_find_child(name) or cdk.Stack(self._app, name, env=env)


def environment(plan: Plan) -> cdk.Environment | None:
    """Return the environment of the plan's stack."""
    known = _ENVIRONMENTS[plan["env"]]
    return known and cdk.Environment(account=known[0], region=known[1])


def _text(value: str | None) -> str | None:
    # Not Fn.ref, which makes a token with another number each time: messages that show it would differ.
    return cdk.Aws.STACK_NAME if value == "token" else value


def _dimension(name: str, source: str, value: str) -> ses.CloudWatchDimension:
    return ses.CloudWatchDimension(
        name=_text(name), source=ses.CloudWatchDimensionSource[source], default_value=_text(value)
    )


def _members(names: list[str]) -> list[Any]:
    known = ses.EmailSendingEvent.__members__
    return [known.get(name, name) for name in names]
