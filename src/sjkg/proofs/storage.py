"""The file proofs.json of a snapshot (an immutable build folder): the closure that proofs are found in.

It holds each asserted triple with its files and lines, each derived triple (computed before reasoning) with its rule
and premises, and each inferred triple with its depth: the number of inference steps on the longest path of its
shallowest proof.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from sjkg.core.errors import UnusableSnapshot
from sjkg.core.ntriples import TextTriple
from sjkg.derive.rules import Derivation, Derivations
from sjkg.kb.sources import Sources
from sjkg.proofs.closure import MemoryClosure, SourceLocation


class ClosureRows(TypedDict):
    """A closure as JSON; s, p and o are positions in `terms`.

    terms: the canonical N-Triples of all terms, sorted. asserted: rows [s, p, o, file, line, file, line, …] with a pair
    of file number (position in `StoredClosure.files`) and line (or null) for each place. derived: rows [s, p, o, name
    of the rule, premises], each premise a list [s, p, o]. inferred: rows [s, p, o, depth or null]. Rows are sorted by
    s, p, o.
    """

    terms: list[str]
    asserted: list[list[Any]]
    derived: list[list[Any]]
    inferred: list[list[Any]]


class StoredClosure(ClosureRows):
    """The content of proofs.json: the rows of a closure and its files.

    files: for each file a list of its path, the IRI of its named graph, its part of the knowledge base and its SHA-256.
    """

    files: list[list[str]]


def closure_of_sources(
    sources: Sources, derived: Derivations, depths: Mapping[TextTriple, int | None]
) -> StoredClosure:
    """Return the closure of the files of a knowledge base, for JSON.

    derived: rule and premises of each derived triple. depths: the depth of each inferred triple, None where unknown.
    """
    locations: dict[TextTriple, list[int | None]] = defaultdict(list)
    for number, file in enumerate(sources.files):
        for triple, line in file.lines.items():
            locations[triple] += (number, line)
    files = [[file.path, file.graph, file.part, file.sha256] for file in sources.files]
    return {"files": files, **closure_rows(locations, derived, depths)}


def closure_rows(
    asserted: Mapping[TextTriple, Iterable[int | None]],
    derived: Derivations,
    depths: Mapping[TextTriple, int | None],
) -> ClosureRows:
    """Return a closure as rows for JSON; equal closures give equal rows.

    asserted: a dict from each triple to a flat sequence file, line, file, line, … of file numbers and lines. derived: a
    dict from each derived triple to its rule and premises. depths: a dict from each inferred triple to its depth, None
    if unknown.
    """
    terms = sorted({term for triple in (*asserted, *derived, *depths) for term in triple})
    number_of = {text: number for number, text in enumerate(terms)}

    def numbers(triple: TextTriple) -> list[int]:
        s, p, o = triple
        return [number_of[s], number_of[p], number_of[o]]

    return {
        "terms": terms,
        "asserted": [[*numbers(triple), *where] for triple, where in sorted(asserted.items())],
        "derived": [
            [*numbers(triple), how.rule, list(map(numbers, how.premises))] for triple, how in sorted(derived.items())
        ],
        "inferred": [[*numbers(triple), depth] for triple, depth in sorted(depths.items())],
    }


def read_closure(path: Path) -> MemoryClosure:
    """Return the closure in the file `path` (proofs.json): all triples, asserted, derived and inferred, with what proofs need.

    Raises UnusableSnapshot when it cannot be read.
    """
    try:
        stored: StoredClosure = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableSnapshot(
            f"the file of all triples and proofs, {path}, cannot be read ({error}); build again with “sjkg build”"
        ) from None
    return closure_from_rows(stored)


def closure_from_rows(stored: StoredClosure) -> MemoryClosure:
    """Return the closure that `stored`, the content of proofs.json, describes."""
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
