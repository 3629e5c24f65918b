"""The W3C's syntax suites against the parsers that commands and endpoint use; docs/conformance.md lists the counts."""

import re

import pyoxigraph as ox
import pytest
from servers import PROJECT
from suites import SUITES, Case, read_cases

from sjkg.core.errors import SjkgError
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.inspection import inspect_query

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
    wanted = ox.Dataset(ox.parse(path=str(case.result), format=ox.RdfFormat.from_extension(case.result.suffix[1:])))
    found = ox.Dataset(quads)
    for dataset in (wanted, found):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return wanted == found


def passes_sparql_syntax(case: Case) -> bool:
    text = case.action.read_text(encoding="utf-8")
    try:
        ox.Store().query(inspect_query(text).text, prefixes=dict(PREFIXES))
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


@pytest.mark.parametrize("version", ["sparql10", "sparql11"])
def test_queries_are_accepted_and_refused_as_often_right_as_documented(version):
    manifests = sorted((SPARQL / version).glob("syntax-*/manifest.ttl"))
    cases = [case for manifest in manifests for case in read_cases(manifest)]
    wanted = [case for case in cases if "Syntax" in case.kind and "Update" not in case.kind]
    check(f"{version} query syntax", {f"{c.action.parent.name}/{c.name}": passes_sparql_syntax(c) for c in wanted})
