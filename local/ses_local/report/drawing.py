"""From a chart to inline SVG: small, without script, in the colours of the page and safe whatever its labels hold."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2000/svg"
# Charts are drawn in colours that stand for the page's; the style sheet has a light and a dark one for each.
INK, MUTED, GRID, MARK, SOFT, OTHER = "#c0ffe1", "#c0ffe2", "#c0ffe3", "#c0ffe4", "#c0ffe5", "#c0ffe6"
REVIEW, PAUSE, PAPER = "#c0ffe7", "#c0ffe8", "#c0ffe9"
SERIES = ("#c0ffa1", "#c0ffa2", "#c0ffa3", "#c0ffa4", "#c0ffa5", "#c0ffa6")
_NAMES = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    MARK: "mark",
    SOFT: "soft",
    OTHER: "other",
    REVIEW: "review",
    PAUSE: "pause",
    PAPER: "paper",
    **{colour: f"series-{number}" for number, colour in enumerate(SERIES, 1)},
}
# What a plain page needs nothing of: assistive technology gets the label of the whole drawing.
_SUPERFLUOUS = {"aria-hidden", "aria-label", "aria-roledescription", "role", "class", "pointer-events", "font-family"}
_CONTROLS = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"-?\d+\.\d{2,}")

ET.register_namespace("", NAMESPACE)


def legible(text: object) -> str:
    """Return a text without the characters that no document may hold, such as NUL and lone surrogates."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(text))


def draw(specification: Mapping[str, Any], label: str) -> str:
    """Draw a chart as an `svg` element that stands in a page.

    Args:
        specification: The chart as Vega-Lite reads it, in the colours of this module.
        label: What the chart shows, for those who do not see it.
    """
    # Of the extra: those who make no report need not have it.
    import vl_convert  # noqa: PLC0415

    text = vl_convert.vegalite_to_svg(dict(specification), allowed_base_urls=[])
    root = ET.fromstring(text)  # noqa: S314 - what was drawn a line above
    _clean(root)
    for name in ("version", "width", "height"):
        root.attrib.pop(name, None)
    width = float(root.attrib["viewBox"].split()[2])
    root.attrib |= {"role": "img", "aria-label": legible(label), "style": f"max-width:{width:.0f}px"}
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def _clean(element: Any) -> None:  # noqa: ANN401 - ElementTree's elements are of a C class
    """Take out what shows nothing, and give the rest the colours of the page."""
    for child in list(element):
        _clean(child)
        if _shows_nothing(child):
            element.remove(child)
    styles = []
    for name, value in list(element.attrib.items()):
        if name in _SUPERFLUOUS or (name, value) in (("opacity", "1"), ("stroke-width", "1")):
            del element.attrib[name]
        elif value in _NAMES:
            del element.attrib[name]
            styles.append(f"{name}:var(--{_NAMES[value]})")
        elif name in ("d", "transform", "x", "y", "x2", "y2", "width", "height"):
            element.attrib[name] = _NUMBER.sub(lambda found: f"{float(found.group()):.1f}", value)
    if styles:
        element.attrib["style"] = ";".join(styles)


def _shows_nothing(element: Any) -> bool:  # noqa: ANN401 - ElementTree's elements are of a C class
    kind = element.tag.rpartition("}")[2]
    attributes = element.attrib
    if attributes.get("display") == "none" or attributes.get("opacity") == "0":
        return True
    if kind == "g":
        return len(element) == 0
    # The background of a group, whose colours none of our charts sets.
    return kind == "path" and (not attributes.get("d") or not {"fill", "stroke", "style"} & set(attributes))
