"""Synthesise apps with every validation on and the feature flags of cdk.json.

Usage: python synthesise_apps.py OUT APP.py..., which writes the cloud assembly of each app to OUT/<name of the app>.
It needs a process of its own, because Node reads the settings when it starts.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

os.environ.pop("CDK_VALIDATION", None)
os.environ["CDK_CONTEXT_JSON"] = json.dumps(
    {
        **json.loads(Path(__file__).parents[1].joinpath("cdk.json").read_text())["context"],
        "@aws-cdk/core:validateAgainstDefaultRules": True,
        "aws:cdk:disable-version-check": True,
    }
)
sys.path.insert(0, str(Path(__file__).parents[1]))

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks


def main(out: Path, files: list[Path]) -> None:
    """Write the assemblies, each with a report of what the validations found."""
    for file in files:
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        app = module.build_app()
        if hasattr(cdk, "Validations"):  # not in the oldest aws-cdk-lib that is supported
            cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        with contextlib.suppress(RuntimeError):  # a failed validation
            app.synth()
        shutil.copytree(app.outdir, out / file.stem)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
