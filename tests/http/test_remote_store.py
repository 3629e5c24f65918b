"""`sjkg load-remote` and `sjkg serve --store`: the site over SPARQL stores elsewhere, with the results of its own store."""

import csv
import json
import urllib.parse
import urllib.request
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from servers import running_server
from stores import Store, StoreInProcess, running_fuseki, running_oxigraph

from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import own
from sjkg.kb.queries import read_queries
from sjkg.snapshot.remote import graph_state
from sjkg.snapshot.remote_load import load
from sjkg.store.datasets import GraphNames, Scope
from sjkg.store.graph_store import GraphStore
from sjkg.store.remote_source import IDENTIFIER, RemoteSource, mark
from sjkg.store.remote_store import RemoteStore

FORMATS = {"bindings": "csv", "boolean": "json", "graph": "nt"}
EXPECTED = Path(__file__).parents[1] / "data" / "expected"
LABELS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
QUERIES = {
    "all triples": ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Scope()),
    "graphs": ("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", Scope()),
    "one graph": ("SELECT (COUNT(*) AS ?n) { GRAPH graph:ontology { ?s ?p ?o } }", Scope()),
    "a group after GRAPH": ("SELECT (COUNT(*) AS ?n) { GRAPH graph:article { ?s ?p ?o } }", Scope()),
    "a group after FROM": ("SELECT (COUNT(*) AS ?n) FROM graph:asserted { ?s ?p ?o }", Scope()),
    "two groups after FROM": (
        "SELECT (COUNT(DISTINCT ?s) AS ?n) FROM graph:article FROM graph:inferred { ?s ?p ?o }",
        Scope(),
    ),
    "a group after FROM NAMED": (
        "SELECT ?g (COUNT(*) AS ?n) FROM NAMED graph:article { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        Scope(),
    ),
    "no default graph": ("SELECT (COUNT(*) AS ?n) FROM NAMED graph:article { ?s ?p ?o }", Scope()),
    "a group by the protocol": ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Scope((own().asserted,), ())),
    "the union by the protocol": ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Scope((own().union,), None)),
    "a single graph by the protocol": ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Scope((own().inferred,), None)),
    "an unknown graph": ("SELECT (COUNT(*) AS ?n) FROM <urn:x> { ?s ?p ?o }", Scope()),
    "the order of SELECT *": ("SELECT * { ?z sjkg:date ?a } ORDER BY ?z ?a", Scope()),
    "GROUP_CONCAT of numbers": (
        "SELECT (GROUP_CONCAT(?n; separator=' ') AS ?all) { SELECT ?n { VALUES ?n { 1 2 } } ORDER BY ?n }",
        Scope(),
    ),
    "ASK": ("ASK { event:halhamiao-incident a sjkg:BorderIncident }", Scope()),
    "ASK of what is not": ("ASK { event:halhamiao-incident a sjkg:Treaty }", Scope()),
    "CONSTRUCT": (
        LABELS + "CONSTRUCT { ?battle skos:prefLabel ?name } { ?battle a sjkg:Battle ; skos:prefLabel ?name }",
        Scope(),
    ),
    "a relative IRI": (
        "BASE <https://w3id.org/sjkg/id/> SELECT ?p { <event/halhamiao-incident> ?p ?o } ORDER BY ?p",
        Scope(),
    ),
    "an escape": ("SELECT ?p { event:halhamiao\\u002Dincident ?p ?o } ORDER BY ?p", Scope()),
    "a path": ("SELECT (COUNT(*) AS ?n) { ?e sjkg:partOf+ ?whole }", Scope()),
}


@pytest.fixture(scope="module", params=["in process", "oxigraph", "fuseki"])
def remote(request, snapshot, tmp_path_factory):
    """A store that has loaded the snapshot, as its name and its URLs."""
    if request.param == "fuseki":
        running = running_fuseki(tmp_path_factory.mktemp("fuseki"))
    else:
        running = running_oxigraph() if request.param == "oxigraph" else StoreInProcess().running()
    with running as store:
        load(snapshot, GraphStore(store.graphs, 600), lambda stage: None)
        yield request.param, store


def open_remote(snapshot, store: Store, **others) -> RemoteStore:
    """Return the store as the evaluator of queries over a snapshot."""
    state = graph_state(snapshot)
    source = RemoteSource(store.query, None, state, tuple(snapshot.manifest.graphs))
    return RemoteStore(source, GraphNames(snapshot.manifest.groups, {}), snapshot.store, 600, 2**26, **others)


def evaluate(store, text: str, scope: Scope = Scope(), formats=FORMATS, **bindings) -> str:
    output = BytesIO()
    store.write_result(output, text, formats, scope=scope, **bindings)
    return output.getvalue().decode()


