"""What the output of a failed CDK CLI says went wrong."""

import re

# The last line of a traceback, or the first of a stack trace of Node: an exception and its message.
EXCEPTION = re.compile(r"[\w.$]*(?:Error|Exception)(?:: .*)?$")
STEP = re.compile(r"\s+(?:at |\[cause\])|Node\.js v|.*: Subprocess exited with error \d+$")
MARKED = re.compile(r"_FAILED|❌")
NAMED = re.compile(r"_FAILED|❌|Error|error:|Exception")
SHOWN = 20


def reasons(lines: list[str]) -> list[str]:
    """Return the lines that say what went wrong.

    Args:
        lines: What the CLI and the app printed.

    Returns:
        What the CLI marks as failed; otherwise the message of the app's exception, with all its lines; otherwise the
        lines that name an error, or the last ones.
    """
    if any(MARKED.search(line) for line in lines):
        return _named(lines)
    if raised := [number for number, line in enumerate(lines) if EXCEPTION.match(line)]:
        said = [line for line in lines[raised[-1] :] if line and not STEP.match(line)]
        # CDK shows the path of the app, which is empty, before the sentence of a validation.
        return [re.sub(r"^( +)\[\] ", r"\1", line) for line in said][:SHOWN]
    return _named(lines)


def way_out(said: str) -> str:
    """Return what to do about the commonest reasons that an app does not start, to append to a sentence."""
    if "No module named" in said:
        return "; activate the app's environment first"
    if missing := re.search(r"(?:/bin/sh: (?:\d+: |line \d+: )?)([^\s:]+): (?:command )?not found", said):
        return (
            f"; {missing.group(1)} is not on the path: activate the app's environment first, or name the interpreter "
            "with --app"
        )
    return ""


def _named(lines: list[str]) -> list[str]:
    return list(dict.fromkeys(line for line in lines if NAMED.search(line)))[-12:] or lines[-SHOWN:]
