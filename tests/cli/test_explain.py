"""sjkg explain: proofs as trees, JSON and PROV-O, missing premises, and errors."""

import json

import pytest
from rdflib import Graph
from rdflib.namespace import PROV

ASKED = ("event:halhamiao-incident", "sjkg:involvesPower", "actor:soviet-union")
ABSENT = ("event:halhamiao-incident", "sjkg:occurredAt", "place:mongolia")
BEFORE = """<http://example.org/before> a owl:TransitiveProperty .
<http://example.org/a> <http://example.org/before> <http://example.org/b> .
<http://example.org/b> <http://example.org/before> <http://example.org/c> .
"""


def test_a_proof_tree_ends_in_passage_file_and_line(run, snapshot, kb_root):
    answer = run("explain", *ASKED)
    assert answer.returncode == 0 and answer.stdout.startswith(" ".join(ASKED) + "  inferred by prp-spo2")
    line = next(row for row in answer.stdout.splitlines() if "(passage:halhamiao-incident)" in row)
    path, _, number = line.rpartition(" in ")[2].split(" ")[0].rpartition(":")
    value = line.split("  asserted")[0].split()[-1]
    assert value in (kb_root / path).read_text(encoding="utf-8").split("\n")[int(number) - 1]


@pytest.mark.parametrize(
    "asked, words",
    [
        (("event:halhamiao-incident", "a", "sjkg:Event"), "inferred by"),
        (("sjkg:Battle", "rdfs:subClassOf", "sjkg:Event"), "by scm-sco"),
        (
            ("event:halhamiao-clash", "sjkg:directSubEventOf", "event:halhamiao-incident"),
            "asserted in triples/passages/",
        ),
        (("event:halhamiao-incident", "sjkg:earliestBegin", '"1935-01-08"^^xsd:date'), "derived by date-bounds"),
        (
            ("event:halhamiao-punitive-expedition", "sjkg:earliestEnd", '"1935-01-28"^^xsd:date'),
            "derived by parts-and-order",
        ),
        (
            ("event:battle-of-lake-khasan", "sjkg:sameThing", "<http://www.wikidata.org/entity/Q697579>"),
            "derived by links",
        ),
        (("<https://w3id.org/sjkg/ontology#Battle>", "rdfs:label", '"battle"@en'), "asserted in ontology/sjkg.ttl"),
    ],
)
def test_every_kind_of_triple_is_explained(run, snapshot, asked, words):
    answer = run("explain", *asked)
    assert answer.returncode == 0 and words in answer.stdout.splitlines()[0], answer
    assert words != "derived by links" or "asserted in triples/links/wikidata.ttl:" in answer.stdout


def test_a_triple_of_a_profile_is_explained_by_its_rule(run, snapshot):
    asked = ("event:halhamiao-incident", "crm:P9_consists_of", "event:halhamiao-clash")
    answer = run("explain", "--profile", "cidoc-crm", *asked)
    first, second = answer.stdout.splitlines()[:2]
    assert first.endswith("translated by profiles/cidoc-crm/out/wholes.rq")
    assert "sjkg:directSubEventOf" in second and "(passage:halhamiao-incident)" in second


def test_all_prints_every_last_step(run, snapshot):
    several = ("event:halhamiao-incident", "sjkg:involvesPower", "actor:empire-of-japan")
    answer = run("explain", *several, "--all")
    assert answer.stdout.count("\n" + " ".join(several)) >= 1


def test_json_has_each_step_once(run, snapshot):
    proof = json.loads(run("explain", *ASKED, "--format", "json").stdout)
    assert proof["steps"][proof["proofs"][0]]["rule"] == "prp-spo2"
    asserted = [step for step in proof["steps"] if step["kind"] == "asserted"]
    assert all(step["places"][0]["file"] for step in asserted)


def test_turtle_is_prov(run, snapshot):
    graph = Graph().parse(data=run("explain", *ASKED, "--format", "turtle").stdout, format="turtle")
    assert (None, PROV.hadPrimarySource, None) in graph and (None, PROV.hadPlan, None) in graph


def test_why_not_prints_missing_premises(run, snapshot):
    answer = run("explain", *ABSENT, "--why-not")
    assert answer.returncode == 0 and "lacking  event:halhamiao-clash sjkg:occurredAt place:mongolia" in answer.stdout


@pytest.mark.parametrize(
    "arguments, status, words",
    [
        (ABSENT, 1, "--why-not"),
        ((*ASKED, "--why-not"), 1, "is in the graph"),
        (("event:halhamiao-incidnt", *ASKED[1:]), 2, "did you mean event:halhamiao-incident"),
        (("event:manchukuo", *ASKED[1:]), 2, "did you mean actor:manchukuo"),
        (("halhamiao incident", *ASKED[1:]), 2, "“halhamiao incident” is not a term"),
        ((*ABSENT, "--why-not", "--format", "turtle"), 2, "use --format text or json"),
        ((*ASKED, "--data", "nowhere.nt"), 2, "there is no file nowhere.nt"),
    ],
)
def test_each_error_is_one_sentence_on_stderr(run, snapshot, arguments, status, words):
    answer = run("explain", *arguments)
    assert answer.returncode == status and words in answer.stderr and answer.stderr.count("\n") == 1, answer


def test_a_triple_of_any_file_can_be_explained(run, tmp_path):
    path = tmp_path / "before.ttl"
    path.write_text("@prefix owl: <http://www.w3.org/2002/07/owl#> .\n" + BEFORE, encoding="utf-8")
    asked = [f"http://example.org/{name}" for name in ("a", "before", "c")]
    answer = run("explain", *asked, "--data", path)
    assert answer.returncode == 0 and "inferred by prp-trp" in answer.stdout and answer.stdout.count("asserted") == 3


def test_a_language_tag_matches_in_any_case(run, snapshot):
    names = [
        run("explain", "event:halhamiao-incident", "skos:altLabel", f'"Haruhabyō jiken"@{tag}')
        for tag in ("ja-Latn", "ja-latn", "JA-LATN")
    ]
    assert {name.returncode for name in names} == {0} and len({name.stdout for name in names}) == 1


def test_a_type_in_the_terms_of_a_profile_is_explained_by_our_class_and_no_property_that_has_it(run, snapshot):
    answer = run("explain", "--profile", "cidoc-crm", "event:halhamiao-incident", "rdf:type", "crm:E7_Activity")
    assert answer.returncode == 0 and "prp-dom" not in answer.stdout and "order-by-bounds" not in answer.stdout
    assert "event:halhamiao-incident rdf:type sjkg:BorderIncident  asserted in triples/events.ttl" in answer.stdout


def test_a_misspelt_property_of_a_profile_has_similar_ones(run, snapshot):
    answer = run(
        "explain", "--profile", "cidoc-crm", "event:halhamiao-incident", "crm:P9_consist_of", "event:halhamiao-clash"
    )
    assert (
        answer.returncode == 1
        and "makes triples of crm:P9_consist_of; did you mean crm:P9_consists_of?" in answer.stderr
    )
