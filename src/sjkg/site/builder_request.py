"""Request to the query builder, read from URL parameters.

The parameters are “kind”; for each condition N from 1 “propertyN”, “testN”, “valueN” and “toN”; “add”, the property of a
further condition; “show”, a column, repeatable; “sort”, a column, after a minus sign for descending order; and “total”.
A condition whose value is empty selects things that have any value.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlencode

from sjkg.core.errors import BadParameter
from sjkg.core.messages import count_noun
from sjkg.core.terms import Iri, is_absolute, is_valid_term
from sjkg.core.vocabulary import curie, expand
from sjkg.site.builder_terms import BuilderProperty, Kind

MAX_CONDITIONS, MAX_COLUMNS, MAX_CHARACTERS = 8, 6, 200
FIELDS = ("property", "test", "value", "to")
NUMBERED = re.compile(rf"({'|'.join(FIELDS)})([1-9])")
OTHERS = ("kind", "add", "show", "sort", "total")
NAME = "name"  # the column with the name of the thing
TOTALS = {"": "", "things": "number of things", "figures": "sum of the exact numbers"}
EXACT = "sjkg:countExact"
DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
WITH_END = frozenset({"maybe", "in", "during", "between"})  # tests with a second value
WITHOUT_VALUE = frozenset({"any", "none"})


@dataclass(frozen=True)
class Condition:
    """A condition: the values of a property pass a test.

    test: key of one of the tests of the property. value, to: texts from the URL, "" if not given; the value of a property
    whose values are things is an IRI. Only some tests have `to`.
    """

    prop: BuilderProperty
    test: str
    value: str = ""
    to: str = ""

    @property
    def effective_test(self) -> str:
        """The test that the query makes: “any” or “none” as long as the value is empty; "" for a date or figure without value."""
        if self.value or self.test in WITHOUT_VALUE:
            return self.test
        if not self.prop.path:
            return ""
        return "none" if self.test == "not" else "any"


@dataclass(frozen=True)
class BuilderRequest:
    """A request to the query builder for things of a kind.

    columns: the properties shown beside the name. sort: "" or key of a column, or NAME. total: key of TOTALS.
    """

    kind: Kind
    conditions: tuple[Condition, ...] = ()
    columns: tuple[BuilderProperty, ...] = ()
    sort: str = ""
    descending: bool = False
    total: str = ""

    def address(self) -> str:
        """Return the URL query string of this request, with “?”."""
        pairs = [("kind", self.kind.key)]
        for number, condition in enumerate(self.conditions, 1):
            value = curie(condition.value) if condition.prop.sort == "thing" else condition.value
            texts = (condition.prop.key, condition.test, value, condition.to)
            pairs += [(f"{name}{number}", text) for name, text in zip(FIELDS, texts, strict=True) if text]
        pairs += [("show", column.key) for column in self.columns]
        sort = ("-" if self.descending else "") + self.sort
        return "?" + urlencode(
            [*pairs, *(("sort", sort),) * bool(self.sort), *(("total", self.total),) * bool(self.total)]
        )


def read_kind(kinds: Iterable[Kind], key: str) -> Kind:
    """Return the kind with a CURIE or IRI. Raises BadParameter, with similar kinds, if there is none."""
    by_iri = {kind.iri: kind for kind in kinds}
    if found := by_iri.get(expand(key)):
        return found
    known = _similar(key, {kind.key: kind.name for kind in by_iri.values()})
    raise BadParameter(f"unknown value “{key}” of the parameter “kind”; known values: {known}")


def read_request(
    kind: Kind, properties: Mapping[str, BuilderProperty], parameters: Iterable[tuple[str, str]]
) -> BuilderRequest:
    """Return the request that URL parameters make; empty parameters are ignored.

    properties: those of the kind by key. Raises BadParameter for an unknown or repeated parameter, an unknown property or
    test, a malformed value, and too many conditions or columns.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        if name not in OTHERS and not NUMBERED.fullmatch(name):
            known = ", ".join([*OTHERS, *(f"{each}1" for each in FIELDS)])
            raise BadParameter(f"unknown parameter “{name}” of the query builder; known parameters: {known}, …")
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    for name, values in given.items():
        if len(values) > 1 and name != "show":
            raise BadParameter(f"the parameter “{name}” may be given only once, not {count_noun(len(values), 'time')}")
        if any(len(value) > MAX_CHARACTERS for value in values):
            raise BadParameter(f"the parameter “{name}” must have at most {MAX_CHARACTERS} characters")
    single = {name: values[0] for name, values in given.items()}
    conditions = _read_conditions(properties, single)
    columns = [_find(properties, "show", key) for key in dict.fromkeys(given.get("show", ()))]
    sort = single.get("sort", "")
    key = sort.removeprefix("-")
    if key and key != NAME and key not in {column.key for column in columns}:
        columns.append(_find(properties, "sort", key))
    for column in columns:
        if not column.is_column:
            raise BadParameter(f"“{column.name}” ({column.key}) cannot be a column; choose another property")
    if len(columns) > MAX_COLUMNS:
        raise BadParameter(f"a query can have at most {MAX_COLUMNS} columns beside the name; {len(columns)} are given")
    total = single.get("total", "")
    if total not in TOTALS or (total == "figures" and EXACT not in properties):
        known = ", ".join(name for name in TOTALS if name and (name != "figures" or EXACT in properties))
        raise BadParameter(f"unknown value “{total}” of the parameter “total”; known values: {known}")
    return BuilderRequest(kind, conditions, tuple(columns), key, sort.startswith("-"), total)


