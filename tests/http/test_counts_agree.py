"""Each number of events, participants or claims is the same on list, page, CSV, JSON and in SPARQL.

The default run compares a random sample of things, and prints the failing ones; `-m slow` compares all.
"""

import csv
import random
import re

import pytest
import requests

SAMPLE = 6
SEED = random.randrange(10**6)
OWN = {
    "actors": "?event sjkg:hasParticipation/sjkg:participant ?thing",
    "places": "GRAPH ?graph { ?event sjkg:occurredAt ?thing } FILTER(?graph != graph:inferred)",
    "events": "?event sjkg:about ?thing",
}
INFERRED = {
    "actors": "{ ?event sjkg:hasParticipant ?thing } UNION { ?event sjkg:involvesPower ?thing } "
    "FILTER NOT EXISTS { ?event sjkg:hasParticipation/sjkg:participant ?thing }",
    "places": "?event sjkg:occurredAt ?thing "
    "FILTER NOT EXISTS { GRAPH ?graph { ?event sjkg:occurredAt ?thing } FILTER(?graph != graph:inferred) }",
}
FACETS = {"actors": ("actor", "inferredActor"), "places": ("place", "inferredPlace")}


def rows_of(address: str, **parameters: str) -> list[dict[str, str]]:
    response = requests.get(address, params=parameters, headers={"Accept": "text/csv"}, timeout=60)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(response.text.splitlines()))


def counts_by_query(server: str, pattern: str) -> dict[str, int]:
    query = f"SELECT ?thing (COUNT(DISTINCT ?event) AS ?count) WHERE {{ {pattern} }} GROUP BY ?thing"
    return {row["thing"]: int(row["count"]) for row in rows_of(f"{server}/sparql", query=query)}


def rows_and_counts(server: str, name: str, pattern: str, size: int | None) -> list[tuple[dict[str, str], int]]:
    counts, rows = counts_by_query(server, pattern), rows_of(f"{server}/{name}.csv")
    assert len(rows) > 40
    chosen = random.Random(SEED).sample(rows, size) if size else rows
    return [(row, counts.get(row["iri"], 0)) for row in chosen]


def json_of(address: str, **parameters: str) -> dict:
    return requests.get(address, params=parameters, timeout=60).json()["page"]


def check_thing_with_events(server: str, name: str, row: dict[str, str], own: int, inferred: int) -> None:
    thing = row["iri"].rpartition("/id/")[2]
    page = json_of(f"{server}/page/{thing}.json")
    events = {part["within"]["iri"] for _, part in page["parts"]} if name == "actors" else page["happenings"]
    assert (int(row["events"] or 0), len(events)) == (own, own), thing
    assert (int(row["events_inferred"] or 0), page["inferred_events"]["total"]) == (inferred, inferred), thing
    for facet, count in zip(FACETS[name], (own, inferred), strict=True):
        value = thing.replace("/", ":")
        assert json_of(f"{server}/events.json", **{facet: value})["total"] == count, (thing, facet)
        assert len(rows_of(f"{server}/events.csv", **{facet: value})) == count, (thing, facet)
    if inferred:
        path = page["inferred_events"]["path"]
        text = requests.get(f"{server}/page/{thing}", headers={"Accept": "text/html"}, timeout=60).text
        assert f'href="{path}">All {inferred:,} as a list</a>' in text.replace("%3A", ":") or path in text, thing
        total = re.search(r"<strong>([\d,]+)</strong> events", requests.get(server + path, timeout=60).text)[1]
        assert total == f"{inferred:,}", thing


@pytest.mark.parametrize("name", ["actors", "places"])
@pytest.mark.parametrize("size", [SAMPLE, pytest.param(None, marks=pytest.mark.slow)], ids=["sample", "all"])
def test_the_events_of_an_actor_or_place_are_equally_many_everywhere(server, name, size):
    inferred = counts_by_query(server, INFERRED[name])
    for row, own in rows_and_counts(server, name, OWN[name], size):
        check_thing_with_events(server, name, row, own, inferred.get(row["iri"], 0))


@pytest.mark.parametrize("size", [SAMPLE, pytest.param(None, marks=pytest.mark.slow)], ids=["sample", "all"])
def test_the_claims_about_an_event_are_equally_many_everywhere(server, size):
    for row, count in rows_and_counts(server, "events", OWN["events"], size):
        thing = row["iri"].rpartition("/id/")[2]
        page = json_of(f"{server}/page/{thing}.json")
        groups = [
            claim
            for name in ("losses", "losses_of_parts", "strengths", "counts")
            for group in page[name]
            for claim in group["claims"]
        ]
        on_page = {claim["iri"] for claim in [*groups, *page["claims"]] if claim["about"]["iri"] == row["iri"]}
        value = thing.replace("/", ":")
        found = len(rows_of(f"{server}/claims.csv", about=value))
        total = json_of(f"{server}/claims.json", about=value)["total"]
        assert (int(row["claims"] or 0), len(on_page), found, total) == (count,) * 4, thing


def test_the_places_of_an_actor_are_those_of_its_own_participations(server):
    query = """SELECT DISTINCT ?thing ?place WHERE {
      ?event sjkg:hasParticipation/sjkg:participant ?thing .
      GRAPH ?graph { ?event sjkg:occurredAt ?place } FILTER(?graph != graph:inferred)
    }"""
    places: dict[str, set[str]] = {}
    for row in rows_of(f"{server}/sparql", query=query):
        places.setdefault(row["thing"], set()).add(row["place"])
    actors = [row["iri"] for row in rows_of(f"{server}/actors.csv")]
    for actor in [*random.Random(SEED).sample(actors, SAMPLE), *random.Random(SEED).sample(sorted(places), SAMPLE)]:
        value = actor.rpartition("/id/")[2].replace("/", ":")
        found = {row["iri"] for row in rows_of(f"{server}/places.csv", actor=value)}
        assert found == places.get(actor, set()), actor
