"""Triples derived by rule before reasoning: date bounds, and the results of CONSTRUCT queries in ontology/rules/.

A bound is the first or last possible day of the begin or end of an event. The rule date-bounds reads them from the
event's own dates; the rule parts-and-order from sub-events and from sjkg:before and sjkg:after.
"""

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
from sjkg.derive.evaluate import run_construct
from sjkg.kb.queries import read_query_files
from sjkg.turtle.triples import Triple

DATE, PRECISION, EVENT_KIND = (URIRef(ONTOLOGY + name) for name in ("date", "datePrecision", "eventKind"))
AVERTED = URIRef(PREFIXES["kind"] + "averted")
RULES = "ontology/rules"
DATE_BOUNDS, PARTS_AND_ORDER = "date-bounds", "parts-and-order"  # names of the built-in rules

TripleT = TypeVar("TripleT")


@dataclass(frozen=True)
class Derivation(Generic[TripleT]):
    """The derivation of a triple: the rule's name, and as premises the triples that it was derived from."""

    rule: str
    premises: tuple[TripleT, ...]


Derivations = dict[Triple, Derivation[Triple]]


def derive_triples(asserted: Graph, root: Path) -> Derivations:
    """Return a dict from each triple that follows from the triples `asserted` by rule to its derivation (rule
    and premises).

    root: the folder of the knowledge base, whose rules are the CONSTRUCT queries in ontology/rules/.
    A triple that several rules, or several solutions of one, give has one derivation: the first by name of the rule, then
    by the matched triples. Literals that are not EDTF are skipped; `sjkg validate` reports them.
    Raises BrokenInput when a rule is not a valid CONSTRUCT query.
    """
    derived = derive_date_triples(asserted)
    for rule in read_query_files(root / RULES):
        for constructed, premises in sorted(run_construct(rule, asserted), key=lambda row: row[1]):
            for triple in constructed:
                derived.setdefault(triple, Derivation(rule.name, tuple(premises)))
    return derived


def derive_date_triples(asserted: Graph) -> Derivations:
    """Return a dict from each derived triple about dates to its derivation (rule and premises).

    These are the precision (sjkg:datePrecision) of each thing with an sjkg:date, and the bounds of events
    (sjkg:earliestBegin, latestBegin, earliestEnd, latestEnd). Literals that are not EDTF are skipped.
    """
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
    return derived | dict(_derive_bounds(asserted, dated))


def _derive_bounds(
    asserted: Graph, dated: Mapping[Node, Mapping[Triple, EdtfDate]]
) -> Iterator[tuple[Triple, Derivation[Triple]]]:
    """Yield the bounds of events (sjkg:earliestBegin and so on), each as a triple with its derivation.

    dated: a dict from each event to its sjkg:date triples and the bounds of their values.
    """
    own = {subject: intersect(dates.values()) for subject, dates in dated.items()}
    parts = _find_parts(asserted)
    # (earlier event, later event)
    order = sorted([*asserted.subject_objects(BEFORE), *((o, s) for s, o in asserted.subject_objects(AFTER))])
    combined = propagate(own, parts, order)
    provenance = BoundProvenance(asserted, dated, own, combined, parts, order)
    for subject, bounds in combined.items():
        for name, day in bounds.items():
            rule = DATE_BOUNDS if provenance.is_own(subject, name, day) else PARTS_AND_ORDER
            triple = (subject, URIRef(ONTOLOGY + name), Literal(day.isoformat(), datatype=XSD.date))
            yield triple, Derivation(rule, provenance.premises(subject, name, day))


def _find_parts(asserted: Graph) -> list[Pair]:
    """Return the sorted pairs (sub-event, event it is part of), transitive ones included, without averted sub-events."""
    pairs: set[Pair] = set()
    for part in set(asserted.subjects(PART_OF)):
        if (part, EVENT_KIND, AVERTED) not in asserted:
            pairs |= {
                (part, whole)
                for whole in asserted.transitive_objects(part, PART_OF)
                if whole is not None and whole != part
            }
    return sorted(pairs)
