"""Triples derived by rule before reasoning: date bounds, and the results of CONSTRUCT queries in ontology/rules/.

A bound is the first or last possible day of the begin or end of an event. The rule date-bounds reads them from the
event's own dates; the rule parts-and-order from sub-events, from sjkg:before and sjkg:after, from causes and from durations. The rule order-by-bounds
puts an event before those that can only have begun after it had ended.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from sjkg.core.errors import BadDate
from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, TextTriple, literal_parts, literal_text
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, own
from sjkg.derive.bounds import own_bounds, pairs_in_order, propagate
from sjkg.derive.edtf import EdtfDate, date_bounds
from sjkg.derive.evaluate import PreparedRule, compile_rule, depends_on, run_rule
from sjkg.derive.events import (
    AFTER,
    BEFORE,
    CAUSING,
    DURATION,
    EVENT_KIND,
    PART_OF,
    RETALIATION_FOR,
    find_causes,
    find_durations,
    find_order,
    find_parts,
)
from sjkg.derive.figures import FIGURE_PREDICATES, find_counted
from sjkg.derive.labels import LABEL_PREDICATES, find_labels
from sjkg.kb.queries import read_kb_queries
from sjkg.kb.sources import SourceFile
from sjkg.store.fact_store import FactStore

DATE, PRECISION = (f"<{ONTOLOGY}{name}>" for name in ("date", "datePrecision"))
STATED_IN, DESCRIBED_IN, IN_PERIOD = (f"<{ONTOLOGY}{name}>" for name in ("statedIn", "describedIn", "inPeriod"))
# Properties whose objects a passage describes, too: what claims are about, and who took part.
DESCRIBING = frozenset(f"<{ONTOLOGY}{name}>" for name in ("about", "participant"))
NAMING = frozenset(  # a name alone is not a description
    (
        f"<{PREFIXES['skos']}altLabel>",
        *(f"<{ONTOLOGY}{name}>" for name in ("transliteration", "spellingVariant", "garbledName")),
    )
)
# Kinds (the parts of IRIs after id/) of entities that are stated in a passage as objects of its triples, too:
OBJECTS_STATED = ("actor", "claim", "event", "place", "treaty", "work")
WHOLES = frozenset((PART_OF, f"<{ONTOLOGY}subEventOf>"))
XSD_DATE = f"{PREFIXES['xsd']}date"
RULES = "ontology/rules"
# names of the built-in rules
DATE_BOUNDS, PARTS_AND_ORDER, ORDER_BY_BOUNDS = "date-bounds", "parts-and-order", "order-by-bounds"
FIGURES_THAT_COUNT, LABELS, PASSAGES = "figures-that-count", "labels", "passages"
DATE_RULES = (DATE_BOUNDS, PARTS_AND_ORDER, ORDER_BY_BOUNDS)
BUILT_IN_RULES = frozenset((*DATE_RULES, FIGURES_THAT_COUNT, LABELS, PASSAGES))
DATE_PREDICATES = (
    DATE,
    EVENT_KIND,
    PART_OF,
    BEFORE,
    AFTER,
    *CAUSING,
    RETALIATION_FOR,
    IN_PERIOD,
    DURATION,
)  # of the premises of these three

TripleT = TypeVar("TripleT")


@dataclass(frozen=True)
class Derivation(Generic[TripleT]):
    """The derivation of a triple: the name of a rule, and as premises the triples from which the rule derived it."""

    rule: str
    premises: tuple[TripleT, ...]


Derivations = dict[TextTriple, Derivation[TextTriple]]
NO_DERIVATIONS: Derivations = {}


class _Step(NamedTuple):
    """A step of `derive_triples`.

    rules: the names of its rules. predicates: those on whose triples its result depends, None for any. derived_predicates:
    those of the triples that it derives, if earlier steps may derive them, too; None for any. derive: returns the derivations.
    """

    rules: Sequence[str]
    predicates: Collection[TextTerm] | None
    derived_predicates: Collection[TextTerm] | None
    derive: Callable[[], Derivations]


def read_rules(root: Path) -> list[PreparedRule]:
    """Return the CONSTRUCT queries in ontology/rules/ of a knowledge base, sorted by name; none without that folder.

    root: the folder of the knowledge base. Raises BrokenInput, with file and line, for a file that cannot be read, has no
    title or is not a valid CONSTRUCT query.
    """
    return [compile_rule(query) for query in read_kb_queries(root, RULES)]


def derive_triples(
    asserted: Facts,
    store: FactStore,
    rules: Sequence[PreparedRule],
    earlier: Derivations = NO_DERIVATIONS,
    changed: Collection[TextTerm] | None = None,
) -> Derivations:
    """Return a dict from each triple that follows from the triples `asserted` by rule to its derivation.

    store: the same triples. rules: CONSTRUCT queries, in the order of their names. earlier: the derivations by the same rules
    from other triples, which are reused as far as they are the same. changed: the predicates of the triples that are asserted
    now and were not then, or the other way round; None if there are no earlier derivations.
    A triple that several rules, or several solutions of one rule, derive has one derivation: that of the built-in date
    rules, else of the first rule in `rules`, and of its solutions the one whose matched triples come first in the order of
    their texts. Values of sjkg:date that are not EDTF are skipped; `sjkg validate` reports them.
    """
    steps = [
        _Step(DATE_RULES, DATE_PREDICATES, (), lambda: derive_date_triples(asserted)),
        _Step(
            (FIGURES_THAT_COUNT,), FIGURE_PREDICATES, (), lambda: _name_rule(FIGURES_THAT_COUNT, find_counted(asserted))
        ),
        _Step((LABELS,), LABEL_PREDICATES, (), lambda: _name_rule(LABELS, find_labels(asserted))),
        *(
            _Step((rule.name,), rule.predicates, rule.derived_predicates, partial(_run, rule, store, asserted))
            for rule in rules
        ),
    ]
    if not BUILT_IN_RULES.isdisjoint(rule.name for rule in rules):
        changed = None  # by name, the derivations of a query and of a built-in rule are the same
    known: dict[str, Derivations] = defaultdict(dict)
    for triple, derivation in earlier.items():
        known[derivation.rule][triple] = derivation
    derived: Derivations = {}
    lost: set[TextTerm] = set()  # predicates of triples that an earlier step no longer derives, so that a later one may
    for step in steps:
        before = {triple: how for name in step.rules for triple, how in known[name].items()}
        now = before
        if changed is None or depends_on(step.predicates, changed) or depends_on(step.derived_predicates, lost):
            now = step.derive()
            lost.update(p for _, p, _ in before.keys() - now.keys())
        derived = now | derived
    return derived


def _name_rule(rule: str, derived: Iterable[tuple[TextTriple, tuple[TextTriple, ...]]]) -> Derivations:
    """Return a dict from each derived triple to its derivation, for pairs of a triple and its premises."""
    return {triple: Derivation(rule, premises) for triple, premises in derived}


def _run(rule: PreparedRule, store: FactStore, asserted: Facts) -> Derivations:
    """Return a dict from each triple that a CONSTRUCT query derives to its derivation. store, asserted: the same triples."""
    derived: Derivations = {}
    for constructed, premises in sorted(run_rule(rule, store, asserted), key=lambda row: row[::-1]):
        for triple in constructed:
            derived.setdefault(triple, Derivation(rule.name, tuple(premises)))
    return derived


def derive_passages(files: Iterable[SourceFile]) -> Derivations:
    """Return a dict from each triple sjkg:statedIn or sjkg:describedIn to its derivation.

    An entity is stated in a passage if the passage's file has a triple with it as subject, or with it as object if its kind
    is one of OBJECTS_STATED; as the object of one of WHOLES it does not count. It is described there if it is the subject
    of a triple with another property than those of NAMING, or the object of one of DESCRIBING. The passage itself is left
    out. The premise is the first such triple with the entity as subject, or else as object. files: the files of a
    knowledge base.
    """
    derived: Derivations = {}
    thing, stated = f"<{own().ids}", tuple(f"<{PREFIXES[kind]}" for kind in OBJECTS_STATED)
    for file in files:
        if file.part == "passages":
            passage = f"<{file.graph}>"
            triples = sorted(file.lines)
            for position, triple in [(0, triple) for triple in triples] + [(2, triple) for triple in triples]:
                entity, predicate = triple[position], triple[1]
                is_stated = (
                    entity.startswith(thing) if position == 0 else entity.startswith(stated) and predicate not in WHOLES
                )
                if not is_stated or entity == passage:
                    continue
                derived.setdefault((entity, STATED_IN, passage), Derivation(PASSAGES, (triple,)))
                if predicate not in NAMING if position == 0 else predicate in DESCRIBING:
                    derived.setdefault((entity, DESCRIBED_IN, passage), Derivation(PASSAGES, (triple,)))
    return derived


def derive_date_triples(asserted: Facts) -> Derivations:
    """Return a dict from each derived triple about dates to its derivation (rule and premises).

    These are the precision (sjkg:datePrecision) of each thing with an sjkg:date, the bounds of events
    (sjkg:earliestBegin, latestBegin, earliestEnd, latestEnd), and their order by these bounds (sjkg:before). Literals that are not EDTF are skipped.
    """
    dated: dict[TextTerm, dict[TextTriple, EdtfDate]] = defaultdict(dict)
    for subject, value in asserted.pairs(DATE):
        if value.startswith('"'):
            try:
                dated[subject][subject, DATE, value] = date_bounds(literal_parts(value).lexical)
            except BadDate:
                continue
    derived: Derivations = {}
    for subject, dates in dated.items():
        for precision in {bounds.precision for bounds in dates.values()}:
            premises = sorted(triple for triple, bounds in dates.items() if bounds.precision == precision)
            derived[subject, PRECISION, f"<{PREFIXES['precision']}{precision}>"] = Derivation(
                DATE_BOUNDS, tuple(premises)
            )
    return derived | dict(_derive_bounds_and_order(asserted, dated))


def _derive_bounds_and_order(
    asserted: Facts, dated: Mapping[TextTerm, Mapping[TextTriple, EdtfDate]]
) -> Iterator[tuple[TextTriple, Derivation[TextTriple]]]:
    """Yield the bounds of events (sjkg:earliestBegin and so on) and the order that follows from them (sjkg:before), each
    triple with its derivation.

    Bounds follow from the dates of an event, and from its parts, wholes, order and causes. A period without a date gets none.

    dated: a dict from each event to its sjkg:date triples and the bounds of their values.
    """
    own = {subject: own_bounds(dates) for subject, dates in dated.items()}
    found = propagate(own, find_parts(asserted), find_order(asserted), find_causes(asserted), find_durations(asserted))
    for _, period in asserted.pairs(IN_PERIOD):  # its extent is not told by the events that lie in it
        if period not in dated:
            found.pop(period, None)
    for subject, bounds in found.items():
        for name, bound in sorted(bounds.items()):
            triple = (subject, f"<{ONTOLOGY}{name}>", literal_text(bound.day.isoformat(), XSD_DATE))
            yield triple, Derivation(DATE_BOUNDS if bound.is_own else PARTS_AND_ORDER, bound.provenance())
    for event, later, premises in pairs_in_order(found):
        if (event, BEFORE, later) not in asserted:
            yield (event, BEFORE, later), Derivation(ORDER_BY_BOUNDS, premises)
