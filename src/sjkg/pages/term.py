"""The page of a class or property of the ontology: what it means, what it hangs together with, and how it is used."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sjkg.index.definitions import read_lists
from sjkg.index.read import Choice
from sjkg.pages.around import Groups, around
from sjkg.pages.ask import Asker, Row
from sjkg.pages.claims import Thing
from sjkg.pages.entity import EntityPage, Property, Value, entity_page, extend, read_value
from sjkg.pages.frame import Frame
from sjkg.pages.shapes import Rule, read_rules
from sjkg.statistics import Statistics
from sjkg.store.terms import Iri
from sjkg.vocab import ONTOLOGY, PREFIXES, shorten

RDFS, OWL, SKOS = PREFIXES["rdfs"], PREFIXES["owl"], PREFIXES["skos"]
WIDER = (f"{RDFS}subClassOf", f"{RDFS}subPropertyOf")
TERM_RELATIONS = {
    "Said of": ((f"{RDFS}domain",), ()),
    "Leads to": ((f"{RDFS}range",), ()),
    "Inverse of": ((f"{OWL}inverseOf",), (f"{OWL}inverseOf",)),
    "Wider": (WIDER, ()),
    "Narrower": ((), WIDER),
    "Properties of it": ((), (f"{RDFS}domain",)),
    "Properties that lead to it": ((), (f"{RDFS}range",)),
}


@dataclass(frozen=True)
class Alignment:
    """What a term of ours is in another vocabulary. relation: how the two are related; lost: what is lost by going over."""

    vocabulary: Thing
    relation: Thing
    other: Thing
    lost: str


@dataclass(frozen=True)
class Use:
    """A statement with the property; of a class, a thing that is of it, and then the value is the class."""

    subject: Thing
    value: Value


@dataclass(frozen=True)
class TermPage(EntityPage):
    """A class or property. chains: pairs of properties that make it together; total: how many statements or things there
    are, inferred ones included; uses: some of them, by their subjects; listed: where a list has them all, if one does.
    """

    example: str
    around: Groups
    chains: tuple[tuple[Thing, Thing], ...]
    is_class: bool
    total: int
    uses: tuple[Use, ...]
    listed: str
    rules: tuple[Rule, ...]
    alignments: tuple[Alignment, ...]


def term_page(asker: Asker, frame: Frame, iri: str, figures: Statistics) -> TermPage:
    """Return the page of a term. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    is_class = iri.removeprefix(ONTOLOGY)[0].isupper()
    query = "things-of-class" if is_class else "uses-of-property"
    rows = asker.ask(query, thing=Iri(iri)) or asker.ask(f"inferred-{query}", thing=Iri(iri))
    return extend(
        page,
        TermPage,
        example=next((prop.values[0].text for prop in page.statements if prop.iri == f"{SKOS}example"), ""),
        around=around(replace(page, statements=_ours(page.statements)), TERM_RELATIONS),
        chains=() if is_class else _chains(frame, asker.ask("chains-of-property", thing=Iri(iri))),
        is_class=is_class,
        total=(figures.classes if is_class else figures.properties).get(iri, 0),
        uses=_uses(frame, rows, iri),
        listed=_list_of(frame, iri) if is_class else "",
        rules=read_rules(frame, asker.ask("rules-of-term", thing=Iri(iri))),
        alignments=_alignments(frame, asker.ask("alignments-of-term", thing=Iri(iri))),
    )


def _ours(statements: Iterable[Property]) -> tuple[Property, ...]:
    """Return statements without what leads to other vocabularies; alignments tell that, with what is lost."""
    return tuple(
        replace(prop, values=tuple(value for value in prop.values if (value.iri or ONTOLOGY).startswith(ONTOLOGY)))
        for prop in statements
    )


def _chains(frame: Frame, rows: Iterable[Row]) -> tuple[tuple[Thing, Thing], ...]:
    return tuple(tuple(_thing(frame, row[key].value) for key in ("first", "second")) for row in rows)


def _uses(frame: Frame, rows: list[Row], term: str) -> tuple[Use, ...]:
    """Return each statement once, with all the graphs where it was found."""
    graphs: dict[tuple, dict[str, None]] = {}
    for row in rows:
        graphs.setdefault((row["subject"], row.get("value", Iri(term))), {})[row["graph"].value] = None
    names = frame.names(end.value for ends in graphs for end in ends if isinstance(end, Iri))
    return tuple(
        Use(
            Thing(subject.value, names.get(subject.value, subject.value)),
            read_value(frame, value, names.get(value.value), found),
        )
        for (subject, value), found in graphs.items()
    )


def _list_of(frame: Frame, kind: str) -> str:
    """Return the address of the list that has all things that are written down as of this kind, nothing where none has."""
    for one in read_lists().values():
        if one.facet("kind") and frame.index.count(one, Choice({"kind": (kind,)})):
            return f"/{one.name}?kind={shorten(kind)}"
    return ""


def _alignments(frame: Frame, rows: Iterable[Row]) -> tuple[Alignment, ...]:
    return tuple(
        Alignment(
            Thing(row["graph"].value, row["vocabulary"].value),
            _thing(frame, row["relation"].value),
            _thing(frame, row["other"].value),
            row["lost"].value if "lost" in row else "",
        )
        for row in rows
    )


def _thing(frame: Frame, iri: str) -> Thing:
    return Thing(iri, frame.name(iri))
