"""Datasets of others: CSV with and without metadata, RDF by a query, dates, and tables of links with verdicts."""

import gzip
import json

import pytest

from sjkg.core.errors import BrokenInput
from sjkg.core.located_json import LocatedJson
from sjkg.matching.csv_dataset import read_csv
from sjkg.matching.evidence import extent
from sjkg.matching.link_check import check_links
from sjkg.matching.link_tables import merge_links, read_links, write_links
from sjkg.matching.periods import read_date, read_placeholders
from sjkg.matching.proposals import propose_links
from sjkg.matching.rdf_dataset import open_rdf, read_rdf
from sjkg.matching.record_table import RecordTable
from sjkg.matching.records import FieldValue, make_record, read_identifier, read_kind

EVENT = "https://w3id.org/sjkg/id/event/"
BATTLES = """id,name,year,date_iso,war,lat,lng,wikidata
tolmin,Battle of Tolmin,1871,1871-03-04,Ardel War,40.1,20.2,Q7001
brod,Siege of Brod,1872,1872-01-01,Ardel War,,,
brod2,Second siege of Brod,1873,,,,,
other,Battle of Kula,1915,1915-06-03,,,,
"""


@pytest.fixture(scope="module")
def ours():
    """Three events of ours."""
    described = {
        "tolmin": "name=Battle of Tolmin;begin=1871-03-04;end=1871-03-09;direct whole=war",
        "brod": "name=siege of Brod;begin=1872-02-01;end=1872-02-27",
        "war": "name=Ardel War;begin=1871;end=1873",
    }
    return RecordTable(
        make_record(
            EVENT + slug,
            [
                FieldValue("kind", "event"),
                *(FieldValue(*part.split("=")) for part in text.replace("=war", f"={EVENT}war").split(";")),
            ],
            has_placeholders=False,
        )
        for slug, text in described.items()
    )


@pytest.fixture
def battles(tmp_path):
    """The path of a table of battles."""
    path = tmp_path / "battles.csv"
    path.write_text(BATTLES, encoding="utf-8")
    return path


def write_held_out(path, *links):
    """Write a table of right links and return it as read."""
    rows = "".join(f"event:{slug}\tsjkg:sameThing\t{key}\n" for slug, key in links)
    path.write_text(f"subject_id\tpredicate_id\tobject_id\n{rows}", encoding="utf-8")
    return read_links(path)


@pytest.mark.parametrize(
    "text, begin, end",
    [
        ("1939", "1939", "None"),
        ("1939-05-11/1939-09", "1939-05-11", "1939-09"),
        ("7 Dec 1941", "1941-12-07", "None"),
        ("May 11, 1939", "1939-05-11", "None"),
        ("13–14 Sep 1814", "1814-09-13", "1814-09-14"),
        ("Dec 1944–Jan 1945", "1944-12", "1945-01"),
        ("1941-06-22 – 1941-12-05", "1941-06-22", "1941-12-05"),
        ("1939-08-20T05:45:00Z", "1939-08-20", "None"),
        ("1937–1945", "1937", "1945"),
        ("-0480", "None", "None"),
        ("490 BC", "None", "None"),
        ("1904–05", "1904", "1905"),
        ("20.8.1939", "1939-08-20", "None"),
        ("late August 1939", "1939-08", "None"),
        ("July 29 – August 11, 1938", "1938-07-29", "1938-08-11"),
    ],
)
def test_dates_are_read_in_the_forms_that_tables_have(text, begin, end):
    assert [str(each) for each in read_date(text)] == [begin, end]


@pytest.mark.parametrize(
    ("begin", "end", "read"),
    [
        ("1938-01-01", "1938-01-31", ["1938-01", "1938-01"]),
        ("1938-01-01", "1938-12-31", ["1938", "1938"]),
        ("1938-01-01", "1938-02-28", ["1938", "1938-02-28"]),
        ("1938-02-01", "1938-02-28", ["1938-02", "1938-02"]),
        ("1938-01-01", "1939-01-01", ["1938", "1939"]),
    ],
)
def test_the_first_and_last_day_of_a_month_or_year_stand_for_the_whole_of_it(begin, end, read):
    assert [str(each) for each in read_placeholders(read_date(begin)[0], read_date(end)[0])] == read


