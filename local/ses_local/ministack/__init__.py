"""The only module that touches the emulator's private parts.

MiniStack has an HTTP interface, but no way to hear of a mail or to refuse a destination from outside its process.
So ses-local runs it in a process of its own (`ses_local.server`), and this module joins the two. Each function names
what it relies on; ``tests/local/test_ministack.py`` fails by name when a new release of MiniStack changes it.
"""

from ministack.app import app as emulator_app
from ministack.core.responses import request_scope

from ses_local.ministack._account import EmulatedAccount
from ses_local.ministack._archives import NamedQuery, field, last_rows, named_queries, named_query
from ses_local.ministack._asking import ROWS, QueryAnswer, ask
from ses_local.ministack._athena import install_athena
from ses_local.ministack._authority import authenticated
from ses_local.ministack._behind import BUCKETS, MINUTES, Behind, behind
from ses_local.ministack._delivery import announce, deliver
from ses_local.ministack._environments import configuration_sets, environments
from ses_local.ministack._functions import Function, listen_to_functions
from ses_local.ministack._limits import Dropped, dropped, keep_within
from ses_local.ministack._metrics import Metric, metrics
from ses_local.ministack._paths import construct_paths, tracking_domain
from ses_local.ministack._queues import DeadMessage, Queue, queue
from ses_local.ministack._refusals import install_refusals
from ses_local.ministack._resources import register_resources
from ses_local.ministack._sends import (
    configuration_set_exists,
    default_configuration_set,
    event_destinations,
    listen_to_sends,
    note_sent,
    template_parts,
    tenant_resources,
    unverified,
)
from ses_local.ministack._streams import Stream, stream
from ses_local.ministack._topics import Consumer, Rule, rules, subscribers

__all__ = [
    "BUCKETS",
    "MINUTES",
    "ROWS",
    "Behind",
    "Consumer",
    "DeadMessage",
    "Dropped",
    "EmulatedAccount",
    "Function",
    "Metric",
    "NamedQuery",
    "QueryAnswer",
    "Queue",
    "Rule",
    "Stream",
    "announce",
    "ask",
    "authenticated",
    "behind",
    "configuration_set_exists",
    "configuration_sets",
    "construct_paths",
    "default_configuration_set",
    "deliver",
    "dropped",
    "emulator_app",
    "environments",
    "event_destinations",
    "field",
    "install_athena",
    "install_refusals",
    "keep_within",
    "last_rows",
    "listen_to_functions",
    "listen_to_sends",
    "metrics",
    "named_queries",
    "named_query",
    "note_sent",
    "queue",
    "register_resources",
    "request_scope",
    "rules",
    "stream",
    "subscribers",
    "template_parts",
    "tenant_resources",
    "tracking_domain",
    "unverified",
]
