"""The pages of a passage and of a section of the article."""

from dataclasses import dataclass

from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import IDS, ONTOLOGY, PREFIXES
from sjkg.site.context import PageContext
from sjkg.site.entity import TYPE, EntityPage, entity_page
from sjkg.site.model import PassageRef, Property, PropertyGroups, Thing, Value
from sjkg.site.paths import text_fragment
from sjkg.site.relations import related_groups
from sjkg.site.remarks import Remark, read_remarks

KINDS_IN_ORDER = ("event", "actor", "place", "treaty", "work", "footnote", "participation", "claim")
KINDS_LEFT_OUT = ("passage", "remark")
PART_OF = PREFIXES["dcterms"] + "isPartOf"
RELATIONS = {"Part of": ((PART_OF,), ()), "Its sections": ((), (PART_OF,))}


@dataclass(frozen=True)
class Subject:
    """A thing that the passage makes statements about. kind: event, actor, … as in its IRI."""

    thing: Thing
    kind: str
    statements: tuple[Property, ...]


@dataclass(frozen=True)
class PassagePage:
    """A passage. of: the number of passages; article: URL that scrolls to the passage in today's version of the article."""

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


@dataclass(frozen=True)
class SectionPage:
    """A section of the article and its passages in their order."""

    entity: EntityPage
    related: PropertyGroups
    passages: tuple[PassageRef, ...]


def passage_page(context: PageContext, iri: str) -> PassagePage:
    """Return the page of a passage. Raises UnknownName if there is no such passage."""
    passages = context.labels.passages
    ref = context.labels.passage_of.get(iri)
    if ref is None:
        raise UnknownName(f"there is no passage “{iri.removeprefix(IDS)}”; all passages are listed at /passages")
    entity = entity_page(context, iri)
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in entity.statements}
    opens, closes = by_name["opensWith"][0].text, by_name["closesWith"][0].text
    return PassagePage(
        entity=entity,
        number=ref.number,
        of=len(passages),
        section=ref.section,
        opens=opens,
        closes=closes,
        article=text_fragment(opens, closes),
        previous=passages[ref.number - 2] if ref.number > 1 else None,
        following=passages[ref.number] if ref.number < len(passages) else None,
        footnotes=by_name.get("cites", ()),
        subjects=_subjects(context, iri),
        remarks=read_remarks(context, iri, "passage-remarks"),
    )


def section_page(context: PageContext, iri: str) -> SectionPage:
    """Return the page of a section. Raises UnknownName if the graph does not describe it."""
    entity = entity_page(context, iri)
    within = {value.iri for prop in entity.mentions if prop.iri == f"{ONTOLOGY}inSection" for value in prop.values}
    return SectionPage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        passages=tuple(passage for passage in context.labels.passages if passage.iri in within),
    )


def _subjects(context: PageContext, iri: str) -> tuple[Subject, ...]:
    """Return the statements in the graph of a passage by subject, in the order of KINDS_IN_ORDER and then by name."""
    rows = context.query("passage-statements", thing=Iri(iri))
    names = context.labels.names(t.value for row in rows for t in (row["subject"], row["value"]) if isinstance(t, Iri))
    subjects: dict[str, dict[str, list[Value]]] = {}
    for row in rows:
        subject, prop = row["subject"].value, row["property"].value
        if _kind(subject) not in KINDS_LEFT_OUT:
            subjects.setdefault(subject, {}).setdefault(prop, []).append(_value(names, row["value"]))

    def statements(properties: dict[str, list[Value]]) -> tuple[Property, ...]:
        found = (
            Property(prop, context.labels.name(prop), tuple(sorted(values, key=lambda value: value.text)))
            for prop, values in properties.items()
        )
        return tuple(sorted(found, key=lambda prop: (prop.iri != TYPE, prop.name)))

    found = [Subject(Thing(iri, names[iri]), _kind(iri), statements(subjects[iri])) for iri in subjects]
    order = {kind: position for position, kind in enumerate(KINDS_IN_ORDER)}
    return tuple(sorted(found, key=lambda subject: (order.get(subject.kind, len(order)), subject.thing.name)))


def _kind(iri: str) -> str:
    """Return the first part of an IRI of a thing of ours: event, actor, …"""
    return iri.removeprefix(IDS).partition("/")[0]


def _value(names: dict[str, str], term: Term) -> Value:
    """Return a term as a Value without sources: all of them are the passage."""
    if isinstance(term, Iri):
        return Value(names[term.value], term.value, None, None, ())
    return Value(term.value, None, term.language, term.datatype, ())
