"""Reconciliation queries: the parsed JSON of one query of a batch, checked and read into a dataclass.

Source: Reconciliation Service API 0.2, “Structure of a Reconciliation Query”
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.reconciliation.entity_types import EntityTypes
from sjkg.site.search_page import MAX_QUERY_CHARACTERS

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
MAX_PROPERTIES = 50  # in one query
MAX_VALUES = 100  # of one property
TypeStrictness = Literal["any", "should", "all"]


@dataclass(frozen=True)
class PropertyEvidence:
    """Values of a property that a row has. property: its id. values: texts; of an entity its id and its name."""

    property: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class ReconciliationQuery:
    """A query for the entities that one row of a table may mean.

    words: a name, or an id or IRI; "" without one. types: IRIs of classes; empty for any. strictness: “any”: a candidate
    belongs to at least one of the classes; “all”: to each; “should”: those that belong to one come first. limit: the number of
    candidates at most. evidence: properties of the row.
    """

    words: str
    types: tuple[str, ...]
    strictness: TypeStrictness
    limit: int
    evidence: tuple[PropertyEvidence, ...]


def read_reconciliation_query(query: object, types: EntityTypes, properties: Collection[str]) -> ReconciliationQuery:
    """Return one query of a batch. query: parsed JSON. properties: ids of the properties by which rows can be matched.

    Of a list of types, unknown ones are ignored unless all are. Raises BadParameter for a malformed query, for one with
    neither name nor properties, for an unknown property, and when none of the types is known.
    """
    if not isinstance(query, dict):
        raise BadParameter('each reconciliation query must be a JSON object, such as {"query": "Nelson"}')
    words, strictness = query.get("query"), query.get("type_strict") or "any"
    if not isinstance(words or "", str):
        raise BadParameter("the member “query” of a reconciliation query must be the name to match, as a string")
    evidence = _read_evidence(query.get("properties") or [], properties)
    if not words and not evidence:
        raise BadParameter(
            "the reconciliation query lacks the member “query”; add it with the name to match, as a string, or add “properties”"
        )
    if strictness not in get_args(TypeStrictness):
        raise BadParameter(
            f"the member “type_strict” of a reconciliation query must be one of {', '.join(get_args(TypeStrictness))}"
        )
    found = _read_types(query.get("type") or [], types)
    limit = _read_limit(query.get("limit", DEFAULT_LIMIT))
    return ReconciliationQuery(words or "", found, cast(TypeStrictness, strictness), limit, evidence)


def _read_limit(limit: object) -> int:
    """Return the number of candidates, at most MAX_LIMIT. Raises BadParameter unless `limit` is a number from 1."""
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise BadParameter("the member “limit” of a reconciliation query must be a number, at least 1")
    return int(min(limit, MAX_LIMIT))


def _read_types(given: object, types: EntityTypes) -> tuple[str, ...]:
    """Return the IRIs of the classes in the member “type”. Raises BadParameter when it has none that is known."""
    names: list[Any] = given if isinstance(given, list) else [given]
    if not all(isinstance(each, str) for each in names):
        raise BadParameter(
            "the member “type” of a reconciliation query must be a name or a list of names, as in the results of /reconcile/suggest/type"
        )
    found = tuple(dict.fromkeys(iri for each in names if (iri := types.find(each))))
    if names and not found:
        known = ", ".join(sorted(iri.removeprefix(ONTOLOGY) for iri in types.names))
        raise BadParameter(f"unknown type “{'”, “'.join(names)}” of a reconciliation query; known types: {known}")
    return found


def _read_evidence(given: object, known: Collection[str]) -> tuple[PropertyEvidence, ...]:
    """Return the member “properties”. Raises BadParameter when it is malformed or has a property that is not known."""
    if (
        not isinstance(given, list)
        or len(given) > MAX_PROPERTIES
        or not all(isinstance(each, dict) and isinstance(each.get("pid"), str) and "v" in each for each in given)
    ):
        raise BadParameter(
            f"the member “properties” of a reconciliation query must be a list of at most {MAX_PROPERTIES} objects with “pid” and “v”, "
            'such as [{"pid": "begin", "v": "1938-07-29"}]'
        )
    if unknown := [each["pid"] for each in given if each["pid"] not in known]:
        raise BadParameter(
            f"unknown property “{'”, “'.join(unknown)}” of a reconciliation query; known properties: {', '.join(known)}"
        )
    return tuple(PropertyEvidence(each["pid"], _read_values(each["pid"], each["v"])) for each in given)


def _read_values(property_id: str, given: object) -> tuple[str, ...]:
    """Return the values of a property as texts. given: a text, number, boolean, object with id and name, or a list of these.

    Empty texts are left out, and texts are cut at MAX_QUERY_CHARACTERS. Raises BadParameter for another value.
    """
    listed = given if isinstance(given, list) else [given]
    texts: list[str] = []
    for value in listed[:MAX_VALUES]:
        parts = [value.get("id"), value.get("name", "")] if isinstance(value, dict) else [value]
        if not all(isinstance(part, str | int | float) for part in parts):
            raise BadParameter(
                f"the value “v” of the property “{property_id}” must be a text, a number, an object with an id, or a list of these"
            )
        texts += [str(part)[:MAX_QUERY_CHARACTERS] for part in parts if part not in ("", None)]
    return tuple(texts)
