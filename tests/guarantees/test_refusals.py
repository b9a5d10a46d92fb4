"""A refused call leaves nothing behind: every template and the construct tree are what they are without the call."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.guarantees.random_apps import CALLS, ROUTES, RandomApp, refusals, refuse, steps

LONG = "PROPERTIES" in os.environ
CASES = int(os.environ["PROPERTIES"]) if LONG else 15


def build(taken, refusal=None, position=0):
    """Build the app, with a refused call before the step of that position."""
    app = RandomApp()
    for number, step in enumerate([*taken, None]):
        if refusal is not None and number == min(position, len(taken)):
            with pytest.raises((TypeError, ValueError), match=r"^\S+: .*; "):
                refuse(app, refusal)
        if step is not None:
            app.take(number, step)
    return app.templates()


@settings(
    max_examples=CASES,
    derandomize=not LONG,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if LONG else [])],
)
@given(taken=steps, refusal=refusals, position=st.integers(0, 6))
def test_template_after_a_refused_call_is_the_template_without_it(taken, refusal, position):
    assert build(taken, refusal, position) == build(taken)


@pytest.fixture(scope="module")
def unchanged():
    return build([])


@pytest.mark.parametrize("route", ROUTES)
def test_refused_route_changes_no_template(route, unchanged):
    assert build([], ("declare", route, ["encrypted topic", "stream with role"])) == unchanged


@pytest.mark.parametrize("call", CALLS)
def test_refused_call_changes_no_template(call, unchanged):
    assert build([], ("call", call)) == unchanged
