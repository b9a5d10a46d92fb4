"""The refusal catalogue: every error and warning stands in it, and is caused by the input that stands beside it."""

from __future__ import annotations

import pytest

from tests.trust.messages import document, run
from tests.trust.sentences import raised_without_form, sentences, warning_ids

PREAMBLE, ENTRIES = document()
# Texts of that form that are no messages, by what they begin with: descriptions that land in the template.
_NO_MESSAGES = ("The mail that the event is about",)
# A sentence of two parts, both of which are read where they are passed.
_WRAPPERS = ("{…}: {…}; {…}",)
SENTENCES = [each for each in sentences() if not each.text.startswith((*_NO_MESSAGES, *_WRAPPERS))]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_the_input_causes_the_message(entry):
    outcome = run(PREAMBLE, entry.code)

    assert (outcome.kind, outcome.message) == (entry.kind, entry.message)
    assert outcome.after == outcome.before


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.where)
def test_every_message_of_the_source_is_in_the_catalogue(sentence):
    assert [entry.title for entry in ENTRIES if entry.message and sentence.matches(entry.message)]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_every_message_of_the_catalogue_is_in_the_source(entry):
    assert [sentence.where for sentence in SENTENCES if sentence.matches(entry.message)]


def test_every_warning_id_is_in_the_catalogue_and_no_other():
    assert {entry.kind for entry in ENTRIES if entry.kind.startswith("Warning")} == {
        f"Warning `{each}`" for each in warning_ids()
    }


def test_every_error_and_warning_says_what_to_do():
    # These two only put a path or a few words before a sentence that is read where it is written.
    assert [each.split(": ", 1)[1] for each in raised_without_form()] == [
        "{…}: {…}",
        "as far as this library knows, {…}",
    ]


def test_every_error_names_the_construct_and_begins_in_lower_case():
    errors = [entry.message for entry in ENTRIES if not entry.kind.startswith("Warning")]

    assert [each for each in errors if not each.startswith(("Shop/", "Home/", "no enabled"))] == []
    assert [each for each in errors if each.partition(": ")[2][:1].isupper()] == []
    assert [each for each in errors if each.endswith(".")] == []
