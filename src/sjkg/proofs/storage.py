"""The file proofs.json of a snapshot: every triple with its source locations, its derivation, or its depth."""

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

    terms: the texts of all terms, sorted. asserted: rows of s, p, o, then file number and line in turn.
    derived: rows of s, p, o, rule, premises. inferred: rows of s, p, o, depth. Rows are sorted by s, p, o.
    """

    terms: list[str]
    asserted: list[list[Any]]
    derived: list[list[Any]]
    inferred: list[list[Any]]


class StoredClosure(ClosureRows):
    """The rows of a closure and its files. files: path and named graph of each."""

    files: list[list[str]]


def write_closure(
    path: Path,
    kb: KnowledgeBase,
    derived: Derivations,
    depths: Mapping[RdfTriple, int | None],
) -> None:
    """Write the closure of a knowledge base, for `read_closure`.

    derived: how each derived triple was computed. depths: the depth of each inferred triple.
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
    """Return a closure as rows. Equal closures give equal rows. asserted: file number and line in turn of each triple."""
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
    """Return the closure that `write_closure` wrote. Raises UnusableSnapshot when the file cannot be read."""
    try:
        stored: StoredClosure = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableSnapshot(f"{path} cannot be read ({error}); build again") from None
    return closure_from_rows(stored)


def closure_from_rows(stored: StoredClosure) -> MemoryClosure:
    """Return a closure from its rows."""
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
    """Return an explainer of the closure that `write_closure` wrote."""
    closure = read_closure(path)
    return Explainer(closure, lambda: closure.texts)
