"""A thousand tenants of examples/tenants.py, each with a configuration set of its own, synthesised in one process.

Run it with the library's interpreter: `.venv/bin/python benchmarks/tenants.py [TENANTS]`. It fails when a stack has 500
resources or more, and when a tenant is not tied to its own set, with which every send would be refused.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import _node  # noqa: F401 - before aws-cdk-lib starts Node

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

import aws_cdk as cdk
import tenants

TENANTS = 1_000
LIMIT = 500
SET, DESTINATION, TENANT = (
    f"AWS::SES::{name}" for name in ("ConfigurationSet", "ConfigurationSetEventDestination", "Tenant")
)


def problems_of(template: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """Return a sentence for each tenant of a template that is not tied to the set beside it, or has no destinations."""
    resources = template["Resources"]
    of_type = {kind: {id for id in resources if resources[id]["Type"] == kind} for kind in (SET, DESTINATION, TENANT)}
    found = []
    for id in of_type[TENANT]:
        properties = resources[id]["Properties"]
        # Logical ids begin with what the constructs of a tenant share: its name without dashes.
        own = [each for each in of_type[SET] if each.startswith(properties["TenantName"].replace("-", ""))]
        tied = [part for each in properties["ResourceAssociations"] for part in _references(each["ResourceArn"])]
        routes = [each for each in of_type[DESTINATION] if _references(resources[each]["Properties"])[:1] == own]
        if len(own) != 1 or own[0] not in tied:
            found.append(f"{properties['TenantName']} is tied to {tied}, got sets {own}; it must be tied to its own")
        if len(routes) != len(("Archive", "Feedback")):
            found.append(f"{properties['TenantName']} has {len(routes)} destinations; it must have two")
    return found


def _references(value: object) -> list[str]:
    """Return the logical ids that a value of a template refers to."""
    if isinstance(value, dict):
        return [value["Ref"]] if "Ref" in value else [id for each in value.values() for id in _references(each)]
    return [id for each in value for id in _references(each)] if isinstance(value, list) else []


def main() -> None:
    """Build, synthesise, check, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TENANTS
    fleet = [tenants.Tenant(f"customer-{number:05}", own_set=True) for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        app = cdk.App(outdir=folder, analytics_reporting=False)
        platform = tenants.define_platform(app, fleet, cells=tenants.cells_for(count), domain="mail.example.com")
        built = time.perf_counter()
        assembly = app.synth()
        end = time.perf_counter()
        cells = [assembly.get_stack_artifact(cell.artifact_id).template for cell in platform.cells]
        sizes = {stack.stack_name: len(stack.template["Resources"]) for stack in assembly.stacks}
    problems = [problem for template in cells for problem in problems_of(template)]
    tied = sum(each["Type"] == TENANT for template in cells for each in template["Resources"].values())
    if tied != count:
        problems.append(f"{tied} tenants were synthesised, got {count} to define; see examples/tenants.py")
    if max(sizes.values()) >= LIMIT:
        problems.append(f"a stack has {max(sizes.values())} resources, got a limit of {LIMIT}; spread over more cells")
    print(f"{count} tenants with sets: {len(sizes)} stacks, {sum(sizes.values())} resources, at most", end=" ")
    print(f"{max(sizes.values())} in a stack; built in {built - start:.1f} s, synthesised in {end - built:.1f} s")
    sys.exit("\n".join(problems[:10]) or None)


if __name__ == "__main__":
    main()
