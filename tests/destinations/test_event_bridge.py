from aws_cdk import aws_ses as ses

from ses_event_constructs import EventBridgeDestination
from tests.support import EVENT_DESTINATION, event_destination, resources


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
