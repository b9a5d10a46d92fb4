import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ses as ses
from aws_cdk.aws_ses import EmailSendingEvent

from ses_event_constructs import (
    ALL_EVENTS,
    UNTRACKED_EVENTS,
    CloudWatchDestination,
    DeliverabilityDashboard,
    EventPublishingConfigurationSet,
    EventQueue,
    ReputationAlarms,
)
from tests.templates import late, paths, resource, resources, warnings


def body(stack, dashboard):
    """The dashboard's body, with the logical id in the place of what is only known at deployment."""
    rendered = resource(stack, dashboard.dashboard)["Properties"]["DashboardBody"]
    parts = rendered["Fn::Join"][1] if isinstance(rendered, dict) else [rendered]
    return json.loads("".join(part if isinstance(part, str) else known_later(part) for part in parts))


def known_later(part):
    (value,) = part.values()
    return value if isinstance(value, str) else value[0]


def widgets(stack, dashboard):
    """The widgets by title."""
    return {
        each["properties"].get("title", each["properties"].get("markdown")): each
        for each in body(stack, dashboard)["widgets"]
    }


def logical_id(stack, construct):
    return stack.resolve(construct.node.default_child.logical_id)


def count(name, set_id, label):
    return ["AWS/SES", name, "ses:configuration-set", set_id, {"label": label, "stat": "Sum"}]


@pytest.fixture
def counted(mail):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=ALL_EVENTS)
    return mail


def test_shows_every_graph_in_reading_order(stack, counted):
    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[counted])

    every = widgets(stack, dashboard)
    assert list(every) == [
        "Bounce rate, %",
        "Complaint rate, %",
        "Volume",
        "Delivered, %",
        "Feedback",
        "Not sent",
        "Engagement",
    ]
    assert [(each["x"], each["y"]) for each in every.values()] == [
        (0, 0),
        (12, 0),
        (0, 6),
        (12, 6),
        (0, 12),
        (12, 12),
        (0, 18),
    ]
    assert body(stack, dashboard)["start"] == "-P7D"


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Volume", {"Send": "send", "Delivery": "delivery"}),
        ("Feedback", {"Bounce": "bounce", "Complaint": "complaint"}),
        ("Not sent", {"Reject": "reject", "RenderingFailure": "rendering failure"}),
        ("Engagement", {"Open": "open", "Click": "click"}),
    ],
)
def test_counts_are_read_by_the_name_of_the_set(stack, counted, title, names):
    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[counted])

    set_id = logical_id(stack, counted.configuration_set)
    properties = widgets(stack, dashboard)[title]["properties"]
    assert properties == {
        "view": "timeSeries",
        "title": title,
        "region": "AWS::Region",
        "metrics": [count(name, set_id, label) for name, label in names.items()],
        "yAxis": {"left": {"min": 0, "showUnits": False}},
    }


def test_delivery_is_shown_as_a_share_of_what_was_sent(stack, counted):
    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[counted])

    set_id = logical_id(stack, counted.configuration_set)
    hidden = {"visible": False, "stat": "Sum"}
    assert widgets(stack, dashboard)["Delivered, %"]["properties"]["metrics"] == [
        [{"label": "delivered", "expression": "100 * delivery0 / send0"}],
        ["AWS/SES", "Delivery", "ses:configuration-set", set_id, {"id": "delivery0", **hidden}],
        ["AWS/SES", "Send", "ses:configuration-set", set_id, {"id": "send0", **hidden}],
    ]


@pytest.mark.parametrize(
    ("title", "name", "lines"),
    [
        ("Bounce rate, %", "Reputation.BounceRate", (5, 10)),
        ("Complaint rate, %", "Reputation.ComplaintRate", (0.1, 0.5)),
    ],
)
def test_rates_of_account_and_set_are_shown_with_the_limits_of_aws(stack, mail, title, name, lines):
    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail])

    properties = widgets(stack, dashboard)[title]["properties"]
    assert properties["metrics"] == [
        [{"label": "account", "expression": "100 * account"}],
        ["AWS/SES", name, {"id": "account", "visible": False}],
        [{"label": "Shop/Mail", "expression": "100 * set0"}],
        [
            "AWS/SES",
            name,
            "ses:configuration-set",
            logical_id(stack, mail.configuration_set),
            {"id": "set0", "visible": False},
        ],
    ]
    assert properties["annotations"] == {
        "horizontal": [
            {"value": lines[0], "label": "AWS reviews the account", "color": "#ff7f0e", "yAxis": "left"},
            {"value": lines[1], "label": "AWS may pause sending", "color": "#d62728", "yAxis": "left"},
        ]
    }
    assert resource(stack, mail.configuration_set)["Properties"] == {
        "ReputationOptions": {"ReputationMetricsEnabled": True}
    }


def test_set_whose_rates_are_off_has_no_line_and_stays_off(stack):
    mail = EventPublishingConfigurationSet(stack, "Mail", reputation_metrics=False)

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail])

    assert len(widgets(stack, dashboard)["Bounce rate, %"]["properties"]["metrics"]) == 2
    assert resource(stack, mail.configuration_set)["Properties"] == {
        "ReputationOptions": {"ReputationMetricsEnabled": False}
    }


