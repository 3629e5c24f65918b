"""The scorer: finds the records of a table that may be about the same thing as another record, by the sum of the weights
of all evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sjkg.matching.evidence import (
    Evidence,
    date_evidence,
    extent,
    identifier_evidence,
    kind_evidence,
    lies_within,
    name_evidence,
    point_evidence,
    read_weights,
    reference_evidence,
)
from sjkg.matching.name_comparison import NameComparison
from sjkg.matching.name_words import KIND_WORDS
from sjkg.matching.names import ParsedName, parse_name
from sjkg.matching.record_table import MAX_QUERY_NAMES, MIN_CANDIDATES, RecordTable
from sjkg.matching.records import FieldValue, Record, make_record

MAX_SCANNED = 1000  # records of a table with all of which a record without names can be compared
SAME, HAS_PART, PART_OF = "sameThing", "hasPart", "partOf"  # local names of our properties


@dataclass(frozen=True)
class RecordMatch:
    """A match: a record of a table (ours) that may be about the same thing as a given record (theirs), or a whole or part of it.

    iri: the key of ours. relation: from ours to theirs: SAME, HAS_PART if theirs is a part of ours, or PART_OF if ours is a
    part of theirs. name: the name of ours that is most similar to one of theirs. bits: the sum of the weights, the log2 odds
    that the relation holds. certain: whether nobody need check it. evidence: that of the greatest weight first. agreement:
    “same” if the names differ in words for kinds at most, “spelling” if each word of the one is similar to one of the other,
    else “other”.
    """

    iri: str
    relation: str
    name: str
    bits: float
    certain: bool
    evidence: tuple[Evidence, ...]
    agreement: str = "other"

    @property
    def score(self) -> float:
        """Return the probability that the relation holds, as a score from 0 to 100."""
        odds: float = 2.0 ** max(-50.0, min(50.0, self.bits))
        return round(100 * odds / (1 + odds), 1)

    @cached_property
    def features(self) -> Mapping[str, float]:
        """Return a dict from the name of each feature that was compared to its agreement, from 0 to 100."""
        return {each.feature: each.score for each in self.evidence}

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Return a dict from the name of each feature to a sentence on what was compared."""
        return {each.feature: each.words for each in self.evidence}

    @property
    def refuted(self) -> bool:
        """Return whether an identifier or a numeral proves that the records are about two things."""
        return any(each.refutes for each in self.evidence)


def query_record(name: str, *statements: FieldValue) -> Record:
    """Return a record with a name and further statements, without a key. Raises BadValue as `make_record`."""
    return make_record("", [FieldValue("name", name), *statements])


def match(
    query: Record,
    table: RecordTable,
    limit: int = 10,
    kinds: Iterable[str] = (),
    *,
    with_parts: bool = True,
    least_bits: float | None = None,
    scan: bool = False,
) -> list[RecordMatch]:
    """Return at most `limit` records of a table that may be about the same thing as `query`, the most probable first.

    kinds: only records of these kinds; of all if empty. with_parts: whether to include records that have `query` as a part,
    or are a part of it. least_bits: the least weight of a match; None for `least` in weights.toml. scan: whether to
    compare a record without names with all records of a table that has at most MAX_SCANNED.
    The first match is certain if its weight is at least `certain` and that of the next one less by `lead` (both in
    weights.toml), no feature contradicts, and the names are the same or the other features suffice; parts are never certain.
    Records that an identifier or numeral refutes are left out. Of equal ones, the first has a given name letter for letter.
    """
    allowed = frozenset(kinds)
    names = _query_names(query)
    pairs = table.find_by_names(names, max(MIN_CANDIDATES, limit))
    is_scan = scan and not names and len(table.records) <= MAX_SCANNED
    candidates = dict.fromkeys(table.records if is_scan else pairs)
    for identifier in query.identifiers:
        candidates.update(dict.fromkeys(table.find_by_identifier(identifier.scheme, identifier.value)))
    if query.begin and query.begin.first and (query.begin.precision == "day"):
        candidates.update(dict.fromkeys(table.find_by_begin(query.begin.first)))
    least = read_weights()[""]["least"] if least_bits is None else least_bits
    wholes = frozenset(key for whole in query.wholes for key in table.resolve(whole))
    found: list[RecordMatch] = []
    for key in candidates:
        ours = table.records[key]
        if (allowed and ours.kind not in allowed) or key in wholes:
            continue
        compared = _compare(query, names, ours, pairs.get(key, ()), table)
        if compared.bits >= least and not compared.refuted and (with_parts or compared.relation == SAME):
            found.append(compared)
    given = {name.text for name in query.names}
    found.sort(
        key=lambda each: (-each.bits, each.name not in given, each.name != table.records[each.iri].name, each.iri)
    )
    return _mark_certain(found)[:limit]


