"""Write the feature flags that the installed aws-cdk-lib recommends into cdk.json, as `cdk init` does.

python -m tools.feature_flags
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import aws_cdk

CDK_JSON = Path(__file__).parents[1] / "cdk.json"
_RECOMMENDED = "package/recommended-feature-flags.json"


def recommended() -> dict[str, object]:
    """Return the flags, from the npm package inside the Python one."""
    (archive,) = Path(aws_cdk.__file__).parent.glob("_jsii/aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(archive, "r|gz") as package:
        for member in package:
            if member.name == _RECOMMENDED and (file := package.extractfile(member)):
                return dict(sorted(json.load(file).items()))
    raise FileNotFoundError(_RECOMMENDED)


def main() -> None:
    """Write the flags."""
    settings = json.loads(CDK_JSON.read_text())
    settings["context"] = recommended()
    CDK_JSON.write_text(json.dumps(settings, indent=2) + "\n")


if __name__ == "__main__":
    main()
