"""The SPARQL queries behind the pages: the files of site/queries and the precomputed queries of the snapshot index."""

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
    """A query whose result a page shows, complete with its bindings, so that readers can run it themselves."""

    title: str
    sparql: str


@cache
def page_queries() -> dict[str, ExecutedQuery]:
    """Return the title and text of each page query by name (the file name without ending), without header."""
    return {
        file.name: ExecutedQuery(file.title, file.body)
        for file in (*read_query_files(FOLDER, FRAGMENTS), *read_precomputed().values())
    }


def inline_bindings(text: str, bindings: Mapping[str, Term]) -> str:
    """Return the query `text` with `bindings` (variable name to term) as a VALUES block at the start of its WHERE clause.

    Raises ValueError for a term that SPARQL cannot write.
    """
    if not bindings:
        return text
    names = " ".join(f"?{name}" for name in bindings)
    values = " ".join(to_ntriples(term) for term in bindings.values())
    return insert_first(text, f"VALUES ({names}) {{ ({values}) }}")
