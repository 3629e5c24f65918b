"""Agreement of sources: scope, intervals, approximations, placeholders and dependence, on made-up rows."""

from dataclasses import replace

import pytest

from sjkg.site.model import Thing
from sjkg.site.source_agreement import compare_rows, count_range, figure_text
from sjkg.site.source_model import SourceDataset, SourceDays, SourceFigure, SourceOutcome, SourceRow

REDS, BLUES = Thing("party:reds", "Reds"), Thing("party:blues", "Blues")
DEAD, WOUNDED = Thing("kind:killed", "killed"), Thing("kind:wounded", "wounded")
GUNS, TANKS = Thing("materiel:gun", "gun"), Thing("materiel:tank", "tank")


def dataset(dependence="independent", title="Chronicle"):
    return SourceDataset("dataset:chronicle", "chronicle", title, dependence=dependence)


def days(first, last=None, **others):
    return SourceDays(first, last or first, f"{first} to {last}", **others)


def lost(number=None, party=REDS, quantity=DEAD, **others):
    return SourceFigure("claim:x", "loss", party, quantity, others.pop("materiel", None), exact=number, **others)


def ours(**others):
    return SourceRow(None, "same", "event:ford", "Battle of the Ford", **others)


def theirs(relation="same", of=None, **others):
    return SourceRow(of or dataset(), relation, "row:1", "The Ford", **others)


def agreement_of(own, row, part):
    compared, _ = compare_rows(own, [row])
    (value,) = [getattr(compared[0], part)] if part in ("begin", "end") else getattr(compared[0], part)
    return value.agreement


def test_days_that_cannot_both_hold_disagree_with_the_number_of_days_between():
    found = agreement_of(ours(begin=days("1801-05-03")), theirs(begin=days("1801-05-06")), "begin")
    assert (found.verdict, found.reason) == ("disagrees", "3 days apart")


def test_a_day_within_a_month_agrees_and_confirms_only_if_it_is_as_precise():
    day, month = days("1801-05-03"), days("1801-05-01", "1801-05-31")
    precise = agreement_of(ours(begin=month), theirs(begin=day), "begin")
    rough = agreement_of(ours(begin=day), theirs(begin=month), "begin")
    assert (precise.verdict, precise.confirms) == ("agrees", True)
    assert (rough.verdict, rough.confirms) == ("agrees", False)


def test_an_open_side_of_a_period_does_not_contradict_and_is_less_precise():
    found = agreement_of(ours(end=days("1801-05-03")), theirs(end=replace(days("1801-01-01"), last=None)), "end")
    assert (found.verdict, found.confirms) == ("agrees", False)


def test_approximate_dates_that_differ_are_not_compared():
    found = agreement_of(ours(begin=days("1801-05-03", is_approximate=True)), theirs(begin=days("1801-05-06")), "begin")
    assert (found.verdict, found.reason) == ("not compared", "approximate")


@pytest.mark.parametrize("relation", ["part", "whole", "near"])
def test_records_of_other_events_never_disagree(relation):
    own = ours(
        begin=days("1801-05-03"), figures=(lost(20_000),), outcomes=(SourceOutcome("claim:o", (REDS,), (BLUES,), ""),)
    )
    other = theirs(
        relation,
        begin=days("1700-01-01"),
        figures=(lost(11_500),),
        outcomes=(SourceOutcome("claim:p", (BLUES,), (REDS,), ""),),
    )
    compared, disagreements = compare_rows(own, [other])
    values = (compared[0].begin, *compared[0].figures, *compared[0].outcomes)
    assert {value.agreement.verdict for value in values} == {"not compared"} and disagreements == ()


@pytest.mark.parametrize(
    "figure",
    [
        lost(5, party=BLUES),
        lost(5, quantity=WOUNDED),
        lost(5, materiel=TANKS),
        lost(5, party=None),
        lost(5, is_part=True),
    ],
)
def test_figures_of_another_party_or_kind_or_of_a_part_of_it_are_not_compared(figure):
    own = ours(figures=(lost(9, materiel=GUNS if figure.materiel else None),))
    compared, disagreements = compare_rows(own, [theirs(figures=(figure,))])
    assert compared[0].figures[0].agreement.verdict == "not compared" and disagreements == ()


