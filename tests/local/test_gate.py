"""Who may use the emulator: hostile requests, each refused or harmless, with the emulator still answering."""

import json
import socket
import time
from http.client import HTTPConnection

import pytest
from page_server import served
from ses_local.client.emulator import Emulator, free_port
from ses_local.client.environment import Endpoint

pytestmark = pytest.mark.deploy
PATHS = [
    "/",
    "/_ses_local/status",
    "/_ses_local",
    "/_ministack/health",
    "/2015-03-31/functions",
    "/v2/email/identities",
]


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    """An emulator that takes what these tests send; the next test needs no other."""
    started = Emulator.start(Endpoint(free_port()), tmp_path_factory.mktemp("gate"))
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def _still_answers(emulator):
    yield
    emulator.check()
    assert "waiting" in emulator.ask("status")


def ask(port, method="GET", path="/", body=None, **headers):
    """The status, the headers and the body of the answer to one request."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body=body, headers=named)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def raw(port, data, seconds=10):
    """What comes back for these bytes, until the emulator closes or the time is over."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except (TimeoutError, ConnectionError):
            pass
        return received


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "127.0.0.1:{port}.evil.example",
        "evil.example@127.0.0.1:{port}",
        "evillocalhost:{port}",
        "127.0.0.2:{port}",
        "0.0.0.0:{port}",
        "[::]:{port}",
        "",
    ],
)
def test_foreign_host_is_refused_everywhere(emulator, path, host):
    port = emulator.endpoint.port

    status, _, body = ask(port, path=path, Host=host.format(port=port))

    assert status == 403
    assert json.loads(body)["message"].startswith("foreign host, got ")


@pytest.mark.parametrize("lines", ["", "Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"])
def test_request_without_a_host_or_with_two_is_refused(emulator, lines):
    port = emulator.endpoint.port

    answer = raw(port, f"GET / HTTP/1.0\r\n{lines.format(port=port)}\r\n".encode())

    assert answer.split(b" ")[1] in (b"400", b"403")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "http://bucket.localhost:{port}"},
        {"Origin": "http://127.0.0.1:{port}", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},
    ],
    ids=str,
)
def test_foreign_page_is_refused_everywhere_and_no_preflight_succeeds(emulator, path, method, headers):
    port = emulator.endpoint.port

    status, answered, _ = ask(port, method, path, **{k: v.format(port=port) for k, v in headers.items()})

    assert status == 403
    assert not [name for name in answered if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "photos.s3.localhost:{port}"]
)
@pytest.mark.parametrize("headers", [{}, {"Sec_Fetch_Site": "none"}, {"Sec_Fetch_Site": "same-origin"}], ids=str)
def test_programs_and_own_pages_pass_without_cors_headers(emulator, host, headers):
    port = emulator.endpoint.port
    named = host.format(port=port)

    status, answered, _ = ask(port, "GET", "/_ministack/health", Host=named, Origin=f"http://{named}", **headers)

    assert status == 200
    assert not [name for name in answered if name.lower().startswith("access-control")]
    assert answered["content-security-policy"].startswith("sandbox")


def test_own_addresses_are_objects_of_a_bucket_by_its_host(emulator):
    status, _, body = ask(
        emulator.endpoint.port, path="/_ses_local/status", Host=f"photos.s3.localhost:{emulator.endpoint.port}"
    )

    assert (status, b"NoSuchBucket" in body) == (404, True)


