import pytest
from ses_event_records import parse
from ses_event_records.testing import FACTORIES
from ses_event_records.values import BOUNCE_SUB_TYPES, DelayType
from ses_local.ses.choices import completed, refusal, sub_types

PAIRS = [(str(kind), str(each)) for kind, found in BOUNCE_SUB_TYPES.items() for each in found]


@pytest.mark.parametrize(("kind", "sub_type"), PAIRS)
def test_each_type_of_bounce_can_be_made_with_each_of_its_sub_types(kind, sub_type):
    fields = {"bounce_type": kind, "bounce_sub_type": sub_type}

    assert refusal("Bounce", fields) == ""
    found = parse(FACTORIES["Bounce"](**completed("Bounce", fields)))

    assert (found.bounce_type, found.bounce_sub_type) == (kind, sub_type)
    assert found.is_permanent == (kind == "Permanent")
    (recipient,) = found.bounced_recipients
    assert (recipient.status is None) == (kind == "Undetermined")
    assert str(recipient.status)[:1] in {"Permanent": "5", "Transient": "45", "Undetermined": "N"}[kind]


def test_sub_type_alone_has_the_type_that_it_belongs_to():
    assert completed("Bounce", {"bounce_sub_type": "MailboxFull"})["bounce_type"] == "Transient"
    assert completed("Bounce", {"bounce_sub_type": "General"})["bounce_type"] == "Permanent"
    assert completed("Bounce", {"bounce_type": "Transient"}) == {"bounce_type": "Transient"}


def test_choice_that_was_made_wins_over_what_follows():
    fields = {"bounce_type": "Transient", "bounce_sub_type": "MailboxFull", "status": "4.0.0"}

    assert completed("Bounce", fields)["status"] == "4.0.0"


@pytest.mark.parametrize("delay_type", DelayType)
def test_each_type_of_delay_says_something_of_its_own(delay_type):
    every = [completed("DeliveryDelay", {"delay_type": str(each)}).get("diagnostic_code") for each in DelayType]

    assert refusal("DeliveryDelay", {"delay_type": str(delay_type)}) == ""
    assert every.count(completed("DeliveryDelay", {"delay_type": str(delay_type)}).get("diagnostic_code")) == 1


@pytest.mark.parametrize(
    ("event_type", "fields", "sentence"),
    [
        ("Open", {"link": "x"}, "Open has no link; there are ip_address, user_agent, is_bot_event"),
        ("Send", {"link": "x"}, "Send has no link; there are no choices"),
        (
            "Bounce",
            {"bounce_type": "Soft"},
            "bounce type is unknown, got Soft; there are Permanent, Transient, Undetermined",
        ),
        (
            "Bounce",
            {"bounce_type": "Transient", "bounce_sub_type": "NoEmail"},
            f"a Transient bounce has no sub-type NoEmail; there are {', '.join(sub_types('Transient'))}",
        ),
    ],
)
def test_fails_when_a_choice_is_unknown(event_type, fields, sentence):
    assert refusal(event_type, fields) == sentence


def test_choice_that_omits_a_field_is_not_refused():
    assert refusal("Complaint", {"complaint_feedback_type": None}) == ""
