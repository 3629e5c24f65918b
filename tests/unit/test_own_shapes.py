"""Validation against shapes of the user: places, messages, refused and ill-formed shapes, nothing fetched."""

import json
from importlib.resources import files

import pytest
from rdflib import RDF, Graph
from rdflib.namespace import SH

import sjkg
from sjkg.core.errors import BadParameter, DeadlineExceeded
from sjkg.pipeline.check import check_with_shapes
from sjkg.validation.own_shapes import _refuse_connections, find_results
from sjkg.validation.result_messages import COMPONENT, SENTENCES

HEAD = "".join(
    f"@prefix {name}: <{iri}> . "
    for name, iri in {
        "sh": "http://www.w3.org/ns/shacl#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "ex": "http://e/",
    }.items()
)
DATA = (
    HEAD
    + """
ex:a a ex:P ;
  ex:age "x" , 7 ;
  ex:name "Bob"@en , "Bill"@en , "joe" ;
  ex:knows ex:c , _:friend .
"""
)


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A function that validates DATA, or another text, against shapes; it returns the lines found and usability."""
    monkeypatch.chdir(tmp_path)

    def validate(shapes: str, data: str = DATA):
        (tmp_path / "shapes.ttl").write_text(f"{HEAD}\n{shapes}", encoding="utf-8")
        (tmp_path / "data.ttl").write_text(data, encoding="utf-8")
        findings, is_usable = find_results([tmp_path / "shapes.ttl"], [tmp_path / "data.ttl"])
        assert not any(finding.message[0].isupper() for finding in findings)
        return [f"{(f.file or '').rpartition('/')[2]}:{f.line}: {f.severity}: {f.message}" for f in findings], is_usable

    return validate


def shape(constraint: str, path: str = "ex:age") -> str:
    return f"ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:path {path} ; {constraint} ] ."


RESULTS = {
    shape(
        "sh:datatype xsd:integer"
    ): '3: violation: "x" is not a valid literal of the datatype xsd:integer (a value of ex:age)',
    shape("sh:maxCount 1"): "3: violation: there are more values of ex:age than 1",
    shape("sh:minCount 1", "[ sh:inversePath ex:knows ]"): "2: violation: there are fewer values of ^ex:knows than 1",
    shape(
        "sh:minCount 1", "( ex:knows [ sh:zeroOrMorePath ex:age ] ex:z )"
    ): "2: violation: there are fewer values of ex:knows/(ex:age)*/ex:z than 1",
    shape(
        "sh:uniqueLang true ; sh:severity sh:Info", "ex:name"
    ): "4: info: ex:name has several texts in the same language",
    shape(
        'sh:pattern "^B"', "ex:name"
    ): '4: violation: "joe" does not match the regular expression "^B" (a value of ex:name)',
    shape("sh:nodeKind sh:IRI", "ex:knows"): "5: violation: _:friend is not an IRI (a value of ex:knows)",
    shape("sh:in ( ex:c ex:d )", "ex:knows"): "5: violation: _:friend is not one of ex:c, ex:d (a value of ex:knows)",
    shape('sh:hasValue 3 ; sh:message "drei"@de , "it is not 3"@en ; sh:severity ex:Own'): "3: violation: it is not 3",
    "ex:S a sh:NodeShape ; sh:targetNode ex:none ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .": "shapes.ttl",
    'ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:sparql [ sh:select "SELECT $this { $this <http://e/age> 7 }" ] .': (
        "2: violation: the query of a SPARQL constraint returns this node, so it violates the constraint"
    ),
    "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:closed true ; sh:ignoredProperties ( rdf:type ex:age ex:name ) .": (
        "5: violation: the property ex:knows is not one of those that the closed shape permits"
    ),
}


@pytest.mark.parametrize("shapes, expected", RESULTS.items())
def test_results_have_place_severity_and_a_sentence(shapes, expected, results):
    lines, is_usable = results(shapes)
    assert is_usable and any(line.removeprefix("data.ttl:").startswith(expected) for line in lines), lines


def test_each_constraint_component_of_shacl_core_has_a_sentence():
    text = (files("pyshacl") / "assets" / "shacl.ttl").read_text(encoding="utf-8")
    graph = Graph().parse(data=text, format="turtle")
    names = {
        str(node).removeprefix(str(SH)).removesuffix(COMPONENT)
        for node in graph.subjects(RDF.type, SH.ConstraintComponent)
    }
    assert names - SENTENCES.keys() == {"Property", "JS", "Expression"}  # only its parts give results; not supported
    parameters = {parameter for parameter, _ in SENTENCES.values()}
    assert all(SH[parameter] in set(graph.objects(None, SH.path)) for parameter in parameters)


QUERY = 'ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:sparql [ sh:select "SELECT $this {}" ; {} ] .'.replace(
    "{}", "%s"
)
FAULTS = {
    shape("sh:minCont 1"): "sh:minCont is not a term of SHACL; did you mean sh:minCount?",
    shape('sh:minCount "one"'): '"one" is not a valid literal of the datatype xsd:integer (a value of sh:minCount)',
    "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property [ sh:minCount 1 ] .": "there are fewer values of sh:path than 1",
    shape('sh:pattern "[a"'): "is not a regular expression",
    shape("sh:in _:l") + " _:l rdf:first 1 ; rdf:rest _:l .": "this RDF list contains itself",
    shape("sh:or ( 5 )"): "5 is a literal, not a shape",
    "ex:S a sh:NodeShape ; sh:property [ sh:path ex:age ; sh:minCount 1 ] .": "no shape has a target",
    "ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:js [ ] .": "sh:js is not supported",
    "ex:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ] .": "sh:target is not supported",
    QUERY % ("{ SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", ""): "the query has SERVICE",
    QUERY % ("{ { SELECT * { ?s ?p ?o FILTER EXISTS { service silent ?s {} } } } }", ""): "the query has SERVICE",
    QUERY % ("FROM <file:///etc/passwd> { ?s ?p ?o }", ""): "the query has FROM",
    QUERY % ("FROM NAMED <http://127.0.0.1:9/> { ?s ?p ?o }", ""): "the query has FROM",
    QUERY % ("{ $this foo ?o }", ""): "the query is not valid SPARQL (line 1, column ",
    QUERY % ("{ $this un:foo ?o }", ""): "Unknown namespace prefix : un",
    QUERY % ("{ ?s ?p ?o }", 'sh:prefixes [ sh:declare [ sh:prefix "x" ; sh:namespace "http://x> SELECT" ] ]'): (
        "cannot be declared with PREFIX in a query"
    ),
    "ex:S a sh:NodeShape": "is missing",
}


@pytest.mark.parametrize("shapes", FAULTS)
def test_shapes_that_cannot_be_used_are_reported_and_nothing_is_validated(shapes, results):
    lines, is_usable = results(shapes)
    assert not is_usable and any(FAULTS[shapes] in line for line in lines), lines
    assert all(line.startswith("shapes.ttl:") for line in lines)


@pytest.mark.parametrize(
    "shapes, words",
    [
        ("<> owl:imports <http://127.0.0.1:9/> . " + shape("sh:maxCount 2"), "is not followed"),
        (shape("sh:node ex:S", "ex:none"), "the shape ex:S refers to itself"),
    ],
)
def test_doubtful_shapes_are_a_warning(shapes, words, results):
    lines, is_usable = results(shapes)
    assert is_usable and len(lines) == 1 and "warning: " in lines[0] and words in lines[0]


def test_other_syntaxes_are_read_and_unreadable_files_named(tmp_path):
    (tmp_path / "s.ttl").write_text(HEAD + shape("sh:maxCount 1"), encoding="utf-8")
    (tmp_path / "d.jsonld").write_text(json.dumps({"@id": "http://e/b", "@type": "http://e/P", "http://e/age": [1, 2]}))
    findings, is_usable = find_results([tmp_path / "s.ttl"], [tmp_path / "d.jsonld"])
    assert is_usable and [(f.file, f.line) for f in findings] == [(str(tmp_path / "d.jsonld"), None)]
    (tmp_path / "d.jsonld").write_text("{")
    findings, is_usable = find_results([tmp_path / "s.ttl"], [tmp_path / "d.jsonld", tmp_path / "none.ttl"])
    assert not is_usable and {f.file for f in findings} == {str(tmp_path / name) for name in ("d.jsonld", "none.ttl")}


def test_the_process_opens_no_connection():
    with pytest.raises(PermissionError):
        _refuse_connections("socket.connect", ())
    _refuse_connections("open", ())


def test_a_validation_without_end_is_stopped_at_its_deadline(tmp_path):
    (tmp_path / "s.ttl").write_text(HEAD + shape('sh:pattern "^(a+)+$"'), encoding="utf-8")
    (tmp_path / "d.ttl").write_text(HEAD + f'ex:b a ex:P ; ex:age "{"a" * 60}b" .', encoding="utf-8")
    with pytest.raises(DeadlineExceeded, match="after 1 s"):
        check_with_shapes([tmp_path / "d.ttl"], [tmp_path / "s.ttl"], deadline_s=1)


def test_the_python_api_takes_shapes(tmp_path):
    (tmp_path / "s.ttl").write_text(HEAD + shape("sh:maxCount 1"), encoding="utf-8")
    (tmp_path / "d.ttl").write_text(DATA, encoding="utf-8")
    (finding,) = sjkg.validate(tmp_path / "d.ttl", shapes=str(tmp_path / "s.ttl"))
    assert (finding.rule, finding.focus, finding.line) == ("http://e/S", "http://e/a", 3)
    with pytest.raises(BadParameter, match="give the path of a file"):
        sjkg.validate(tmp_path, shapes=[tmp_path / "s.ttl"])


def test_ill_typed_literals_in_the_data_are_findings_at_their_lines(results):
    data = f'{HEAD}\nex:a ex:age "x"^^xsd:integer ;\n ex:born "1939-02-30"^^xsd:date ;\n ex:name "a"^^xsd:string .'
    found, is_usable = results(shape("sh:maxCount 2"), data)
    assert is_usable and [line.partition("violation: ")[0] for line in found] == ["data.ttl:2: ", "data.ttl:3: "]
    assert "“x” is not an xsd:integer" in found[0] and "February 1939 has 28 days" in found[1]
