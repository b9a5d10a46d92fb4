"""The same fleet of configuration sets, built with this library and with the bare L2.

A layout says what the sets of a fleet share:

- `own`: nothing but the stream; each set has a topic and a role of its own.
- `topic`: one topic and one stream in each stack; the L2 makes a role for each set.
- `shared`: one topic, one stream and one role for the whole fleet. With the bare L2 this is the layout `topic` again,
  the closest that it offers: it neither grants nor trusts a role that it is given, and a topic of another stack is a
  dependency cycle.
- `archive`: one topic and one `EventArchive` for the whole fleet; with the bare L2 as before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    CloudWatchDestination,
    EventArchive,
    EventPublishingConfigurationSet,
    FirehoseDestination,
    IEventDestination,
    SnsDestination,
)

LAYOUTS = ("own", "topic", "shared", "archive")
SETS_A_STACK = 90


def define_stream(stack: cdk.Stack) -> firehose.DeliveryStream:
    """Define a stream into a bucket."""
    return firehose.DeliveryStream(stack, "Stream", destination=firehose.S3Bucket(s3.Bucket(stack, "Events")))


@dataclass
class Bare:
    """A fleet of the bare L2.

    Attributes:
        layout: What the sets share.
        sets: How many there are.
        stacks: How many stacks they are spread over.
        app: The app.
    """

    layout: str
    sets: int
    stacks: int
    app: cdk.App
    _topics: dict[cdk.Stack, sns.Topic] = field(default_factory=dict)
    _streams: dict[cdk.Stack, firehose.DeliveryStream] = field(default_factory=dict)

    def build(self) -> None:
        """Define the stacks and the sets."""
        stacks = [cdk.Stack(self.app, f"Mail{number}") for number in range(self.stacks)]
        for stack in stacks:
            self.prepare(stack)
        for number in range(self.sets):
            self.add(stacks[number // -(-self.sets // self.stacks)], f"Set{number}")

    def prepare(self, stack: cdk.Stack) -> None:
        """Define what the sets of one stack share."""
        self._streams[stack] = define_stream(stack)
        if self.layout != "own":
            self._topics[stack] = sns.Topic(stack, "Topic")

    def add(self, stack: cdk.Stack, id: str) -> None:
        """Define one more set."""
        topic = self._topics[stack] if stack in self._topics else sns.Topic(stack, f"{id}Topic")
        mail = ses.ConfigurationSet(stack, id)
        mail.add_event_destination(
            "Feedback",
            destination=ses.EventDestination.sns_topic(topic),
            events=[ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
        )
        mail.add_event_destination(
            "Stream",
            destination=ses.EventDestination.firehose_delivery_stream(delivery_stream=self._streams[stack]),
            events=list(UNTRACKED_EVENTS),
        )
        mail.add_event_destination(
            "Metrics",
            destination=ses.EventDestination.cloud_watch_dimensions(
                [
                    ses.CloudWatchDimension(
                        name="ses:configuration-set",
                        source=ses.CloudWatchDimensionSource.MESSAGE_TAG,
                        default_value="none",
                    )
                ]
            ),
            events=list(UNTRACKED_EVENTS),
        )


@dataclass
class Ours:
    """The same fleet with this library.

    Attributes:
        layout: What the sets share.
        sets: How many there are.
        stacks: How many stacks they are spread over.
        app: The app.
    """

    layout: str
    sets: int
    stacks: int
    app: cdk.App
    _topics: dict[cdk.Stack, IEventDestination] = field(default_factory=dict)
    _streams: dict[cdk.Stack, IEventDestination] = field(default_factory=dict)

    def build(self) -> None:
        """Define the stacks and the sets, and for a fleet of several stacks one for what they share."""
        stacks = [cdk.Stack(self.app, f"Mail{number}") for number in range(self.stacks)]
        shares = self.layout in ("shared", "archive")
        common = cdk.Stack(self.app, "Shared") if shares and self.stacks > 1 else stacks[0]
        self.prepare(common)
        for stack in stacks:
            if stack is common:
                continue
            if shares:
                self._topics[stack], self._streams[stack] = self._topics[common], self._streams[common]
            else:
                self.prepare(stack)
        for number in range(self.sets):
            self.add(stacks[number // -(-self.sets // self.stacks)], f"Set{number}")

    def prepare(self, stack: cdk.Stack) -> None:
        """Define what the sets of one stack share."""
        if self.layout == "archive":
            self._streams[stack] = EventArchive(stack, "Archive")
        else:
            role = None
            if self.layout == "shared":
                role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ses.amazonaws.com"))
            self._streams[stack] = FirehoseDestination(define_stream(stack), role=role)
        if self.layout != "own":
            self._topics[stack] = SnsDestination(sns.Topic(stack, "Topic"))

    def add(self, stack: cdk.Stack, id: str) -> None:
        """Define one more set."""
        topic = self._topics[stack] if stack in self._topics else SnsDestination(sns.Topic(stack, f"{id}Topic"))
        mail = EventPublishingConfigurationSet(stack, id)
        mail.add_event_destination("Feedback", topic, events=FEEDBACK_EVENTS)
        mail.add_event_destination("Stream", self._streams[stack], events=UNTRACKED_EVENTS)
        mail.add_event_destination("Metrics", CloudWatchDestination(), events=UNTRACKED_EVENTS)
