"""The OWL 2 RL test cases of FZI Karlsruhe (M. Schneider, K. Mainzer, 2009): entailments and contradictions.

The cases are not part of the project; without them the tests are skipped.
"""

import re

import pytest
from rdflib import BNode, Graph
from suites import SUITES

from sjkg.core.errors import Inconsistent
from sjkg.reason.close_file import close_file
from sjkg.reason.output_filter import is_tautology
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import triple_text

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
def test_the_conclusions_of_an_entailment_case_are_written_unless_they_are_tautologies(case, tmp_path):
    source, target = SUITE / case / f"{case}.premisegraph.ttl", tmp_path / "closure.nt"
    close_file(source, target, memory_gib=1, with_asserted=True)
    written = parse_turtle(target.read_text(encoding="utf-8"), target.name).graph
    wanted = [triple for triple in read(case, "conclusiongraph") if not is_tautology(triple_text(triple))]
    assert is_entailed(wanted, set(written), {})


@pytest.mark.parametrize("case", [case for case in CASES if kind_of(case) == "INCONSISTENCY"])
def test_an_inconsistency_case_is_reported_as_inconsistent(case, tmp_path):
    with pytest.raises(Inconsistent):
        close_file(SUITE / case / f"{case}.graph.ttl", tmp_path / "closure.nt", memory_gib=1)
