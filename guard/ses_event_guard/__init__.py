"""Finds what Amazon SES event publishing would refuse, or silently lose, in CloudFormation templates."""

from ses_event_guard._cdk import add_to
from ses_event_guard._engine import Guard
from ses_event_guard._findings import Checked, Finding, NotReadableError
from ses_event_guard._rules import Rule, rego, rules

__all__ = ["Checked", "Finding", "Guard", "NotReadableError", "Rule", "add_to", "rego", "rules"]
__version__ = "0.1.0"
