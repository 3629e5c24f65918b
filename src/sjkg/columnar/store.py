"""Evaluation of aggregate queries over the tables of a store's default graph."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from sjkg.columnar.tables import FILE, TermTables
from sjkg.columnar.translation import MAX_CHARS, MIN_MATCHES, ColumnPlan, NotTranslatable, translate
from sjkg.core.vocabulary import own
from sjkg.sparql.tokens import IRI

MAX_PLANS = 256
MAX_ROWS = 100_000  # groups; the engine reads them as a text
# a text without one of the first words, or with one of the second, is not translated; this saves parsing it
AGGREGATES = re.compile(r"\b(?:COUNT|SUM|AVG|MIN|MAX|DISTINCT)\b", re.IGNORECASE)
OTHERS = re.compile(
    r"\b(?:OPTIONAL|UNION|GRAPH|MINUS|SERVICE|VALUES|BIND|EXISTS|ASK|CONSTRUCT|DESCRIBE|FROM|LATERAL|SAMPLE|GROUP_CONCAT)\b",
    re.IGNORECASE,
)
NO_DATA = ox.Store()


class ColumnStore:
    """The tables of a store's default graph, for queries that read large parts of it; threads may share it."""

    def __init__(self, tables: TermTables, min_matches: int = MIN_MATCHES):
        """Use tables that are open. min_matches: a query with fewer matches of one of its triple patterns is left to the engine."""
        self._tables, self._min_matches = tables, min_matches
        self._plan = lru_cache(MAX_PLANS)(self._make_plan)
        self._thing = re.compile(
            IRI.replace("<", f"<{re.escape(own().ids)}", 1)
        )  # the IRI of a thing that the data describe
        self._refused: set[str] = set()  # texts without plan, in which such an IRI is <>

    @classmethod
    def find(cls, folder: Path) -> "ColumnStore | None":
        """Open the tables in a folder; return None if there are none. Raises UnusableSnapshot when they cannot be read."""
        return cls(TermTables(folder / FILE)) if (folder / FILE).exists() else None

    def query(self, text: str, prefixes: Mapping[str, str], base_iri: str | None) -> ox.QuerySolutions | None:
        """Return the result of a query over the default graph, or None for a query that the engine must evaluate.

        text: a query without codepoint escapes. prefixes: a dict from each prefix that it need not declare, without colon, to
        its namespace IRI. base_iri: the IRI that relative IRIs are resolved against; None to refuse them.
        """
        if len(text) > MAX_CHARS or not AGGREGATES.search(text) or OTHERS.search(text):
            return None
        shape = self._thing.sub("<>", text)
        if shape in self._refused:
            return None
        plan = self._plan(text, tuple(prefixes.items()), base_iri)
        if plan is None:
            if len(self._refused) == MAX_PLANS:
                self._refused.clear()
            self._refused.add(shape)
            return None
        try:
            rows = self._tables.rows(f"{plan.sql} LIMIT {MAX_ROWS + 1}")
        except MemoryError:
            return None
        written = self._write(plan, rows) if len(rows) <= MAX_ROWS else None
        if written is None:
            return None
        completed = NO_DATA.query(plan.complete(written), base_iri=base_iri, prefixes=dict(prefixes))
        return cast(ox.QuerySolutions, completed)

    def _write(self, plan: ColumnPlan, rows: Sequence[tuple[Any, ...]]) -> list[list[str]] | None:
        """Return the rows of a plan's SQL as SPARQL terms; None if one is a blank node, which cannot be written."""
        is_number = [column in plan.numbers for column in plan.columns]
        ids = {id for row in rows for id, plain in zip(row, is_number, strict=True) if not plain and id is not None}
        texts = self._tables.decode(ids)
        if any(text.startswith("_:") for text in texts.values()):
            return None
        return [
            [
                "UNDEF" if id is None else str(id) if plain else texts[id]
                for id, plain in zip(row, is_number, strict=True)
            ]
            for row in rows
        ]

    def _make_plan(self, text: str, prefixes: tuple[tuple[str, str], ...], base_iri: str | None) -> ColumnPlan | None:
        """Return the plan of a query; None for one that is invalid or must be evaluated by the engine."""

        def resolve(prologue: str, constant: str) -> str:
            values = f"{prologue} SELECT ?term {{ VALUES ?term {{ {constant} }} }}"
            found = NO_DATA.query(values, base_iri=base_iri, prefixes=dict(prefixes))
            return str(next(cast(ox.QuerySolutions, found))["term"])

        with suppress(NotTranslatable, SyntaxError, ValueError, RuntimeError):
            NO_DATA.query(text, base_iri=base_iri, prefixes=dict(prefixes))
            return translate(text, self._tables, resolve, self._min_matches)
        return None
