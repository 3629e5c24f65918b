"""The public OWL 2 RL cases: entailments and contradictions, where they are at hand."""

import re
from pathlib import Path

import pytest
from rdflib import BNode, Graph

from sjkg.core.errors import Inconsistent
from sjkg.reason.close_file import close_file
from sjkg.reason.closure import complete_closure
from sjkg.turtle.parse import parse_turtle

SUITE = Path(__file__).parents[2].parent / "shared" / "suites" / "owl2rl"
CASES = sorted(path.name for path in SUITE.glob("*")) if SUITE.is_dir() else []

pytestmark = pytest.mark.skipif(not CASES, reason="the public test cases are not part of the project")


def read(case: str, part: str) -> Graph:
    path = SUITE / case / f"{case}.{part}.ttl"
    return parse_turtle(
        path.read_text(encoding="utf-8"), path.name
    ).graph  # rdflib's own parser mends ill-typed literals


def kind_of(case: str) -> str:
    properties = (SUITE / case / f"{case}.metadata.properties").read_text(encoding="utf-8")
    return re.search(r'key="testcase.type">(\w+)<', properties)[1]


def is_entailed(wanted: list[tuple], known: set[tuple], at: dict) -> bool:
    """Tell whether every triple is known, blank nodes standing for anything, the same thing throughout."""
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
def test_what_a_case_says_follows_does_follow(case):
    premises = read(case, "premisegraph")
    assert is_entailed(list(read(case, "conclusiongraph")), set(premises) | complete_closure(premises), {})


@pytest.mark.parametrize("case", [case for case in CASES if kind_of(case) == "INCONSISTENCY"])
def test_what_a_case_says_is_contradictory_is_found_out(case, tmp_path):
    with pytest.raises(Inconsistent):
        close_file(SUITE / case / f"{case}.graph.ttl", tmp_path / "closure.nt", memory_gib=1)
