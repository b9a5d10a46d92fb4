"""Synthesise the example with every validation on, in a process of its own: Node reads at its start what is off."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

EXAMPLE = Path(__file__).parents[2] / "examples" / "event_archive.py"


def main(outdir: str) -> None:
    spec = importlib.util.spec_from_file_location("event_archive", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    app = cdk.App(outdir=outdir, context={"@aws-cdk/core:validateAgainstDefaultRules": True}, analytics_reporting=False)
    archive = example.Archive(app, "EventArchive").archive
    example.Mail(app, "Mail", archive=archive)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


if __name__ == "__main__":
    main(sys.argv[1])
