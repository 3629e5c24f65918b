"""What is computed from the files by rule, before reasoning: the bounds of dates, conflicts between claims."""

from collections import defaultdict
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from sjkg.bounds import combine, spread
from sjkg.dates import date_bounds
from sjkg.errors import BadDate
from sjkg.evaluate import evaluate
from sjkg.query_files import read_query_files
from sjkg.vocab import ONTOLOGY, PREFIXES

DATE, PRECISION = URIRef(f"{ONTOLOGY}date"), URIRef(f"{ONTOLOGY}datePrecision")
PART_OF, EVENT_KIND = URIRef(f"{ONTOLOGY}directSubEventOf"), URIRef(f"{ONTOLOGY}eventKind")
AVERTED = URIRef(PREFIXES["kind"] + "averted")
BEFORE, AFTER = URIRef(f"{ONTOLOGY}before"), URIRef(f"{ONTOLOGY}after")
RULES = "ontology/rules"


def derive(asserted: Graph, root: Path) -> Graph:
    """Return the derived triples as a new graph: date bounds of every dated thing, and what the rules construct.

    Dates that are no EDTF give nothing here; the shapes report them.
    Raises BrokenInput when a rule cannot be read.
    """
    derived = Graph(bind_namespaces="none")
    for triple in date_triples(asserted):
        derived.add(triple)
    for rule in read_query_files(root / RULES):
        for triple in evaluate(rule, asserted).graph:
            derived.add(triple)
    return derived


def date_triples(asserted: Graph):
    """Yield the precision of every sjkg:date, and the bounds of events that dates, parts and order tell."""
    dated = defaultdict(list)
    for subject, literal in asserted.subject_objects(DATE):
        try:
            dated[subject].append(date_bounds(str(literal)))
        except BadDate:
            continue
    for subject, all_bounds in dated.items():
        for precision in {bounds.precision for bounds in all_bounds}:
            yield subject, PRECISION, URIRef(PREFIXES["precision"] + precision)
    own = {subject: combine(all_bounds) for subject, all_bounds in dated.items()}
    for subject, days in spread(own, _parts(asserted), _order(asserted)).items():
        for name, day in days.items():
            yield subject, URIRef(ONTOLOGY + name), Literal(day.isoformat(), datatype=XSD.date)


def _parts(asserted: Graph) -> list[tuple]:
    """Return the pairs of a part and a whole, directly or not; what did not come about is a part of nothing."""
    parts = sorted(part for part in set(asserted.subjects(PART_OF)) if (part, EVENT_KIND, AVERTED) not in asserted)
    return [
        (part, whole) for part in parts for whole in sorted(set(asserted.transitive_objects(part, PART_OF)) - {part})
    ]


def _order(asserted: Graph) -> list[tuple]:
    """Return the pairs of an earlier and a later event that are stated."""
    return sorted([*asserted.subject_objects(BEFORE), *((o, s) for s, o in asserted.subject_objects(AFTER))])
