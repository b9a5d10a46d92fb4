"""Draw what `make demo` prints, from a real run, into docs/pictures/.

python -m tools.pictures.demo, with ses-local, the app's Python and Node on the path
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, MONOKAI
from rich.text import Text

ROOT = Path(__file__).parents[2]
WIDTH = 110
THEMES = {"light": DEFAULT_TERMINAL_THEME, "dark": MONOKAI}


def main() -> int:
    """Run the demo, and draw it in both themes."""
    environ = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    command = [Path(sys.executable).parent / "ses-local", "demo"]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=False)
    printed = ended.stdout.decode()  # as it is: text mode would make line ends of the spinner
    if ended.returncode != 0:
        sys.stderr.write(f"the demo failed, so there is nothing to draw\n{printed}{ended.stderr.decode()}")
        return 1
    # What a terminal shows at the end: without the spinner, what was written over, and movements of the cursor.
    shown = re.sub(r"\x1b\[[\d;?]*[A-HJKlh]", "", re.sub(r"[^\n]*\r(?!\n)", "", printed)).strip()
    shown = "\n".join(line for line in shown.split("\n") if not re.match(r"(?:\x1b\[[\d;]*m)*[\u2800-\u28ff]", line))
    for name, theme in THEMES.items():
        console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
        # Below the last line there is one more, or the picture would cut its letters.
        console.print(Text.from_ansi(f"$ make demo\n{shown}\n "))
        picture = console.export_svg(title="make demo", theme=theme, unique_id="demo")
        # A picture loads nothing from outside: the fonts of the machine do.
        picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
        (ROOT / "docs" / "pictures" / f"demo-{name}.svg").write_text(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
