"""A fleet of `_fleets.py` as an app of the CDK CLI.

Everything is said by context: `cdk synth -c kind=ours -c layout=topic -c sets=10 -c stacks=1 -c more=0`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Before aws-cdk-lib starts Node, as in scale.py. Validation takes longer than everything else, on both sides alike.
os.environ["CDK_VALIDATION"] = "false"

import aws_cdk as cdk

sys.path.insert(0, str(Path(__file__).parents[1]))

from _fleets import Bare, Ours

app = cdk.App(analytics_reporting=False)
context = app.node.get_context
layout, (sets, stacks, more) = context("layout"), (int(context(name)) for name in ("sets", "stacks", "more"))
fleet = {"bare": Bare, "ours": Ours}[context("kind")](layout, sets, stacks, app)
fleet.build()
for number in range(sets, sets + more):
    # After the last one, so that no other set moves to another stack.
    fleet.add(app.node.find_child(f"Mail{stacks - 1}"), f"Set{number}")
app.synth()
