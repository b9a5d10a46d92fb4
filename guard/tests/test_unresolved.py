"""What cannot be resolved is not guessed, and what can be is: parameters, conditions and imports."""

from __future__ import annotations

from conftest import TESTS

from ses_event_guard import Guard

BUS = "arn:aws:events:us-east-1:111122223333:event-bus/default"


def template(destination, conditions="", parameters=""):
    return f"""
{parameters}
{conditions}
Resources:
  Mail: {{Type: AWS::SES::ConfigurationSet}}
  Events:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Mail
      EventDestination: {destination}
"""


def test_default_of_a_parameter_is_not_its_value(found):
    parameters = "Parameters: {Types: {Type: CommaDelimitedList, Default: BOUNCE}}"
    destination = f"{{Enabled: true, MatchingEventTypes: !Ref Types, EventBridgeDestination: {{EventBusArn: {BUS}}}}}"

    assert found(template(destination, parameters=parameters)) == []


def test_given_parameter_is_its_value():
    parameters = "Parameters: {Types: {Type: CommaDelimitedList, Default: 'bounce,complaint'}}"
    destination = f"{{Enabled: true, MatchingEventTypes: !Ref Types, EventBridgeDestination: {{EventBusArn: {BUS}}}}}"
    text = template(destination, parameters=parameters).encode()

    wrong = Guard({"Types": "BOUNCE,complaint"}).check("template", text)
    right = Guard({"Types": "bounce,complaint"}).check("template", text)

    assert [finding.rule for finding in wrong.findings] == ["SES-EVENTS-UNKNOWN", "SES-FEEDBACK-UNUSED"]
    assert right.findings == ()


def test_all_that_defaults_hide_is_found_when_the_parameters_are_given():
    text = (TESTS / "correct" / "parameters-with-defaults.yaml").read_bytes()
    given = {
        "TopicName": "mail-events.fifo", "Key": "alias/aws/sns", "EventTypes": "BOUNCE", "Dimension": "my campaign",
        "Bus": "mail", "Name": "mail.example.com", "Service": "events.amazonaws.com",
    }  # fmt: skip

    found = {finding.rule for finding in Guard(given).check("template", text).findings}

    assert found >= {
        "SES-TOPIC-FIFO", "SES-TOPIC-POLICY", "SES-KEY-AWS-MANAGED", "SES-EVENTS-UNKNOWN", "SES-SET-NAME",
        "SES-METRIC-DIMENSION-NAME", "SES-METRIC-DIMENSION-DEFAULT", "SES-BUS-NOT-DEFAULT",
    }  # fmt: skip


CONDITIONS = "Conditions: {IsProd: !Equals [!Ref 'AWS::StackName', prod], NotProd: !Not [!Condition IsProd]}"


def test_both_branches_of_an_if_are_read(found):
    for wrong in ("[IsProd, [BOUNCE], [bounce, complaint]]", "[IsProd, [bounce, complaint], [BOUNCE]]"):
        destination = (
            f"{{Enabled: true, MatchingEventTypes: !If {wrong}, EventBridgeDestination: {{EventBusArn: {BUS}}}}}"
        )

        assert "SES-EVENTS-UNKNOWN" in found(template(destination, CONDITIONS))


def test_branches_that_exclude_each_other_are_not_combined(found):
    both = (
        "{Enabled: true, MatchingEventTypes: [bounce, complaint], "
        f"EventBridgeDestination: !If [IsProd, {{EventBusArn: {BUS}}}, !Ref 'AWS::NoValue'], "
        "SnsDestination: !If [NotProd, {TopicARN: 'arn:aws:sns:us-east-1:111122223333:mail'}, !Ref 'AWS::NoValue']}"
    )

    assert found(template(both, CONDITIONS)) == []
    assert found(template(both.replace("NotProd", "IsProd"), CONDITIONS)) == ["SES-DESTINATION-KIND"]


def test_an_enabled_that_one_branch_omits_is_a_choice(found):
    rest = f"MatchingEventTypes: [bounce, complaint], EventBridgeDestination: {{EventBusArn: {BUS}}}"
    chosen = f"{{Enabled: !If [IsProd, true, !Ref 'AWS::NoValue'], {rest}}}"

    assert found(template(chosen, CONDITIONS)) == []
    assert found(template(f"{{{rest}}}", CONDITIONS)) == ["SES-DESTINATION-ENABLED"]


def test_many_conditions_are_looked_at_one_by_one_and_said_so(guard):
    names = [f"C{number}" for number in range(40)]
    conditions = "Conditions: {" + ", ".join(f"{name}: !Equals [!Ref 'AWS::StackName', {name}]" for name in names) + "}"
    types = ", ".join(f"!If [{name}, bounce, complaint]" for name in names[1:])
    destination = (
        f"{{Enabled: true, MatchingEventTypes: [!If [C0, BOUNCE, delivery], {types}], "
        f"EventBridgeDestination: {{EventBusArn: {BUS}}}}}"
    )

    checked = guard.check("template", template(destination, conditions).encode())

    assert "SES-EVENTS-UNKNOWN" in {finding.rule for finding in checked.findings}
    assert any("40 conditions matter" in note.message for note in checked.notes)


def test_notes_say_what_was_not_looked_at(guard):
    text = (TESTS / "correct" / "imports.yaml").read_bytes()

    notes = [note.message for note in guard.check("template", text).notes]

    assert {note.split(", got")[0] for note in notes} == {
        "the role is not in this template, so its policies were not looked at",
        "the stream is not in this template, so its source was not looked at",
        "the topic is not in this template, so its policy and its key were not looked at",
    }