def test_a_record_written_as_the_first_and_last_day_of_a_year_lasts_until_the_last():
    record = make_record("x", [FieldValue("begin", "1938-01-01"), FieldValue("end", "1938-12-31")])
    first, last = extent(record)
    assert last - first == 364


def test_identifiers_of_one_thing_are_equal_in_all_their_forms():
    forms = ["http://www.wikidata.org/entity/Q42", "https://www.wikidata.org/wiki/Q42", "wd:Q42", "Q42", "q42"]
    forms += [
        "<https://m.wikidata.org/wiki/Q42#sitelinks>",
        "https://www.wikidata.org/wiki/Special:EntityData/Q42.json",
    ]
    assert {read_identifier(each)[:2] for each in forms} == {("wikidata", "Q42")}
    assert read_identifier("https://en.wikipedia.org/wiki/Lake_Khasan")[:2] == ("dbpedia", "Lake_Khasan")


def test_kinds_are_read_from_classes_and_table_names():
    names = [
        "crm:E5_Event",
        "battles",
        "http://x.org/ns#BorderIncident",
        "commanders.csv"[:-4],
        "https://schema.org/Place",
        "xyz",
    ]
    assert [read_kind(each) for each in names] == ["event", "event", "event", "person", "place", ""]


def test_columns_are_recognised_by_their_names(battles):
    found = read_csv(battles)
    first = found.records[0]
    assert (first.subject, first.line, first.record.kind) == ("row:tolmin", 2, "event")
    assert first.record.names[0].text == "Battle of Tolmin" and first.record.wholes == ("Ardel War",)
    assert str(first.record.begin) == "1871-03-04" and first.record.points[0] == (40.1, 20.2)
    assert str(found.records[1].record.begin) == "1872", "the first of January stands for the year"


def test_dates_in_columns_for_their_parts_and_numbered_columns_are_read(tmp_path):
    path = tmp_path / "wars.csv"
    path.write_text(
        "WarNum,WarName,StartMonth1,StartDay1,StartYear1,EndMonth1,EndDay1,EndYear1,Participants 1,Participants 2\n"
        "7,Ardel War,3,4,1871,-9,-9,1873,North,South\n",
        encoding="utf-8",
    )
    (found,) = read_csv(path).records
    assert [str(found.record.begin), str(found.record.end)] == ["1871-03-04", "1873"]
    assert found.record.participants == ("North", "South") and found.record.name == "Ardel War"


def test_the_result_of_a_query_of_wikidata_is_read(tmp_path):
    path = tmp_path / "query.csv"
    path.write_text(
        "item,itemLabel,date,coord,partOfLabel\nhttp://www.wikidata.org/entity/Q7001,Battle of Tolmin,"
        "1871-03-04T00:00:00Z,Point(20.2 40.1),Ardel War\n",
        encoding="utf-8",
    )
    (found,) = read_csv(path).records
    assert found.record.identifiers[0][:2] == ("wikidata", "Q7001") and found.record.kind == "event"
    assert found.record.points == ((40.1, 20.2),) and found.record.wholes == ("Ardel War",)


