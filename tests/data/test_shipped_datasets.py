"""The datasets that come with the project: their statements are those of their sources, and their links lead to our things."""

import csv
import re
from datetime import datetime, timedelta

import pytest
from namespaces import IDS
from servers import PROJECT

from sjkg.core.facts import Facts
from sjkg.core.ntriples import literal_parts
from sjkg.core.vocabulary import expand
from sjkg.matching.link_tables import find_faults, read_links
from sjkg.site.context import SnapshotLabels
from sjkg.snapshot.index.read import Index
from sjkg.turtle.format import format_turtle
from sjkg.turtle.reader import read_turtle

FOLDER = PROJECT / "datasets"
NAMES = ("cdb90", "war-atlas")
SOURCES = PROJECT.parent / "shared" / "datasets"
FIRST_DAYS = re.compile(r"-01(-01)?$")


def facts_of(name: str, file: str = "statements.ttl") -> Facts:
    path = FOLDER / name / file
    return Facts(read_turtle(path.read_text(encoding="utf-8"), str(path)).lines)


def text_of(facts: Facts, subject: str, name: str) -> str:
    value = facts.value(subject, f"<{expand(name)}>")
    return "" if value is None else literal_parts(value).lexical if value.startswith('"') else value[1:-1]


def by_key(facts: Facts) -> dict[str, str]:
    """The records by their key in the dataset."""
    pairs = facts.pairs(f"<{expand('dcterms:identifier')}>")
    return {literal_parts(key).lexical: record for record, key in pairs}


def figures_of(facts: Facts, record: str, of_party: str) -> dict[str, tuple[str, ...]]:
    """The numbers (exact, least, greatest, written) of a record and party by what is counted."""
    found = {}
    for claim in facts.subjects(f"<{expand('sjkg:about')}>", record):
        party = facts.value(claim, f"<{expand('sjkg:party')}>")
        if party and of_party in {literal_parts(name).lexical for name in names_of(facts, party)}:
            kind = text_of(facts, claim, "sjkg:quantityKind").rpartition("/")[2]
            counts = tuple(text_of(facts, claim, f"sjkg:count{end}") for end in ("Exact", "Min", "Max", "Written"))
            found[kind] = counts
    return found


def names_of(facts: Facts, thing: str) -> list[str]:
    return [
        name for label in ("prefLabel", "altLabel") for name in facts.objects(thing, f"<{expand('skos:' + label)}>")
    ]


@pytest.fixture
def source():
    """The folder of the datasets' own files; skips the test if it is not there."""
    if not SOURCES.is_dir():
        pytest.skip("the files of the datasets are not part of the project; put them beside the checkout to run this")
    return SOURCES


def rows_of(path, delimiter=","):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_the_engagements_of_cdb90_have_the_days_numbers_and_winners_of_its_rows(source):
    facts, rows = facts_of("cdb90"), rows_of(source / "cdb90-excerpt.tsv", "\t")
    records = by_key(facts)
    assert records.keys() == {row["isqno"] for row in rows}
    for row in rows:
        record = records[row["isqno"]]
        begin, end = (datetime.fromisoformat(row[name]) for name in ("begin", "end"))
        end -= timedelta(minutes=end.hour == end.minute == 0)  # midnight at the end is the end of the day before
        assert text_of(facts, record, "skos:prefLabel") == row["name"]
        assert text_of(facts, record, "sjkg:date") == f"{begin:%Y-%m-%d}/{end:%Y-%m-%d}"
        figures = figures_of(facts, record, row["actors"])
        columns = {"personnel": "strength", "casualties": "casualties", "equipment": "tanks"}
        assert figures.keys() == columns.keys()
        for kind, column in columns.items():
            exact, least, greatest, written = figures[kind]
            assert (exact or written) == row[column]
            assert not written or int(least) <= int(written) <= int(greatest)
        outcomes = [
            claim
            for claim in facts.subjects(f"<{expand('sjkg:about')}>", record)
            if facts.value(claim, f"<{expand('sjkg:outcomeKind')}>")
        ]
        assert len(outcomes) == bool(row["winner"])
        for claim in outcomes:
            side = {"1": "victor" if row["role"] == "attacker" else "defeated", "0": ""}[row["winner"]]
            others = {"victor", "defeated"} - {side}
            assert not side or row["actors"] == text_of(
                facts, f"<{text_of(facts, claim, f'sjkg:{side}')}>", "skos:prefLabel"
            )
            assert side or not any(text_of(facts, claim, f"sjkg:{name}") for name in others)


