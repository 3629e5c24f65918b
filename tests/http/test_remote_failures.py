"""What the site does when the SPARQL store of `--store` fails, misbehaves, is away or holds another state of the graph."""

import json
import shutil
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

import pytest
from servers import counting_listener, free_port, running_server, wait_for
from stores import JSON, NT, StoreInProcess

from sjkg.core.vocabulary import own
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.remote import graph_state
from sjkg.snapshot.remote_load import load, mark_triples
from sjkg.store.graph_store import GraphStore

MAX_ANSWER_BYTES, DEADLINE_S = 20_000, 2
TABLE, GRAPH = (
    "SELECT ?p ?o { event:halhamiao-incident ?p ?o } LIMIT 5",
    "CONSTRUCT WHERE { event:halhamiao-incident ?p ?o } LIMIT 5",
)
LOGIN = "reader:a secret"


@pytest.fixture(scope="module")
def site(snapshots, snapshot, tmp_path_factory):
    """The store in this process, the server over it, and the server's address."""
    store, login = StoreInProcess(), tmp_path_factory.mktemp("login") / "login"
    login.write_text(f"{LOGIN}\n", encoding="utf-8")
    options = ("--cache-mib", "0", "--query-deadline-s", str(DEADLINE_S), "--max-answer-bytes", str(MAX_ANSWER_BYTES))
    with store.running() as address:
        load(snapshot, GraphStore(address.graphs, 60), lambda stage: None)
        server = running_server(
            "--snapshots", str(snapshots), "--store", address.query, "--store-login", str(login), *options
        )
        with server as url:
            wait_for(
                lambda: ask(url, TABLE)[0] == 200
            )  # the first query starts a worker, which may take longer than the deadline
            yield store, server, url


@contextmanager
def misbehaving(store: StoreInProcess, behaviour):
    """Let the store treat each query by a function of the request's handler that sends something and returns True."""
    store.misbehave = behaviour
    try:
        yield
    finally:
        store.misbehave = lambda handler: False


def send(status: int, media_type: str, body: bytes, length: int | None = None, **headers: str):
    """Return a behaviour: send this response. length: the Content-Length, -1 for none; by default that of the body."""

    def behave(handler) -> bool:
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        if length != -1:
            handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True
        return True

    return behave


def send_chunks_without_end(handler) -> bool:
    """Send the beginning of a body in chunks, and close the connection."""
    handler.send_response(200)
    handler.send_header("Content-Type", NT)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    line = b"<x:a> <x:b> <x:c> .\n"
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
    handler.close_connection = True
    return True


def send_for_ever(start: bytes, part: bytes):
    """Return a behaviour: send a JSON result that begins with `start`, and then `part` again and again."""

    def behave(handler) -> bool:
        send(200, JSON, start, length=10**12)(handler)
        try:
            while True:
                handler.wfile.write(part)
        except OSError:
            return True

    return behave


def ask(url: str, text: str, accept: str = "*/*"):
    """Send a query to the server; return status and body."""
    path = f"{url}/sparql?{urllib.parse.urlencode({'query': text})}"
    try:
        with urllib.request.urlopen(urllib.request.Request(path, headers={"Accept": accept})) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


