"""Draws docs/guard.svg: what the command prints for examples/bad.

Run `python -m tools.picture` in the folder `guard`.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from ses_event_guard._checking import check_paths
from ses_event_guard._engine import Guard
from ses_event_guard._findings import Checked
from ses_event_guard._report import Results
from ses_event_guard._table import print_table

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Write the picture."""
    os.chdir(ROOT)
    console = Console(record=True, width=108, file=io.StringIO(), force_terminal=True, highlight=False)
    outcomes = check_paths([Path("examples/bad")], Guard())
    results = Results(checked=tuple(it for it in outcomes if isinstance(it, Checked)), not_read=())
    print_table(console, results, verbose=False)
    title = "ses-event-guard examples/bad"
    picture = console.export_svg(title=title, theme=MONOKAI, unique_id="guard")
    # A picture loads nothing from outside: the fonts of the machine do.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    Path("docs/guard.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
