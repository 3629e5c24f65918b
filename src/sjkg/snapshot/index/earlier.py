"""Reuse of rows of an earlier index for queries whose results cannot have changed."""

import sqlite3
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from pathlib import Path

from sjkg.core.ntriples import TextTerm
from sjkg.sparql.dependencies import find_predicates
from sjkg.store.sorted_quads import split_quad


@dataclass(frozen=True)
class EarlierIndex:
    """The index of an earlier snapshot that was written by the same code from the same queries.

    path: its file. changed: the predicates, in N-Triples, of all quads that only one of the two snapshots has; a triple in
    another named graph is another quad.
    """

    path: Path
    changed: Set[TextTerm]

    @property
    def uri(self) -> str:
        """Return the URI by which SQLite opens the file read-only."""
        return f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"


def changed_predicates(before: Path, after: Iterable[str]) -> set[TextTerm]:
    """Return the predicates, in N-Triples, of the quads that only one of two sets has.

    before: a file of N-Quads lines. after: N-Quads lines without line ends.
    """
    lines = before.read_text(encoding="utf-8").split("\n")[:-1]
    return {split_quad(line).predicate for line in set(lines).symmetric_difference(after)}


@dataclass(frozen=True)
class Reuse:
    """The choice between the rows of an earlier index and a query.

    connection: the index that is being written, to which the earlier one is attached as “earlier”. earlier: that index, or
    None, so that no row can be reused.
    """

    connection: sqlite3.Connection
    earlier: EarlierIndex | None
    _known: dict[str, bool] = field(default_factory=dict)

    def is_possible(self, *queries: str) -> bool:
        """Return whether all these SPARQL queries have the same results as when the earlier index was written."""
        return self.earlier is not None and all(self._is_unchanged(query, self.earlier) for query in queries)

    def _is_unchanged(self, query: str, earlier: EarlierIndex) -> bool:
        """Return whether no changed quad has a predicate on which the result of a query depends."""
        if query not in self._known:
            predicates = find_predicates(query)
            self._known[query] = predicates is not None and not earlier.changed & set(predicates)
        return self._known[query]
