"""The tests in interop/ run in an environment of their own, which has what they compare with: make unit."""

import importlib.util

collect_ignore = [] if importlib.util.find_spec("anymail") else ["interop"]
