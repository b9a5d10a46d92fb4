"""Every Python block of the README and the documentation runs, and every link within the repository works."""

import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.conftest import ROOT

DOCS = ROOT / "docs"
# What `make docs` makes is tested where it comes from.
MADE = {DOCS / "commands.md", *(DOCS / "rules").glob("*"), *(DOCS / "_build").rglob("*")}
PAGES = [ROOT / "README.md", *sorted(set(DOCS.rglob("*.md")) - MADE)]
# tests/local/test_start.py follows this page, in a folder of its own.
RUN_ELSEWHERE = {DOCS / "start.md"}


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page not in RUN_ELSEWHERE], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_every_python_block_runs_and_its_app_synthesises(page):
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
