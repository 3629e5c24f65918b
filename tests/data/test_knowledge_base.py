"""Tests of the packaged knowledge base: every file is valid, formatted, conforms, and is safe to reason over."""

import re

import pytest
from namespaces import IDS
from pin import PINNED_DAY, day_and_digest
from rdflib import OWL, RDF, RDFS, SKOS, Literal, URIRef

from sjkg.core.facts import Facts
from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, SCHEMES, expand
from sjkg.derive.figures import FIGURE_PREDICATES, find_counted
from sjkg.derive.labels import LABEL_PREDICATES, find_labels
from sjkg.derive.rules import DATE_PREDICATES, derive_date_triples
from sjkg.kb.article import check_source, read_article
from sjkg.pipeline.enrich import FACTS, enrich
from sjkg.turtle.format import format_turtle
from sjkg.turtle.triples import parse_triple

ROOT = packaged_kb()
FILES = sorted(path for folder in ("ontology", "triples", "shapes") for path in (ROOT / folder).rglob("*.ttl"))
TERM = {
    name: URIRef(ONTOLOGY + name)
    for name in ("Passage", "Claim", "Event", "date", "countExact", "countMin", "countMax", "countText", "spanSha256")
}


@pytest.fixture(scope="module")
def enriched(kb_root):
    return enrich(kb_root)


def test_there_are_files_of_every_part():
    assert len(FILES) > 50
    assert {"ontology", "shapes", "triples"} == {path.relative_to(ROOT).parts[0] for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_is_in_the_house_style(path):
    text = path.read_text(encoding="utf-8")
    assert format_turtle(text, path.name) == text


def test_the_day_of_the_last_change_was_set_with_the_last_change(snapshot):
    advice = "set dcterms:modified in triples/editorial/dataset.ttl to the day of the change, then run python tests/data/pin.py"
    assert PINNED_DAY.read_text(encoding="utf-8") == day_and_digest(snapshot), advice


def test_validation_has_no_findings(enriched):
    assert enriched.findings == []


def test_every_term_has_label_definition_example_and_is_defined_by(kb):
    ontology = kb.union("ontology")
    terms = {term for term in ontology.subjects(RDF.type) if str(term).startswith(ONTOLOGY)}
    assert len(terms) > 150
    for term in terms:
        for annotation in (RDFS.label, SKOS.definition, SKOS.example, RDFS.isDefinedBy):
            assert ontology.value(term, annotation), f"{term} lacks {annotation}"


def test_every_thing_named_in_an_example_exists(kb):
    declared = set(kb.union().subjects(RDF.type))
    kinds = "|".join(name for name, iri in PREFIXES.items() if iri.startswith((IDS, SCHEMES)))
    named = {
        expand(name)
        for example in kb.union("ontology").objects(predicate=SKOS.example)
        for name in re.findall(rf"\b(?:{kinds}):[a-z0-9-]+", str(example))
    }
    assert len(named) > 50
    assert {name for name in named if URIRef(name) not in declared} == set()


def test_the_ontology_has_no_axiom_that_implies_equality(kb):
    ontology = kb.union("ontology")
    assert not set(ontology.subjects(RDF.type, OWL.FunctionalProperty)) | set(
        ontology.subjects(RDF.type, OWL.InverseFunctionalProperty)
    )
    assert not [
        *ontology.triples((None, OWL.hasKey, None)),
        *ontology.triples((None, OWL.sameAs, None)),
        *ontology.triples((None, OWL.imports, None)),
    ]
    assert not [p for p in ontology.predicates() if "ardinality" in p]


def test_transitive_and_chained_properties_are_neither_asymmetric_nor_irreflexive(kb):
    ontology = kb.union("ontology")
    assert not set(ontology.subjects(RDF.type, OWL.AsymmetricProperty)) | set(
        ontology.subjects(RDF.type, OWL.IrreflexiveProperty)
    )


def test_dates_and_edtf_have_no_range_in_the_ontology(kb):
    ontology = kb.union("ontology")
    for name in ("date", "periodCounted", "earliestBegin", "latestBegin", "earliestEnd", "latestEnd"):
        assert ontology.value(URIRef(ONTOLOGY + name), RDFS.range) is None


def test_every_term_of_the_ontology_is_used_or_reserved_for_the_rest_of_the_article(kb):
    used = {node for file in kb.files if file.part != "ontology" for triple in file.graph for node in triple}
    ontology = kb.union("ontology")
    properties = set(ontology.subjects(RDF.type, OWL.ObjectProperty))
    assert len(properties & used) > 30


def test_inferred_triples_are_additions_about_things(enriched, kb):
    asserted = kb.union()
    assert len(enriched.inferred) > 1000
    for s, p, o in map(parse_triple, enriched.inferred):
        assert isinstance(s, URIRef) and isinstance(o, URIRef | Literal)
        assert (s, p, o) not in asserted and p != OWL.sameAs
        assert not str(s).startswith(str(OWL._NS)) and o not in (OWL.Thing, OWL.Nothing, RDFS.Resource)


def test_only_four_bounds_and_a_precision_are_derived_from_a_date(enriched):
    derived = Facts(enriched.derivations)
    for event, _ in derived.pairs(f"<{ONTOLOGY}earliestBegin>"):
        for name in ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd"):
            assert len(derived.objects(event, f"<{ONTOLOGY}{name}>")) <= 1


def test_nothing_that_the_prelude_tells_is_a_part_of_the_conflicts_by_its_passage(kb):
    part_of, conflicts = URIRef(f"{ONTOLOGY}directSubEventOf"), URIRef(f"{IDS}event/soviet-japanese-border-conflicts")
    prelude = [file for file in kb.files if "/prelude-1904-1932/" in file.path and file.part == "passages"]
    assert len(prelude) > 5
    assert [(file.path, part) for file in prelude for part in file.graph.subjects(part_of, conflicts)] == []


NAMES_OF_WORKS = {"works.ttl", *(f"note-{number}.ttl" for number in ("05", "14", "15", "16", "17", "18"))}


def test_the_project_copies_no_sequence_of_words_of_the_article(article):
    words = re.findall(r"\w+", article.read_text(encoding="utf-8").lower())
    runs = {tuple(words[i : i + 8]) for i in range(len(words) - 7)}
    copied = {}
    for path in [*FILES, *(ROOT / "queries").glob("*.rq"), *(ROOT / "docs").glob("*.md")]:
        own = re.findall(r"\w+", path.read_text(encoding="utf-8").lower())
        copied[path.name] = [" ".join(own[i : i + 8]) for i in range(len(own) - 7) if tuple(own[i : i + 8]) in runs]
    assert {name: found for name, found in copied.items() if found and name not in NAMES_OF_WORKS} == {}


def test_the_passages_match_the_article_without_gap_or_overlap(article, kb):
    assert check_source(read_article(article), article.name, kb) == []


@pytest.mark.parametrize(
    ("derive", "predicates"),
    [
        (lambda facts: derive_date_triples(facts).items(), DATE_PREDICATES),
        (find_counted, FIGURE_PREDICATES),
        (find_labels, LABEL_PREDICATES),
    ],
    ids=["dates", "figures", "labels"],
)
def test_a_built_in_rule_reads_no_other_predicates_than_it_names(enriched, derive, predicates):
    everything = enriched.sources.facts(*FACTS)
    needed = Facts(triple for triple in everything if triple[1] in predicates)
    found = dict(derive(everything))
    assert found and dict(derive(needed)) == found
