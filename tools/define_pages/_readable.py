"""Values of templates as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tools.define_pages._example import Resources, path_of

_PSEUDO = {"AWS::AccountId": "this account", "AWS::Region": "this region"}
_ARN = re.compile(r"^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$")


def readable(value: object, resources: Resources) -> str:
    """Return a value as text: construct paths in the place of references, and ARNs without what is the same in all."""
    arn = _ARN.match(text := _joined(value, resources))
    if arn and arn[1] == "root":
        return "this account"
    return arn[1] if arn else text


def _joined(value: object, resources: Resources) -> str:
    match value:
        case {"Ref": str(name)}:
            return _PSEUDO.get(name) or (path_of(resources[name]) if name in resources else name.split("::")[-1])
        case {"Fn::GetAtt": [str(name), *_]}:
            return path_of(resources[name])
        case {"Fn::Join": [str(separator), [*parts]]}:
            return separator.join(_joined(part, resources) for part in parts)
        case Mapping() | list():
            raise ValueError(f"no words for this value of a template, got {value}; add them here")
    return str(value)
