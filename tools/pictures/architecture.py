"""Draw the architecture of app.py and of each construct from their synthesised templates, into docs/pictures/.

python -m tools.pictures.architecture

Shown is the way of the events, by arrows that the template decides; permissions are dashed, where they are the point.
Graphviz lays it out, as WebAssembly in Node.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping

from tools.define_pages._example import ROOT, Resource, path_of
from tools.pictures._drawn import Drawn, drawn
from tools.pictures._way_of_events import BUS, METRICS, Arrow, edges, group_of
from tools.pictures._words import alarm, alarms_of, words

PICTURES = ROOT / "docs" / "pictures"
THEMES = {
    "light": {"ink": "#14213d", "muted": "#5b6577", "line": "#7a869a", "group": "#f3f5f9", "node": "#ffffff"},
    "dark": {"ink": "#e8edf5", "muted": "#a3aec2", "line": "#7d8ba5", "group": "#151d2b", "node": "#1f2a3d"},
}
ACCENTS = {"SES": "#d6336c", "SNS": "#d6336c", "SQS": "#d6336c", "KinesisFirehose": "#7950f2", "Glue": "#7950f2"}
ACCENTS |= {"Athena": "#7950f2", "S3": "#2f9e44", "CloudWatch": "#e8590c", "Events": "#e8590c"}
ACCENTS |= {"IAM": "#0c8599", "KMS": "#0c8599"}
# Below a construct, but further along the way than the rest of it.
_APART = {"AWS::Events::Rule", "AWS::IAM::Role"}
_ROOM = "&#160;" * 8
# Small print is set in a narrow font and a larger size than it is shown in, so that its lines stand apart.
_LOOSE, _SET = "Arial", 12
# Wider than what most readers have, so that no text outgrows its frame.
FONT = "Verdana"


def main() -> None:
    """Draw every picture in both themes."""
    for name, picture in drawn().items():
        for theme, colours in THEMES.items():
            (PICTURES / f"architecture-{name}-{theme}.svg").write_text(laid_out(graph(picture, colours)))


def graph(picture: Drawn, colours: Mapping[str, str]) -> str:
    """Return the picture in the language of Graphviz."""
    arrows = list(dict.fromkeys(edges(picture.resources)))
    nodes = dict(_nodes(picture, colours, arrows))
    # Above what goes right and below what goes down, arrows do not cross the name.
    place, direction = ("b", "TB") if picture.downwards else ("t", "LR")
    text, small = f'fontname="{FONT}" fontsize=11', f'fontname="{FONT}" fontsize=10'
    lines = [
        "digraph {",
        f"graph [rankdir={direction} bgcolor=transparent pad=0.1 nodesep=0.2 ranksep=0.36]",
        f'node [shape=box style="rounded,filled" fillcolor="{colours["node"]}" margin="0.08,0.08" penwidth=1.4]',
        f'node [{text} fontcolor="{colours["ink"]}"]',
        f'edge [{small} fontcolor="{colours["muted"]}" color="{colours["line"]}" arrowsize=0.7 penwidth=1.2]',
        f'graph [style="rounded,filled" color="{colours["group"]}" labeljust=l labelloc={place}]',
        f'graph [{text} fontcolor="{colours["muted"]}"]',
        *(f'"{name}" [{shown}]' for name, shown in nodes.items()),
    ]
    for top, members in _groups(picture).items():
        inside = " ".join(f'"{member}"' for member in members)
        lines.append(f'subgraph "cluster_{top}" {{ label=<<B>{top}</B>{_ROOM}> margin=9 {inside} }}')
    for arrow in arrows:
        if arrow.tail in nodes and arrow.head in nodes:
            said = f' [style=dashed label=" {arrow.permission} "]' if arrow.permission else ""
            lines.append(f'"{arrow.tail}" -> "{arrow.head}"{said}')
    return "\n".join([*lines, "}"])


def _groups(picture: Drawn) -> dict[str, list[str]]:
    """Return the nodes of each construct that has several: one alone says itself what it belongs to."""
    groups: dict[str, list[str]] = {}
    for logical_id, resource in picture.shown.items():
        if resource["Type"] in picture.kinds and resource["Type"] not in _APART:
            groups.setdefault(path_of(resource).partition("/")[0], []).append(logical_id)
    for top, (first, *_) in alarms_of(picture.shown).items():
        groups.setdefault(top, []).append(group_of(first))
    return {top: members for top, members in groups.items() if len(members) > 1}


def _nodes(picture: Drawn, colours: Mapping[str, str], arrows: list[Arrow]) -> Iterator[tuple[str, str]]:
    """Yield the name and the attributes of each node."""
    grouped = {each for members in _groups(picture).values() for each in members}

    def node(name: str, kind: str, lines: list[str], accent: str, id: str = "") -> tuple[str, str]:
        if id and name not in grouped and id != kind:
            lines = [id, *lines]
        small = "".join(
            f'<BR/><FONT FACE="{_LOOSE}" POINT-SIZE="{_SET}" COLOR="{colours["muted"]}">{line}</FONT>' for line in lines
        )
        return name, f'label=<<B>{kind}</B>{small}> color="{ACCENTS[accent]}"'

    for logical_id, resource in picture.shown.items():
        if resource["Type"] in picture.kinds:
            lines, id = words(resource, picture.resources), path_of(resource).rpartition("/")[2]
            yield node(logical_id, picture.kinds[resource["Type"]], lines, _service(resource), id)
    for top, found in alarms_of(picture.shown).items():
        lines = [alarm(each) for each in found] if picture.lists_alarms else []
        kind = f"{len(found)} alarms" if len(found) > 1 else "Alarm"
        yield node(group_of(found[0]), kind, lines, "CloudWatch", top)
    # What the template does not define.
    outside = dict.fromkeys(each for arrow in arrows for each in arrow[:2] if each not in picture.resources)
    for name, said in (METRICS, BUS):
        if name in outside:
            yield node(name, name, [said], "CloudWatch")
    for name in outside:
        if name.startswith("template/"):
            yield node(name, "Template", [name.removeprefix("template/")], "SES")


def _service(resource: Resource) -> str:
    service: str = resource["Type"].split("::")[1]
    return service


def laid_out(dot: str) -> str:
    """Return the SVG of a graph, whose fonts are those of the reader."""
    script = (
        'import { instance } from "@viz-js/viz"; const viz = await instance(); let dot = "";'
        "for await (const part of process.stdin) dot += part;"
        'process.stdout.write(viz.renderString(dot, { format: "svg" }));'
    )
    command = ["node", "--input-type=module", "--eval", script]
    picture = subprocess.run(command, cwd=ROOT, input=dot, capture_output=True, text=True, check=True).stdout
    picture = re.sub(r'<g id="node.*?</g>', _centred, picture[picture.index("<svg") :], flags=re.DOTALL)
    picture = picture.replace(f'"{_LOOSE}" font-size="{_SET}.00"', f'"{FONT}" font-size="10.00"')
    return picture.replace(FONT, f"system-ui, {FONT}, sans-serif")


def _centred(node: re.Match[str]) -> str:
    """Centre the text of a node in its frame: Graphviz lets it start where it would in a wider font."""
    frame = re.search(r' d="([^"]+)"', node[0])
    assert frame is not None, "a node has a frame"
    places = [float(each) for each in re.findall(r"(-?[\d.]+),", frame[1])]
    middle = f"{(min(places) + max(places)) / 2:.2f}"
    return re.sub(r'text-anchor="start" x="[-\d.]+"', f'text-anchor="middle" x="{middle}"', node[0])


if __name__ == "__main__":
    main()
