"""Claims and figures: the page model of a claim, and groups of comparable figures.

A claim is a figure or assertion that somebody makes. A figure is a claim with a number, or a word for one, such as a
loss or a strength; its party is the actor whose loss or strength it is. Figures of the same event, party and quantity
are shown side by side and never added up.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.disputes import Dispute, read_disputes
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.model import Source, Thing
from sjkg.site.remarks import Remark, read_remarks
from sjkg.site.wording import count_in_words
from sjkg.snapshot.index.precomputed import Row

LOSSES = tuple(ONTOLOGY + name for name in ("CasualtyClaim", "MaterielLossClaim"))
STRENGTHS = tuple(ONTOLOGY + name for name in ("StrengthClaim", "SupplyClaim"))
COUNTS = (f"{ONTOLOGY}CountClaim",)
COMPARISON, OUTCOME = f"{ONTOLOGY}ComparisonClaim", f"{ONTOLOGY}OutcomeClaim"
THING_VARIABLES = "kind about party side counted quantity materiel speaker footnote status whole conflict".split()


@dataclass(frozen=True)
class Claim:
    """A figure or assertion that somebody, or the article itself, makes about one event or other thing.

    kind: its class. party: actor whose loss or strength it is; party_is_ours: the editors concluded the party, the
    article does not state it. side: of the party in the event, a concept, or None; computed. counted: unnamed group that
    the figure counts, or None. quantity: such as “killed”; materiel: kind of equipment. count: the figure as text, "" if
    there is none;
    exact, least, greatest: the same as whole numbers (inclusive bounds), None if not given; words: the article's word
    for it, such as “several”. speakers: those who make the claim; empty if it is the article itself. hedge: words that
    weaken the claim, or "". status: such as “alleged”, or None. part_of: claim whose figure includes this one.
    conflicts: claims that exclude this one. note_is_later: no footnote stands
    in the passage that states it, so that those given are the next ones of its paragraph. source: that passage.
    """

    iri: str
    label: str
    kind: Thing
    about: Thing
    party: Thing | None
    party_is_ours: bool
    side: Thing | None
    counted: Thing | None
    quantity: Thing | None
    materiel: Thing | None
    count: str
    exact: int | None
    least: int | None
    greatest: int | None
    words: str | None
    speakers: tuple[Thing, ...]
    footnotes: tuple[Thing, ...]
    note_is_later: bool
    hedge: str
    status: Thing | None
    part_of: Thing | None
    conflicts: tuple[Thing, ...]
    source: Source


@dataclass(frozen=True)
class Figures:
    """All figures for one quantity of one party in one event, such as all numbers claimed of its lost tanks.

    about: the event. party: actor whose loss or strength it is. quantity: such as “killed”. materiel: kind of
    equipment, or None. claims: the figures. disagree: at least one of them conflicts with another claim.
    """

    about: Thing
    party: Thing | None
    quantity: Thing | None
    materiel: Thing | None
    claims: tuple[Claim, ...]
    disagree: bool


@dataclass(frozen=True)
class ClaimPage:
    """Content of the page of a claim (a figure or assertion that somebody makes).

    claims: the claim itself, once for each thing that it is about. disputes: contradictions in which it takes part. others: other claims about the same things and the
    same party (actor whose loss or strength it is). remarks: by the editors, on errors and doubts.
    """

    entity: EntityPage
    claims: tuple[Claim, ...]
    others: tuple[Claim, ...]
    disputes: tuple[Dispute, ...]
    remarks: tuple[Remark, ...]


def claim_page(context: PageContext, iri: str) -> ClaimPage:
    """Return the page (dataclass for HTML and JSON) of a claim: the claim, claims on the same thing and party, remarks.

    context: access to the snapshot (built graph); records executed queries. iri: of the claim. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    claims = read_claims(context.labels, context.query("claim", thing=Iri(iri)))
    return ClaimPage(
        entity=entity,
        claims=tuple(claim for claim in claims if claim.iri == iri),
        others=tuple(claim for claim in claims if claim.iri != iri),
        disputes=read_disputes(context, [iri]).get(iri, ()),
        remarks=read_remarks(context, iri),
    )


