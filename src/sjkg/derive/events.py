"""Relations of events that are asserted: parts, order and causes, without events that were averted (did not come about); durations."""

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, TextTriple, literal_parts
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from rdflib.xsd_datetime import Duration

EVENT_KIND, PART_OF, BEFORE, AFTER, DURATION = (
    f"<{ONTOLOGY}{name}>" for name in ("eventKind", "directSubEventOf", "before", "after", "duration")
)
# Properties from a cause to its effect, except sjkg:causedOrContributedTo, which alone is also used for hedged causes.
CAUSING = tuple(f"<{ONTOLOGY}{name}>" for name in ("ledTo", "enabled", "motivated"))
RETALIATION_FOR = f"<{ONTOLOGY}retaliationFor>"  # from an effect to its cause
AVERTED = f"<{PREFIXES['kind']}averted>"

Relation = tuple[TextTerm, TextTerm, TextTriple]  # two events, and the asserted triple that relates them
Lasting = tuple[
    TextTerm, "Duration | timedelta", TextTriple
]  # an event, its duration, and the asserted triple that tells it


def find_parts(asserted: Facts) -> list[Relation]:
    """Return the sorted pairs of a sub-event and the event it is directly part of, each with its triple."""
    return sorted(
        (part, whole, (part, PART_OF, whole))
        for part, whole in asserted.pairs(PART_OF)
        if part != whole and not _is_averted(asserted, part, whole)
    )


def find_order(asserted: Facts) -> list[Relation]:
    """Return the sorted pairs of an earlier and a later event, each with its sjkg:before or sjkg:after triple."""
    before = [(earlier, later, (earlier, BEFORE, later)) for earlier, later in asserted.pairs(BEFORE)]
    after = [(earlier, later, (later, AFTER, earlier)) for later, earlier in asserted.pairs(AFTER)]
    return sorted(row for row in (*before, *after) if row[0] != row[1] and not _is_averted(asserted, *row[:2]))


def find_causes(asserted: Facts) -> list[Relation]:
    """Return the sorted pairs of a cause and its effect that the article states without a hedge, each with its triple."""
    causing = [(cause, effect, (cause, p, effect)) for p in CAUSING for cause, effect in asserted.pairs(p)]
    answered = [(cause, effect, (effect, RETALIATION_FOR, cause)) for effect, cause in asserted.pairs(RETALIATION_FOR)]
    return sorted(row for row in (*causing, *answered) if row[0] != row[1] and not _is_averted(asserted, *row[:2]))


def find_durations(asserted: Facts) -> list[Lasting]:
    """Return the sorted events with an sjkg:duration, each with it and its triple; without values that are not xsd:duration."""
    from rdflib.xsd_datetime import parse_xsd_duration  # here: rdflib takes 0.1 s to be imported

    found = []
    for event, value in sorted(asserted.pairs(DURATION)):
        if value.startswith('"') and not _is_averted(asserted, event):
            with suppress(ValueError):
                found.append((event, parse_xsd_duration(literal_parts(value).lexical), (event, DURATION, value)))
    return found


def _is_averted(asserted: Facts, *events: TextTerm) -> bool:
    """Return whether one of the events did not come about."""
    return any((event, EVENT_KIND, AVERTED) in asserted for event in events)
