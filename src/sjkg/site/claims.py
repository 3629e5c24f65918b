"""Claims as the pages show them: each figure with who says so, its passage and footnotes, and what disagrees with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.context import SnapshotLabels
from sjkg.site.model import Source, Thing
from sjkg.site.wording import count_in_words
from sjkg.snapshot.index.precomputed import Row

LOSSES = tuple(ONTOLOGY + name for name in ("CasualtyClaim", "MaterielLossClaim"))
STRENGTHS = tuple(ONTOLOGY + name for name in ("StrengthClaim", "SupplyClaim"))
COUNTS = (f"{ONTOLOGY}CountClaim",)


@dataclass(frozen=True)
class Claim:
    """A claim. count: the figure in words, empty where it has none. party_is_ours: whose it is, is our conclusion."""

    iri: str
    label: str
    kind: Thing
    about: Thing
    party: Thing | None
    party_is_ours: bool
    quantity: Thing | None
    materiel: Thing | None
    count: str
    exact: int | None
    least: int | None
    greatest: int | None
    words: str | None
    speakers: tuple[Thing, ...]
    footnotes: tuple[Thing, ...]
    hedge: str
    status: Thing | None
    part_of: Thing | None
    conflicts: tuple[Thing, ...]
    source: Source


@dataclass(frozen=True)
class Figures:
    """The figures of one quantity of one party in one event, side by side. disagree: at least two conflict by rule."""

    about: Thing
    party: Thing | None
    quantity: Thing | None
    materiel: Thing | None
    claims: tuple[Claim, ...]
    disagree: bool


def read_claims(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Claim, ...]:
    """Return each claim once, in the order of the rows, with all its speakers, footnotes and conflicts."""
    gathered: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        gathered.setdefault((row["claim"].value, row["about"].value), []).append(row)
    names = labels.names(term.value for members in gathered.values() for row in members for term in _things(row))
    return tuple(_claim(labels, names, members) for members in gathered.values())


def _things(row: Row) -> Iterable:
    keys = ("kind", "about", "party", "quantity", "materiel", "speaker", "footnote", "status", "whole", "conflict")
    return (row[key] for key in keys if key in row)


def _claim(labels: SnapshotLabels, names: dict[str, str], rows: list[Row]) -> Claim:
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
        kind=thing("kind"),
        about=thing("about"),
        party=thing("party"),
        party_is_ours="partyGraph" in row and labels.source(row["partyGraph"].value).sort == "editorial",
        quantity=thing("quantity"),
        materiel=thing("materiel"),
        count=count_in_words(exact, least, greatest, words),
        exact=exact,
        least=least,
        greatest=greatest,
        words=words,
        speakers=things("speaker"),
        footnotes=things("footnote"),
        hedge=row["hedge"].value if "hedge" in row else "",
        status=thing("status"),
        part_of=thing("whole"),
        conflicts=things("conflict"),
        source=labels.source(row["passage"].value),
    )


def group_figures(claims: Iterable[Claim], kinds: Iterable[str]) -> tuple[Figures, ...]:
    """Return the figures of these kinds by event, party and quantity; nothing is added up."""
    wanted = set(kinds)
    groups: dict[tuple, list[Claim]] = {}
    for claim in claims:
        if claim.kind.iri in wanted:
            groups.setdefault((claim.about, claim.party, claim.quantity, claim.materiel), []).append(claim)
    return tuple(
        Figures(about, party, quantity, materiel, tuple(members), any(claim.conflicts for claim in members))
        for (about, party, quantity, materiel), members in sorted(groups.items(), key=_by_name)
    )


def _by_name(group: tuple) -> tuple[tuple[str, str], ...]:
    """Return what sorts the figures of one event together, then those of one party."""
    things, _ = group
    return tuple((thing.name, thing.iri) if thing else ("", "") for thing in things)
