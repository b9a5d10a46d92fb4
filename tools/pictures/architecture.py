"""Draw the architecture of app.py and of single constructs from their synthesised templates, into docs/pictures/.

python -m tools.pictures.architecture

Shown is the way of the events: policies, roles and keys stay out, and what the template says decides the arrows.
Graphviz lays it out, as WebAssembly in Node.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ["CDK_CONTEXT_JSON"] = json.dumps({"aws:cdk:enable-path-metadata": True})
os.environ["CDK_VALIDATION"] = "false"

import aws_cdk as cdk

import app
from ses_event_constructs import (
    FEEDBACK_EVENTS,
    UNTRACKED_EVENTS,
    EventArchive,
    EventPublishingConfigurationSet,
    EventQueue,
)
from ses_event_constructs._events import ALL_EVENTS
from tools.pictures._way_of_events import BUS, METRICS, Resources, edges, path_of

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"

SHOWN = {
    "AWS::SES::ConfigurationSet": "Configuration set",
    "AWS::SES::ConfigurationSetEventDestination": "Event destination",
    "AWS::SNS::Topic": "SNS topic",
    "AWS::SQS::Queue": "SQS queue",
    "AWS::KinesisFirehose::DeliveryStream": "Firehose stream",
    "AWS::S3::Bucket": "S3 bucket",
    "AWS::Glue::Table": "Glue table",
    "AWS::Athena::WorkGroup": "Athena work group",
    "AWS::CloudWatch::Dashboard": "Dashboard",
}
THEMES = {
    "light": {"ink": "#14213d", "muted": "#5b6577", "line": "#8d99ae", "group": "#f3f5f9", "node": "#ffffff"},
    "dark": {"ink": "#e8edf5", "muted": "#a3aec2", "line": "#6b7a94", "group": "#151d2b", "node": "#1f2a3d"},
}
ACCENTS = {"SES": "#d6336c", "SNS": "#d6336c", "SQS": "#d6336c", "KinesisFirehose": "#7950f2", "Glue": "#7950f2"}
ACCENTS |= {"Athena": "#7950f2", "S3": "#2f9e44", "CloudWatch": "#e8590c", "Events": "#e8590c"}


def main() -> None:
    """Draw every picture in both themes."""
    for name, resources in drawn().items():
        for theme, colours in THEMES.items():
            (PICTURES / f"architecture-{name}-{theme}.svg").write_text(laid_out(graph(resources, colours)))


def drawn() -> dict[str, Resources]:
    """Return what is drawn: the name of the picture, and the resources."""
    return {"app": template(app.build_app()), "queue": queue(), "archive": archive()}


def template(of: cdk.App) -> Resources:
    """Return the resources of the only stack of an app."""
    (stack,) = of.synth().stacks
    resources: Resources = stack.template["Resources"]
    return resources


def queue() -> Resources:
    """Return the resources of a set with an `EventQueue`."""
    of = cdk.App()
    stack = cdk.Stack(of, "Shop")
    mail = EventPublishingConfigurationSet(stack, "Mail")
    mail.add_event_destination("Feedback", EventQueue(stack, "Queue"), events=FEEDBACK_EVENTS)
    return template(of)


def archive() -> Resources:
    """Return the resources of two sets that share an `EventArchive`."""
    of = cdk.App()
    stack = cdk.Stack(of, "Shop")
    shared = EventArchive(stack, "Archive")
    for name in ("Orders", "Newsletter"):
        mail = EventPublishingConfigurationSet(stack, name)
        mail.add_event_destination("Archive", shared, events=UNTRACKED_EVENTS)
    return template(of)


def graph(resources: Resources, colours: Mapping[str, str]) -> str:
    """Return the picture in the language of Graphviz."""
    nodes: dict[str, tuple[str, str, str]] = {}
    groups: dict[str, list[str]] = {}
    for logical_id, resource in resources.items():
        if resource["Type"] in SHOWN:
            top, _, below = path_of(resource).partition("/")
            nodes[logical_id] = (SHOWN[resource["Type"]], detail(resource, below, resources), accent(resource))
            groups.setdefault(top, []).append(logical_id)
    for top, count in alarms(resources).items():
        nodes[f"alarms-{top}"] = (f"{count} alarms" if count > 1 else "Alarm", "", ACCENTS["CloudWatch"])
        groups.setdefault(top, []).append(f"alarms-{top}")
    arrows = dict.fromkeys(edges(resources))
    for virtual in (METRICS, BUS):
        if any(virtual[0] in arrow for arrow in arrows):
            nodes[virtual[0]] = (*virtual, ACCENTS["CloudWatch"])
    lines = [
        "digraph {",
        (
            f'graph [rankdir=LR bgcolor=transparent pad=0.2 nodesep=0.22 ranksep=0.5 fontname="Verdana" fontsize=11 '
            f'fontcolor="{colours["muted"]}"]'
        ),
        (
            f'node [shape=box style="rounded,filled" fillcolor="{colours["node"]}" fontname="Verdana" fontsize=11 '
            f'fontcolor="{colours["ink"]}" margin="0.14,0.08" penwidth=1.4]'
        ),
        f'edge [color="{colours["line"]}" arrowsize=0.7 penwidth=1.2]',
    ]
    for logical_id, (kind, text, colour) in nodes.items():
        small = f'<BR/><FONT POINT-SIZE="9" COLOR="{colours["muted"]}">{text}</FONT>' if text else ""
        lines.append(f'"{logical_id}" [label=<<B>{kind}</B>{small}> color="{colour}"]')
    for top, members in groups.items():
        inside = " ".join(f'"{member}"' for member in members)
        lines.append(
            f'subgraph "cluster_{top}" {{ label=<<B>{top}</B>> labeljust=l style="rounded,filled" '
            f'color="{colours["group"]}" fillcolor="{colours["group"]}" margin=12 {inside} }}'
        )
    lines += [f'"{tail}" -> "{head}"' for tail, head in arrows if tail in nodes and head in nodes]
    return "\n".join([*lines, "}"])


def detail(resource: Mapping[str, Any], below: str, resources: Resources) -> str:
    """Return the small print of a node."""
    if resource["Type"] == "AWS::SES::ConfigurationSetEventDestination":
        return f"{below}: {events(resource['Properties']['EventDestination']['MatchingEventTypes'])}"
    if resource["Type"] == "AWS::Athena::WorkGroup":
        queries = sum(each["Type"] == "AWS::Athena::NamedQuery" for each in resources.values())
        return f"{queries} named queries"
    return {"DeadLetterQueue": "dead letters", "DeliveryStream": "to Parquet, by day"}.get(below, "")


def events(types: list[str]) -> str:
    """Return the names of the events, or how many there are."""
    return ", ".join(sorted(types)) if len(types) < 3 else f"{len(types)} of {len(ALL_EVENTS)} events"  # noqa: PLR2004


def accent(resource: Mapping[str, Any]) -> str:
    """Return the colour of a service's frame."""
    return ACCENTS[resource["Type"].split("::")[1]]


def alarms(resources: Resources) -> Counter[str]:
    """Return how many alarms each construct has."""
    found = (each for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm")
    return Counter(path_of(each).partition("/")[0] for each in found)


def laid_out(dot: str) -> str:
    """Return the SVG of a graph, whose fonts are those of the reader."""
    script = (
        'import { instance } from "@viz-js/viz"; const viz = await instance(); let dot = "";'
        "for await (const part of process.stdin) dot += part;"
        'process.stdout.write(viz.renderString(dot, { format: "svg" }));'
    )
    command = ["node", "--input-type=module", "--eval", script]
    drawn = subprocess.run(command, cwd=ROOT, input=dot, capture_output=True, text=True, check=True).stdout
    return drawn[drawn.index("<svg") :].replace("Verdana", "system-ui, Verdana, sans-serif")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
