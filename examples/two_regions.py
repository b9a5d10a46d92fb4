"""Configuration sets of the same name in two regions, with an archive in each.

Global endpoints of Amazon SES split the sending between two regions, and need a set of the same name in both. A set,
its destinations and their targets belong to one region, so nothing is shared, and each archive holds the events of its
own region.

Deploy it with `npx cdk deploy --all --app "python3 examples/two_regions.py"`. The context key `account` names the
account; if omitted, it is that of the credentials. See docs/scale.md.
"""

from __future__ import annotations

import aws_cdk as cdk
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
    """The configuration sets, archive and queue of one region."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:
        super().__init__(scope, id, env=env)
        self.archive = EventArchive(self, "Archive")
        self.queue = EventQueue(self, "Feedback")
        self.mails = {
            id: EventPublishingConfigurationSet(
                self,
                id,
                # The same in both regions. Replacing a named set needs another name.
                configuration_set_name=name,
                event_destinations={
                    "Archive": EventRoute(self.archive, UNTRACKED_EVENTS),
                    "Feedback": EventRoute(self.queue, FEEDBACK_EVENTS),
                },
            )
            for id, name in NAMES.items()
        }


def build_app() -> cdk.App:
    """Return the app, with the settings from its context."""
    app = cdk.App()
    account = app.node.try_get_context("account")
    for region in REGIONS:
        Mail(app, f"Mail-{region}", env=cdk.Environment(account=account, region=region))
    return app


if __name__ == "__main__":
    build_app().synth()
