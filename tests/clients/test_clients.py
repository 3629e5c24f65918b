"""Third-party clients work with the server unchanged: SPARQLWrapper, rdflib, Comunica, curl."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from servers import PROJECT
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

sys.path.insert(0, str(Path(__file__).parent / "comunica"))
from install import FOLDER, require_node  # noqa: E402

SJKG = "https://w3id.org/sjkg/ontology#"
EVENT = URIRef("https://w3id.org/sjkg/id/event/halhamiao-incident")
PREFIXES = f"PREFIX sjkg: <{SJKG}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
BATTLES = PREFIXES + "SELECT ?battle ?date { ?battle a sjkg:Battle ; sjkg:date ?date } ORDER BY ?battle"
LABELS = PREFIXES + "CONSTRUCT { ?battle skos:prefLabel ?name } { ?battle a sjkg:Battle ; skos:prefLabel ?name }"


@pytest.fixture(scope="module")
def battles(store):
    rows = json.loads(store.query(BATTLES).body)["results"]["bindings"]
    assert rows
    return [(row["battle"]["value"], row["date"]["value"]) for row in rows]


def wrapper(server, query, return_format, **options) -> SPARQLWrapper:
    client = SPARQLWrapper(f"{server}/sparql", **options)
    client.setQuery(query)
    client.setReturnFormat(return_format)
    return client


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_reads_tables(server, battles, method):
    client = wrapper(server, BATTLES, JSON)
    client.setMethod(method)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert [(row["battle"]["value"], row["date"]["value"]) for row in rows] == battles
    as_xml = wrapper(server, BATTLES, XML).queryAndConvert()
    assert len(as_xml.getElementsByTagName("result")) == len(battles)
    for return_format in (CSV, TSV):
        text = wrapper(server, BATTLES, return_format).queryAndConvert().decode()
        assert len(text.splitlines()) == len(battles) + 1


@pytest.mark.parametrize("return_format", [TURTLE, RDFXML, XML, JSONLD, N3])
def test_sparqlwrapper_reads_graphs(server, battles, return_format):
    read = wrapper(server, LABELS, return_format).queryAndConvert()
    graph = read if isinstance(read, Graph) else Graph().parse(data=read, format="turtle")
    assert {str(subject) for subject in graph.subjects()} == {iri for iri, _ in battles}


def test_sparqlwrapper_selects_a_graph_and_gets_http_errors(server):
    client = wrapper(server, PREFIXES + "ASK { ?s sjkg:involvesPower ?p }", JSON)
    client.addDefaultGraph("https://w3id.org/sjkg/graph/asserted")
    assert client.queryAndConvert()["boolean"] is False
    update = wrapper(server, "CLEAR ALL", JSON)
    update.setMethod(POST)
    with pytest.raises(HTTPError, match="403"):
        update.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_uses_the_endpoint_as_a_store(server, battles, method):
    graph = Graph(store=SPARQLStore(f"{server}/sparql", method=method))
    assert [(str(battle), str(date)) for battle, date in graph.query(BATTLES)] == battles
    assert (EVENT, RDF.type, URIRef(f"{SJKG}BorderIncident")) in graph
    assert Literal("Halhamiao incident", lang="en") in set(graph.objects(EVENT, SKOS.prefLabel))


def test_rdflib_follows_the_iri_of_a_thing(server):
    read = Graph().parse(str(EVENT).replace("https://w3id.org/sjkg", server))
    assert (EVENT, SKOS.prefLabel, Literal("Halhamiao incident", lang="en")) in read
    for name in ("turtle", "xml", "nt", "json-ld"):
        assert len(Graph().parse(str(EVENT).replace("https://w3id.org/sjkg", server), format=name)) == len(read)


@pytest.fixture(scope="module")
def comunica():
    """Return a function that runs a query with Comunica in its own process."""
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("Comunica is not installed; run python tests/clients/comunica/install.py")
    tools = require_node()

    def ask(query, *sources) -> list[dict]:
        command = [tools.node, "ask.mjs", query, *sources]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


def test_comunica_recognises_the_endpoint_by_its_service_description(server, comunica, battles):
    assert [(row["battle"], row["date"]) for row in comunica(BATTLES, f"{server}/sparql")] == battles


def test_comunica_joins_the_endpoint_with_documents_and_schemes(server, comunica):
    query = (
        PREFIXES
        + f"SELECT DISTINCT ?claim ?name {{ ?claim sjkg:about <{EVENT}> ; sjkg:quantityKind/skos:prefLabel ?name }}"
    )
    document = str(EVENT).replace("https://w3id.org/sjkg", server)
    alone = comunica(query, f"{server}/sparql")
    together = comunica(query, document, f"{server}/vocab/quantity-kind", f"{server}/sparql")
    assert alone and {tuple(row.values()) for row in together} == {tuple(row.values()) for row in alone}


COMMANDS = re.findall(r"^(curl .*?)(?:\s+#.*)?$", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_has_curl_examples():
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("command", COMMANDS)
def test_each_curl_example_of_the_readme_works(server, tmp_path, command):
    if not shutil.which("curl"):
        pytest.skip("there is no curl on this machine")
    local = command.replace("http://127.0.0.1:8000", server)
    assert local != command
    fails = ["--fail-with-body", "--silent", "--show-error"]
    done = subprocess.run(["curl", *fails, *shlex.split(local)[1:]], cwd=tmp_path, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout or any(path.stat().st_size for path in tmp_path.iterdir())
