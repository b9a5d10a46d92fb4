"""Takes each clause of the rules out in turn, and sees that a template of the tests notices.

Run `python -m tools.mutants [FILE.rego …]` in the folder `guard`; it takes a few minutes. It prints the clauses whose
removal changes no finding of any template of the tests: each wants a template, or should go.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ses_event_guard import Guard, NotReadableError
from ses_event_guard import _engine as engine
from ses_event_guard._rules import sources

TESTS = Path(__file__).parents[1] / "tests"
sys.path.append(str(TESTS))


def templates() -> dict[str, bytes]:
    """Return the templates of the tests by name."""
    from test_variants import FOUND  # noqa: PLC0415 - in the folder of the tests

    files = sorted([*(TESTS / "pairs").rglob("*.yaml"), *(TESTS / "correct").iterdir()])
    variants = {name: text.encode() for name, (_, text) in FOUND.items()}
    odd = {"no template": b'{"a": 1}', "many conditions": _many_conditions()}
    return {str(file): file.read_bytes() for file in files} | variants | odd


def _many_conditions() -> bytes:
    """Return a template whose mistake shows when one condition of many is true, and the others are not."""
    names = [f"C{number}" for number in range(8)]
    name: object = "right"
    for condition in names[:-1]:
        name = {"Fn::If": [condition, "right", name]}
    name = {"Fn::If": [names[-1], {"Fn::If": [names[0], "right", "wrong name"]}, name]}
    conditions = {condition: {"Fn::Equals": [{"Ref": f"P{condition}"}, "x"]} for condition in names}
    parameters = {f"P{condition}": {"Type": "String"} for condition in names}
    resources = {"Mail": {"Type": "AWS::SES::ConfigurationSet", "Properties": {"Name": name}}}
    return json.dumps({"Parameters": parameters, "Conditions": conditions, "Resources": resources}).encode()


def findings(all_templates: dict[str, bytes]) -> Iterator[object]:
    """Yield what is found in each template with the rules as they are."""
    guard = Guard()
    for name, content in all_templates.items():
        try:
            checked = guard.check(name, content)
        except NotReadableError as error:
            if "no CloudFormation template" not in str(error):
                raise
            yield "no template"
            continue
        yield [(it.rule, it.resource, it.message) for it in checked.findings + checked.notes]


def clauses(text: str) -> Iterator[tuple[str, str]]:
    """Yield each clause on one line, and the text without that clause."""
    blocks = text.split("\n\n")
    for number, block in enumerate(blocks):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if not lines or lines[0].startswith(("package", "import", "rules[")):
            continue
        following = blocks[number + 1 :]
        has_else = bool(following) and following[0].startswith("else")
        if has_else and not lines[0].startswith("else"):
            continue  # its alternatives would have nothing to be alternatives of
        yield " ".join(line.strip() for line in lines), "\n\n".join([*blocks[:number], *following])


def main(names: list[str]) -> int:
    """Print the survivors, and return how many there are."""
    all_templates = templates()
    original = sources()
    expected = list(findings(all_templates))
    total = survivors = 0
    for name, text in original.items():
        if names and name not in names:
            continue
        for clause, mutated in clauses(text):
            engine.sources = lambda changed={**original, name: mutated}: changed  # type: ignore[misc,assignment]
            total += 1
            try:
                noticed = any(one != other for one, other in zip(findings(all_templates), expected, strict=True))
            except NotReadableError:
                noticed = True
            if not noticed:
                survivors += 1
                print(f"{name}: {clause[:300]}", flush=True)  # noqa: T201 - its report
    print(f"{total} clauses taken out, {survivors} of them unnoticed")  # noqa: T201 - likewise
    return survivors


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
