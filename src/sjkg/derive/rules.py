"""What is computed from the files by rule, before reasoning: the bounds of dates, conflicts between claims."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from sjkg.core.errors import BadDate
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.derive.bounds import BoundProvenance, intersect, propagate
from sjkg.derive.edtf import date_bounds
from sjkg.derive.evaluate import construct
from sjkg.kb.queries import read_query_files

DATE, PRECISION = URIRef(f"{ONTOLOGY}date"), URIRef(f"{ONTOLOGY}datePrecision")
PART_OF, EVENT_KIND = URIRef(f"{ONTOLOGY}directSubEventOf"), URIRef(f"{ONTOLOGY}eventKind")
AVERTED = URIRef(PREFIXES["kind"] + "averted")
BEFORE, AFTER = URIRef(f"{ONTOLOGY}before"), URIRef(f"{ONTOLOGY}after")
RULES, DATE_BOUNDS, PARTS_AND_ORDER = "ontology/rules", "date-bounds", "parts-and-order"


@dataclass(frozen=True)
class Derivation:
    """How a triple was derived: the rule's name, and the triples that it was derived from."""

    rule: str
    premises: tuple[tuple, ...]


def derive(asserted: Graph, root: Path) -> Graph:
    """Return the derived triples as a new graph. Raises BrokenInput when a rule cannot be read."""
    derived = Graph(bind_namespaces="none")
    for triple in derivations(asserted, root):
        derived.add(triple)
    return derived


def derivations(asserted: Graph, root: Path) -> dict[tuple, Derivation]:
    """Return how each derived triple comes about: date bounds of every dated thing, and what the rules construct.

    Where several rules, or several rows of one, give a triple, the first counts: by the names of the rules, then by the
    triples of the rows. Dates that are no EDTF give nothing here; the shapes report them.
    Raises BrokenInput when a rule cannot be read.
    """
    derived = date_triples(asserted)
    for rule in read_query_files(root / RULES):
        for constructed, premises in sorted(construct(rule, asserted), key=lambda row: row[1]):
            for triple in constructed:
                derived.setdefault(triple, Derivation(rule.name, tuple(premises)))
    return derived


def date_triples(asserted: Graph) -> dict[tuple, Derivation]:
    """Return the precision of every sjkg:date, and the bounds of events that dates, parts and order tell."""
    dated = defaultdict(dict)
    for subject, literal in asserted.subject_objects(DATE):
        try:
            dated[subject][(subject, DATE, literal)] = date_bounds(str(literal))
        except BadDate:
            continue
    derived = {}
    for subject, dates in dated.items():
        for precision in {bounds.precision for bounds in dates.values()}:
            premises = sorted(triple for triple, bounds in dates.items() if bounds.precision == precision)
            triple = (subject, PRECISION, URIRef(PREFIXES["precision"] + precision))
            derived[triple] = Derivation(DATE_BOUNDS, tuple(premises))
    return derived | dict(_bounds(asserted, dated))


def _bounds(asserted: Graph, dated: dict) -> Iterator[tuple[tuple, Derivation]]:
    own = {subject: intersect(dates.values()) for subject, dates in dated.items()}
    parts, order = _parts(asserted), _order(asserted)
    days_of = propagate(own, parts, order)
    deciding = BoundProvenance(asserted, dated, own, days_of, parts, order)
    for subject, days in days_of.items():
        for name, day in days.items():
            rule = DATE_BOUNDS if deciding.is_own(subject, name, day) else PARTS_AND_ORDER
            triple = (subject, URIRef(ONTOLOGY + name), Literal(day.isoformat(), datatype=XSD.date))
            yield triple, Derivation(rule, deciding.premises(subject, name, day))


def _parts(asserted: Graph) -> list[tuple]:
    """Return the pairs of a part and a whole, directly or not; what did not come about is a part of nothing."""
    parts = sorted(part for part in set(asserted.subjects(PART_OF)) if (part, EVENT_KIND, AVERTED) not in asserted)
    return [
        (part, whole) for part in parts for whole in sorted(set(asserted.transitive_objects(part, PART_OF)) - {part})
    ]


def _order(asserted: Graph) -> list[tuple]:
    """Return the pairs of an earlier and a later event that are stated."""
    return sorted([*asserted.subject_objects(BEFORE), *((o, s) for s, o in asserted.subject_objects(AFTER))])
