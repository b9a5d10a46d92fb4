"""The only module that touches the emulator's private parts.

MiniStack has an HTTP interface, but no way to hear of a mail or to refuse a destination from outside its process.
So ses-local runs it in a process of its own (`ses_local.server`), and this module joins the two. Each function names
what it relies on; ``tests/local/test_ministack.py`` fails by name when a new release of MiniStack changes it.
"""

from ministack.app import app as emulator_app
from ministack.core.responses import request_scope

from ses_local.ministack._account import EmulatedAccount
from ses_local.ministack._authority import authenticated
from ses_local.ministack._delivery import announce, deliver
from ses_local.ministack._environments import environments
from ses_local.ministack._paths import construct_paths
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

__all__ = [
    "EmulatedAccount",
    "announce",
    "authenticated",
    "configuration_set_exists",
    "construct_paths",
    "default_configuration_set",
    "deliver",
    "emulator_app",
    "environments",
    "event_destinations",
    "install_refusals",
    "listen_to_sends",
    "note_sent",
    "register_resources",
    "request_scope",
    "template_parts",
    "tenant_resources",
    "unverified",
]
