"""Linked data: every IRI of ours redirects to a page or to RDF with the literals as written."""

import shutil

import pytest
import requests
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, RDFS, SKOS, XSD
from servers import running_server

from sjkg.store.sorted_quads import split_quad

JSONLD = "http://www.w3.org/ns/json-ld#"
BASE = "https://w3id.org/sjkg/"
EVENT = "event/halhamiao-incident"
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld", "trig": "trig", "nq": "nquads"}
TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def get(server):
    def send(path, accept="*/*", **options):
        return requests.get(f"{server}/{path}", headers={"Accept": accept}, timeout=20, **options)

    return send


def parse(response, parser="turtle") -> Graph:
    assert response.status_code == 200, response.text
    return Graph().parse(data=response.content, format=parser)


@pytest.mark.parametrize(
    "accept, target",
    [
        (BROWSER, f"/page/{EVENT}"),
        ("*/*", f"/data/{EVENT}.ttl"),
        ("text/html;q=0.4, application/ld+json", f"/data/{EVENT}.jsonld"),
        ("text/html;q=0, */*", f"/data/{EVENT}.ttl"),
        *((media_type, f"/data/{EVENT}.{ending}") for ending, media_type in TYPES.items()),
    ],
)
def test_the_iri_of_a_thing_redirects_with_303_by_accept(get, accept, target):
    response = get(f"id/{EVENT}", accept, allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (303, target)
    assert "Accept" in response.headers["Vary"].split(", ")


def test_an_unavailable_media_type_gives_406(get):
    assert get(f"id/{EVENT}", "image/png").status_code == 406


@pytest.mark.parametrize("ending", TYPES)
def test_a_document_is_the_same_by_extension_and_by_accept(get, ending):
    fixed, negotiated = get(f"data/{EVENT}.{ending}", "image/png"), get(f"data/{EVENT}", TYPES[ending])
    assert fixed.headers["Content-Type"].split(";")[0] == TYPES[ending]
    assert negotiated.headers["Content-Location"] == f"/data/{EVENT}.{ending}"
    assert fixed.content == negotiated.content and "Accept" in negotiated.headers["Vary"].split(", ")


def test_every_format_has_the_same_triples(get):
    graphs = {}
    for ending, parser in PARSERS.items():
        read = Dataset(default_union=True).parse(data=get(f"data/{EVENT}.{ending}").content, format=parser)
        graphs[ending] = {(s, p, o) for s, p, o, _ in read.quads()}
    assert len(graphs["nt"]) > 50
    assert all(triples == graphs["nt"] for triples in graphs.values())


@pytest.mark.parametrize(
    "path", [EVENT, "claim/halhamiao-patrol-strength", "actor/georgy-zhukov", "passage/halhamiao-incident"]
)
@pytest.mark.parametrize("profile", ["", "?_profile=cidoc-crm"])
def test_json_ld_is_compacted_and_framed_and_says_the_same_expanded(get, server, path, profile):
    compacted = get(f"data/{path}.jsonld{profile}")
    document = compacted.json()
    assert document["@context"] == f"{server}/context.jsonld" and document["id"] == f"{BASE}id/{path}"
    expanded = get(f"data/{path}{profile}", f'text/html;q=0.1, application/ld+json;profile="{JSONLD}expanded"')
    assert f"{JSONLD}expanded" in expanded.headers["Content-Type"] and "@context" not in expanded.text
    plain = parse(get(f"data/{path}.nt{profile}"), "nt")
    assert set(parse(compacted, "json-ld")) == set(parse(expanded, "json-ld")) == set(plain)
    assert "Accept" in compacted.headers["Vary"].split(", ")


def test_values_in_compacted_json_ld_are_texts_and_numbers_as_programs_expect_them(get):
    event = get(f"data/{EVENT}.jsonld").json()
    assert (event["prefLabel"], event["date"]) == ("Halhamiao incident", "1935-01-08") and "BorderIncident" in event[
        "type"
    ]
    assert {"value": "哈爾哈廟事件", "language": "ja"} in event["altLabel"]
    parts = {part["id"]: part for part in event["hasSubEvent"]}
    assert parts[f"{BASE}id/event/halhamiao-clash"]["label"] == "clash near the temple at Halhamiao"
    assert get("data/claim/halhamiao-patrol-strength.jsonld").json()["countExact"] == 11
    assert get("context.jsonld").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("ending", ["trig", "nq"])
def test_formats_with_named_graphs_keep_the_passage_of_each_statement(get, ending):
    read = Dataset().parse(data=get(f"data/{EVENT}.{ending}").content, format=PARSERS[ending])
    date = URIRef(f"{BASE}ontology#date")
    (graph,) = {context for _, _, _, context in read.quads((URIRef(f"{BASE}id/{EVENT}"), date, None, None))}
    assert str(graph) == f"{BASE}id/passage/halhamiao-incident"


def test_a_document_has_outgoing_and_incoming_triples_passages_and_licence(get, snapshot):
    read = parse(get(f"data/{EVENT}.nt"), "nt")
    everything = Graph().parse(snapshot.folder / "dumps" / "sjkg.nt", format="nt")
    thing, document = URIRef(f"{BASE}id/{EVENT}"), URIRef(f"{BASE}data/{EVENT}")
    order = {URIRef(f"{BASE}ontology#before"), URIRef(f"{BASE}ontology#after")}
    about = {*everything.triples((thing, None, None)), *everything.triples((None, None, thing))}
    left_out = about - set(read)
    assert left_out and {p for _, p, _ in left_out} == order  # computed; what a passage states of the order is there
    assert {p for _, p, _ in about & set(read)} > {
        URIRef(f"{BASE}ontology#date"),
        URIRef(f"{BASE}ontology#earliestBegin"),
    }
    passage = URIRef(f"{BASE}id/passage/halhamiao-incident")
    assert read.value(passage, DCTERMS.abstract) and passage in read.objects(document, DCTERMS.source)
    assert read.value(document, FOAF.primaryTopic) == thing
    assert str(read.value(document, DCTERMS.license)).startswith("https://creativecommons.org/licenses/by-sa/4.0")
    assert "every triple that points to it" in read.value(document, RDFS.comment)


def test_a_document_has_labels_in_every_language_also_of_linked_things(get):
    read = parse(get(f"data/{EVENT}.ttl"))
    languages = {name.language for name in read.objects(URIRef(f"{BASE}id/{EVENT}"), SKOS.altLabel)}
    assert "ja" in languages
    assert read.value(URIRef(f"{BASE}id/event/soviet-japanese-border-conflicts"), RDFS.label)
    assert read.value(URIRef(f"{BASE}ontology#date"), RDFS.label)


def test_every_thing_of_the_graph_has_a_document_and_a_redirect(snapshot, get):
    lines = snapshot.quads.read_text(encoding="utf-8").splitlines()
    quads = [quad for quad in map(split_quad, lines) if quad.subject.startswith(f"<{BASE}id/")]
    retired = {quad.subject for quad in quads if quad.graph == f"<{BASE}graph/retired>"}
    things = {quad.subject[1:-1] for quad in quads if quad.subject not in retired}
    kinds = {}
    for thing in sorted(things):
        kinds.setdefault(thing.removeprefix(f"{BASE}id/").split("/")[0], thing.removeprefix(f"{BASE}id/"))
    assert {"event", "actor", "place", "claim", "participation", "passage", "section", "footnote", "work"} <= set(kinds)
    for name in kinds.values():
        assert get(f"id/{name}").url.endswith(f"/data/{name}.ttl")


def test_the_document_of_a_passage_has_its_named_graph(get, snapshot):
    passage = "https://w3id.org/sjkg/id/passage/halhamiao-incident"
    read = Dataset().parse(data=get("data/passage/halhamiao-incident.nq").content, format="nquads")
    assert len(read.graph(URIRef(passage))) == snapshot.manifest.graphs[passage]


def test_a_truncated_document_says_so(monkeypatch, snapshot):
    from sjkg.describe import documents
    from sjkg.store.sorted_quads import SortedQuads

    monkeypatch.setattr(documents, "MAX_INCOMING", 3)
    text = documents.describe(SortedQuads(snapshot.folder), f"{BASE}id/event/soviet-japanese-border-conflicts").decode()
    assert "the first 3 that point to it; there are more" in text


@pytest.mark.parametrize(
    "path, near",
    [
        ("id/event/halhamiao-incidnt", "id/event/halhamiao-incident"),
        ("data/event/battle-lake-khasan.ttl", "id/event/battle-of-lake-khasan"),
        ("vocab/rol", "vocab/role"),
        ("vocab/role/atacker", "vocab/role/attacker"),
        ("shapes/Evnt", "shapes/Event"),
        ("graph/infered", "graph/inferred"),
    ],
)
def test_a_misspelt_iri_gives_404_with_suggestions(get, path, near):
    response = get(path)
    assert response.status_code == 404 and BASE + near in response.json()["suggestions"]
    assert BASE + near in response.json()["detail"]


@pytest.mark.parametrize(
    "path", ["id/event/zzz", "id/x/y", "data/event/zzz.ttl", f"data/{EVENT}.docx", "ontology.x", 'id/event/%22%3E%0A"']
)
def test_an_unknown_iri_gives_404(get, path):
    assert get(path).status_code == 404


@pytest.mark.parametrize("path, file", [("ontology", "ontology/sjkg.ttl"), ("vocab/role", "ontology/vocab/role.ttl")])
def test_the_iri_of_an_ontology_term_redirects_to_its_file(get, kb_root, path, file):
    assert get(path).content == get(f"{path}.ttl").content == (kb_root / file).read_bytes()
    assert isomorphic(parse(get(f"{path}.nt"), "nt"), parse(get(path)))
    assert get(f"{path}.nt").content == get(f"{path}.nt").content
    page = get(path, BROWSER, allow_redirects=False)
    assert (page.status_code, page.headers["Location"]) == (303, f"/page/{path}")


def test_a_concept_redirects_to_its_scheme_and_a_shape_to_its_file(get, kb_root):
    assert get("vocab/role/attacker").content == (kb_root / "ontology/vocab/role.ttl").read_bytes()
    assert get("shapes/Event-date-datatype").content == (kb_root / "shapes/event.ttl").read_bytes()
    assert get("vocab/role/attacker", BROWSER, allow_redirects=False).headers["Location"] == "/page/vocab/role/attacker"


def test_all_shapes_are_in_one_document(get, kb):
    read = parse(get("shapes.ttl"))
    named = {subject for subject in kb.union("shapes", "closure-shapes").subjects() if isinstance(subject, URIRef)}
    assert named and named == {subject for subject in read.subjects() if isinstance(subject, URIRef)}


RETIRED = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

event:old
    a sjkg:RetiredIri ;
    dcterms:description "was a slip for the only event"@en ;
    dcterms:isReplacedBy event:only ;
.

event:older
    a sjkg:RetiredIri ;
    dcterms:description "was a slip, too"@en ;
    dcterms:isReplacedBy <javascript:alert(1)> ;
.
"""


@pytest.fixture(scope="module")
def own_server(small_kb, tmp_path_factory):
    """A server of a small graph with a retired IRI and an integer in an unusual form."""
    root = tmp_path_factory.mktemp("retired") / "kb"
    shutil.copytree(small_kb, root)
    (root / "triples" / "retired.ttl").write_text(RETIRED, encoding="utf-8")
    events = root / "triples" / "events.ttl"
    odd = "event:only skos:notation 01 ."
    events.write_text(events.read_text(encoding="utf-8") + f"\n{odd}\n", encoding="utf-8")
    with running_server("--kb", str(root), "--snapshots", str(tmp_path_factory.mktemp("snapshots"))) as address:
        yield address


@pytest.mark.parametrize("path", ["id/event/old", "data/event/old", "data/event/old.ttl"])
def test_a_retired_iri_gives_410_with_its_successor(own_server, path):
    response = requests.get(f"{own_server}/{path}", timeout=20)
    assert response.status_code == 410 and response.json()["replaced_by"] == [f"{BASE}id/event/only"]


def test_the_page_of_a_retired_iri_links_only_to_pages_and_http_urls(own_server):
    for name, link in (("old", 'href="/page/event/only"'), ("older", None)):
        response = requests.get(f"{own_server}/id/event/{name}", headers={"Accept": "text/html"}, timeout=20)
        assert response.status_code == 410 and 'href="javascript' not in response.text
        assert link is None or link in response.text
    assert "Replaced by javascript:alert(1)." in response.text


@pytest.mark.parametrize("ending", [ending for ending in PARSERS if ending not in ("jsonld", "rdf")])
def test_literals_keep_their_lexical_form(own_server, ending):
    body = requests.get(f"{own_server}/data/event/only.{ending}", timeout=20).text
    assert '"01"' in body or " 01 " in body


def test_literals_keep_their_lexical_form_after_parsing(own_server):
    for ending in ("jsonld", "rdf"):
        body = requests.get(f"{own_server}/data/event/only.{ending}", timeout=20).text
        assert '"01"' in body or ">01<" in body
    assert Literal("01", datatype=XSD.integer, normalize=False) != Literal(1)
