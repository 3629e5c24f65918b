"""Selection of the figures of losses and supplies that may be added up for an event, so that nothing counts twice.

A figure is a claim with an exact number, a least number, or a word such as “several”. Figures of one kind of quantity,
equipment and powers are added up. A figure for people of several states is added only to figures for exactly these
states. A number for a whole includes the figures for its parts of the same kind and of narrower ones, as casualties
include the killed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, TextTriple
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.derive.events import EVENT_KIND, PART_OF, find_parts

ADDED_UP = ("CasualtyClaim", "MaterielLossClaim", "SupplyClaim")  # strengths are not: the same men act in several parts
ABOUT, PARTY, KIND, MATERIEL, SUBCOUNT_OF, REMAINDER_OF, UNIT_OF, OF_STATE, ARMED_FORCE_OF, STATE = (
    f"<{ONTOLOGY}{name}>"
    for name in (
        *("about", "party", "quantityKind", "materiel", "subcountOf", "remainderOf"),
        *("unitOf", "ofState", "armedForceOf", "State"),
    )
)
COUNTS_TOWARDS = f"<{ONTOLOGY}countsTowards>"
BROADER = f"<{PREFIXES['skos']}broader>"
NUMBERS = (f"<{ONTOLOGY}countExact>", f"<{ONTOLOGY}countMin>")
TYPE, SUBCLASS_OF = f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['rdfs']}subClassOf>"
FIGURE_PREDICATES = (  # of the triples from which it follows what counts towards an event
    *(ABOUT, PARTY, KIND, MATERIEL, SUBCOUNT_OF, REMAINDER_OF, PART_OF, EVENT_KIND, UNIT_OF, OF_STATE, ARMED_FORCE_OF),
    *(TYPE, SUBCLASS_OF, BROADER),
    *NUMBERS,
)
STATES_OF = [
    "sequence",
    ["repeat", UNIT_OF, True, True],
    ["repeat", ["alternative", OF_STATE, ARMED_FORCE_OF], True, False],
]
INCLUDED_IN = ["repeat", ["alternative", SUBCOUNT_OF, REMAINDER_OF], False, True]
BODIES_OF = ["repeat", ["alternative", UNIT_OF, OF_STATE, ARMED_FORCE_OF], False, True]
BROADER_KINDS = ["repeat", BROADER, False, True]
CLASSES = ["sequence", TYPE, ["repeat", SUBCLASS_OF, True, True]]

Quantity = tuple[TextTerm | None, TextTerm | None, frozenset[TextTerm]]  # kind, equipment, powers


@dataclass(frozen=True)
class Figure:
    """A figure of a loss or supply, given by a claim about an event.

    parties: the actors whose loss or supply it is. quantity: figures with equal quantities may be added up. has_number:
    whether the claim gives a number, not only a word such as “several”.
    """

    claim: TextTerm
    event: TextTerm
    parties: frozenset[TextTerm]
    quantity: Quantity
    has_number: bool


def find_counted(asserted: Facts) -> Iterator[tuple[TextTriple, tuple[TextTriple, ...]]]:
    """Yield a triple sjkg:countsTowards for each event and figure to be added up for it, with its asserted premises.

    For each quantity: the numbers given for the event itself count. Left out are numbers included in another one,
    repetitions for the same parties, and those of a unit whose army or state also has one. If the event has no number
    of the quantity or of a broader kind, the figures of its parts count, and its own figures in words. Parts that were
    averted are skipped.
    """
    parts: dict[TextTerm, list[TextTerm]] = defaultdict(list)
    for part, whole, _ in find_parts(asserted):
        parts[whole].append(part)
    own: dict[TextTerm, dict[Quantity, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in _read_figures(asserted):
        own[figure.event][figure.quantity].append(figure)
    counted: dict[TextTerm, dict[Quantity, dict[TextTerm, Figure]]] = {}

    def count(event: TextTerm, above: frozenset[TextTerm]) -> dict[Quantity, dict[TextTerm, Figure]]:
        # above: the event and those that it is counted for, so that the recursion ends if parts form a cycle.
        if event in counted:
            return counted[event]
        numbered = {
            quantity for quantity, figures in own[event].items() if any(figure.has_number for figure in figures)
        }
        found: dict[Quantity, dict[TextTerm, Figure]] = defaultdict(dict)
        for part in parts[event]:
            if part not in above:
                for quantity, counted_there in count(part, above | {part}).items():
                    if not _is_included(asserted, quantity, numbered):
                        found[quantity] |= counted_there
        for quantity, figures in own[event].items():
            if quantity in numbered:
                found[quantity] = _without_repetitions(asserted, (figure for figure in figures if figure.has_number))
            else:
                found[quantity] |= {figure.claim: figure for figure in figures}
        counted[event] = found
        return found

    for event in sorted({*own, *(whole for _, whole in asserted.pairs(PART_OF))}):
        for counted_here in count(event, frozenset({event})).values():
            for claim, figure in counted_here.items():
                way = asserted.witness(figure.event, ["repeat", PART_OF, True, True], event) or []
                yield (claim, COUNTS_TOWARDS, event), ((claim, ABOUT, figure.event), *way)


def _read_figures(asserted: Facts) -> Iterator[Figure]:
    """Yield the figures of losses and supplies, without those included in a number of the same kind.

    A number that is divided by power, of which the editors have concluded the remainder (sjkg:remainderOf), is left out
    instead, and the figures that it includes are taken.
    """
    divided = {whole for _, whole in asserted.pairs(REMAINDER_OF)}
    for name in ADDED_UP:
        for claim in sorted(asserted.subjects(TYPE, f"<{ONTOLOGY}{name}>")):
            kind = asserted.value(claim, KIND)
            if (
                kind is None
                or claim in divided
                or any(
                    asserted.value(larger, KIND) == kind and _has_number(asserted, larger)
                    for larger in asserted.follow(claim, INCLUDED_IN).keys() - divided
                )
            ):
                continue
            parties = frozenset(asserted.objects(claim, PARTY))
            quantity = kind, asserted.value(claim, MATERIEL), _powers_of(asserted, parties)
            for event in asserted.objects(claim, ABOUT):
                yield Figure(claim, event, parties, quantity, _has_number(asserted, claim))


def _is_included(asserted: Facts, quantity: Quantity, numbered: Set[Quantity]) -> bool:
    """Return whether one of the quantities is of a broader kind than a quantity, for the same equipment and powers."""
    kind, *others = quantity
    return kind is not None and any((broader, *others) in numbered for broader in asserted.follow(kind, BROADER_KINDS))


def _powers_of(asserted: Facts, parties: frozenset[TextTerm]) -> frozenset[TextTerm]:
    """Return the states that parties are or belong to; the parties themselves if none belongs to a state."""
    states = {
        state
        for party in parties
        for state in asserted.follow(party, STATES_OF)
        if STATE in asserted.follow(state, CLASSES)
    }
    return frozenset(states) or parties


def _has_number(asserted: Facts, claim: TextTerm) -> bool:
    """Return whether a claim gives an exact or a least number."""
    return any(asserted.objects(claim, number) for number in NUMBERS)


def _without_repetitions(asserted: Facts, figures: Iterable[Figure]) -> dict[TextTerm, Figure]:
    """Return a dict from claim to figure, without figures that another one may include.

    Of several figures of the same parties, the first one stays. A figure is left out if one of its parties belongs to a
    party of another figure, as a unit or a person belongs to an army or a state.
    """
    first: dict[frozenset[TextTerm], Figure] = {}
    for figure in figures:
        first.setdefault(figure.parties, figure)
    larger = {
        parties: {body for party in parties for body in asserted.follow(party, BODIES_OF)} - parties
        for parties in first
    }
    return {
        figure.claim: figure
        for parties, figure in first.items()
        if not any(larger[parties] & others for others in first if others != parties)
    }
