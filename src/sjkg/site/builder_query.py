"""Request to the query builder, read from URL parameters, and the SPARQL query that it stands for.

The parameters are “kind”; for each condition N from 1 “propertyN”, “testN”, “valueN” and “toN”; “add”, the property of a
further condition; “show”, a column, repeatable; “sort”, a column, after a minus sign for descending order; and “total”.
A condition whose value is empty selects things that have any value.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import urlencode

from sjkg.core.errors import BadParameter
from sjkg.core.terms import Iri, Literal, is_absolute, is_valid_term, to_ntriples
from sjkg.core.vocabulary import curie, expand, shorten
from sjkg.site.builder_terms import FIGURE, WHEN, BuilderProperty, Kind

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
FIGURE_PATHS = {"is": f"{EXACT}|sjkg:countWritten", "least": f"{EXACT}|sjkg:countMin", "most": f"{EXACT}|sjkg:countMax"}
COMPARISONS = {"is": "{} = {}", "least": "{} >= {}", "most": "{} <= {}"}
PLAIN_NAME = re.compile(r"[a-z]+:[A-Za-z0-9_-]+")


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
            raise BadParameter(f"the parameter “{name}” must be given once, not {len(values)} times")
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
        needed = "the name of a thing, such as event:battle-of-lake-khasan"
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


def write_query(request: BuilderRequest) -> str:
    """Return the SPARQL query of a request.

    It is a SELECT of the thing, its name and the columns, each with the names of its values if they are things; or, with a
    total, of the columns and the total for each combination of their values.
    """
    return _Writer(request).write()


@dataclass
class _Writer:
    """Writer of the query of one request. lines: of the WHERE clause. bound: variables that are bound in all rows so far."""

    request: BuilderRequest
    lines: list[str] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)

    @property
    def item(self) -> str:
        return f"?{self.request.kind.variable}"

    def write(self) -> str:
        request, item = self.request, self.item
        for number, condition in enumerate(request.conditions, 1):
            self._add_condition(number, condition)
        for column in request.columns:
            self._add_column(column)
        shown = [f"?{name}" for column in request.columns for name in _variables_of(column)]
        if request.total:
            return self._write_total(shown)
        head = f"{item} a {request.kind.key} ; rdfs:label ?name ."
        lines = [head, *self.lines, 'FILTER(LANG(?name) = "en")']
        selected = [item, "?name", *shown]
        return f"SELECT DISTINCT {' '.join(selected)} WHERE {_braces(lines)}\nORDER BY {self._order(selected)}\n"

    def _write_total(self, shown: list[str]) -> str:
        head = f"{self.item} a {self.request.kind.key} ."
        grouped = f"\nGROUP BY {' '.join(shown)}" * bool(shown)
        if self.request.total == "things":
            where = _braces([head, *self.lines])
            total = f"(COUNT(DISTINCT {self.item}) AS ?number)"
        else:
            number = f"?{EXACT.rpartition(':')[2]}"
            lines = [head, *self.lines, *([f"{self.item} {EXACT} {number} ."] if number[1:] not in self.bound else [])]
            inner = f"SELECT DISTINCT {' '.join(dict.fromkeys([self.item, *shown, number]))} WHERE {_braces(lines)}"
            where = _braces(inner.split("\n"))
            total = f"(SUM({number}) AS ?number)"
        order = f"\nORDER BY {' '.join(['DESC(?number)', *shown])}" * bool(shown)
        return f"SELECT {' '.join([*shown, total])} WHERE {where}{grouped}{order}\n"

    def _order(self, selected: list[str]) -> str:
        """Return the sort keys: the chosen column, or the name, then all other columns, so that the order is total."""
        key = self.request.sort
        column = next((each for each in self.request.columns if each.key == key), None)
        variable = f"?{_variables_of(column)[-1]}" if column else "?name"
        first = f"DESC({variable})" if self.request.descending else variable
        return " ".join([first, *(each for each in selected if each != variable and not each.endswith("Name"))])

    def _add_condition(self, number: int, condition: Condition) -> None:
        prop, test = condition.prop, condition.effective_test
        if prop.key == WHEN:
            self._add_when(condition) if test else None
        elif prop.key == FIGURE:
            self._add_figure(number, condition) if test else None
        elif test == "none":
            self.lines.append(f"FILTER NOT EXISTS {{ {self.item} {prop.path} ?any{number} }}")
        elif prop.sort == "thing" and test != "any":
            pattern = f"{self.item} {prop.path} {_iri(condition.value)}"
            self.lines.append(f"{pattern} ." if test == "is" else f"FILTER NOT EXISTS {{ {pattern} }}")
        else:
            self._require(prop.variable, prop.path)
            self.lines += [f"FILTER({each})" for each in _comparisons(f"?{prop.variable}", condition) if test != "any"]

    def _require(self, variable: str, path: str) -> None:
        """Add a pattern that binds a variable to the values of a path, unless it is bound."""
        if variable not in self.bound:
            self.lines.append(f"{self.item} {path} ?{variable} .")
            self.bound.add(variable)

    def _add_figure(self, number: int, condition: Condition) -> None:
        variable = f"number{number}"
        self._require(variable, FIGURE_PATHS[condition.test])
        self.lines.append(f"FILTER({COMPARISONS[condition.test].format('?' + variable, condition.value)})")

    def _add_when(self, condition: Condition) -> None:
        """Add the patterns of a condition on the date; its value is not empty."""
        first, last = days_of(condition.value)[0], days_of(condition.to or condition.value)[1]
        low, high = _day(first), _day(last)
        needed = {
            "in": ("earliestBegin", "latestEnd"),
            "during": ("latestBegin", "earliestEnd"),
            "before": ("latestEnd",),
            "after": ("earliestBegin",),
        }
        for variable in needed.get(condition.test, ()):
            self._require(variable, f"sjkg:{variable}")
        if condition.test == "maybe":
            self.lines += [
                f"OPTIONAL {{ {self.item} sjkg:{name} ?{name} }}"
                for name in ("earliestBegin", "latestEnd")
                if name not in self.bound
            ]
            self.bound |= {"earliestBegin", "latestEnd"}
        self.lines += {
            "in": [f"FILTER(?earliestBegin >= {low} && ?latestEnd <= {high})"],
            "during": [f"FILTER(?latestBegin <= {low} && ?earliestEnd >= {high})"],
            "after": [f"FILTER(?earliestBegin > {high})"],
            "before": [
                f"FILTER(?latestEnd < {low})",
                "# A part may end after the last day that the article gives for the whole.",
                f"FILTER NOT EXISTS {{ ?part sjkg:subEventOf {self.item} ; sjkg:latestEnd ?end . FILTER(?end >= {low}) }}",
            ],
            "maybe": [
                "# A begin or end that nothing bounds counts as open.",
                f"FILTER(COALESCE(?earliestBegin <= {high}, true) && COALESCE(?latestEnd >= {low}, true))",
                "FILTER(BOUND(?earliestBegin) || BOUND(?latestEnd))",
            ],
        }[condition.test]

    def _add_column(self, column: BuilderProperty) -> None:
        """Add the pattern of a column, and of the names of its values; OPTIONAL unless a condition binds the variable."""
        variable = column.variable
        named = f'?{variable} rdfs:label ?{variable}Name . FILTER(LANG(?{variable}Name) = "en")'
        if variable not in self.bound:
            pattern = f"{self.item} {column.path} ?{variable}"
            self.lines.append(
                f"OPTIONAL {{ {pattern} . {named} }}" if column.has_names else f"OPTIONAL {{ {pattern} }}"
            )
        elif column.has_names:
            self.lines.append(f"OPTIONAL {{ {named} }}")


def _variables_of(column: BuilderProperty) -> tuple[str, ...]:
    """Return the variables of a column: of its values, and of their names if they are things."""
    return (column.variable, f"{column.variable}Name") if column.has_names else (column.variable,)


def _comparisons(variable: str, condition: Condition) -> list[str]:
    """Return the SPARQL conditions that a variable with numbers, days or texts has to fulfil."""
    test, value, to = condition.test, condition.value, condition.to
    sort = condition.prop.sort
    if not value:
        return []
    if sort == "text":
        text = to_ntriples(Literal(value.lower() if test == "contains" else value))
        return [f"CONTAINS(LCASE(STR({variable})), {text})" if test == "contains" else f"STR({variable}) = {text}"]
    if sort == "day":
        low, high = _day(days_of(value)[0]), _day(days_of(to or value)[1])
    else:
        low, high = value, to or value
    if test == "between":
        return [f"{variable} >= {low} && {variable} <= {high}"]
    return [COMPARISONS[test].format(variable, high if test == "most" else low)]


def _day(day: str) -> str:
    """Return an ISO day as a literal in SPARQL."""
    return f'"{day}"^^xsd:date'


def _iri(iri: str) -> str:
    """Return an IRI in SPARQL, as a prefixed name if that needs no escape."""
    name = shorten(iri)
    return name if PLAIN_NAME.fullmatch(name) else to_ntriples(Iri(iri))


def _braces(lines: list[str]) -> str:
    """Return lines in braces, indented."""
    return "{\n" + "".join(f"  {line}\n" for line in lines) + "}"
