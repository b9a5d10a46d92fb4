"""What Amazon SES refuses to send, by the name of its error; and that a send that is refused publishes nothing."""

import base64
import json
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError
from sandbox import Sandbox
from ses_local.ses.calls import Call
from ses_local.ses.mail import mails_of
from ses_local.ses.refusal import RefusedError
from ses_local.ses.sending import call_refusal, mail_refusal

SENDER, RECIPIENT = "news@shop.example", "anna@customer.example"


def v2(**changed):
    body = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": [RECIPIENT]},
        "Content": {"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}},
        **changed,
    }
    return call(json.dumps({key: value for key, value in body.items() if value is not None}).encode())


def call(body, path="/v2/email/outbound-emails"):
    return Call("POST", path, body, "123456789012", "eu-west-1")


def v1(action, **form):
    return call(urlencode({"Action": action, **{k.replace("__", "."): v for k, v in form.items()}}).encode(), "/")


def refused(asked):
    """The error and the sentence, or nothing."""
    try:
        refusal = call_refusal(asked) or next((r for mail in mails_of(asked) if (r := mail_refusal(mail))), None)
    except RefusedError as error:
        refusal = error.refusal
    return (refusal.code, refusal.reason) if refusal else None


def to(*addresses):
    return {"Destination": {"ToAddresses": list(addresses)}}


def simple(**changed):
    content = {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}, **changed}
    return {"Content": {"Simple": content}}


def template(data):
    return {"Content": {"Template": {"TemplateName": "order", "TemplateData": data}}}


BAD, UNREADABLE = "BadRequestException", "SerializationException"
CASES = [
    (to(), BAD, "The message has no recipient; give at least one."),
    ({"Destination": None}, BAD, "The message has no recipient; give at least one."),
    (to(*[f"a{n}@x.example" for n in range(51)]), BAD, "Recipient count exceeds 50, got 51."),
    (to("anna"), BAD, "Missing final '@domain', got <anna>."),
    (to("anna@"), BAD, "Missing final '@domain', got <anna@>."),
    (to("@x.example"), BAD, "Missing local part, got <@x.example>."),
    (to("anna@x..example"), BAD, "Domain contains dot-dot, got <anna@x..example>."),
    (to("anna@x.example\r\nBcc: b@x.example"), BAD, "Address contains a line break"),
    (to("anná@x.example"), BAD, "Address contains characters that are not 7-bit ASCII"),
    ({"FromEmailAddress": None}, BAD, "The sender is missing; give a From address."),
    ({"FromEmailAddress": "shop"}, BAD, "Missing final '@domain', got <shop>."),
    ({"EmailTags": [{"Name": "a b", "Value": "x"}]}, BAD, "Invalid tag name <a b>"),
    ({"EmailTags": [{"Name": "ses:x", "Value": "x"}]}, BAD, "Invalid tag name <ses:x>"),
    ({"EmailTags": [{"Name": "team", "Value": "é"}]}, BAD, "Invalid tag value <é> of tag team"),
    ({"EmailTags": [{"Name": "team", "Value": "x" * 257}]}, BAD, "Invalid tag value <xxx"),
    (
        {"EmailTags": [{"Name": f"t{n}", "Value": "x"} for n in range(51)]},
        BAD,
        "A message has at most 50 tags, got 51.",
    ),
    ({"EmailTags": [{"Name": "team"}]}, BAD, "Value is missing in EmailTags[0]."),
    (simple(Subject={"Data": "Hi\r\nBcc: b@x.example"}), BAD, "Header 'Subject' contains a line break"),
    (simple(Headers=[{"Name": "X-A", "Value": "1\n2"}]), BAD, "Header 'X-A' contains a line break"),
    (simple(Body={}), BAD, "The body has neither text nor HTML; give one of them."),
    (simple(Subject=None), UNREADABLE, "Content.Simple.Subject"),
    ({"Content": {}}, BAD, "Content must be one of Simple, Raw, Template, got none."),
    ({"Content": None}, BAD, "Content is missing in the request."),
    (
        {"Content": {"Raw": {"Data": "not base64!"}}},
        UNREADABLE,
        "the raw message is not base64.",
    ),
    ({"Content": "text"}, UNREADABLE, "Content is of the wrong type"),
    ({"Destination": {"ToAddresses": "anna@x.example"}}, UNREADABLE, "Destination.ToAddresses is of the wrong type"),
    ({"EmailTags": {"team": "x"}}, UNREADABLE, "EmailTags is of the wrong type"),
    (template("{"), BAD, "Template rendering data is invalid"),
    (template("[1]"), BAD, "Template rendering data is invalid"),
]


