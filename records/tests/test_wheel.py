"""The wheel, installed alone in an environment of its own."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ses_event_records"
# What a user does, with nothing else installed.
USE = """
import importlib.metadata, json, sys
import ses_event_records as records
from ses_event_records import schemas, testing

assert [d.name for d in importlib.metadata.distributions()] == ["ses-event-records"], "something else is installed"
for name, factory in testing.FACTORIES.items():
    (item,) = records.parse_batch(testing.as_sqs(factory("ada@example.com")))
    assert type(item.record) is records.EVENTS[name]
    assert schemas.schema(name)["properties"]["eventType"] == {"const": name}
try:
    records.parse({"eventType": "Bounce"})
except records.MalformedRecordError as error:
    assert error.path == "mail"
else:
    raise AssertionError
assert "site-packages" in records.__file__
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_works_alone(wheel, tmp_path):
    uv = str(Path(sys.executable).parent / "uv")
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "env"], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--offline", "--python", python, wheel], check=True)

    done = subprocess.run([python, "-I", "-c", USE], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_wheel_is_small_and_holds_the_package_and_nothing_else(wheel):
    expected = {f.relative_to(ROOT).as_posix() for f in PACKAGE.rglob("*") if f.suffix in (".py", ".json", ".typed")}
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {name for name in names if not name.startswith("ses_event_records-")} == expected
    assert "ses_event_records-0.1.0.dist-info/licenses/LICENSE" in names
    assert wheel.stat().st_size <= 60_000


def test_the_wheel_requires_nothing(wheel):
    metadata = zipfile.ZipFile(wheel).read("ses_event_records-0.1.0.dist-info/METADATA").decode()

    assert "Requires-Dist" not in metadata
    assert "Requires-Python: >=3.10" in metadata