def test_warns_that_the_rates_of_an_imported_set_may_have_no_data(stack):
    imported = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "mail")

    DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[imported])

    ((path, text),) = warnings(stack)
    assert path == "/Shop/Imported"
    assert text.endswith("[ack: ses-event-constructs:reputationMetricsUnknown]")


def test_rates_that_are_switched_on_at_deployment_are_shown_and_not_changed(stack):
    bare = ses.ConfigurationSet(stack, "Bare")
    bare.node.default_child.reputation_options = late({"reputationMetricsEnabled": True})

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[bare])

    assert len(widgets(stack, dashboard)["Bounce rate, %"]["properties"]["metrics"]) == 4
    assert resource(stack, bare)["Properties"] == {"ReputationOptions": {"ReputationMetricsEnabled": True}}


def test_many_sets_are_distinguished_by_path(stack, counted):
    other = EventPublishingConfigurationSet(stack, "Other")
    other.add_event_destination("Metrics", CloudWatchDestination(), events=[EmailSendingEvent.SEND])

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=(each for each in [counted, other]))

    ids = [logical_id(stack, each.configuration_set) for each in (counted, other)]
    every = widgets(stack, dashboard)
    assert every["Volume"]["properties"]["metrics"] == [
        count("Send", ids[0], "Shop/Mail send"),
        count("Delivery", ids[0], "Shop/Mail delivery"),
        count("Send", ids[1], "Shop/Other send"),
    ]
    assert [each[0]["expression"] for each in every["Delivered, %"]["properties"]["metrics"] if len(each) == 1] == [
        "100 * delivery0 / send0"
    ]


def test_events_that_are_not_counted_are_named_and_not_drawn(stack, mail):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=[EmailSendingEvent.BOUNCE])

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail])

    every = widgets(stack, dashboard)
    text = (
        "Not counted, because no `CloudWatchDestination()` publishes them:\n\n"
        "- Shop/Mail: SEND, DELIVERY, COMPLAINT, REJECT, RENDERING_FAILURE"
    )
    assert list(every) == ["Bounce rate, %", "Complaint rate, %", "Feedback", text]
    assert every[text]["type"] == "text"


def test_engagement_that_is_not_tracked_is_not_named_as_missing(stack, mail):
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=UNTRACKED_EVENTS)

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail])

    assert [each["type"] for each in body(stack, dashboard)["widgets"]] == ["metric"] * 6
    assert "Engagement" not in widgets(stack, dashboard)


def test_states_of_the_alarms_come_first(stack, mail):
    reputation, queue = ReputationAlarms(stack, "Account"), EventQueue(stack, "Queue")
    alarms = [*reputation, queue.dead_letter_alarm]

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail], alarms=alarms)

    first = body(stack, dashboard)["widgets"][0]
    assert (first["type"], first["x"], first["y"], first["width"]) == ("alarm", 0, 0, 24)
    assert first["properties"] == {"title": "Alarms", "alarms": [logical_id(stack, each) for each in alarms]}


def test_set_that_is_given_twice_is_shown_once(stack, counted):
    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[counted, counted.configuration_set])

    set_id = logical_id(stack, counted.configuration_set)
    assert widgets(stack, dashboard)["Volume"]["properties"]["metrics"] == [
        count("Send", set_id, "send"),
        count("Delivery", set_id, "delivery"),
    ]


def test_dashboard_has_no_name_of_its_own(stack, mail):
    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail])

    assert list(resource(stack, dashboard.dashboard)["Properties"]) == ["DashboardBody"]


def test_metrics_are_read_in_the_region_of_the_set():
    app = cdk.App()
    ireland = cdk.Stack(app, "Shop", env=cdk.Environment(account="111111111111", region="eu-west-1"))
    imported = ses.ConfigurationSet.from_configuration_set_name(ireland, "Imported", "mail")
    mail = EventPublishingConfigurationSet(ireland, "Mail", configuration_set=imported)
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=[EmailSendingEvent.SEND])
    stack = cdk.Stack(app, "Watch", env=cdk.Environment(account="111111111111", region="us-east-1"))

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail])

    (metric,) = widgets(stack, dashboard)["Volume"]["properties"]["metrics"]
    assert metric[-1] == {"label": "send", "region": "eu-west-1", "stat": "Sum"}


def test_fails_when_there_are_more_sets_than_a_dashboard_shows(stack):
    sets = [ses.ConfigurationSet.from_configuration_set_name(stack, f"S{each}", f"s{each}") for each in range(101)]

    with pytest.raises(ValueError, match="100") as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=sets)

    assert str(error.value) == (
        "Shop/Dashboard: configuration_sets must hold 1 to 100 configuration sets, got 101; "
        "give each dashboard some of them"
    )


