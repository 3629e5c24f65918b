"""Definitions of the lists of the site: an .rq file for each list and for each of its facets."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sjkg.kb.queries import QueryFile, read_query_file

QUERIES = Path(__file__).parent / "queries"
FRAGMENTS = QUERIES / "fragments"
LIST_NAMES = ("events", "actors", "places", "claims", "passages", "remarks")
VARIABLE = re.compile(r"\?(\w+)")


@dataclass(frozen=True)
class Facet:
    """A property by which a list can be filtered.

    sparql: a SELECT of ?item and a variable named as the facet; it may also select the named graph of the statement as
    ?{name}Graph, so that inferred values can be left out.
    """

    name: str
    title: str
    description: str
    sparql: str

    @property
    def graph_variable(self) -> str:
        """Return the name of the variable for the named graph of a value."""
        return f"{self.name}Graph"


@dataclass(frozen=True)
class ListDefinition:
    """A list of things. sparql: a SELECT of ?item, ?name and the other columns."""

    name: str
    title: str
    description: str
    columns: tuple[str, ...]
    facets: tuple[Facet, ...]
    sparql: str

    def facet(self, name: str) -> Facet | None:
        """Return the facet of a name, None where there is none."""
        return next((facet for facet in self.facets if facet.name == name), None)


@cache
def read_lists() -> dict[str, ListDefinition]:
    """Return the definitions of all lists by name."""
    return {name: _read_list(read_query_file(QUERIES / f"{name}.rq")) for name in LIST_NAMES}


def _read_list(file: QueryFile) -> ListDefinition:
    """Return the list of an .rq file, with the facets that its header names."""
    select = next(line for line in file.text.split("\n") if line.startswith("SELECT"))
    facets = (read_query_file(QUERIES / f"{file.name}.{facet}.rq") for facet in file.value("facets").split())
    return ListDefinition(
        file.name,
        file.title,
        file.description,
        tuple(VARIABLE.findall(select)),
        tuple(Facet(facet.name.partition(".")[2], facet.title, facet.description, facet.body) for facet in facets),
        file.body,
    )
