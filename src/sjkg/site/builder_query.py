"""SPARQL query of a request to the query builder."""

import re
from dataclasses import dataclass, field

from sjkg.core.terms import Iri, Literal, to_ntriples
from sjkg.core.vocabulary import shorten
from sjkg.site.builder_request import EXACT, BuilderRequest, Condition, days_of
from sjkg.site.builder_terms import FIGURE, WHEN, BuilderProperty

FIGURE_PATHS = {"is": f"{EXACT}|sjkg:countWritten", "least": f"{EXACT}|sjkg:countMin", "most": f"{EXACT}|sjkg:countMax"}
COMPARISONS = {"is": "{} = {}", "least": "{} >= {}", "most": "{} <= {}"}
PLAIN_NAME = re.compile(r"[a-z]+:[A-Za-z0-9_-]+")


def write_query(request: BuilderRequest) -> str:
    """Return the SPARQL query of a request.

    It is a SELECT of the thing, its name and the columns, each with the names of its values if they are things; or, with a
    total, of the columns and the total for each combination of their values.
    """
    return QueryWriter(request).write()


@dataclass
class QueryWriter:
    """Writer of the query of one request. lines: of the WHERE clause. bound: variables that are bound in all rows so far."""

    request: BuilderRequest
    lines: list[str] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)

    @property
    def item(self) -> str:
        """Variable of the things, with “?”."""
        return f"?{self.request.kind.variable}"

    def write(self) -> str:
        """Return the text of the query."""
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
        """Return the query that counts or adds up for each combination of the values of the variables `shown`, which have “?”.

        Numbers are added up in a subquery of distinct rows, so that a thing with several values of a condition counts once.
        """
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
        """Add the patterns and filters of the condition with a number."""
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
        """Add the patterns of a condition on the number of a claim; its value is not empty."""
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
