"""RDF files and tables of external datasets: the line of each statement, faults with their places, values of cells."""

from io import BytesIO

import pytest

from sjkg.core.errors import BrokenInput
from sjkg.datasets.csv_triples import write_table
from sjkg.datasets.table_metadata import make_metadata
from sjkg.matching.csvw import read_metadata
from sjkg.store.external_files import BrokenFile, parse_file
from sjkg.store.formats import find_file_format

FILE = "https://example.org/f"
TURTLE = '''@prefix : <http://x.org/> .

:a :b :c ;
  :d """one
two""" .
:e :f [ :g :h ] , _:named.node .
:a :b :i .
'''
METADATA = """{"@context": "http://www.w3.org/ns/csvw", "dialect": {"delimiter": ";"}, "tables": [{"url": "t.csv", "tableSchema": {
  "aboutUrl": "http://x.org/fight/{id}", "null": "NA", "columns": [
  {"name": "id", "titles": "ID", "suppressOutput": true},
  {"name": "name", "propertyUrl": "skos:prefLabel", "lang": "en"},
  {"name": "men", "propertyUrl": "http://x.org/men", "datatype": {"base": "integer", "format": {"groupChar": " "}}},
  {"name": "day", "propertyUrl": "http://x.org/day", "datatype": {"base": "date", "format": "dd.MM.yyyy"}},
  {"name": "won", "propertyUrl": "http://x.org/won", "datatype": {"base": "boolean", "format": "yes|no"}},
  {"name": "war", "propertyUrl": "http://x.org/war", "valueUrl": "wars.csv#{war}", "separator": "|"},
  {"name": "page", "propertyUrl": "foaf:page", "valueUrl": "{+page}"},
  {"name": "type", "virtual": true, "propertyUrl": "rdf:type", "valueUrl": "http://x.org/Fight"},
  {"name": "latitude", "virtual": true, "aboutUrl": "http://x.org/at/{id}", "propertyUrl": "wgs84:lat", "default": "1"}]}}]}"""


def parsed(path, **options):
    """Return the triples, places and result of `parse_file` as lines."""
    target, places = path.with_suffix(".out"), BytesIO()
    result = parse_file(path, find_file_format(path.name), target, places, FILE, "d.", **options)
    return target.read_text(encoding="utf-8").splitlines(), places.getvalue().decode().splitlines(), result


