"""The page of what disagrees: figures, identities, ground, and what the article says one-sidedly or without footnote."""

from dataclasses import dataclass

from sjkg.core.vocabulary import shorten
from sjkg.site.claims import Claim, Figures, read_claims
from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.remarks import Disagreement, read_disagreements
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection


@dataclass(frozen=True)
class KindOfRemark:
    """A kind of remark, how many there are, and the address of the list of them."""

    kind: Thing
    count: int
    path: str


@dataclass(frozen=True)
class ContradictionsPage:
    """What disagrees with what.

    events: those about which something disagrees, with how much. same: things that may be one, by twos. ground: a place
    with who claims it.
    """

    events: tuple[tuple[Thing, int], ...]
    conflicts: tuple[Figures, ...]
    same: tuple[tuple[Thing, Thing], ...]
    ground: tuple[tuple[Thing, tuple[tuple[Thing, Thing], ...]], ...]
    remarks: tuple[tuple[Thing, tuple[Disagreement, ...]], ...]
    kinds: tuple[KindOfRemark, ...]


def contradictions_page(context: PageContext) -> ContradictionsPage:
    """Return the page."""
    remarks: dict[Thing, list[Disagreement]] = {}
    for found in read_disagreements(context.labels, context.query("remarks-of-disagreement")):
        remarks.setdefault(found.remark.kind, []).append(found)
    counts = context.index.facet_counts(read_lists()["remarks"], "kind", FacetSelection())
    return ContradictionsPage(
        events=_events(context),
        conflicts=_conflicts(read_claims(context.labels, context.query("contradictions"))),
        same=_same(context),
        ground=_ground(context),
        remarks=tuple((kind, tuple(found)) for kind, found in sorted(remarks.items(), key=lambda i: -len(i[1]))),
        kinds=tuple(
            KindOfRemark(Thing(kind, context.labels.name(kind)), count, f"/remarks?kind={shorten(kind)}")
            for kind, count in counts
        ),
    )


def _events(context: PageContext) -> tuple[tuple[Thing, int], ...]:
    rows = context.query("disagreements-by-event")
    names = context.labels.names(row["event"].value for row in rows)
    return tuple((Thing(row["event"].value, names[row["event"].value]), int(row["remarks"].value)) for row in rows)


def _conflicts(claims: tuple[Claim, ...]) -> tuple[Figures, ...]:
    """Return claims that conflict, side by side for each event, party and quantity."""
    groups: dict[tuple, list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.about, claim.party, claim.quantity, claim.materiel), []).append(claim)
    return tuple(Figures(*key, tuple(members), True) for key, members in groups.items())


def _same(context: PageContext) -> tuple[tuple[Thing, Thing], ...]:
    rows = context.query("possibly-same")
    names = context.labels.names(row[key].value for row in rows for key in ("one", "other"))
    pairs = dict.fromkeys((row["one"].value, row["other"].value) for row in rows)
    return tuple((Thing(one, names[one]), Thing(other, names[other])) for one, other in pairs)


def _ground(context: PageContext) -> tuple[tuple[Thing, tuple[tuple[Thing, Thing], ...]], ...]:
    rows = context.query("disputed-ground")
    names = context.labels.names(term.value for row in rows for term in row.values())
    places: dict[str, dict[tuple[str, str], None]] = {}
    for row in rows:
        claims = places.setdefault(row["place"].value, {})
        if "claim" in row:
            claims[(row["claimant"].value, row["claim"].value)] = None
    return tuple(
        (
            Thing(place, names[place]),
            tuple((Thing(who, names[who]), Thing(claim, names[claim])) for who, claim in found),
        )
        for place, found in places.items()
    )
