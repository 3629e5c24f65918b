"""Rows of users' tables as records of `sjkg.matching`: the name and the properties of a reconciliation query."""

from collections.abc import Collection, Iterable

from sjkg.core.errors import BadParameter
from sjkg.matching.records import BadValue, FieldValue, Record, make_record
from sjkg.site.reconciliation.entities import Entities
from sjkg.site.reconciliation.queries import ReconciliationQuery
from sjkg.site.search_page import MAX_QUERY_CHARACTERS

# By the id of a property, the field of a record with which its values are compared
FIELDS_OF_PROPERTIES = {
    **{name: name for name in ("name", "date", "begin", "end", "point", "latitude", "longitude", "place", "whole")},
    **dict.fromkeys(("other-name", "name-elsewhere"), "name"),
    **dict.fromkeys(("participant", "commander", "power"), "participant"),
}
OWN_IRI = "iri"  # the property whose values identify an entity
THINGS = ("place", "whole", "participant")  # fields whose values are things


def matching_properties(datasets: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the properties by which rows can be matched. datasets: local names of datasets with identifiers."""
    return (*FIELDS_OF_PROPERTIES, *sorted(datasets), OWN_IRI)


def make_row_record(
    entities: Entities, query: ReconciliationQuery, addresses: Collection[str]
) -> tuple[Record, list[str]]:
    """Return the record of the row that a query describes, and a sentence for each value that cannot be read and is ignored.

    addresses: URLs of our site without final slash. Raises BadParameter if nothing readable is left of the query.
    """
    statements = [FieldValue("name", query.words[:MAX_QUERY_CHARACTERS])] if query.words else []
    warnings: list[str] = []
    for evidence in (each for each in query.evidence if each.property != OWN_IRI):
        field = FIELDS_OF_PROPERTIES.get(evidence.property, "identifier")
        for value in evidence.values:
            text = value
            if field in THINGS:
                text = next((each.thing for each in entities.find(value, addresses) if each.is_same), value)
            elif field == "identifier" and ":" not in value:
                text = f"{evidence.property}:{value}"
            try:
                make_record("", [FieldValue(field, text)])
                statements.append(FieldValue(field, text))
            except BadValue as error:
                warnings.append(f"ignored a value of the property “{evidence.property}”: {error}")
    if warnings and not statements:
        raise BadParameter(
            f"no value of “properties” can be read, and the query has no name; correct a value, or add “query”: {'; '.join(warnings)}"
        )
    return make_record("", statements), warnings
