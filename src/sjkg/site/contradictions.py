"""Page model of contradictions in the article: figures that exclude each other, disputed places, and others.

A figure is a claim of a number, such as a loss. A remark is a note of the editors on an error or doubt in the article.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import PREFIXES, curie, expand, shorten
from sjkg.site.claims import Figures, group_figures, read_claims
from sjkg.site.context import PageContext
from sjkg.site.disputes import Disputes, read_disputes
from sjkg.site.model import Source, Thing
from sjkg.site.remarks import Disagreement, Remark, read_disagreements
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection

Pair = tuple[Thing, Thing]
MAX_CHOICES = 16
# Title, whether the statements exclude each other, and the kinds of remarks of each topic.
TOPICS = (
    ("Dates", True, ("contradictory-dates", "wrong-date")),
    ("Numbers", True, ("contradictory-numbers", "arithmetic")),
    ("Whose ground", False, ("contradictory-ground",)),
    ("Names", False, ("contradictory-names",)),
    ("Wording", False, ("contradiction",)),
    ("One-sided, or without a source", False, ("one-sided", "unfootnoted")),
)


@dataclass(frozen=True)
class RemarkKind:
    """A kind of editors' remark, such as “contradiction”, the number of such remarks, and the path of their list."""

    kind: Thing
    count: int
    path: str


@dataclass(frozen=True)
class Side:
    """A thing that a contradiction concerns, such as a claim. wordings: its dates in the article, or "", with the passage."""

    thing: Thing
    wordings: tuple[tuple[str, Source], ...]


@dataclass(frozen=True)
class Contradiction:
    """An editors' remark on a contradiction. sides: the statements or things that do not fit together."""

    remark: Remark
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Topic:
    """Contradictions on one topic, such as dates. is_strong: the statements exclude each other."""

    title: str
    is_strong: bool
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True)
class Choice:
    """An event or party by which contradictions can be filtered. value: CURIE. count: number of contradictions."""

    thing: Thing
    value: str
    count: int


@dataclass(frozen=True)
class ContradictionsPage:
    """Content of the page of all contradictions, or of those of one event or party.

    event, party: by which the contradictions are filtered, or None. events, parties: at most 16 choices of a filter,
    highest number first; an event counts for its parts, too, a state for its forces. topics: contradictions by topic,
    those that exclude each other first; empty topics are left out. conflicts: groups of figures, such as losses, with
    ranges that do not overlap. same: pairs of things that may be the same. ground: pairs of a disputed place and its
    pairs of claimant (who claims the place) and claim (the assertion in the article). disputes: by claim, for `conflicts`. conflicts, same and ground are not
    filtered. kinds: all kinds of remarks, including those that are not about contradictions, with their counts.
    """

    event: Thing | None
    party: Thing | None
    events: tuple[Choice, ...]
    parties: tuple[Choice, ...]
    topics: tuple[Topic, ...]
    conflicts: tuple[Figures, ...]
    disputes: Disputes
    same: tuple[Pair, ...]
    ground: tuple[tuple[Thing, tuple[Pair, ...]], ...]
    kinds: tuple[RemarkKind, ...]


def contradictions_page(context: PageContext, event: str = "", party: str = "") -> ContradictionsPage:
    """Return the page (dataclass for HTML and JSON) of the contradictions in the graph.

    event, party: CURIE or IRI of an event or actor that the contradictions must concern; "" for all. Raises
    BadParameter if no contradiction concerns it.
    """
    labels = context.labels
    found = read_disagreements(labels, context.query("remarks-of-disagreement"))
    scopes = _read_scopes(context)
    selected = found
    for name, value in (("event", event), ("party", party)):
        if value and expand(value) not in scopes[name]:
            raise BadParameter(
                f"no contradiction concerns the {name} “{value}”; choose one of those listed at /contradictions"
            )
        selected = tuple(one for one in selected if not value or one.remark.iri in scopes[name][expand(value)])
    sides = _read_sides(context)
    conflicting = read_claims(labels, context.query("contradictions"))
    counts = context.index.facet_counts(read_lists()["remarks"], "kind", FacetSelection())
    return ContradictionsPage(
        event=labels.things([expand(event)])[0] if event else None,
        party=labels.things([expand(party)])[0] if party else None,
        events=_count_choices(context, scopes["event"]),
        parties=_count_choices(context, scopes["party"]),
        topics=_group_by_topic(selected, sides),
        conflicts=group_figures(conflicting),
        disputes=read_disputes(context, [claim.iri for claim in conflicting]),
        same=_read_possible_identities(context),
        ground=_read_disputed_places(context),
        kinds=tuple(
            RemarkKind(Thing(kind, labels.name(kind)), count, f"/remarks?kind={shorten(kind)}")
            for kind, count in counts
        ),
    )


