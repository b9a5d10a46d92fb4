"""The rooms of the package: which modules import which, and what only one of them knows."""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "ses_event_constructs"
NAME = PACKAGE.name
# Without `__init__`, which imports every room so that users need not.
MODULES = sorted(file for file in PACKAGE.rglob("*.py") if file.name != "__init__.py")
ROOMS = {"destinations", "archive", "queue", "monitoring"}
# Modules that import nothing of the package, so that everything can import them.
GROUND = ["_events.py", "_interface.py", "_memory.py", "_options.py"]
# What each room imports besides the core and itself.
ALLOWED = {
    "core": set(),
    "destinations": set(),
    "archive": {"destinations"},
    "queue": {"destinations"},
    "monitoring": {"destinations"},
}
LINES = 200
# Modules that may be longer, each with the reason.
LONGER = {
    "_configuration_set.py": "the public methods, with one argument a line",
}


def relative(file):
    return file.relative_to(PACKAGE).as_posix()


def room(name):
    """The room of a module, given as `archive/_access.py` or as `archive._access`."""
    first = name.replace(".py", "").replace(".", "/").split("/")[0]
    return first if first in ROOMS else "core"


def imported(file):
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def own(file):
    """The modules of the package that a file imports, as `archive._access`."""
    return {name.removeprefix(f"{NAME}.") for name in imported(file) if name.split(".")[0] == NAME}


def filled_later(file):
    """The empty lists, dictionaries and sets of a module."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            match node.value:
                case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Call(func=ast.Name("set" | "dict" | "list"), args=[]):
                    yield ast.unparse(node)


def test_no_module_remembers_constructs_but_memory():
    found = {relative(file): list(filled_later(file)) for file in MODULES}

    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("name", GROUND)
def test_ground_imports_nothing_of_the_package(name):
    assert own(PACKAGE / name) == set()


def test_imports_make_no_circle():
    graph = {relative(file).removesuffix(".py").replace("/", "."): own(file) for file in MODULES}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("file", MODULES, ids=relative)
def test_each_room_imports_only_rooms_below_it(file):
    here = room(relative(file))

    assert {room(name) for name in own(file)} <= {"core", here, *ALLOWED[here]}
    # The package itself imports every room.
    assert NAME not in own(file)


@pytest.mark.parametrize("file", sorted((PACKAGE / "destinations").glob("_[a-z]*.py")), ids=relative)
def test_destination_imports_no_other_destination(file):
    others = {name.split(".")[1] for name in own(file) if name.startswith("destinations.")}

    # A module of the same kind begins with the same name, as `_sns_validation` does.
    assert [name for name in others if not name.startswith(file.stem)] == []


def test_package_imports_aws_cdk_lib_and_constructs_only():
    allowed = {"aws_cdk", "constructs", "jsii", NAME, *sys.stdlib_module_names}
    # For type checkers, which bring it.
    allowed |= {"typing_extensions"}

    assert {name.split(".")[0] for file in MODULES for name in imported(file)} <= allowed


def test_only_the_memory_knows_the_references_of_jsii():
    found = {relative(file) for file in MODULES if "__jsii_ref__" in file.read_text()}

    assert found == {"_memory.py"}


def test_nothing_is_remembered_by_the_python_object():
    found = {
        relative(file) for file in MODULES for name in ("WeakKeyDictionary", "WeakSet") if name in file.read_text()
    }

    assert found == set()


def lines(file):
    """The lines of a module without its docstrings."""
    tree = ast.parse(file.read_text())
    docstrings = [
        node.end_lineno - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]
    return len(file.read_text().splitlines()) - sum(docstrings)


def test_no_module_is_long():
    assert {relative(file) for file in MODULES if lines(file) > LINES} <= LONGER.keys()


@pytest.mark.parametrize("name", LONGER)
def test_no_exception_is_out_of_date(name):
    assert lines(PACKAGE / name) > LINES, f"{name} is short enough: remove it from LONGER"
