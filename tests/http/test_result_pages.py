"""The page of a query result is limited in size, says so where it is cut, and links the complete result."""

import csv
import io
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from rdflib import Graph
from rdflib.compare import isomorphic
from test_pages import Page

WIDE = f"SELECT {' '.join(f'?v{number}' for number in range(800))} {{ ?s ?p ?o }} LIMIT 300"
LONG = "SELECT * { ?s ?p ?o . ?t ?q ?r } LIMIT 30000"
SIXTEEN = f"CONCAT({', '.join(['?x'] * 16)})"
HUGE_ROW = f"SELECT ?y {{ BIND('{'x' * 1024}' AS ?x) BIND({SIXTEEN} AS ?a) BIND({SIXTEEN.replace('?x', '?a')} AS ?b) BIND({SIXTEEN.replace('?x', '?b')} AS ?c) BIND(CONCAT(?c, ?c) AS ?y) }}"
EMPTY_ROWS = f"SELECT * {{ VALUES () {{ {'()' * 30000} }} }}"


@pytest.fixture
def ask(server):
    """Return a function that posts a query as the form does."""

    def send(query, accept="text/html", path="/sparql", **more):
        return requests.post(f"{server}{path}", data={"query": query, **more}, headers={"Accept": accept}, timeout=60)

    return send


def twin_of(server, query, **more) -> dict:
    return requests.get(f"{server}/sparql.json", params={"query": query, **more}, timeout=60).json()["page"]


def test_a_table_with_too_many_cells_is_cut_in_html_and_json(server, ask):
    page = ask(WIDE)
    assert page.text.count("<td") == 25 * 800
    assert "The first 25 of 300 rows are shown. " in page.text and "Download the complete result as " in page.text
    (address,) = {link for link in Page(page.text).links if link.endswith("format=csv")}
    assert len(list(csv.reader(io.StringIO(requests.get(server + address, timeout=20).text)))) == 1 + 300
    twin = twin_of(server, WIDE)
    assert (twin["is_cut"], len(twin["rows"]), twin["total_rows"], twin["whole"]["csv"]) == (True, 25, 300, address)


def test_a_table_with_more_columns_than_the_cell_limit_is_cut_in_rows_and_columns(ask):
    page = ask(f"SELECT {' '.join(f'?{number:x}' for number in range(30000))} {{ ?s ?p ?o }} LIMIT 3").text
    assert page.count("<td") == 20000
    assert "The first 1 of 3 rows and the first 20,000 of 30,000 columns are shown. " in page


def test_a_table_without_columns_is_cut_too(ask):
    page = ask(EMPTY_ROWS).text
    assert "The first 20,000 of 30,000 rows are shown. " in page and page.count("<tr>") == 1 + 20000


def test_a_long_column_name_is_not_repeated_in_every_cell(ask):
    name = "x" * 10000
    assert ask(f"SELECT ?{name} {{ ?s ?p ?o }} LIMIT 100").text.count(name) < 20


def test_the_first_rows_of_a_result_too_large_for_a_page_are_shown_with_a_link_to_all(server, ask):
    page = ask(LONG)
    assert page.status_code == 200 and page.text.count("<tr>") == 1 + 20000 // 6
    assert "The first 3,333 rows are shown; the complete result is too large for a page. " in page.text
    shown = Page(page.text)
    assert any(link.endswith("format=csv") for link in shown.links)
    twin = twin_of(server, LONG)
    assert (twin["is_cut"], twin["total_rows"], len(twin["rows"]), len(twin["columns"])) == (True, None, 3333, 6)
    first = requests.get(f"{server}/sparql", params={"query": LONG, "format": "json"}, timeout=60).json()
    assert {len(row) for row in twin["rows"]} == {6} and len(first["results"]["bindings"]) == 30000


@pytest.mark.parametrize("path", ["/sparql", "/sparql.json"])
def test_a_row_too_large_for_a_page_is_507_with_links_to_the_complete_result(server, path):
    graph = "https://w3id.org/sjkg/graph/inferred"
    sent = {"query": HUGE_ROW, "default-graph-uri": graph}
    problem = requests.get(server + path, params={**sent, "format": "html"} if path == "/sparql" else sent, timeout=60)
    assert problem.status_code == 507
    assert (
        "download it in another format (format=json, xml, csv, tsv), or reduce it with LIMIT"
        in problem.json()["detail"]
    )
    whole = problem.json()["whole"]
    assert parse_qs(urlsplit(whole["csv"]).query) == {
        **{name: [value] for name, value in sent.items()},
        "format": ["csv"],
    }
    assert requests.get(server + whole["json"], timeout=60).json()["results"]["bindings"]


def test_the_507_page_links_the_complete_result_in_each_format(ask):
    problem = ask(HUGE_ROW)
    assert problem.status_code == 507 and "Download the complete result as <a href" in problem.text
    assert {parse_qs(urlsplit(link).query)["format"][0] for link in Page(problem.text).links if "format=" in link} == {
        "json",
        "xml",
        "csv",
        "tsv",
    }


