"""Hostile requests: header injection, path traversal, scripts, idle and slow connections."""

import http.client
import json
import resource
import socket
from contextlib import ExitStack
from urllib.parse import quote, urlsplit

import pytest
from servers import MAX_WAIT_S, wait_for

SCRIPT = "<script>alert(1)</script>"
BROKEN_OUT = "\"'><img src=x onerror=alert(1)>"
INJECTED = "a%0d%0aX-Evil:%20yes"
STEPS = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..%252f", "....//", "%c0%ae%c0%ae/", "/"]


def raw(address: str, target: str, **headers) -> tuple[int, dict, str]:
    """Send a GET whose target is exactly this."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=MAX_WAIT_S)
    connection.putrequest("GET", target, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read().decode(errors="replace")
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, body


@pytest.mark.parametrize(
    "path",
    [
        f"/sparql?query=ASK%7B%7D&format={INJECTED}",
        f"/sparql?query=ASK%7B%7D&default-graph-uri=http://x/{INJECTED}",
        f"/id/event/{INJECTED}",
        f"/data/event/{INJECTED}.ttl",
        f"/dumps/{INJECTED}",
        f"/ontology.{INJECTED}",
        f"/vocab/{INJECTED}",
        f"/graph/{INJECTED}",
        f"/questions/{INJECTED}",
        f"/{INJECTED}",
        f"//example.org/{INJECTED}",
    ],
)
def test_nothing_in_a_url_becomes_a_header(unhurt, path):
    status, headers, _ = raw(unhurt.address, path)
    assert 400 <= status < 500 and "x-evil" not in headers


@pytest.mark.parametrize(
    "target",
    [
        "/id//event/halhamiao-incident",
        "//id/event/halhamiao-incident",
        "/page//event/halhamiao-incident",
        "/events/",
        "/ontology/",
        "/dataset.",
        "/data//event/halhamiao-incident.ttl",
    ],
)
def test_no_request_is_redirected_to_the_host_that_it_names(unhurt, target):
    status, headers, body = raw(unhurt.address, target, X_Forwarded_Host="evil.example", Forwarded="host=evil.example")
    assert "//" not in headers.get("location", "") and status in (303, 404)
    assert status == 303 or json.loads(body)["detail"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("start", ["/dumps/", "/static/", "/data/event/", "/graph/", "/"])
def test_path_traversal_is_refused(unhurt, start, step):
    for target in ("etc/passwd", "manifest.json", "pyproject.toml"):
        status, _, body = raw(unhurt.address, start + step * 8 + target)
        assert (
            status in (308, 400, 404)
            and "root:" not in body
            and "inputs_sha256" not in body
            and "[project]" not in body
        )
        status, _, body = raw(unhurt.address, start + step + target)
        assert status in (308, 400, 404) and "inputs_sha256" not in body


@pytest.mark.parametrize("payload", [SCRIPT, BROKEN_OUT])
@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=ASK {{}} {}",
        "/sparql?query=SELECT ('{}' AS ?x) {{}}",
        "/sparql?query=SELECT (IRI('javascript:{}') AS ?x) {{}}",
        "/sparql?query=SELECT (IRI('https://w3id.org/sjkg/id/event/{}') AS ?x) {{}}",
        "/sparql?query=SELECT ('x' AS ?x) {{}} # {}",
        "/sparql?query=ASK {{}}&format={}",
        "/questions/{}",
        "/questions/events-possibly-on-day?day={}",
        "/questions/events-possibly-on-day?{}=x",
        "/search?q={}",
        "/events?order={}",
        "/events?{}=x",
        "/page/event/{}",
        "/id/event/{}",
        "/dumps/{}",
        "/vocab/{}",
        "/{}",
    ],
)
def test_no_text_of_a_request_is_inserted_as_markup(unhurt, path, payload):
    first, mark, rest = path.format(payload).partition("?")
    target = quote(first) + mark + "&".join("=".join(map(quote, part.split("=", 1))) for part in rest.split("&"))
    status, headers, body = raw(unhurt.address, target, Accept="text/html")
    assert status < 500 and (payload not in body) and "<img src=x" not in body and 'href="javascript:' not in body
    assert "script-src" not in headers["content-security-policy"] and "unsafe" not in headers["content-security-policy"]


def connections(unhurt, count: int, stack: ExitStack) -> list[socket.socket]:
    address = urlsplit(unhurt.address)
    return [
        stack.enter_context(socket.create_connection((address.hostname, address.port), timeout=MAX_WAIT_S))
        for _ in range(count)
    ]


def test_five_hundred_idle_connections_block_no_other_client(unhurt):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard >= 1024
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1024), hard))
    with ExitStack() as stack:
        connections(unhurt, 500, stack)
        unhurt.check_answers()


BEGINNINGS = [b"", b"GET /health HTTP/1.1\r\nHost: h", b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n"]


@pytest.fixture(scope="module")
def begun(attacked):
    """Connections that each sent a beginning, opened together: each is closed after the same time."""
    with ExitStack() as stack:
        opened = dict(zip(BEGINNINGS, connections(attacked, len(BEGINNINGS), stack), strict=True))
        for beginning, connection in opened.items():
            connection.sendall(beginning)
        yield opened


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_connection_without_a_request_is_closed(unhurt, begun, beginning):
    while begun[beginning].recv(4096):  # the answer, where there is one; then the end
        pass


def test_unfinished_requests_block_only_requests_with_a_body(unhurt):
    with ExitStack() as stack:
        for number, connection in enumerate(connections(unhurt, 120, stack)):
            head = b"GET /sparql?query=ASK HTTP/1.1\r\nHost: x\r\nX-Slow: "
            body = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK"
            connection.sendall(head if number % 2 else body)
        unhurt.check_pages()
        assert unhurt.get("/sparql?query=ASK%7B%7D").json()["boolean"] is True
        refused = unhurt.post("ASK {}")
        assert refused.status_code == 503 and refused.headers["Retry-After"] == "1"
    wait_for(lambda: unhurt.post("ASK {}").status_code == 200)


def test_clients_that_do_not_read_block_no_others_and_leak_no_memory(unhurt):
    do_not_read(unhurt)
    # What the server's allocator has held for forty answers at once it keeps for the next; a leak would grow on.
    unhurt.usual_memory_bytes = unhurt.memory_bytes()
    do_not_read(unhurt)


def do_not_read(attacked) -> None:
    large = quote("SELECT * { GRAPH ?g { ?a ?b ?c } } LIMIT 20000")
    with ExitStack() as stack:
        for number, connection in enumerate(connections(attacked, 40, stack)):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET /sparql?query={large}&x={number} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        attacked.check_pages()
        attacked.wait_until_idle()
        attacked.check_answers()


def test_a_body_shorter_than_its_content_length_is_refused(unhurt):
    with ExitStack() as stack:
        (connection,) = connections(unhurt, 1, stack)
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK {}"
        )
        connection.shutdown(socket.SHUT_WR)
        assert not connection.recv(4096).startswith(b"HTTP/1.1 2")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "FOO"])
def test_other_methods_are_refused(unhurt, method):
    connection = http.client.HTTPConnection(urlsplit(unhurt.address).netloc, timeout=MAX_WAIT_S)
    connection.request(method, "/sparql" if method != "CONNECT" else "example.org:443")
    assert connection.getresponse().status in (400, 404, 405)
    connection.close()


def test_an_error_has_advice_and_shows_no_internals(unhurt):
    for target in ("/sparql?query=SELECT", "/sparql?format=x&query=ASK{}", "/nowhere", "/questions/x", "/id/event/x"):
        status, headers, body = raw(unhurt.address, target)
        detail = json.loads(body)["detail"]
        assert 400 <= status < 500 and len(detail) > 20 and headers["access-control-allow-origin"] == "*"
        assert "Traceback" not in body and ".py" not in body and "/tmp" not in body