def _read_scopes(context: PageContext) -> dict[str, dict[str, set[str]]]:
    """Return for “event” and “party” a dict from the IRI of each to the IRIs of the remarks that concern it."""
    scopes: dict[str, dict[str, set[str]]] = {"event": {}, "party": {}}
    for row in context.query("scopes-of-disagreements"):
        for name in scopes.keys() & row.keys():
            scopes[name].setdefault(row[name].value, set()).add(row["remark"].value)
    return scopes


def _count_choices(context: PageContext, remarks: Mapping[str, set[str]]) -> tuple[Choice, ...]:
    """Return the things that most remarks concern, at most MAX_CHOICES. remarks: IRIs of remarks by IRI of the thing."""
    most = sorted(remarks, key=lambda iri: (-len(remarks[iri]), iri))[:MAX_CHOICES]
    return tuple(Choice(thing, curie(thing.iri), len(remarks[thing.iri])) for thing in context.labels.things(most))


def _read_sides(context: PageContext) -> dict[tuple[str, str], tuple[tuple[str, Source], ...]]:
    """Return for each pair of remark and thing concerned its wordings with their passages, in the order of the article."""
    sides: dict[tuple[str, str], dict[tuple[str, Source], None]] = {}
    for row in context.query("sides-of-disagreements"):
        words = row["words"].value if "words" in row else ""
        source = context.labels.source(row["passage"].value)
        sides.setdefault((row["remark"].value, row["concerned"].value), {})[words, source] = None
    return {key: tuple(sorted(found, key=lambda one: (one[1].number or 0, one[0]))) for key, found in sides.items()}


def _group_by_topic(
    found: Iterable[Disagreement], sides: Mapping[tuple[str, str], tuple[tuple[str, Source], ...]]
) -> tuple[Topic, ...]:
    """Return the remarks by topic in the order of TOPICS. sides: wordings by remark and thing concerned."""
    kinds = {f"{PREFIXES['slip']}{kind}": title for title, _, names in TOPICS for kind in names}
    by_topic: dict[str, list[Contradiction]] = {}
    for one in found:
        remark = one.remark
        concerned = tuple(Side(thing, sides.get((remark.iri, thing.iri), ())) for thing in one.concerned)
        by_topic.setdefault(kinds[remark.kind.iri], []).append(Contradiction(remark, concerned))
    return tuple(Topic(title, is_strong, tuple(by_topic[title])) for title, is_strong, _ in TOPICS if title in by_topic)


def _read_possible_identities(context: PageContext) -> tuple[Pair, ...]:
    """Return the pairs of things that, according to the graph, may be the same thing, each pair once."""
    rows = context.query("possibly-same")
    ones, others = (context.labels.things(row[key].value for row in rows) for key in ("one", "other"))
    return tuple(dict.fromkeys(zip(ones, others, strict=True)))


def _read_disputed_places(context: PageContext) -> tuple[tuple[Thing, tuple[Pair, ...]], ...]:
    """Return pairs of a disputed place and a tuple of pairs (claimant, claim), empty if the graph names no claimant.

    claimant: who claims the place. claim: the assertion in the article that they claim it.
    """
    rows = context.query("disputed-ground")
    names = context.labels.names(term.value for row in rows for term in row.values())
    places: dict[str, dict[Pair, None]] = {}
    for row in rows:
        claims = places.setdefault(row["place"].value, {})
        if "claim" in row:
            claimant, claim = (Thing(row[key].value, names[row[key].value]) for key in ("claimant", "claim"))
            claims[(claimant, claim)] = None
    return tuple((Thing(place, names[place]), tuple(claims)) for place, claims in places.items())
