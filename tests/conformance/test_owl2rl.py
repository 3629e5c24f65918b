"""The OWL 2 RL test cases of FZI Karlsruhe (M. Schneider, K. Mainzer, 2009): entailments and contradictions.

The cases are not part of the project; without them the tests are skipped.
"""

import re

import pytest
from rdflib import RDF, RDFS, BNode, Graph
from suites import SUITES

from sjkg.core.errors import Inconsistent
from sjkg.reason.close_file import close_file
from sjkg.reason.closure import closure_with_depths
from sjkg.turtle.parse import parse_turtle

SUITE = SUITES / "owl2rl"
CASES = sorted(path.name for path in SUITE.glob("*")) if SUITE.is_dir() else []

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CASES, reason="the public suites are not part of the project; set SJKG_SUITES"),
]


def read(case: str, part: str) -> Graph:
    path = SUITE / case / f"{case}.{part}.ttl"
    # Not rdflib's own parser, which normalizes ill-typed literals.
    return parse_turtle(path.read_text(encoding="utf-8"), path.name).graph


def kind_of(case: str) -> str:
    properties = (SUITE / case / f"{case}.metadata.properties").read_text(encoding="utf-8")
    return re.search(r'key="testcase.type">(\w+)<', properties)[1]


def with_all_terms_relevant(premises: Graph) -> Graph:
    """Return a graph from which also follows what is true of any thing or literal, which is otherwise left out.

    An axiom about rdf:type makes the reasoner conclude all of it.
    """
    relevant = Graph()
    relevant += premises
    relevant.add((RDF.type, RDFS.subPropertyOf, BNode()))
    return relevant


def is_entailed(wanted: list[tuple], known: set[tuple], at: dict) -> bool:
    """Return whether all triples are known under one assignment of nodes to their blank nodes, which extends `at`."""
    if not wanted:
        return True
    first, *others = wanted
    for triple in known:
        binding = dict(at)
        if all(
            binding.setdefault(w, k) == k if isinstance(w, BNode) else w == k
            for w, k in zip(first, triple, strict=True)
        ) and is_entailed(others, known, binding):
            return True
    return False


@pytest.mark.parametrize("case", [case for case in CASES if kind_of(case) == "POSITIVE_ENTAILMENT"])
def test_the_conclusions_of_an_entailment_case_are_inferred(case):
    premises = read(case, "premisegraph")
    conclusions = list(read(case, "conclusiongraph"))
    assert any(
        is_entailed(conclusions, set(graph) | set(closure_with_depths(graph)[1]), {})
        for graph in (premises, with_all_terms_relevant(premises))
    )


@pytest.mark.parametrize("case", [case for case in CASES if kind_of(case) == "INCONSISTENCY"])
def test_an_inconsistency_case_is_reported_as_inconsistent(case, tmp_path):
    with pytest.raises(Inconsistent):
        close_file(SUITE / case / f"{case}.graph.ttl", tmp_path / "closure.nt", memory_gib=1)
