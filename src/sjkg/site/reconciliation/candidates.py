"""Candidates: the entities that a row of a user's table may mean, with their scores and the evidence for them.

Source: Reconciliation Service API 0.2, “Reconciliation Query Responses”
"""

from collections.abc import Collection
from typing import NotRequired, TypedDict

from sjkg.core.vocabulary import own
from sjkg.matching.scorer import HAS_PART, PART_OF, RecordMatch, match
from sjkg.site.reconciliation.entities import Entities, Identification, describe_name
from sjkg.site.reconciliation.entity_types import EntityType
from sjkg.site.reconciliation.queries import ReconciliationQuery
from sjkg.site.reconciliation.row_record import OWN_IRI, make_row_record

SIMILAR_SCORE = 90.0  # of an entity that another dataset's identifier only resembles, or that replaces a retired one
OTHER_TYPE_FACTOR = 0.5  # for candidates of other types than the wanted ones
TYPED_CANDIDATES = 50  # candidates among which those of the wanted types are sought, if fewer are asked for
RELATIONS = {HAS_PART: "the row may be a part of it", PART_OF: "it may be a part of what the row names"}


class Feature(TypedDict):
    """A piece of evidence for a candidate.

    id: of the compared property, such as “name”, with the agreement from 0 to 100 as value; or “weight”, the sum of all evidence
    in bits.
    """

    id: str
    value: float


class Candidate(TypedDict):
    """An entity that a row may mean.

    id: end of its IRI, such as “event/…”. description: the matching name if it is not the preferred one, how the entity is
    identified, and further evidence in words; else "". score: the probability, 0 to 100. match: True if the user need not choose.
    """

    id: str
    name: str
    description: str
    type: list[EntityType]
    score: float
    features: list[Feature]
    match: bool


class ReconciliationResult(TypedDict):
    """The result of one query: its candidates, the best first.

    error: why a query cannot be answered; then there are no candidates. warnings: sentences on values that were ignored.
    """

    result: list[Candidate]
    error: NotRequired[str]
    warnings: NotRequired[list[str]]


def find_candidates(entities: Entities, query: ReconciliationQuery, addresses: Collection[str]) -> ReconciliationResult:
    """Return the result of a query with at most `query.limit` candidates. addresses: URLs of our site without final slash.

    Raises BadParameter if nothing readable is left of the query.
    """
    row, warnings = make_row_record(entities, query, addresses)
    given = [query.words, *(value for each in query.evidence if each.property == OWN_IRI for value in each.values)]
    if identified := next(filter(None, (entities.find(text, addresses) for text in given)), None):
        found = [_identified(entities, each, len(identified)) for each in identified]
    else:
        most = max(query.limit, TYPED_CANDIDATES if query.types else 0)
        found = [_matched(entities, each) for each in match(row, entities.records, most, scan=True)]
    result: ReconciliationResult = {"result": _select_types(entities, query, found)[: query.limit]}
    if warnings:
        result["warnings"] = warnings
    return result


def _select_types(entities: Entities, query: ReconciliationQuery, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates that have the classes of a query, by `query.strictness`.

    If it is “should”, the others come after them, with a part of their score and without a match.
    """
    if not query.types:
        return found
    if query.strictness == "should":
        fitting = [each for each in found if entities.has_any_type(own().ids + each["id"], query.types)]
        others = [each for each in found if each not in fitting]
        least = min((each["score"] for each in fitting), default=100.0)
        for each in others:
            each["score"] = round(min(each["score"] * OTHER_TYPE_FACTOR, least), 1)
            each["match"] = False
        return fitting + others
    fits = entities.has_all_types if query.strictness == "all" else entities.has_any_type
    return [each for each in found if fits(own().ids + each["id"], query.types)]


def _identified(entities: Entities, each: Identification, total: int) -> Candidate:
    """Return the candidate for an entity that the query identifies. total: the number of identified entities."""
    return {
        "id": each.thing.removeprefix(own().ids),
        "name": entities.records.records[each.thing].name,
        "description": each.reason,
        "type": entities.types_of(each.thing),
        "score": 100.0 if each.is_same else SIMILAR_SCORE,
        "features": [{"id": "identifiers", "value": 100.0 if each.is_same else 80.0}],
        "match": each.is_same and total == 1,
    }


def _matched(entities: Entities, found: RecordMatch) -> Candidate:
    """Return the candidate for a match of records."""
    preferred = entities.records.records[found.iri].name
    features: list[Feature] = [{"id": each.feature, "value": each.score} for each in found.evidence]
    return {
        "id": found.iri.removeprefix(own().ids),
        "name": preferred,
        "description": _describe(entities, found, preferred),
        "type": entities.types_of(found.iri),
        "score": found.score,
        "features": [*features, {"id": "weight", "value": found.bits}],
        "match": found.certain,
    }


def _describe(entities: Entities, found: RecordMatch, preferred: str) -> str:
    """Return the name by which a record was found unless it is the preferred one, and the evidence beside the name, as text."""
    words = [RELATIONS[found.relation]] if found.relation in RELATIONS else []
    if found.name != preferred and "name" in found.features:
        words.append(describe_name(found.name, entities.source_of_name(found.iri, found.name)))
    return "; ".join([*words, *(each.words for each in found.evidence if each.feature != "name")])
