"""docs/troubleshoot.md: each message has an anchor, is quoted, and says where it was seen; CDK's is what CDK says."""

from __future__ import annotations

import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from docutils.nodes import make_id

from tests.conftest import ROOT
from tests.guarantees.messages import document

PAGE = (ROOT / "docs" / "troubleshoot.md").read_text()
OF_AWS = PAGE.partition("## Messages of AWS\n")[2].partition("\n## ")[0]
# The anchor before a heading, the heading, and what follows it.
SECTIONS = re.findall(r"\n(?:\((\S+)\)=\n)?### ([^\n]+)\n(.*?)(?=\n(?:\(\S+\)=\n)?### |\Z)", OF_AWS, re.DOTALL)


@pytest.mark.parametrize(("anchor", "title", "text"), SECTIONS, ids=[title for _, title, _ in SECTIONS])
def test_message_of_aws_has_an_anchor_a_quotation_and_a_source(anchor, title, text):
    assert anchor.startswith("aws-")
    assert text.startswith("\n```text\n")
    assert "](https://" in text


def test_anchors_of_messages_are_unique():
    _, entries = document()

    for anchors in ([anchor for anchor, *_ in SECTIONS], [make_id(entry.title) for entry in entries]):
        assert len(anchors) > 10
        assert len(set(anchors)) == len(anchors)


def test_cycle_is_quoted_as_cdk_reports_it():
    app = cdk.App()
    topic = sns.Topic(cdk.Stack(app, "Shared"), "Topic")
    mail = ses.ConfigurationSet(cdk.Stack(app, "Shop"), "Mail")
    mail.add_event_destination(
        "Feedback", destination=ses.EventDestination.sns_topic(topic), events=[ses.EmailSendingEvent.BOUNCE]
    )

    with pytest.raises(RuntimeError) as error:
        app.synth()

    assert f"```text\n{error.value}\n```" in PAGE