def test_metadata_of_csvw_says_what_columns_mean(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a;b;c\n1;Kampf um Brod|Brod;04.03.1871\n", encoding="utf-8")
    schema = {
        "aboutUrl": "http://x.org/{k}",
        "columns": [
            {"name": "k", "titles": "a"},
            {"titles": "b", "propertyUrl": "schema:name", "separator": "|", "lang": "de"},
            {
                "titles": "c",
                "propertyUrl": "https://schema.org/startDate",
                "datatype": {"base": "date", "format": "dd.MM.yyyy"},
            },
            {"virtual": True, "propertyUrl": "rdf:type", "valueUrl": "http://x.org/Battle"},
        ],
    }
    described = {"dialect": {"delimiter": ";"}, "tables": [{"url": "t.csv", "tableSchema": schema}]}
    (tmp_path / "t.csv-metadata.json").write_text(json.dumps(described), encoding="utf-8")
    (found,) = read_csv(path).records
    assert (
        found.subject == "http://x.org/1" and found.record.kind == "event" and str(found.record.begin) == "1871-03-04"
    )
    assert [tuple(name) for name in found.record.names] == [("Kampf um Brod", "de"), ("Brod", "de")]


GOOD = """{
  "url": "t.csv",
  "tableSchema": {
    "aboutUrl": "http://x.org/{id}",
    "columns": [
      {"name": "id"},
      {"titles": "name", "propertyUrl": "rdfs:label"},
      {"titles": "start", "propertyUrl": "schema:startDate"}
    ]
  }
}"""


@pytest.mark.parametrize(
    "good, bad, line, message",
    [
        ("{id}", "{idd}", 4, "aboutUrl names “idd”, which is not a column; did you mean “id”?"),
        ("{id}", "{&id}", 4, "aboutUrl has “{&id}”, which is not supported"),
        ("{id}", "{zzz}", 4, "the columns are id, name, start"),
        ('"propertyUrl": "rdfs:label"', '"valueUrl": "http://x.org/{nam}"', 7, "valueUrl names “nam”"),
        ("t.csv", "wars.csv", 2, "the metadata describes “wars.csv”, not t.csv"),
        ('"url": "t.csv"', '"dialect": {"header": false}', 2, "“header” is false, which is not supported"),
        ('{"name": "id"}', "7", 5, "column 1 is not described by an object"),
        ('"url"', '"tables": [], "url"', 2, "no table with the url t.csv"),
    ],
)
def test_an_error_in_metadata_is_refused_with_its_line(tmp_path, good, bad, line, message):
    path, metadata = tmp_path / "t.csv", tmp_path / "t.csv-metadata.json"
    path.write_text("id,name,start\n1,Brod,1872\n", encoding="utf-8")
    metadata.write_text(GOOD.replace(good, bad), encoding="utf-8")
    with pytest.raises(BrokenInput) as refused:
        read_csv(path)
    (finding,) = refused.value.findings
    assert (finding.file, finding.line) == (str(metadata), line) and message in finding.message


@pytest.mark.parametrize(
    "good, bad, line, message",
    [
        (
            "aboutUrl",
            "aboutURL",
            4,
            "“aboutURL” is not a property of a schema and was ignored; did you mean “aboutUrl”?",
        ),
        ('{"name": "id"}', '{"name": "id", "title": "x"}', 6, "“title” is not a property of a column"),
        ("startDate", "startDte", 8, "it is read as begin; did you mean “startdate”?"),
        ("startDate", "zzz", 8, "“schema:zzz” of “start” is unknown; by the name of the column, it is read as begin"),
        ('"url": "t.csv"', '"dialect": {"delimeter": ","}', 2, "did you mean “delimiter”?"),
    ],
)
def test_what_is_ignored_in_metadata_is_told_with_its_line(tmp_path, good, bad, line, message):
    path, metadata = tmp_path / "t.csv", tmp_path / "t.csv-metadata.json"
    path.write_text("id,name,start\n1,Brod,1872\n", encoding="utf-8")
    metadata.write_text(GOOD.replace(good, bad), encoding="utf-8")
    (warning,) = read_csv(path).warnings
    assert (warning.file, warning.line) == (str(metadata), line) and message in warning.message


def test_annotations_and_templates_of_the_standard_are_no_mistakes(tmp_path):
    path, metadata = tmp_path / "t.csv", tmp_path / "t.csv-metadata.json"
    path.write_text("id,name,start\n1,Brod,1872\n", encoding="utf-8")
    described = GOOD.replace('"url"', '"@context": "http://www.w3.org/ns/csvw", "dc:title": "Battles", "url"')
    metadata.write_text(described.replace("rdfs:label", "http://x.org/terms#{_name}"), encoding="utf-8")
    found = read_csv(path)
    assert found.warnings == () and found.records[0].record.name == "Brod"
    assert found.records[0].subject == "http://x.org/1"


def test_lines_of_json_are_right_beside_braces_in_texts_and_members_that_are_told_twice():
    text = LocatedJson('{"a": "}{\\"{",\n"b": [{},\n {"c": 1}],\n"b": {"c":\n{"d": 2}}}')
    assert text.value["b"] == {"c": {"d": 2}}
    assert [text.line(each) for each in (text.value, text.value["b"], text.value["b"]["c"], [])] == [1, 4, 5, None]


@pytest.mark.parametrize(
    "content, line, message",
    [
        (b"id,name\n1,a,b\n", 2, "the row has 3 cells, the header 2"),
        (b"id,name\n1,\xff\n", 2, "is not UTF-8"),
        (b'id,name\n1,"a\n', 2, "is not CSV"),
        (b"id,name,name\n1,a,b\n", 1, "“name” twice"),
        (b"id,what\n1,a\n", 1, "no column is a name"),
        (b"id,name\n", 1, "has no rows"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_file_and_line(tmp_path, content, line, message):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(BrokenInput) as refused:
        read_csv(path)
    (finding,) = refused.value.findings
    assert (finding.file, finding.line) == (str(path), line) and message in finding.message


def test_a_bad_value_is_refused_where_metadata_say_that_it_is_a_date_and_left_out_if_lenient(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,start\nTolmin,soon\nBrod,1872\n", encoding="utf-8")
    columns = [{"titles": "name", "propertyUrl": "rdfs:label"}, {"titles": "start", "propertyUrl": "schema:startDate"}]
    (tmp_path / "t.csv-metadata.json").write_text(json.dumps({"tableSchema": {"columns": columns}}), encoding="utf-8")
    with pytest.raises(BrokenInput) as refused:
        read_csv(path)
    assert [(each.line, "“soon”" in each.message) for each in refused.value.findings] == [(2, True)]
    lenient = read_csv(path, lenient=True)
    assert len(lenient.records) == 2 and len(lenient.warnings) == 1


@pytest.mark.parametrize("latitude", ["95", "40,1", "north"])
def test_a_latitude_that_is_none_is_left_out_with_its_line(tmp_path, latitude):
    path = tmp_path / "places.tsv"
    path.write_text(f"name\tlat\tlong\nTolmin\t{latitude}\t20.2\n", encoding="utf-8")
    found = read_csv(path)
    assert found.records[0].record.points == () and [each.line for each in found.warnings] == [2]


def test_a_compressed_table_and_rows_of_one_key_are_one_record(tmp_path):
    path = tmp_path / "sides.tsv.gz"
    path.write_bytes(gzip.compress(b"id\tname\tactors\n7\tTolmin\tNorth\n7\tTolmin\tSouth\n"))
    (found,) = read_csv(path).records
    assert found.record.participants == ("North", "South")


def test_records_of_rdf_are_found_by_the_query_of_a_profile(tmp_path, kb_root):
    path = tmp_path / "events.ttl"
    path.write_text(
        """@prefix crm: <http://www.cidoc-crm.org/cidoc-crm/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <http://x.org/1> a crm:E7_Activity ; rdfs:label "Battle of Tolmin"@en ; crm:P4_has_time-span [
          crm:P82a_begin_of_the_begin "1871-03-04T00:00:00"^^xsd:dateTime ;
          crm:P82b_end_of_the_end "1871-03-09T23:59:59"^^xsd:dateTime ] ; crm:P9i_forms_part_of <http://x.org/2> .
        <http://x.org/2> a crm:E5_Event ; rdfs:label "Ardel War" .""",
        encoding="utf-8",
    )
    query = kb_root / "profiles" / "cidoc-crm" / "records.rq"
    first, second = read_rdf(open_rdf(path), path, query).records
    assert (first.subject, first.record.kind, first.record.wholes) == ("http://x.org/1", "event", ("Ardel War",))
    assert [str(first.record.begin), str(first.record.end)] == ["1871-03-04", "1871-03-09"]


def test_links_are_proposed_checked_and_explained(battles, ours, tmp_path):
    dataset = read_csv(battles)
    proposals = propose_links(dataset, ours)
    assert [(each.match.iri, each.foreign.record.key) for each in proposals if each.is_certain] == [
        (EVENT + "tolmin", "tolmin"),
        (EVENT + "brod", "brod"),
    ]
    held_out = write_held_out(tmp_path / "right.tsv", ("tolmin", "tolmin"), ("war", "other"), ("gone", "tolmin"))
    checked = check_links(proposals, held_out, dataset, ours)
    assert (checked.precision, checked.recall, checked.true) == (0.5, 0.5, 2)
    assert [each.match.iri for each in checked.wrong] == [EVENT + "brod"]
    assert checked.missed == (("other", EVENT + "war", "sameThing"),) and checked.rows_to_check is None
    assert [row.line for row in checked.unknown] == [4]


def test_verdicts_of_people_are_kept_and_decide_about_new_proposals(battles, ours, tmp_path):
    dataset, path = read_csv(battles), tmp_path / "links.sssom.tsv"
    proposals = propose_links(dataset, ours)
    path.write_text(
        write_links(merge_links(read_links_or_none(path), proposals, dataset, ours).table), encoding="utf-8"
    )
    text = path.read_text(encoding="utf-8")
    assert text.count("automatic") == 2
    decided = text.replace("automatic", "refused", 1).replace("Battle of Tolmin", "Tolmin (as I see it)", 1)
    decided += "event:war\t\tsjkg:sameThing\t\trow:nowhere\t\t\t\tby me\tme\taccepted\n"
    path.write_text(decided, encoding="utf-8")
    merged = merge_links(read_links(path), proposals, dataset, ours)
    kept = write_links(merged.table)
    for line in decided.splitlines():
        if "refused" in line or "nowhere" in line:
            assert line in kept
    assert [row.pair for row in merged.kept] == [(EVENT + "tolmin", "row:tolmin"), (EVENT + "war", "row:nowhere")]
    assert [row.pair[1] for row in merged.vanished] == ["row:nowhere"]
    assert kept.count("row:tolmin") == 1, "the refused pair is not proposed again"


def read_links_or_none(path):
    """Return the table of links in a file, an empty one if there is none."""
    from sjkg.matching.link_tables import LinkTable

    return read_links(path) if path.exists() else LinkTable()


def test_a_table_of_links_with_a_fault_is_refused_with_file_and_line(tmp_path):
    path = tmp_path / "links.sssom.tsv"
    faults = (
        ("# x\na\tb\n", 2),
        ("subject_id\tpredicate_id\tobject_id\n\tsjkg:near\tx\n", 2),
        ("subject_id\tpredicate_id\tobject_id\tverdict\nevent:x\tsjkg:near\ty\tacepted\n", 2),
        ("", 1),
    )
    for content, line in faults:
        path.write_text(content, encoding="utf-8")
        with pytest.raises(BrokenInput) as refused:
            read_links(path)
        assert [each.line for each in refused.value.findings] == [line]


def test_a_row_whose_name_is_that_of_a_treaty_is_one_although_the_table_has_dates(tmp_path):
    (tmp_path / "t.csv").write_text(
        "name,date\nNeutrality Pact,1941\nsigning of the Neutrality Pact,1941\nTreaty War,1941\nBrod,1872\n",
        encoding="utf-8",
    )
    assert [each.record.kind for each in read_csv(tmp_path / "t.csv").records] == ["treaty", "event", "event", "event"]