@pytest.mark.parametrize(
    "party, reason",
    [
        (Thing("https://w3id.org/sjkg/id/actor/soviet-union", "Soviet Union"), "this graph gives none"),
        (BLUES, "its party is not linked with one of this graph"),
    ],
)
def test_a_figure_that_cannot_be_compared_says_whether_its_party_is_a_known_one(party, reason):
    found = agreement_of(ours(figures=(lost(9),)), theirs(figures=(lost(5, party=party),)), "figures")
    assert (found.verdict, found.reason) == ("not compared", reason)


@pytest.mark.parametrize(
    "own, other, verdict",
    [
        (lost(100), lost(100), "agrees"),
        (lost(100), lost(101), "disagrees"),
        (lost(least=101), lost(100), "disagrees"),
        (lost(least=101), lost(102), "agrees"),
        (lost(least=5, greatest=6), lost(least=6, greatest=9), "agrees"),
        (lost(least=5, greatest=6), lost(least=7, greatest=9), "disagrees"),
        (lost(3000, is_approximate=True), lost(3279), "agrees"),
        (lost(3000, is_approximate=True), lost(3600), "disagrees"),
        (lost(3000), lost(3279), "disagrees"),
        (lost(words="heavy losses"), lost(3279), "not compared"),
        (lost(3279), lost(words="several"), "not compared"),
    ],
)
def test_numbers_are_ranges_that_meet_or_do_not(own, other, verdict):
    assert agreement_of(ours(figures=(own,)), theirs(figures=(other,)), "figures").verdict == verdict


@pytest.mark.parametrize(
    "number, expected", [(3000, (2500, 3500)), (3279, (3278.5, 3279.5)), (0, (-0.5, 0.5)), (120, (115, 125))]
)
def test_an_approximate_number_may_be_off_by_half_the_unit_of_its_last_digit(number, expected):
    assert count_range(lost(number, is_approximate=True)) == expected


def test_the_written_number_stands_before_its_range():
    assert figure_text(lost(least=16_000, greatest=24_000, written=20_000)) == "20,000 (16,000–24,000)"
    assert figure_text(lost(3000, is_approximate=True)) == "about 3,000"


@pytest.mark.parametrize("dependence, confirms", [("independent", True), ("derived", False), ("not stated", False)])
def test_only_an_independent_source_confirms(dependence, confirms):
    row = theirs(of=dataset(dependence), begin=days("1801-05-03"), figures=(lost(100),))
    own = ours(begin=days("1801-05-03"), figures=(lost(100),))
    for part in ("begin", "figures"):
        found = agreement_of(own, row, part)
        assert (found.verdict, found.confirms) == ("agrees", confirms)


def test_a_victor_who_was_defeated_in_the_other_source_disagrees():
    own = ours(outcomes=(SourceOutcome("claim:o", (REDS,), (BLUES,), "victory"),))

    def verdict(victors, defeated):
        return agreement_of(
            own, theirs(outcomes=(SourceOutcome("claim:p", victors, defeated, ""),)), "outcomes"
        ).verdict

    assert verdict((BLUES,), ()) == "disagrees"
    assert verdict((REDS,), (BLUES,)) == "agrees"
    assert verdict((), ()) == "not compared"
    assert verdict((Thing("party:greens", "Greens"),), ()) == "not compared"


def test_two_other_sources_about_the_same_event_disagree_with_each_other():
    first = theirs(of=dataset(title="Chronicle"), end=days("1801-05-06"), figures=(lost(7),))
    second = theirs(of=dataset(title="Annals"), end=days("1801-05-09"), figures=(lost(8),))
    _, found = compare_rows(ours(), [first, second])
    assert [(each.about, each.one, each.other, each.reason) for each in found] == [
        ("end", "Chronicle", "Annals", "3 days apart"),
        ("killed of Reds", "Chronicle", "Annals", "different numbers"),
    ]
