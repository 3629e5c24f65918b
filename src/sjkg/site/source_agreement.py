"""Agreement of sources: which values of two records can both hold.

Only records of the same event can disagree, and of their figures only those of the same party and kind; a figure of one
engagement says nothing against one of the whole battle. A date is the days on which an event can have begun or ended, a figure
the numbers that it can mean; two of them disagree if no day, or no number, is in both. A source that is made from the source
of the article repeats it and confirms nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import own as namespaces
from sjkg.matching.periods import gap_days
from sjkg.site.source_model import (
    Agreement,
    Dependence,
    Relation,
    SourceDataset,
    SourceDays,
    SourceDisagreement,
    SourceFigure,
    SourceOutcome,
    SourceRow,
)
from sjkg.site.wording import count_in_words

OTHER_SCOPE: dict[Relation, str] = {
    "part": "of a part of this event only",
    "whole": "of a larger event",
    "near": "of an event that is only nearly the same",
}
NOTHING_TO_COMPARE = "this graph gives none"
PARTY_NOT_LINKED = "its party is not linked with one of this graph"
NO_NUMBER = "words on one side, no number"
APPROXIMATE = "approximate"

Numbers = tuple[float, float]  # least and greatest, inclusive


def compare_rows(
    ours: SourceRow, others: Iterable[SourceRow]
) -> tuple[tuple[SourceRow, ...], tuple[SourceDisagreement, ...]]:
    """Return the rows of other sources with the agreement of each value with `ours`, and the disagreements of any two sources."""
    compared = tuple(_compare_row(ours, other) for other in others)
    same = [row for row in (ours, *compared) if row.relation == "same"]
    found = (one for pair in combinations(same, 2) for one in _find_disagreements(*pair))
    return compared, tuple(dict.fromkeys(found))


def count_range(figure: SourceFigure) -> Numbers | None:
    """Return the least and greatest number that a figure can mean; None if it has no number.

    An approximate number may be off by half the unit of its last digit that is not zero: about 3,000 is 2,500 to 3,500.
    """
    least = figure.exact if figure.exact is not None else figure.least
    greatest = figure.exact if figure.exact is not None else figure.greatest
    if least is None and greatest is None:
        return None
    down = _rounding(least) if least is not None and figure.is_approximate else 0
    up = _rounding(greatest) if greatest is not None and figure.is_approximate else 0
    low = float("-inf") if least is None else least - down
    return low, float("inf") if greatest is None else greatest + up


def _rounding(number: int) -> float:
    """Return half the unit of the last digit of a number that is not zero."""
    digits = str(number)
    return 0.5 * 10 ** (len(digits) - len(digits.rstrip("0"))) if number else 0.5


def figure_text(figure: SourceFigure) -> str:
    """Return a figure as text, such as “3,279”, “about 3,000”, “7,000–7,300” or “20,000 (16,000–24,000)”."""
    text = count_in_words(figure.exact, figure.least, figure.greatest, figure.words)
    if figure.written is not None and figure.least is not None and figure.greatest is not None:
        text = f"{figure.written:,} ({text})"
    return f"about {text}" if figure.is_approximate else text


def kind_text(figure: SourceFigure) -> str:
    """Return what a figure counts as text, such as “casualties”, “tanks lost” or “equipment: tank”."""
    quantity, materiel = (thing.name if thing else "" for thing in (figure.quantity, figure.materiel))
    return quantity if materiel in quantity else ": ".join(filter(None, (quantity, materiel))) or "number"


def _compare_row(ours: SourceRow, other: SourceRow) -> SourceRow:
    """Return the row of another source with the agreement of each value with `ours`."""
    return replace(
        other,
        begin=other.begin and replace(other.begin, agreement=_days_agreement(ours.begin, other.begin, other)),
        end=other.end and replace(other.end, agreement=_days_agreement(ours.end, other.end, other)),
        figures=tuple(replace(each, agreement=_figure_agreement(ours, each, other)) for each in other.figures),
        outcomes=tuple(replace(each, agreement=_outcome_agreement(ours, each, other)) for each in other.outcomes),
    )


def _agreement(dataset: SourceDataset | None, is_as_precise: bool) -> Agreement:
    """Return the agreement of a value that can hold together with ours."""
    dependence: Dependence = dataset.dependence if dataset else "derived"
    if dependence == "derived":
        return Agreement("agrees", "no confirmation, because it is made from the source of the article")
    if dependence == "not stated":
        return Agreement("agrees", "no confirmation, because what it is made from is not stated")
    if not is_as_precise:
        return Agreement("agrees", "independent, but less precise")
    return Agreement("agrees", "independent", confirms=True)


def _days_agreement(ours: SourceDays | None, theirs: SourceDays, other: SourceRow) -> Agreement:
    """Return the agreement of a begin or end with that of this graph. other: the row that it is of."""
    if other.relation != "same":
        return Agreement("not compared", OTHER_SCOPE[other.relation])
    if ours is None:
        return Agreement("not compared", NOTHING_TO_COMPARE)
    if reason := _days_conflict(ours, theirs):
        return Agreement("disagrees", reason)
    if gap_days(ours.period, theirs.period):
        return Agreement("not compared", APPROXIMATE)
    one, two = theirs.period, ours.period
    is_inside = not (two.first and (not one.first or one.first < two.first)) and not (
        two.last and (not one.last or one.last > two.last)
    )
    return _agreement(other.dataset, is_inside)


def _days_conflict(one: SourceDays, other: SourceDays) -> str:
    """Return why two begins, or two ends, cannot both hold; "" if they can, or if one is approximate."""
    gap = 0 if one.is_approximate or other.is_approximate else gap_days(one.period, other.period)
    return f"{count_noun(gap, 'day')} apart" if gap else ""


def _figure_agreement(ours: SourceRow, figure: SourceFigure, other: SourceRow) -> Agreement:
    """Return the agreement of a figure with those of this graph of the same party and kind. other: the row that it is of."""
    if other.relation != "same":
        return Agreement("not compared", OTHER_SCOPE[other.relation])
    own = [each for each in ours.figures if _are_comparable(each, figure)]
    if not own:
        is_ours = figure.party is None or figure.party.iri.startswith(namespaces().ids)
        return Agreement("not compared", NOTHING_TO_COMPARE if is_ours else PARTY_NOT_LINKED)
    ranges = [found for each in own if (found := count_range(each))]
    theirs = count_range(figure)
    if theirs is None or not ranges:
        return Agreement("not compared", NO_NUMBER)
    if conflict := next((reason for each in own if (reason := _figure_conflict(each, figure))), ""):
        return Agreement("disagrees", conflict)
    return _agreement(other.dataset, any(low <= theirs[0] and theirs[1] <= high for low, high in ranges))


def _are_comparable(one: SourceFigure, other: SourceFigure) -> bool:
    """Return whether two figures of one event are of the same party and kind, and none of a part of these only."""
    is_complete = one.party is not None and one.quantity is not None and not one.is_part and not other.is_part
    return is_complete and one.key == other.key


def _figure_conflict(one: SourceFigure, other: SourceFigure) -> str:
    """Return why two comparable figures cannot both hold; "" if they can, or if one has no number."""
    first, second = count_range(one), count_range(other)
    if not first or not second or max(first[0], second[0]) <= min(first[1], second[1]):
        return ""
    return "the ranges do not meet" if first[0] < first[1] or second[0] < second[1] else "different numbers"


def _outcome_agreement(ours: SourceRow, outcome: SourceOutcome, other: SourceRow) -> Agreement:
    """Return the agreement of an outcome with those of this graph. other: the row that it is of."""
    if other.relation != "same":
        return Agreement("not compared", OTHER_SCOPE[other.relation])
    if not any(each.victors for each in ours.outcomes) or not outcome.victors:
        return Agreement("not compared", NOTHING_TO_COMPARE if outcome.victors else "no victor named")
    if reason := next((found for each in ours.outcomes if (found := _outcome_conflict(each, outcome))), ""):
        return Agreement("disagrees", reason)
    victors = {thing.iri for each in ours.outcomes for thing in each.victors}
    if not victors & {thing.iri for thing in outcome.victors}:
        return Agreement("not compared", "another victor, who may be of the same side")
    return _agreement(other.dataset, True)


def _outcome_conflict(one: SourceOutcome, other: SourceOutcome) -> str:
    """Return why two outcomes cannot both hold: the victor in one is defeated in the other; "" if they can."""
    for first, second in ((one, other), (other, one)):
        beaten = {thing.iri for thing in second.defeated}
        if both := [thing.name for thing in first.victors if thing.iri in beaten]:
            return f"{both[0]} won in one and was defeated in the other"
    return ""


def _find_disagreements(one: SourceRow, other: SourceRow) -> Iterator[SourceDisagreement]:
    """Yield the values of two records of the same event that cannot both hold."""
    for about, first, second in (("begin", one.begin, other.begin), ("end", one.end, other.end)):
        if first and second and (reason := _days_conflict(first, second)):
            yield SourceDisagreement(about, one.source, first.text, other.source, second.text, reason)
    for figure in one.figures:
        for found in other.figures:
            if _are_comparable(figure, found) and (reason := _figure_conflict(figure, found)) and figure.party:
                about = f"{kind_text(figure)} of {figure.party.name}"
                yield SourceDisagreement(
                    about, one.source, figure_text(figure), other.source, figure_text(found), reason
                )
    for outcome in one.outcomes:
        for ending in other.outcomes:
            if reason := _outcome_conflict(outcome, ending):
                won = [", ".join(thing.name for thing in each.victors) for each in (outcome, ending)]
                yield SourceDisagreement("victor", one.source, won[0], other.source, won[1], reason)
