"""Reconciliation service: matches the names in users' tables with entities of the graph, for OpenRefine.

A candidate is an entity that a name may mean. A kind is a key of CLASSES, such as “event”; its type is the ontology
class.
Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import IDS, ONTOLOGY
from sjkg.site.context import SnapshotLabels
from sjkg.site.search import MAX_QUERY_CHARACTERS
from sjkg.snapshot.index.name_search import fold

VERSIONS = ("0.1", "0.2")
CLASSES = {"event": "Event", "actor": "Actor", "place": "Place", "treaty": "Treaty", "work": "Work"}
MAX_QUERIES = 50
DEFAULT_LIMIT, MAX_LIMIT = 10, 100


@dataclass(frozen=True)
class ReconciliationQuery:
    """A name to match.

    words: the name. kinds: permitted keys of CLASSES, such as “event”; empty for any. limit: maximum number of
    candidates.
    """

    words: str
    kinds: tuple[str, ...]
    limit: int


class EntityType(TypedDict):
    """A class of entities. id: local name in our ontology, such as “Event”. name: such as “event”."""

    id: str
    name: str


class Candidate(TypedDict):
    """An entity that a name may mean.

    id: end of its IRI, such as “event/…”. description: the matching name if it is not the preferred one, else "".
    score: similarity, 0 to 100. match: True if it is the only entity with exactly that name.
    """

    id: str
    name: str
    description: str
    type: list[EntityType]
    score: float
    match: bool


class Suggestion(Candidate):
    """A completion of a name that is being typed: a candidate, with its classes again as “notable”."""

    notable: list[EntityType]


def manifest(title: str, address: str) -> dict[str, object]:
    """Return the service manifest as a JSON-serializable dict. title: name of the service. address: URL of the site."""
    return {
        "versions": list(VERSIONS),
        "name": title,
        "identifierSpace": IDS,
        "schemaSpace": ONTOLOGY,
        "defaultTypes": _entity_types(CLASSES),
        "view": {"url": address + "/id/{{id}}"},
        "suggest": {"entity": {"service_url": address, "service_path": "/reconcile/suggest/entity"}},
        "batchSize": MAX_QUERIES,
    }


def read_queries(batch: object) -> dict[str, ReconciliationQuery]:
    """Return the queries of a batch by their keys.

    batch: parsed JSON of the parameter “queries”. Raises BadParameter, naming the query, if it is malformed or has more
    than MAX_QUERIES queries.
    """
    if not isinstance(batch, dict):
        raise BadParameter("the parameter “queries” must be a JSON object with an object for each query")
    if len(batch) > MAX_QUERIES:
        raise BadParameter(
            f"the parameter “queries” has {len(batch)} queries; send at most {MAX_QUERIES} in one request"
        )
    return {key: _read_query(key, query) for key, query in batch.items()}


def _read_query(key: str, query: object) -> ReconciliationQuery:
    """Return one query of a batch.

    key: of the query, for messages. Names are cut at 200 characters, and “limit” at MAX_LIMIT. Raises BadParameter for
    a malformed query.
    """
    if not isinstance(query, dict):
        raise BadParameter(f"the query “{key}” must be a JSON object")
    if not isinstance(words := query.get("query"), str):
        raise BadParameter(f"the query “{key}” lacks “query”, the name to match, as a string")
    limit = query.get("limit", DEFAULT_LIMIT)
    if not isinstance(limit, int) or limit < 1:
        raise BadParameter(f"the “limit” of the query “{key}” must be a whole number from 1")
    given = query.get("type") or []
    kinds = _read_types(key, given if isinstance(given, list) else [given])
    return ReconciliationQuery(words[:MAX_QUERY_CHARACTERS], kinds, min(limit, MAX_LIMIT))


def _read_types(key: str, types: list[object]) -> tuple[str, ...]:
    """Return the kinds (keys of CLASSES) that the member “type” of a query lists.

    key: of the query. Raises BadParameter for an unknown type.
    """
    by_type = {name: kind for kind, name in CLASSES.items()}
    kinds = []
    for each in types:
        if not isinstance(each, str):
            raise BadParameter(
                f"the “type” of the query “{key}” must be a name or a list of names; known types: {', '.join(by_type)}"
            )
        if each not in by_type:
            raise BadParameter(f"unknown type “{each}” in the query “{key}”; known types: {', '.join(by_type)}")
        kinds.append(by_type[each])
    return tuple(kinds)


def reconcile(
    labels: SnapshotLabels, queries: Mapping[str, ReconciliationQuery]
) -> dict[str, dict[str, list[Candidate]]]:
    """Return for each key of `queries` {"result": candidates of the query, best match first}."""
    return {key: {"result": _find_candidates(labels, query)} for key, query in queries.items()}


def suggest(labels: SnapshotLabels, prefix: str) -> dict[str, list[Suggestion]]:
    """Return {"result": at most DEFAULT_LIMIT completions of a name typed so far, best match first}."""
    candidates = _find_candidates(labels, ReconciliationQuery(prefix[:MAX_QUERY_CHARACTERS], (), DEFAULT_LIMIT))
    return {"result": [{**each, "notable": each["type"]} for each in candidates]}


def _find_candidates(labels: SnapshotLabels, query: ReconciliationQuery) -> list[Candidate]:
    """Return the candidates of a query, best match first, at most `query.limit`."""
    kinds = query.kinds or tuple(CLASSES)
    hits = [hit for hit in labels.search.find(query.words) if hit.kind in kinds][: query.limit]
    names = labels.names(hit.thing for hit in hits)
    words = fold(query.words)
    exact = [hit.thing for hit in hits if fold(hit.name) == words]
    return [
        {
            "id": hit.thing.removeprefix(IDS),
            "name": names[hit.thing],
            "description": f"also named “{hit.name}”" if hit.name != names[hit.thing] else "",
            "type": _entity_types([hit.kind]),
            "score": round(hit.score, 1),
            "match": exact == [hit.thing],  # if two things have the name, the user has to choose
        }
        for hit in hits
    ]


def _entity_types(kinds: Iterable[str]) -> list[EntityType]:
    """Return the classes of the given kinds (keys of CLASSES)."""
    return [{"id": CLASSES[kind], "name": kind} for kind in kinds]