def normalise(text: str) -> list:
    """Return the cells of a CSV table, for comparison with another engine: sorted rows, numbers, small letters.

    Fuseki keeps the capital letters of language tags and the zeros of 118.5900, and orders equal rows in another way.
    """

    def read(cell: str):
        try:
            return str(float(cell))
        except ValueError:
            return cell.casefold()

    return sorted([read(cell) for cell in row] for row in csv.reader(text.splitlines()))


def test_all_saved_queries_have_their_pinned_results(remote, snapshot):
    name, store = remote
    queries = read_queries(packaged_kb())
    opened = open_remote(snapshot, store)
    different = []
    for query in queries.values():
        found = evaluate(opened, query.text, formats={"bindings": "csv"}, bindings=query.bind({})).replace("\r\n", "\n")
        pinned = (EXPECTED / f"{query.name}.csv").read_text(encoding="utf-8")
        if (normalise(found) != normalise(pinned)) if name == "fuseki" else (found != pinned):
            different.append(query.name)
    assert not different and len(queries) > 60


@pytest.mark.parametrize("case", QUERIES)
def test_a_query_has_the_result_of_the_snapshots_own_store(remote, snapshot, store, case):
    text, scope = QUERIES[case]
    found, own = (evaluate(each, text, scope) for each in (open_remote(snapshot, remote[1]), store))
    first, *rows = own.splitlines()
    assert found.splitlines()[0] == first or case == "CONSTRUCT"
    if "ORDER BY" not in text:
        found, own = sorted(found.splitlines()), sorted(own.splitlines())
    assert found == own


@pytest.mark.parametrize("scope", [Scope((), ()), Scope((), (own().inferred,)), Scope(None, (own().inferred,))])
def test_an_empty_default_graph_is_empty_whatever_the_store_has_as_its_own(snapshot, scope):
    store = StoreInProcess()
    store.store.add(ox.Quad(ox.NamedNode("urn:x"), ox.NamedNode("urn:y"), ox.Literal("of the store")))
    state = ox.Literal(graph_state(snapshot))
    store.store.add(ox.Quad(ox.NamedNode(mark()), ox.NamedNode(IDENTIFIER), state, ox.NamedNode(mark())))
    with store.running() as address:
        found = evaluate(open_remote(snapshot, address), "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", scope)
    assert found.split() == ["n", "0"]


def test_a_second_load_sends_nothing(snapshot):
    store = StoreInProcess()
    with store.running() as address:
        graphs = GraphStore(address.graphs, 60)
        first = load(snapshot, graphs, lambda stage: None)
        assert first.replaced == len(snapshot.manifest.graphs) + 5 and not first.equal
        store.requests.clear()
        assert load(snapshot, graphs, lambda stage: None) == (0, first.replaced, 0)
        assert [method for method, _ in store.requests] == ["GET"]


@pytest.fixture(scope="module")
def site(snapshots, snapshot):
    """The store in this process, and the address of a server over it."""
    store = StoreInProcess()
    with store.running() as address:
        load(snapshot, GraphStore(address.graphs, 60), lambda stage: None)
        with running_server("--snapshots", str(snapshots), "--store", address.query, "--cache-mib", "0") as server:
            yield store, server


def get(server: str, path: str, accept: str = "*/*"):
    request = urllib.request.Request(f"{server}{path}", headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def query_path(text: str) -> str:
    return f"/sparql?{urllib.parse.urlencode({'query': text})}"


def test_users_queries_and_pages_are_evaluated_by_the_store(site, server):
    store, over_store = site
    for path in (
        query_path("SELECT ?p ?o { event:halhamiao-incident ?p ?o } ORDER BY ?p ?o"),  # a light query
        query_path("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        "/questions/losses-of-event.json",
        "/id/event/halhamiao-incident",
    ):
        store.requests.clear()
        assert get(over_store, path) == get(server, path)
        assert path.startswith("/id/") or any("query" in form for _, form in store.requests)


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values", "application/sparql-results+xml"])
def test_results_are_in_every_format(site, server, accept):
    path = query_path("SELECT ?event ?date { ?event sjkg:date ?date } ORDER BY ?event ?date")
    assert get(site[1], path, accept) == get(server, path, accept)


def test_what_is_refused_or_wrong_is_not_sent(site, server):
    store, over_store = site
    store.requests.clear()
    for text in (
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "SELECT * { ?s ?p",
        "SELECT * { ?s unknown:p ?o }",
    ):
        found = get(over_store, query_path(text))
        assert found == get(server, query_path(text)) and found[0] in (400, 403)
    assert not store.requests


def test_ready_says_that_the_store_holds_the_graph(site):
    status, body = get(site[1], "/ready")
    assert status == 200 and json.loads(body)["status"] == "ready"