def _query_names(query: Record) -> list[ParsedName]:
    """Return the names of a record, prepared for comparison, without duplicates."""
    return list(dict.fromkeys(parse_name(name.text) for name in query.names[:MAX_QUERY_NAMES]))


def explain(query: Record, key: str, table: RecordTable) -> RecordMatch:
    """Return the comparison of a record with the one of a table that has the key `key`, even if it is refuted.

    Raises KeyError if the table has none.
    """
    names = _query_names(query)
    ours = table.records[key]
    pairs = table.find_by_names(names, len(table.records)).get(key, ())
    return _compare(query, names, ours, pairs, table)


def _compare(
    query: Record,
    names: list[ParsedName],
    ours: Record,
    pairs: Iterable[tuple[ParsedName, ParsedName]],
    table: RecordTable,
) -> RecordMatch:
    """Return the comparison of two records. pairs: each a name of theirs and one of ours that share a token."""
    evidence: list[Evidence] = []
    compared: NameComparison | None = None
    if names and ours.names:
        listed = list(pairs) or [(names[0], parse_name(ours.names[0].text))]
        if result := name_evidence(listed, table):
            evidence.append(result[0])
            compared = result[1]
    evidence += date_evidence(query, ours)
    others = (point_evidence(query, ours), identifier_evidence(query, ours), kind_evidence(query, ours, compared))
    evidence += [each for each in others if each]
    evidence += reference_evidence(query, ours, table)
    evidence.sort(key=lambda each: -abs(each.bits))
    bits = read_weights()[""]["prior"] + sum(each.bits for each in evidence)
    is_identified = any(each.feature == "identifiers" and each.bits > 0 for each in evidence)
    relation = _find_relation(query, ours, compared, is_identified)
    name, agreement = (compared.name, compared.agreement) if compared else (ours.name, "other")
    return RecordMatch(ours.key, relation, name, round(bits, 2), False, tuple(evidence), agreement)


def _find_relation(query: Record, ours: Record, compared: NameComparison | None, is_identified: bool) -> str:
    """Return SAME, HAS_PART or PART_OF, from our record to theirs.

    A record is a part of another if it lies within the time of the other, is shorter, and its name has all words of the
    other's and more; or if it has another name, although an identifier is the same: some datasets give their parts the
    identifier of the whole. is_identified: whether an identifier agrees.
    """
    if compared is None or compared.agreement != "other":
        return SAME
    theirs_says_more = any(word not in KIND_WORDS for word in compared.only_theirs)
    ours_says_more = any(word not in KIND_WORDS for word in compared.only_ours)
    contains = bool(compared.shared) and not ours_says_more
    is_contained = bool(compared.shared) and not theirs_says_more
    if theirs_says_more and (contains or is_identified) and _is_shorter(query, ours):
        return HAS_PART
    if ours_says_more and (is_contained or is_identified) and _is_shorter(ours, query):
        return PART_OF
    return SAME


def _is_shorter(part: Record, whole: Record) -> bool:
    """Return whether one record lies within the time of another and lasts less than two thirds of it."""
    if not lies_within(part, whole):
        return False
    first, last = extent(part)
    begin, end = extent(whole)
    if first is None or last is None or begin is None or end is None:
        return begin is not None or end is not None
    return (last - first + 1) * 3 < (end - begin + 1) * 2


def _mark_certain(found: list[RecordMatch]) -> list[RecordMatch]:
    """Return sorted matches with the first marked as certain if it is; see `match`."""
    if not found:
        return found
    best, weights = found[0], read_weights()[""]
    lead = best.bits - found[1].bits if len(found) > 1 else weights["lead"]
    others = [each.bits for each in best.evidence if each.feature != "name"]
    needed = {"same": 0.0, "spelling": weights["spelling"]}.get(best.agreement, weights["other_evidence"])
    is_certain = (
        best.relation == SAME
        and best.bits >= weights["certain"]
        and lead >= weights["lead"]
        and sum(others) >= needed
        and min(others, default=0.0) > weights["contradiction"]
    )
    return [replace(best, certain=True), *found[1:]] if is_certain else found
