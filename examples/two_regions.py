"""Configuration sets of one name in two regions, with an archive in each.

Amazon SES global endpoints split the sending between two regions, and need a set of the same name in both. A set, its
destinations, and what they publish to are of one region: nothing is shared, and an archive holds what its region sent.

Deploy it with `npx cdk deploy --all --app "python3 examples/two_regions.py"`. The context `account` is the account;
left out, it is that of the credentials. See docs/scale.md.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ses as ses
from constructs import Construct

from ses_event_constructs import (
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    EventArchive,
    EventPublishingConfigurationSet,
    EventQueue,
    EventRoute,
)

REGIONS = ("eu-west-1", "eu-central-1")
NAMES = {"Receipts": "receipts", "Newsletter": "newsletter"}


class Mail(cdk.Stack):
    """The mail of one region."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:
        super().__init__(scope, id, env=env)
        self.archive = EventArchive(self, "Archive")
        self.queue = EventQueue(self, "Feedback")
        self.mails = {
            id: EventPublishingConfigurationSet(
                self,
                id,
                # The name must be the same in both regions. A named set cannot be replaced without another name.
                configuration_set=ses.ConfigurationSetProps(configuration_set_name=name),
                event_destinations={
                    "Archive": EventRoute(self.archive, UNTRACKED_EVENTS),
                    "Feedback": EventRoute(self.queue, FEEDBACK_EVENTS),
                },
            )
            for id, name in NAMES.items()
        }


def build_app() -> cdk.App:
    """Return the app with the settings of its context."""
    app = cdk.App()
    account = app.node.try_get_context("account")
    for region in REGIONS:
        Mail(app, f"Mail-{region}", env=cdk.Environment(account=account, region=region))
    return app


if __name__ == "__main__":
    build_app().synth()