def test_a_complete_table_is_not_called_cut(server, ask):
    page = ask("SELECT ?s { ?s ?p ?o } LIMIT 2000").text
    assert ">2,000 rows<" in page and "The first " not in page and "Download the result as " in page
    twin = twin_of(server, "SELECT ?s { ?s ?p ?o } LIMIT 2000")
    assert (twin["is_cut"], twin["total_rows"], twin["total_columns"]) == (False, 2000, 1)


def test_the_links_to_the_complete_result_keep_the_dataset_parameters(server, ask):
    graph = "https://w3id.org/sjkg/graph/inferred"
    page = ask("SELECT ?s { ?s ?p ?o } LIMIT 2", **{"default-graph-uri": graph}).text
    assert all(graph in unescape(requests.utils.unquote(link)) for link in Page(page).links if "format=" in link)


def test_ask_results_are_a_page(server, ask):
    assert "Yes." in ask("ASK { ?s ?p ?o }").text and twin_of(server, "ASK { ?s ?p ?o }")["boolean"] is True


def test_a_graph_is_a_page_with_a_table_of_triples_and_turtle(server, ask):
    query = 'CONSTRUCT { ?s rdfs:label ?l ; sjkg:x "<b>\\n", "5"^^xsd:integer, [] } { VALUES ?s { event:tauran-incident } ?s rdfs:label ?l }'
    page = ask(query)
    assert page.headers["Content-Type"].startswith("text/html") and "<b>" not in page.text
    assert ">4 rows<" in page.text and '<a href="/page/event/tauran-incident" title="Tauran incident">' in page.text
    twin = twin_of(server, query)
    assert twin["columns"] == ["subject", "predicate", "object"] and {"<b>\n", "5"} <= {
        row[2]["text"] for row in twin["rows"]
    }
    turtle = requests.get(f"{server}/sparql", params={"query": query, "format": "turtle"}, timeout=60).text
    assert isomorphic(Graph().parse(data=twin["turtle"]), Graph().parse(data=turtle))


def test_a_large_graph_is_cut_and_its_triples_are_counted(ask):
    page = ask("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 30000").text
    assert "The first 6,666 of 30,000 rows are shown." in page and "Download the complete result (Turtle)" in page


def test_a_javascript_iri_in_a_result_is_not_a_link(ask):
    page = ask("SELECT (<javascript:alert(1)> AS ?x) (<https://example.org/> AS ?y) {}").text
    assert "javascript:alert(1)</td>" in page and 'href="javascript:' not in page
    assert '<a href="https://example.org/" rel="external">' in page


def test_control_characters_and_triple_terms_are_shown_as_text(ask):
    page = ask(r'SELECT ("a\u0001b" AS ?v) (<<( <urn:s> <urn:p> "o" )>> AS ?t) {}').text
    assert ">a\\u0001b</td>" in page and "\x01" not in page.partition("<table")[2]
    assert ">&lt;&lt;( &lt;urn:s&gt; &lt;urn:p&gt; &#34;o&#34; )&gt;&gt;</td>" in page


def test_the_page_names_a_term_that_is_nowhere_in_the_graph_above_the_result(server, ask):
    query = "SELECT ?date { ?event sjkg:startDate ?date }"
    sentence = "sjkg:startDate is nowhere in the graph; did you mean sjkg:date?"
    page = ask(query)
    assert page.status_code == 200 and page.headers["SJKG-Unknown-Terms"]
    assert page.text.index(sentence) < page.text.index("0 rows")
    twin = requests.get(f"{server}/sparql.json", params={"query": query}, timeout=60)
    assert twin.json()["page"]["warnings"] == [sentence] and twin.headers["SJKG-Unknown-Terms"]
    assert "nowhere in the graph" not in ask("SELECT ?date { ?event sjkg:date ?date }").text


def test_the_page_of_a_saved_query_names_a_parameter_that_is_nowhere_in_the_graph(server):
    page = requests.get(f"{server}/questions/losses-of-event", params={"event": "halhamiao-incidnt"}, timeout=60)
    assert page.status_code == 200
    assert "event:halhamiao-incidnt is nowhere in the graph; did you mean event:halhamiao-incident" in page.text


def test_the_page_says_above_an_empty_result_why_it_is_empty(server, ask):
    query = "SELECT * { ?claim a sjkg:NameClaim ; sjkg:countExact ?n }"
    sentence = "nothing matches “?claim a sjkg:NameClaim” and “?claim sjkg:countExact ?n” together"
    page = ask(query).text
    assert page.index(sentence) < page.index("0 rows")
    twin = requests.get(f"{server}/sparql.json", params={"query": query}, timeout=60)
    assert sentence in twin.json()["page"]["warnings"][0] and twin.headers["SJKG-Empty-Result"]
