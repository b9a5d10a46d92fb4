"""Take the pictures of console and report into docs/pictures/, light and dark, with a real browser: `make pictures`.

They show what the code of today shows: a shop is deployed, sends its mails, and loses an event; an archive is deployed
and filled with the scripted month of the tests. Look at each picture before you commit it.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from tools.pictures._report import MADE, write_report
from tools.pictures._shop import Shop, open_shop

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 800}
SCALE = 1.5
LIMIT = 150_000
COLOURS = 128
sys.path.insert(0, str(ROOT / "tests" / "local"))

from browser import chromium  # noqa: E402 - the line above makes it importable


@dataclass(frozen=True)
class View:
    """What a picture shows.

    Attributes:
        address: The page.
        height: How many pixels of it.
        top: What is at the top, below the header; the page's own top if omitted.
        further: How many pixels below that, so that the edge cuts no line of text.
    """

    address: str
    height: int
    top: str = ""
    further: int = 0


def views(shop: Shop) -> dict[str, View]:
    """Return what each picture shows, by its name."""
    return {
        "console-mails": View(shop.url, 716),
        "console-mail": View(f"{shop.url}mails/{shop.engaged}", 960),
        "console-lost": View(f"{shop.url}mails/{shop.lost}", 976, "#timeline .step:nth-child(2)", 16),
        "console-destinations": View(f"{shop.url}destinations", 737),
        "console-set": View(f"{shop.url}destinations/000000000000/eu-west-1/{shop.set}", 1112, "section:has(.flow)"),
    }


def views_of_report(address: str) -> dict[str, View]:
    """Return what each picture of the report shows, by its name."""
    return {"report": View(address, 1020), "report-days": View(address, 678, "#by-day")}


def take(browser: Any, pictures: dict[str, View], now: datetime, scheme: str) -> None:  # noqa: ANN401 - Playwright's
    """Take pictures in one colour scheme."""
    looks = {"viewport": SIZE, "device_scale_factor": SCALE, "color_scheme": scheme}
    with browser.new_context(**looks, locale="en-GB", timezone_id="UTC", reduced_motion="reduce") as context:
        page = context.new_page()
        page.clock.set_fixed_time(now)
        for name, view in pictures.items():
            page.set_viewport_size({**SIZE, "height": view.height})
            page.goto(view.address)
            if view.top:
                page.locator(view.top).first.evaluate("each => each.scrollIntoView({block: 'start'})")
                page.mouse.wheel(0, view.further)
            page.wait_for_timeout(500)  # the frame with the mail is painted after the page
            save(page.screenshot(), FOLDER / f"{name}-{scheme}.png")


def save(png: bytes, file: Path) -> None:
    """Write a picture with few colours; raise when it is too large all the same."""
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    # The commonest colours stay exactly what they are, so that white is white and a tint a tint.
    counts = sorted(picture.getcolors(picture.width * picture.height), reverse=True)
    kept = [colour for _, colour in counts[:COLOURS]]
    places = {colour: _nearest(colour, kept) for _, colour in counts}
    flat = Image.frombytes("P", picture.size, bytes(places[pixel] for pixel in picture.get_flattened_data()))
    flat.putpalette([part for colour in kept for part in colour])
    flat.save(file, optimize=True)
    size = file.stat().st_size
    sys.stdout.write(f"{file.relative_to(ROOT)}: {size // 1000} kB\n")
    if size > LIMIT:
        raise ValueError(f"{file.name}: the picture is too large, got {size} bytes; show less of the page")


def _nearest(colour: tuple[int, ...], among: list[tuple[int, ...]]) -> int:
    distances = [sum((one - other) ** 2 for one, other in zip(colour, each, strict=True)) for each in among]
    return distances.index(min(distances))


def main() -> None:
    """Take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="pictures-"))
    try:
        with chromium(folder) as browser:
            with open_shop() as shop:
                for scheme in ("light", "dark"):
                    take(browser, views(shop), shop.now, scheme)
            with write_report() as address:
                for scheme in ("light", "dark"):
                    take(browser, views_of_report(address), MADE, scheme)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