ROW = b'{"head": {"vars": ["p", "o"]}, "results": {"bindings": [{"p": {"type": "uri", "value": "x:p"}}'
FAULTS = {
    "not found": (TABLE, send(404, "text/html", b"<p>no</p>"), 502, "status 404 (Not Found)"),
    "no right to read": (TABLE, send(401, "text/plain", b"who are you?"), 502, "status 401 (who are you?)"),
    "forbidden": (TABLE, send(403, "text/plain", b"not you"), 502, "rejects the query: not you"),
    "bad query": (TABLE, send(400, "text/plain", b"Parse error\nmore"), 502, "rejects the query: Parse error; "),
    "broken": (TABLE, send(500, "text/plain", b"x" * 9000), 502, f"status 500 ({'x' * 300})"),
    "busy": (TABLE, send(503, "text/plain", b"later"), 503, "is busy (later)"),
    "time limit": (TABLE, send(504, "text/plain", b"too slow"), 504, "reached its time limit (too slow)"),
    "too large there": (TABLE, send(507, "text/plain", b"too much"), 507, "too large for the SPARQL store"),
    "a part": (TABLE, send(206, JSON, ROW + b"]}}"), 507, "only a part of the result"),
    "a part, in older versions": (TABLE, send(200, JSON, ROW + b"]}}", X_SQL_State="S1TAT"), 507, "only a part"),
    "HTML": (TABLE, send(200, "text/html", b"<p>hello</p>"), 502, "text/html, which is not a SPARQL result"),
    "no JSON": (TABLE, send(200, JSON, b"hello"), 502, "not valid json"),
    "JSON of something else": (TABLE, send(200, JSON, b"{}"), 502, "not valid json"),
    "cut JSON": (TABLE, send(200, JSON, ROW, length=-1), 502, "not valid json"),
    "cut body": (TABLE, send(200, JSON, ROW, length=1000), 502, "broke off"),
    "cut chunks": (GRAPH, send_chunks_without_end, 502, "broke off"),
    "a graph without end": (GRAPH, send(200, NT, b"<x:a> <x:b> <x:c> .\n", length=-1), 502, "without Content-Length"),
    "no N-Triples": (GRAPH, send(200, NT, b"hello"), 502, "not valid nt"),
    "a graph for a table": (TABLE, send(200, NT, b""), 502, "not the kind of result"),
    "a boolean for a table": (TABLE, send(200, JSON, b'{"head": {}, "boolean": true}'), 502, "another kind"),
    "a table for a boolean": ("ASK { ?s ?p ?o }", send(200, JSON, ROW + b"]}}"), 502, "another kind"),
    "an invalid term": (TABLE, send(200, JSON, ROW.replace(b"x:p", b"no IRI") + b"]}}"), 502, "not valid json"),
    "endless space": (TABLE, send_for_ever(b"", b" " * 4096), 507, f"larger than {8 * MAX_ANSWER_BYTES:,} bytes"),
    "endless rows": (TABLE, send_for_ever(ROW, b', {"p": {"type": "literal", "value": "x"}}' * 99), 507, "larger than"),
    "an endless text": (TABLE, send_for_ever(ROW[:-5], b"x" * 4096), 507, "larger than"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_store_is_one_sentence_and_the_next_query_is_answered(site, fault):
    store, _, url = site
    text, behaviour, status, words = FAULTS[fault]
    with misbehaving(store, behaviour):
        found, body = ask(url, text)
    problem = json.loads(body)
    assert (found, problem["status"]) == (status, status) and words in problem["detail"]
    assert "127.0.0.1" not in problem["detail"], "the address of the store may be internal"
    assert ask(url, text)[0] == 200


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_slow_store_is_given_up_at_the_deadline_and_its_connection_dropped(site, is_begun):
    store, _, url = site
    dropped = threading.Event()

    def wait(handler) -> bool:
        if is_begun:
            send(200, JSON, ROW, length=10**6)(handler)
            handler.wfile.flush()
        assert handler.connection.recv(1) == b""
        dropped.set()
        handler.close_connection = True
        return True

    with misbehaving(store, wait):
        status, body = ask(url, TABLE)
        assert status == 504 and "2 s" in json.loads(body)["detail"]
        wait_for(dropped.is_set)
    assert ask(url, TABLE)[0] == 200


def test_the_connection_to_the_store_is_dropped_when_the_client_leaves(site):
    store, _, url = site
    begun, dropped = threading.Event(), threading.Event()

    def wait(handler) -> bool:
        begun.set()
        assert handler.connection.recv(1) == b""
        dropped.set()
        handler.close_connection = True
        return True

    host, port = url.removeprefix("http://").split(":")
    with misbehaving(store, wait):
        with socket.create_connection((host, int(port))) as client:
            client.sendall(f"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            begun.wait()
        wait_for(dropped.is_set, within_s=DEADLINE_S * 100)
    assert ask(url, TABLE)[0] == 200


def test_a_redirect_is_not_followed(site):
    store, _, url = site
    with counting_listener() as (port, visits):
        target = f"http://127.0.0.1:{port}/"
        with misbehaving(store, send(307, "text/plain", b"", Location=target)):
            status, body = ask(url, TABLE)
        assert status == 502 and "which is not followed" in json.loads(body)["detail"] and not visits


def test_the_login_is_sent_to_the_store_and_is_in_no_log(site):
    store, server, url = site
    store.headers.clear()
    with misbehaving(store, send(401, "text/plain", b"no")):
        ask(url, TABLE)
    assert store.headers[-1]["Authorization"] == "Basic cmVhZGVyOmEgc2VjcmV0"
    assert "Authorization" not in server.log() and "secret" not in server.log() and "cmVhZGVy" not in server.log()


def test_a_page_says_that_the_store_fails(site):
    store, _, url = site
    with misbehaving(store, send(500, "text/plain", b"broken")):
        status, body = ask(url, TABLE, "text/html")
    assert status == 502 and "The SPARQL store of this site responded with status 500 (broken)" in body


@pytest.mark.parametrize(
    "triples, words", [("", "holds no complete graph"), ("another", "holds another state of the graph")]
)
def test_no_query_is_answered_from_another_state_of_the_graph(site, snapshot, triples, words):
    store, _, url = site
    mark = f"{own().graphs}loaded"
    graphs = GraphStore(f"http://127.0.0.1:{urllib.parse.urlsplit(server_of(site)).port}/graphs", 60)
    try:
        graphs.replace(mark, mark_triples({}, triples))
        status, body = ask(url, TABLE)
        assert status == 503 and words in json.loads(body)["detail"] and "sjkg load-remote" in body
        assert ready(url)[0] == 503
    finally:
        graphs.replace(mark, mark_triples({}, graph_state(snapshot)))
    assert ask(url, TABLE)[0] == 200 and ready(url)[0] == 200


def server_of(site) -> str:
    """Return the URL of the store that the server of the site uses, from its command line."""
    arguments = site[1].arguments
    return arguments[arguments.index("--store") + 1]


def ready(url: str):
    try:
        with urllib.request.urlopen(f"{url}/ready") as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def health(url: str) -> tuple[str, dict]:
    """Return status and store of a server by /health."""
    with urllib.request.urlopen(f"{url}/health") as response:
        found = json.load(response)
    return found["status"], found["store"]


def test_the_site_starts_without_its_store_and_answers_when_it_comes_back(snapshots, snapshot):
    store, port = StoreInProcess(), free_port()
    with running_server("--snapshots", str(snapshots), "--store", f"http://127.0.0.1:{port}/sparql") as url:
        for status, body in (ready(url), ask(url, TABLE)):
            assert status == 502 and "cannot be reached (Connection refused)" in json.loads(body)["detail"]
        assert health(url) == ("degraded", {"kind": "remote", "is_reachable": False})
        with store.running(port) as address:
            assert ask(url, TABLE)[0] == 503
            load(snapshot, GraphStore(address.graphs, 60), lambda stage: None)
            assert ready(url)[0] == 200 and ask(url, TABLE)[0] == 200
            assert health(url) == ("ok", {"kind": "remote", "is_reachable": True})
        assert ask(url, TABLE.replace("5", "3"))[0] == 502  # the result of the query before is in the cache
        assert ask(url, TABLE)[0] == 200


def test_while_graphs_are_replaced_the_result_of_a_query_that_began_before_is_refused(site, snapshot):
    store, _, url = site
    mark = f"{own().graphs}loaded"
    graphs = GraphStore(f"http://127.0.0.1:{urllib.parse.urlsplit(server_of(site)).port}/graphs", 60)

    def replace_meanwhile(handler) -> bool:
        store.misbehave = lambda handler: False
        graphs.replace(mark, b"")
        return False

    try:
        with misbehaving(store, replace_meanwhile):
            assert ask(url, TABLE)[0] == 503
    finally:
        graphs.replace(mark, mark_triples({}, graph_state(snapshot)))


def test_a_server_that_watches_files_goes_on_until_the_store_has_the_new_graph(small_kb, tmp_path):
    kb, snapshots = tmp_path / "kb", tmp_path / "snapshots"
    shutil.copytree(small_kb, kb)
    labels = "SELECT ?label { event:only <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
    store = StoreInProcess()
    with store.running() as address:
        load(ensure_snapshot(kb, snapshots, lambda stage: None), GraphStore(address.graphs, 60), lambda stage: None)
        server = running_server(
            "--kb", str(kb), "--snapshots", str(snapshots), "--store", address.query, "--watch", "--cache-mib", "0"
        )
        with server as url:
            assert "the only event" in ask(url, labels)[1]
            events = kb / "triples" / "events.ttl"
            events.write_text(events.read_text(encoding="utf-8").replace("the only", "another"), encoding="utf-8")
            wait_for(lambda: "holds another state of the graph" in server.log())
            assert "the only event" in ask(url, labels)[1]
            load(ensure_snapshot(kb, snapshots, lambda stage: None), GraphStore(address.graphs, 60), lambda stage: None)
            assert ask(url, labels)[0] in (200, 503)
            wait_for(lambda: "another event" in ask(url, labels)[1])
