"""A SPARQL endpoint as a graph: our own server, and servers that misbehave."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rdflib import Graph
from servers import free_port

import sjkg
from sjkg.sparql.prologue import declare_prefixes

JSON = "application/sparql-results+json"


@contextmanager
def responding(status: int, media_type: str, body: bytes, **headers: str):
    """Give the URL of a server that has one response to everything, and the requests it has received."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql", received
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def remote(server):
    return sjkg.open(f"{server}/sparql")


def test_an_endpoint_answers_as_the_packaged_graph_does(remote, snapshot, snapshots):
    queries = (
        ("SELECT ?event ?date { ?event sjkg:date ?date } ORDER BY ?event ?date", {}),
        ("losses-of-event", {"event": "halhamiao-incident"}),
    )
    with sjkg.open(snapshots=snapshots) as local:
        for query, parameters in queries:
            here, there = (graph.query(query, **parameters).to_dicts() for graph in (local, remote))
            assert here == there and here


def test_an_endpoint_answers_ask_and_construct(remote):
    assert remote.query("ASK { event:halhamiao-incident a sjkg:BorderIncident }") is True
    graph = remote.query("CONSTRUCT WHERE { ?s a sjkg:Battle }")
    assert isinstance(graph, Graph) and len(graph)


def test_what_an_endpoint_rejects_is_said_in_its_words(remote):
    with pytest.raises(sjkg.BadQuery, match="rejects the query: line 1"):
        remote.query("SELECT * {")
    with pytest.raises(sjkg.BadQuery, match="read-only"):
        remote.query("INSERT DATA { <x:a> <x:b> <x:c> }")


def test_an_endpoint_says_what_it_cannot_do(remote):
    for use in (
        lambda: remote.event("halhamiao-incident"),
        lambda: remote.graph(),
        lambda: remote.explain("a", "b", "c"),
    ):
        with pytest.raises(sjkg.BadParameter, match="only answers queries"):
            use()


def test_a_redirect_is_not_followed():
    with responding(307, "text/plain", b"", Location="http://127.0.0.1:1/elsewhere") as (url, received):
        with pytest.raises(
            sjkg.ServiceFailed, match="redirects to http://127.0.0.1:1/elsewhere, which is not followed"
        ):
            sjkg.open(url).query("ASK {}")
        assert len(received) == 1


@pytest.mark.parametrize(
    "status, media_type, body, error, words",
    [
        (200, "text/html", b"<p>hello</p>", sjkg.ServiceFailed, "text/html, which is not a SPARQL result"),
        (200, JSON, b"{", sjkg.ServiceFailed, "not valid JSON"),
        (200, JSON, b"17", sjkg.ServiceFailed, "not valid JSON"),
        (200, JSON, b"{}", sjkg.ServiceFailed, "cannot be read as json"),
        (
            200,
            JSON,
            b'{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": 1}]}}',
            sjkg.ServiceFailed,
            "cannot be read as json",
        ),
        (200, "text/turtle", b"no turtle", sjkg.ServiceFailed, "cannot be read as turtle"),
        (404, "text/html", b"<p>no</p>", sjkg.ServiceFailed, "status 404"),
        (400, "text/plain", b"Parse error\nmore", sjkg.BadQuery, "rejects the query: Parse error"),
        (503, "text/plain", b"", sjkg.SjkgError, "is busy"),
        (504, "application/problem+json", b'{"detail": "too slow"}', sjkg.DeadlineExceeded, "too slow"),
        (500, "application/problem+json", b"not json", sjkg.ServiceFailed, "status 500"),
    ],
)
def test_each_way_of_failing_has_its_error(status, media_type, body, error, words):
    with responding(status, media_type, body) as (url, _), pytest.raises(error, match=words):
        sjkg.open(url).query("SELECT * {}")


def test_a_result_that_is_too_large_is_refused():
    with responding(200, JSON, b" " * 200_000) as (url, _), pytest.raises(sjkg.LimitExceeded, match="100,000 bytes"):
        sjkg.open(url, memory_bytes=100_000).query("ASK {}")


def test_an_endpoint_that_does_not_respond_ends_at_the_deadline():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(sjkg.DeadlineExceeded, match="0.2 s"):
            sjkg.open(url, deadline_s=0.2).query("ASK {}")


def test_an_endpoint_that_sends_a_little_at_a_time_ends_at_the_deadline():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as trickling:
        stopped = threading.Event()

        def trickle():
            connection, _ = trickling.accept()
            with connection:
                connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n\r\n".encode())
                while not stopped.wait(0.02):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        try:
            with pytest.raises(sjkg.DeadlineExceeded):
                sjkg.open(f"http://127.0.0.1:{trickling.getsockname()[1]}/", deadline_s=0.3).query("ASK {}")
        finally:
            stopped.set()
            thread.join()


def test_nobody_at_the_address_is_one_sentence():
    with pytest.raises(sjkg.ServiceFailed, match="cannot be reached"):
        sjkg.open(f"http://127.0.0.1:{free_port()}/").query("ASK {}")


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "http://", "http://[::1/"])
def test_only_http_urls_are_opened(url):
    with pytest.raises(sjkg.BadParameter, match="not the URL of an endpoint"):
        sjkg.open(url)


@pytest.mark.parametrize(
    "query, declared",
    [
        ("SELECT * { ?s a sjkg:Battle }", ["sjkg"]),
        ("PREFIX sjkg: <http://example.org/> SELECT * { ?s a sjkg:Battle }", []),
        ('SELECT * { ?s rdfs:label "event:x" } # sjkg:', ["rdfs"]),
        ("SELECT * { ?s mine:label <event:x> }", []),
    ],
)
def test_prefixes_that_are_used_and_not_declared_are_declared_for_other_servers(query, declared):
    written = declare_prefixes(query)
    assert written.endswith(query) and [word for word in written.removesuffix(query).split() if word.endswith(":")] == [
        f"{name}:" for name in declared
    ]


def test_an_endpoint_of_this_project_warns_of_a_term_that_is_nowhere_in_its_graph(remote):
    with pytest.warns(sjkg.UnknownTermWarning, match="sjkg:startDate is nowhere in the graph; did you mean sjkg:date?"):
        assert len(remote.select("SELECT * { ?event sjkg:startDate ?date }")) == 0


def test_an_endpoint_of_this_project_says_why_a_result_is_empty(remote):
    with pytest.warns(sjkg.EmptyResultWarning, match="nothing matches “.claim a sjkg:NameClaim” and "):
        assert len(remote.select("SELECT * { ?claim a sjkg:NameClaim ; sjkg:countExact ?n }")) == 0
