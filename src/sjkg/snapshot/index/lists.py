"""Definitions of the lists of the site and of their facets.

The lists are events, actors, places, claims (figures or assertions that somebody makes), passages (stretches of the
article's text) and remarks (editorial notes on a passage). A facet is a property by which a list can be filtered. Each
list is a SELECT query in queries/{list}.rq, each of its facets one in queries/{list}.{facet}.rq; titles and
descriptions are in the headers of the files.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.vocabulary import cached_for_own
from sjkg.kb.queries import QueryFile, read_query_file

QUERIES = Path(__file__).parent / "queries"
FRAGMENTS = QUERIES / "fragments"
LIST_NAMES = ("events", "actors", "places", "claims", "passages", "remarks")
DATE_SEPARATOR = ";"  # between the EDTF texts in the column “date” of the list of events
VARIABLE = re.compile(r"\?(\w+)")


@dataclass(frozen=True)
class Facet:
    """A property by which a list can be filtered.

    name: such as “place”. title, description: texts from the header of its query file. sparql: a SELECT query with the
    variables ?item (an item of the list) and ?{name} (one of its values of the facet), such as ?place; it may also select
    the named graph that states the value as ?{name}Graph, so that values inferred by OWL reasoning can be left out.
    """

    name: str
    title: str
    description: str
    sparql: str

    @property
    def graph_variable(self) -> str:
        """Return the name, without “?”, of the variable for the named graph that states a value, such as “placeGraph”."""
        return f"{self.name}Graph"


@dataclass(frozen=True)
class ListDefinition:
    """A list of things of one kind, such as events.

    name: one of LIST_NAMES. title, description: texts from the header of its query file. columns: the variables of its
    query, without “?”, in the order of SELECT; “item” (the IRI of the thing) and “name” are among them. facets: the facets
    by which it can be filtered, in the order in which they are shown. sparql: the SELECT query of its rows.
    """

    name: str
    title: str
    description: str
    columns: tuple[str, ...]
    facets: tuple[Facet, ...]
    sparql: str

    def facet(self, name: str) -> Facet | None:
        """Return the facet of this list with the name `name`, such as “place”; None if the list has no such facet."""
        return next((facet for facet in self.facets if facet.name == name), None)


@cached_for_own
def read_lists() -> dict[str, ListDefinition]:
    """Return a dict from the name of each list (LIST_NAMES) to its definition; the files are read once for each knowledge base."""
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