def test_the_battles_of_the_war_atlas_have_the_days_points_and_numbers_of_its_rows(source):
    facts = facts_of("war-atlas")
    records = {key: record for key, record in by_key(facts).items() if "/battles/" in record}
    battles = {row["slug"]: row for row in rows_of(source / "war-atlas" / "battles.csv")}
    assert len(records) == 11
    for key, record in records.items():
        row = battles[key]
        assert record == f"<{row['url']}>" and text_of(facts, record, "skos:prefLabel") == row["title"]
        assert text_of(facts, record, "sjkg:dateText") == row["date_display"]
        if row["date_iso"]:  # the first day of a month or year may stand for all of it
            assert text_of(facts, record, "sjkg:date") == FIRST_DAYS.sub("", row["date_iso"]) + "/"
        assert [text_of(facts, record, f"wgs84:{name}") for name in ("lat", "long")] == [row["lat"], row["lng"]]
    for file, low, kind in (
        ("battle_forces.csv", "strength", "personnel"),
        ("battle_casualties.csv", "casualties", "casualties"),
    ):
        rows = [row for row in rows_of(source / "war-atlas" / file) if row["battle_slug"] in records]
        assert len(rows) > 10
        for row in rows:
            exact, least, greatest, _ = figures_of(facts, records[row["battle_slug"]], row["side"])[kind]
            assert (exact or least, exact or greatest) == (row[f"{low}_low"], row[f"{low}_high"])


def test_the_wars_of_the_war_atlas_have_the_years_of_its_rows_unless_its_words_limit_them_to_a_part(source):
    facts = facts_of("war-atlas")
    records = {key: record for key, record in by_key(facts).items() if "/wars/" in record}
    wars = {row["slug"]: row for row in rows_of(source / "war-atlas" / "wars.csv")}
    assert len(records) == 7
    for key, record in records.items():
        row = wars[key]
        years = f"{row['start_year']}/{row['end_year']}"
        is_part = "role" in row["period"]
        assert text_of(facts, record, "sjkg:date") == ("" if is_part else years)
        assert text_of(facts, record, "sjkg:dateText") == row["period"]


@pytest.mark.parametrize("name", NAMES)
def test_every_link_is_accepted_and_leads_from_our_thing_to_a_record_of_the_dataset(name, snapshot, store):
    table, facts = read_links(FOLDER / name / "links.sssom.tsv"), facts_of(name)
    labels = SnapshotLabels(store, Index(snapshot.index))
    assert find_faults("links", table, labels.records) == []
    for row in table.rows:
        subject, item = row.pair
        assert row.values["verdict"] == "accepted" and row.values["mapping_justification"].startswith("semapv:")
        assert subject.startswith(IDS) and facts.value(f"<{item}>", f"<{expand('rdf:type')}>")
    linked = {row.pair[1] for row in table.rows}
    assert {record[1:-1] for record in by_key(facts).values()} <= linked


def test_the_links_are_those_that_are_known_to_be_right(source):
    text = (source / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    known = {
        (f"event:{ours}", f"https://thewaratlas.co/battles/{theirs}")
        for ours, theirs in re.findall(r"([a-z0-9-]+) = ([a-z_]+_b)\b", text)
    }
    assert len(known) == 11
    same = {
        (row.values["subject_id"], row.values["object_id"])
        for row in read_links(FOLDER / "war-atlas" / "links.sssom.tsv").rows
        if row.values["subject_id"].startswith("event:")
    }
    assert {pair for pair in same if "/battles/" in pair[1]} == known
    parts = [row.values for row in read_links(FOLDER / "cdb90" / "links.sssom.tsv").rows if "#battle-" in row.pair[1]]
    assert {(row["subject_id"], row["object_id"].rpartition("-")[2]) for row in parts} == {
        *(("event:battle-of-lake-khasan", number) for number in ("256", "257", "258")),
        *(("event:battles-of-khalkhin-gol", number) for number in ("259", "260")),
    }
    assert {row["predicate_id"] for row in parts} == {"sjkg:hasPart"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", ["dataset.ttl", "statements.ttl"])
def test_the_files_are_in_the_standard_style(name, file):
    text = (FOLDER / name / file).read_text(encoding="utf-8")
    assert format_turtle(text, file) == text


def test_nothing_of_the_datasets_is_in_the_graph_or_its_dumps(store, snapshot):
    text = 'SELECT ?s { ?s ?p ?o FILTER(CONTAINS(STR(?s), "thewaratlas") || CONTAINS(STR(?s), "/datasets/")) }'
    assert store.query(text).bindings == []
    assert b"thewaratlas" not in snapshot.quads.read_bytes()
