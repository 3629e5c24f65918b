"""Page models of a passage, of a section of the article, and of a footnote or cited work.

A passage is a stretch of the article's text; the statements made in it form a named graph with the passage's IRI.
"""

from dataclasses import dataclass
from itertools import groupby

from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import ONTOLOGY, own
from sjkg.site.claims import Claim, read_claims
from sjkg.site.context import PageContext
from sjkg.site.entity import NAMES, TYPE, EntityPage, entity_page, related_groups
from sjkg.site.model import PassageRef, Property, PropertyGroups, Thing, Value
from sjkg.site.paths import text_fragment
from sjkg.site.remarks import Remark, read_remarks
from sjkg.site.search_page import KINDS
from sjkg.site.wording import PHRASES

KINDS_IN_ORDER = ("event", "actor", "place", "treaty", "work", "footnote", "participation", "claim")
KINDS_LEFT_OUT = ("passage", "remark")
TITLES = {**KINDS, "participation": "Who took part", "claim": "Claims and figures"}
# Properties, as local names of ours or IRIs, that sentences do not repeat, because names or other sentences tell them.
HIDDEN = (*NAMES, "hasParticipation", "duration")
HIDDEN_OF_KINDS = {
    "participation": (TYPE, "participant", "role"),
    "claim": (TYPE, "quantityKind", "materiel", "wording", "outcomeText"),
}
PART_OF = "subsectionOf"
RELATIONS = {"Part of": ((PART_OF,), ()), "Sections within this one": ((), (PART_OF,))}
SHOWN_IN_HEAD = (TYPE, *NAMES, f"{ONTOLOGY}noteNumber", f"{ONTOLOGY}statedIn", f"{ONTOLOGY}describedIn")


@dataclass(frozen=True)
class Subject:
    """A thing about which a passage makes statements. kind: first part of its IRI, such as event or actor."""

    thing: Thing
    kind: str
    statements: tuple[Property, ...]

    @property
    def told(self) -> tuple[tuple[str, tuple[Value, ...]], ...]:
        """Pairs of a verb phrase and values, for a sentence that begins with the name of the thing.

        For a claim or participation they are pairs of a label with a colon, and values. Left out are statements that the
        name of the thing already says, such as actor and role of a participation, and those that the page shows for another
        subject, such as the participations of an event.
        """
        hidden = {*HIDDEN, *HIDDEN_OF_KINDS.get(self.kind, ())}
        found = []
        for prop in self.statements:
            name = prop.iri.removeprefix(ONTOLOGY)
            values = tuple(
                v for v in prop.values if v.text != self.thing.name and (name, v.text) != ("dateBasis", "stated")
            )
            if name not in hidden and values:
                is_sentence = self.kind not in HIDDEN_OF_KINDS
                found.append((PHRASES.get(prop.iri, prop.name) if is_sentence else f"{prop.name}:", values))
        return tuple(found)


@dataclass(frozen=True)
class PassagePage:
    """Content of the page of a passage.

    number: in reading order, from 1. of: number of all passages. opens, closes: first and last words. article: URL that
    scrolls to the passage in the current version of the article. previous, following: neighbouring passages, None at
    the ends. subjects: things with the passage's statements about them. remarks: by the editors, on errors
    and doubts.
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

    @property
    def groups(self) -> tuple[tuple[str, tuple[Subject, ...]], ...]:
        """Pairs of a heading and the subjects of one kind, such as “Events”, in the order of `subjects`."""
        return tuple(
            (TITLES.get(kind, kind.capitalize()), tuple(members))
            for kind, members in groupby(self.subjects, lambda subject: subject.kind)
        )


@dataclass(frozen=True)
class SectionPage:
    """Content of the page of a section of the article.

    related: the article or section that it is a part of, and the sections within it. passages: its stretches of text,
    at most 20, in the order of the article; those of the sections within it are left out. more: the number of further
    passages, which the list of passages has.
    """

    entity: EntityPage
    related: PropertyGroups
    passages: tuple[PassageRef, ...]
    more: int


def passage_page(context: PageContext, iri: str) -> PassagePage:
    """Return the page (dataclass for HTML and JSON) of a passage: position, footnotes, statements, remarks.

    context: access to the snapshot (built graph); records executed queries. iri: of the passage. Raises UnknownName if
    there is no such passage.
    """
    passages = context.labels.passages
    ref = context.labels.passage_of.get(iri)
    if ref is None:
        raise UnknownName(f"there is no passage “{iri.removeprefix(own().ids)}”; all passages are listed at /passages")
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

    context: access to the snapshot (built graph); records executed queries. iri: of the section. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    mentions = [prop for prop in entity.mentions if prop.iri == f"{ONTOLOGY}inSectionOrSubsection"]
    within = {value.iri for prop in mentions for value in prop.values}
    return SectionPage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        passages=tuple(passage for passage in context.labels.passages if passage.iri in within),
        more=sum(prop.more for prop in mentions),
    )


def _read_subjects(context: PageContext, iri: str) -> tuple[Subject, ...]:
    """Return the things about which the passage `iri` makes statements, each with these statements.

    They are sorted by kind, in the order of KINDS_IN_ORDER, then by label.
    """
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
    return iri.removeprefix(own().ids).partition("/")[0]


def _value_without_sources(names: dict[str, str], term: Term) -> Value:
    """Return a term as a Value with no sources, because all statements of the page have the same one.

    names: label of each IRI.
    """
    if isinstance(term, Iri):
        return Value(names[term.value], term.value, None, None, ())
    return Value(term.value, None, term.language, term.datatype, ())


@dataclass(frozen=True)
class CitedPage:
    """Content of the web page about a footnote of the article or a work (book, paper, …) that it cites.

    facts: statements about it, without class, name and number of the footnote. passages: those with a note that cites it,
    in the order of the article. claims: those of these passages. earlier_claims: claims of earlier passages of the same
    paragraphs, for which it is the next note: pairs of the number of passages from the claim to the note, and the claim.
    remarks: by the editors, on errors and doubts.
    """

    entity: EntityPage
    facts: tuple[Property, ...]
    claims: tuple[Claim, ...]
    earlier_claims: tuple[tuple[int, Claim], ...]
    passages: tuple[PassageRef, ...]
    remarks: tuple[Remark, ...]


def cited_page(context: PageContext, iri: str) -> CitedPage:
    """Return the page (dataclass for HTML and JSON) of a footnote or work: the claims and passages that cite it.

    context: access to the snapshot (built graph); records executed queries. iri: of the footnote or work. Raises
    UnknownName if the graph has no statement with it as subject or object.
    """
    labels = context.labels
    entity = entity_page(context, iri)
    passages = {labels.passage_of[row["passage"].value] for row in context.query("citing-passages", thing=Iri(iri))}
    claims = sorted(
        read_claims(labels, context.query("citing-claims", thing=Iri(iri))),
        key=lambda claim: (claim.source.number or 0, claim.label),
    )
    numbers = {passage.number for passage in passages}
    return CitedPage(
        entity=entity,
        facts=tuple(prop for prop in entity.statements if prop.iri not in SHOWN_IN_HEAD),
        claims=tuple(claim for claim in claims if not claim.note_is_later),
        earlier_claims=tuple(
            (
                min(number - (claim.source.number or 0) for number in numbers if number > (claim.source.number or 0)),
                claim,
            )
            for claim in claims
            if claim.note_is_later
        ),
        passages=tuple(sorted(passages, key=lambda passage: passage.number)),
        remarks=read_remarks(context, iri),
    )