@pytest.mark.parametrize(("changed", "code", "sentence"), CASES, ids=[sentence[:40] for _, _, sentence in CASES])
def test_fails_when_ses_refuses_the_send(changed, code, sentence):
    found = refused(v2(**changed))

    assert found is not None
    assert (found[0], sentence in found[1]) == (code, True), found


@pytest.mark.parametrize(
    "changed",
    [
        {},
        to(*[f"a{n}@x.example" for n in range(50)]),
        to("Anna Müller <anna@x.example>"),
        to('"a b"@x.example'.replace(" ", ".")),
        {"EmailTags": [{"Name": f"t{n}", "Value": "x" * 256} for n in range(50)]},
        simple(Subject={"Data": "Grüße 👋"}),
        simple(Body={"Html": {"Data": "<p>"}}),
        template('{"name": "Ada"}'),
        {"Content": {"Raw": {"Data": base64.b64encode(b"To: a@x.example\r\n\r\nHi").decode()}}},
        {"SomethingThatAwsAdds": {"a": 1}},
    ],
    ids=lambda changed: str(changed)[:40],
)
def test_takes_what_ses_takes(changed):
    assert refused(v2(**changed)) is None


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b"\xff", b'{"a":' * 50_000, b"[" * 200_000], ids=lambda b: repr(b[:9])
)
def test_fails_when_the_body_is_no_json_object(body):
    assert refused(call(body))[0] == UNREADABLE


def test_fails_when_the_message_is_larger_than_40_megabytes():
    just = base64.b64encode(bytes(40 * 2**20 - 2)).decode()
    assert refused(v2(Content={"Raw": {"Data": just}})) is None

    code, sentence = refused(v2(Content={"Raw": {"Data": base64.b64encode(bytes(40 * 2**20 + 3)).decode()}}))

    assert (code, sentence.startswith("Message length is more than 41943040 bytes long: ")) == (BAD, True)


@pytest.mark.parametrize(("entries", "passes"), [(0, False), (1, True), (50, True), (51, False)])
def test_bulk_sends_take_at_most_50_destinations(entries, passes):
    body = {
        "FromEmailAddress": SENDER,
        "DefaultContent": {"Template": {"TemplateName": "order", "TemplateData": "{}"}},
        "BulkEmailEntries": [to(RECIPIENT)] * entries,
    }

    found = refused(call(json.dumps(body).encode(), "/v2/email/outbound-bulk-emails"))

    assert (found is None) == passes


@pytest.mark.parametrize(
    "form",
    [
        {"Destination__ToAddresses__member__x": RECIPIENT},
        {"Destination": "text"},
        {"Destination__ToAddresses__member__1": RECIPIENT, "Destination__ToAddresses__member__1__x": "y"},
        {"Message": "x", "Message__Subject__Data": "y"},
        {".".join("a" * 5_000): "deep"},
    ],
    ids=lambda form: str(form)[:40],
)
def test_form_that_does_not_fit_is_refused_in_order(form):
    assert refused(v1("SendEmail", Source=SENDER, **form)) is not None


# --- on the emulator ---


@pytest.fixture
def sandbox(emulator):
    made = Sandbox(emulator)
    yield made
    made.remove()


