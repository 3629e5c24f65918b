"""Labels for things without a name of their own: participations and remarks."""

import textwrap
from collections.abc import Iterable, Iterator

from sjkg.core.vocabulary import IDS
from sjkg.kb.queries import read_query_file
from sjkg.snapshot.index.lists import QUERIES
from sjkg.store.quad_store import QuadStore

IRI_PREFIXES = (f"{IDS}participation/", f"{IDS}remark/")  # of the things with generated labels
MAX_REMARK_CHARS = 70


def generate_labels(store: QuadStore) -> Iterator[tuple[str, str]]:
    """Yield the IRI and the English label of each participation and remark.

    A participation is called by actor, role and event (“Soviet Union, attacker, in Battle of Lake Khasan”), a remark by
    its kind and words, shortened to MAX_REMARK_CHARS.
    """
    participations: dict[str, dict[str, dict[str, None]]] = {}
    for row in _query(store, "participations"):
        names = participations.setdefault(row["thing"], {"actor": {}, "role": {}, "event": {}})
        for key in names.keys() & row.keys():
            names[key][row[key]] = None
    for thing, names in participations.items():
        parts = (_join(names["actor"]), _join(names["role"]), f"in {_join(names['event'])}")
        yield thing, ", ".join(filter(None, parts))
    for row in _query(store, "remark-words"):
        yield row["thing"], textwrap.shorten(f"{row['kind']}: {row['words']}", MAX_REMARK_CHARS, placeholder=" …")


def _join(names: Iterable[str]) -> str:
    """Return names joined by “and”."""
    return " and ".join(names)


def _query(store: QuadStore, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of an .rq file as texts by variable."""
    for row in store.query(read_query_file(QUERIES / f"{name}.rq").text).bindings:
        yield {variable: term["value"] for variable, term in row.items()}
