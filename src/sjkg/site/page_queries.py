"""SPARQL queries behind the pages (page queries): the .rq files of site/queries, and the precomputed queries.

A precomputed query is run when a snapshot is built; the snapshot's SQLite index holds its result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sjkg.core.terms import Term, to_ntriples
from sjkg.kb.queries import read_query_files
from sjkg.snapshot.index.lists import FRAGMENTS
from sjkg.snapshot.index.precomputed import read_precomputed
from sjkg.sparql.tokens import insert_first

FOLDER = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class ExecutedQuery:
    """A query whose result a page shows, with its title, and complete with its bindings, so that readers can run it."""

    title: str
    sparql: str


@cache
def page_queries() -> dict[str, ExecutedQuery]:
    """Return the title and text (without header) of each page query by name, the file name without ending. Cached."""
    return {
        file.name: ExecutedQuery(file.title, file.body)
        for file in (*read_query_files(FOLDER, FRAGMENTS), *read_precomputed().values())
    }


def inline_bindings(text: str, bindings: Mapping[str, Term]) -> str:
    """Return a query with terms bound by a VALUES block at the start of its WHERE clause.

    text: the query. bindings: terms by variable name; without any, the text is returned unchanged. Raises ValueError
    for a term that SPARQL cannot write.
    """
    if not bindings:
        return text
    names = " ".join(f"?{name}" for name in bindings)
    values = " ".join(to_ntriples(term) for term in bindings.values())
    return insert_first(text, f"VALUES ({names}) {{ ({values}) }}")
