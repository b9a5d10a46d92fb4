"""The catalogue of messages: it holds every error and warning, and each example causes the message beside it."""

from __future__ import annotations

import pytest

from tests.guarantees.messages import document, run
from tests.guarantees.source_messages import (
    raised_otherwise,
    source_messages,
    warning_ids,
    warnings_without_advice,
)

PREAMBLE, ENTRIES = document()
# Texts of that form that are not messages, by their beginning: descriptions that end up in the template.
_DESCRIPTIONS = ("The mail that the event is about",)
# Wrappers, whose parts are messages that are read where they are written.
_WRAPPERS = ("{…}{…}; {…}", "{…}; without this statement in its policy the events are lost: {…}")
MESSAGES = [
    each for each in source_messages() if not each.text.startswith(_DESCRIPTIONS) and each.text not in _WRAPPERS
]
# Errors that `refusal` does not make as they are raised, each with the reason.
RAISED_OTHERWISE = {
    "_topic_key.py: ValueError(f'{path()}: {wrong}')": "`wrong` is a refusal, which the validation at synth words too",
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_each_example_causes_its_message_and_leaves_nothing_behind(entry):
    outcome = run(PREAMBLE, entry.code)

    assert (outcome.kind, outcome.message) == (entry.kind, entry.message)
    assert outcome.after == outcome.before


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.where)
def test_every_message_of_the_source_is_in_the_catalogue(message):
    assert [entry.title for entry in ENTRIES if entry.message and message.matches(entry.message)], message.text


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_every_message_of_the_catalogue_is_in_the_source(entry):
    assert [message.where for message in MESSAGES if message.matches(entry.message)]


def test_every_warning_id_is_in_the_catalogue_and_vice_versa():
    assert {entry.kind for entry in ENTRIES if entry.kind.startswith("Warning")} == {
        f"Warning `{each}`" for each in warning_ids()
    }


def test_every_title_is_unique():
    titles = [entry.title for entry in ENTRIES]

    assert sorted(titles) == sorted(set(titles))


def test_refusal_makes_the_message_of_every_error():
    assert set(raised_otherwise()) == set(RAISED_OTHERWISE)


def test_every_warning_says_what_to_do():
    # These put a few words before a message that is read where it is written.
    assert warnings_without_advice() == ["_rules.py: as far as this library knows, {…}"]


def test_every_error_names_the_construct_and_begins_in_lower_case():
    errors = [entry.message for entry in ENTRIES if not entry.kind.startswith("Warning")]

    assert [each for each in errors if not each.startswith(("Shop/", "Home/", "Other: ", "no enabled"))] == []
    assert [each for each in errors if each.partition(": ")[2][:1].isupper()] == []
    assert [each for each in errors if each.endswith(".")] == []
