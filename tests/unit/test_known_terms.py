"""The IRIs of a snapshot, and those that are suggested for an IRI that is not among them."""

import re

import pytest

from sjkg.core.terms import Iri, Literal
from sjkg.core.vocabulary import curie, expand
from sjkg.kb.queries import read_queries
from sjkg.site.context import page_queries
from sjkg.snapshot.known_terms import MAX_TERMS, open_known_terms
from sjkg.store.datasets import ALL_GRAPHS, Scope


@pytest.fixture(scope="module")
def terms(snapshot):
    return open_known_terms(snapshot)


def unknown(terms, text, scope=ALL_GRAPHS, **bindings):
    return [curie(term.iri) for term in terms.find_unknown(text, scope, bindings)]


def test_every_iri_of_the_project_in_any_position_of_a_quad_is_known(terms, snapshot):
    iris = set(re.findall(r"<https://w3id\.org/sjkg/[^>]*>", snapshot.quads.read_text(encoding="utf-8")))
    assert len(iris) > 1000
    assert terms.find_unknown(f"SELECT * {{ VALUES ?x {{ {' '.join(iris)} }} }}", ALL_GRAPHS, {}) == ()


def test_saved_queries_and_those_of_pages_name_known_terms_only(terms, kb_root):
    texts = {name: query.text for name, query in read_queries(kb_root).items()}
    texts |= {name: query.sparql for name, query in page_queries().items()}
    assert {name: found for name, text in texts.items() if (found := unknown(terms, text))} == {}


@pytest.mark.parametrize(
    "misspelt, suggested",
    [
        ("sjkg:startDate", "sjkg:date"),
        ("sjkg:BorderIncidents", "sjkg:BorderIncident"),
        ("sjkg:commander", "sjkg:commandedBy"),
        ("event:batle-of-lake-kasan", "event:battle-of-lake-khasan"),
        ("event:manchukuo", "actor:manchukuo"),
        ("actor:ussr", "actor:soviet-union"),
        ("role:comander", "role:commander"),
        ("passage:khasan", "passage:khasan-fighting"),
        ("graph:assertd", "graph:asserted"),
        ("<http://w3id.org/sjkg/ontology#Battle>", "sjkg:Battle"),
        ("<https://w3id.org/sjkg/ontology/Battle>", "sjkg:Battle"),
    ],
)
def test_the_iri_that_was_meant_is_suggested(terms, misspelt, suggested):
    (term,) = terms.find_unknown(f"ASK {{ ?s ?p {misspelt} }}", ALL_GRAPHS, {})
    assert expand(suggested) in term.similar and curie(expand(suggested)) in term.message


def test_an_iri_like_none_gets_no_suggestion(terms):
    (term,) = terms.find_unknown("ASK { ?s ?p event:qqqqqqqqqq }", ALL_GRAPHS, {})
    assert term.similar == () and "check its spelling" in term.message


def test_graphs_of_the_request_and_values_of_parameters_count(terms):
    scope = Scope(default=(expand("graph:asserted"), expand("graph:nope")), named=(expand("passage:nope"),))
    bindings = {
        "event": Iri(expand("event:nope")),
        "day": Literal("event:no-iri"),
        "actor": Iri("http://example.org/x"),
    }
    assert unknown(terms, "ASK {}", scope, **bindings) == ["graph:nope", "passage:nope", "event:nope"]


def test_the_number_of_reported_iris_is_limited(terms):
    assert (
        len(unknown(terms, f"ASK {{ VALUES ?x {{ {' '.join(f'event:nope{n}' for n in range(2000))} }} }}")) == MAX_TERMS
    )
