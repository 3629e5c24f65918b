"""A made-up second knowledge base, written by `sjkg new`: validated, built, served and explained under names of its own."""

import json
import re
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from conflict_words import WORDS
from servers import running_server

import sjkg
from sjkg.kb.new import write_new

BASE, OTHER_BASE = "https://example.org/harbour/", "https://w3id.org/sjkg/id/"
LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
# Descriptions and machines’ addresses, which no page links with an HTML href, in the representation asked for.
DOCUMENTS = (
    *(
        "/ontology.ttl",
        "/shapes.ttl",
        "/vocab/side.ttl",
        "/graph/union.nt",
        "/graph/asserted.trig",
        "/dataset.ttl",
        "/dataset.jsonld",
    ),
    *(
        "/openapi.json",
        "/robots.txt",
        "/sitemap.xml",
        "/llms.txt",
        "/reconcile",
        "/void",
        "/sparql",
        "/links.sssom.tsv",
    ),
    *(
        "/data/event/example.ttl",
        "/data/event/example.jsonld",
        "/dumps/sjkg.nq.gz",
        "/events.csv",
        "/search.json?q=example",
    ),
    *(
        "/reconcile/suggest/entity?prefix=exam",
        "/profiles/cidoc-crm.ttl",
        "/dumps/sjkg.cidoc-crm.nt.gz",
        "/context.jsonld",
    ),
    *(
        "/page/event/example.json",
        "/cite/event/example.bib",
        "/health",
        "/explain?s=event:example&p=rdf:type&o=sjkg:Event",
    ),
)
# Words of the subject in names that have another meaning.
ALLOWED = (
    "Japanese dictionary",  # an entry of the vocabulary of datasets: JMdict
    ">JAPAN<",  # a label of the base map
)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The folder of the knowledge base."""
    folder = tmp_path_factory.mktemp("own") / "harbour"
    write_new(folder, BASE, "Raid on the harbour", "https://example.org/articles/raid")
    with (folder / "ontology" / "vocab" / "side.ttl").open("a", encoding="utf-8") as sides:
        for name in ("raiders", "harbour-guard"):
            sides.write(
                f'\n<{BASE}vocab/side/{name}> a skos:Concept ; skos:prefLabel "{name}"@en ; skos:definition "Made up."@en ; '
                "skos:inScheme <https://w3id.org/sjkg/vocab/side> .\n"
            )
    text = (folder / "kb.ttl").read_text(encoding="utf-8")
    members = f"skos:member ( <{BASE}vocab/side/raiders> <{BASE}vocab/side/harbour-guard> ) ;\n    "
    labels = "".join(
        f'\n<{BASE}vocab/side/{name}> skos:prefLabel "{label}"@en .\n'
        for name, label in (("harbour-guard", "Guard"), ("raiders", "Raiders"))
    )
    prefix = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    text = prefix + text.replace("void:uriSpace", f"{members}void:uriSpace", 1) + labels
    (folder / "kb.ttl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def harbour(own, tmp_path_factory):
    """The address of a server of the knowledge base."""
    with running_server("--kb", str(own), "--snapshots", str(tmp_path_factory.mktemp("snapshots"))) as address:
        yield address


def faults_of(text: str) -> list[str]:
    """Return the words of the packaged knowledge base’s subject in a text, and IRIs of its things."""
    for allowed in ALLOWED:
        text = text.replace(allowed, "")
    return sorted({*(found[0] for found in WORDS.finditer(text)), *re.findall(re.escape(OTHER_BASE) + r"\w*", text)})


def test_it_is_valid_at_once(own):
    assert sjkg.validate(own) == []


def test_every_page_is_about_it_alone(harbour, session):
    waiting, seen, faults = ["/"], set(), {}
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = session.get(urljoin(harbour, path), headers={"Accept": "text/html, */*;q=0.1"}, timeout=60)
        if answer.status_code >= 500 or (found := faults_of(answer.text)):
            faults[path] = answer.status_code if answer.status_code >= 500 else found
        if "html" in answer.headers["Content-Type"]:
            links = (link.replace("&amp;", "&") for link in LINK.findall(answer.text))
            waiting += (link for link in links if not urlsplit(link).query and not link.startswith("/static/"))
    assert faults == {}
    assert len(seen) > 100 and "/page/event/example" in seen and "/page/passage/example" in seen


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_is_about_it_alone(harbour, path):
    answer = requests.get(harbour + path, timeout=60)
    assert answer.status_code < 500
    assert faults_of(answer.text) == []


def test_its_things_are_linked_data_below_its_base(harbour):
    answer = requests.get(f"{harbour}/id/event/example", headers={"Accept": "text/turtle"}, timeout=60)
    assert answer.url == f"{harbour}/data/event/example.ttl" or answer.history[0].status_code == 303
    assert f"{BASE}id/event/" in answer.text


def test_sparql_knows_its_prefixes_and_graphs(harbour):
    query = "SELECT ?event ?graph { GRAPH ?graph { ?event sjkg:date ?date } FILTER(?event = event:example) }"
    rows = requests.get(
        f"{harbour}/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"}, timeout=60
    )
    (row,) = rows.json()["results"]["bindings"]
    assert row["event"]["value"] == f"{BASE}id/event/example" and row["graph"]["value"] == f"{BASE}id/passage/example"
    inferred = requests.get(
        f"{harbour}/sparql", params={"query": "ASK { GRAPH graph:derived { event:example ?p ?o } }"}, timeout=60
    )
    assert inferred.json()["boolean"] is True


def test_reconciliation_finds_its_things(harbour):
    queries = json.dumps({"q": {"query": "example of an event"}})
    found = requests.get(f"{harbour}/reconcile", params={"queries": queries}, timeout=60).json()["q"]["result"]
    assert [each["id"] for each in found] == ["event/example"]
    assert requests.get(f"{harbour}/reconcile", timeout=60).json()["identifierSpace"] == f"{BASE}id/"


def test_lists_have_its_event(harbour):
    page = requests.get(f"{harbour}/events.json", timeout=60).json()["page"]
    assert "example of an event" in json.dumps(page)


def test_two_knowledge_bases_are_open_in_one_process(own, tmp_path):
    with sjkg.open(own, snapshots=tmp_path) as ours, sjkg.open() as packaged:
        query = "SELECT ?label { event:example skos:prefLabel ?label }"
        assert [str(row.label) for row in ours.query(query)] == ["example of an event"]
        with pytest.warns(sjkg.UnknownTermWarning, match="event:example is nowhere in the graph"):
            assert list(packaged.query(query)) == []
        assert ours.event("example").iri == f"{BASE}id/event/example"
        proof = ours.explain("event:example", "a", "sjkg:Event")
        assert "triples/passages/example.ttl" in str(proof) or "triples/events.ttl" in str(proof)
        assert packaged.event("halhamiao-incident").iri.startswith(OTHER_BASE)


def test_drawings_have_the_sides_of_the_knowledge_base_in_their_order(harbour):
    text = requests.get(f"{harbour}/network", timeout=60).text
    found = re.search(r"<body data-sides='([^']*)'>", text)
    assert found and json.loads(found[1]) == [["raiders", "Raiders"], ["harbour-guard", "Guard"]]
    styles = requests.get(f"{harbour}/static/bundle/visual.css", timeout=60).text
    assert all(f".side-{number}{{" in styles.replace(" ", "") for number in range(1, 7))
