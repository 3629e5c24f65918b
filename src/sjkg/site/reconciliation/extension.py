"""Data extension: the values of properties of entities, with which users add columns to reconciled tables.

Source: Reconciliation Service API 0.2, “Data Extension Service”
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal as Choice
from typing import NotRequired, TypedDict, cast, get_args

from sjkg.core.errors import BadParameter, TooLarge
from sjkg.core.messages import count_noun
from sjkg.core.terms import Iri, Literal, Term
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, own
from sjkg.site.context import SnapshotLabels
from sjkg.site.reconciliation.entities import Entities
from sjkg.site.reconciliation.entity_types import EntityType
from sjkg.site.reconciliation.properties import EntityProperty

MAX_IDS = 100
MAX_COLUMNS = 50
Content = Choice["value", "id", "text"]
DATE = PREFIXES["xsd"] + "date"
NUMBERS = {PREFIXES["xsd"] + "integer": int, PREFIXES["xsd"] + "decimal": float}

SETTINGS: list[dict[str, object]] = [
    {
        "name": "limit",
        "label": "Limit",
        "type": "number",
        "default": 0,
        "help_text": "The number of values of one entity at most; 0 for all",
    },
    {
        "name": "content",
        "label": "Content",
        "type": "select",
        "default": "value",
        "help_text": "The form of the values",
        "choices": [
            {"value": "value", "name": "entities as entities, days as dates, numbers as numbers"},
            {"value": "id", "name": "ids of entities and classes"},
            {"value": "text", "name": "everything as text"},
        ],
    },
    {
        "name": "language",
        "label": "Language of names",
        "type": "text",
        "default": "",
        "help_text": "A language tag such as ja or ja-latn, of names and other texts; empty for all",
    },
]


class EntityCell(TypedDict):
    """A value that is an entity. id: end of its IRI. name: label."""

    id: str
    name: str


class TextCell(TypedDict):
    """A value that is a text."""

    str: str


class IntegerCell(TypedDict):
    """A value that is a whole number."""

    int: int


class FloatCell(TypedDict):
    """A value that is a decimal number."""

    float: float


class DateCell(TypedDict):
    """A value that is a day, as its midnight in UTC in ISO 8601."""

    date: str


Cell = EntityCell | TextCell | IntegerCell | FloatCell | DateCell


class ExtensionColumn(TypedDict):
    """A column of the result. id, name: of its property. type: class of its values, if they are entities."""

    id: str
    name: str
    type: NotRequired[EntityType]


class Extension(TypedDict):
    """The result of a data extension query. rows: by id of the entity and id of the property, its values, none if unknown.

    errors: by id of an entity or property that is not known, a sentence that says so; absent without any.
    """

    meta: list[ExtensionColumn]
    rows: dict[str, dict[str, list[Cell]]]
    errors: NotRequired[dict[str, str]]


class ProposedProperty(TypedDict):
    """A property with which a table can be extended."""

    id: str
    name: str
    description: str


class PropertyProposal(TypedDict):
    """The properties that entities of a class can have. type: as given, "" for all. limit: as given, absent without one."""

    properties: list[ProposedProperty]
    type: str
    limit: NotRequired[int]


@dataclass(frozen=True)
class ColumnRequest:
    """A column that a user wants: id of the property; the most values of one entity, 0 for all; their form; language tag or ""."""

    property: str
    limit: int
    content: Content
    language: str


def extend(
    labels: SnapshotLabels, entities: Entities, properties: Mapping[str, EntityProperty], query: object
) -> Extension:
    """Return the values of some properties for some entities.

    query: parsed JSON of the parameter “extend”: {"ids": […], "properties": [{"id": …, "settings": {…}}]}. An id may also
    be any other text by which `Entities.find` identifies the entity. An unknown id or property has no values and a
    sentence in “errors”; the others have their values.
    Raises BadParameter for a malformed query and TooLarge for more than MAX_IDS ids or MAX_COLUMNS properties.
    """
    ids, columns = _read_query(query)
    things = {each: found for each in ids if (found := _find_thing(entities, each))}
    errors = {each: f"there is no entity “{each}”; search for it at /search" for each in ids if each not in things}
    rows: dict[str, dict[str, list[Cell]]] = {each: {} for each in ids}
    meta = []
    for column in columns:
        prop = properties.get(column.property)
        meta.append(_describe_column(entities, column.property, prop))
        if not prop:
            errors[column.property] = f"there is no property “{column.property}”; known: {', '.join(properties)}"
        values = prop.read(dict.fromkeys(things.values())) if prop and things else {}
        names = labels.names(term.value for terms in values.values() for term in terms if isinstance(term, Iri))
        for each in ids:
            rows[each][column.property] = _cells(names, values.get(things.get(each, ""), ()), column)
    extension: Extension = {"meta": meta, "rows": rows}
    if errors:
        extension["errors"] = errors
    return extension


def propose(
    entities: Entities, properties: Mapping[str, EntityProperty], type_name: str, limit: int | None
) -> PropertyProposal:
    """Return the properties that entities of a class can have, the most useful first.

    type_name: as for `EntityTypes.find`; "" for all properties. limit: the number of properties at most, None for all.
    Raises BadParameter for an unknown class.
    """
    iri = entities.types.find(type_name)
    if type_name and not iri:
        known = ", ".join(each.removeprefix(ONTOLOGY) for each in sorted(entities.types.names))
        raise BadParameter(f"unknown type “{type_name}”; known types: {known}")
    classes = entities.types.superclasses(iri) if iri else set()
    fitting = [each for each in properties.values() if not iri or not each.types or classes.intersection(each.types)]
    proposal: PropertyProposal = {
        "properties": [describe_property(each) for each in fitting[:limit]],
        "type": type_name,
    }
    return proposal if limit is None else {**proposal, "limit": limit}


def describe_property(prop: EntityProperty) -> ProposedProperty:
    """Return a property as it is written in lists."""
    return {"id": prop.id, "name": prop.name, "description": prop.description}


def _find_thing(entities: Entities, text: str) -> str | None:
    """Return the IRI of the entity with an id, None if there is none; one that is only similar does not count."""
    return next((each.thing for each in entities.find(text, ()) if each.is_same), None)


def _read_query(query: object) -> tuple[list[str], list[ColumnRequest]]:
    """Return the ids and columns of a data extension query, each id once. Raises BadParameter and TooLarge as `extend`."""
    example = own().about.fill('{"ids": ["{event-id}"], "properties": [{"id": "begin"}]}')
    if not isinstance(query, dict):
        raise BadParameter(f"the parameter “extend” must be a JSON object, such as {example}")
    ids, properties = query.get("ids"), query.get("properties")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise BadParameter(f"the member “ids” of the parameter “extend” must be a list of ids, as in {example}")
    if not isinstance(properties, list) or not all(
        isinstance(each, dict) and isinstance(each.get("id"), str) for each in properties
    ):
        raise BadParameter(
            f"the member “properties” of the parameter “extend” must be a list of objects with an id, as in {example}"
        )
    for given, noun, most in ((ids, "id", MAX_IDS), (properties, "property", MAX_COLUMNS)):
        if len(given) > most:
            raise TooLarge(
                f"the parameter “extend” has {count_noun(len(given), noun)}; send at most {most} in one request"
            )
    return list(dict.fromkeys(ids)), [_read_column(each["id"], each.get("settings") or {}) for each in properties]


def _read_column(property_id: str, settings: object) -> ColumnRequest:
    """Return the column for a property with its settings. Raises BadParameter for a setting that is not as in SETTINGS."""
    where = f"of the property “{property_id}” in the parameter “extend”"
    if not isinstance(settings, dict):
        raise BadParameter(f'the settings {where} must be an object, such as {{"limit": 1}}')
    limit, content, language = settings.get("limit") or 0, settings.get("content") or "value", settings.get("language")
    if isinstance(limit, str) and limit.isascii() and limit.isdigit() and len(limit) < 10:
        limit = int(limit)  # OpenRefine sends the text of the input field
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit < 10**9:
        raise BadParameter(f"the setting “limit” {where} must be a whole number, 0 for all values")
    if content not in get_args(Content):
        raise BadParameter(f"the setting “content” {where} must be one of {', '.join(get_args(Content))}")
    if not isinstance(language or "", str):
        raise BadParameter(f"the setting “language” {where} must be a language tag such as ja")
    return ColumnRequest(property_id, int(limit), cast(Content, content), (language or "").lower())


def _describe_column(entities: Entities, property_id: str, prop: EntityProperty | None) -> ExtensionColumn:
    """Return the description of a column. prop: its property, None if there is none with the given id."""
    column: ExtensionColumn = {"id": property_id, "name": prop.name if prop else property_id}
    if prop and prop.value_type and prop.value_type in entities.types.names:
        column["type"] = entities.types.entity_type(prop.value_type)
    return column


def _cells(names: Mapping[str, str], terms: Iterable[Term], column: ColumnRequest) -> list[Cell]:
    """Return the values of one property of one entity. names: labels of the IRIs among them."""
    wanted = [term for term in terms if _has_language(term, column.language)]
    return [_cell(names, term, column.content) for term in wanted[: column.limit or None]]


def _has_language(term: Term, language: str) -> bool:
    """Return whether a term is in a language: True for "", for terms without language tag, and for tags that begin with it."""
    tag = (term.language or "").lower() if isinstance(term, Literal) else ""
    return not language or not tag or tag == language or tag.startswith(f"{language}-")


def _cell(names: Mapping[str, str], term: Term, content: Content) -> Cell:
    """Return a value as a cell. names: labels of IRIs. content: as in SETTINGS."""
    if isinstance(term, Iri):
        identifier = term.value.removeprefix(own().ids).removeprefix(ONTOLOGY)
        if content == "value" and term.value.startswith(own().ids):
            return {"id": identifier, "name": names[term.value]}
        return {"str": identifier if content == "id" else names[term.value]}
    if content == "value" and term.datatype == DATE:
        return {"date": f"{term.value}T00:00:00Z"}
    if content == "value" and term.datatype in NUMBERS:
        number = NUMBERS[term.datatype](term.value)
        return {"int": number} if isinstance(number, int) else {"float": number}
    return {"str": term.value}