def test_fails_when_there_is_no_set(stack):
    with pytest.raises(ValueError, match="configuration_sets") as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[])

    assert str(error.value) == (
        "Shop/Dashboard: configuration_sets must hold 1 to 100 configuration sets, got 0; "
        "give each dashboard some of them"
    )


def test_fails_when_configuration_sets_is_not_a_list(stack, mail):
    with pytest.raises(TypeError) as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=mail)

    assert str(error.value) == (
        "Shop/Dashboard: configuration_sets must be a list, got EventPublishingConfigurationSet Shop/Mail; "
        "write configuration_sets=[mail]"
    )
    assert paths(stack) == ["Shop", "Shop/Mail", "Shop/Mail/Default", "Shop/Mail/Default/Resource"]


def test_fails_when_a_set_is_not_a_configuration_set(stack):
    with pytest.raises(TypeError) as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=["mail"])

    assert str(error.value) == (
        "Shop/Dashboard: a configuration set was expected, got 'mail'; pass an EventPublishingConfigurationSet"
    )


def test_fails_when_alarms_is_not_a_list(stack, mail):
    alarm = EventQueue(stack, "Queue").dead_letter_alarm

    with pytest.raises(TypeError) as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail], alarms=alarm)

    assert str(error.value) == (
        "Shop/Dashboard: alarms must be a list of alarms, got Alarm Shop/Queue/DeadLetterAlarm; write alarms=[…]"
    )


def test_fails_when_an_alarm_is_not_an_alarm(stack, mail):
    with pytest.raises(TypeError) as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail], alarms=["bounces"])

    assert str(error.value) == (
        "Shop/Dashboard: alarms must be alarms, got 'bounces'; write alarms=[*reputation, queue.dead_letter_alarm]"
    )


def test_fails_when_there_are_too_many_alarms(stack, mail):
    alarm = EventQueue(stack, "Queue").dead_letter_alarm

    with pytest.raises(ValueError, match="100") as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail], alarms=[alarm] * 101)

    assert str(error.value) == "Shop/Dashboard: a dashboard shows at most 100 alarms, got 101; omit some of them"


def test_constructor_that_fails_leaves_nothing(stack, mail, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr("ses_event_constructs.monitoring._dashboard.missing", fail)

    with pytest.raises(RuntimeError, match="no"):
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail])

    assert resources(stack, "AWS::CloudWatch::Dashboard") == {}


def test_set_that_is_imported_twice_is_shown_once(stack):
    sets = [ses.ConfigurationSet.from_configuration_set_name(stack, id, "marketing") for id in ("One", "Two")]

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=sets)

    assert len(widgets(stack, dashboard)["Bounce rate, %"]["properties"]["metrics"]) == 4


def test_l2_set_without_reputation_metrics_has_no_line_and_is_not_changed(stack):
    bare = ses.ConfigurationSet(stack, "Bare")

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[bare])

    assert len(widgets(stack, dashboard)["Bounce rate, %"]["properties"]["metrics"]) == 2
    assert "Properties" not in resource(stack, bare)


def test_alarms_can_be_those_of_one_construct(stack, mail):
    reputation = ReputationAlarms(stack, "Account")

    dashboard = DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail], alarms=reputation)

    shown = body(stack, dashboard)["widgets"][0]["properties"]["alarms"]
    assert shown == [logical_id(stack, each) for each in reputation]


def test_fails_when_alarms_hold_the_construct_instead_of_its_alarms(stack, mail):
    reputation = ReputationAlarms(stack, "Account")

    with pytest.raises(TypeError) as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail], alarms=[reputation])

    assert str(error.value) == (
        "Shop/Dashboard: alarms must be alarms, got ReputationAlarms Shop/Account; "
        "write alarms=[*reputation, queue.dead_letter_alarm]"
    )


def test_fails_when_scope_is_not_a_construct(mail):
    with pytest.raises(TypeError) as error:
        DeliverabilityDashboard(None, "Dashboard", configuration_sets=[mail])

    assert str(error.value) == "Dashboard: scope must be a construct, got None; pass self, or the stack"


@pytest.mark.parametrize(("id", "error"), [(None, TypeError), ("", ValueError)])
def test_fails_when_id_is_not_a_literal_string(stack, mail, id, error):
    with pytest.raises(error, match=r"^Shop/.*: id must be a (literal )?string, got .*; write an id such as 'Mail'$"):
        DeliverabilityDashboard(stack, id, configuration_sets=[mail])


def test_fails_when_id_is_taken_and_changes_nothing(stack, mail):
    bare = ses.ConfigurationSet.from_configuration_set_name(stack, "Imported", "marketing")
    DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[bare])
    before = paths(stack)

    with pytest.raises(ValueError, match="unique") as error:
        DeliverabilityDashboard(stack, "Dashboard", configuration_sets=[mail])

    assert str(error.value) == (
        "Shop/Dashboard: id must be unique in its parent, got 'Dashboard' twice; use another id"
    )
    assert paths(stack) == before
    assert mail.configuration_set.node.default_child.reputation_options is None
