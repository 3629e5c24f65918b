"""Random requests: each gets a fitting status, and each error has a message."""

import http.client
import json
import string
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import MAX_WAIT_S

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
LITERALS = st.from_regex(
    r'"(x|\\u[0-9A-F]{4}|\\U[0-9A-F]{8}|\x00)*"(@en|\^\^xsd:(date|integer|double|gYear)|\^\^x)?', fullmatch=True
)
TERMS = st.one_of(
    VALUES,
    st.sampled_from(
        ["event:halhamiao-incident", "sjkg:involvesPower", "a", "_:x", "-1", "9" * 5000, "http://[", "x:\x7f"]
    ),
    LITERALS,
)
PARAMETERS_OF = {
    "/explain": ["s", "p", "o", "why-not", "all", "format"],
    "/reconcile": ["queries", "extend"],
    "/reconcile/suggest/type": ["prefix", "cursor", "limit"],
    "/reconcile/flyout/entity": ["id"],
    "/reconcile/preview": ["id"],
    "/reconcile/extend/propose": ["type", "limit"],
    "/reconcile/suggest/entity": ["prefix", "cursor", "limit"],
    "/validate": ["format"],
    "/rdf-graph-store": ["graph"],
    "/sparql?query=ASK%7B%7D": ["default-graph-uri", "named-graph-uri", "format"],
    "/events": ["day", "from", "to", "page", "year", "kind", "sort", "stated"],
    "/events.csv": ["day", "year", "kind", "sort"],
    "/timeline.json": ["from", "to", "year"],
    "/drawings/timeline.json": ["day", "from", "to", "year"],
    "/drawings/spots.json": ["box", "day"],
    "/questions/events-possibly-on-day": ["day"],
}
NAMED = st.sampled_from(sorted(PARAMETERS_OF)).flatmap(
    lambda path: st.tuples(st.just(path), st.fixed_dictionaries({}, optional=dict.fromkeys(PARAMETERS_OF[path], TERMS)))
)
JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.characters(), st.sampled_from(["Event", "x"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["query", "type", "limit", "properties", "\ud800"]), inner, max_size=4),
    ),
    max_leaves=8,
)
EVIDENCE = st.fixed_dictionaries(
    {"pid": st.sampled_from(["begin", "point", "whole", "wikidata", "x"]), "v": JSON_VALUES}
)
EXTENSIONS = st.fixed_dictionaries(
    {
        "ids": st.lists(st.sampled_from(["event/battle-of-lake-khasan", "Q1", "\x00", "x" * 2000]), max_size=3)
        | JSON_VALUES,
        "properties": JSON_VALUES
        | st.lists(
            st.fixed_dictionaries({"id": st.sampled_from(["begin", "loss", "x"]), "settings": JSON_VALUES}), max_size=3
        ),
    }
)
QUERIES = st.fixed_dictionaries(
    {"query": st.text(max_size=5) | JSON_VALUES},
    optional={"type": JSON_VALUES, "limit": JSON_VALUES, "properties": st.lists(EVIDENCE, max_size=3) | JSON_VALUES},
)
BEGINNINGS = [
    "id/",
    "id/event/",
    "data/event/",
    "page/",
    "page/event/",
    "graph/",
    "vocab/role/",
    "shapes/",
    "ontology.",
    "dumps/",
]
FITTING = {200, 300, 303, 304, 308, 400, 403, 404, 405, 406, 410, 413, 414, 431}
FUZZING = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def connection(attacked):
    open_connection = http.client.HTTPConnection(urlsplit(attacked.address).netloc, timeout=MAX_WAIT_S)
    yield open_connection
    open_connection.close()


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


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


@FUZZING
@given(asked=NAMED, accept=st.sampled_from(["text/html", "application/json"]))
def test_any_value_of_a_parameter_is_understood_or_refused(connection, asked, accept):
    path, values = asked
    query = "&".join(f"{name}={quoted(value)}" for name, value in values.items())
    check(connection, f"{path}{'&' if '?' in path else '?'}{query}", accept)


@FUZZING
@given(terms=st.permutations(["event:halhamiao-incident", "sjkg:involvesPower"]), odd=LITERALS, why_not=st.booleans())
def test_any_literal_in_a_triple_is_explained_or_refused(connection, terms, odd, why_not):
    place = len(odd) % 3
    s, p, o = map(quoted, [*terms[:place], odd, *terms[place:]])
    check(connection, f"/explain?s={s}&p={p}&o={o}{'&why-not=yes' * why_not}", "application/json")


@FUZZING
@given(batch=st.dictionaries(st.text(max_size=3), QUERIES | JSON_VALUES, max_size=3))
def test_any_reconciliation_batch_is_understood_or_refused(connection, batch):
    check(connection, f"/reconcile?queries={quoted(json.dumps(batch))}", "application/json")


@FUZZING
@given(query=EXTENSIONS | JSON_VALUES)
def test_any_data_extension_query_is_understood_or_refused(connection, query):
    check(connection, f"/reconcile?extend={quoted(json.dumps(query))}", "application/json")


@FUZZING
@given(beginning=st.sampled_from(BEGINNINGS), rest=st.text(st.characters(exclude_categories=[]), max_size=20))
def test_any_path_is_understood_or_refused(connection, beginning, rest):
    check(connection, f"/{beginning}{quoted(rest)}", "application/json")
