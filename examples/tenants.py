"""A platform that sends for many customers: Amazon SES tenants, some of which have a configuration set of their own.

Deploy it with `npx cdk deploy --all --app "python3 examples/tenants.py"`. Settings come from CDK context:

- `tenants`: the number of tenants to try it with. If omitted, six. A real platform reads its own list instead.
- `cells`: the number of stacks to spread them over. If omitted, as many as `tenants` need, and at least two. A real
  platform fixes this number once, for the most tenants it will ever have, because the stack of a tenant follows from
  its name and this number. Plan for sixty tenants a cell.
- `domain`: the domain that all of them send from. If omitted, `mail.example.com`.

Every cell can be deployed on its own once `Shared` and `Common` exist. A new tenant changes the template of its cell
and no other, and changes nobody else's resources there.

The stacks need weak references, which cdk.json sets by `@aws-cdk/core:defaultCrossStackReferences`. With strong ones,
CloudFormation refuses to remove the last tenant that uses a value of another stack, because the value is then no longer
exported. docs/scale.md says more, and when a tenant needs a set of its own.
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
        name: 1 to 64 of `[A-Za-z0-9_-]`. Never change it: another name is another tenant.
        own_set: Whether it sends with a configuration set of its own, which can have other options. Otherwise it sends
            with the common one, and its events carry its name in the tag `ses:tenant-name`.
    """

    name: str
    own_set: bool = False


class Shared(cdk.Stack):
    """The destinations of the events and the domain, which all tenants share.

    It defines no configuration set: the policy of a topic names the sets of its own stack as long as no others publish
    to it, so it would change with the first tenant that has a set.
    """

    def __init__(self, scope: Construct, id: str, *, domain: str) -> None:
        super().__init__(scope, id)
        self.archive = EventArchive(self, "Archive", retention=cdk.Duration.days(400))
        self.queue = EventQueue(self, "Feedback")
        self.identity = ses.EmailIdentity(self, "Domain", identity=ses.Identity.domain(domain))

    def routes(self) -> dict[str, EventRoute]:
        """Return the routes of a configuration set, in any stack."""
        return {
            "Archive": EventRoute(self.archive, UNTRACKED_EVENTS),
            "Feedback": EventRoute(self.queue, FEEDBACK_EVENTS),
        }


class Common(cdk.Stack):
    """The configuration set of all tenants without one of their own."""

    def __init__(self, scope: Construct, id: str, *, shared: Shared) -> None:
        super().__init__(scope, id)
        self.mail = EventPublishingConfigurationSet(self, "Mail", event_destinations=shared.routes())


class Cell(cdk.Stack):
    """A share of the tenants."""

    def __init__(self, scope: Construct, id: str, *, shared: Shared, common: Common, tenants: Iterable[Tenant]) -> None:
        super().__init__(scope, id)
        self.mails: dict[str, EventPublishingConfigurationSet] = {}
        self.tenants: dict[str, ses.CfnTenant] = {}
        identity = shared.identity.email_identity_name
        identity_arn = self.format_arn(service="ses", resource="identity", resource_name=identity)
        # Sorted, so that the order of the list does not matter.
        for tenant in sorted(tenants, key=lambda each: each.name):
            # A scope for each tenant makes its logical ids depend on its name alone.
            customer = Construct(self, tenant.name)
            mail = common.mail
            if tenant.own_set:
                mail = EventPublishingConfigurationSet(customer, "Mail", event_destinations=shared.routes())
            self.mails[tenant.name] = mail
            self.tenants[tenant.name] = ses.CfnTenant(
                customer,
                "Tenant",
                tenant_name=tenant.name,
                # Amazon SES refuses every send of a tenant whose set or identity is not associated with it.
                resource_associations=[
                    ses.CfnTenant.ResourceAssociationProperty(resource_arn=mail.configuration_set_arn),
                    ses.CfnTenant.ResourceAssociationProperty(resource_arn=identity_arn),
                ],
            )


def cell_of(tenant: Tenant, cells: int) -> int:
    """Return the number of a tenant's cell, which does not depend on the other tenants.

    Not by `hash`, which differs from process to process.
    """
    return zlib.crc32(tenant.name.encode()) % cells


def cells_for(tenants: int) -> int:
    """Return the number of cells for this many tenants, even if each has a set of its own."""
    return max(2, -(-tenants // TENANTS_A_CELL))


class Platform(NamedTuple):
    """The stacks."""

    shared: Shared
    common: Common
    cells: list[Cell]


def define_platform(app: cdk.App, tenants: Iterable[Tenant], *, cells: int, domain: str) -> Platform:
    """Define the stacks, with a stack for every cell: one that becomes empty must still be deployed."""
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
    """Return the app, with the settings from its context."""
    app = cdk.App()
    context = app.node.try_get_context
    count = int(context("tenants") or 6)
    cells = int(context("cells") or cells_for(count))
    # In this try-out every third tenant has a set of its own.
    tenants = [Tenant(f"customer-{number:04}", own_set=number % 3 == 0) for number in range(count)]
    define_platform(app, tenants, cells=cells, domain=context("domain") or "mail.example.com")
    return app


if __name__ == "__main__":
    build_app().synth()
