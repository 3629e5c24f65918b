"""Page models of a passage and of a section of the article.

A passage is a stretch of the article's text; the statements made in it form a named graph with the passage's IRI.
"""

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
RELATIONS = {"Part of": ((PART_OF,), ()), "Sections within this one": ((), (PART_OF,))}


@dataclass(frozen=True)
class Subject:
    """A thing about which a passage makes statements. kind: first part of its IRI, such as event or actor."""

    thing: Thing
    kind: str
    statements: tuple[Property, ...]


@dataclass(frozen=True)
class PassagePage:
    """Content of the page of a passage.

    number: in reading order, from 1. of: number of all passages. opens, closes: first and last words. article: URL that
    scrolls to the passage in the current version of the article. previous, following: neighbouring passages, None at
    the ends. subjects: things with the passage's statements about them. remarks: by the editors.
    """

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
    """Content of the page of a section: related sections, and its passages in the order of the article."""

    entity: EntityPage
    related: PropertyGroups
    passages: tuple[PassageRef, ...]


def passage_page(context: PageContext, iri: str) -> PassagePage:
    """Return the page (dataclass for HTML and JSON) of a passage: position, footnotes, statements, remarks.

    context: access to the snapshot; records executed queries. iri: of the passage. Raises UnknownName if there is no
    such passage.
    """
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
        subjects=_read_subjects(context, iri),
        remarks=read_remarks(context, iri, "passage-remarks"),
    )


def section_page(context: PageContext, iri: str) -> SectionPage:
    """Return the page (dataclass for HTML and JSON) of a section of the article, with its passages.

    context: access to the snapshot; records executed queries. iri: of the section. Raises UnknownName if the graph has
    no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    within = {value.iri for prop in entity.mentions if prop.iri == f"{ONTOLOGY}inSection" for value in prop.values}
    return SectionPage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        passages=tuple(passage for passage in context.labels.passages if passage.iri in within),
    )


def _read_subjects(context: PageContext, iri: str) -> tuple[Subject, ...]:
    """Return the things in the graph of the passage `iri` with its statements, by KINDS_IN_ORDER, then by label."""
    rows = context.query("passage-statements", thing=Iri(iri))
    names = context.labels.names(t.value for row in rows for t in (row["subject"], row["value"]) if isinstance(t, Iri))
    subjects: dict[str, dict[str, list[Value]]] = {}
    for row in rows:
        subject, prop = row["subject"].value, row["property"].value
        if _kind_of_iri(subject) not in KINDS_LEFT_OUT:
            subjects.setdefault(subject, {}).setdefault(prop, []).append(_value_without_sources(names, row["value"]))

    def statements(properties: dict[str, list[Value]]) -> tuple[Property, ...]:
        found = (
            Property(prop, context.labels.name(prop), tuple(sorted(values, key=lambda value: value.text)))
            for prop, values in properties.items()
        )
        return tuple(sorted(found, key=lambda prop: (prop.iri != TYPE, prop.name)))

    found = [Subject(Thing(iri, names[iri]), _kind_of_iri(iri), statements(subjects[iri])) for iri in subjects]
    order = {kind: position for position, kind in enumerate(KINDS_IN_ORDER)}
    return tuple(sorted(found, key=lambda subject: (order.get(subject.kind, len(order)), subject.thing.name)))


def _kind_of_iri(iri: str) -> str:
    """Return the first part of the IRI of an entity, such as event, actor or place."""
    return iri.removeprefix(IDS).partition("/")[0]


def _value_without_sources(names: dict[str, str], term: Term) -> Value:
    """Return a term as a Value with no sources, because all statements of the page have the same one.

    names: label of each IRI.
    """
    if isinstance(term, Iri):
        return Value(names[term.value], term.value, None, None, ())
    return Value(term.value, None, term.language, term.datatype, ())
