"""SPARQL 1.1 Protocol, operation “query”: a row for each requirement of the specification.

Source: https://www.w3.org/TR/sparql11-protocol/ (sections below), RFC 9110 for negotiation.
"""

import json
from urllib.parse import quote

import pytest
import requests
from rdflib import Dataset, Graph

FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMES = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
DERIVED, INFERRED = "https://w3id.org/sjkg/graph/derived", "https://w3id.org/sjkg/graph/inferred"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


def form(**fields) -> str:
    return "&".join(
        f"{name.replace('_', '-')}={quote(value)}"
        for name, values in fields.items()
        for value in ([values] if isinstance(values, str) else values)
    )


@pytest.fixture(scope="module")
def send(server):
    """Send one request: GET with parameters, POST of a form, or POST of the query itself."""

    def send_request(method, content_type=None, body="", parameters="", accept=JSON):
        headers = {"Accept": accept} | ({"Content-Type": content_type} if content_type else {})
        data = body if isinstance(body, bytes) else body.encode()
        return requests.request(method, f"{server}/sparql?{parameters}", data=data, headers=headers, timeout=20)

    return send_request


# section, method, content type, body, URL parameters
ACCEPTED = [
    ("2.1.1 query via GET", "GET", None, "", form(query=COUNT)),
    ("2.1.2 query via URL-encoded POST", "POST", FORM, form(query=COUNT), ""),
    ("2.1.2 a form that says UTF-8", "POST", f"{FORM}; charset=UTF-8", form(query=COUNT), ""),
    ("2.1.3 query via POST directly", "POST", QUERY, COUNT, ""),
    ("2.1.3 a query that says UTF-8", "POST", f"{QUERY};charset=utf-8", COUNT, ""),
]