def test_each_run_of_statements_with_a_subject_has_its_lines_and_blank_nodes_have_fixed_labels(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    triples, places, result = parsed(path)
    assert result.triples == len(triples) == 6
    found = [(line.split(" ")[0], line.partition("#L")[2].split(">")[0]) for line in places]
    assert found == [
        ("<http://x.org/a>", "3-L5"),
        ("_:d.n0", "6"),
        ("<http://x.org/e>", "6"),
        ("<http://x.org/a>", "7"),
    ]
    assert triples[3:5] == [
        "<http://x.org/e> <http://x.org/f> _:d.n0 .",
        "<http://x.org/e> <http://x.org/f> _:d.lnamed_2e_node .",
    ]


def test_all_faults_of_a_file_are_reported_at_once(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text("<http://x.org/a> <p> 1 .\n<http://x.org/b> a <http://x.org/{> .\n", encoding="utf-8")
    with pytest.raises(BrokenFile) as caught:
        parsed(path)
    assert [(fault.line, fault.column, fault.term) for fault in caught.value.faults] == [
        (1, 18, "<p>"),
        (2, 20, "<http://x.org/{>"),
    ]


def test_statements_with_bad_bytes_are_left_out_and_good_ones_around_them_are_kept(tmp_path):
    path = tmp_path / "a.nt"
    path.write_bytes(
        b'<http://x/a> <http://x/b> "1" .\n<http://x/a> <http://x/b> "\xff" .\n<http://x/a> <http://x/b> "\xef\xbf\xbd" .\n'
    )
    triples, _, result = parsed(path, is_lenient=True)
    assert len(triples) == 2 and [fault.line for fault in result.dropped] == [2]


def test_damaged_gzip_is_a_fault(tmp_path):
    path = tmp_path / "a.nt.gz"
    path.write_bytes(b"not gzip")
    with pytest.raises(BrokenFile, match="not gzip"):
        parsed(path)


def table_lines(tmp_path, text, metadata=METADATA):
    """Return the triples, places and findings of a table."""
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    (tmp_path / "t.csv-metadata.json").write_text(metadata, encoding="utf-8")
    described = read_metadata(tmp_path / "t.csv-metadata.json", "t.csv")
    triples, places = BytesIO(), BytesIO()
    findings = write_table(tmp_path / "t.csv", described, FILE, triples, places)
    return triples.getvalue().decode().splitlines(), places.getvalue().decode().splitlines(), findings


def test_each_value_of_a_cell_is_a_triple_as_the_metadata_say(tmp_path):
    row = "a b;Fight ü;1 200;08.01.1935;yes;one|two;http://x.org/?a=b&c#d\n"
    triples, places, findings = table_lines(tmp_path, f"ID;name;men;day;won;war;page\n{row}")
    about, xsd = "<http://x.org/fight/a%20b>", "http://www.w3.org/2001/XMLSchema#"
    assert findings == []
    assert triples == [
        f'{about} <http://www.w3.org/2004/02/skos/core#prefLabel> "Fight ü"@en .',
        f'{about} <http://x.org/men> "1200"^^<{xsd}integer> .',
        f'{about} <http://x.org/day> "1935-01-08"^^<{xsd}date> .',
        f'{about} <http://x.org/won> "true"^^<{xsd}boolean> .',
        f"{about} <http://x.org/war> <https://example.org/wars.csv#one> .",
        f"{about} <http://x.org/war> <https://example.org/wars.csv#two> .",
        f"{about} <http://xmlns.com/foaf/0.1/page> <http://x.org/?a=b&c#d> .",
        f"{about} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://x.org/Fight> .",
        '<http://x.org/at/a%20b> <http://www.w3.org/2003/01/geo/wgs84_pos#lat> "1" .',
    ]
    place = f"<http://www.w3.org/ns/prov#wasDerivedFrom> <{FILE}#L2> ."
    assert places == [f"{about} {place}", f"<http://x.org/at/a%20b> {place}"]


def test_empty_cells_and_nulls_give_no_triple_and_wrong_values_a_finding_with_line_and_column(tmp_path):
    rows = "1;NA;;NA;;;\n2;x;many;1.1.1935;maybe;NA;no IRI\n"
    triples, _, findings = table_lines(tmp_path, f"ID;name;men;day;won;war;page\n{rows}")
    assert [line.split(" ")[1].rpartition("#")[2] for line in triples if "fight/1>" in line] == ["type>"]
    assert [(finding.line, finding.message.split(":")[0]) for finding in findings] == [
        (3, "column “men”"),
        (3, "column “day”"),
        (3, "column “won”"),
    ]
    assert "“many” is not a valid integer" in findings[0].message


def test_metadata_made_for_a_table_have_keys_and_datatypes_by_the_values(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,slug,a b,day,n\n1,x,1,1935-01-08,1\n1,y,z,,2.5\n", encoding="utf-8")
    (tmp_path / "m.json").write_text(make_metadata(path), encoding="utf-8")
    described = read_metadata(tmp_path / "m.json", "t.csv")
    assert described.about_url == "#{slug}"
    found = {column.name: column.datatype.rpartition("#")[2] for column in described.columns}
    assert found == {"id": "integer", "slug": "string", "a_b": "string", "day": "date", "n": "decimal"}
    path.write_text("id,name\n1,x\n1,y\n", encoding="utf-8")
    assert '"aboutUrl": "#row-{_row}"' in make_metadata(path)
    path.write_text("id,name\n1,x,2\n", encoding="utf-8")
    with pytest.raises(BrokenInput):
        make_metadata(path)
