"""Requests that nobody would write: each gets a status that fits, and an error says something."""

import http.client
import json
import string
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MEDIA_TYPES = [
    "text/html",
    "text/turtle",
    "text/csv",
    "application/json",
    "application/ld+json",
    "text/*",
    "*/*",
    "x/y",
    "*",
]
PARAMETERS = [";q=0", ";q=1", ";q=0.5", ";q=-1", ";q=abc", ";q=", ";charset=utf-8", ';x="a,b"', ";", '"', "=", "q"]
ACCEPT = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60),
    st.lists(st.sampled_from([*MEDIA_TYPES, *PARAMETERS, ",", " "]), max_size=12).map("".join),
)
PATHS = [
    "/",
    "/sparql",
    "/events",
    "/search",
    "/questions/events-possibly-on-day",
    "/rdf-graph-store",
    "/dataset",
    "/id/event/x",
]
NAMES = [
    "query",
    "format",
    "default-graph-uri",
    "named-graph-uri",
    "graph",
    "default",
    "q",
    "day",
    "page",
    "order",
    "update",
    "x",
]
VALUES = st.one_of(
    st.sampled_from(
        ["ASK {}", "SELECT * { ?s ?p ?o } LIMIT 1", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "json", "csv", "-1", "1e9"]
    ),
    st.text(max_size=30),
    st.text(string.punctuation + "0123456789 \n", max_size=20),
)
QUERY_STRING = st.one_of(
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4).map(
        lambda pairs: "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs)
    ),
    st.text(string.ascii_letters + string.digits + "%&=;+?/#[]{}|^`'", max_size=40).map(
        lambda text: text.replace("#", "%")
    ),
)
FITTING = {200, 300, 303, 304, 308, 400, 403, 404, 405, 406, 410, 413, 414, 431}
FUZZING = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def connection(attacked):
    open_connection = http.client.HTTPConnection(urlsplit(attacked.address).netloc, timeout=30)
    yield open_connection
    open_connection.close()


def check(connection: http.client.HTTPConnection, target: str, accept: str) -> None:
    connection.putrequest("GET", target, skip_accept_encoding=True)
    connection.putheader("Accept", accept.encode("latin-1"))
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    assert response.status in FITTING, (response.status, body[:500])
    if response.status >= 400 and response.headers["Content-Type"] == "application/problem+json":
        assert json.loads(body)["detail"]


@FUZZING
@given(
    accept=ACCEPT,
    path=st.sampled_from([*PATHS, "/sparql?query=ASK%7B%7D", "/data/event/halhamiao-incident", "/ontology"]),
)
def test_any_accept_header_is_understood_or_refused(connection, accept, path):
    check(connection, path, accept)


@FUZZING
@given(path=st.sampled_from(PATHS), query_string=QUERY_STRING, accept=st.sampled_from([*MEDIA_TYPES, ""]))
def test_any_query_string_is_understood_or_refused(connection, path, query_string, accept):
    check(connection, f"{path}?{query_string}", accept)
