"""The command `sjkg link`: the walk in its documentation, bad input, and links to a real dataset if it is there."""

import csv
import json
import os
import re
import subprocess
import sys

import pytest
from servers import PROJECT, with_cache

from sjkg.matching.csv_dataset import read_csv
from sjkg.matching.link_check import check_links
from sjkg.matching.link_tables import LinkRow, LinkTable, read_links
from sjkg.matching.proposals import propose_links
from sjkg.matching.records import FieldValue, make_record
from sjkg.matching.scorer import match, query_record
from sjkg.snapshot.index.read import Index

WALK = PROJECT / "docs" / "integration.md"
BLOCK = re.compile(r"```(sh|text)\n(.*?)```", re.DOTALL)
WEIGHT = re.compile(r" *[+-]\d+\.\d|(?<=score )\d+\.\d")
WAR_ATLAS = PROJECT.parent / "shared" / "datasets" / "war-atlas"
# The links that are known to be right: our slug = their key; where there is no “=”, the key has “_” for “-”
BATTLES = """halhamiao-incident=battle_of_khalkhyn_temple_b buir-lake-clash-december-1935=orahodoga_incident_b
  kanchazu-island-incident=kanchazu_island_incident_b battle-of-lake-khasan=battle_of_lake_khasan_b
  battles-of-khalkhin-gol=battles_of_khalkhin_gol_b japanese-invasion-of-manchuria=japanese_invasion_of_manchuria_b
  operation-barbarossa=operation_barbarossa_b attack-on-pearl-harbor=pearl_b
  soviet-intervention-in-mongolia=soviet_intervention_in_mongolia_b
  soviet-invasion-of-manchuria-1945=soviet_invasion_of_manchuria_b soviet-invasion-of-poland=soviet_invasion_of_poland_b"""
WARS = """first-sino-japanese-war russian-civil-war russo-japanese-war second-sino-japanese-war
  soviet-japanese-border-conflicts world-war-1=wwi world-war-2=wwii"""
NAMES = {
    "actor/michitaro-komatsubara": ["Komatsubara, Michitarō", "Komatsubara Michitaro"],
    "actor/georgy-zhukov": ["G. K. Zhukov", "Zhukov, Georgii Konstantinovich", "Жуков", "Г. К. Жуков"],
    "actor/vasili-blyukher": ["Blyukher, V. K.", "Блюхер, Василий"],
    "actor/kenkichi-ueda": ["UEDA Kenkichi", "植田 謙吉", "Ueda, K."],
    "actor/grigory-shtern": ["Штерн, Г. М."],
    "actor/khorloogiin-choibalsan": ["Choibalsan, Kh.", "Чойбалсан"],
    "actor/yoshijiro-umezu": ["Umezu, Yoshijirō"],
    "actor/joseph-stalin": ["Сталин"],
    "actor/soviet-union": ["СССР"],
    "event/battles-of-khalkhin-gol": ["ノモンハン", "ノモンハンの戦い", "Халхин-Гол", "Khalkhingol"],
    "event/battle-of-lake-khasan": ["бои у озера Хасан", "張鼓峰", "Khasan, Battle of Lake"],
    "event/world-war-1": ["World War I", "First World War", "WWI"],
    "place/vladivostok": ["Владивосток"],
}


@pytest.fixture(scope="session")
def records(snapshot):
    """The records of the packaged graph."""
    return Index(snapshot.index).read_records()


def test_the_walk_in_the_documentation_gives_what_it_says(snapshots, tmp_path):
    """A user who types the commands must see the outputs that the page shows; the weights change with every name added."""
    tool = tmp_path / "bin" / "sjkg"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m sjkg "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    environment = {**with_cache(snapshots), "PATH": f"{tool.parent}:{os.environ['PATH']}"}
    output = ""
    section = WALK.read_text(encoding="utf-8").split("\n## Link another dataset\n")[1].split("\n## ")[0]
    blocks = BLOCK.findall(section)
    assert len([kind for kind, _ in blocks if kind == "text"]) > 4
    for kind, text in blocks:
        if kind == "text":
            assert WEIGHT.sub("0", output) == WEIGHT.sub("0", text)
            continue
        ran = subprocess.run(
            ["sh", "-ec", text],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ran.returncode == 0, ran.stdout
        output = ran.stdout


def test_a_broken_table_is_reported_with_file_and_line_and_the_links_stay(run, tmp_path):
    table, links = tmp_path / "bad.csv", tmp_path / "links.tsv"
    table.write_text("id,name\n1,a\n2,b,c\n", encoding="utf-8")
    links.write_text(
        "subject_id\tpredicate_id\tobject_id\tverdict\nevent:x\tsjkg:near\ty\taccepted\n", encoding="utf-8"
    )
    before = links.read_bytes()
    answer = run("link", table, "-o", links)
    assert answer.returncode == 2 and f"{table}:3" in answer.stderr and "3 cells" in answer.stderr
    assert links.read_bytes() == before


def test_accepted_links_that_cannot_be_right_are_reported_and_stay(run, tmp_path):
    table, links = tmp_path / "fights.csv", tmp_path / "links.tsv"
    table.write_text("id,name,date\na,Lake Khasan,1938\na,Nomonhan,1939\n", encoding="utf-8")
    lines = [
        "subject_id\tpredicate_id\tobject_id\tverdict",
        "event:battle-of-lake-khasan\tsjkg:sameThing\trow:a\taccepted",
        "event:battles-of-khalkhin-gol\tsjkg:sameThing\trow:a\taccepted",
        "event:battle-of-lake-kasan\tsjkg:near\trow:a\taccepted",
    ]
    links.write_text("\n".join(lines) + "\n", encoding="utf-8")
    answer = run("link", table, "-o", links)
    assert answer.returncode == 2
    written = links.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(written, 1) if line.startswith("event:battle-of-lake-khasan"))
    assert f"{links}:{first + 1}: violation: row:a is the same thing as another one in line {first}" in answer.stderr
    assert f"{links}:{first + 2}: violation: event:battle-of-lake-kasan is not a thing of the graph" in answer.stderr
    assert f"{table}:3: “a” is also the key of line 2" in answer.stderr


