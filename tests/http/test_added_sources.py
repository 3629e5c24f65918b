"""Datasets that a user adds are compared as those that come with the project; private ones by commands only."""

import csv
import io
import json
import shutil

import pytest
import requests
from external import DESCRIPTION, LINKS
from servers import running_server

import sjkg

NON_PUBLIC = "    dcterms:accessRights <http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC> ;\n"
ORIGIN = "    <http://www.w3.org/ns/prov#wasDerivedFrom> <https://archive.example/papers> ;\n"
ANNALS = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix quantity: <https://w3id.org/sjkg/vocab/quantity-kind/> .
@prefix outcome: <https://w3id.org/sjkg/vocab/outcome-kind/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wgs84: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix : <https://example.org/annals/> .

:kanchazu a sjkg:Event ;
    skos:prefLabel "Kanchazu"@en ;
    sjkg:date "1937-07-02/1937-07-05"^^edtf:EDTF ;
    rdfs:seeAlso <javascript:alert(1)> ;
    wgs84:lat 50.4 ; wgs84:long 128.25 .

:killed a sjkg:CasualtyClaim ;
    sjkg:about :kanchazu ; sjkg:party :ussr ; sjkg:quantityKind quantity:killed ; sjkg:countExact 40 .

:temple a sjkg:Event ;
    skos:prefLabel "The temple"@en ;
    sjkg:date "1935-01-08"^^edtf:EDTF .

:ussr skos:prefLabel "USSR"@en .
"""
ANNALS_LINKS = (
    LINKS
    + "event:kanchazu-island-incident\tsjkg:sameThing\thttps://example.org/annals/kanchazu\taccepted\n"
    + "event:halhamiao-incident\tsjkg:sameThing\thttps://example.org/annals/temple\taccepted\n"
    + "actor:soviet-union\tsjkg:sameThing\thttps://example.org/annals/ussr\taccepted\n"
    + "event:tauran-incident\tsjkg:sameThing\thttps://example.org/annals/temple\trefused\n"
)
SECRET = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/secret/temple> a sjkg:Event ; skos:prefLabel "a secret name"@en ; sjkg:dateText "soon" ;
    sjkg:date "1935-01-20/1935-01-21" .
"""
SECRET_LINKS = LINKS + "event:halhamiao-incident\tsjkg:sameThing\thttps://example.org/secret/temple\taccepted\n"


def write(kb, name, title, more, statements, links):
    folder = kb / "datasets" / name
    folder.mkdir()
    description = DESCRIPTION.replace("chronicle>", f"{name}>", 1).replace("A made-up chronicle", title)
    (folder / "dataset.ttl").write_text(
        description.replace("    dcterms:source", f"{more}    dcterms:source"), encoding="utf-8"
    )
    (folder / "statements.ttl").write_text(statements, encoding="utf-8")
    (folder / "links.sssom.tsv").write_text(links, encoding="utf-8")


@pytest.fixture(scope="module")
def kb(kb_root, tmp_path_factory):
    """A copy of the packaged knowledge base with two more datasets: made-up annals, and private papers."""
    root = tmp_path_factory.mktemp("added") / "kb"
    for folder in ("ontology", "triples", "shapes", "queries", "profiles", "datasets"):
        shutil.copytree(kb_root / folder, root / folder)
    for file in kb_root.glob("*.ttl"):
        shutil.copy(file, root)
    write(root, "annals", "Annals", ORIGIN, ANNALS, ANNALS_LINKS)
    write(root, "papers", "Papers", NON_PUBLIC, SECRET, SECRET_LINKS)
    return root


@pytest.fixture(scope="module")
def found(kb, run):
    """The output of `sjkg compare --format json` for an event."""

    def compare(event):
        answer = run("compare", event, "--format", "json", "--kb", kb)
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    return compare


def test_an_added_dataset_that_excludes_the_article_disagrees_by_days_and_by_number(found):
    page = found("event:kanchazu-island-incident")
    titles = [row["dataset"]["title"] for row in page["others"]]
    assert titles == ["Annals", "The War Atlas"]
    annals = page["others"][0]
    assert annals["begin"]["agreement"]["verdict"] == annals["end"]["agreement"]["verdict"] == "disagrees"
    (figure,) = annals["figures"]
    assert figure["party"]["name"] == "Soviet Union" and figure["agreement"]["reason"] == "different numbers"
    assert {(each["about"], each["one"], each["other"]) for each in page["disagreements"]} == {
        ("begin", "this graph", "Annals"),
        ("end", "this graph", "Annals"),
        ("killed of Soviet Union", "this graph", "Annals"),
        ("begin", "Annals", "The War Atlas"),
    }
    assert 100 < annals["km"] < 103


def test_an_independent_dataset_confirms_a_day_that_a_derived_one_only_repeats(found):
    rows = {row["dataset"]["title"]: row for row in found("event:halhamiao-incident")["others"]}
    agreements = {title: row["begin"]["agreement"] for title, row in rows.items()}
    assert [agreements[title]["confirms"] for title in ("Annals", "The War Atlas")] == [True, False]
    assert agreements["Annals"]["verdict"] == agreements["The War Atlas"]["verdict"] == "agrees"


def test_a_private_dataset_is_compared_by_the_command_and_in_python_and_never_served(kb, found, snapshots):
    rows = [row for row in found("event:halhamiao-incident")["others"] if row["dataset"]["is_private"]]
    assert [row["label"] for row in rows] == ["a secret name"]
    with sjkg.open(kb, snapshots=snapshots) as graph:
        result = graph.compare("halhamiao-incident")
    assert "Papers" in result.column("source") and "disagrees" in result.column("agreement")
    with running_server("--kb", str(kb), "--snapshots", str(snapshots)) as server:
        for path in ("compare/event/halhamiao-incident", "page/event/halhamiao-incident"):
            for ending in ("", ".json"):
                text = requests.get(f"{server}/{path}{ending}", timeout=60).text
                assert "Annals" in text and "Papers" not in text and "secret" not in text
        listed = requests.get(f"{server}/datasets.json", timeout=60).json()["page"]["datasets"]
        assert [each["dataset"]["name"] for each in listed] == ["annals", "cdb90", "war-atlas"]
        for path in ("papers", "papers/statements.ttl", "papers/record?iri=https://example.org/secret/temple"):
            assert requests.get(f"{server}/datasets/{path}", timeout=60).status_code == 404
        found = requests.get(f"{server}/search.json?q=a secret name", timeout=60).json()["page"]
        assert not found["elsewhere"] and "a secret name" not in str(found["groups"])
        text = requests.get(f"{server}/compare/event/halhamiao-incident.csv", timeout=60).text
        assert {row["source"] for row in csv.DictReader(io.StringIO(text))} == {"this graph", "Annals", "The War Atlas"}
        text = requests.get(f"{server}/compare/event/kanchazu-island-incident", timeout=60).text
        assert "javascript:" not in text and "disagrees" in text and "3 disagreements" not in text


def test_a_refused_link_has_no_row(found):
    assert found("event:tauran-incident")["others"] == []