def _read_conditions(properties: Mapping[str, BuilderProperty], given: Mapping[str, str]) -> tuple[Condition, ...]:
    """Return the conditions in order of their numbers, that of the parameter “add” last. Raises BadParameter as `read_request`."""
    numbers = sorted({found[2] for name in given if (found := NUMBERED.fullmatch(name))})
    conditions = [_read_condition(properties, number, given) for number in numbers]
    if "add" in given:
        added = _find(properties, "add", given["add"])
        conditions.append(Condition(added, added.tests[0][0]))
    if len(conditions) > MAX_CONDITIONS:
        raise BadParameter(f"a query can have at most {MAX_CONDITIONS} conditions; {len(conditions)} are given")
    return tuple(conditions)


def _read_condition(properties: Mapping[str, BuilderProperty], number: str, given: Mapping[str, str]) -> Condition:
    """Return the condition with a number. Raises BadParameter as `read_request`."""
    if f"property{number}" not in given:
        raise BadParameter(f"condition {number} has no property; add the parameter “property{number}”")
    prop = _find(properties, f"property{number}", given[f"property{number}"])
    test = given.get(f"test{number}", prop.tests[0][0])
    if test not in dict(prop.tests):
        known = ", ".join(key for key, _ in prop.tests)
        raise BadParameter(
            f"unknown value “{test}” of the parameter “test{number}” for “{prop.name}”; known values: {known}"
        )
    if test in WITHOUT_VALUE:
        return Condition(prop, test)
    value, to = given.get(f"value{number}", ""), given.get(f"to{number}", "")
    if value:
        value = _read_value(prop, f"value{number}", value)
    if to and test in WITH_END:
        to = _read_value(prop, f"to{number}", to)
        if value and not _is_ordered(prop, value, to):
            raise BadParameter(f"the values of condition {number} are reversed: “{value}” must not be after “{to}”")
    return Condition(prop, test, value, to if test in WITH_END else "")


def _is_ordered(prop: BuilderProperty, value: str, to: str) -> bool:
    """Return whether a span from `value` to `to`, numbers or dates, is not reversed."""
    return float(value) <= float(to) if prop.sort == "number" else days_of(value)[0] <= days_of(to)[1]


def _read_value(prop: BuilderProperty, name: str, text: str) -> str:
    """Return the value in the parameter `name`, for a property whose values are things an IRI.

    Raises BadParameter unless it is of the sort of the property's values.
    """
    if prop.sort == "thing":
        iri = expand(text)
        if is_absolute(iri) and is_valid_term(Iri(iri)):
            return iri
        needed = "the name of a thing, such as event:example"
    elif prop.sort in ("number", "figure"):
        if NUMBER.fullmatch(text):
            return text
        needed = "a number, such as 100"
    elif prop.sort in ("day", "when"):
        if _is_date(text):
            return text
        needed = "a year, month or day, such as 1938, 1938-07 or 1938-07-29"
    else:
        return text
    raise BadParameter(f"the parameter “{name}” ({prop.name}) must be {needed}, not “{text}”")


def _is_date(text: str) -> bool:
    """Return whether a text is a year, month or day of the calendar."""
    try:
        days_of(text)
    except ValueError:
        return False
    return True


def days_of(text: str) -> tuple[str, str]:
    """Return the first and last ISO day of a year (1938), month (1938-07) or day (1938-07-29). Raises ValueError for other texts."""
    found = DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day = found.groups()
    first, last = int(month or 1), int(month or 12)
    if not 1 <= int(year) <= 9999 or not 1 <= first <= 12:
        raise ValueError(text)
    length = monthrange(int(year), last)[1]
    if not 1 <= int(day or 1) <= length:
        raise ValueError(text)
    return f"{year}-{first:02}-{day or '01'}", f"{year}-{last:02}-{day or length}"


def _find(properties: Mapping[str, BuilderProperty], name: str, key: str) -> BuilderProperty:
    """Return the property with a key. Raises BadParameter, with similar keys, if the kind has no such property."""
    if key in properties:
        return properties[key]
    known = _similar(key, {each.key: each.name for each in properties.values()})
    raise BadParameter(f"unknown property “{key}” in the parameter “{name}”; known properties: {known}")


def _similar(text: str, names: Mapping[str, str]) -> str:
    """Return at most six of the keys of `names`, those with a similar name or key first, and “…” if there are more."""
    by_word = {name.casefold(): key for key, name in names.items()} | {key.casefold(): key for key in names}
    found = dict.fromkeys(
        [*(by_word[word] for word in get_close_matches(text.casefold(), by_word, n=6, cutoff=0.5)), *names]
    )
    return ", ".join([*found][:6] + ["…"] * (len(found) > 6))