def test_web_socket_of_a_foreign_page_is_refused(emulator):
    port = emulator.endpoint.port
    request = (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://evil.example\r\n\r\n"
    )

    assert raw(port, request.encode(), 2).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    ("path", "length"),
    [("/_ses_local/inject", 70_000), ("/v2/email/outbound-emails", 70 * 2**20), ("/bucket/key", 10**12), ("/", 10**18)],
)
def test_body_that_is_announced_as_too_large_is_refused_unread(emulator, path, length):
    port = emulator.endpoint.port

    answer = raw(port, f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\n\r\n".encode(), 5)

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"the body is too large; at most " in answer


def test_body_of_unknown_length_that_grows_too_large_is_refused(emulator):
    port = emulator.endpoint.port
    head = f"POST /_ses_local/inject HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()

    answer = raw(port, head + b"8000\r\n" + b"x" * 0x8000 + b"\r\n" + b"8001\r\n" + b"x" * 0x8001 + b"\r\n0\r\n\r\n", 5)

    assert answer.startswith(b"HTTP/1.1 413")


def test_body_in_many_small_chunks_is_read_in_linear_time(emulator):
    """Four times the chunks take about four times as long, not sixteen times."""
    port = emulator.endpoint.port

    def seconds(chunks):
        head = f"PUT /linear/key HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n"
        start = time.perf_counter()
        answer = raw(
            port,
            f"{head}Connection: close\r\n\r\n".encode()
            + b"40\r\n"
            + (b"x" * 64 + b"\r\n40\r\n") * chunks
            + b"x" * 64
            + b"\r\n0\r\n\r\n",
            30,
        )
        assert answer.startswith(b"HTTP/1.1 ")
        return time.perf_counter() - start

    short = min(seconds(5_000) for _ in range(2))
    assert seconds(20_000) < max(8 * short, 0.5)


def test_slow_requests_do_not_keep_the_others_waiting(emulator):
    port = emulator.endpoint.port
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    try:
        for number, connection in enumerate(slow):
            half = f"POST /_ses_local/inject HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 100\r\n\r\n{{"
            connection.sendall(half.encode()[: None if number % 2 else 40])

        start = time.perf_counter()
        status, _, _ = ask(port, path="/_ses_local/status")

        assert status == 200
        assert time.perf_counter() - start < 2
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"eventType": 1}',
        b"[" * 50_000,
        b'{"recipients": {"a": ' * 3_000,
        b"\xff\xfe\x00",
        b'{"source": "a@b.example", "recipients": "x", "configurationSet": [], "subject": {}, "messageId": 1}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_malformed_body_to_an_own_address_is_a_sentence(emulator, body):
    status, _, answer = ask(emulator.endpoint.port, "POST", "/_ses_local/inject", body)

    assert status == 400
    assert json.loads(answer)["error"].startswith(("the request cannot be read, got ", "there is no event type 1; "))


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 100_000,
        b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 1_000,
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=lambda data: repr(data[:24]),
)
def test_what_is_no_request_is_refused(emulator, data):
    answer = raw(emulator.endpoint.port, data, 2)

    assert not answer.startswith(b"HTTP/1.1 2")


# --- a page of another origin, in a real browser ---

PAGE = """<!doctype html><title>evil</title><script>
const target = %s
const heard = (it, name) => new Promise((yes, no) => Object.assign(it, {[name]: yes, onerror: no}))
const tries = {
  simple: () => fetch(target + '/2015-03-31/functions', {method: 'POST', body: '{}'}),
  opaque: () => fetch(target + '/2015-03-31/functions', {method: 'POST', mode: 'no-cors', body: '{}'}),
  preflight: () => fetch(target + '/_ses_local/inject', {method: 'POST', headers: {'content-type': 'text/json'}}),
  read: () => fetch(target + '/_ses_local/events').then(r => r.text()),
  image: () => heard(Object.assign(new Image(), {src: target + '/_ministack/health'}), 'onload'),
  socket: () => heard(new WebSocket(target.replace('http', 'ws')), 'onopen'),
  beacon: async () => { navigator.sendBeacon(target + '/?Action=DeleteTopic', 'x=1') },
}
</script><form method="post" target="frame" action=""></form><iframe name="frame"></iframe>"""


def test_page_of_another_origin_can_neither_read_nor_run_anything_in_a_real_browser(emulator, browser):
    answers = []
    functions = emulator.endpoint.client("lambda").list_functions()["Functions"]

    evil = PAGE % json.dumps(emulator.endpoint.url)
    with served(evil, host="localhost") as address, browser.new_context() as context:
        page = context.new_page()
        page.on(
            "response",
            lambda r: r.url.startswith(emulator.endpoint.url) and answers.append((r.request.method, r.status)),
        )
        page.goto(address)
        outcomes = {
            name: page.evaluate("name => tries[name]().then(() => 'done', () => 'failed')", name)
            for name in ("simple", "opaque", "preflight", "read", "image", "socket", "beacon")
        }
        page.evaluate(
            "target => { document.forms[0].action = target + '/_ses_local/inject'; document.forms[0].submit() }",
            emulator.endpoint.url,
        )
        page.wait_for_timeout(300)
        there = context.new_page().goto(emulator.endpoint.url + "/_ministack/health")
        fetched = page.evaluate(
            "target => fetch(target + '/_ministack/health', {mode: 'no-cors'}).then(r => r.type)", emulator.endpoint.url
        )

    # An opaque answer and a beacon tell the page nothing; that they were refused is told by their status.
    assert outcomes == {name: "done" if name in ("opaque", "beacon") else "failed" for name in outcomes}
    assert fetched == "opaque"
    assert there.status == 200  # what a person types into the address bar
    assert {("POST", 403), ("GET", 403)} == set(answers)  # a preflight is shown to no page
    assert emulator.endpoint.client("lambda").list_functions()["Functions"] == functions
