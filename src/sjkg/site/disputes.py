"""Disputed claims: those in contradiction with another statement, with the other statements and the reason.

A rule finds two figures with ranges that do not overlap; the editors remark on other contradictions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from sjkg.core.vocabulary import PREFIXES
from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.remarks import Remark, read_disagreements
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection

DISPUTED = "disputed"  # name of the facet of the list of claims
CONTRADICTION = f"{PREFIXES['slip']}contradiction"  # the value of that facet that each disputed claim has
MAX_DISPUTED = 200  # claims of a page for which the other statements are read


@dataclass(frozen=True)
class Dispute:
    """A contradiction in which a claim takes part.

    remark: of the editors; None if a rule found it. others: the other claims or things that it concerns.
    """

    remark: Remark | None
    others: tuple[Thing, ...]


Disputes = Mapping[str, tuple[Dispute, ...]]  # by the IRI of the claim


def read_disputes_within(context: PageContext, values: Mapping[str, tuple[str, ...]]) -> Disputes:
    """Return the contradictions in which selected claims take part, of the first MAX_DISPUTED disputed ones.

    values: facet values that the claims must have, as in FacetSelection.
    """
    selection = FacetSelection({**values, DISPUTED: (CONTRADICTION,)})
    rows = context.index.rows(read_lists()["claims"], selection, "start", False, MAX_DISPUTED)
    return read_disputes(context, [row["item"] for row in rows])


def read_disputes(context: PageContext, claims: Iterable[str]) -> Disputes:
    """Return the contradictions in which claims take part, those found by a rule first. claims: IRIs."""
    listed = list(claims)
    rows = context.query_for_things("disputes", listed) if listed else []
    disputes: dict[str, tuple[Dispute, ...]] = {}
    by_rule = [row for row in rows if "remark" not in row]
    for claim, members in groupby(by_rule, lambda row: row["thing"].value):
        disputes[claim] = (Dispute(None, context.labels.things(row["other"].value for row in members)),)
    by_editors = [row for row in rows if "remark" in row]
    concerned = [{**row, "concerned": row[key]} for row in by_editors for key in ("thing", "other") if key in row]
    for one in read_disagreements(context.labels, concerned):
        for claim in dict.fromkeys(row["thing"].value for row in by_editors if row["remark"].value == one.remark.iri):
            others = tuple(thing for thing in one.concerned if thing.iri != claim)
            disputes[claim] = (*disputes.get(claim, ()), Dispute(one.remark, others))
    return disputes
