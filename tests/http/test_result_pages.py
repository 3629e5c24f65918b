"""The page of a query result is limited in size, says so where it is cut, and links the complete result."""

import csv
import io
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from test_pages import Page

WIDE = f"SELECT {' '.join(f'?v{number}' for number in range(800))} {{ ?s ?p ?o }} LIMIT 300"
LONG = "SELECT * { ?s ?p ?o . ?t ?q ?r } LIMIT 30000"
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
    assert "The first 25 of 300 rows are shown. " in page.text and "The complete result as " in page.text
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


@pytest.mark.parametrize("path", ["/sparql", "/sparql.json"])
def test_a_result_too_large_for_a_page_is_507_with_links_to_the_complete_result(server, path):
    graph = "https://w3id.org/sjkg/graph/inferred"
    sent = {"query": LONG, "default-graph-uri": graph}
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
    problem = ask(LONG)
    assert problem.status_code == 507 and "The complete result as <a href" in problem.text
    assert {parse_qs(urlsplit(link).query)["format"][0] for link in Page(problem.text).links if "format=" in link} == {
        "json",
        "xml",
        "csv",
        "tsv",
    }


def test_a_complete_table_is_not_called_cut(server, ask):
    page = ask("SELECT ?s { ?s ?p ?o } LIMIT 2000").text
    assert ">2,000 rows<" in page and "The first " not in page and "The result as " in page
    twin = twin_of(server, "SELECT ?s { ?s ?p ?o } LIMIT 2000")
    assert (twin["is_cut"], twin["total_rows"], twin["total_columns"]) == (False, 2000, 1)


def test_the_links_to_the_complete_result_keep_the_dataset_parameters(server, ask):
    graph = "https://w3id.org/sjkg/graph/inferred"
    page = ask("SELECT ?s { ?s ?p ?o } LIMIT 2", **{"default-graph-uri": graph}).text
    assert all(graph in unescape(requests.utils.unquote(link)) for link in Page(page).links if "format=" in link)


def test_ask_results_are_a_page_and_graphs_are_turtle(server, ask):
    assert "Yes." in ask("ASK { ?s ?p ?o }").text and twin_of(server, "ASK { ?s ?p ?o }")["boolean"] is True
    graph = ask("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 30000", "text/html")
    assert graph.status_code == 200 and graph.headers["Content-Type"].startswith("text/turtle")


def test_a_javascript_iri_in_a_result_is_not_a_link(ask):
    page = ask("SELECT (<javascript:alert(1)> AS ?x) (<https://example.org/> AS ?y) {}").text
    assert "javascript:alert(1)</td>" in page and 'href="javascript:' not in page
    assert '<a href="https://example.org/" rel="external">' in page
