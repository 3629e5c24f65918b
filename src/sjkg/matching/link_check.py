"""Comparison of proposed links with links that are known to be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from sjkg.core.vocabulary import expand, own
from sjkg.matching.foreign import ForeignDataset, ForeignRecord
from sjkg.matching.link_tables import LinkRow, LinkTable
from sjkg.matching.proposals import Proposal
from sjkg.matching.record_table import RecordTable
from sjkg.matching.scorer import HAS_PART, PART_OF, SAME

SHARE_TO_FIND = 0.95  # of the true links
PARTS = {"haspart": HAS_PART, "narrowmatch": HAS_PART, "partof": PART_OF, "broadmatch": PART_OF}
INVERSE = {HAS_PART: PART_OF, PART_OF: HAS_PART, SAME: SAME}
Link = tuple[str, str, str]  # key of a foreign record, IRI of ours, relation of ours to the foreign one


@dataclass(frozen=True)
class CheckedLinks:
    """The result of a comparison.

    true: the number of right links. right, wrong: the certain links that are right and wrong. found: the right links that
    are proposed. missed: the others. rows_to_check: the number of proposals to check, the most probable first, until
    SHARE_TO_FIND of the right links are found; None if the proposals have fewer. all_to_check: the number of proposals to check.
    unknown: the lines of the table whose subject or object is unknown.
    """

    true: int
    right: tuple[Proposal, ...]
    wrong: tuple[Proposal, ...]
    found: int
    missed: tuple[Link, ...]
    rows_to_check: int | None
    all_to_check: int
    unknown: tuple[LinkRow, ...]

    @property
    def precision(self) -> float:
        """Return the share of the certain links that are right; 1 if there are none."""
        certain = len(self.right) + len(self.wrong)
        return len(self.right) / certain if certain else 1.0

    @property
    def recall(self) -> float:
        """Return the share of the right links that are certain; 1 if there are none."""
        return len(self.right) / self.true if self.true else 1.0


def check_links(
    proposals: Iterable[Proposal], held_out: LinkTable, dataset: ForeignDataset, table: RecordTable
) -> CheckedLinks:
    """Return how proposed links compare with right ones; every other pair of records is taken as wrong.

    proposals: certain ones first, then those to check in order. held_out: the right links; our thing may be the subject or
    the object, and the other one is the IRI, CURIE or key of a record. Links that are refused there are not right.
    """
    true: dict[Link, LinkRow] = {}
    unknown: list[LinkRow] = []
    records = _by_any_name(dataset)
    for row in held_out.rows:
        if row.is_refused:
            continue
        link = _read_link(row, records, table)
        if link is None:
            unknown.append(row)
        else:
            true[link] = row
    listed = list(proposals)
    links = [(each.foreign.record.key, each.match.iri, each.match.relation) for each in listed]
    certain = [(proposal, link) for proposal, link in zip(listed, links, strict=True) if proposal.is_certain]
    open_links = [link for proposal, link in zip(listed, links, strict=True) if not proposal.is_certain]
    right = tuple(proposal for proposal, link in certain if link in true)
    wanted = ceil(SHARE_TO_FIND * len(true)) - len(right)
    hits = [place for place, link in enumerate(open_links, 1) if link in true]
    rows_to_check = 0 if wanted <= 0 else hits[wanted - 1] if wanted <= len(hits) else None
    return CheckedLinks(
        len(true),
        right,
        tuple(proposal for proposal, link in certain if link not in true),
        len(right) + len(hits),
        tuple(link for link in true if link not in links),
        rows_to_check,
        len(open_links),
        tuple(unknown),
    )


def _by_any_name(dataset: ForeignDataset) -> dict[str, ForeignRecord]:
    """Return the records of a dataset by IRI or CURIE, last segment of the IRI, and key."""
    names: dict[str, ForeignRecord] = {}
    for each in dataset.records:
        for name in (each.subject.rstrip("/").rpartition("/")[2], each.record.key, each.subject):
            names[name] = each
    return names


def _read_link(row: LinkRow, records: dict[str, ForeignRecord], table: RecordTable) -> Link | None:
    """Return the link in a line; None if its subject or object is unknown."""
    subject, item = row.pair
    relation = _read_predicate(row.values["predicate_id"])
    ours, theirs = _find_own(subject, table), item
    if ours is None:
        ours, theirs, relation = _find_own(item, table), subject, INVERSE[relation]
    foreign = records.get(theirs) or records.get(theirs.rpartition(":")[2]) or records.get(theirs.rpartition("/")[2])
    return (foreign.record.key, ours, relation) if ours and foreign else None


def _find_own(name: str, table: RecordTable) -> str | None:
    """Return the IRI of our record that an IRI, CURIE or id (event/x) names; None if it names none."""
    return next((iri for iri in (expand(name), own().ids + name) if iri in table.records), None)


def _read_predicate(predicate: str) -> str:
    """Return SAME, HAS_PART or PART_OF for the IRI or CURIE of a predicate; SAME for an unknown one."""
    local = predicate.replace("#", ":").replace("/", ":").rpartition(":")[2].casefold()
    return PARTS.get(local, SAME)
