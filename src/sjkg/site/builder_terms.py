"""Terms of the query builder: the kinds of things that a query can begin with, the properties of a kind, and the tests of a property.

A kind is a class of the ontology that has instances. The properties of a kind are those that its things have in the graph,
those that point to its things, a few property paths, and two that stand for several properties: “when” (the four bounds of
an event's date) and “figure” (the exact, least, greatest and written number of a claim).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, curie, own
from sjkg.site.context import SnapshotLabels
from sjkg.site.wording import BUILDER_FIRST, BUILDER_PATHS, BUILDER_TEXTS

XSD = PREFIXES["xsd"]
WHEN, FIGURE = "when", "figure"
FIRST, OTHERS, POINTING = "Frequent", "All others", "Properties that point to it"
HIDDEN = frozenset({f"{PREFIXES['rdfs']}label", f"{ONTOLOGY}spanSha256", f"{ONTOLOGY}textSha256"})
HIDDEN_KINDS = frozenset({f"{ONTOLOGY}RetiredIri", f"{ONTOLOGY}FactlessText"})

Sort = Literal["thing", "number", "day", "text", "when", "figure"]
ANY, NONE = ("any", "has any value"), ("none", "has no value")
TESTS: Mapping[Sort, tuple[tuple[str, str], ...]] = {
    "thing": (("is", "is"), ("not", "is not"), ANY, NONE),
    "number": (("is", "is"), ("least", "is at least"), ("most", "is at most"), ("between", "is between"), ANY, NONE),
    "day": (("least", "is not before"), ("most", "is not after"), ("between", "is between"), ANY, NONE),
    "text": (("contains", "contains"), ("is", "is"), ANY, NONE),
    "when": (
        ("maybe", "may have been in"),
        ("in", "was certainly in"),
        ("during", "was certainly under way in all of"),
        ("before", "was certainly over before"),
        ("after", "certainly began after"),
    ),
    "figure": (("is", "is"), ("least", "is certainly at least"), ("most", "is certainly at most")),
}
NUMBERS, DAYS = ("integer", "decimal", "double", "nonNegativeInteger"), ("date",)


@dataclass(frozen=True)
class Kind:
    """A class of the ontology with instances.

    iri: of the class. key: its CURIE. name, definition: English. root: IRI of the most general class above it, or its own
    if there is none. depth: number of steps from it up to the root, 0 for the root. things: number of its instances.
    """

    iri: str
    key: str
    name: str
    definition: str
    root: str
    depth: int
    things: int

    @property
    def variable(self) -> str:
        """Name of the SPARQL variable of the things, such as “event” for all kinds of events."""
        local = self.root.removeprefix(ONTOLOGY)
        return local[0].lower() + local[1:]


@dataclass(frozen=True)
class BuilderProperty:
    """A property of the things of a kind, in conditions and columns.

    key: its name in URLs: a CURIE, after “^” if it points to the things, or the key of a path, “when” or “figure”.
    name, definition: English. path: SPARQL property path, "" for “when” and “figure”. sort: kind of its values, which
    decides the tests. things: number of things that have it, 0 if not counted. has_names: its values are things of this site,
    which have English labels. group: the heading in the list of properties.
    """

    key: str
    name: str
    definition: str
    path: str
    sort: Sort
    things: int
    has_names: bool
    group: str

    @property
    def variable(self) -> str:
        """Name of the SPARQL variable of its values, such as “occurredAt”, or “isAboutOf” for “^sjkg:about”."""
        local = self.key.rpartition(":")[2]
        local = re.sub(r"-(\w)", lambda found: found[1].upper(), local)
        return f"is{local[0].upper()}{local[1:]}Of" if self.key.startswith("^") else local

    @property
    def tests(self) -> tuple[tuple[str, str], ...]:
        """Key and English text of each test of a value; the first one is the default."""
        return TESTS[self.sort]

    @property
    def is_column(self) -> bool:
        """True if its values can be shown in a column."""
        return bool(self.path)


def read_kinds(labels: SnapshotLabels, instances: Mapping[str, int]) -> tuple[Kind, ...]:
    """Return all kinds, each after the kind above it; those of events, actors, places and claims first.

    instances: number of instances by IRI of the class.
    """
    rows = [row for row in labels.kinds if row["kind"].value not in HIDDEN_KINDS]
    names = {row["kind"].value: row["label"].value for row in rows}
    above = {row["kind"].value: row["super"].value for row in rows if "super" in row and row["super"].value in names}
    order = {ONTOLOGY + name: position for position, name in enumerate(BUILDER_FIRST)}

    def lineage(iri: str) -> list[str]:
        return [*lineage(above[iri]), iri] if iri in above else [iri]

    def place(iri: str) -> tuple[int, list[str]]:
        line = lineage(iri)
        return order.get(line[0], len(order)), [names[each] for each in line]

    return tuple(
        Kind(
            iri,
            curie(iri),
            names[iri],
            labels.definitions.get(iri, ""),
            lineage(iri)[0],
            len(lineage(iri)) - 1,
            instances[iri],
        )
        for iri in sorted(names, key=place)
        if instances.get(iri)
    )


def read_properties(labels: SnapshotLabels, kind: Kind) -> dict[str, BuilderProperty]:
    """Return the properties of a kind by key: the frequent ones, then the others by name, then those that point to its things."""
    names, definitions = labels.term_names, labels.definitions
    stated, pointing = labels.properties_of(kind.iri)
    found: dict[str, BuilderProperty] = {}
    for row in stated:
        iri = row["property"].value
        if iri not in names or iri in HIDDEN:
            continue
        first = row["first"].value if "first" in row else ""
        sort = _sort_of(row["datatype"].value) if "datatype" in row else "thing"
        found[curie(iri)] = BuilderProperty(
            curie(iri),
            names[iri],
            definitions.get(iri, ""),
            curie(iri),
            sort,
            int(row["things"].value),
            first.startswith(own().all_own) and sort == "thing",
            OTHERS,
        )
    for row in pointing:
        iri, key = row["property"].value, f"^{curie(row['property'].value)}"
        text = f"Things that have this as value of “{names[iri]}”. {definitions.get(iri, '')}".rstrip()
        things = int(row["things"].value)
        found[key] = BuilderProperty(key, f"is “{names[iri]}” of", text, key, "thing", things, True, POINTING)
    root = kind.root.removeprefix(ONTOLOGY)
    for path in BUILDER_PATHS:
        if path["kind"] == root:
            key, name, text = path["key"], path["name"], path["definition"]
            found[key] = BuilderProperty(key, name, text, path["path"], "thing", 0, True, FIRST)
    if root == "Event":
        found[WHEN] = BuilderProperty(WHEN, "when", BUILDER_TEXTS[WHEN], "", "when", 0, False, FIRST)
    if root == "Claim":
        found[FIGURE] = BuilderProperty(FIGURE, "number", BUILDER_TEXTS[FIGURE], "", "figure", 0, False, FIRST)
    return _in_order(found, BUILDER_FIRST.get(root, ()))


def _sort_of(datatype: str) -> Sort:
    """Return the sort of literals of a datatype (IRI)."""
    local = datatype.removeprefix(XSD)
    return "number" if local in NUMBERS else "day" if local in DAYS else "text"


def _in_order(found: Mapping[str, BuilderProperty], first: tuple[str, ...]) -> dict[str, BuilderProperty]:
    """Return properties by key: those in `first`, in its order and in the group FIRST; the others by group and name."""
    leading = {key: replace(found[key], group=FIRST) for key in first if key in found}
    rest = sorted((each for key, each in found.items() if key not in leading), key=lambda each: (each.group, each.name))
    return leading | {each.key: each for each in rest}
