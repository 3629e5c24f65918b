"""The page of a passage: every statement it makes, by subject, and the way to its words in the article.

The page of a section of the article: its passages in their order."""

from dataclasses import dataclass

from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import IDS, ONTOLOGY, PREFIXES
from sjkg.site.claims import Thing
from sjkg.site.context import Asker, Frame, PassageRef, Row, text_fragment
from sjkg.site.entity import EntityPage, Property, Value, entity_page, extend
from sjkg.site.related import Groups, around
from sjkg.site.remarks import Remark, read_remarks

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
class PassagePage(EntityPage):
    """A passage. `article` is the address of its words in the article today, where they may have been changed since."""

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


def passage_page(asker: Asker, frame: Frame, iri: str) -> PassagePage:
    """Return the page of a passage. Raises UnknownName when there is none of that name."""
    ref = frame.passage_of.get(iri)
    if ref is None:
        raise UnknownName(f"there is no passage {iri.removeprefix(IDS)}; all of them are at /passages")
    page = entity_page(asker, frame, iri)
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in page.statements}
    opens, closes = by_name["opensWith"][0].text, by_name["closesWith"][0].text
    return extend(
        page,
        PassagePage,
        number=ref.number,
        of=len(frame.passages),
        section=ref.section,
        opens=opens,
        closes=closes,
        article=text_fragment(opens, closes),
        previous=frame.passages[ref.number - 2] if ref.number > 1 else None,
        following=frame.passages[ref.number] if ref.number < len(frame.passages) else None,
        footnotes=by_name.get("cites", ()),
        subjects=_subjects(frame, asker.ask("passage-statements", thing=Iri(iri))),
        remarks=read_remarks(frame, asker.ask("passage-remarks", thing=Iri(iri))),
    )


def _subjects(frame: Frame, rows: list[Row]) -> tuple[Subject, ...]:
    names = frame.names(t.value for row in rows for t in (row["subject"], row["value"]) if isinstance(t, Iri))
    subjects: dict[str, dict[str, list[Value]]] = {}
    for row in rows:
        kind = row["subject"].value.removeprefix(IDS).partition("/")[0]
        if kind not in LEFT_OUT:
            values = subjects.setdefault(row["subject"].value, {}).setdefault(row["property"].value, [])
            values.append(_value(names, row["value"]))

    def subject(iri: str) -> Subject:
        properties = (
            Property(prop, frame.name(prop), tuple(sorted(values, key=lambda value: value.text)))
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
STEPS = {"Part of": ((PART_OF,), ()), "Its sections": ((), (PART_OF,))}


@dataclass(frozen=True)
class SectionPage(EntityPage):
    """A section."""

    around: Groups
    passages: tuple[PassageRef, ...]


def section_page(asker: Asker, frame: Frame, iri: str) -> SectionPage:
    """Return the page of a section. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    within = {value.iri for prop in page.mentions if prop.iri == f"{ONTOLOGY}inSection" for value in prop.values}
    return extend(
        page,
        SectionPage,
        around=around(page, STEPS),
        passages=tuple(passage for passage in frame.passages if passage.iri in within),
    )
