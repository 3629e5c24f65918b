"""Candidates: the entities that a row of a user's table may mean, with their scores.

Source: Reconciliation Service API 0.2, “Reconciliation Query Responses”
"""

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from sjkg.core.vocabulary import IDS
from sjkg.site.context import SnapshotLabels
from sjkg.site.lists import MAX_QUERY_CHARACTERS
from sjkg.site.reconciliation.entities import Entities, Identification
from sjkg.site.reconciliation.entity_types import MAIN_CLASSES, EntityType
from sjkg.site.reconciliation.queries import ReconciliationQuery
from sjkg.snapshot.index.search import Hit

MIN_SCORE = 60  # of 100; below are things that are related to the name, such as the events of a person
OTHER_TYPE_FACTOR = 0.5  # for candidates of other types than the wanted ones
SIMILAR_SCORE = 90.0  # of an entity that another dataset's identifier only resembles, or that replaces a retired one


class Feature(TypedDict):
    """A piece of evidence for a candidate.

    id: “name”, with the similarity from 0 to 1 as value, or “identifier”, with whether it is that of the same thing.
    """

    id: str
    value: float | bool


class Candidate(TypedDict):
    """An entity that a row may mean.

    id: end of its IRI, such as “event/…”. description: the matching name if it is not the preferred one, or how the entity is
    identified, else "". score: 0 to 100. features: evidence. match: True if the user need not choose.
    """

    id: str
    name: str
    description: str
    type: list[EntityType]
    score: float
    features: list[Feature]
    match: bool


class ReconciliationResult(TypedDict):
    """The result of one query: its candidates, the best first. error: why a query cannot be answered; then no candidates."""

    result: list[Candidate]
    error: NotRequired[str]


def find_candidates(
    labels: SnapshotLabels, entities: Entities, query: ReconciliationQuery, addresses: Iterable[str]
) -> list[Candidate]:
    """Return at most `query.limit` candidates, the best first. addresses: URLs of our site without final slash."""
    identified = entities.find(query.words, addresses)
    found = (
        [_identified(labels, entities, each, len(identified)) for each in identified]
        if identified
        else _named(labels, entities, query.words)
    )
    return _select_types(entities, query, found)[: query.limit]


def _select_types(entities: Entities, query: ReconciliationQuery, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates that have the classes of a query, by `query.strictness`.

    If it is “should”, the others come after them, with a part of their score and without a match.
    """
    if not query.types:
        return found
    if query.strictness == "should":
        fitting = [each for each in found if entities.has_any_type(IDS + each["id"], query.types)]
        others = [each for each in found if each not in fitting]
        least = min((each["score"] for each in fitting), default=100.0)
        for each in others:
            each["score"] = round(min(each["score"] * OTHER_TYPE_FACTOR, least), 1)
            each["match"] = False
        return fitting + others
    fits = entities.has_all_types if query.strictness == "all" else entities.has_any_type
    return [each for each in found if fits(IDS + each["id"], query.types)]


def _identified(labels: SnapshotLabels, entities: Entities, each: Identification, total: int) -> Candidate:
    """Return the candidate for an entity that the query identifies. total: the number of identified entities."""
    return {
        "id": each.thing.removeprefix(IDS),
        "name": labels.names([each.thing])[each.thing],
        "description": each.reason,
        "type": entities.types_of(each.thing),
        "score": 100.0 if each.is_same else SIMILAR_SCORE,
        "features": [{"id": "identifier", "value": each.is_same}],
        "match": each.is_same and total == 1,
    }


def _named(labels: SnapshotLabels, entities: Entities, words: str) -> list[Candidate]:
    """Return the candidates for a name with a score of at least MIN_SCORE, the best first.

    words: the name, of which the first MAX_QUERY_CHARACTERS are used.
    """
    hits = [hit for hit in labels.search.find(words[:MAX_QUERY_CHARACTERS]) if hit.score >= MIN_SCORE]
    hits = [hit for hit in hits if hit.kind in MAIN_CLASSES]
    exact = [hit.thing for hit in hits if hit.score == 100]
    names = labels.names(hit.thing for hit in hits)
    return [
        {
            "id": hit.thing.removeprefix(IDS),
            "name": names[hit.thing],
            "description": _describe(hit) if hit.name != names[hit.thing] else "",
            "type": entities.types_of(hit.thing),
            "score": round(hit.score, 1),
            "features": [{"id": "name", "value": round(hit.score / 100, 3)}],
            "match": exact == [hit.thing],  # if two things have the name, the user has to choose
        }
        for hit in hits
    ]


def _describe(hit: Hit) -> str:
    """Return the words that tell the name by which a thing was found."""
    return f"named “{hit.name}” in another dataset" if hit.is_elsewhere else f"also named “{hit.name}”"