def test_a_table_of_right_links_without_a_known_thing_is_refused(run, tmp_path):
    table, right = tmp_path / "fights.csv", tmp_path / "right.tsv"
    table.write_text("id,name,date\na,Lake Khasan,1938\n", encoding="utf-8")
    right.write_text("subject_id\tpredicate_id\tobject_id\nevent:nope\tsjkg:near\trow:a\n", encoding="utf-8")
    answer = run("link", table, "--check", right)
    assert answer.returncode == 2 and "no link between a thing of the graph and a record" in answer.stderr


def test_an_unknown_vocabulary_is_answered_with_its_classes_and_the_profiles(run, tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text("<http://x.org/1> a <http://x.org/ns#Siege> .", encoding="utf-8")
    answer = run("link", path)
    assert answer.returncode == 2
    assert "http://x.org/ns#Siege 1" in answer.stderr and "cidoc-crm, linked-places, schema.org, sem" in answer.stderr


@pytest.mark.parametrize(("name", "thing"), [(name, thing) for thing, names in NAMES.items() for name in names])
def test_names_in_other_orders_scripts_and_with_initials_are_found_first(records, name, thing):
    assert match(query_record(name), records)[0].iri == f"https://w3id.org/sjkg/id/{thing}"


@pytest.mark.parametrize("name", ["Nicholas I", "Wilhelm I", "World War III", "Third Sino-Japanese War"])
def test_no_name_with_another_numeral_is_found(records, name):
    assert [each.name for each in match(query_record(name), records)] == []


@pytest.mark.parametrize("with_identifiers", [True, False])
def test_links_to_a_real_dataset_are_found_without_false_ones(records, with_identifiers, tmp_path):
    """The War Atlas has 3 503 rows, of which 18 are things of the graph."""
    if not WAR_ATLAS.is_dir():
        pytest.skip("The War Atlas is not part of the project; put it beside the checkout to run this")
    true = right = wrong = to_check = 0
    for name, links in (("battles", BATTLES), ("wars", WARS)):
        path = tmp_path / f"{name}.csv"
        with (WAR_ATLAS / path.name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = [each for each in rows[0] if with_identifiers or each not in ("wikidata_qid", "wikipedia_url")]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        pairs = (each.partition("=") for each in links.split())
        held_out = LinkTable(
            tuple(
                LinkRow(
                    {
                        "subject_id": f"event:{slug}",
                        "predicate_id": "sjkg:sameThing",
                        "object_id": key or slug.replace("-", "_"),
                    }
                )
                for slug, _, key in pairs
            )
        )
        dataset = read_csv(path)
        checked = check_links(propose_links(dataset, records), held_out, dataset, records)
        assert checked.rows_to_check is not None and not checked.unknown
        true, right, wrong = true + checked.true, right + len(checked.right), wrong + len(checked.wrong)
        to_check += checked.rows_to_check
    assert (true, wrong) == (18, 0)
    assert right / true >= 0.85 and to_check <= 40


def test_every_profile_with_records_finds_our_own_things_in_our_own_export(run, tmp_path):
    """What is written in the terms of a profile must be read back as the same things."""
    for profile in ("schema.org", "linked-places"):
        exported, links = tmp_path / f"{profile}.nt", tmp_path / f"{profile}.tsv"
        assert run("export", "--profile", profile, "--format", "nt", "-o", exported).returncode == 0
        assert run("link", exported, "--profile", profile, "-o", links).returncode == 0
        rows = [row for row in read_links(links).rows if row.values["verdict"] == "automatic"]
        assert len(rows) > 45
        assert [row.pair for row in rows if row.pair[0] != row.pair[1]] == []


def test_places_in_linked_places_json_are_linked(run, tmp_path):
    feature = {
        "@id": "http://x.org/1",
        "type": "Feature",
        "properties": {"title": "Buir Lake"},
        "names": [{"toponym": "Buir Lake"}],
        "geometry": {"type": "Point", "coordinates": [117.7, 47.8]},
    }
    table = tmp_path / "places.geojson"
    table.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    answer = run("link", table)
    assert answer.returncode == 0 and "place:buir-lake\tBuir Lake\tsjkg:sameThing\t\thttp://x.org/1" in answer.stdout
    imported = run("import", table, "--profile", "linked-places", "--format", "nt")
    assert (
        imported.returncode == 0
        and '<http://x.org/1> <http://www.w3.org/2004/02/skos/core#prefLabel> "Buir Lake"' in imported.stdout
    )
    table.write_text('{"features": [\n{}]}', encoding="utf-8")
    for answer in (run("import", table, "--profile", "linked-places"), run("link", table)):
        assert answer.returncode == 2 and f"{table}:2: violation: the feature has no “@id”" in answer.stderr


def test_a_treaty_is_found_by_the_day_of_its_signing(records):
    query = make_record(
        "",
        [
            FieldValue("name", "Neutrality Pact with Japan"),
            FieldValue("kind", "treaty"),
            FieldValue("date", "1941-04-13"),
        ],
    )
    first = match(query, records)[0]
    assert first.iri.endswith("treaty/soviet-japanese-neutrality-pact")
    assert first.words["begin"] == "both begin on 1941-04-13"
