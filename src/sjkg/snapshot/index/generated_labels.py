"""English labels for things that have no name of their own.

These are participations (an actor's part in an event) and remarks (editorial notes on a passage of the article).
"""

import textwrap
from collections.abc import Iterator

from sjkg.core.vocabulary import IDS
from sjkg.kb.queries import read_query_file
from sjkg.snapshot.index.lists import QUERIES
from sjkg.store.quad_store import QuadStore

IRI_PREFIXES = (f"{IDS}participation/", f"{IDS}remark/")  # of the things with generated labels
MAX_REMARK_CHARS = 70


def generate_labels(store: QuadStore) -> Iterator[tuple[str, str]]:
    """Yield the IRI and the English label of each participation and remark in a store.

    A participation is called by actor, role and event (“Soviet Union, attacker, in Battle of Lake Khasan”), a remark by
    its kind and words, shortened to MAX_REMARK_CHARS.
    """
    participations: dict[str, dict[str, dict[str, None]]] = {}
    for row in _query_texts(store, "participations"):
        names = participations.setdefault(row["thing"], {"actor": {}, "role": {}, "event": {}})
        for key in names.keys() & row.keys():
            names[key][row[key]] = None
    join = " and ".join
    for thing, names in participations.items():
        parts = (join(names["actor"]), join(names["role"]), f"in {join(names['event'])}")
        yield thing, ", ".join(filter(None, parts))
    for row in _query_texts(store, "remark-words"):
        yield row["thing"], textwrap.shorten(f"{row['kind']}: {row['words']}", MAX_REMARK_CHARS, placeholder=" …")


def _query_texts(store: QuadStore, name: str) -> Iterator[dict[str, str]]:
    """Yield each row of the SELECT query in queries/{name}.rq as a dict from variable to IRI or lexical form."""
    for row in store.query(read_query_file(QUERIES / f"{name}.rq").text).bindings:
        yield {variable: term["value"] for variable, term in row.items()}
