import re

import jsii
import pytest
from aws_cdk import IStableStringProducer, Lazy
from aws_cdk import aws_ses as ses
from aws_cdk.assertions import Annotations, Match

from ses_event_constructs import CloudWatchDestination
from tests.templates import event_destination, paths

TAG = ses.CloudWatchDimensionSource.MESSAGE_TAG
HEADER = ses.CloudWatchDimensionSource.EMAIL_HEADER


@jsii.implements(IStableStringProducer)
class _Producer:
    def produce(self):
        return "late"


def dimension(name="campaign", source=TAG, default_value="none"):
    return ses.CloudWatchDimension(name=name, source=source, default_value=default_value)


def test_counts_by_configuration_set_when_dimensions_are_omitted(stack, mail, bounce):
    destination = mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)

    assert event_destination(stack, destination) == {
        "CloudWatchDestination": {
            "DimensionConfigurations": [
                {
                    "DefaultDimensionValue": "none",
                    "DimensionName": "ses:configuration-set",
                    "DimensionValueSource": "messageTag",
                }
            ]
        },
        "Enabled": True,
        "MatchingEventTypes": ["bounce"],
    }


def test_dimensions_render_in_the_given_order(stack, mail, bounce):
    dimensions = (
        dimension(name, source, value)
        for name, source, value in [
            ("z", TAG, "a_b-C9"),
            ("X-Campaign", HEADER, "x"),
            ("a", ses.CloudWatchDimensionSource.LINK_TAG, "1"),
        ]
    )

    destination = mail.add_event_destination("Metrics", CloudWatchDestination(dimensions), events=bounce)

    assert event_destination(stack, destination)["CloudWatchDestination"]["DimensionConfigurations"] == [
        {"DefaultDimensionValue": "a_b-C9", "DimensionName": "z", "DimensionValueSource": "messageTag"},
        {"DefaultDimensionValue": "x", "DimensionName": "X-Campaign", "DimensionValueSource": "emailHeader"},
        {"DefaultDimensionValue": "1", "DimensionName": "a", "DimensionValueSource": "linkTag"},
    ]


def test_accepts_ten_dimensions(stack, mail, bounce):
    ten = [dimension(f"d{number}") for number in range(10)]

    destination = mail.add_event_destination("Metrics", CloudWatchDestination(ten), events=bounce)

    assert len(event_destination(stack, destination)["CloudWatchDestination"]["DimensionConfigurations"]) == 10


def test_name_and_default_value_may_be_tokens(stack, mail, bounce):
    token = Lazy.string(_Producer())

    destination = mail.add_event_destination(
        "Metrics", CloudWatchDestination([dimension(f"x-{token}", TAG, token)]), events=bounce
    )

    assert event_destination(stack, destination)["CloudWatchDestination"]["DimensionConfigurations"] == [
        {"DefaultDimensionValue": "late", "DimensionName": "x-late", "DimensionValueSource": "messageTag"}
    ]


def test_warns_when_the_same_event_goes_to_equal_dimensions_in_another_order(stack, mail, bounce):
    one, two = dimension("a"), dimension("b")
    mail.add_event_destination("One", CloudWatchDestination([one, two]), events=bounce)

    mail.add_event_destination("Two", CloudWatchDestination([two, one]), events=bounce)

    Annotations.from_stack(stack).has_warning(
        "/Shop/Mail/Two", Match.string_like_regexp("Shop/Mail/One sends BOUNCE to the same place, .*")
    )


@pytest.mark.parametrize(
    ("dimensions", "error", "message"),
    [
        ([], ValueError, "dimensions is empty; name at least one, or omit it for the tag ses:configuration-set"),
        (
            [dimension(f"d{number}") for number in range(11)],
            ValueError,
            "a CloudWatch destination has at most 10 dimensions, got 11; "
            "drop some, or add a second CloudWatchDestination",
        ),
        ("campaign", TypeError, "dimensions must be a list, got 'campaign'; write [ses.CloudWatchDimension(…)]"),
        (
            ["campaign"],
            TypeError,
            "dimensions must be CloudWatchDimensions, got 'campaign'; "
            "write ses.CloudWatchDimension(name=…, source=…, default_value=…)",
        ),
        ([dimension("a"), dimension("a")], ValueError, "dimension names must differ, got 'a' twice; name each once"),
        (
            [dimension("two words")],
            ValueError,
            "dimension name must match [A-Za-z0-9_:-]{1,255}, got 'two words'; use other characters",
        ),
        (
            [dimension("x" * 256)],
            ValueError,
            f"dimension name must match [A-Za-z0-9_:-]{{1,255}}, got '{'x' * 256}'; use other characters",
        ),
        (
            [dimension(default_value="example.com")],
            ValueError,
            "default_value of dimension 'campaign' must match CloudFormation's pattern [A-Za-z0-9_-]{1,256}, "
            "got 'example.com'; use a word such as 'none'",
        ),
        (
            [dimension(default_value="")],
            ValueError,
            "default_value of dimension 'campaign' must match CloudFormation's pattern [A-Za-z0-9_-]{1,256}, "
            "got ''; use a word such as 'none'",
        ),
        *(
            (
                [dimension(header, HEADER)],
                ValueError,
                f"dimension header must be one that Amazon SES accepts, got {header!r}; use a message tag",
            )
            for header in ("Received", "to", "FROM", "DKIM-Signature", "cc", "Message-ID", "return-path")
        ),
    ],
)
def test_fails_when_ses_does_not_accept_the_dimensions(stack, mail, bounce, dimensions, error, message):
    before = paths(stack)

    with pytest.raises(error, match=f"^{re.escape('Shop/Mail/Metrics: ' + message)}$"):
        mail.add_event_destination("Metrics", CloudWatchDestination(dimensions), events=bounce)

    assert paths(stack) == before
    mail.add_event_destination("Metrics", CloudWatchDestination(), events=bounce)


def test_message_tag_may_have_the_name_of_a_forbidden_header(stack, mail, bounce):
    destination = mail.add_event_destination("Metrics", CloudWatchDestination([dimension("to", TAG)]), events=bounce)

    assert event_destination(stack, destination)["CloudWatchDestination"]["DimensionConfigurations"] == [
        {"DefaultDimensionValue": "none", "DimensionName": "to", "DimensionValueSource": "messageTag"}
    ]
