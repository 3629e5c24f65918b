"""Linked Places files of others: what is read of them, and errors with file and line."""

import gzip
import json

import pytest

from sjkg.core.errors import BadParameter, BrokenInput
from sjkg.profiles.linked_places_files import read_places

FEATURE = """{"type": "FeatureCollection", "features": [
  {"@id": "http://x.org/p/1", "type": "Feature",
   "properties": {"title": "Brod", "ccodes": ["XX"]},
   "names": [
     {"toponym": "Brod", "lang": "und"},
     {"toponym": "Furt", "lang": "de"}],
   "types": [{"identifier": "aat:300008347", "label": "town"}],
   "links": [{"type": "closeMatch", "identifier": "wd:Q7"}],
   "relations": [{"relationType": "gvp:broaderPartitive", "relationTo": "http://x.org/p/2", "label": "part of Tolmin"}],
   "geometry": {"type": "GeometryCollection", "geometries": [
     {"type": "Point", "coordinates": [20.2, 42.0], "certainty": "certain"},
     {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}]},
   "when": {"timespans": [{"start": {"in": "1871"}, "end": {"latest": "1872-03-04"}, "seeAlso": {"@id": "http://x.org/e/1"}}]}
  }]}
"""
LPO = "<http://linkedpasts.org/ontology/lpo_latest.ttl#"


def triples(path, base=""):
    return [line.decode().rstrip(" .\n").split(" ", 2) for line in read_places(path, base)]


def values(found, predicate):
    return sorted(o for _, p, o in found if p.endswith(f"{predicate}>"))


@pytest.mark.parametrize("name, pack", [("a.lpf.json", bytes), ("a.geojson.gz", gzip.compress)])
def test_linked_places_json_is_read(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(FEATURE.encode()))
    found = triples(tmp_path / name)
    assert values(found, "toponym") == ['"Brod"', '"Furt"@de'] and values(found, "title") == ['"Brod"']
    assert values(found, "asWKT") == ['"POINT(20.2 42.0)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>']
    assert values(found, "relation_to") == ["<http://x.org/p/2>"]
    assert values(found, "identifier") == [
        "<http://vocab.getty.edu/aat/300008347>",
        "<http://www.wikidata.org/entity/Q7>",
    ]
    assert values(found, "#latest") == ['"1872-03-04"^^<http://www.w3.org/2001/XMLSchema#date>']
    assert values(found, "seeAlso") == ["<http://x.org/e/1>"]
    lost = {p.removeprefix(LPO)[:-1] for _, p, _ in found if p.startswith(LPO)}
    assert {"ccodes", "geometry.LineString"} <= lost


@pytest.mark.parametrize(
    "good, bad, line, words",
    [
        ('"@id": "http://x.org/p/1", ', "", 2, "the feature has no “@id”"),
        ("http://x.org/p/1", "p 1", 2, "“p 1” is not an IRI"),
        ('"title": "Brod", ', "", 3, "the feature has no title"),
        ('"toponym": "Furt", ', "", 6, "an entry of “names” has no “toponym”"),
        ("wd:Q7", "Q7", 8, "“Q7” is not an IRI"),
        ("[20.2, 42.0]", "[42.0, 200]", 11, "“200” is not a latitude"),
        ("[20.2, 42.0]", "[20.2]", 11, "a point needs “coordinates”"),
        ('"relations": [', '"relations": [7, ', 2, "the value of “relations” is not a JSON object"),
        ('"closeMatch", ', '"closeMatch" ', 8, "this is not JSON"),
        ('"features"', '"feature"', 1, "this is not Linked Places JSON"),
    ],
)
def test_an_error_in_linked_places_json_has_its_line(tmp_path, good, bad, line, words):
    path = tmp_path / "a.json"
    assert good in FEATURE
    path.write_text(FEATURE.replace(good, bad), encoding="utf-8")
    with pytest.raises(BrokenInput) as refused:
        read_places(path)
    (finding,) = refused.value.findings
    assert (finding.file, finding.line) == (str(path), line) and words in finding.message


def test_two_features_with_one_id_are_an_error_of_the_second(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"features": [json.loads(FEATURE)["features"][0]] * 2}, indent=1), encoding="utf-8")
    with pytest.raises(BrokenInput) as refused:
        read_places(path)
    assert "<http://x.org/p/1> is also in line 3" in refused.value.findings[0].message


HEADER = "id\ttitle\ttitle_source\tfclasses\tstart\tvariants\tmatches\tparent_name\tparent_id\tlon\tlat\n"
ROW = "1\tBrod\tatlas\tP\t1871\tFurt@de;Ford\twd:Q7\tTolmin\t2\t20.2\t42\n"


def test_lp_tsv_is_read(tmp_path):
    (tmp_path / "a.tsv").write_text(HEADER + ROW, encoding="utf-8")
    found = triples(tmp_path / "a.tsv", "http://x.org/p/")
    assert values(found, "toponym") == ['"Ford"', '"Furt"@de'] and values(found, "identifier") == [
        "<http://www.wikidata.org/entity/Q7>"
    ]
    assert values(found, "relation_to") == ["<http://x.org/p/2>"] and values(found, "fclasses") == ['"P"']
    assert values(found, "asWKT") == ['"POINT(20.2 42)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>']


@pytest.mark.parametrize(
    "content, line, words",
    [
        (HEADER + ROW.replace("20.2", "200"), 2, "“200” is not a longitude"),
        (HEADER + ROW.replace("\t42\n", "\t\n"), 2, "“” is not a latitude"),
        (HEADER + ROW + ROW, 3, "the id “1” is also in line 2"),
        (HEADER + ROW.replace("Brod", ""), 2, "the cell title of this row is empty"),
        (HEADER + ROW.replace("\tP", ""), 2, "the row has 10 cells, the header 11"),
        (HEADER.replace("title\t", "name\t", 1) + ROW, 1, "the header lacks title"),
        (HEADER + ROW.replace("wd:Q7", "Q7"), 2, "“Q7” is not an IRI"),
    ],
)
def test_an_error_in_lp_tsv_has_its_line(tmp_path, content, line, words):
    path = tmp_path / "a.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BrokenInput) as refused:
        read_places(path, "http://x.org/p/")
    (finding,) = refused.value.findings
    assert (finding.file, finding.line) == (str(path), line) and words in finding.message


def test_ids_of_lp_tsv_need_a_namespace(tmp_path):
    (tmp_path / "a.tsv").write_text(HEADER + ROW, encoding="utf-8")
    with pytest.raises(
        BadParameter, match="a.tsv:2: the id “1” is not an IRI; give the namespace of the ids with --base"
    ):
        read_places(tmp_path / "a.tsv")
