"""kb.ttl: what it says, and one clear sentence with file and line for each mistake in it."""

import json
from dataclasses import asdict

import pytest
from servers import PROJECT

from sjkg.core.description import Description
from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import Namespaces, curie, expand, own, using
from sjkg.kb.description import read_description
from sjkg.kb.inherited import rebase

VALID = """@prefix event: <https://example.org/harbour/id/event/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

<https://example.org/harbour/dataset>
    a void:Dataset ;
    void:uriSpace "https://example.org/harbour/" ;
    dcterms:title "Raid"@en ;
    dcterms:license <https://example.org/licence> ;
    dcterms:source <https://example.org/article> ;
    void:exampleResource event:raid ;
    sh:declare [ sh:prefix "gov" ; sh:namespace "https://example.org/gov#" ] ;
.
"""


def described(tmp_path, text: str) -> Description:
    (tmp_path / "kb.ttl").write_text(text, encoding="utf-8")
    return read_description(tmp_path)


def test_names_follow_the_base_and_the_declared_prefixes(tmp_path):
    names = described(tmp_path, VALID).namespaces
    with using(names):
        assert expand("event:raid") == "https://example.org/harbour/id/event/raid" and curie(expand("gov:x")) == "gov:x"
        assert expand("side:x") == "https://example.org/harbour/vocab/side/x"
        assert expand("role:x") == "https://w3id.org/sjkg/vocab/role/x"
        assert own().inferred == "https://example.org/harbour/graph/inferred"
    assert expand("event:raid") == "https://w3id.org/sjkg/id/event/raid" and expand("gov:x") == "gov:x"


def test_what_is_not_said_has_a_default(tmp_path):
    found = described(tmp_path, VALID)
    assert (found.site_name, found.creator, found.years) == ("Raid", "The editors of Raid", ())
    assert found.source == "the article https://example.org/article"
    assert (found.example_name("event"), found.example_name("actor")) == ("event:raid", "actor:example")


def test_only_the_iris_of_the_packaged_knowledge_base_itself_are_rebased():
    text = (
        'FROM <https://w3id.org/sjkg/graph/asserted> { ?x a sjkg:A FILTER(STRSTARTS(STR(?x), "https://w3id.org/sjkg/id/")) } '
        r'"^https://w3id\\.org/sjkg/id/x$" <https://w3id.org/sjkg/vocab/role/x> <https://w3id.org/sjkg/vocab/dataset/x> '
        "<https://w3id.org/sjkg/vocab/side/x> <https://w3id.org/sjkg/vocab/side> <https://w3id.org/sjkg/dataset>"
    )
    assert rebase(text) == text
    with using(Namespaces("https://example.org/h/")):
        assert rebase(text) == (
            'FROM <https://example.org/h/graph/asserted> { ?x a sjkg:A FILTER(STRSTARTS(STR(?x), "https://example.org/h/id/")) } '
            r'"^https://example\\.org/h/id/x$" <https://w3id.org/sjkg/vocab/role/x> <https://w3id.org/sjkg/vocab/dataset/x> '
            "<https://example.org/h/vocab/side/x> <https://w3id.org/sjkg/vocab/side> <https://example.org/h/dataset>"
        )


def test_the_packaged_file_has_every_property():
    found = read_description(PROJECT)
    assert found.base == "https://w3id.org/sjkg/"
    empty = {name for name in vars(found) if not getattr(found, name)}
    assert empty == {"prefixes"}


MISTAKES = [
    ('"https://example.org/harbour/" ;', '"https://example.org/harbour" ;', "kb.ttl:8: .* does not end with “/”"),
    ('"https://example.org/harbour/" ;', '"https://example.org/harbour#" ;', "kb.ttl:8: .* does not end with “/”"),
    ('"https://example.org/harbour/" ;', '"harbour/" ;', "kb.ttl:8: the base IRI “harbour/” is not absolute"),
    ('"https://example.org/harbour/" ;', '"https://example.org/h bour/" ;', "kb.ttl:8: .* other characters"),
    ('"https://example.org/harbour/" ;', '"https://w3id.org/sjkg/mine/" ;', "kb.ttl:8: .* below that of this software"),
    ('"https://example.org/harbour/" ;', '"https://example.org/other/" ;', "kb.ttl:8: the dataset of the base"),
    ('"Raid"@en ;', '"Raid"@en , "Attack"@en ;', "kb.ttl:9: the dataset has 2 values of dcterms:title; keep one"),
    ('    dcterms:title "Raid"@en ;\n', "", "kb.ttl:7: the dataset has no dcterms:title; add it"),
    ("dcterms:title", "dcterms:tilte", "kb.ttl:9: dcterms:tilte says nothing here"),
    ("a void:Dataset ;", "a void:Linkset ;", "kb.ttl:1: the file describes no void:Dataset"),
    ("<https://example.org/licence>", '"CC0"', "kb.ttl:10: the value of dcterms:license is not an IRI"),
    ("event:raid", "<https://example.org/raid>", "kb.ttl:12: the example"),
    ('"gov" ;', '"event" ;', "kb.ttl:13: the prefix “event” cannot be declared"),
    ("id/event/> .", "id/events/> .", "kb.ttl|prefix “event:” must stand for <https://example.org/harbour/id/event/>"),
]


@pytest.mark.parametrize("right, wrong, message", MISTAKES)
def test_a_mistake_is_told_in_one_sentence_with_its_line(tmp_path, right, wrong, message):
    assert right in VALID
    with pytest.raises(BrokenInput, match=message):
        described(tmp_path, VALID.replace(right, wrong))


def test_an_undeclared_prefix_is_an_error_with_its_line(tmp_path):
    with pytest.raises(BrokenInput) as raised:
        described(tmp_path, VALID.replace("event:raid", "place:raid"))
    assert (raised.value.findings[0].file, raised.value.findings[0].line) == ("kb.ttl", 12)


def test_a_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(BrokenInput, match="the folder has no kb.ttl"):
        read_description(tmp_path)


def test_a_list_gives_its_values_in_their_order(tmp_path):
    text = VALID.replace("void:exampleResource event:raid ;", "void:exampleResource ( event:z event:raid event:a ) ;")
    assert [iri.rpartition("/")[2] for iri in described(tmp_path, text).examples] == ["z", "raid", "a"]
    with pytest.raises(BrokenInput, match=r"kb\.ttl:12: the example .* is not a thing below"):
        described(tmp_path, text.replace("event:raid", "<https://example.org/elsewhere>"))


def test_names_on_maps_have_positions_in_degrees(tmp_path):
    label = '[ schema:name "Bay"@en ; schema:longitude -1.5 ; schema:latitude 50 ]'
    text = VALID.replace("@prefix sh:", "@prefix schema: <https://schema.org/> .\n@prefix sh:")
    line = "    sh:declare"
    with_label = text.replace(line, f"    schema:contentLocation {label} ;\n{line}")
    found = described(tmp_path, with_label)
    assert found.map_labels == (("Bay", -1.5, 50.0),)
    assert Description.from_json(json.loads(json.dumps(asdict(found)))) == found
    with pytest.raises(BrokenInput, match=r"kb.ttl:\d+: the latitude “95” is not a number of degrees up to 90"):
        described(tmp_path, with_label.replace("50 ]", "95 ]"))
