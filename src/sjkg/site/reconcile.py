"""Reconciliation service: matches the names in users' tables with entities of the graph, for OpenRefine.

A candidate is an entity that a name may mean. A kind is a key of CLASSES, such as “event”; its type is the ontology
class.
Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

import re
from collections.abc import Iterable
from typing import NotRequired, TypedDict
from urllib.parse import unquote

from sjkg.core.errors import BadParameter, TooLarge
from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import DATA, IDS, ONTOLOGY, expand
from sjkg.site.context import SnapshotLabels
from sjkg.site.lists import MAX_QUERY_CHARACTERS
from sjkg.snapshot.index.search import Hit

CLASSES = {"event": "Event", "actor": "Actor", "place": "Place", "treaty": "Treaty", "work": "Work"}
MAX_QUERIES = 50
DEFAULT_LIMIT, MAX_LIMIT = 10, 100
MIN_SCORE = 60  # of 100; below are things that are related to the name, such as the events of a person
MAX_IRI_CHARACTERS = 1000
PAGE_FOLDERS = ("/id/", "/page/", "/data/")  # of our site, followed by the id of an entity
ID = re.compile(rf"((?:{'|'.join(CLASSES)})/[\w-]+)(?:\.[a-z]+)?/?(?:[?#].*)?", re.ASCII)


class EntityType(TypedDict):
    """A class of entities. id: local name in our ontology, such as “Event”. name: such as “event”."""

    id: str
    name: str


class Candidate(TypedDict):
    """An entity that a name may mean.

    id: end of its IRI, such as “event/…”. description: the matching name if it is not the preferred one, else "".
    score: similarity, 0 to 100. match: True if the user need not choose: the query is the id, IRI or URL of this
    entity, or this is the only entity with the queried name, its words in any order.
    """

    id: str
    name: str
    description: str
    type: list[EntityType]
    score: float
    match: bool


class ReconciliationResult(TypedDict):
    """The result of one query: its candidates, the best first. error: why a query cannot be answered; then no candidates."""

    result: list[Candidate]
    error: NotRequired[str]


class Suggestion(Candidate):
    """A candidate for a name that is being typed. notable: its classes again, under the key that the API prescribes."""

    notable: list[EntityType]


def manifest(title: str, address: str) -> dict[str, object]:
    """Return the service manifest as a JSON-serializable dict. title: name of the service. address: URL of the site."""
    return {
        "versions": ["0.2"],
        "name": title,
        "identifierSpace": IDS,
        "schemaSpace": ONTOLOGY,
        "defaultTypes": _entity_types(CLASSES),
        "view": {"url": address + "/id/{{id}}"},
        "suggest": {"entity": {"service_url": address, "service_path": "/reconcile/suggest/entity"}},
        "batchSize": MAX_QUERIES,
    }


def reconcile(labels: SnapshotLabels, batch: object, addresses: Iterable[str]) -> dict[str, ReconciliationResult]:
    """Return a dict from the key of each query of a batch to its result.

    batch: parsed JSON of the parameter “queries”, an object of queries by key. addresses: URLs of the site without
    final slash; the URL of a page below one of them can be given instead of a name. The result of a malformed query has
    no candidates and an error that names the fault; it does not affect the other queries.
    Raises BadParameter when the batch is not a JSON object, and TooLarge for more than MAX_QUERIES queries.
    """
    if not isinstance(batch, dict):
        raise BadParameter(
            'the parameter “queries” must be a JSON object with an object for each query, such as {"q0": {"query": "Zhukov"}}'
        )
    if len(batch) > MAX_QUERIES:
        raise TooLarge(
            f"the parameter “queries” has {count_noun(len(batch), 'query')}; send at most {MAX_QUERIES} in one request"
        )
    return {key: _answer(labels, query, tuple(addresses)) for key, query in batch.items()}


def suggest(
    labels: SnapshotLabels, prefix: str, addresses: Iterable[str], cursor: int, limit: int
) -> dict[str, list[Suggestion]]:
    """Return {"result": a list of suggestions for a name that is being typed, the best match first}.

    prefix: the text typed so far; if it is the id, IRI or URL of an entity, only that entity is suggested. addresses:
    URLs of the site without final slash, below which pages of entities lie. cursor: number of suggestions to skip.
    limit: maximum number of suggestions, at most MAX_LIMIT.
    """
    found = _find_candidates(labels, prefix, tuple(CLASSES), tuple(addresses))
    page = found[cursor : cursor + min(limit, MAX_LIMIT)]
    return {"result": [{**each, "notable": each["type"]} for each in page]}


def _answer(labels: SnapshotLabels, query: object, addresses: tuple[str, ...]) -> ReconciliationResult:
    """Return the result of one query of a batch.

    query: parsed JSON. addresses: URLs of the site without final slash, below which pages of entities lie. The result
    of a malformed query has no candidates and an error.
    """
    try:
        words, kinds, limit = _read_query(query)
    except BadParameter as error:
        return {"result": [], "error": str(error)}
    return {"result": _find_candidates(labels, words, kinds, addresses)[:limit]}


def _read_query(query: object) -> tuple[str, tuple[str, ...], int]:
    """Return the three parts of a query: name to match, permitted kinds, and maximum number of candidates.

    query: parsed JSON, such as {"query": "Lake Khasan", "type": ["Event"], "limit": 5}. The kinds are keys of CLASSES,
    such as “event”: those of the classes in “type”, of which unknown ones are ignored, or all kinds without “type”. The
    number is “limit”, DEFAULT_LIMIT without it, and at most MAX_LIMIT. Other members, such as “properties”, are
    ignored. Raises BadParameter for a malformed query, for one without a name, and when none of the classes in “type”
    is known.
    """
    if not isinstance(query, dict):
        raise BadParameter('each reconciliation query must be a JSON object, such as {"query": "Zhukov"}')
    words, limit, types = query.get("query"), query.get("limit", DEFAULT_LIMIT), query.get("type") or []
    if words is None and query.get("properties"):
        raise BadParameter(
            "the reconciliation query has only properties, by which this service does not match; add the member “query” with the name to match"
        )
    if not isinstance(words, str):
        raise BadParameter(
            "the reconciliation query lacks the member “query”; add it with the name to match, as a string"
        )
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise BadParameter("the member “limit” of a reconciliation query must be a number, at least 1")
    given = types if isinstance(types, list) else [types]
    known = ", ".join(CLASSES.values())
    if not all(isinstance(each, str) for each in given):
        raise BadParameter(
            f"the member “type” of a reconciliation query must be a name or a list of names; known types: {known}"
        )
    names = {expand(each).removeprefix(ONTOLOGY) for each in given}
    kinds = tuple(kind for kind, name in CLASSES.items() if name in names or not given)
    if not kinds:
        raise BadParameter(f"unknown type “{'”, “'.join(given)}” of a reconciliation query; known types: {known}")
    return words, kinds, int(min(limit, MAX_LIMIT))


def _find_candidates(
    labels: SnapshotLabels, words: str, kinds: tuple[str, ...], addresses: tuple[str, ...]
) -> list[Candidate]:
    """Return the candidates for a name, the best match first.

    words: the name, of which the first MAX_QUERY_CHARACTERS are used; or the id, IRI or URL of an entity, which is then
    the only candidate. kinds: keys of CLASSES, such as “event”; entities of other kinds are left out. addresses: URLs
    of the site without final slash, below which pages of entities lie.
    """
    if iri := _find_entity(labels, words, addresses):
        hits = [Hit(iri, labels.name(iri), None, False, 100.0)]
    else:
        hits = [hit for hit in labels.search.find(words[:MAX_QUERY_CHARACTERS]) if hit.score >= MIN_SCORE]
    hits = [hit for hit in hits if hit.kind in kinds]
    exact = [hit.thing for hit in hits if hit.score == 100]
    names = labels.names(hit.thing for hit in hits)
    return [
        {
            "id": hit.thing.removeprefix(IDS),
            "name": names[hit.thing],
            "description": _describe(hit) if hit.name != names[hit.thing] else "",
            "type": _entity_types([hit.kind]),
            "score": round(hit.score, 1),
            "match": exact == [hit.thing],  # if two things have the name, the user has to choose
        }
        for hit in hits
    ]


def _describe(hit: Hit) -> str:
    """Return the words that tell the name by which a thing was found."""
    return f"named “{hit.name}” in another dataset" if hit.is_elsewhere else f"also named “{hit.name}”"


def _find_entity(labels: SnapshotLabels, text: str, addresses: tuple[str, ...]) -> str | None:
    """Return the IRI of the entity that a text identifies, None if it identifies none.

    text: an id (event/x), a CURIE (event:x), an IRI with http or https, or the URL of a page or document of the entity.
    addresses: URLs of the site without final slash.
    """
    if len(text) > MAX_IRI_CHARACTERS:
        return None
    name = expand(unquote(text.strip()))
    scheme, _, rest = name.partition("://")
    if scheme.lower() in ("http", "https"):
        pages = (address + folder for address in addresses for folder in PAGE_FOLDERS)
        bases = (url.partition("://")[2] for url in (IDS, DATA, *pages))
        name = next((rest.removeprefix(base) for base in bases if rest.startswith(base)), "")
    match = ID.fullmatch(name)
    iri = IDS + match[1] if match else ""
    return iri if iri and labels.index.names_of([iri]) else None


def _entity_types(kinds: Iterable[str]) -> list[EntityType]:
    """Return the class of each of the given kinds (keys of CLASSES), in the same order."""
    return [{"id": CLASSES[kind], "name": kind} for kind in kinds]
