from aws_cdk import aws_ses as ses
from aws_cdk.assertions import Annotations

from ses_event_constructs import EventBridgeDestination
from tests.templates import EVENT_DESTINATION, event_destination, paths, resources


def test_publishes_to_the_default_bus_and_adds_nothing_else(stack, mail):
    destination = mail.add_event_destination(
        "Bus", EventBridgeDestination(), events=[ses.EmailSendingEvent.CLICK, ses.EmailSendingEvent.SEND]
    )

    assert event_destination(stack, destination) == {
        "Enabled": True,
        "EventBridgeDestination": {
            "EventBusArn": {
                "Fn::Join": [
                    "",
                    [
                        "arn:",
                        {"Ref": "AWS::Partition"},
                        ":events:",
                        {"Ref": "AWS::Region"},
                        ":",
                        {"Ref": "AWS::AccountId"},
                        ":event-bus/default",
                    ],
                ]
            }
        },
        "MatchingEventTypes": ["send", "click"],
    }
    assert sorted(each["Type"] for each in resources(stack).values()) == [
        "AWS::SES::ConfigurationSet",
        EVENT_DESTINATION,
    ]


def test_imports_the_bus_beside_the_l2_event_destination(mail, bounce):
    mail.add_event_destination("Bus", EventBridgeDestination(), events=bounce)

    assert paths(mail.node.find_child("Bus")) == [
        "Shop/Mail/Bus",
        "Shop/Mail/Bus/DefaultBus",
        "Shop/Mail/Bus/Default",
        "Shop/Mail/Bus/Default/Resource",
    ]


def test_warns_when_the_same_event_goes_to_the_bus_twice(stack, mail, bounce):
    mail.add_event_destination("One", EventBridgeDestination(), events=bounce)

    mail.add_event_destination("Two", EventBridgeDestination(), events=bounce)

    Annotations.from_stack(stack).has_warning(
        "/Shop/Mail/Two/Default",
        "Shop/Mail/One sends BOUNCE to the same place, where each of these events arrives twice; "
        "omit them from one of the two [ack: ses-event-constructs:eventsPublishedTwice]",
    )
