"""The pages made from the knowledge base: each says what the files say now, and leaves nothing out."""

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, SH, SKOS, URIRef

from sjkg.docs.pages import PAGES, stale_pages
from sjkg.queries import read_queries
from sjkg.query_files import read_query_files
from sjkg.validate.quality import QUALITY
from sjkg.vocab import ONTOLOGY, shorten

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def made(kb):
    return {name: render(kb) for name, render in PAGES.items()}


def test_the_committed_pages_are_what_would_be_made_now(kb):
    assert list(stale_pages(kb, DOCS)) == [], "run “make docs” and commit"


def test_every_term_is_on_the_page_of_the_ontology(kb, made):
    ontology = kb.union("ontology")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if str(term).startswith(ONTOLOGY)}
    missing = {shorten(term) for term in terms if f"\n| `{shorten(term)}` |" not in made["ontology.md"]}
    assert terms and missing == set()


def test_every_concept_is_on_the_page_of_the_vocabularies(kb, made):
    concepts = {shorten(concept) for concept in kb.union("vocab").subjects(RDF.type, SKOS.Concept)}
    assert concepts and {name for name in concepts if f"\n| `{name}` |" not in made["vocabularies.md"]} == set()


def test_every_rule_is_on_the_page_of_the_rules(kb, made):
    shapes = kb.union("shapes", "closure-shapes")
    rules = {shorten(rule) for rule in shapes.subjects(SH.message) if isinstance(rule, URIRef)}
    rules |= {query.name for query in read_query_files(kb.root / QUALITY)}
    assert rules and {name for name in rules if f"\n| `{name}` |" not in made["rules.md"]} == set()


def test_every_question_is_on_its_page_with_its_whole_query(kb_root, made):
    for question in read_queries(kb_root).values():
        assert f"### {question.title}\n\n`{question.name}`. " in made["questions.md"]
        assert f"```sparql\n{question.body}```" in made["questions.md"]


def test_every_row_of_a_table_has_as_many_cells_as_its_header(made):
    for text in made.values():
        for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
            counts = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
            assert len(counts) == 1, table
