import re

import pytest
from aws_cdk.aws_ses import EmailSendingEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_event_constructs import ALL_EVENTS, ENGAGEMENT_EVENTS, FEEDBACK_EVENTS, UNTRACKED_EVENTS
from ses_event_constructs._checks import check_events
from ses_event_constructs._events import EVENT_NAMES

events = st.lists(st.sampled_from(EmailSendingEvent), min_size=1)


def check(value: object) -> tuple[EmailSendingEvent, ...]:
    return check_events(value, lambda: "Shop/Mail/Feedback")


def test_all_events_are_the_members_of_the_enum():
    assert tuple(EmailSendingEvent) == ALL_EVENTS
    assert len(ALL_EVENTS) == 10


def test_untracked_events_are_all_but_open_and_click():
    assert ENGAGEMENT_EVENTS == (EmailSendingEvent.OPEN, EmailSendingEvent.CLICK)
    assert {*UNTRACKED_EVENTS, *ENGAGEMENT_EVENTS} == {*ALL_EVENTS}
    assert not {*UNTRACKED_EVENTS} & {*ENGAGEMENT_EVENTS}


def test_feedback_events_are_bounce_and_complaint():
    assert FEEDBACK_EVENTS == (EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT)


def test_every_event_has_its_names():
    assert set(EVENT_NAMES) == set(EmailSendingEvent)


def test_names_of_different_events_differ():
    for field in ("event_type", "sub_object", "detail_type"):
        assert len({getattr(names, field) for names in EVENT_NAMES.values()}) == 10


@given(events)
@settings(deadline=None)
def test_events_come_in_the_order_of_the_enum_without_repeats(chosen):
    assert check(chosen) == tuple(event for event in EmailSendingEvent if event in chosen)


@given(events)
@settings(deadline=None)
def test_sets_tuples_lists_and_generators_are_the_same(chosen):
    assert check(set(chosen)) == check(tuple(chosen)) == check(chosen) == check(event for event in reversed(chosen))


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([], ValueError, "events is empty; name at least one EmailSendingEvent"),
        (set(), ValueError, "events is empty; name at least one EmailSendingEvent"),
        (
            "bounce",
            TypeError,
            "events must be a list of EmailSendingEvent members, got 'bounce'; write EmailSendingEvent.BOUNCE",
        ),
        (
            "anything",
            TypeError,
            "events must be a list of EmailSendingEvent members, got 'anything'; write EmailSendingEvent members",
        ),
        (
            EmailSendingEvent.OPEN,
            TypeError,
            "events must be a list of EmailSendingEvent members, got EmailSendingEvent.OPEN; "
            "write [EmailSendingEvent.OPEN]",
        ),
        (
            None,
            TypeError,
            "events must be a list of EmailSendingEvent members, got None; write EmailSendingEvent members",
        ),
        (
            ["bounce"],
            TypeError,
            "events must be EmailSendingEvent members, got 'bounce'; write EmailSendingEvent.BOUNCE",
        ),
        (
            [EmailSendingEvent.OPEN, "Rendering Failure"],
            TypeError,
            "events must be EmailSendingEvent members, got 'Rendering Failure'; "
            "write EmailSendingEvent.RENDERING_FAILURE",
        ),
        ([7], TypeError, "events must be EmailSendingEvent members, got 7; write EmailSendingEvent members"),
    ],
)
def test_fails_when_events_are_not_a_list_of_events(value, error, message):
    with pytest.raises(error, match=f"^{re.escape('Shop/Mail/Feedback: ' + message)}$"):
        check(value)


def test_member_that_a_newer_aws_cdk_lib_adds_is_published_at_once(monkeypatch):
    newer = object.__new__(EmailSendingEvent)
    newer._name_, newer._value_ = "FORWARD", "FORWARD"
    monkeypatch.setattr("ses_event_constructs._checks.ALL_EVENTS", (*ALL_EVENTS, newer))

    assert check([newer, EmailSendingEvent.SEND]) == (EmailSendingEvent.SEND, newer)
