"""The scorer: names, dates, places and identifiers as evidence, on a small table of made-up records."""

import pytest

from sjkg.matching.record_table import RecordTable
from sjkg.matching.records import BadValue, FieldValue, make_record
from sjkg.matching.scorer import HAS_PART, SAME, explain, match, query_record

OURS = {
    "event/ford": "kind=event name=Battle_of_Ardel_Ford begin=1871-03-04 end=1871-03-09 point=40.1_20.2 direct_whole=event/first",
    "event/first": "kind=event name=First_Ardel_War begin=1871 end=1873 identifier=Q101",
    "event/second": "kind=event name=Second_Ardel_War begin=1890 end=1891 identifier=Q102",
    "event/raid": "kind=event name=raid_on_Mill_Hill begin=1871-05-07 end=1871-05-07 direct_whole=event/first participant=actor/north",
    "actor/one": "kind=person name=Oskar_I",
    "actor/two": "kind=person name=Oskar_II",
    "actor/mori": "kind=person name=Hidetarō_Mori name=森秀太郎",
    "actor/lev": "kind=person name=Lev_Saburov",
    "actor/north": "kind=state name=Northern_Republic identifier=Q201",
    "place/ford": "kind=place name=Ardel_Ford point=40.1_20.2",
}


def statements(text):
    """Return the statements in a text “field=value …”, in which “_” stands for a space."""
    pairs = (part.replace("_", " ").split("=", 1) for part in text.split())
    return [FieldValue(field, value.replace(" ", "/") if "/" in value else value) for field, value in pairs]


@pytest.fixture(scope="module")
def table():
    """The records of OURS."""
    return RecordTable(make_record(key, statements(text), has_placeholders=False) for key, text in OURS.items())


def first(table, name, fields=""):
    """Return the best match for a name and further fields; None if there is none."""
    found = match(query_record(name, *statements(fields)), table)
    return found[0] if found else None


@pytest.mark.parametrize(
    "name, key",
    [
        ("Oskar II", "actor/two"),
        ("Oskar the Second", "actor/two"),
        ("Ardel War, First", "event/first"),
        ("1st Ardel War", "event/first"),
        ("Mori, Hidetaro", "actor/mori"),
        ("MORI Hidetarō", "actor/mori"),
        ("H. Mori", "actor/mori"),
        ("森 秀太郎", "actor/mori"),
        ("Лев Сабуров", "actor/lev"),
        ("Saburov, L. N.", "actor/lev"),
        ("Battle of Ardell Ford", "event/ford"),
    ],
)
def test_a_name_is_found_in_another_order_script_or_spelling(table, name, key):
    assert first(table, name).iri == key


@pytest.mark.parametrize("name", ["Oskar III", "Third Ardel War", "Oskar IV"])
def test_a_name_with_another_numeral_is_refuted(table, name):
    found = {each.iri: each for each in match(query_record(name), table)}
    assert not {"actor/one", "actor/two", "event/first", "event/second"} & set(found)


def test_a_name_alone_is_certain_if_only_one_thing_has_it(table):
    assert first(table, "Lev Saburov").certain
    assert not first(table, "Ardel").certain


def test_a_first_of_january_may_stand_for_its_year(table):
    found = first(table, "Battle of Ardel Ford", "date=1871-01-01")
    assert (found.iri, found.certain, found.features["begin"]) == ("event/ford", True, 75.0)


def test_a_date_of_another_year_speaks_against_the_same_name(table):
    found = first(table, "Battle of Ardel Ford", "kind=battle date=1899-03-04")
    assert (found.iri, found.certain) == ("event/ford", False)
    assert "days apart" in found.words["begin"]


def test_the_very_day_and_whole_find_a_thing_with_another_name(table):
    found = first(table, "Skirmish of Tolmin", "date=1871-05-07 whole=First_Ardel_War participant=Northern_Republic")
    assert (found.iri, found.relation) == ("event/raid", SAME)
    assert found.words["whole"] == "both are parts of First Ardel War"


def test_another_identifier_of_the_same_dataset_refutes_an_equal_name(table):
    assert first(table, "Northern Republic", "identifier=Q201").certain
    assert first(table, "Northern Republic", "identifier=Q999") is None
    refuted = explain(query_record("Northern Republic", *statements("identifier=Q999")), "actor/north", table)
    assert refuted.words["identifiers"] == "theirs is Wikidata Q999, ours Q201"


def test_a_shorter_thing_with_more_words_is_a_part_and_never_certain(table):
    found = first(table, "First Ardel War, northern campaign", "begin=1871-06-01 end=1871-06-20")
    assert (found.iri, found.relation, found.certain) == ("event/first", HAS_PART, False)


def test_a_place_and_an_event_of_the_same_name_are_told_apart_by_kind(table):
    assert first(table, "Ardel Ford", "kind=settlement").iri == "place/ford"
    assert [each.iri for each in match(query_record("Ardel Ford"), table, kinds=["event"])][0] == "event/ford"


def test_a_value_that_is_no_date_or_point_is_refused_with_its_text():
    with pytest.raises(BadValue, match="“the day after” is not an EDTF date|the day after"):
        make_record("x", [FieldValue("date", "the day after")])
    with pytest.raises(BadValue, match="91.0 20"):
        make_record("x", [FieldValue("point", "91.0 20")])
