"""The SPARQL endpoint of a real server process, over HTTP."""

import csv
import html
import io
import json
import xml.etree.ElementTree as ET

import pytest
import requests
from query_errors import ERRORS
from rdflib import Dataset, Graph

from sjkg.sparql.empty_results import read_reason

SELECT = "SELECT ?claim ?count { ?claim sjkg:about event:halhamiao-incident ; sjkg:countExact ?count } ORDER BY ?claim"
CONSTRUCT = "CONSTRUCT { ?claim sjkg:countExact ?count } { ?claim sjkg:about event:halhamiao-incident ; sjkg:countExact ?count }"
KILLED = "https://w3id.org/sjkg/id/claim/halhamiao-manchukuo-killed"
GRAPH = "https://w3id.org/sjkg/graph/"


@pytest.fixture
def ask(server):
    def send(query, accept="*/*", **parameters):
        return requests.get(
            f"{server}/sparql", params={"query": query, **parameters}, headers={"Accept": accept}, timeout=20
        )

    return send


def rows(response) -> list[dict]:
    return response.json()["results"]["bindings"]


def test_a_table_comes_as_json_xml_csv_and_tsv_by_accept(ask):
    as_json = ask(SELECT, "application/sparql-results+json")
    assert as_json.headers["Content-Type"] == "application/sparql-results+json"
    counts = {row["claim"]["value"]: row["count"]["value"] for row in rows(as_json)}
    assert counts[KILLED] == "2"
    as_csv = ask(SELECT, "text/csv")
    assert {row["claim"]: row["count"] for row in csv.DictReader(io.StringIO(as_csv.text))} == counts
    as_tsv = ask(SELECT, "text/tab-separated-values")
    assert as_tsv.text.splitlines()[0] == "?claim\t?count" and f"<{KILLED}>\t2" in as_tsv.text
    as_xml = ET.fromstring(ask(SELECT, "application/sparql-results+xml").content)
    assert len(as_xml.findall(".//{http://www.w3.org/2005/sparql-results#}result")) == len(counts)


@pytest.mark.parametrize(
    "media_type, parser",
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
        ("application/trig", "trig"),
        ("application/n-quads", "nquads"),
    ],
)
def test_a_graph_comes_in_every_rdf_format_by_accept(ask, media_type, parser):
    response = ask(CONSTRUCT, media_type)
    assert response.headers["Content-Type"].split(";")[0] == media_type
    read = (Dataset(default_union=True) if parser in ("trig", "nquads") else Graph()).parse(
        data=response.content, format=parser
    )
    assert len(read) == len(rows(ask(SELECT)))


def test_describe_returns_the_triples_of_a_thing(ask):
    described = Graph().parse(data=ask(f"DESCRIBE <{KILLED}>", "text/turtle").text, format="turtle")
    assert {str(o) for o in described.objects()} >= {"2", "https://w3id.org/sjkg/id/event/halhamiao-incident"}


