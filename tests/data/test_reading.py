"""Tests of the graph against an independent second reading of the article.

reading.tsv has a row for each date, number, name, side and footnote marker of the modelled sections: the place in the
text, the words there (six at most), the value in our notation, the footnote that follows, and what it is about.
A row is found in the passage whose span holds its place.
"""

import csv
from functools import cache
from pathlib import Path

import pytest
from graphs import packaged
from namespaces import IDS
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS

from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.kb.article import TextSpan, read_article, read_spans

with (Path(__file__).parent / "reading.tsv").open(encoding="utf-8") as stream:
    ROWS = list(csv.DictReader(stream, delimiter="\t"))
COUNTS = [URIRef(ONTOLOGY + name) for name in ("countExact", "countText")]
RANGE = [URIRef(ONTOLOGY + name) for name in ("countMin", "countMax")]
OTHER_NUMBERS = [URIRef(f"{ONTOLOGY}distanceMetres"), URIRef(f"{ONTOLOGY}pages"), URIRef(f"{PREFIXES['wgs84']}lat")]
DATES = [URIRef(ONTOLOGY + name) for name in ("date", "periodCounted", "retrievedOn")] + [DCTERMS.issued]
NAMING = [
    SKOS.altLabel,
    DCTERMS.title,
    DCTERMS.publisher,
    DCTERMS.bibliographicCitation,
    DCTERMS.extent,
    *(URIRef(ONTOLOGY + name) for name in ("transliteration", "spellingVariant", "garbledName", "nameForm")),
]
CITES, SIDE, NOTE = (URIRef(ONTOLOGY + name) for name in ("cites", "side", "noteNumber"))


@cache
def graph_of(passage: URIRef) -> Graph:
    return next(file.graph for file in packaged().files if file.graph_name == str(passage))


@cache
def labels() -> set[str]:
    return {str(label) for label in packaged().union("triples").objects(predicate=SKOS.prefLabel)}


@cache
def spans() -> list[TextSpan]:
    return read_spans(packaged().union("triples", "passages"))


@cache
def conclusions() -> Graph:
    """Return what the editors inferred."""
    return next(file.graph for file in packaged().files if file.path == "triples/editorial/conclusions.ttl")


def passage_at(row: dict):
    return next(span.node for span in spans() if span.start <= int(row["offset"]) < span.end)


def described(row: dict) -> str:
    return f"{row['what']}-{row['offset']}-{row['anchor']}"


def rows_of(what: str) -> pytest.MarkDecorator:
    rows = [row for row in ROWS if row["what"] == what]
    return pytest.mark.parametrize("row", rows, ids=[described(row) for row in rows])


def test_the_table_covers_the_modelled_sections():
    assert len(ROWS) >= 300
    assert {row["what"] for row in ROWS} == {"date", "number", "duration", "name", "side", "footnote"}


def test_every_row_quotes_the_article_at_the_given_place(article):
    text = read_article(article).replace("\u00a0", " ")
    for row in ROWS:
        assert text[int(row["offset"]) :].startswith(row["anchor"]), row


@rows_of("date")
def test_each_date_is_in_its_passage(row):
    graph = graph_of(passage_at(row))
    dates = {str(o) for name in DATES for o in graph.objects(predicate=name)}
    assert row["value"] in dates


@rows_of("duration")
def test_each_duration_is_in_its_passage(row):
    assert row["value"] in map(str, graph_of(passage_at(row)).objects(predicate=URIRef(f"{ONTOLOGY}duration")))


@rows_of("number")
def test_each_number_is_in_its_passage_with_its_footnote(row):
    graph = graph_of(passage_at(row))
    if any(str(o) == row["value"] for predicate in OTHER_NUMBERS for o in graph.objects(predicate=predicate)):
        return
    claims = {s for s in set(graph.subjects()) if row["value"] in counts_of(graph, s)}
    assert claims
    expected = {URIRef(f"{IDS}footnote/{row['footnote']}")} if row["footnote"] else set()
    assert any(set(graph.objects(claim, CITES)) == expected for claim in claims)


def counts_of(graph, claim) -> set[str]:
    """Return the counts of a claim in the form of the table; a range as minimum–maximum."""
    counts = {str(o) for predicate in COUNTS for o in graph.objects(claim, predicate)}
    low, high = (graph.value(claim, predicate) for predicate in RANGE)
    return counts | ({f"{low or ''}–{high or ''}"} if low or high else set())


@rows_of("name")
def test_each_name_is_in_its_passage_in_its_language_or_is_the_preferred_one(row):
    language, _, form = row["value"].partition(":")
    here = {o for p, o in graph_of(passage_at(row)).predicate_objects() if p in NAMING}
    assert form in labels() or any(is_in(found, language) and same_name(found, form) for found in here)


def is_in(found: Literal, language: str) -> bool:
    """Return whether a name is in the language, in any script; names without a language match every language."""
    return found.language is None or f"{found.language}-".lower().startswith(f"{language}-".lower())


def same_name(found: Literal, form: str) -> bool:
    """Return whether two forms of a name differ at most in case and in a leading article."""
    return str(found).lower().removeprefix("the ") == form.lower().removeprefix("the ")


@rows_of("side")
def test_each_side_takes_part_in_its_passage(row):
    sides = {str(o) for o in [*graph_of(passage_at(row)).objects(predicate=SIDE), *editorial_sides(passage_at(row))]}
    assert f"{PREFIXES['side']}{row['value']}" in sides


def editorial_sides(passage):
    """Return the inferred sides of the participations of a passage."""
    return [o for s, o in conclusions().subject_objects(SIDE) if (s, None, None) in graph_of(passage)]


@rows_of("footnote")
def test_each_marker_is_cited_by_its_passage(row):
    assert (passage_at(row), CITES, URIRef(f"{IDS}footnote/{row['value']}")) in graph_of(passage_at(row))
