"""A platform that sends for many customers: Amazon SES tenants, and a configuration set each for those who need one.

Deploy it with `npx cdk deploy --all --app "python3 examples/tenants.py"`. Settings come from CDK context:

- `tenants`: how many tenants there are, for a try; left out, six. A platform reads its own list instead.
- `cells`: how many stacks they are spread over; left out, as many as `tenants` need, two at least. A platform writes
  a number down once, for the most tenants that there will ever be: a tenant's stack follows from its name and this
  number. Sixty tenants a cell leave room.
- `domain`: the domain that all of them send from; left out, `mail.example.com`.

Every cell can be deployed on its own once `Shared` and `Common` are there. A new tenant changes the template of its
cell and no other, and in that cell nothing of anyone else. See docs/scale.md for when a tenant needs a set of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import NamedTuple

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

# A tenant with a set is four resources of the 500 that a stack may have, and names spread unevenly.
TENANTS_A_CELL = 60


class Tenant(NamedTuple):
    """A customer of the platform.

    Attributes:
        name: 1 to 64 of `[A-Za-z0-9_-]`, and not to be changed: a changed name is another tenant.
        own_set: Whether it sends with a configuration set of its own, for options of its own. Otherwise it sends with
            the common one, and Amazon SES tells its events apart by the tag `ses:tenant-name`.
    """

    name: str
    own_set: bool = False


class Shared(cdk.Stack):
    """What all tenants share: where their events go, and the domain.

    No configuration set is defined here. The policy of the topic names the sets of its own stack as long as there are
    no others, so that it would change with the first tenant who has a set.
    """

    def __init__(self, scope: Construct, id: str, *, domain: str) -> None:
        super().__init__(scope, id)
        self.archive = EventArchive(self, "Archive", retention=cdk.Duration.days(400))
        self.queue = EventQueue(self, "Feedback")
        self.identity = ses.EmailIdentity(self, "Domain", identity=ses.Identity.domain(domain))

        # Without these, an export is there while somebody uses it: the template would change with the first tenant, and
        # again with the last one, which CloudFormation refuses.
        for value in (
            self.archive.delivery_stream.delivery_stream_arn,
            self.archive.role.role_arn,
            self.queue.topic.topic_arn,
            self.identity.email_identity_name,
        ):
            self.export_value(value)

    def routes(self) -> dict[str, EventRoute]:
        """Return where the events of a configuration set go, of whichever stack."""
        return {
            "Archive": EventRoute(self.archive, UNTRACKED_EVENTS),
            "Feedback": EventRoute(self.queue, FEEDBACK_EVENTS),
        }


class Common(cdk.Stack):
    """The configuration set of all tenants who have none of their own."""

    def __init__(self, scope: Construct, id: str, *, shared: Shared) -> None:
        super().__init__(scope, id)
        self.mail = EventPublishingConfigurationSet(self, "Mail", event_destinations=shared.routes())
        self.export_value(self.mail.configuration_set_name)


class Cell(cdk.Stack):
    """Some of the tenants."""

    def __init__(self, scope: Construct, id: str, *, shared: Shared, common: Common, tenants: Iterable[Tenant]) -> None:
        super().__init__(scope, id)
        self.mails: dict[str, EventPublishingConfigurationSet] = {}
        self.tenants: dict[str, ses.CfnTenant] = {}
        identity = shared.identity.email_identity_name
        identity_arn = self.format_arn(service="ses", resource="identity", resource_name=identity)
        # In order of the names, so that the order of the list does not matter.
        for tenant in sorted(tenants, key=lambda each: each.name):
            # The ids below this one are the same for all, and a tenant's logical ids depend on its name only.
            customer = Construct(self, tenant.name)
            mail = common.mail
            if tenant.own_set:
                mail = EventPublishingConfigurationSet(customer, "Mail", event_destinations=shared.routes())
            self.mails[tenant.name] = mail
            self.tenants[tenant.name] = ses.CfnTenant(
                customer,
                "Tenant",
                tenant_name=tenant.name,
                # Amazon SES refuses every send of a tenant with a set or an identity that is not among these.
                resource_associations=[
                    ses.CfnTenant.ResourceAssociationProperty(resource_arn=mail.configuration_set_arn),
                    ses.CfnTenant.ResourceAssociationProperty(resource_arn=identity_arn),
                ],
            )


def cell_of(tenant: Tenant, cells: int) -> int:
    """Return the number of the cell that a tenant is in, whatever other tenants there are.

    `hash` would not do: it differs from process to process.
    """
    return zlib.crc32(tenant.name.encode()) % cells


def cells_for(tenants: int) -> int:
    """Return the number of cells for this many tenants, even if each of them has a set of its own."""
    return max(2, -(-tenants // TENANTS_A_CELL))


class Platform(NamedTuple):
    """The stacks: what is shared, the common set, and the cells."""

    shared: Shared
    common: Common
    cells: list[Cell]


def define_platform(app: cdk.App, tenants: Iterable[Tenant], *, cells: int, domain: str) -> Platform:
    """Define the stacks; a cell without tenants too, so that each can be emptied."""
    shared = Shared(app, "Shared", domain=domain)
    common = Common(app, "Common", shared=shared)
    members: dict[int, list[Tenant]] = {number: [] for number in range(cells)}
    for tenant in tenants:
        members[cell_of(tenant, cells)].append(tenant)
    return Platform(
        shared,
        common,
        [Cell(app, f"Cell{number}", shared=shared, common=common, tenants=each) for number, each in members.items()],
    )


def build_app() -> cdk.App:
    """Return the app with the settings of its context."""
    app = cdk.App()
    context = app.node.try_get_context
    count = int(context("tenants") or 6)
    cells = int(context("cells") or cells_for(count))
    # Every third customer here has options of its own, and so a set.
    tenants = [Tenant(f"customer-{number:04}", own_set=number % 3 == 0) for number in range(count)]
    define_platform(app, tenants, cells=cells, domain=context("domain") or "mail.example.com")
    return app


if __name__ == "__main__":
    build_app().synth()