@pytest.mark.parametrize(
    "accept, expected",
    [
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("image/png, text/csv;q=0.1", "text/csv"),
        ("application/json", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/*", "text/csv"),
    ],
)
def test_the_format_follows_the_weights_of_accept(ask, accept, expected):
    assert ask(SELECT, accept).headers["Content-Type"].split(";")[0] == expected


def test_a_browser_gets_a_page(ask):
    response = ask(SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert response.headers["Content-Type"].startswith("text/html") and "<table" in response.text


def test_the_parameter_format_precedes_accept(ask):
    assert ask(SELECT, "application/sparql-results+json", format="csv").headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("query, accept", [(SELECT, "image/png"), (SELECT, "text/turtle"), (CONSTRUCT, "text/csv")])
def test_a_format_that_is_not_offered_is_406_and_lists_the_formats(ask, query, accept):
    response = ask(query, accept)
    assert response.status_code == 406 and response.headers["Content-Type"] == "application/problem+json"


def test_a_query_can_be_posted_as_a_form_or_as_the_body(server):
    form = requests.post(f"{server}/sparql", data={"query": SELECT}, timeout=20)
    direct = requests.post(
        f"{server}/sparql", data=SELECT.encode(), headers={"Content-Type": "application/sparql-query"}, timeout=20
    )
    assert form.json() == direct.json() and rows(form)


def count(ask, **parameters) -> int:
    return int(rows(ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **parameters))[0]["n"]["value"])


def test_the_default_graph_is_the_union_and_its_parts_can_be_queried_alone(ask, snapshot):
    manifest = snapshot.manifest
    inferred = count(ask, **{"default-graph-uri": f"{GRAPH}inferred"})
    derived = count(ask, **{"default-graph-uri": f"{GRAPH}derived"})
    asserted = count(ask, **{"default-graph-uri": f"{GRAPH}asserted"})
    assert (inferred, derived) == (manifest.graphs[f"{GRAPH}inferred"], manifest.graphs[f"{GRAPH}derived"])
    assert asserted and count(ask) == asserted + inferred + derived


def test_inferred_triples_are_not_asserted(ask):
    both = {"default-graph-uri": [f"{GRAPH}inferred"], "query": "ASK { ?e sjkg:involvesPower ?p }"}
    assert ask(**both).json()["boolean"]
    assert not ask("ASK { ?e sjkg:involvesPower ?p }", **{"default-graph-uri": f"{GRAPH}asserted"}).json()["boolean"]


def test_one_passage_can_be_queried_alone_by_parameter_or_by_from(ask, snapshot):
    passage = "https://w3id.org/sjkg/id/passage/halhamiao-incident"
    expected = snapshot.manifest.graphs[passage]
    assert count(ask, **{"default-graph-uri": passage}) == expected
    by_from = ask(f"SELECT (COUNT(*) AS ?n) FROM <{passage}> {{ ?s ?p ?o }}")
    assert int(rows(by_from)[0]["n"]["value"]) == expected


@pytest.mark.parametrize("name", ["inferred", "http://[", "urn:a\x7f", "http://a/%zz"])
def test_a_graph_parameter_must_be_an_iri(ask, name):
    response = ask("ASK {}", **{"default-graph-uri": name})
    assert response.status_code == 400 and "must be the absolute IRI of a graph" in response.json()["detail"]


def test_from_accepts_graph_groups_and_the_protocol_parameters_precede_it(ask):
    query = "SELECT (COUNT(*) AS ?n) FROM graph:inferred { ?s ?p ?o }"
    assert int(rows(ask(query))[0]["n"]["value"]) == count(ask, **{"default-graph-uri": f"{GRAPH}inferred"})
    overridden = ask(query, **{"default-graph-uri": f"{GRAPH}derived"})
    assert int(rows(overridden)[0]["n"]["value"]) == count(ask, **{"default-graph-uri": f"{GRAPH}derived"})


@pytest.mark.parametrize(
    "query", [query for query in sorted(ERRORS, key=len)[::30] if "is relative" not in ERRORS[query]]
)
def test_json_and_pages_show_the_same_message(ask, query):
    problem = ask(query, "application/json")
    page = ask(query, "text/html")
    assert problem.status_code == page.status_code == 400
    assert problem.json()["detail"] == ERRORS[query]
    assert ERRORS[query][1:] in html.unescape(page.text)


@pytest.mark.parametrize(
    "query, graph",
    [
        ("SELECT (COUNT(*) AS ?n) FROM graph:alignments\\/cidoc-crm { ?s ?p ?o }", "alignments/cidoc-crm"),
        (
            "BASE <https://w3id.org/sjkg/> PREFIX g: <graph/> SELECT (COUNT(*) AS ?n) FROM g:actors { ?s ?p ?o }",
            "actors",
        ),
        (
            "BASE <https://w3id.org/sjkg/graph/> BASE <../graph/> SELECT (COUNT(*) AS ?n) FROM <actors> { ?s ?p ?o }",
            "actors",
        ),
        ("PREFIX g: <https://w3id.org/sjkg/> SELECT (COUNT(*) AS ?n) FROM g:graph\\/actors { ?s ?p ?o }", "actors"),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED graph:actors { GRAPH graph:\\u0061ctors { ?s ?p ?o } }", "actors"),
    ],
)
def test_a_graph_is_selected_by_every_way_to_write_its_name(ask, snapshot, query, graph):
    assert int(rows(ask(query))[0]["n"]["value"]) == snapshot.manifest.graphs[GRAPH + graph]


@pytest.mark.parametrize("name", [":x", "<http://[x>", "graph:\\%", "NAMED nope:x"])
def test_a_name_after_from_that_stands_for_no_iri_is_400_with_its_place(ask, name):
    problem = ask(f"SELECT * FROM {name} {{ ?s ?p ?o }}").json()
    assert (problem["status"], problem["line"]) == (400, 1) and problem["column"] in (15, 21)


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_a_relative_iri_is_resolved_against_the_address_of_the_endpoint(server, path):
    query = "CONSTRUCT { <s> <?q> <> } FROM <g> WHERE {}"
    for response in (
        requests.get(server + path, params={"query": query}, headers={"Accept": "text/turtle"}, timeout=20),
        requests.post(server + path, data={"query": query}, headers={"Accept": "text/turtle"}, timeout=20),
    ):
        ((subject, predicate, value),) = Graph().parse(data=response.text, format="turtle")
        assert (str(subject), str(predicate)) == (f"{server}/s", f"{server}/sparql?q") and str(
            value
        ) == f"{server}/sparql"
    point = requests.get(server + path, params={"query": "SELECT * { <s> ?p ?o }"}, timeout=20)
    assert point.status_code == 200 and not rows(point)


def test_an_unknown_graph_is_empty_and_not_an_error(ask):
    assert count(ask, **{"default-graph-uri": "http://nowhere.example/"}) == 0


@pytest.mark.parametrize(
    "query, line, column, token",
    [
        ("SELEC * { ?s ?p ?o }", 1, 1, "SELEC"),
        ("SELECT *\n{ ?s ?p foo:x }", 2, 9, "foo:x"),
        ("SELECT ?s { ?s a sjkg:Event } ODER BY ?s", 1, 31, "ODER"),
        ("SELECT * { ?s a sjkg:Event sjkg:date ?d }", 1, 28, "sjkg:date"),
        ("SELECT * { ?s ?p ?o } LIMIT many", 1, 29, "many"),
        ("SELECT * { ?s ?p ?o } }", 1, 23, "}"),
    ],
)
def test_a_bad_query_is_400_with_line_column_and_token(ask, query, line, column, token):
    response = ask(query)
    problem = response.json()
    assert response.status_code == 400 and response.headers["Content-Type"] == "application/problem+json"
    assert (problem["line"], problem["column"], problem["token"]) == (line, column, token)


def test_an_unclosed_query_is_400_at_its_end(ask):
    problem = ask("SELECT * { ?s ?p ?o").json()
    assert problem["status"] == 400 and "the end of the query" in problem["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { { { OPTIONAL { service SILENT ?where { ?s ?p ?o } } } } }",
        "SELECT * { SERV\\u0049CE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERV\\u005Cu0049CE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE# a comment\n<http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_service_is_refused_before_any_request_is_sent(ask, query):
    response = ask(query)
    assert response.status_code in (400, 403) and "bindings" not in response.text


@pytest.mark.parametrize(
    "query",
    [
        'ASK { BIND("SERVICE <http://x/> {}" AS ?text) }',
        "# SERVICE <http://x/>\nASK { }",
        "ASK { <http://example.org/SERVICE> ?p ?o }",
        "PREFIX service: <http://example.org/> ASK { ?service service:SERVICE 1 }",
    ],
)
def test_the_word_service_outside_a_service_clause_is_accepted(ask, query):
    assert ask(query).status_code == 200


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { event:x a sjkg:Event }",
        "PREFIX a: <http://a/> DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "LOAD <http://127.0.0.1:1/>",
    ],
)
def test_an_update_is_403_by_every_method(server, ask, update):
    assert ask(update).status_code == 403
    assert requests.post(f"{server}/sparql", data={"update": update}, timeout=20).status_code == 403
    assert (
        requests.post(
            f"{server}/sparql", data=update, headers={"Content-Type": "application/sparql-update"}, timeout=20
        ).status_code
        == 403
    )


def test_malformed_requests_get_a_one_sentence_error(server):
    url = f"{server}/sparql"
    assert requests.get(url, params={"default-graph-uri": f"{GRAPH}derived"}, timeout=20).status_code == 400
    assert requests.get(url, params={"query": ["ASK {}", "ASK {}"]}, timeout=20).status_code == 400
    assert requests.post(url, data="ASK {}", headers={"Content-Type": "text/plain"}, timeout=20).status_code == 415
    assert (
        requests.post(url, data=b"\xff", headers={"Content-Type": "application/sparql-query"}, timeout=20).status_code
        == 400
    )
    assert requests.put(url, data="x", timeout=20).headers["Allow"]
    assert requests.post(url, data={"query": "#" * 2_000_000}, timeout=20).status_code == 413


def test_every_response_has_cors_and_security_headers(server, ask):
    for response in (
        ask(SELECT),
        ask("SELEC"),
        requests.get(server, timeout=20),
        requests.get(f"{server}/nowhere", timeout=20),
    ):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_health_names_the_snapshot(server, snapshot):
    health = requests.get(f"{server}/health", timeout=20)
    assert health.json()["snapshot"] == snapshot.manifest.inputs_sha256 and health.json()["status"] == "ok"


def test_a_problem_is_json_for_programs_and_a_page_for_browsers(server):
    assert json.loads(requests.get(f"{server}/nowhere", timeout=20).text)["status"] == 404
    assert (
        "<h1>Page not found</h1>" in requests.get(f"{server}/nowhere", headers={"Accept": "text/html"}, timeout=20).text
    )


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "application/sparql-results+xml"])
def test_a_term_that_is_nowhere_in_the_graph_is_named_in_a_header(server, ask, accept):
    query = "SELECT * { ?event a sjkg:BorderIncident ; sjkg:startDate ?date }"
    by_get = ask(query, accept)
    by_post = requests.post(f"{server}/sparql", data={"query": query}, headers={"Accept": accept}, timeout=20)
    for response in (by_get, by_post):
        assert response.status_code == 200
        assert response.headers["SJKG-Unknown-Terms"] == '"sjkg:startDate";similar="sjkg:date"'
        assert response.headers["Access-Control-Expose-Headers"] == "*"
    if accept.endswith("json"):
        assert by_get.json() == {"head": {"vars": ["event", "date"]}, "results": {"bindings": []}}


@pytest.mark.parametrize("query", [CONSTRUCT, SELECT, "ASK {}"])
def test_a_query_with_known_terms_has_no_such_header(ask, query):
    assert "SJKG-Unknown-Terms" not in ask(query).headers


def test_a_graph_of_the_request_that_does_not_exist_is_named_in_the_header(ask):
    response = ask("SELECT * { ?s ?p ?o }", "text/csv", **{"default-graph-uri": f"{GRAPH}aserted"})
    assert response.headers["SJKG-Unknown-Terms"].startswith('"graph:aserted";similar="graph:asserted')


NO_FIGURES = "SELECT * { ?claim a sjkg:NameClaim ; sjkg:countExact ?n }"
REASON = "the result is empty: nothing matches “?claim a sjkg:NameClaim” and “?claim sjkg:countExact ?n” together"


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "application/sparql-results+xml"])
def test_the_reason_of_an_empty_result_is_in_a_header(server, ask, accept):
    by_get = ask(NO_FIGURES, accept)
    by_post = requests.post(f"{server}/sparql", data={"query": NO_FIGURES}, headers={"Accept": accept}, timeout=20)
    again = ask(NO_FIGURES, accept)
    for response in (by_get, by_post, again):
        assert response.status_code == 200 and read_reason(response.headers["SJKG-Empty-Result"]).startswith(REASON)
    if accept.endswith("json"):
        assert by_get.json() == {"head": {"vars": ["claim", "n"]}, "results": {"bindings": []}}


@pytest.mark.parametrize(
    "query", ["SELECT * { event:tauran-incident sjkg:defeated ?x }", "CONSTRUCT { ?x a sjkg:X } { event:tauran-incident sjkg:defeated ?x }"]
)  # fmt: skip
def test_the_reason_of_an_empty_result_is_found_for_light_queries_and_graphs(ask, query):
    assert "“event:tauran-incident sjkg:defeated ?x”" in read_reason(ask(query, "*/*").headers["SJKG-Empty-Result"])


@pytest.mark.parametrize(
    "query",
    [CONSTRUCT, SELECT, "ASK { ?x sjkg:about ?x }", f"SELECT * {{ ?x sjkg:about ?x FILTER(?x > {'1' * 9000}) }}"],
)
def test_other_results_have_no_reason(ask, query):
    response = ask(query, "*/*")
    assert response.status_code == 200 and "SJKG-Empty-Result" not in response.headers


def test_a_query_with_a_term_that_does_not_exist_has_no_other_reason(ask):
    headers = ask("SELECT * { ?event sjkg:startDate ?date }").headers
    assert "SJKG-Unknown-Terms" in headers and "SJKG-Empty-Result" not in headers
