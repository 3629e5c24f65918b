"""The W3C's syntax suites against the parsers that commands and endpoint use; docs/conformance.md lists the counts."""

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from servers import PROJECT
from suites import SUITES, Case, read_cases

from sjkg.core.errors import BrokenInput, SjkgError
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.inspection import inspect_query
from sjkg.turtle.parse import parse_turtle

RDF = SUITES / "w3c" / "rdf" / "rdf11"
SPARQL = SUITES / "w3c" / "sparql"
RDF_FORMATS = {
    "rdf-turtle": ox.RdfFormat.TURTLE,
    "rdf-trig": ox.RdfFormat.TRIG,
    "rdf-n-triples": ox.RdfFormat.N_TRIPLES,
    "rdf-n-quads": ox.RdfFormat.N_QUADS,
    "rdf-xml": ox.RdfFormat.RDF_XML,
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SUITES.is_dir(), reason="the public suites are not part of the project; set SJKG_SUITES"),
]


def read_by_engine(case: Case, syntax: ox.RdfFormat) -> set[ox.Quad]:
    return set(ox.parse(path=str(case.action), format=syntax, base_iri=case.base))


def passes_by_engine(case: Case, syntax: ox.RdfFormat) -> bool:
    try:
        quads = read_by_engine(case, syntax)
    except (SyntaxError, ValueError):
        return "Negative" in case.kind
    if "Negative" in case.kind or not case.result:
        return "Negative" not in case.kind
    return is_result(case.result, quads)


def is_result(path: Path, quads: Iterable[ox.Quad]) -> bool:
    """Return whether quads are those of a file, apart from the labels of blank nodes."""
    wanted = ox.Dataset(ox.parse(path=str(path), format=ox.RdfFormat.from_extension(path.suffix[1:])))
    found = ox.Dataset(quads)
    for dataset in (wanted, found):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return wanted == found


def passes_by_parser(case: Case) -> bool:
    try:
        parsed = parse_turtle(case.action.read_bytes().decode(), case.name, case.base)
    except BrokenInput:
        return "Negative" in case.kind
    if "Negative" in case.kind or not case.result:
        return "Negative" not in case.kind
    triples = parsed.graph.serialize(format="nt")
    return is_result(case.result, ox.parse(triples, format=ox.RdfFormat.N_TRIPLES))


def passes_sparql_syntax(case: Case) -> bool:
    text = case.action.read_text(encoding="utf-8")
    try:
        query = inspect_query(text, base=case.base).query
        ox.Store().query(query.plain, base_iri=case.base, prefixes=dict(PREFIXES))
    except (SjkgError, SyntaxError, ValueError):
        return "Negative" in case.kind
    except RuntimeError:
        pass  # parsed: an unknown function is reported at evaluation
    return "Negative" not in case.kind


def documented_counts(suite: str) -> tuple[int, int]:
    """Return passed and total of a suite as docs/conformance.md says them."""
    text = (PROJECT / "docs" / "conformance.md").read_text(encoding="utf-8")
    found = re.search(rf"^\| {re.escape(suite)} \|[^|]*\| (\d+) of (\d+) \|", text, re.MULTILINE)
    assert found, f"docs/conformance.md has no row for {suite}"
    return int(found[1]), int(found[2])


def check(suite: str, results: dict[str, bool]) -> None:
    failed = sorted(name for name, passed in results.items() if not passed)
    assert (len(results) - len(failed), len(results)) == documented_counts(suite), f"{suite} fails: {failed}"


@pytest.mark.parametrize("suite", RDF_FORMATS)
def test_the_engine_reads_rdf_as_often_right_as_documented(suite):
    cases = read_cases(RDF / suite / "manifest.ttl")
    check(suite, {case.name: passes_by_engine(case, RDF_FORMATS[suite]) for case in cases})


def test_files_of_a_knowledge_base_are_read_as_often_right_as_documented():
    cases = read_cases(RDF / "rdf-turtle" / "manifest.ttl")
    check("rdf-turtle by sjkg.turtle", {case.name: passes_by_parser(case) for case in cases})


@pytest.mark.parametrize("version", ["sparql10", "sparql11"])
def test_queries_are_accepted_and_refused_as_often_right_as_documented(version):
    manifests = sorted((SPARQL / version).glob("syntax-*/manifest.ttl"))
    cases = [case for manifest in manifests for case in read_cases(manifest)]
    wanted = [case for case in cases if "Syntax" in case.kind and "Update" not in case.kind]
    check(f"{version} query syntax", {f"{c.action.parent.name}/{c.name}": passes_sparql_syntax(c) for c in wanted})
