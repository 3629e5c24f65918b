"""Asking on behalf of one page: by the name of a query, from the index where it keeps the rows, remembering what was asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sjkg.index.kept import Row, kept_rows, read_kept
from sjkg.index.read import Index
from sjkg.query_files import read_query_files
from sjkg.store.engine import QuadStore
from sjkg.store.pool import Lane
from sjkg.store.terms import Iri, Term, read_term, to_text
from sjkg.store.tokens import insert_first

FOLDER = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class Asked:
    """A query behind a page, written out so that it can be asked again as it stands."""

    title: str
    sparql: str


class Asker:
    """The questions of one page; `asked` keeps them for its readers."""

    def __init__(self, store: QuadStore | Lane, index: Index):
        self._store, self._index = store, index
        self.asked: list[Asked] = []

    def ask(self, name: str, **bindings: Term) -> list[Row]:
        """Return the rows of the page query of that name; a variable without value is not in its row.

        What is asked is what readers are shown. The engine plans a VALUES block with the rest of the query, bindings given
        beside it not (0.5 instead of 48 ms for who took part in an event).
        """
        title, text = page_queries()[name]
        sparql = write_out(text, bindings)
        kept = kept_rows(self._index, name, *(term.value for term in bindings.values()))
        if kept is None:
            return self._run(title, sparql)
        self.note(title, sparql)
        return kept

    def ask_about(self, name: str, things: Iterable[str]) -> list[Row]:
        """Return the rows of a page query for each of several things, as ?thing."""
        title, text = page_queries()[name]
        listed = " ".join(to_text(Iri(thing)) for thing in things)
        return self._run(title, insert_first(text, f"VALUES ?thing {{ {listed} }}"))

    def _run(self, title: str, sparql: str) -> list[Row]:
        rows = self._store.query(sparql).bindings
        self.note(title, sparql)
        return [{variable: read_term(term) for variable, term in row.items()} for row in rows]

    def note(self, title: str, sparql: str) -> None:
        """Remember a query that gives what the page shows."""
        self.asked.append(Asked(title, sparql))


@cache
def page_queries() -> dict[str, tuple[str, str]]:
    """Return title and text of each query of the pages, by name."""
    return {
        file.name: (file.value("title"), "\n".join(line for line in file.text.split("\n") if not line.startswith("# ")))
        for file in (*read_query_files(FOLDER), *read_kept().values())
    }


def write_out(text: str, bindings: dict[str, Term]) -> str:
    """Return a query with its bindings as a VALUES block at the begin of its WHERE."""
    if not bindings:
        return text
    names = " ".join(f"?{name}" for name in bindings)
    values = " ".join(to_text(term) for term in bindings.values())
    return insert_first(text, f"VALUES ({names}) {{ ({values}) }}")
