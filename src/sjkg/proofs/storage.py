"""The file proofs.json of a snapshot (an immutable build folder): the closure that proofs are found in.

It holds each asserted triple with its files and lines, each derived triple (computed before reasoning) with its rule
and premises, and each inferred triple with its depth (the least number of rule applications in a proof).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from sjkg.core.errors import UnusableSnapshot
from sjkg.derive.rules import Derivation, Derivations
from sjkg.kb.files import KnowledgeBase
from sjkg.proofs.closure import MemoryClosure, SourceLocation
from sjkg.proofs.explainer import Explainer
from sjkg.proofs.terms import term_text
from sjkg.turtle.triples import Triple as RdfTriple


class ClosureRows(TypedDict):
    """A closure as JSON; s, p and o are positions in `terms`.

    terms: the canonical N-Triples of all terms, sorted. asserted: rows of s, p, o, then a file number (position in the
    files) and line (or null) for each place, in turn. derived: rows of s, p, o, name of the rule, premises (each [s, p,
    o]). inferred: rows of s, p, o, depth (or null). Rows are sorted by s, p, o.
    """

    terms: list[str]
    asserted: list[list[Any]]
    derived: list[list[Any]]
    inferred: list[list[Any]]


class StoredClosure(ClosureRows):
    """The content of proofs.json: the rows of a closure and its files, each as [path, IRI of its named graph]."""

    files: list[list[str]]


def write_closure(
    path: Path,
    kb: KnowledgeBase,
    derived: Derivations,
    depths: Mapping[RdfTriple, int | None],
) -> None:
    """Write the closure of a knowledge base to the file `path` as JSON, from which `read_closure` reads it.

    derived: rule and premises of each derived triple. depths: the depth of each inferred triple, None where unknown.
    """
    locations: dict[RdfTriple, list[int | None]] = defaultdict(list)
    for number, file in enumerate(kb.files):
        for triple in file.graph:
            locations[triple] += (number, file.parsed.lines.get(triple))
    files = [[file.path, str(file.graph_name)] for file in kb.files]
    stored: StoredClosure = {"files": files, **closure_rows(locations, derived, depths)}
    path.write_text(json.dumps(stored, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def closure_rows(
    asserted: Mapping[RdfTriple, Iterable[int | None]],
    derived: Derivations,
    depths: Mapping[RdfTriple, int | None],
) -> ClosureRows:
    """Return a closure as rows for JSON; equal closures give equal rows.

    asserted: for each triple a flat sequence of file number and line, in turn. derived: rule and premises of each
    derived triple. depths: the depth of each inferred triple, None where unknown.
    """
    used = {term for triple in (*asserted, *derived, *depths) for term in triple}
    text_of = {term: term_text(term) for term in used}
    terms = sorted(text_of.values())
    number_of_text = {text: number for number, text in enumerate(terms)}
    number_of = {term: number_of_text[text] for term, text in text_of.items()}

    def numbers(triple: RdfTriple) -> list[int]:
        s, p, o = triple
        return [number_of[s], number_of[p], number_of[o]]

    def by_triple(row: list[Any]) -> list[int]:
        return row[:3]

    return {
        "terms": terms,
        "asserted": sorted(([*numbers(triple), *where] for triple, where in asserted.items()), key=by_triple),
        "derived": sorted(
            ([*numbers(triple), how.rule, list(map(numbers, how.premises))] for triple, how in derived.items()),
            key=by_triple,
        ),
        "inferred": sorted(([*numbers(triple), depth] for triple, depth in depths.items()), key=by_triple),
    }


def read_closure(path: Path) -> MemoryClosure:
    """Return the closure in the file `path` (proofs.json). Raises UnusableSnapshot when it cannot be read."""
    try:
        stored: StoredClosure = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableSnapshot(f"the closure {path} cannot be read ({error}); build again with “sjkg build”") from None
    return closure_from_rows(stored)


def closure_from_rows(stored: StoredClosure) -> MemoryClosure:
    """Return the closure that these rows and files describe (the content of proofs.json)."""
    files = stored["files"]
    asserted = {
        (s, p, o): tuple(
            SourceLocation(files[number][1], files[number][0], line)
            for number, line in zip(where[::2], where[1::2], strict=True)
        )
        for s, p, o, *where in stored["asserted"]
    }
    derived = {
        (s, p, o): Derivation(rule, tuple(map(tuple, premises))) for s, p, o, rule, premises in stored["derived"]
    }
    inferred = {(s, p, o): depth for s, p, o, depth in stored["inferred"]}
    return MemoryClosure(stored["terms"], asserted, derived, inferred)


def read_explainer(path: Path) -> Explainer:
    """Return an `Explainer` of the closure in `path` (proofs.json). Raises UnusableSnapshot if it is unreadable."""
    return Explainer(read_closure(path))