def post(emulator, path, body, content_type):
    connection = HTTPConnection("127.0.0.1", emulator.endpoint.port, timeout=30)
    credential = f"{emulator.endpoint.account}/20261124/eu-west-1/ses/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}", "Content-Type": content_type}
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@pytest.mark.deploy
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"\xff\x00",
        b'{"Content":' * 5_000,
        b'{"Content": {"Raw": {"Data": "!"}}}',
        b'{"EmailTags": 7}',
        b"null",
    ],
    ids=lambda body: repr(body[:20]),
)
@pytest.mark.parametrize(
    "path", ["/v2/email/outbound-emails", "/v2/email/outbound-bulk-emails", "/v2/email/identities"]
)
def test_malformed_request_is_refused_and_never_an_error_of_the_server(emulator, path, body):
    status, headers, answer = post(emulator, path, body, "application/json")

    assert status == 400
    assert json.loads(answer)["message"]
    assert {name.lower() for name in headers} >= {"x-amzn-requestid", "x-amzn-errortype"}


@pytest.mark.deploy
@pytest.mark.parametrize(
    ("action", "code"),
    [("SendEmail", "InvalidParameterValue"), ("SendRawEmail", "InvalidParameterValue"), ("Nothing", "InvalidAction")],
)
def test_malformed_form_is_refused_as_v1_does(emulator, action, code):
    body = urlencode({"Action": action, "Source": SENDER, "Destination.ToAddresses.member.1": RECIPIENT})

    status, _, answer = post(emulator, "/", body.encode(), "application/x-www-form-urlencoded")

    assert (status, f"<Code>{code}</Code>".encode() in answer) == (400, True), answer


@pytest.mark.deploy
def test_refused_send_publishes_nothing_and_a_refused_entry_of_a_bulk_send_only_its_own(sandbox):
    bus = sandbox.add("EventBridge")
    sandbox.ses.create_email_template(TemplateName="bulk", TemplateContent={"Subject": "Hi", "Text": "Hello"})
    with pytest.raises(ClientError, match="Recipient count exceeds 50"):
        sandbox.ses.send_email(
            FromEmailAddress=SENDER,
            ConfigurationSetName=sandbox.name,
            Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}},
            Destination={"ToAddresses": [f"a{n}@x.example" for n in range(51)]},
        )

    answer = sandbox.ses.send_bulk_email(
        FromEmailAddress=SENDER,
        ConfigurationSetName=sandbox.name,
        DefaultContent={"Template": {"TemplateName": "bulk", "TemplateData": "{}"}},
        BulkEmailEntries=[to("nobody"), to(RECIPIENT)],
    )["BulkEmailEntryResults"]

    assert [entry["Status"] for entry in answer] == ["INVALID_PARAMETER", "SUCCESS"]
    assert answer[0]["Error"] == "Missing final '@domain', got <nobody>."
    assert sandbox.arrived(bus, [answer[1]["MessageId"]]) == {"Send": 1, "Delivery": 1}
    assert {entry["messageId"] for entry in sandbox.book()} == {answer[1]["MessageId"]}


@pytest.mark.deploy
@pytest.mark.parametrize("api", ["ses", "sesv2"])
def test_message_ids_have_the_form_of_ses(sandbox, api):
    body = {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}
    client = sandbox.clients(api)
    if api == "ses":
        answer = client.send_email(Source=SENDER, Message=body, Destination={"ToAddresses": [RECIPIENT]})
    else:
        answer = client.send_email(FromEmailAddress=SENDER, Content={"Simple": body}, **to(RECIPIENT))

    assert len(answer["MessageId"]) == 60
    assert answer["MessageId"][:4] + answer["MessageId"][-7:] == "0100-000000"
    assert answer["ResponseMetadata"]["RequestId"]


@pytest.mark.deploy
def test_fails_when_the_template_does_not_exist(sandbox):
    missing = {"Template": {"TemplateName": "nowhere", "TemplateData": "{}"}}
    with pytest.raises(ClientError) as second:
        sandbox.ses.send_email(FromEmailAddress=SENDER, Content=missing, **to(RECIPIENT))
    with pytest.raises(ClientError) as first:
        sandbox.clients("ses").send_templated_email(
            Source=SENDER, Template="nowhere", TemplateData="{}", Destination={"ToAddresses": [RECIPIENT]}
        )

    codes = [error.value.response["Error"]["Code"] for error in (first, second)]
    assert codes == ["TemplateDoesNotExist", "NotFoundException"]
