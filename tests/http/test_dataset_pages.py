"""External datasets on the site: their pages, and their things and names in search, lists and reconciliation, never counted as ours."""

import json

import pytest
import requests
from test_pages import Page, get

TEMPLE = "https://thewaratlas.co/battles/battle_of_khalkhyn_temple_b"


def read(server: str, path: str) -> dict:
    answer = requests.get(f"{server}{path}", timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()["page"]


def test_the_list_has_title_licence_origin_version_and_numbers(server):
    found = {
        each["dataset"]["title"]: (
            each["dataset"]["version"],
            each["dataset"]["dependence"],
            each["things"],
            each["links"],
        )
        for each in read(server, "/datasets.json")["datasets"]
    }
    assert found == {"CDB90": ("9.0.3", "independent", 7, 7), "The War Atlas": ("2026-07-02", "derived", 27, 24)}
    text = get(f"{server}/datasets").text
    assert all(each in text for each in ("CC BY 4.0", "ODC-By 1.0", "Wikidata", "thewaratlas.co"))
    assert "/datasets" in Page(get(server).text).links
    assert f"{server}/datasets/cdb90</loc>" in requests.get(f"{server}/sitemap.xml", timeout=20).text
    assert "/datasets.json" in requests.get(f"{server}/llms.txt", timeout=20).text


def test_a_dataset_has_kinds_links_graphs_to_copy_things_and_files(server):
    page = read(server, "/datasets/war-atlas.json")
    assert [(each["kind"]["name"], each["total"], each["named"]) for each in page["kinds"]][:2] == [
        ("event", 18, 18),
        ("actor", 9, 9),
    ]
    assert (page["accepted"], page["refused"], page["undecided"]) == (24, 0, 0)
    assert {each["name"] for each in page["things"] if each["same"] is None} == {"Mongolia", "Poland", "Russian SFSR"}
    answer = requests.get(f"{server}/sparql", {"query": page["query"], "format": "csv"}, timeout=20)
    assert answer.status_code == 200 and "Battle of Khalkhyn Temple" in answer.text
    for graph in page["graphs"]:
        query = f"SELECT (COUNT(*) AS ?n) {graph['clause']} {{ ?s ?p ?o }}"
        counted = requests.get(f"{server}/sparql", {"query": query, "format": "csv"}, timeout=20).text
        lines = requests.get(f"{server}{graph['path']}.nt", timeout=20).text.splitlines()
        assert int(counted.split()[1]) == graph["triples"] == len(lines)
    for path in (*(each["path"] for each in page["files"]), page["links_path"]):
        assert requests.get(server + path, timeout=20).status_code == 200
    only = read(server, "/datasets/war-atlas.json?kind=sjkg:Actor")
    assert only["total"] == 9 and {each["kind"] for each in only["things"]} == {"actor"}


def test_a_record_has_its_statements_places_and_the_thing_of_this_graph(server):
    page = read(server, f"/datasets/war-atlas/record.json?iri={TEMPLE}")
    assert page["thing"]["same"]["name"] == "Halhamiao incident" and page["places"] == ["statements.ttl, lines 324–331"]
    assert page["published"] and not page["translated"]
    assert (
        "/compare/event/halhamiao-incident" in Page(get(f"{server}/datasets/war-atlas/record?iri={TEMPLE}").text).links
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/datasets/no-such", 404),
        ("/datasets/war-atlas/dataset.txt", 404),
        ("/datasets/war-atlas/..%2fcdb90%2fdataset.ttl", 404),
        ("/datasets/war-atlas?kind=sjkg:Treaty", 400),
        ("/datasets/war-atlas?page=0", 400),
        ("/datasets/war-atlas/record", 400),
        ("/datasets/war-atlas/record?iri=https://example.org/>", 400),
        ("/datasets/war-atlas/record?iri=https://example.org/x", 404),
    ],
)
def test_what_is_not_there_gets_a_reason(server, path, status):
    answer = requests.get(server + path, timeout=20)
    assert answer.status_code == status and answer.text


def test_the_name_of_a_linked_record_leads_to_our_thing_and_names_its_dataset(server):
    page = read(server, "/search.json?q=Battle of Khalkhyn Temple")
    first = page["groups"][0][1][0]
    assert (first["name"], first["found_as"], first["dataset"], first["score"]) == (
        *("Halhamiao incident", "Battle of Khalkhyn Temple", "The War Atlas"),
        100,
    )
    assert (
        'named <span lang="en">Battle of Khalkhyn Temple</span> in The War Atlas'
        in get(f"{server}/search?q=Battle of Khalkhyn Temple").text
    )
    queries = json.dumps({"q": {"query": "Battle of Khalkhyn Temple"}})
    (best,) = requests.post(f"{server}/reconcile", {"queries": queries}, timeout=20).json()["q"]["result"]
    assert best["id"] == "event/halhamiao-incident" and best["match"]
    assert best["description"] == "named “Battle of Khalkhyn Temple” in The War Atlas"
    typed = requests.get(f"{server}/reconcile/suggest/entity?prefix=Orahodoga", timeout=20).json()["result"]
    assert [(each["id"], each["description"]) for each in typed] == [
        ("event/buir-lake-clash-december-1935", "named “Orahodoga Incident” in The War Atlas")
    ]


def test_things_of_datasets_are_found_in_a_group_of_their_own_and_not_counted(server):
    page = read(server, "/search.json?q=Russian SFSR")
    assert page["total"] == sum(page["counts"])
    (atlas,) = page["elsewhere"]
    assert atlas["title"] == "The War Atlas" and [each["name"] for each in atlas["things"]] == ["Russian SFSR"]
    assert page["groups"] == [] or page["groups"][0][1][0]["score"] < 100
    assert read(server, "/search.json?q=zzzzzz")["elsewhere"] == []


def test_a_list_says_which_datasets_have_more_of_its_kind_without_counting_them(server):
    page = read(server, "/events.json")
    assert [(each["title"], each["total"]) for each in page["elsewhere"]] == [("CDB90", 5), ("The War Atlas", 18)]
    assert not any("thewaratlas" in (cell["iri"] or "") for row in page["rows"] for cell in row)
    for each in page["elsewhere"]:
        assert read(server, each["path"].replace("?", ".json?"))["total"] == each["total"]
