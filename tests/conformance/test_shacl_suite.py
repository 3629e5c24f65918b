"""The W3C's SHACL suite, through our validation and through pyshacl alone; docs/conformance.md lists the counts."""

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from pyshacl import validate
from rdflib import BNode, Graph, Namespace
from rdflib.namespace import SH
from rdflib.term import Node
from suites import MF, SUITES
from test_public_suites import check, documented_counts

from sjkg.core.errors import BrokenInput
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import facts_of, parse_term
from sjkg.validation.shacl import validation_report
from sjkg.validation.shacl_constraints import NotCore
from sjkg.validation.shacl_core import Shapes, Validation

SUITE = SUITES / "w3c" / "data-shapes-test-suite" / "tests"
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
COMPARED = (SH.focusNode, SH.resultPath, SH.value, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape)
COMPARED_OF_CORE = tuple(by for by in COMPARED if by != SH.sourceConstraintComponent)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SUITE.is_dir(), reason="the public suites are not part of the project; set SJKG_SUITES"),
]


class ShaclCase(NamedTuple):
    """A case of the suite: its name, the two graphs to validate, and the results wanted, None for a failure."""

    name: str
    data: Graph
    shapes: Graph
    wanted: Counter | None


def cases_of(manifest: Path) -> Iterator[ShaclCase]:
    """Yield the cases of a manifest and of the manifests it includes."""
    graph = read(manifest)
    for included in graph.objects(None, MF.include):
        yield from cases_of(path_of(included))
    for entries in graph.objects(None, MF.entries):
        for case in graph.items(entries):
            action, result = graph.value(case, MF.action), graph.value(case, MF.result)
            data, shapes = (read(path_of(graph.value(action, part))) for part in (SHT.dataGraph, SHT.shapesGraph))
            wanted = None if result == SHT.Failure else rows(graph, graph.objects(result, SH.result))
            yield ShaclCase(path_of(case).relative_to(SUITE).as_posix(), data, shapes, wanted)


def read(path: Path) -> Graph:
    return Graph().parse(path, format="turtle", publicID=path.as_uri())


def path_of(iri: Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))


def rows(graph: Graph, results: Iterator[Node]) -> Counter:
    """Return how often each combination of the compared properties occurs in some results; blank nodes count as equal."""
    text = lambda node: None if node is None else "_" if isinstance(node, BNode) else node.n3()
    return Counter(tuple(text(graph.value(result, by)) for by in COMPARED) for result in results)


def passes(case: ShaclCase, report_of: Callable[[Graph, Graph], Graph]) -> bool:
    """Return whether a validator gives the results that the case wants; it fails by an exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib and pyshacl warn of ill-typed literals and of recursion
        try:
            report = report_of(case.data, case.shapes)
        except (BrokenInput, RuntimeError, AttributeError):
            return case.wanted is None
    return rows(report, report.objects(None, SH.result)) == case.wanted


def report_of_pyshacl_alone(data: Graph, shapes: Graph) -> Graph:
    report: Graph | RuntimeError = validate(data, shacl_graph=shapes)[1]
    if isinstance(report, RuntimeError):
        raise report
    return report


@pytest.mark.parametrize("part", ["core", "sparql"])
def test_shapes_are_validated_as_often_right_as_documented_and_no_less_often_than_by_pyshacl(part):
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    cases = list(cases_of(SUITE / part / "manifest.ttl"))
    alone = sum(passes(case, report_of_pyshacl_alone) for case in cases)
    check(f"shacl {part}", {case.name: passes(case, validation_report) for case in cases})
    assert documented_counts(f"shacl {part}")[0] >= alone


def test_shapes_of_a_knowledge_base_are_validated_as_often_right_as_documented(monkeypatch):
    monkeypatch.setitem(globals(), "read", read_as_written)
    monkeypatch.setitem(globals(), "COMPARED", COMPARED_OF_CORE)
    results = {}
    for case in cases_of(SUITE / "core" / "manifest.ttl"):
        with suppress(NotCore):  # evaluated by pyshacl
            results[case.name] = core_rows(case) == case.wanted
    check("shacl core by sjkg.validation.shacl_core", results)


def read_as_written(path: Path) -> Graph:
    """Read a file as those of a knowledge base; rdflib would normalise literals."""
    return parse_turtle(path.read_text(encoding="utf-8"), path.name, path.as_uri()).graph


def core_rows(case: ShaclCase) -> Counter:
    """Return the results of our validator of SHACL Core, as `rows` returns those of a report."""
    validation = Validation(facts_of(case.data), Shapes(facts_of(case.shapes)))
    text = lambda node: (
        None if node is None else "_" if not isinstance(node, str) or node[0] == "_" else parse_term(node).n3()
    )
    severity = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
    return Counter(
        (text(r.focus), text(r.path), text(r.value), severity[r.severity].n3(), text(r.shape))
        for r in validation.results()
    )
