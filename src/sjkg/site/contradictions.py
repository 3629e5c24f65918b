"""Page model of contradictions: figures, possible identities, disputed places, and the editors' remarks on them."""

from dataclasses import dataclass

from sjkg.core.vocabulary import shorten
from sjkg.site.claims import Figures, group_figures, read_claims
from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.remarks import Disagreement, read_disagreements
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection

Pair = tuple[Thing, Thing]


@dataclass(frozen=True)
class RemarkKind:
    """A kind of editors' remark, the number of such remarks, and the URL path of the list of them."""

    kind: Thing
    count: int
    path: str


@dataclass(frozen=True)
class ContradictionsPage:
    """Content of the page of all contradictions.

    events: at most 16 events with the number of remarks on contradictions about each and its parts, highest first.
    conflicts: groups of figures with ranges that do not overlap. same: pairs of things that may be the same. ground:
    disputed places, each with pairs of claimant and claim. remarks: by kind, the most frequent kind first. kinds: all
    kinds of remarks with their counts.
    """

    events: tuple[tuple[Thing, int], ...]
    conflicts: tuple[Figures, ...]
    same: tuple[Pair, ...]
    ground: tuple[tuple[Thing, tuple[Pair, ...]], ...]
    remarks: tuple[tuple[Thing, tuple[Disagreement, ...]], ...]
    kinds: tuple[RemarkKind, ...]


def contradictions_page(context: PageContext) -> ContradictionsPage:
    """Return the page (dataclass for HTML and JSON) of all contradictions in the graph."""
    labels = context.labels
    remarks: dict[Thing, list[Disagreement]] = {}
    for found in read_disagreements(labels, context.query("remarks-of-disagreement")):
        remarks.setdefault(found.remark.kind, []).append(found)
    counts = context.index.facet_counts(read_lists()["remarks"], "kind", FacetSelection())
    return ContradictionsPage(
        events=_count_remarks_by_event(context),
        conflicts=group_figures(read_claims(labels, context.query("contradictions"))),
        same=_read_possible_identities(context),
        ground=_read_disputed_places(context),
        remarks=tuple((kind, tuple(found)) for kind, found in sorted(remarks.items(), key=lambda i: -len(i[1]))),
        kinds=tuple(
            RemarkKind(Thing(kind, labels.name(kind)), count, f"/remarks?kind={shorten(kind)}")
            for kind, count in counts
        ),
    )


def _count_remarks_by_event(context: PageContext) -> tuple[tuple[Thing, int], ...]:
    """Return the events with their numbers of remarks on contradictions, parts included: at most 16, highest first."""
    rows = context.query("disagreements-by-event")
    things = context.labels.things(row["event"].value for row in rows)
    return tuple((event, int(row["remarks"].value)) for event, row in zip(things, rows, strict=True))


def _read_possible_identities(context: PageContext) -> tuple[Pair, ...]:
    """Return the pairs of things that may be the same, each pair once."""
    rows = context.query("possibly-same")
    ones, others = (context.labels.things(row[key].value for row in rows) for key in ("one", "other"))
    return tuple(dict.fromkeys(zip(ones, others, strict=True)))


def _read_disputed_places(context: PageContext) -> tuple[tuple[Thing, tuple[Pair, ...]], ...]:
    """Return each disputed place with its pairs of claimant and claim; no pairs if the article names no claimant."""
    rows = context.query("disputed-ground")
    names = context.labels.names(term.value for row in rows for term in row.values())
    places: dict[str, dict[Pair, None]] = {}
    for row in rows:
        claims = places.setdefault(row["place"].value, {})
        if "claim" in row:
            claimant, claim = (Thing(row[key].value, names[row[key].value]) for key in ("claimant", "claim"))
            claims[(claimant, claim)] = None
    return tuple((Thing(place, names[place]), tuple(claims)) for place, claims in places.items())
