"""Names of other people's tables matched with things of the graph, as the reconciliation protocol has it.

Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import IDS, ONTOLOGY
from sjkg.site.context import SnapshotLabels
from sjkg.site.search import LONGEST
from sjkg.snapshot.index.names import Hit, fold

VERSIONS = ("0.1", "0.2")
CLASSES = {
    "event": "Event",
    "actor": "Actor",
    "place": "Place",
    "treaty": "Treaty",
    "work": "Work",
}
MOST_QUERIES = 50
USUAL_LIMIT, MOST_RESULTS = 10, 100


@dataclass(frozen=True)
class Wanted:
    """A name to be matched. kinds: what the thing may be, of CLASSES; anything of these where none is given."""

    words: str
    kinds: tuple[str, ...]
    limit: int


def manifest(title: str, address: str) -> dict:
    """Return what the service says of itself; ids are what follows identifierSpace in an IRI."""
    return {
        "versions": list(VERSIONS),
        "name": title,
        "identifierSpace": IDS,
        "schemaSpace": ONTOLOGY,
        "defaultTypes": _types(CLASSES),
        "view": {"url": address + "/id/{{id}}"},
        "suggest": {"entity": {"service_url": address, "service_path": "/reconcile/suggest/entity"}},
        "batchSize": MOST_QUERIES,
    }


def read_queries(batch: object) -> dict[str, Wanted]:
    """Return the queries of a batch by their keys. Raises BadParameter, naming the query, where it is none."""
    if not isinstance(batch, dict):
        raise BadParameter("“queries” is a JSON object with an object for each query")
    if len(batch) > MOST_QUERIES:
        raise BadParameter(
            f"{len(batch)} queries are more than the {MOST_QUERIES} that one request may hold; send them in parts"
        )
    return {key: _read_query(key, query) for key, query in batch.items()}


def _read_query(key: str, query: object) -> Wanted:
    words = query.get("query") if isinstance(query, dict) else None
    if not isinstance(words, str):
        raise BadParameter(f"the query “{key}” lacks “query”, the name to be matched, as a text")
    limit = query.get("limit", USUAL_LIMIT)
    if not isinstance(limit, int) or limit < 1:
        raise BadParameter(f"the “limit” of the query “{key}” is a number from 1")
    given = query.get("type") or []
    return Wanted(words[:LONGEST], _kinds(key, given if isinstance(given, list) else [given]), min(limit, MOST_RESULTS))


def _kinds(key: str, types: Sequence[object]) -> tuple[str, ...]:
    by_type = {name: kind for kind, name in CLASSES.items()}
    if not all(isinstance(each, str) for each in types):
        raise BadParameter(
            f"the “type” of the query “{key}” is a name or a list of names; there are {', '.join(by_type)}"
        )
    if unknown := [each for each in types if each not in by_type]:
        raise BadParameter(f"“{unknown[0]}”, in the query “{key}”, is no type here; there are {', '.join(by_type)}")
    return tuple(by_type[each] for each in types)


def reconcile(labels: SnapshotLabels, queries: Mapping[str, Wanted]) -> dict[str, dict]:
    """Return the candidates of each query, the likeliest first."""
    return {key: {"result": _candidates(labels, wanted)} for key, wanted in queries.items()}


def _candidates(labels: SnapshotLabels, wanted: Wanted) -> list[dict]:
    kinds = wanted.kinds or tuple(CLASSES)
    hits = [hit for hit in labels.search.find(wanted.words) if hit.kind in kinds][: wanted.limit]
    names = labels.names(hit.thing for hit in hits)
    words = fold(wanted.words)
    exact = [hit.thing for hit in hits if fold(hit.name) == words]
    return [
        {
            "id": hit.thing.removeprefix(IDS),
            "name": names[hit.thing],
            "description": _found_as(hit, names[hit.thing]),
            "type": _types([hit.kind]),
            "score": round(hit.score, 1),
            "match": exact == [hit.thing],  # two things of one name are for people to tell apart
        }
        for hit in hits
    ]


def _found_as(hit: Hit, name: str) -> str:
    return f"named “{hit.name}” too" if hit.name != name else ""


def suggest(labels: SnapshotLabels, prefix: str) -> dict:
    """Return things whose names are like what somebody has typed so far."""
    candidates = _candidates(labels, Wanted(prefix[:LONGEST], (), USUAL_LIMIT))
    return {"result": [{**each, "notable": each["type"]} for each in candidates]}


def _types(kinds) -> list[dict]:
    return [{"id": CLASSES[kind], "name": kind} for kind in kinds]
