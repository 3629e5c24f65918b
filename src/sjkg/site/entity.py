"""Parts that the page models of all things share: names, statements with their sources, and mentions.

A thing is an IRI of the graph. A mention is a statement with the thing as object. The sources of a statement are the
named graphs that contain it, such as a passage of the article or the graph of inferences.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import DERIVED, GRAPHS, IDS, INFERRED, ONTOLOGY, PREFIXES, curie, shorten
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.identity_links import IdentityLink, read_identity_links
from sjkg.site.model import Name, Property, Thing, Value
from sjkg.snapshot.index.precomputed import Row

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
LINK_GRAPHS = f"{GRAPHS}links/"
LINKED_THING = f"{ONTOLOGY}linkedThing"
MAX_MENTIONS = 20


@dataclass(frozen=True)
class EntityPage:
    """Statements about one thing and mentions of it.

    short: its CURIE. title: preferred English name. types: classes. description: summary or definition, or "".
    identity_links: links to the same thing in other datasets. statements: by property. mentions: by property, at most
    20 for each.
    """

    iri: str
    short: str
    title: str
    types: tuple[Thing, ...]
    description: str
    identity_links: tuple[IdentityLink, ...]
    statements: tuple[Property, ...]
    mentions: tuple[Property, ...]

    @property
    def document(self) -> str:
        """URL path, without file ending, of the RDF about the thing; "" if there is none.

        It is /data/… for an entity, and /graph/… of the graph that defines a term.
        """
        if self.iri.startswith(IDS):
            return f"/data/{self.iri.removeprefix(IDS)}"
        graphs = {source.graph for prop in self.statements for value in prop.values for source in value.sources}
        asserted = sorted(g for g in graphs if g not in (INFERRED, DERIVED) and not g.startswith(LINK_GRAPHS))
        return f"/graph/{asserted[0].removeprefix(GRAPHS)}" if asserted else ""


def entity_page(context: PageContext, iri: str) -> EntityPage:
    """Return the page (dataclass for HTML and JSON) of any thing: statements about it, and mentions of it.

    context: access to the snapshot; records executed queries. iri: of the thing. Of more than 5,000 statements or 2,000
    mentions the rest is left out. Raises UnknownName if the graph has neither.
    """
    labels = context.labels
    outgoing = context.query("statements", thing=Iri(iri))
    incoming = context.query("mentions", thing=Iri(iri))
    if not outgoing and not incoming:
        raise UnknownName(f"the graph has no statement about {shorten(iri)}; search for it at /search")
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
        statements=statements,
        mentions=mentions,
    )


def _select_types(statements: Iterable[Property]) -> tuple[Thing, ...]:
    """Return the classes of a thing that are asserted, or the inferred ones if none is asserted."""
    types = [(value.iri, value) for prop in statements if prop.iri == TYPE for value in prop.values if value.iri]
    asserted = [(iri, value) for iri, value in types if not value.is_only_inferred]
    return tuple(Thing(iri, value.text) for iri, value in asserted or types)


def group_properties(
    labels: SnapshotLabels, rows: Iterable[Row], end: str, max_values: int | None = None
) -> tuple[Property, ...]:
    """Return query rows as properties with their values, each value once with the sources of all its rows.

    rows: with ?property, ?graph, a variable for the value and optionally its ?label. end: name of that variable.
    max_values: of each property, the first by text; the others are counted in `Property.more`; None for all. rdf:type
    comes first, then the properties by label.
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

    label: of an IRI, or None to look it up. graphs: IRIs of the named graphs that contain the statement.
    """
    sources = tuple(sorted((labels.source(graph) for graph in graphs), key=lambda source: source.name))
    if isinstance(term, Iri):
        return Value(labels.name(term.value, label), term.value, None, None, sources)
    return Value(term.value, None, term.language, term.datatype, sources)


def read_names(statements: Iterable[Property]) -> tuple[Name, ...]:
    """Return each name of a thing once, from the statements about it, preferred names first.

    Inferred sources are left out, because only inference makes a spelling variant an alternative name.
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

    Values that are only inferred are collapsed if their property has more than `max_values` values.
    """
    shown: list[tuple[Property, Value]] = []
    folded: list[tuple[Property, Value]] = []
    for prop in properties:
        for value in prop.values:
            is_folded = len(prop.values) > max_values and value.is_only_inferred
            (folded if is_folded else shown).append((prop, value))
    return shown, folded
