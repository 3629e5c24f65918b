"""Definitions of the lists of the site (events, actors, places, claims, passages, remarks) and of their facets.

A facet is a property by which a list can be filtered. Each list is a SELECT query in queries/{list}.rq, each of its
facets one in queries/{list}.{facet}.rq; titles and descriptions are in the headers of the files.
"""

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

    name, title, description: from the name and header of its file. sparql: a SELECT of ?item and a variable named as
    the facet; it may also select the named graph of the statement as ?{name}Graph, so that inferred values can be left
    out.
    """

    name: str
    title: str
    description: str
    sparql: str

    @property
    def graph_variable(self) -> str:
        """Return the name, without “?”, of the variable for the named graph that states a value."""
        return f"{self.name}Graph"


@dataclass(frozen=True)
class ListDefinition:
    """A list of things of one kind.

    name, title, description: from the name and header of its file. columns: the variables of the query, without “?”, in
    order; “item” (the IRI) and “name” are among them. sparql: the SELECT.
    """

    name: str
    title: str
    description: str
    columns: tuple[str, ...]
    facets: tuple[Facet, ...]
    sparql: str

    def facet(self, name: str) -> Facet | None:
        """Return the facet with a name, None where the list has none of that name."""
        return next((facet for facet in self.facets if facet.name == name), None)


@cache
def read_lists() -> dict[str, ListDefinition]:
    """Return the definition of each list by its name (one of LIST_NAMES); the files are read once per process."""
    return {name: _read_list(read_query_file(QUERIES / f"{name}.rq")) for name in LIST_NAMES}


def _read_list(file: QueryFile) -> ListDefinition:
    """Return the list that a query file defines, with the facets that its header line “facets” names."""
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
