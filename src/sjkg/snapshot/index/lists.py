"""The lists there are: for each an .rq file with its columns, and one for each facet that its header names."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sjkg.kb.queries import QueryFile, read_query_file

QUERIES = Path(__file__).parent / "queries"
FRAGMENTS = QUERIES / "fragments"
NAMES = ("events", "actors", "places", "claims", "passages", "remarks")
VARIABLE = re.compile(r"\?(\w+)")


@dataclass(frozen=True)
class Facet:
    """A property by which a list can be narrowed; its query gives ?item and a variable of the facet's name.

    It may give the graph of the statement as well, as ?{name}Graph, so that what is inferred can be left out.
    """

    name: str
    title: str
    description: str
    text: str

    @property
    def graph(self) -> str:
        return f"{self.name}Graph"


@dataclass(frozen=True)
class List:
    """A list of things; its query gives ?item, ?name and the other columns."""

    name: str
    title: str
    description: str
    columns: tuple[str, ...]
    facets: tuple[Facet, ...]
    text: str

    def facet(self, name: str) -> Facet | None:
        return next((facet for facet in self.facets if facet.name == name), None)


@cache
def read_lists() -> dict[str, List]:
    """Return the lists by name."""
    return {name: _list(read_query_file(QUERIES / f"{name}.rq")) for name in NAMES}


def _list(file: QueryFile) -> List:
    head = next(line for line in file.text.split("\n") if line.startswith("SELECT"))
    facets = (read_query_file(QUERIES / f"{file.name}.{facet}.rq") for facet in file.value("facets").split())
    return List(
        file.name,
        file.title,
        file.description,
        tuple(VARIABLE.findall(head)),
        tuple(Facet(facet.name.partition(".")[2], facet.title, facet.description, facet.body) for facet in facets),
        file.body,
    )
