"""Every Python block of the README and the documentation runs, and every link within the repository works."""

import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.blocks import blocks
from tests.conftest import ROOT

DOCS = ROOT / "docs"
# What `make docs` makes is tested where it comes from.
MADE = {DOCS / "commands.md", *(DOCS / "rules").glob("*"), *(DOCS / "_build").rglob("*")}
PAGES = [ROOT / "README.md", *sorted(set(DOCS.rglob("*.md")) - MADE)]
# tests/local/test_start.py follows this page, in a folder of its own.
RUN_ELSEWHERE = {DOCS / "start.md"}


def files_of(page):
    """Return the files that a page shows: a name, and the block that follows it."""
    return dict(re.findall(r"\n`([\w.]+)`:\n\n```\w+\n(.*?)```", page.read_text(), re.DOTALL))


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page not in RUN_ELSEWHERE], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_every_python_block_runs_and_its_app_synthesises(page, tmp_path):
    for name, text in files_of(page).items():
        (tmp_path / name).write_text(text)
        # Node has a working directory of its own.
        (tmp_path / page.name).write_text(page.read_text().replace(f'"{name}"', f'"{tmp_path / name}"'))
        page = tmp_path / page.name
    document = Sybil(parsers=[PythonCodeBlockParser()]).parse(page)
    app = cdk.App()
    stack = cdk.Stack(app, "Docs")
    bucket = s3.Bucket(stack, "DocsBucket")
    document.namespace.update(
        self=stack,
        topic=sns.Topic(stack, "DocsTopic"),
        delivery_stream=firehose.DeliveryStream(stack, "DocsStream", destination=firehose.S3Bucket(bucket)),
    )

    for example in document.examples():
        example.evaluate()

    app.synth()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_repository_works(page):
    links = re.findall(r"\]\(([^)\s#]+)[^)]*\)", page.read_text())

    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_picture_is_there_in_light_and_dark_with_an_alternative_text(page):
    pictures = re.findall(r"<picture>.*?</picture>", page.read_text(), re.DOTALL)

    for picture in pictures:
        found = re.search(r'srcset="(\S+)-dark\.(png|svg)">\s*<img src="(\S+)-light\.\2" alt="([^"]+)"', picture)
        dark, kind, light, text = found.groups()
        assert dark == light
        assert all((page.parent / f"{dark}-{scheme}.{kind}").stat().st_size < 150_000 for scheme in ("dark", "light"))
        assert len(text) > 40


def test_code_fits_into_the_column_of_the_site():
    wide = [
        f"{each}: {line}"
        for each in blocks("*", "python", "py", "ts", "java", "go", "csharp")
        for line in each.text.splitlines()
        if len(line) > 96 and each.page not in {"docs/messages.md", "CONTRIBUTING.md"}
    ]

    assert wide == []
