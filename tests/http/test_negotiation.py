"""The parameter “format” takes names and media types at every resource that has several formats, and is never ignored."""

from urllib.parse import quote

import pytest
import requests

RDF = {
    "turtle": "text/turtle",
    "ttl": "text/turtle",
    "text/turtle": "text/turtle",
    "TTL": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "rdf+xml": "application/rdf+xml",
    "application/rdf+xml": "application/rdf+xml",
    "application/rdf%2Bxml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "jsonld": "application/ld+json",
    "application/trig": "application/trig",
    "nq": "application/n-quads",
    "text/turtle;charset=utf-8": "text/turtle",
}
PAGE = {"html": "text/html", "text/html": "text/html"}
JSON = {"json": "application/json", "application/json": "application/json"}
TABLES = {
    "json": "application/sparql-results+json",
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results%2Bjson": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
}
EVENT = "event/halhamiao-incident"
PROVED = "s=event:halhamiao-incident&p=rdf:type&o=sjkg:Event"
SELECT = quote("SELECT * { ?s a sjkg:Battle } LIMIT 1")
RESOURCES = {
    f"/sparql?query={SELECT}": TABLES | PAGE,
    f"/sparql?query={quote('CONSTRUCT WHERE { ?s a sjkg:Battle }')}": RDF,
    "/sparql": RDF | PAGE,
    f"/id/{EVENT}": RDF | PAGE,
    f"/data/{EVENT}": RDF,
    "/ontology": RDF | PAGE,
    "/vocab/role": RDF | PAGE,
    "/vocab/role/acceptor": RDF | PAGE,
    "/shapes": RDF | PAGE,
    "/dataset": RDF | PAGE,
    "/.well-known/void": RDF | PAGE,
    "/rdf-graph-store?default": RDF,
    "/graph/vocab/role": RDF,
    f"/explain?{PROVED}": RDF | PAGE | JSON,
    "/events": PAGE | JSON | {"csv": "text/csv"},
    "/figures": PAGE | JSON | {"csv": "text/csv"},
    "/timeline": PAGE | JSON,
    f"/page/{EVENT}": PAGE | JSON,
    "/questions/events-possibly-on-day": PAGE | JSON,
    "/about": PAGE | JSON,
}


def get(server, path, name, **headers):
    separator = "&" if "?" in path else "?"
    return requests.get(f"{server}{path}{separator}format={name}", headers=headers, timeout=60)


@pytest.mark.parametrize("path", RESOURCES)
def test_format_takes_names_and_media_types_and_precedes_accept(server, path):
    for name, media_type in RESOURCES[path].items():
        accept = "text/csv" if media_type != "text/csv" else "application/rdf+xml"
        response = get(server, path, name, Accept=accept)
        assert (name, response.status_code) == (name, 200), response.text
        assert (name, response.headers["Content-Type"].partition(";")[0]) == (name, media_type)


@pytest.mark.parametrize("path", RESOURCES)
@pytest.mark.parametrize("name", ["docx", "image/png", "application/vnd.example+json"])
def test_an_unknown_format_is_406_and_names_the_known_ones(server, path, name):
    response = get(server, path, name)
    detail = response.json()["detail"]
    assert response.status_code == 406 and "Unacceptable" not in detail
    for known in set(RESOURCES[path].values()) - {"text/html"}:
        assert f"({known})" in detail


@pytest.mark.parametrize("path", RESOURCES)
def test_an_empty_format_is_as_none_and_two_offered_formats_are_400(server, path):
    assert get(server, path, "").status_code == 200
    offered = {media_type: name for name, media_type in RESOURCES[path].items()}
    one, other, *_ = offered.values()
    response = get(server, path, f"{one}&format={other}")
    assert response.status_code == 400 and "; send one of them" in response.json()["detail"]


@pytest.mark.parametrize("path", [path for path in RESOURCES if not path.startswith("/sparql?")])
def test_formats_that_a_resource_does_not_offer_are_left_out(server, path):
    name, media_type = next(iter(RESOURCES[path].items()))
    response = get(server, path, f"tsv&format={name}&format=docx")
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    response = get(server, path, "tsv&format=docx")
    assert response.status_code == 406 and "in the format “tsv or docx”" in response.json()["detail"]


def test_formats_of_a_query_are_chosen_by_the_kind_of_its_result(server):
    for form, media_type in (
        ("SELECT * { ?s ?p ?o } LIMIT 1", "text/csv"),
        ("CONSTRUCT WHERE { ?s a sjkg:Battle }", "text/turtle"),
    ):
        response = get(server, f"/sparql?query={quote(form)}", "csv&format=turtle")
        assert response.headers["Content-Type"].partition(";")[0] == media_type


@pytest.mark.parametrize("path", [f"/data/{EVENT}.ttl", "/ontology.ttl", "/dataset.ttl", "/graph/vocab/role.ttl"])
def test_the_ending_of_a_path_decides_and_another_format_is_406(server, path):
    assert get(server, path, "text/turtle").status_code == 200
    response = get(server, path, "rdf")
    assert response.status_code == 406 and "is always turtle (text/turtle)" in response.json()["detail"]


def test_a_list_with_an_ending_has_no_format(server):
    response = get(server, "/events.csv", "json")
    assert response.status_code == 400 and "unknown parameter “format”" in response.json()["detail"]


def test_a_posted_form_can_have_a_format(server):
    fields = {"query": "ASK {}", "format": "application/sparql-results+xml"}
    response = requests.post(f"{server}/sparql", data=fields, timeout=60)
    assert response.headers["Content-Type"] == "application/sparql-results+xml"
    response = requests.post(
        f"{server}/validate", params={"format": "application/sarif json"}, data={"turtle": ""}, timeout=60
    )
    assert response.headers["Content-Type"].startswith("application/sarif+json")
