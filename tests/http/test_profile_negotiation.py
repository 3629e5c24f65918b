"""Profiles over HTTP: content negotiation by profile, dumps, and the pages of profiles."""

import gzip

import pytest
import requests
from markupsafe import escape
from rdflib import Graph, Namespace, URIRef

from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.profiles.read import read_profiles

CRM, PROF = PREFIXES["crm"], Namespace(PREFIXES["prof"])
PROFILES = read_profiles(packaged_kb())
CLASH = "event/halhamiao-clash"


def get(url, **headers):
    """Return the response to a GET without redirects; underscores in names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(url, headers=named, timeout=60, allow_redirects=False)


@pytest.mark.parametrize("name", ["cidoc-crm", CRM, "https://w3id.org/sjkg/profiles/cidoc-crm"])
def test_a_document_is_in_the_terms_of_the_profile_that_the_parameter_names(server, name):
    answer = requests.get(f"{server}/data/{CLASH}.ttl", {"_profile": name}, timeout=60)
    assert answer.headers["Content-Profile"] == f"<{CRM}>"
    assert f'<{CRM}>; rel="profile"' in answer.headers["Link"]
    assert f"</data/{CLASH}.nt?_profile=cidoc-crm>" in answer.headers["Link"]
    graph = Graph().parse(data=answer.text, format="turtle")
    event = URIRef(f"https://w3id.org/sjkg/id/{CLASH}")
    (span,) = graph.objects(event, URIRef(f"{CRM}P4_has_time-span"))
    assert graph.value(span, URIRef(f"{CRM}P82b_end_of_the_end")).value.day == 8
    roles = {part for part in graph.subjects(URIRef(f"{CRM}P01_has_domain"), event) if "participation" in part}
    assert len(roles) == 3 and all(graph.value(part, URIRef(f"{CRM}P02_has_range")) for part in roles)
    assert not any(predicate.startswith(ONTOLOGY) for predicate in graph.predicates())


def test_a_document_is_in_the_terms_that_the_header_prefers(server):
    url = f"{server}/data/{CLASH}"
    both = get(url, Accept="text/turtle", Accept_Profile=f"<{CRM}>;q=0.5, <urn:other>, <https://schema.org/>;q=0.9")
    assert both.headers["Content-Profile"] == "<https://schema.org/>"
    assert both.headers["Content-Location"] == f"/data/{CLASH}.ttl?_profile=schema.org"
    assert "schema:startDate" in both.text
    own = get(url, Accept="text/turtle", Accept_Profile=f"<{ONTOLOGY}>, <{CRM}>;q=0.2")
    plain = get(url, Accept="text/turtle")
    assert own.text == plain.text and plain.headers["Content-Profile"] == f"<{ONTOLOGY}>"
    assert "Accept-Profile" in plain.headers["Vary"]
    assert get(url, Accept="text/turtle", Accept_Profile=f"<{CRM}>").text != plain.text  # not the cached one


@pytest.mark.parametrize(
    ("query", "headers"),
    [("?_profile=bibframe", {}), ("", {"Accept_Profile": "<urn:x>"}), ("", {"Accept_Profile": "nonsense"})],
)
def test_an_unknown_profile_is_answered_with_the_list_of_those_there_are(server, query, headers):
    answer = get(f"{server}/data/{CLASH}.ttl{query}", **headers)
    assert answer.status_code == 406
    for name, profile in PROFILES.items():
        assert f"{name} <{profile.standard}>" in answer.json()["detail"]


def test_a_thing_passes_the_profile_on_to_its_document(server):
    answer = get(f"{server}/id/{CLASH}?_profile=cidoc-crm", Accept="text/turtle")
    assert answer.headers["Location"] == f"/data/{CLASH}.ttl?_profile=cidoc-crm"


def test_a_thing_that_does_not_exist_is_not_found_in_any_profile(server):
    assert get(f"{server}/data/event/nothing.ttl?_profile=cidoc-crm").status_code == 404


@pytest.mark.parametrize("name", PROFILES)
def test_dumps_of_a_profile_have_what_its_page_and_the_command_say(server, name):
    page = get(f"{server}/profiles/{name}.json").json()["page"]
    lines = get(f"{server}/dumps/sjkg.{name}.nt").text.splitlines()
    packed = get(f"{server}/dumps/sjkg.{name}.nt.gz")
    assert packed.headers["Content-Type"] == "application/gzip"
    assert gzip.decompress(packed.content).decode().splitlines() == lines
    assert len(lines) == page["triples"]
    for path in page["dumps"]:
        assert get(server + path).status_code == 200


@pytest.mark.parametrize("name", PROFILES)
def test_the_page_of_a_profile_shows_rules_losses_with_reasons_and_an_example(server, name):
    page = get(f"{server}/profiles/{name}.json").json()["page"]
    assert {rule["name"] for rule in page["rules"]} == {rule.name for rule in PROFILES[name].rules}
    assert page["lost"] and all(row["reason"] for row in page["lost"])
    assert "skos:prefLabel" in page["example"]["before"] and page["example"]["after"]
    html = get(f"{server}/profiles/{name}", Accept="text/html").text
    assert str(escape(page["lost"][0]["reason"])) in html and f"/dumps/sjkg.{name}.ttl.gz" in html
    assert f"/profiles/{name}" in get(f"{server}/profiles").text


def test_a_profile_or_dump_that_does_not_exist_is_not_found(server):
    assert "the profiles are" in get(f"{server}/profiles/bibframe.json").json()["detail"]
    assert get(f"{server}/dumps/sjkg.cidoc-crm.xyz").status_code == 404
    assert get(f"{server}/dumps/sjkg.bibframe.nt").status_code == 404


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_described_in_rdf_with_its_rules_and_shapes_as_files(server, name):
    turtle = get(f"{server}/profiles/{name}", Accept="text/turtle")
    assert turtle.headers["Content-Location"] == f"/profiles/{name}.ttl"
    graph = Graph().parse(data=turtle.text, format="turtle")
    assert set(graph) == set(Graph().parse(data=get(f"{server}/profiles/{name}.jsonld").text, format="json-ld"))
    profile = URIRef(PROFILES[name].iri)
    assert graph.value(profile, PROF.isProfileOf) == URIRef(PROFILES[name].standard)
    assert str(graph.value(profile, PROF.hasToken)) == name
    artifacts = {
        str(graph.value(each, PROF.hasArtifact)): str(graph.value(each, PROF.hasRole)).rpartition("/")[2]
        for each in graph.objects(profile, PROF.hasResource)
    }
    shapes, rule = f"{profile}/shapes.ttl", f"{profile}/in/names.rq"
    assert artifacts[shapes] == "validation" and artifacts[rule] == "mapping"
    base = "https://w3id.org/sjkg"
    for path in (shapes, rule, f"{profile}/out/names.rq"):
        kind = "text/turtle" if path == shapes else "application/sparql-query"
        answer = get(path.replace(base, server))
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.content == (PROFILES[name].folder / path.removeprefix(f"{profile}/")).read_bytes()
    assert get(f"{server}/profiles/{name}", Accept="text/html").headers["Content-Type"].startswith("text/html")
    for path in ("profile.ttl", "out/nothing.rq", "out//names.rq", "..%2fsem%2fshapes.ttl"):
        assert get(f"{server}/profiles/{name}/{path}").status_code == 404


def test_a_parameter_that_is_nearly_right_is_refused_and_not_ignored(server):
    for query in ("?profile=cidoc-crm", "?_profile=sem&profile=cidoc-crm"):
        for path in (f"/data/{CLASH}.ttl", f"/id/{CLASH}"):
            answer = get(f"{server}{path}{query}", Accept="text/turtle")
            assert answer.status_code == 400 and "given by “_profile”" in answer.text


def test_a_document_links_to_the_same_in_other_profiles(server):
    own = get(f"{server}/data/{CLASH}.ttl").headers["Link"]
    crm = get(f"{server}/data/{CLASH}.ttl?_profile=cidoc-crm").headers["Link"]
    for profile in PROFILES.values():
        link = f'</data/{CLASH}.ttl?_profile={profile.name}>; rel="alternate"; type="text/turtle"; profile="{profile.standard}"'
        assert link in own and (link in crm) == (profile.name != "cidoc-crm")
    assert f'</data/{CLASH}.ttl>; rel="alternate"; type="text/turtle"; profile="{ONTOLOGY}"' in crm


@pytest.mark.parametrize("name", ["sjkg.linked-places.geojson", "sjkg.linked-places.nt", "sjkg.linked-places.nt.gz"])
def test_a_dump_says_its_profile(server, name):
    answer = requests.get(f"{server}/dumps/{name}", timeout=60)
    assert answer.headers["Content-Profile"] == f"<{PROFILES['linked-places'].standard}>"
