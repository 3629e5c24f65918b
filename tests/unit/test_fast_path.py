"""The fast path in front of Flask: its responses are those that Flask would send."""

import io
from functools import partial
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from sjkg.core.settings import Settings
from sjkg.web.app import create_app
from sjkg.web.current_file import CurrentSnapshotFile
from sjkg.web.fast_path import FastPath, decode_parameter, read_plain_query
from sjkg.web.http.access_log import RECORD, RequestRecord
from sjkg.web.served import SnapshotSwitcher
from sjkg.web.server import METRICS_FOLDER

pytestmark = pytest.mark.slow

TABLE = "SELECT ?date { event:halhamiao-incident sjkg:date ?date }"
GRAPH = "CONSTRUCT { ?claim sjkg:countExact ?count } { ?claim sjkg:about event:halhamiao-incident ; sjkg:countExact ?count }"
FROM = "SELECT (COUNT(*) AS ?n) FROM graph:inferred { ?a ?b ?c }"
CASES = [
    (TABLE, None),
    (TABLE, "*/*"),
    (TABLE, "text/csv"),
    (TABLE, "application/sparql-results+xml;q=0.5, text/tab-separated-values"),
    (TABLE, "text/html"),
    (TABLE, "text/csv, text/turtle, text/html;q=0.5"),
    ("SELECT", "text/csv, text/turtle, text/html;q=0.5"),
    ("SELECT", "application/json"),
    (TABLE, "image/png"),
    (TABLE, "text/turtle"),
    (GRAPH, "text/turtle"),
    (GRAPH, "application/ld+json, application/sparql-results+json"),
    (GRAPH, "text/html, text/turtle;q=0.1"),
    (FROM, "application/sparql-results+json"),
    ("ASK { ?a sjkg:date ?b }", "text/csv, application/sparql-results+json;q=0.9"),
    ("SELECT (NOW() < NOW() AS ?never) {}", None),
    ('SELECT ("Халхин-Гол 100% + a&b=c #" AS ?text) {}', None),
    ("SELECT * { ?a ?b }", None),
    ("SELECT * { SERVICE <http://example.org/> { ?a ?b ?c } }", None),
    ("DELETE WHERE { ?a ?b ?c }", None),
    ("", None),
]
NOT_PLAIN = [
    ("GET", {"QUERY_STRING": ""}),
    ("GET", {"QUERY_STRING": "query=ASK%7B%7D&format=json"}),
    ("GET", {"QUERY_STRING": "query=ASK%7B%7D&query=ASK%7B%7D"}),
    ("GET", {"QUERY_STRING": "format=json&query=ASK%7B%7D"}),
    ("GET", {"QUERY_STRING": "update=CLEAR%20ALL"}),
    ("GET", {"QUERY_STRING": "query=ASK%7B%7D%FF"}),
    ("GET", {"QUERY_STRING": "query=ASK%7B%7D\xff"}),
    ("GET", {"QUERY_STRING": "query=ASK%\n7B%7D"}),
    ("GET", {"QUERY_STRING": "query=ASK%7B%7D", "CONTENT_TYPE": "application/sparql-query"}),
    ("GET", {"QUERY_STRING": "query=ASK%7B%7D", "PATH_INFO": "/rdf-graph-store"}),
    ("POST", {"QUERY_STRING": "query=ASK%7B%7D", "CONTENT_TYPE": "application/x-www-form-urlencoded"}),
    ("PUT", {"QUERY_STRING": "query=ASK%7B%7D"}),
]


@pytest.fixture(scope="module")
def app(kb_root, snapshots, snapshot, tmp_path_factory):
    folder = tmp_path_factory.mktemp("serving")
    pointer = CurrentSnapshotFile(folder / "current")
    pointer.set(snapshot)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(METRICS_FOLDER, str(folder))
        patch.setattr(SnapshotSwitcher, "start_threads", lambda self: None)
        app = create_app(Settings(kb=kb_root, snapshots=snapshots, max_running_queries=1), pointer)
    yield app
    app.extensions.pop("sjkg")["current"].now.public_queue._workers.close()


@pytest.fixture(scope="module")
def store(app):
    return app.extensions["sjkg"]["current"].now.public_queue


@pytest.fixture(scope="module")
def both_ways(app, store):
    """The application with the fast path, and without it."""
    flask = partial(Flask.wsgi_app, app)
    return FastPath(flask, lambda: store, ()), flask


def made_environ(method: str = "GET", **others: str) -> dict:
    return {
        "REQUEST_METHOD": method,
        "REMOTE_ADDR": "127.0.0.1",
        "PATH_INFO": "/sparql",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        RECORD: RequestRecord("test"),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **others,
    }


def ask(application, environ: dict) -> tuple[str, list, bytes, RequestRecord]:
    """Return the status line, the headers, the body, and the log record."""
    started = []
    chunks = application(environ, lambda status, headers, exc_info=None: started.append((status, list(headers))))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return *started[0], body, environ[RECORD]


@pytest.mark.parametrize("query, accept", CASES)
def test_the_fast_path_sends_the_response_that_flask_would_send(both_ways, query, accept):
    asked = {"QUERY_STRING": urlencode({"query": query})} | ({} if accept is None else {"HTTP_ACCEPT": accept})
    assert read_plain_query(made_environ(**asked)) == query
    fast, slow = (ask(application, made_environ(**asked)) for application in both_ways)
    assert fast == slow


@pytest.mark.parametrize("method, others", NOT_PLAIN)
def test_a_request_that_is_not_a_plain_query_goes_on_to_flask(both_ways, method, others):
    assert read_plain_query(made_environ(method, **others)) is None
    fast, slow = (ask(application, made_environ(method, **others)) for application in both_ways)
    assert fast == slow


@pytest.mark.parametrize("host", ["", "a b", "[::1]:x", "example.org:99999"])
def test_the_fast_path_treats_malformed_host_headers_as_flask_does(both_ways, host):
    asked = {"QUERY_STRING": urlencode({"query": TABLE}), "HTTP_HOST": host}
    fast, slow = (ask(application, made_environ(**asked)) for application in both_ways)
    assert fast == slow


def test_neither_a_plain_query_nor_its_error_reaches_flask(store):
    def flask(environ, start_response):
        raise AssertionError("the request reached Flask")

    fast_path = FastPath(flask, lambda: store, ())
    assert ask(fast_path, made_environ(QUERY_STRING=urlencode({"query": TABLE})))[0] == "200 OK"
    assert ask(fast_path, made_environ(QUERY_STRING=urlencode({"query": "SELECT"})))[0] == "400 BAD REQUEST"


def test_a_query_that_fails_unexpectedly_is_run_once_and_its_error_is_logged(both_ways, store, monkeypatch):
    asked = []
    monkeypatch.setattr(store, "query", lambda *_, **__: asked.append(1) or 1 / 0)
    status, _, body, record = ask(both_ways[0], made_environ(QUERY_STRING=urlencode({"query": TABLE})))
    assert status.startswith("500") and b"the server's log describes it under the request id test" in body
    assert len(asked) == 1 and record.query == TABLE and record.error == "ZeroDivisionError"


@given(st.text("%%%40aAfFgz=+. ~") | st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_a_parameter_is_decoded_as_urllib_decodes_it(encoded):
    assert decode_parameter(encoded) == unquote_to_bytes(encoded.replace("+", " "))