def read_claims(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Claim, ...]:
    """Return one Claim for each pair of ?claim and ?about in query rows, in order of first occurrence.

    rows: of a query that includes the fragment “claim-columns”; several rows of a claim differ in speaker, footnote or
    conflict, which are collected.
    """
    by_claim: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_claim.setdefault((row["claim"].value, row["about"].value), []).append(row)
    iris = {row[key].value for claim in by_claim.values() for row in claim for key in THING_VARIABLES if key in row}
    names = labels.names(iris)
    return tuple(_read_claim(labels, names, claim_rows) for claim_rows in by_claim.values())


def _read_claim(labels: SnapshotLabels, names: dict[str, str], rows: list[Row]) -> Claim:
    """Return the claim of query rows that differ in ?speaker, ?footnote or ?conflict only.

    names: label of each IRI in the rows.
    """
    row = rows[0]
    exact, least, greatest = (int(row[key].value) if key in row else None for key in ("exact", "least", "greatest"))
    words = row["words"].value if "words" in row else None

    def things(key: str) -> tuple[Thing, ...]:
        found = dict.fromkeys(row[key].value for row in rows if key in row)
        return tuple(Thing(iri, names[iri]) for iri in found)

    def thing(key: str) -> Thing | None:
        return next(iter(things(key)), None)

    return Claim(
        iri=row["claim"].value,
        label=row["label"].value,
        kind=Thing(row["kind"].value, names[row["kind"].value]),
        about=Thing(row["about"].value, names[row["about"].value]),
        party=thing("party"),
        party_is_ours="partyGraph" in row and labels.source(row["partyGraph"].value).sort == "editorial",
        side=thing("side"),
        counted=thing("counted"),
        quantity=thing("quantity"),
        materiel=thing("materiel"),
        count=count_in_words(exact, least, greatest, words),
        exact=exact,
        least=least,
        greatest=greatest,
        words=words,
        speakers=things("speaker"),
        footnotes=things("footnote"),
        note_is_later=not any("noteHere" in row for row in rows),
        hedge=row["hedge"].value if "hedge" in row else "",
        status=thing("status"),
        part_of=thing("whole"),
        conflicts=things("conflict"),
        source=labels.source(row["passage"].value),
    )


def group_figures(claims: Iterable[Claim]) -> tuple[Figures, ...]:
    """Return the claims in groups of the same event, party, quantity and materiel (kind of equipment).

    Groups are in order of first occurrence.
    """
    groups: dict[tuple[Thing, Thing | None, Thing | None, Thing | None], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.about, claim.party, claim.quantity, claim.materiel), []).append(claim)
    return tuple(
        Figures(*key, claims=tuple(members), disagree=any(claim.conflicts for claim in members))
        for key, members in groups.items()
    )


def select_figures(claims: Iterable[Claim], kinds: Iterable[str]) -> tuple[Figures, ...]:
    """Return the claims of some classes in groups of the same event, party, quantity and materiel (kind of equipment).

    kinds: IRIs of these classes; other claims are left out. The groups are sorted by the labels of event, party,
    quantity and materiel, in this order; "" for one that is absent comes first.
    """
    wanted = set(kinds)
    return tuple(sorted(group_figures(claim for claim in claims if claim.kind.iri in wanted), key=_name_sort_key))


def _name_sort_key(figures: Figures) -> tuple[tuple[str, str], ...]:
    """Return a sort key of a group of figures: label and IRI of event, party, quantity and materiel, in this order.

    Two empty strings stand for one that is absent, so that it sorts first.
    """
    things = (figures.about, figures.party, figures.quantity, figures.materiel)
    return tuple((thing.name, thing.iri) if thing else ("", "") for thing in things)


def kind_of_figure(claim: Claim) -> str:
    """Return the quantity and the materiel (kind of equipment) of a figure as text, such as “lost: tanks”.

    It is the quantity alone without materiel, or if the quantity contains the name of the materiel.
    """
    kinds = [thing.name for thing in (claim.quantity, claim.materiel) if thing]
    return kinds[0] if kinds and kinds[-1] in kinds[0] else ": ".join(kinds)