@pytest.mark.parametrize("section, method, content_type, body, parameters", ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_each_way_to_send_a_query_gets_the_same_result(send, store, section, method, content_type, body, parameters):
    response = send(method, content_type, body, parameters)
    assert response.status_code == 200, response.text
    assert response.json() == json.loads(store.query(COUNT).body)


# section, method, content type, body, URL parameters, status, words of the answer
REFUSED = [
    ("2.1 no query in a form", "POST", FORM, "", "", 400, "“query” is required once, and was sent 0 times"),
    ("2.1.1 two queries", "GET", None, "", form(query=["ASK {}", "ASK {}"]), 400, "was sent 2 times"),
    ("2.1.2 two queries in a form", "POST", FORM, form(query=["ASK {}", "ASK {}"]), "", 400, "was sent 2 times"),
    ("2.1.2 a query in the form and one in the URL", "POST", FORM, form(query="ASK {}"), form(query="ASK {}"), 400, "2"),
    ("2.1.3 a query in the body and one in the URL", "POST", QUERY, "ASK {}", form(query="ASK {}"), 400, "was sent 2 times"),
    ("2.1.3 a body that is not UTF-8", "POST", QUERY, "ASK { 'é' }".encode("latin-1"), "", 400, "not UTF-8"),
    ("2.1.1 parameters that are not UTF-8", "GET", None, "", "query=ASK%20%7B%20%27%E9%27%20%7D", 400, "not UTF-8"),
    ("2.1.2 a form that is not UTF-8", "POST", FORM, "query=ASK%20%7B%20%27%E9%27%20%7D", "", 400, "not UTF-8"),
    ("2.1.3 a query that says another charset", "POST", f"{QUERY}; charset=utf-16", "ASK {}", "", 415, "utf-16"),
    ("2.1.2 a form that says another charset", "POST", f"{FORM}; charset=iso-8859-1", form(query="ASK {}"), "", 415, "8859"),
    ("2.1.2 no content type", "POST", None, "ASK {}", "", 415, QUERY),
    ("2.1.2 another content type", "POST", "text/plain", "ASK {}", "", 415, QUERY),
    ("2.1.4 a default graph that is not an IRI", "GET", None, "", form(query=COUNT, default_graph_uri="a b"), 400, "a b"),
    ("2.1.4 a relative named graph", "GET", None, "", form(query=COUNT, named_graph_uri="x/y"), 400, "x/y"),
    ("2.1.6 a malformed query", "GET", None, "", form(query="SELECT nothing"), 400, "line 1"),
    ("2.2.1 update in a form", "POST", FORM, form(update="CLEAR ALL"), "", 403, "read-only"),
    ("2.2.2 update directly", "POST", "application/sparql-update", "CLEAR ALL", "", 403, "read-only"),
    ("2.2 update via GET", "GET", None, "", form(update="CLEAR ALL"), 403, "read-only"),
    ("2.2 an update sent as a query", "GET", None, "", form(query="CLEAR ALL"), 403, "read-only"),
]  # fmt: skip


@pytest.mark.parametrize(
    "section, method, content_type, body, parameters, status, words", REFUSED, ids=[row[0] for row in REFUSED]
)
def test_malformed_requests_are_refused_with_one_sentence(
    send, section, method, content_type, body, parameters, status, words
):
    response = send(method, content_type, body, parameters)
    assert response.status_code == status and response.headers["Content-Type"] == "application/problem+json"
    assert words in response.json()["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_2_1_other_methods_are_405_with_the_allowed_ones(send, method):
    response = send(method, QUERY, "ASK {}")
    assert response.status_code == 405 and {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def bindings(response) -> list[dict]:
    assert response.status_code == 200, response.text
    return response.json()["results"]["bindings"]


# section, dataset by the protocol, FROM in the query, the graphs whose triples are in the default graph
DEFAULT_GRAPHS = [
    ("2.1.4 one default graph", {"default_graph_uri": DERIVED}, "", [DERIVED]),
    ("2.1.4 several default graphs are merged", {"default_graph_uri": [DERIVED, INFERRED]}, "", [DERIVED, INFERRED]),
    ("2.1.4 only named graphs: the default graph is empty", {"named_graph_uri": DERIVED}, "", []),
    ("2.1.4 an unknown graph is empty", {"default_graph_uri": "http://nowhere.example/"}, "", []),
    ("2.1.4 an unknown graph beside a known one", {"default_graph_uri": ["http://nowhere.example/", DERIVED]}, "", [DERIVED]),
    ("2.1.4 the query's own", {}, f"FROM <{DERIVED}>", [DERIVED]),
    ("2.1.4 the protocol's goes before the query's", {"default_graph_uri": DERIVED}, f"FROM <{INFERRED}>", [DERIVED]),
    ("2.1.4 also when the protocol names named graphs only", {"named_graph_uri": DERIVED}, f"FROM <{INFERRED}>", []),
]  # fmt: skip


@pytest.mark.parametrize("posts", ["GET", "form", "direct"])
@pytest.mark.parametrize("section, dataset, clause, graphs", DEFAULT_GRAPHS, ids=[row[0] for row in DEFAULT_GRAPHS])
def test_the_default_graph_follows_the_request(send, snapshot, posts, section, dataset, clause, graphs):
    query = COUNT.replace("{ ?s", f"{clause} {{ ?s")
    response = {
        "GET": lambda: send("GET", parameters=form(query=query, **dataset)),
        "form": lambda: send("POST", FORM, form(query=query, **dataset)),
        "direct": lambda: send("POST", QUERY, query, form(**dataset)),
    }[posts]()
    expected = sum(snapshot.manifest.graphs[graph] for graph in graphs)
    assert bindings(response)[0]["n"]["value"] == str(expected)


NAMED_GRAPHS = [
    ("2.1.4 several named graphs", {"named_graph_uri": [DERIVED, INFERRED]}, "", {DERIVED, INFERRED}),
    ("2.1.4 only default graphs: no named graph", {"default_graph_uri": DERIVED}, "", set()),
    ("2.1.4 the protocol's go before the query's", {"named_graph_uri": DERIVED}, f"FROM NAMED <{INFERRED}>", {DERIVED}),
    ("2.1.4 the query's own", {}, f"FROM NAMED <{INFERRED}>", {INFERRED}),
    ("2.1.4 an unknown one has nothing", {"named_graph_uri": "http://nowhere.example/"}, "", set()),
]


@pytest.mark.parametrize("section, dataset, clause, graphs", NAMED_GRAPHS, ids=[row[0] for row in NAMED_GRAPHS])
def test_the_named_graphs_follow_the_request(send, section, dataset, clause, graphs):
    query = NAMES.replace("{ GRAPH", f"{clause} {{ GRAPH")
    assert {row["g"]["value"] for row in bindings(send("GET", parameters=form(query=query, **dataset)))} == graphs


SELECT, ASK, CONSTRUCT = "SELECT ?s { ?s a sjkg:Battle }", "ASK {}", "CONSTRUCT WHERE { ?s a sjkg:Battle }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
# section, query, Accept, extra parameters, media type of the answer
NEGOTIATED = [
    ("2.1.5 JSON", SELECT, JSON, {}, JSON),
    ("2.1.5 XML", SELECT, XML, {}, XML),
    ("2.1.5 CSV", SELECT, "text/csv", {}, "text/csv"),
    ("2.1.5 TSV", SELECT, "text/tab-separated-values", {}, "text/tab-separated-values"),
    ("2.1.5 yes or no as XML", ASK, XML, {}, XML),
    ("2.1.5 a graph as RDF/XML", CONSTRUCT, "application/rdf+xml", {}, "application/rdf+xml"),
    ("RFC 9110 §12.5.1 no header", SELECT, None, {}, JSON),
    ("RFC 9110 §12.5.1 anything", CONSTRUCT, "*/*", {}, "text/turtle"),
    ("RFC 9110 §12.5.1 weights", SELECT, f"{JSON};q=0.2, {XML};q=0.7", {}, XML),
    ("RFC 9110 §12.5.1 a weight of 0 excludes, whatever a wildcard says", SELECT, f"{JSON};q=0, */*;q=0.1", {}, XML),
    ("RFC 9110 §12.5.1 what is said of a type goes before what a range says", SELECT, "text/*, text/csv;q=0.1", {}, "text/tab-separated-values"),
    ("RFC 9110 §12.5.1 a wildcard does not outweigh a named type", SELECT, f"*/*, {XML}", {}, XML),
    ("RFC 9110 §12.5.1 case does not matter", SELECT, "Text/CSV", {}, "text/csv"),
    ("RFC 9110 §12.5.1 parameters do not keep a type from fitting", SELECT, "text/csv; charset=utf-8", {}, "text/csv"),
    ("a browser gets a page", SELECT, BROWSER, {}, "text/html"),
    ("a browser gets a graph as a page", CONSTRUCT, BROWSER, {}, "text/html"),
    ("format by name goes before Accept", SELECT, XML, {"format": "csv"}, "text/csv"),
    ("format by media type", SELECT, XML, {"format": "text/csv"}, "text/csv"),
    ("format in other words, for tables and graphs", CONSTRUCT, "*/*", {"format": "xml"}, "application/rdf+xml"),
    ("format of several kinds at once", CONSTRUCT, "*/*", {"format": "json"}, "application/ld+json"),
]  # fmt: skip


@pytest.mark.parametrize("section, query, accept, extra, expected", NEGOTIATED, ids=[row[0] for row in NEGOTIATED])
def test_the_format_follows_the_weights_of_accept(send, section, query, accept, extra, expected):
    response = send("GET", parameters=form(query=query, **extra), accept=accept)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].split(";")[0] == expected and "Accept" in response.headers["Vary"]


TABLE_TYPES, GRAPH_TYPES = {JSON, XML, "text/csv"}, {"text/turtle", "application/ld+json"}


@pytest.mark.parametrize(
    "section, query, accept, extra, offered",
    [
        ("2.1.5 no such format", SELECT, "image/png", {}, TABLE_TYPES | GRAPH_TYPES),
        ("2.1.5 a table is not RDF", SELECT, "text/turtle", {}, TABLE_TYPES),
        ("2.1.5 a graph is not a table", CONSTRUCT, "text/csv", {}, GRAPH_TYPES),
        ("2.1.5 true or false is not a table", ASK, "text/csv", {}, {JSON, XML}),
        ("2.1.5 everything excluded", SELECT, "*/*;q=0", {}, TABLE_TYPES | GRAPH_TYPES),
        ("an unknown format", SELECT, "*/*", {"format": "docx"}, TABLE_TYPES | GRAPH_TYPES),
    ],
)
def test_406_lists_the_formats_that_the_result_has(send, section, query, accept, extra, offered):
    response = send("GET", parameters=form(query=query, **extra), accept=accept)
    assert response.status_code == 406
    named = {media_type for media_type in TABLE_TYPES | GRAPH_TYPES if f"({media_type})" in response.json()["detail"]}
    assert named == offered


@pytest.mark.parametrize("method, content_type", [("GET", None), ("POST", FORM), ("POST", QUERY)])
def test_2_1_6_an_empty_query_is_malformed(send, method, content_type):
    sent = {"GET": ("", "query="), FORM: ("query=", ""), QUERY: ("", "")}[content_type or method]
    assert send(method, content_type, *sent).status_code == 400


def test_2_1_5_a_graph_result_parses_in_each_format(send):
    expected = len(Graph().parse(data=send("GET", parameters=form(query=CONSTRUCT), accept="text/turtle").content))
    assert expected
    for name, parser in {"nt": "nt", "rdfxml": "xml", "jsonld": "json-ld", "trig": "trig", "nq": "nquads"}.items():
        body = send("GET", parameters=form(query=CONSTRUCT, format=name)).content
        assert len(Dataset(default_union=True).parse(data=body, format=parser)) == expected
