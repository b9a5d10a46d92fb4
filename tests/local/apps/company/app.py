"""Five stacks in two accounts and two regions: a Stage, a shared topic and archive, and a set and topic imported."""

from aws_cdk import App, Environment, Stack, Stage
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_ses import EmailSendingEvent
from constructs import Construct

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    EventArchive,
    EventBridgeDestination,
    EventPublishingConfigurationSet,
    SnsDestination,
)

MAIN = Environment(account="111111111111", region="eu-west-1")
OTHER = Environment(account="222222222222", region="us-east-1")


class Shared(Stack):
    """What the sets of the main account share."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, env=MAIN)
        self.topic = sns.Topic(self, "Feedback")
        self.archive = EventArchive(self, "Archive")


class Mail(Stack):
    """A configuration set that publishes to what is shared."""

    def __init__(self, scope: Construct, id: str, shared: Shared) -> None:
        super().__init__(scope, id, env=MAIN)
        mail = EventPublishingConfigurationSet(self, "Mail")
        mail.add_event_destination("Feedback", SnsDestination(shared.topic), events=FEEDBACK_EVENTS)
        mail.add_event_destination("Archive", shared.archive, events=UNTRACKED_EVENTS)


class Imported(Stack):
    """A destination on a set, to a topic, neither of which the app makes."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, env=OTHER)
        topic = sns.Topic.from_topic_arn(self, "Topic", f"arn:aws:sns:{OTHER.region}:{OTHER.account}:legacy-feedback")
        ses.ConfigurationSetEventDestination(
            self,
            "Feedback",
            configuration_set=ses.ConfigurationSet.from_configuration_set_name(self, "Mail", "legacy"),
            destination=ses.EventDestination.sns_topic(topic),
            events=[EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE],
        )


app = App()
production = Stage(app, "Production")
shared = Shared(production, "Shared")
Mail(production, "Receipts", shared)
Mail(production, "Newsletter", shared)
bus = EventPublishingConfigurationSet(Stack(app, "Staging", env=OTHER), "Mail")
bus.add_event_destination("Bus", EventBridgeDestination(), events=UNTRACKED_EVENTS)
Imported(app, "Legacy")
app.synth()
