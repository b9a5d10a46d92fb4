"""One stack at every step of its life: `python app.py OUT` writes a cloud assembly for each into OUT/<step>."""

import sys
from collections.abc import Callable
from pathlib import Path

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    CloudWatchDestination,
    EventArchive,
    EventPublishingConfigurationSet,
    EventQueue,
    SnsDestination,
)

SOME = [EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE]
MORE = [*SOME, EmailSendingEvent.DELIVERY]


def bare(stack: Stack) -> None:
    """As it began: the L2, with nothing of ours."""
    mail = ses.ConfigurationSet(stack, "Mail")
    dimension = ses.CloudWatchDimension(
        name="ses:configuration-set", source=ses.CloudWatchDimensionSource.MESSAGE_TAG, default_value="none"
    )
    mail.add_event_destination(
        "Feedback", destination=ses.EventDestination.sns_topic(sns.Topic(stack, "Topic")), events=SOME
    )
    mail.add_event_destination(
        "Metrics", destination=ses.EventDestination.cloud_watch_dimensions([dimension]), events=SOME
    )


def ours(stack: Stack) -> None:
    """The same by our construct."""
    _ours(stack, SnsDestination(sns.Topic(stack, "Topic")))


def events(stack: Stack) -> None:
    """Another event more."""
    _ours(stack, SnsDestination(sns.Topic(stack, "Topic")), events=MORE)


def added(stack: Stack) -> EventPublishingConfigurationSet:
    """A queue and an archive more."""
    mail = _ours(stack, SnsDestination(sns.Topic(stack, "Topic")), events=MORE)
    _add_archive_and_queue(stack, mail)
    return mail


def changed(stack: Stack) -> None:
    """One destination removed, one disabled, one renamed."""
    mail = EventPublishingConfigurationSet(stack, "Mail")
    topic = SnsDestination(sns.Topic(stack, "Topic"))
    mail.add_event_destination("Feedback", topic, events=MORE, configuration_set_event_destination_name="feedback")
    _add_archive_and_queue(stack, mail, enabled=False)


def encrypted(stack: Stack) -> None:
    """Another topic, which is encrypted."""
    _late(stack, sns.Topic(stack, "Encrypted", master_key=kms.Key(stack, "TopicKey")))


def moved(stack: Stack) -> None:
    """A topic of another stack."""
    _late(stack, sns.Topic(Stack(stack.node.root, "Topics"), "Topic"))


def failing(stack: Stack) -> None:
    """What is right, and a bare L2 that Amazon SES refuses in the middle of the deployment."""
    moved(stack)
    secret = sns.Topic(stack, "Secret", master_key=kms.Key(stack, "SecretKey"))
    broken = ses.ConfigurationSet(stack, "Broken")
    broken.add_event_destination("Secret", destination=ses.EventDestination.sns_topic(secret), events=SOME)


def mended(stack: Stack) -> None:
    """The same by our construct, which Amazon SES takes."""
    moved(stack)
    secret = sns.Topic(stack, "Secret", master_key=kms.Key(stack, "SecretKey"))
    broken = EventPublishingConfigurationSet(stack, "Broken")
    broken.add_event_destination("Secret", SnsDestination(secret), events=SOME)


STEPS: dict[str, Callable[[Stack], object]] = {
    each.__name__: each for each in (bare, ours, events, added, changed, encrypted, moved, failing, mended)
}


def _ours(
    stack: Stack, destination: SnsDestination, *, events: list[EmailSendingEvent] = SOME
) -> EventPublishingConfigurationSet:
    mail = EventPublishingConfigurationSet(stack, "Mail")
    mail.add_event_destination("Feedback", destination, events=events)
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=SOME)
    return mail


def _late(stack: Stack, topic: sns.Topic) -> None:
    mail = EventPublishingConfigurationSet(stack, "Mail")
    mail.add_event_destination("Feedback", SnsDestination(topic), events=MORE)
    _add_archive_and_queue(stack, mail)


def _add_archive_and_queue(stack: Stack, mail: EventPublishingConfigurationSet, *, enabled: bool = True) -> None:
    archive = EventArchive(stack, "Archive", encryption_key=kms.Key(stack, "Key"))
    mail.add_event_destination("Archive", archive, events=SOME)
    mail.add_event_destination("Queue", EventQueue(stack, "Queue"), events=FEEDBACK_EVENTS, enabled=enabled)
    CfnOutput(stack, "BucketName", value=archive.bucket.bucket_name)


def main(out: Path) -> None:
    """Write the assemblies."""
    for name, define in STEPS.items():
        # As the CLI asks for, so that a destination can be told by its construct id.
        context = {"aws:cdk:enable-path-metadata": True}
        app = App(outdir=str(out / name), context=context, analytics_reporting=False)
        define(Stack(app, "Life"))
        app.synth()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
