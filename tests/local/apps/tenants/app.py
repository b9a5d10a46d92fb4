"""The platform of examples/tenants.py."""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
sys.path.insert(0, str(ROOT))
runpy.run_path(str(ROOT / "examples" / "tenants.py"), run_name="__main__")
