"""What to call things that have no name of their own: participations by who, as what and in what; remarks by their words."""

import textwrap
from collections.abc import Iterator

from sjkg.index.definitions import QUERIES
from sjkg.query_files import read_query_file
from sjkg.store.engine import QuadStore
from sjkg.vocab import IDS

KINDS = (f"{IDS}participation/", f"{IDS}remark/")
LONGEST = 70  # letters of a remark's words


def name_nameless(store: QuadStore) -> Iterator[tuple[str, str]]:
    """Give participations and remarks with what to call them: “Soviet Union, attacker, in Battle of Lake Khasan”."""
    parts: dict[str, dict[str, dict[str, None]]] = {}
    for row in _rows(store, "participations"):
        part = parts.setdefault(row["thing"], {"actor": {}, "role": {}, "event": {}})
        for key in part.keys() & row.keys():
            part[key][row[key]] = None
    for thing, part in parts.items():
        yield (
            thing,
            ", ".join(filter(None, (_listed(part["actor"]), _listed(part["role"]), f"in {_listed(part['event'])}"))),
        )
    for row in _rows(store, "remark-words"):
        yield row["thing"], textwrap.shorten(f"{row['kind']}: {row['words']}", LONGEST, placeholder=" …")


def _listed(names: dict[str, None]) -> str:
    return " and ".join(names)


def _rows(store: QuadStore, query: str) -> Iterator[dict[str, str]]:
    for row in store.query(read_query_file(QUERIES / f"{query}.rq").text).bindings:
        yield {variable: term["value"] for variable, term in row.items()}
