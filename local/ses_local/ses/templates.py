"""What SES makes of an email template: which value is missing, and what the subject becomes."""

import json
import re


def missing_value(template_parts: tuple[str, ...], data: str) -> str:
    """SES's sentence for the first value that a template needs and does not get, or the empty string.

    Values inside ``#each`` and ``#with`` blocks are not looked at: they are resolved against the block's own item.
    """
    try:
        values = json.loads(data or "{}")
    except ValueError:
        return "Template data is not valid JSON."
    for part in template_parts:
        blocks: list[str] = []
        for tag in re.findall(r"\{\{\{?\s*(.*?)\s*\}?\}\}", part):
            if tag.startswith("#"):
                blocks.append(tag[1:].split(maxsplit=1)[0])
            elif tag.startswith("/"):
                del blocks[-1:]
            elif re.fullmatch(r"[A-Za-z_][\w.-]*", tag) and tag not in ("else", "this"):
                in_own_scope = {"each", "with"} & set(blocks)
                if not in_own_scope and not _has(values, tag):
                    return f"Attribute '{tag}' is not present in the rendering data."
    return ""


def rendered(part: str, data: str) -> str:
    """Return a template part with its plain values filled in."""
    values = json.loads(data or "{}")

    def value(match: re.Match[str]) -> str:
        return str(_find(values, match.group(1)) if _has(values, match.group(1)) else "")

    return re.sub(r"\{\{\{?\s*([A-Za-z_][\w.-]*)\s*\}?\}\}", value, part)


def _has(values: object, path: str) -> bool:
    try:
        _find(values, path)
    except (KeyError, TypeError, IndexError):
        return False
    return True


def _find(values: object, path: str) -> object:
    for step in path.split("."):
        values = values[step]  # type: ignore[index] # a wrong path is what _has catches
    return values
