"""Synthesise apps with every validation on, in a process of its own: Node reads at its start what is off.

Usage: python synthesise.py OUT APP.py..., which writes the cloud assembly of each app to OUT/<name of the app>.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

os.environ.pop("CDK_VALIDATION", None)
os.environ["CDK_CONTEXT_JSON"] = (
    '{"@aws-cdk/core:validateAgainstDefaultRules": true, "aws:cdk:disable-version-check": true}'
)
sys.path.insert(0, str(Path(__file__).parents[1]))

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks


def main(out: Path, files: list[Path]) -> None:
    """Write the assemblies. What the validations found is in the report of each."""
    for file in files:
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        app = module.build_app()
        if hasattr(cdk, "Validations"):  # which the oldest supported aws-cdk-lib has not
            cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        with contextlib.suppress(RuntimeError):  # as a failed validation ends
            app.synth()
        shutil.copytree(app.outdir, out / file.stem)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
