"""The page of a passage: every statement it makes, by subject, and the way to its words in the article.

The page of a section of the article: its passages in their order."""

from dataclasses import dataclass

from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import IDS, ONTOLOGY, PREFIXES
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.model import PassageRef, Property, PropertyGroups, Thing, Value
from sjkg.site.paths import text_fragment
from sjkg.site.relations import related_groups
from sjkg.site.remarks import Remark, read_remarks
from sjkg.snapshot.index.precomputed import Row

ORDER = ("event", "actor", "place", "treaty", "work", "footnote", "participation", "claim")
LEFT_OUT = ("passage", "remark")
TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Subject:
    """One thing that the passage speaks of, and what it says of it."""

    thing: Thing
    kind: str
    statements: tuple[Property, ...]


@dataclass(frozen=True)
class PassagePage:
    """A passage. `article` is the address of its words in the article today, where they may have been changed since."""

    entity: EntityPage
    number: int
    of: int
    section: str
    opens: str
    closes: str
    article: str
    previous: PassageRef | None
    following: PassageRef | None
    footnotes: tuple[Value, ...]
    subjects: tuple[Subject, ...]
    remarks: tuple[Remark, ...]


def passage_page(context: PageContext, iri: str) -> PassagePage:
    """Return the page of a passage. Raises UnknownName when there is none of that name."""
    ref = context.labels.passage_of.get(iri)
    if ref is None:
        raise UnknownName(f"there is no passage {iri.removeprefix(IDS)}; all of them are at /passages")
    entity = entity_page(context, iri)
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in entity.statements}
    opens, closes = by_name["opensWith"][0].text, by_name["closesWith"][0].text
    return PassagePage(
        entity=entity,
        number=ref.number,
        of=len(context.labels.passages),
        section=ref.section,
        opens=opens,
        closes=closes,
        article=text_fragment(opens, closes),
        previous=context.labels.passages[ref.number - 2] if ref.number > 1 else None,
        following=context.labels.passages[ref.number] if ref.number < len(context.labels.passages) else None,
        footnotes=by_name.get("cites", ()),
        subjects=_subjects(context.labels, context.query("passage-statements", thing=Iri(iri))),
        remarks=read_remarks(context.labels, context.query("passage-remarks", thing=Iri(iri))),
    )


def _subjects(labels: SnapshotLabels, rows: list[Row]) -> tuple[Subject, ...]:
    names = labels.names(t.value for row in rows for t in (row["subject"], row["value"]) if isinstance(t, Iri))
    subjects: dict[str, dict[str, list[Value]]] = {}
    for row in rows:
        kind = row["subject"].value.removeprefix(IDS).partition("/")[0]
        if kind not in LEFT_OUT:
            values = subjects.setdefault(row["subject"].value, {}).setdefault(row["property"].value, [])
            values.append(_value(names, row["value"]))

    def subject(iri: str) -> Subject:
        properties = (
            Property(prop, labels.name(prop), tuple(sorted(values, key=lambda value: value.text)))
            for prop, values in subjects[iri].items()
        )
        kind = iri.removeprefix(IDS).partition("/")[0]
        ordered = tuple(sorted(properties, key=lambda prop: (prop.iri != TYPE, prop.name)))
        return Subject(Thing(iri, names[iri]), kind, ordered)

    found = [subject(iri) for iri in subjects]
    return tuple(sorted(found, key=lambda s: (ORDER.index(s.kind) if s.kind in ORDER else len(ORDER), s.thing.name)))


def _value(names: dict[str, str], term: Term) -> Value:
    if isinstance(term, Iri):
        return Value(names[term.value], term.value, None, None, ())
    return Value(term.value, None, term.language, term.datatype, ())


PART_OF = PREFIXES["dcterms"] + "isPartOf"
RELATIONS = {"Part of": ((PART_OF,), ()), "Its sections": ((), (PART_OF,))}


@dataclass(frozen=True)
class SectionPage:
    """A section."""

    entity: EntityPage
    related: PropertyGroups
    passages: tuple[PassageRef, ...]


def section_page(context: PageContext, iri: str) -> SectionPage:
    """Return the page of a section. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    within = {value.iri for prop in entity.mentions if prop.iri == f"{ONTOLOGY}inSection" for value in prop.values}
    return SectionPage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        passages=tuple(passage for passage in context.labels.passages if passage.iri in within),
    )
