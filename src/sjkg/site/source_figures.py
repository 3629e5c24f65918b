"""Reading of the figures and outcomes of other datasets, and of this graph, for the comparison of sources."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from sjkg.core.vocabulary import SCHEMES, own
from sjkg.site.claims import COUNTS, LOSSES, STRENGTHS, read_claims
from sjkg.site.context import SnapshotLabels
from sjkg.site.model import Thing
from sjkg.site.paths import slug_words
from sjkg.site.source_model import Sort, SourceFigure, SourceOutcome, web_address
from sjkg.snapshot.index.precomputed import Row

APPROXIMATE = re.compile(r"\b(?:about|almost|approximately|around|circa|nearly|roughly|some)\b", re.IGNORECASE)
STRENGTH_KINDS = tuple(f"{SCHEMES}quantity-kind/{name}" for name in ("personnel", "equipment", "units"))


def read_figures(labels: SnapshotLabels, rows: Iterable[Row]) -> Iterable[SourceFigure]:
    """Yield the figures of query rows; several rows of a claim differ in labels, types or notes only."""
    claims: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row[name].value if name in row else "" for name in ("claim", "party", "quantity"))
        known = claims.setdefault(key, row)
        if _sort_by_class(row) and not _sort_by_class(known):
            known["kind"] = row["kind"]
    for row in claims.values():
        exact, least, greatest, written = (_number(row, name) for name in ("exact", "least", "greatest", "written"))
        yield SourceFigure(
            iri=row["claim"].value,
            sort=_sort_by_class(row) or _sort_by_quantity(row, labels),
            party=_thing(labels, row, "party"),
            quantity=_thing(labels, row, "quantity"),
            materiel=_thing(labels, row, "materiel"),
            exact=exact,
            least=least,
            greatest=greatest,
            written=written,
            words=row["words"].value if "words" in row else "",
            is_approximate="hedge" in row and bool(APPROXIMATE.search(row["hedge"].value)),
            is_part="whole" in row or "counted" in row,
            note=row["note"].value if "note" in row else "",
            url=web_address(row["url"].value) if "url" in row else "",
        )


def _number(row: Row, name: str) -> int | None:
    """Return a whole number of a row; None if it has none or it is not a whole number."""
    try:
        return int(float(row[name].value)) if name in row else None
    except (ValueError, OverflowError):
        return None


def _sort_by_class(row: Row) -> Sort | None:
    """Return the sort of a figure by the class of its claim; None for a class that does not say it."""
    kind = row["kind"].value if "kind" in row else ""
    sorts: tuple[tuple[Sort, tuple[str, ...]], ...] = (("loss", LOSSES), ("strength", STRENGTHS), ("count", COUNTS))
    return next((sort for sort, kinds in sorts if kind in kinds), None)


def _sort_by_quantity(row: Row, labels: SnapshotLabels) -> Sort:
    """Return the sort of a figure by what it counts."""
    quantity = row["quantity"].value if "quantity" in row else ""
    return "loss" if quantity in labels.linked.loss_kinds else "strength" if quantity in STRENGTH_KINDS else "count"


def _thing(labels: SnapshotLabels, row: Row, name: str) -> Thing | None:
    """Return the thing that a variable of a row is bound to: ours if it is linked with one, else theirs with its name."""
    if name not in row:
        return None
    iri = labels.linked.own_things.get(row[name].value, row[name].value)
    if iri.startswith(own().ids):
        return labels.things([iri])[0]
    label = labels.term_names.get(iri)
    return Thing(iri, label or (row[f"{name}Name"].value if f"{name}Name" in row else slug_words(iri)))


def read_outcomes(labels: SnapshotLabels, rows: Iterable[Row]) -> Iterable[SourceOutcome]:
    """Yield the outcomes of query rows, one for each claim."""
    claims: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        claims[row["claim"].value].append(row)
    for iri, found in claims.items():
        victors, defeated = (
            tuple(dict.fromkeys(thing for row in found if (thing := _thing(labels, row, name))))
            for name in ("victor", "defeated")
        )
        first = found[0]
        kind = labels.name(first["outcome"].value) if "outcome" in first else ""
        words = first["words"].value if "words" in first else ""
        yield SourceOutcome(iri, victors, defeated, ": ".join(filter(None, (kind, words))))


def figure_order(figure: SourceFigure) -> tuple[int, str, str, str]:
    """Return a sort key of figures: strengths, then losses, then other counts; by the names of party, quantity and equipment."""
    names = (thing.name if thing else "" for thing in (figure.party, figure.quantity, figure.materiel))
    return (("strength", "loss", "count").index(figure.sort), *names)  # type: ignore[return-value]  # three names


def own_figures(
    labels: SnapshotLabels, rows: Iterable[Row], stated: Collection[tuple[str, str]], event: str
) -> Iterable[SourceFigure]:
    """Yield the strengths, losses and other counts of this graph about an event itself, not about its parts.

    rows: of the query “event-claims”. stated: the claims with the kinds of quantity that are not computed. A claim of several kinds of quantity, such as no casualties, hence no killed, gives a figure for each.
    """
    listed = [row for row in rows if row["about"].value == event]
    quantities: dict[str, dict[str, None]] = defaultdict(dict)
    for row in listed:
        if "quantity" in row:
            quantities[row["claim"].value][row["quantity"].value] = None
    sorts: dict[str, Sort] = {
        **dict.fromkeys(LOSSES, "loss"),
        **dict.fromkeys(STRENGTHS, "strength"),
        **dict.fromkeys(COUNTS, "count"),
    }
    for claim in read_claims(labels, listed):
        if not (sort := sorts.get(claim.kind.iri)) or not claim.count:
            continue
        whole = quantities.get(claim.part_of.iri, {}) if claim.part_of else {}
        for quantity in labels.things(quantities[claim.iri]):
            yield SourceFigure(
                iri=claim.iri,
                sort=sort,
                party=claim.party,
                quantity=quantity,
                materiel=claim.materiel,
                exact=claim.exact,
                least=claim.least,
                greatest=claim.greatest,
                words=claim.words or "",
                is_approximate=bool(APPROXIMATE.search(claim.hedge)),
                is_part=quantity.iri in whole or claim.counted is not None,
                party_is_ours=claim.party_is_ours,
                is_computed=(claim.iri, quantity.iri) not in stated,
                sources=(claim.source,),
                footnotes=claim.footnotes,
            )


def own_outcomes(labels: SnapshotLabels, rows: Iterable[Row]) -> Iterable[SourceOutcome]:
    """Yield the outcomes in rows of the query “outcomes”, one for each claim."""
    claims: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        claims[row["claim"].value].append(row)
    for iri, found in claims.items():
        victors, defeated, notes = (
            labels.things(dict.fromkeys(row[name].value for row in found if name in row))
            for name in ("victor", "defeated", "note")
        )
        kinds = dict.fromkeys(labels.name(row["outcome"].value) for row in found if "outcome" in row)
        words = [found[0]["words"].value] if "words" in found[0] else []
        source = labels.source(found[0]["graph"].value)
        yield SourceOutcome(iri, victors, defeated, ": ".join([*kinds, *words]), (source,), notes)
