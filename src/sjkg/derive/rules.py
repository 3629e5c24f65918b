"""Triples derived by rule before reasoning: bounds of dates, and what the CONSTRUCT queries in ontology/rules/ give."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from sjkg.core.errors import BadDate
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.derive.bounds import AFTER, BEFORE, PART_OF, BoundProvenance, Pair, intersect, propagate
from sjkg.derive.edtf import EdtfDate, date_bounds
from sjkg.derive.evaluate import construct
from sjkg.kb.queries import read_query_files
from sjkg.turtle.triples import Triple

DATE, PRECISION, EVENT_KIND = (URIRef(ONTOLOGY + name) for name in ("date", "datePrecision", "eventKind"))
AVERTED = URIRef(PREFIXES["kind"] + "averted")
RULES = "ontology/rules"
DATE_BOUNDS, PARTS_AND_ORDER = "date-bounds", "parts-and-order"  # names of the built-in rules

TripleT = TypeVar("TripleT")


@dataclass(frozen=True)
class Derivation(Generic[TripleT]):
    """The derivation of a triple: the rule's name and the triples it was derived from."""

    rule: str
    premises: tuple[TripleT, ...]


Derivations = dict[Triple, Derivation[Triple]]


def derivations(asserted: Graph, root: Path) -> Derivations:
    """Return the derivation of each triple that follows by rule; root: the folder of the knowledge base.

    Where several rules, or several rows of one, give a triple, the first counts: by the names of the rules, then by the
    triples of the rows. Literals that are not EDTF are skipped; `sjkg validate` reports them.
    Raises BrokenInput when a rule cannot be read.
    """
    derived = date_triples(asserted)
    for rule in read_query_files(root / RULES):
        for constructed, premises in sorted(construct(rule, asserted), key=lambda row: row[1]):
            for triple in constructed:
                derived.setdefault(triple, Derivation(rule.name, tuple(premises)))
    return derived


def date_triples(asserted: Graph) -> Derivations:
    """Return the derivations of the precision of every sjkg:date, and of the bounds of events."""
    dated: dict[Node, dict[Triple, EdtfDate]] = defaultdict(dict)
    for subject, literal in asserted.subject_objects(DATE):
        try:
            dated[subject][(subject, DATE, literal)] = date_bounds(str(literal))
        except BadDate:
            continue
    derived: Derivations = {}
    for subject, dates in dated.items():
        for precision in {bounds.precision for bounds in dates.values()}:
            premises = sorted(triple for triple, bounds in dates.items() if bounds.precision == precision)
            derived[subject, PRECISION, URIRef(PREFIXES["precision"] + precision)] = Derivation(
                DATE_BOUNDS, tuple(premises)
            )
    return derived | dict(_bounds(asserted, dated))


def _bounds(
    asserted: Graph, dated: Mapping[Node, Mapping[Triple, EdtfDate]]
) -> Iterator[tuple[Triple, Derivation[Triple]]]:
    """Yield the triples of the bounds of events, with their derivations."""
    own = {subject: intersect(dates.values()) for subject, dates in dated.items()}
    parts, order = _parts(asserted), _order(asserted)
    combined = propagate(own, parts, order)
    provenance = BoundProvenance(asserted, dated, own, combined, parts, order)
    for subject, bounds in combined.items():
        for name, day in bounds.items():
            rule = DATE_BOUNDS if provenance.is_own(subject, name, day) else PARTS_AND_ORDER
            triple = (subject, URIRef(ONTOLOGY + name), Literal(day.isoformat(), datatype=XSD.date))
            yield triple, Derivation(rule, provenance.premises(subject, name, day))


def _parts(asserted: Graph) -> list[Pair]:
    """Return the sorted pairs of part and whole, direct or not; averted events are not parts of anything."""
    pairs: set[Pair] = set()
    for part in set(asserted.subjects(PART_OF)):
        if (part, EVENT_KIND, AVERTED) not in asserted:
            pairs |= {
                (part, whole)
                for whole in asserted.transitive_objects(part, PART_OF)
                if whole is not None and whole != part
            }
    return sorted(pairs)


def _order(asserted: Graph) -> list[Pair]:
    """Return the sorted pairs of earlier and later event that are asserted by sjkg:before or sjkg:after."""
    return sorted([*asserted.subject_objects(BEFORE), *((o, s) for s, o in asserted.subject_objects(AFTER))])
