"""Parts that the page models of all things share: names, statements with their sources, mentions, related things, links.

A thing is an IRI of the graph. A mention is a statement with the thing as object. The sources of a statement are the
named graphs that contain it, such as a passage of the article or the graph of inferences. An identity link leads to
a thing of another dataset, such as Wikidata.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, curie, own, shorten
from sjkg.describe.documents import check_known
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.model import Name, Property, PropertyGroups, Thing, Value
from sjkg.snapshot.index.precomputed import Row
from sjkg.snapshot.index.read import SqlRow
from sjkg.store.sorted_quads import SortedQuads

TYPE = PREFIXES["rdf"] + "type"
NAMES = (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label", PREFIXES["sh"] + "name")
SORTS_OF_NAMES = {
    PREFIXES["skos"] + "prefLabel": "",
    f"{ONTOLOGY}transliteration": "transliteration",
    f"{ONTOLOGY}spellingVariant": "spelling variant",
    f"{ONTOLOGY}garbledName": "garbled in the article",
    PREFIXES["skos"] + "altLabel": "",
}
DESCRIPTIONS = tuple(PREFIXES["dcterms"] + name for name in ("abstract", "description")) + (
    PREFIXES["skos"] + "definition",
    PREFIXES["sh"] + "message",
)
RETIRED = f"{ONTOLOGY}RetiredIri"
LINKED_THING = f"{ONTOLOGY}linkedThing"
NAME_ELSEWHERE = f"{ONTOLOGY}nameElsewhere"
REFUSED = f"{PREFIXES['verdict']}refused"
MAX_MENTIONS = 20
MAX_STATEMENTS_INCLUDED = 250  # about 100 kB of HTML
# Title of each group -> properties of the thing, and properties of other things that point to it.
# Terms of our ontology are written as local names, others as full IRIs.
Relations = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True)
class IdentityLink:
    """A link from a thing to a thing of another dataset, accepted or refused by the editors.

    iri: of the other thing. identifier: of that thing in its dataset, or else its IRI. match: property of the match,
    such as sjkg:sameThing. evidence: reason for the link, as text. status: number of its sources (a concept), or None.
    is_refused: whether the match does not hold. note: remark of the editors, "" if there is none. link: IRI of the link itself.
    """

    iri: str
    identifier: str
    dataset: Thing
    match: Thing
    evidence: str
    status: Thing | None
    is_refused: bool
    note: str
    link: str


@dataclass(frozen=True)
class NameElsewhere:
    """A name that another dataset has for a thing. language: BCP 47 tag."""

    text: str
    language: str | None
    dataset: Thing


@dataclass(frozen=True)
class EntityPage:
    """Statements about one thing, and mentions of it, that is, statements with the thing as object.

    short: its CURIE. title: preferred English name. types: classes. description: summary or definition, or "".
    identity_links: links to things of other datasets, refused ones included. names_elsewhere: its names there. statements: by property. mentions: by property, at most
    20 for each.
    """

    iri: str
    short: str
    title: str
    types: tuple[Thing, ...]
    description: str
    identity_links: tuple[IdentityLink, ...]
    names_elsewhere: tuple[NameElsewhere, ...]
    statements: tuple[Property, ...]
    mentions: tuple[Property, ...]

    @property
    def has_long_statements(self) -> bool:
        """True if there are more statements and mentions than the page of an event or another main kind includes."""
        return sum(len(prop.values) for prop in (*self.statements, *self.mentions)) > MAX_STATEMENTS_INCLUDED

    @property
    def document(self) -> str:
        """URL path, without file ending, of the RDF about the thing; "" if there is none, as for a retired IRI.

        It is /data/… for an entity, such as an event, and /graph/… for a graph. For any other IRI, such as a term of the ontology, it is
        /graph/… of the first named graph, by IRI, that asserts a statement about it.
        """
        if self.iri.startswith(own().graphs):
            return f"/graph/{self.iri.removeprefix(own().graphs)}"
        if any(thing.iri == RETIRED for thing in self.types):
            return ""
        if self.iri.startswith(own().ids):
            return f"/data/{self.iri.removeprefix(own().ids)}"
        graphs = {source.graph for prop in self.statements for value in prop.values for source in value.sources}
        asserted = sorted(
            g for g in graphs if g not in (own().inferred, own().derived) and not g.startswith(f"{own().links}/")
        )
        return f"/graph/{asserted[0].removeprefix(own().graphs)}" if asserted else ""


def entity_page(context: PageContext, iri: str) -> EntityPage:
    """Return the page (dataclass for HTML and JSON) of any thing: statements about it, and those with it as object.

    context: access to the snapshot (built graph); records executed queries. iri: of the thing. At most 5,000 statements
    about it and 2,000 mentions (statements with it as object) are read. Raises UnknownName if the graph has neither
    statements nor mentions.
    """
    labels = context.labels
    outgoing = context.query("statements", thing=Iri(iri))
    incoming = context.query("mentions", thing=Iri(iri))
    if not outgoing and not incoming:
        raise UnknownName(f"the data have no statement about {shorten(iri)}; search for it at /search")
    statements = group_properties(labels, outgoing, "value")
    mentions = group_properties(labels, incoming, "subject", MAX_MENTIONS)
    first = {prop.iri: prop.values[0] for prop in statements}
    return EntityPage(
        iri=iri,
        short=curie(iri),
        title=next((first[name].text for name in NAMES if name in first), None) or labels.names([iri])[iri],
        types=_select_types(statements),
        description=next((first[name].text for name in DESCRIPTIONS if name in first), ""),
        identity_links=read_identity_links(context, iri) if any(p.iri == LINKED_THING for p in mentions) else (),
        names_elsewhere=read_names_elsewhere(context, iri) if NAME_ELSEWHERE in first else (),
        statements=statements,
        mentions=mentions,
    )


def find_entity(context: PageContext, iri: str, sorted_quads: SortedQuads) -> EntityPage:
    """Return what `entity_page` returns, after a check that one of our IRIs is known and not deprecated.

    sorted_quads: of the same snapshot. Raises UnknownName if the graph has neither statements nor mentions, and Retired for a
    deprecated IRI.
    """
    if iri.startswith(own().ids):
        check_known(sorted_quads, iri)
    return entity_page(context, iri)


def _select_types(statements: Iterable[Property]) -> tuple[Thing, ...]:
    """Return the classes of a thing that are asserted, or the inferred ones if none is asserted."""
    types = [(value.iri, value) for prop in statements if prop.iri == TYPE for value in prop.values if value.iri]
    asserted = [(iri, value) for iri, value in types if not value.is_only_inferred]
    return tuple(Thing(iri, value.text) for iri, value in asserted or types)


def group_properties(
    labels: SnapshotLabels, rows: Iterable[Row], end: str, max_values: int | None = None
) -> tuple[Property, ...]:
    """Return the statements in query rows as properties, each with its values, each value once with all its sources.

    rows: a row is a statement in one named graph: it has ?property, ?graph, a variable for the value, and optionally
    the value's ?label. end: name of the variable for the value, such as “subject” for statements that point to a thing.
    max_values: maximum number of values of a property, or None for all; the first ones by text are kept, and
    `Property.more` counts the others. The result has rdf:type first, then the other properties by label.
    """
    rows = list(rows)
    names = labels.names(row[end].value for row in rows if isinstance(row[end], Iri) and "label" not in row)
    graphs: dict[str, dict[Term, dict[str, None]]] = {}
    value_labels: dict[Term, str | None] = {}
    for row in rows:
        term = row[end]
        value_labels.setdefault(term, row["label"].value if "label" in row else names.get(term.value))
        graphs.setdefault(row["property"].value, {}).setdefault(term, {})[row["graph"].value] = None

    def values(terms: dict[Term, dict[str, None]]) -> tuple[Value, ...]:
        kept = sorted(terms, key=lambda term: term.value)[:max_values]
        return tuple(read_value(labels, term, value_labels[term], terms[term]) for term in kept)

    properties = (
        Property(iri, labels.name(iri), values(terms), max(0, len(terms) - (max_values or len(terms))))
        for iri, terms in graphs.items()
    )
    return tuple(sorted(properties, key=lambda prop: (prop.iri != TYPE, prop.name)))


def read_value(labels: SnapshotLabels, term: Term, label: str | None, graphs: Iterable[str]) -> Value:
    """Return an RDF term as a Value with its sources.

    term: the value. label: of an IRI, or None for its default label; ignored for a literal. graphs: IRIs of the named
    graphs that contain the statement.
    """
    sources = tuple(sorted((labels.source(graph) for graph in graphs), key=lambda source: source.name))
    if isinstance(term, Iri):
        return Value(labels.name(term.value, label), term.value, None, None, sources)
    return Value(term.value, None, term.language, term.datatype, sources)


def read_names(statements: Iterable[Property]) -> tuple[Name, ...]:
    """Return each name of a thing once, from the statements about it, preferred names first.

    The sources of a name (the named graphs that state it) are without the graph of OWL inferences, in which every
    spelling variant is a skos:altLabel, too.
    """
    by_property = {prop.iri: prop for prop in statements}
    names: dict[tuple[str, str | None], Name] = {}
    for iri, sort in SORTS_OF_NAMES.items():
        for value in by_property[iri].values if iri in by_property else ():
            sources = tuple(source for source in value.sources if source.sort != "inferred")
            names.setdefault((value.text, value.language), Name(value.text, value.language, sort, sources))
    return tuple(names.values())


def split_inferred(
    properties: Iterable[Property], max_values: int
) -> tuple[list[tuple[Property, Value]], list[tuple[Property, Value]]]:
    """Return the values of properties as two lists of (property, value): values to show, and values to collapse.

    A value is collapsed if it follows by OWL inference only and its property has more than `max_values` values.
    """
    shown: list[tuple[Property, Value]] = []
    folded: list[tuple[Property, Value]] = []
    for prop in properties:
        for value in prop.values:
            is_folded = len(prop.values) > max_values and value.is_only_inferred
            (folded if is_folded else shown).append((prop, value))
    return shown, folded


def read_identity_links(context: PageContext, iri: str) -> tuple[IdentityLink, ...]:
    """Return the links from the thing with this IRI to things of other datasets, sorted by dataset."""
    rows = context.query("identity-links", thing=Iri(iri))
    keys = ("dataset", "match", "status")
    names = context.labels.names(row[key].value for row in rows for key in keys if key in row)
    things = {iri: Thing(iri, name) for iri, name in names.items()}
    return tuple(
        IdentityLink(
            row["other"].value,
            row["identifier"].value if "identifier" in row else row["other"].value,
            things[row["dataset"].value],
            things[row["match"].value],
            row["evidence"].value,
            things[row["status"].value] if "status" in row else None,
            "verdict" in row and row["verdict"].value == REFUSED,
            row["note"].value if "note" in row else "",
            row["link"].value,
        )
        for row in rows
    )


def read_names_elsewhere(context: PageContext, iri: str) -> tuple[NameElsewhere, ...]:
    """Return the names that other datasets have for the thing with this IRI, sorted by language."""
    rows = context.query("names-elsewhere", thing=Iri(iri))
    datasets = context.labels.names(row["dataset"].value for row in rows)
    return tuple(
        NameElsewhere(
            row["name"].value,
            row["language"].value,
            Thing(row["dataset"].value, datasets[row["dataset"].value]),
        )
        for row in rows
    )


def related_groups(entity: EntityPage, relations: Relations) -> PropertyGroups:
    """Return the things that are related to the thing of a page, in groups: pairs of title and properties.

    relations: for each title a pair of property names: those with the thing as subject (outgoing), and those with it as
    object (incoming). Within a group a related thing occurs once, incoming statements come before outgoing ones, and
    incoming statements that follow by OWL inference only are left out. Groups without things are left out, unless
    `Property.more` counts some that were not read.
    """
    groups = []
    for title, (outgoing, incoming) in relations.items():
        seen: set[str] = set()
        found: list[Property] = []
        for prop in (
            *_select_asserted_incoming(entity.mentions, incoming),
            *_select_properties(entity.statements, outgoing),
        ):
            values = tuple(value for value in prop.values if (value.iri or value.text) not in seen)
            seen |= {value.iri or value.text for value in values}
            found += [replace(prop, values=values)] if values or prop.more else []
        if found:
            groups.append((title, tuple(found)))
    return tuple(groups)


def order_by_date(groups: PropertyGroups, dated: Mapping[str, SqlRow]) -> PropertyGroups:
    """Return related things with the events among the values of each property sorted by date; others keep their order.

    dated: rows of the list of events by IRI. Undated events and other things come last.
    """

    def ordered(values: Iterable[Value]) -> tuple[Value, ...]:
        return tuple(sorted(values, key=lambda value: begin_of(dated, value.iri or "")))

    return tuple(
        (title, tuple(replace(prop, values=ordered(prop.values)) for prop in properties))
        for title, properties in groups
    )


def begin_of(dated: Mapping[str, SqlRow], event: str) -> tuple[str, str]:
    """Return the sort key of an event by date: its first and last possible ISO day, “9” for one that is unknown.

    dated: rows of the list of events by IRI; an event that is not among them is undated.
    """
    row = dated.get(event, {})
    return row.get("begin") or "9", row.get("end") or "9"


def _select_properties(properties: Iterable[Property], names: Iterable[str]) -> Iterator[Property]:
    """Yield those of `properties` whose names are in `names`, in the order of `names`.

    names: local names in our ontology, such as “before”, or full IRIs.
    """
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop for prop in properties}
    yield from (by_name[name] for name in names if name in by_name)


def _select_asserted_incoming(properties: Iterable[Property], names: Iterable[str]) -> Iterator[Property]:
    """Yield those of `properties` whose names are in `names`, without values that OWL inference alone gives.

    The properties point to the thing of the page; so their labels, which would read in the wrong direction, become "".
    """
    for prop in _select_properties(properties, names):
        asserted = tuple(v for v in prop.values if any(source.sort != "inferred" for source in v.sources))
        yield replace(prop, name="", values=asserted)
