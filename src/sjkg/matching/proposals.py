"""Proposals of links between our records and those of another dataset: one certain match for a row, or some to check."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from sjkg.matching.evidence import read_weights
from sjkg.matching.foreign import ForeignDataset, ForeignRecord
from sjkg.matching.record_table import RecordTable
from sjkg.matching.records import Identifier
from sjkg.matching.scorer import SAME, RecordMatch, match

Refused = Collection[tuple[str, str]]  # pairs of the IRI of a thing of ours and the subject of a record
Matcher = Callable[[Iterable[ForeignRecord], RecordTable, Refused], list[list[RecordMatch]]]
MAX_MATCHES = 10  # of a record
MAX_CHOICES = 3  # of these that are to be checked


@dataclass(frozen=True)
class Proposal:
    """A proposed link. foreign: the record of the other dataset. match: our record, with the evidence."""

    foreign: ForeignRecord
    match: RecordMatch

    @property
    def is_certain(self) -> bool:
        """Return whether the link is certain, so that nobody need check it."""
        return self.match.certain

    @property
    def evidence(self) -> str:
        """Return the evidence in words, each piece with its weight in bits."""
        return "; ".join(f"{each.feature} {each.bits:+.1f}: {each.words}" for each in self.match.evidence)


def find_matches(
    records: Iterable[ForeignRecord], table: RecordTable, refused: Refused = ()
) -> list[list[RecordMatch]]:
    """Return for each record the matches that may be proposed. refused: pairs that are left out."""
    return [_matches(each, table, refused) for each in records]


def propose_links(
    dataset: ForeignDataset, table: RecordTable, refused: Refused = (), matcher: Matcher = find_matches
) -> list[Proposal]:
    """Return the proposed links of all records of a dataset: certain ones first, then those to check, the most probable first.

    A record with a certain match has only this one. A thing of ours has a certain match with at most one record; other
    records are then proposed for it only if their weight, too, is that of a certain match. refused: pairs that are not
    proposed. matcher: `find_matches`, or a function with the same results that runs elsewhere.
    """
    records = _without_shared_identifiers(dataset.records)
    found = dict(zip((each.record.key for each in records), matcher(records, table, refused), strict=True))
    holders: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for key, matches in found.items():
        if matches and matches[0].certain:
            holders[matches[0].iri].append((matches[0].bits, key))
    owners = {iri: _find_owner(claims) for iri, claims in holders.items()}
    proposals = [
        Proposal(foreign, each)
        for foreign, (key, matches) in zip(records, found.items(), strict=True)
        for each in _select(key, matches, owners)
    ]
    return sorted(
        proposals, key=lambda each: (not each.is_certain, -each.match.bits, each.foreign.line, each.match.iri)
    )


def _without_shared_identifiers(records: Iterable[ForeignRecord]) -> list[ForeignRecord]:
    """Return the records; an identifier that several of them have gets the relation “close” instead of “same”."""
    listed = list(records)
    counts = Counter(identifier for each in listed for identifier in set(each.record.identifiers))
    if not any(count > 1 for count in counts.values()):
        return listed
    return [
        replace(
            each,
            record=replace(each.record, identifiers=tuple(_weaken(i, counts[i] > 1) for i in each.record.identifiers)),
        )
        for each in listed
    ]


def _weaken(identifier: Identifier, is_shared: bool) -> Identifier:
    """Return an identifier, with the relation “close” instead of “same” if it is shared."""
    return identifier._replace(relation="close") if is_shared and identifier.relation == "same" else identifier


def _matches(foreign: ForeignRecord, table: RecordTable, refused: Refused) -> list[RecordMatch]:
    """Return the certain match of a record, or else those whose weight is less than the best by less than `lead`.

    Matches below the weight `look_at` are left out; both are in weights.toml.
    """
    weights = read_weights()[""]
    found = [
        each
        for each in match(foreign.record, table, MAX_MATCHES)
        if each.bits >= weights["look_at"] and (each.iri, foreign.subject) not in refused
    ]
    if found and found[0].certain:
        return found[:1]
    return [each for each in found if each.bits > found[0].bits - weights["lead"]][:MAX_CHOICES]


def _find_owner(claims: Iterable[tuple[float, str]]) -> str:
    """Return the key of the record that keeps its certain match with a thing: the one of the greatest weight.

    Return "" if another record has a similar weight. claims: the weight and key of each record with a certain match with this
    thing.
    """
    (best, key), *others = sorted(claims, reverse=True)
    return key if not others or best - others[0][0] >= read_weights()[""]["lead"] else ""


def _select(key: str, matches: Iterable[RecordMatch], owners: dict[str, str]) -> list[RecordMatch]:
    """Return the matches of a record to propose, certain only if it is the owner of the thing.

    key: of the record. owners: by the IRI of each thing with a certain match the key of the record that has it, "" if
    several claim it.
    """
    least = read_weights()[""]["certain"]
    selected: list[RecordMatch] = []
    for each in matches:
        owner = owners.get(each.iri, key)
        if owner == key:
            selected.append(each)
        elif each.relation != SAME or each.bits >= least or not owner:
            selected.append(replace(each, certain=False))
    return selected
