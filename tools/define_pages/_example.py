"""The templates that pages and pictures show: of app.py, and of the example of a page, run in an app of its own."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Node reads them once, when it starts.
os.environ["CDK_CONTEXT_JSON"] = json.dumps({"aws:cdk:enable-path-metadata": True})
os.environ["CDK_VALIDATION"] = "false"

import aws_cdk as cdk

import app as demo

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = ("guide", "queue", "archive", "monitoring", "sending")
Resource = Mapping[str, Any]
Resources = Mapping[str, Resource]


@dataclass(frozen=True)
class Example:
    """The templates of a page's example.

    Attributes:
        given: The resources that the page takes as given, which its reader defines without the construct.
        resources: Those and the ones of the construct.
    """

    given: Resources
    resources: Resources

    @property
    def added(self) -> Iterator[tuple[Resource, bool]]:
        """The resources that the construct adds or, as the second value tells, changes."""
        for logical_id, resource in self.resources.items():
            if resource != self.given.get(logical_id):
                yield resource, logical_id in self.given


def example(page: str) -> Example:
    """Run the blocks of a page that are marked as given and as its example, and return their templates."""
    text = (DOCS / f"{page}.md").read_text()
    given = "\n".join(_blocks(text, "given"))
    return Example(_resources(given), _resources("\n".join([given, *_blocks(text, "example")])))


def of_app() -> Resources:
    """Return the resources of app.py."""
    return _template(demo.build_app())


def path_of(resource: Resource) -> str:
    """Return the construct path below the stack, without `Resource` and `Default`."""
    names = resource["Metadata"]["aws:cdk:path"].split("/")[1:]
    return "/".join(name for name in names if name not in {"Resource", "Default"})


def _blocks(text: str, mark: str) -> list[str]:
    return re.findall(rf"<!-- {mark} -->\n```python\n(.*?)```", text, re.DOTALL)


def _resources(code: str) -> Resources:
    app = cdk.App()
    exec(code, {"self": cdk.Stack(app, "Shop")})  # noqa: S102 - our own pages
    return _template(app)


def _template(app: cdk.App) -> Resources:
    resources: Resources = app.synth().stacks[0].template.get("Resources", {})
    return resources
