"""What is computed from the files by rule, before reasoning: the bounds of dates, conflicts between claims."""

from collections import defaultdict
from datetime import date
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from sjkg.dates import Bounds, date_bounds
from sjkg.errors import BadDate
from sjkg.evaluate import evaluate
from sjkg.query_files import read_query_files
from sjkg.vocab import ONTOLOGY, PREFIXES

DATE, PRECISION = URIRef(f"{ONTOLOGY}date"), URIRef(f"{ONTOLOGY}datePrecision")
PART_OF, EVENT_KIND = URIRef(f"{ONTOLOGY}directSubEventOf"), URIRef(f"{ONTOLOGY}eventKind")
AVERTED = URIRef(PREFIXES["kind"] + "averted")
NAMES = ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")
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
    """Yield the four bounds and the precision of everything that has a sjkg:date, and what parts tell of their wholes.

    Several dates of one event: where all can be true they narrow each other; where they cannot, the bounds
    span all of them, and nothing is decided.
    """
    dated = defaultdict(list)
    for subject, literal in asserted.subject_objects(DATE):
        try:
            dated[subject].append(date_bounds(str(literal)))
        except BadDate:
            continue
    for subject, all_bounds in dated.items():
        for precision in {bounds.precision for bounds in all_bounds}:
            yield subject, PRECISION, URIRef(PREFIXES["precision"] + precision)
    bounds = {subject: combine(all_bounds) for subject, all_bounds in dated.items()}
    for subject, days in _widen_wholes(bounds, asserted).items():
        for name, day in days.items():
            if day is not None:
                yield subject, URIRef(ONTOLOGY + name), Literal(day.isoformat(), datatype=XSD.date)


def _widen_wholes(bounds: dict, asserted: Graph) -> dict:
    """Return the bounds with what parts tell: a whole has begun once a part has, and has not ended before a part has.

    A part that did not come about tells nothing, nor does one that lies outside its whole.
    """
    widened = defaultdict(lambda: dict.fromkeys(NAMES), {subject: dict(days) for subject, days in bounds.items()})
    for part, days in bounds.items():
        if days["latestBegin"] is None or days["earliestEnd"] is None or (part, EVENT_KIND, AVERTED) in asserted:
            continue
        for whole in set(asserted.transitive_objects(part, PART_OF)) - {part}:
            found = widened[whole]
            if _lies_within(days, found):
                found["latestBegin"] = min(filter(None, (found["latestBegin"], days["latestBegin"])))
                found["earliestEnd"] = max(filter(None, (found["earliestEnd"], days["earliestEnd"])))
    return widened


def _lies_within(part: dict, whole: dict) -> bool:
    begins_after = whole["earliestBegin"] is None or whole["earliestBegin"] <= part["latestBegin"]
    ends_before = whole["latestEnd"] is None or part["earliestEnd"] <= whole["latestEnd"]
    return begins_after and ends_before


def combine(all_bounds: list[Bounds]) -> dict[str, date | None]:
    """Return one set of bounds for several dates of the same thing, by the local names of their properties.

    What has ended by a day has begun by then, and what begins no earlier than a day ends no earlier.
    """
    begin = _meet([(b.earliest_begin, b.latest_begin) for b in all_bounds])
    end = _meet([(b.earliest_end, b.latest_end) for b in all_bounds])
    if begin[0] and end[1] and begin[0] > end[1]:
        begin, end = (
            _span([(b.earliest_begin, b.latest_begin) for b in all_bounds]),
            _span([(b.earliest_end, b.latest_end) for b in all_bounds]),
        )
    latest_begin = min(filter(None, (begin[1], end[1])), default=None)
    earliest_end = max(filter(None, (begin[0], end[0])), default=None)
    return dict(zip(NAMES, (begin[0], latest_begin, earliest_end, end[1]), strict=True))


def _meet(ranges: list[tuple]) -> tuple[date | None, date | None]:
    """Return the range that all ranges share, or the one that covers them when they share none."""
    first = max((low for low, _ in ranges if low), default=None)
    last = min((high for _, high in ranges if high), default=None)
    return (first, last) if not (first and last) or first <= last else _span(ranges)


def _span(ranges: list[tuple]) -> tuple[date | None, date | None]:
    """Return the range that covers all ranges; open where one of them is."""
    lows, highs = zip(*ranges, strict=True)
    return (None if None in lows else min(lows), None if None in highs else max(highs))
