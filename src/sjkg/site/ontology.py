"""Page models of the ontology and its vocabularies: all terms, one class or property, one vocabulary, one concept.

A term is a class or property of our ontology. A vocabulary is a SKOS concept scheme. A rule is a constraint of a SHACL
shape. An alignment is a mapping of a term to a term of another vocabulary.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, shorten
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import EntityPage, entity_page, read_value, related_groups
from sjkg.site.model import Property, PropertyGroups, Thing, Value
from sjkg.site.shapes import ShapeRule, read_rules
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.precomputed import Row
from sjkg.snapshot.index.read import FacetSelection, Index
from sjkg.snapshot.statistics import Statistics

RDFS, OWL, SKOS = PREFIXES["rdfs"], PREFIXES["owl"], PREFIXES["skos"]
BROADER_TERMS = (f"{RDFS}subClassOf", f"{RDFS}subPropertyOf")
TERM_RELATIONS = {
    "Things that have it (domain)": ((f"{RDFS}domain",), ()),
    "Its values (range)": ((f"{RDFS}range",), ()),
    "Inverse of": ((f"{OWL}inverseOf",), (f"{OWL}inverseOf",)),
    "More general": (BROADER_TERMS, ()),
    "More specific": ((), BROADER_TERMS),
    "Properties that things of this class have": ((), (f"{RDFS}domain",)),
    "Properties whose values are of this class": ((), (f"{RDFS}range",)),
}
IN_SCHEME, BROADER = f"{SKOS}inScheme", f"{SKOS}broader"
CONCEPT_RELATIONS = {
    "In the list of fixed values (vocabulary)": ((IN_SCHEME,), ()),
    "More general": ((BROADER,), ()),
    "More specific": ((), (BROADER,)),
}


@dataclass(frozen=True)
class Alignment:
    """A mapping of a term to a term of another vocabulary.

    vocabulary: IRI of the named graph of the alignment, with the title of the vocabulary as label. relation: mapping
    property, such as rdfs:subClassOf. other: the other term. lost: meaning that the mapping loses, or "".
    """

    vocabulary: Thing
    relation: Thing
    other: Thing
    lost: str


@dataclass(frozen=True)
class Use:
    """A use of a term: a statement with a property, or an instance of a class; its value is then the class."""

    subject: Thing
    value: Value


@dataclass(frozen=True)
class TermPage:
    """Content of the page of a class or property.

    example: text, or "". chains: pairs of properties whose combination implies this one (owl:propertyChainAxiom).
    total: number of its instances or statements, inferred ones included. uses: at most 12 of them, asserted ones if
    there are any. listed: URL path of the list of its asserted instances, or "". rules: SHACL rules that check
    or mention it.
    """

    entity: EntityPage
    example: str
    related: PropertyGroups
    chains: tuple[tuple[Thing, Thing], ...]
    is_class: bool
    total: int
    uses: tuple[Use, ...]
    listed: str
    rules: tuple[ShapeRule, ...]
    alignments: tuple[Alignment, ...]


@dataclass(frozen=True)
class TermEntry:
    """A class or property in the list of all terms. anchor: local name of its IRI. definition, example: text, or ""."""

    iri: str
    anchor: str
    name: str
    definition: str
    example: str

    @property
    def is_class(self) -> bool:
        """True for a class, whose local name begins with a capital letter; False for a property."""
        return self.anchor[0].isupper()


@dataclass(frozen=True)
class OntologyPage:
    """All classes and properties by label, and the concept schemes. iri: of the ontology."""

    iri: str
    schemes: tuple[Thing, ...]
    classes: tuple[TermEntry, ...]
    properties: tuple[TermEntry, ...]


@dataclass(frozen=True)
class VocabularyPage:
    """Content of the page of a concept scheme. concepts: each with its definition, sorted by IRI."""

    entity: EntityPage
    concepts: tuple[tuple[Thing, str], ...]


@dataclass(frozen=True)
class ConceptPage:
    """Content of the page of a concept. uses: statements with it as object, by property, at most 20 for each."""

    entity: EntityPage
    related: PropertyGroups
    uses: tuple[Property, ...]


def term_page(context: PageContext, iri: str, statistics: Statistics) -> TermPage:
    """Return the page (dataclass for HTML and JSON) of a class or property: relations, uses, SHACL rules, mappings.

    Mappings lead to terms of other vocabularies. context: access to the snapshot (built graph); records executed
    queries. iri: of the term. statistics: numbers of instances by class and of statements by property. Raises
    UnknownName if the graph has no statement with it as subject or object.
    """
    labels = context.labels
    entity = entity_page(context, iri)
    is_class = iri.removeprefix(ONTOLOGY)[0].isupper()
    query = "things-of-class" if is_class else "uses-of-property"
    rows = context.query(query, thing=Iri(iri)) or context.query(f"inferred-{query}", thing=Iri(iri))
    chains = [] if is_class else context.query("chains-of-property", thing=Iri(iri))
    return TermPage(
        entity=entity,
        example=next((prop.values[0].text for prop in entity.statements if prop.iri == f"{SKOS}example"), ""),
        related=related_groups(replace(entity, statements=_drop_aligned_values(entity.statements)), TERM_RELATIONS),
        chains=tuple((_label_term(labels, row["first"]), _label_term(labels, row["second"])) for row in chains),
        is_class=is_class,
        total=(statistics.classes if is_class else statistics.properties).get(iri, 0),
        uses=_read_uses(labels, rows, iri),
        listed=_find_list_of_class(context.index, iri) if is_class else "",
        rules=read_rules(labels, context.query("rules-of-term", thing=Iri(iri))),
        alignments=tuple(
            Alignment(
                Thing(row["graph"].value, row["vocabulary"].value),
                _label_term(labels, row["relation"]),
                _label_term(labels, row["other"]),
                row["lost"].value if "lost" in row else "",
            )
            for row in context.query("alignments-of-term", thing=Iri(iri))
        ),
    )


def _drop_aligned_values(statements: Iterable[Property]) -> tuple[Property, ...]:
    """Return the statements about a term without their values in other vocabularies, which the page shows as alignments."""
    return tuple(
        replace(prop, values=tuple(value for value in prop.values if (value.iri or ONTOLOGY).startswith(ONTOLOGY)))
        for prop in statements
    )


def _read_uses(labels: SnapshotLabels, rows: list[Row], term: str) -> tuple[Use, ...]:
    """Return each pair of subject and value in query rows once, with all its named graphs as sources.

    rows: with ?subject, ?graph and optional ?value. term: the IRI to take as the value in rows without ?value.
    """
    graphs: dict[tuple[Term, Term], dict[str, None]] = {}
    for row in rows:
        graphs.setdefault((row["subject"], row.get("value", Iri(term))), {})[row["graph"].value] = None
    names = labels.names(end.value for ends in graphs for end in ends if isinstance(end, Iri))
    return tuple(
        Use(
            Thing(subject.value, names.get(subject.value, subject.value)),
            read_value(labels, value, names.get(value.value), found),
        )
        for (subject, value), found in graphs.items()
    )


def _find_list_of_class(index: Index, kind: str) -> str:
    """Return the URL path of the first list with asserted instances of the class `kind` (IRI); "" if none has any."""
    for each in read_lists().values():
        if each.facet("kind") and index.count(each, FacetSelection({"kind": (kind,)})):
            return f"/{each.name}?kind={shorten(kind)}"
    return ""


def _label_term(labels: SnapshotLabels, term: Term) -> Thing:
    """Return an IRI term with its label."""
    return Thing(term.value, labels.name(term.value))


def ontology_page(context: PageContext) -> OntologyPage:
    """Return the page (dataclass for HTML and JSON) of all classes, properties and concept schemes."""
    entries = {}
    for row in context.query("ontology"):
        iri = row["term"].value
        definition, example = (row[key].value if key in row else "" for key in ("definition", "example"))
        entries[iri] = TermEntry(iri, iri.removeprefix(ONTOLOGY), row["label"].value, definition, example)
    ordered = sorted(entries.values(), key=lambda entry: entry.name)
    return OntologyPage(
        ONTOLOGY.rstrip("#"),
        tuple(Thing(row["scheme"].value, row["label"].value) for row in context.query("schemes")),
        tuple(entry for entry in ordered if entry.is_class),
        tuple(entry for entry in ordered if not entry.is_class),
    )


def vocabulary_page(context: PageContext, iri: str) -> VocabularyPage:
    """Return the page (dataclass for HTML and JSON) of a concept scheme: its concepts with definitions.

    context: access to the snapshot (built graph); records executed queries. iri: of the scheme. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    labels = context.labels
    members = sorted(term for term in labels.definitions if term.startswith(f"{iri}/"))
    concepts = tuple((Thing(term, labels.name(term)), labels.definitions[term]) for term in members)
    return VocabularyPage(entity_page(context, iri), concepts)


def concept_page(context: PageContext, iri: str) -> ConceptPage:
    """Return the page (dataclass for HTML and JSON) of a concept: its relations, and statements with it as object.

    context: access to the snapshot (built graph); records executed queries. iri: of the concept. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    uses = tuple(prop for prop in entity.mentions if prop.iri != BROADER)
    return ConceptPage(entity, related_groups(entity, CONCEPT_RELATIONS), uses)
