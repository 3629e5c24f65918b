"""The command `sjkg compare`: table, JSON, CSV and errors."""

import csv
import io
import json


def test_the_formats_have_the_same_records(run, snapshot):
    table, as_json, as_csv = (
        run("compare", "battles-of-khalkhin-gol", "--format", name).stdout for name in ("table", "json", "csv")
    )
    keys = [row["key"] for row in json.loads(as_json)["others"]]
    assert keys == ["battles_of_khalkhin_gol_b", "259", "260"]
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    assert list(dict.fromkeys(row["row_key"] for row in rows)) == ["", *keys]
    blocks = [line for line in table.splitlines() if not line.startswith(" ")]
    assert [key in block for key, block in zip(keys, blocks[1:], strict=False)] == [True] * 3
    assert blocks[0] == "this graph: Battles of Khalkhin Gol" and blocks[-1] == "no disagreement"
    assert "part, NOMONHAN-SOVIET COUNTEROFFENSIVE (260)" in table and "11,500 (10,810–11,730)" in table


def test_an_event_without_other_sources_says_so(run, snapshot):
    answer = run("compare", "event:tauran-incident")
    assert answer.returncode == 0
    assert answer.stdout.endswith("no dataset has a record that is linked with this event\n")


def test_an_unknown_event_and_another_thing_are_errors_of_one_sentence(run, snapshot):
    for name, message in (
        ("no-such-event", "have no event “event:no-such-event”"),
        ("actor:soviet-union", "is not an event"),
    ):
        answer = run("compare", name)
        assert answer.returncode == 2 and message in answer.stderr and len(answer.stderr.splitlines()) == 1
