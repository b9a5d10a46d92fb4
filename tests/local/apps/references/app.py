"""Two stacks: configuration sets, and what they share. How the stacks refer to each other is told by the context."""

from aws_cdk import App, Stack
from aws_cdk import aws_sns as sns

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    EventArchive,
    EventPublishingConfigurationSet,
    EventRoute,
    SnsDestination,
)

app = App()
suffix = app.node.try_get_context("suffix")
home, mails = Stack(app, f"Home{suffix}"), Stack(app, f"Mails{suffix}")
topic = SnsDestination(sns.Topic(home, "Topic"))
archive = EventArchive(home, "Archive")
for name in ("Receipts", "Newsletter"):
    EventPublishingConfigurationSet(
        mails,
        name,
        event_destinations={
            "Feedback": EventRoute(topic, FEEDBACK_EVENTS),
            "Archive": EventRoute(archive, UNTRACKED_EVENTS),
        },
    )
app.synth()
