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


def raw(content):
    return {"Content": {"Raw": {"Data": base64.b64encode(content).decode()}}}


def template(data):
    return {"Content": {"Template": {"TemplateName": "order", "TemplateData": data}}}


BAD, UNREADABLE = "BadRequestException", "SerializationException"
CASES = [
    (to(), BAD, "The message has no recipient; give at least one."),
    ({"Destination": None}, BAD, "The message has no recipient; give at least one."),
    (to(*[f"a{n}@x.example" for n in range(51)]), BAD, "Recipient count exceeds 50."),
    (to("anna"), BAD, "Missing final '@domain', got <anna>."),
    (to("anna@"), BAD, "Missing domain, got <anna@>."),
    (to("@x.example"), BAD, "Missing local name, got <@x.example>."),
    (to("anna@localhost"), BAD, "Domain has no top-level domain, got <anna@localhost>."),
    (to("anna@x.exámple"), BAD, "Domain contains illegal character; encode it with Punycode"),
    (to(f"{'a' * 311}@x.example"), BAD, "Address length is more than 320 characters long"),
    (to("anna@x..example"), BAD, "Domain contains dot-dot, got <anna@x..example>."),
    (to("anna@x.example\r\nBcc: b@x.example"), BAD, "Address contains a line break"),
    (to("anná@x.example"), BAD, "Local address contains control or whitespace"),
    ({"FromEmailAddress": None}, BAD, "The sender is missing; give a From address."),
    ({"FromEmailAddress": "shop"}, BAD, "Missing final '@domain', got <shop>."),
    ({"EmailTags": [{"Name": "a b", "Value": "x"}]}, BAD, "Invalid tag name <a b>"),
    ({"EmailTags": [{"Name": "ses:x", "Value": "x"}]}, BAD, "Invalid tag name <ses:x>"),
    ({"EmailTags": [{"Name": "team", "Value": "é"}]}, BAD, "Invalid tag value <é> of tag team"),
    ({"EmailTags": [{"Name": "team", "Value": "x" * 257}]}, BAD, "Invalid tag value <xxx"),
    ({"EmailTags": [{"Name": "team"}]}, BAD, "Value is missing in EmailTags[0]."),
    (simple(Subject={"Data": "Hi\r\nBcc: b@x.example"}), BAD, "Header 'Subject' contains a line break"),
    (simple(Headers=[{"Name": "X-A", "Value": "1\n2"}]), BAD, "Content.Simple.Headers[0].Value does not match"),
    (simple(Headers=[{"Name": "X:A", "Value": "1"}]), BAD, "Content.Simple.Headers[0].Name does not match"),
    (simple(Headers=[{"Name": "X" * 127, "Value": "1"}]), BAD, "Headers[0].Name has a length of 127; at most 126"),
    (simple(Headers=[{"Name": "X-A", "Value": "1" * 994}]), BAD, "Headers[0] has more than 996 characters"),
    (simple(Headers=[{"Name": f"X-{n}", "Value": "1"} for n in range(16)]), BAD, "Headers has a length of 16"),
    (simple(Headers=[{"Name": "subject", "Value": "1"}]), BAD, "Duplicate header 'Subject'."),
    (simple(Attachments=[{"FileName": "a" * 256, "RawContent": ""}]), BAD, "FileName has a length of 256"),
    (
        simple(Attachments=[{"FileName": "a", "RawContent": "", "ContentDisposition": "x"}]),
        BAD,
        "ContentDisposition must be one of ATTACHMENT, INLINE, got 'x'",
    ),
    (raw(b"To: a@x.example\r\nDate: 1\r\ndate: 2\r\n\r\nHi"), BAD, "Duplicate header 'Date'."),
    ({"TenantName": ""}, BAD, "TenantName is too short; at least 1 is needed."),
    (template(json.dumps({"a": "x" * 262_144})), BAD, "Content.Template.TemplateData has a length of 262153"),
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
    (template("{"), BAD, "Unable to parse template data (invalid JSON)."),
    (template("[1]"), BAD, "Unable to parse template data (invalid JSON)."),
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
        {"EmailTags": [{"Name": f"t{n}", "Value": "x" * 256} for n in range(60)]},
        {"EmailTags": [{"Name": "ses:feedback-id-a", "Value": "spring"}]},
        raw(b"To: a@x.example\r\nReceived: 1\r\nReceived: 2\r\n\r\nHi"),
        simple(Headers=[{"Name": f"X-{n}", "Value": "~" * 990} for n in range(15)]),
        simple(Subject={"Data": "Grüße 👋"}),
        simple(Body={"Html": {"Data": "<p>"}}),
        template('{"name": "Ada"}'),
        raw(b"To: a@x.example\r\n\r\nHi"),
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


@pytest.mark.parametrize(("letters", "passes"), [(10 * 2**20 - 20, True), (10 * 2**20, False)])
def test_message_of_v1_is_measured_and_not_the_form_that_carries_it(letters, passes):
    text = {"Message__Subject__Data": "Hi", "Message__Body__Text__Data": "<" * letters}

    found = refused(v1("SendEmail", Source=SENDER, Destination__ToAddresses__member__1=RECIPIENT, **text))

    assert (found is None) == passes
    assert passes or found[1].startswith("Message length is more than 10485760 bytes long: ")


def test_replacement_header_takes_the_place_of_the_templates():
    body = {
        "FromEmailAddress": SENDER,
        "DefaultContent": {
            "Template": {
                "TemplateName": "order",
                "TemplateData": "{}",
                "Headers": [{"Name": "List-Id", "Value": "all"}],
            }
        },
        "BulkEmailEntries": [{**to(RECIPIENT), "ReplacementHeaders": [{"Name": "list-id", "Value": "one"}]}],
    }
    asked = call(json.dumps(body).encode(), "/v2/email/outbound-bulk-emails")

    (mail,) = mails_of(asked)

    assert [each for each in mail.headers if each[0].lower() == "list-id"] == [("list-id", "one")]
    assert refused(asked) is None


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
