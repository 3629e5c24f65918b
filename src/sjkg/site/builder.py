"""Page model of the query builder: a form that makes a SPARQL query from choices, the query, and the first rows of its result."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import curie, own
from sjkg.site.builder_request import (
    EXACT,
    MAX_CONDITIONS,
    NAME,
    TOTALS,
    WITH_END,
    WITHOUT_VALUE,
    BuilderRequest,
    Condition,
)
from sjkg.site.builder_terms import BuilderProperty, Kind
from sjkg.site.context import PageContext, page_queries
from sjkg.site.questions import ResultTable, parse_result, readable_table
from sjkg.sparql.rewriting import inline_bindings
from sjkg.store.query_result import QueryResult

MAX_OPTIONS = 400  # values of a property to choose from; if it has more, the value is typed
MAX_ROWS = 25  # of the result, on the page of the builder
DATES = "1938, 1938-07 or 1938-07-29"
EXAMPLES = {
    "number": "100",
    "figure": "100",
    "day": DATES,
    "when": DATES,
    "text": "",
    "thing": "{event}",
}


@dataclass(frozen=True)
class BuilderOption:
    """A choice in a form. value: of the parameter. name: English. note: shown on hover, or "". depth: levels of indentation."""

    value: str
    name: str
    is_chosen: bool = False
    note: str = ""
    depth: int = 0


OptionGroups = tuple[tuple[str, tuple[BuilderOption, ...]], ...]  # a heading and the options under it


@dataclass(frozen=True)
class ConditionFields:
    """The fields of a condition in the form.

    number: in the names of its parameters. key, name, definition: of its property. tests: to choose from. options: values to
    choose from; empty if the value is typed. value, to: current texts. has_value, has_end: whether the test takes a value, and a second one.
    example: of a value, "" for none. without: URL query string of the request without this condition.
    """

    number: int
    key: str
    name: str
    definition: str
    tests: tuple[BuilderOption, ...]
    options: tuple[BuilderOption, ...]
    value: str
    to: str
    has_value: bool
    has_end: bool
    example: str
    without: str


@dataclass(frozen=True)
class BuilderPage:
    """The query builder.

    kinds: to begin with, in groups by the most general kind. kind: key of the chosen one, "" for none; the other fields are then
    empty. name, definition: of the kind. conditions: of the request. properties: those that a further condition can have, in groups; empty at the
    limit. columns: properties that can be shown. sorts: columns to sort by. totals: what can be added up. query: SPARQL. problem: why there is no result, or "".
    warnings: about the query. result: its first rows. address: URL query string of the request.
    """

    kinds: OptionGroups
    kind: str = ""
    name: str = ""
    definition: str = ""
    conditions: tuple[ConditionFields, ...] = ()
    properties: OptionGroups = ()
    columns: OptionGroups = ()
    sorts: tuple[BuilderOption, ...] = ()
    totals: tuple[BuilderOption, ...] = ()
    query: str = ""
    problem: str = ""
    warnings: tuple[str, ...] = ()
    result: ResultTable | None = None
    address: str = ""


def kinds_page(kinds: tuple[Kind, ...]) -> BuilderPage:
    """Return the page (dataclass for HTML and JSON) on which the kind is chosen."""
    return BuilderPage(_kind_options(kinds, ""))


def builder_page(
    context: PageContext,
    kinds: tuple[Kind, ...],
    properties: Mapping[str, BuilderProperty],
    request: BuilderRequest,
    query: str,
    result: QueryResult | str,
    whole: dict[str, str],
) -> BuilderPage:
    """Return the page (dataclass for HTML and JSON) of a request.

    properties: those of the request's kind, by key. query: its SPARQL text. result: of the query, or why there is none. whole: URL of the complete
    result by name of format, such as “csv”.
    """
    context.record("The query that was built", query)
    kind, problem, table = request.kind, "", None
    warnings: tuple[str, ...] = ()
    if isinstance(result, str):
        problem = result
    else:
        parsed = parse_result(result, whole)
        names = {f"{column.variable}Name" for column in request.columns if column.has_names}
        table = readable_table(context.labels, replace(parsed, rows=parsed.rows[:MAX_ROWS]), whole, names)
        warnings = result.warnings
    chosen = {column.key for column in request.columns}
    sort = ("-" if request.descending else "") + (request.sort or NAME)
    columns = [(NAME, "name"), *((column.key, column.name) for column in request.columns)]
    return BuilderPage(
        _kind_options(kinds, kind.key),
        kind.key,
        kind.name,
        kind.definition,
        tuple(_fields(context, request, number) for number in range(1, len(request.conditions) + 1)),
        _property_options(properties.values()) if len(request.conditions) < MAX_CONDITIONS else (),
        _property_options((each for each in properties.values() if each.is_column), chosen),
        tuple(
            BuilderOption(sign + key, name + ending, sign + key == sort)
            for key, name in columns
            for sign, ending in (("", ""), ("-", ", descending"))
        ),
        tuple(
            BuilderOption(key, name or "each thing on a row of its own", key == request.total)
            for key, name in TOTALS.items()
            if key != "figures" or EXACT in properties
        ),
        query,
        problem,
        warnings,
        table,
        request.address(),
    )


def _kind_options(kinds: tuple[Kind, ...], chosen: str) -> OptionGroups:
    """Return all kinds as options, under the names of the most general ones; those without kinds below them come last, together."""
    groups: dict[str, list[Kind]] = {}
    for kind in kinds:
        groups.setdefault(kind.root, []).append(kind)
    alone = [members[0] for members in groups.values() if len(members) == 1]
    listed = [(members[0].name, members) for members in groups.values() if len(members) > 1]
    return tuple(
        (
            title,
            tuple(
                BuilderOption(
                    kind.key, f"{kind.name} ({kind.things:,})", kind.key == chosen, kind.definition, kind.depth
                )
                for kind in members
            ),
        )
        for title, members in [*listed, ("others", alone)]
    )


def _property_options(properties: Iterable[BuilderProperty], chosen: Set[str] = frozenset()) -> OptionGroups:
    """Return properties as options under their groups, in the given order. chosen: keys."""
    groups: dict[str, list[BuilderOption]] = {}
    for each in properties:
        groups.setdefault(each.group, []).append(
            BuilderOption(each.key, each.name, each.key in chosen, each.definition)
        )
    return tuple((title, tuple(options)) for title, options in groups.items())


def _fields(context: PageContext, request: BuilderRequest, number: int) -> ConditionFields:
    """Return the fields of the condition with a number, from 1."""
    condition = request.conditions[number - 1]
    prop = condition.prop
    has_value = condition.test not in WITHOUT_VALUE
    options = _value_options(context, request.kind, condition) if prop.sort == "thing" and has_value else ()
    others = (*request.conditions[: number - 1], *request.conditions[number:])
    return ConditionFields(
        number,
        prop.key,
        prop.name,
        prop.definition,
        tuple(BuilderOption(key, name, key == condition.test) for key, name in prop.tests),
        options,
        curie(condition.value) if condition.value and prop.sort == "thing" else condition.value,
        condition.to,
        has_value,
        condition.test in WITH_END,
        own().about.fill(EXAMPLES[prop.sort]),
        replace(request, conditions=others).address(),
    )


def _value_options(context: PageContext, kind: Kind, condition: Condition) -> tuple[BuilderOption, ...]:
    """Return the things that are values of a condition's property, by name; () if there are more than MAX_OPTIONS.

    The chosen value is among them even if nothing of the kind has it.
    """
    prop = condition.prop
    text = page_queries()["values-of-property"].sparql.replace("?property", prop.path)
    found = context.labels.store.query(inline_bindings(text, {"kind": Iri(kind.iri)})).bindings
    if len(found) > MAX_OPTIONS:
        return ()
    names = {row["value"]["value"]: row["name"]["value"] if "name" in row else "" for row in found}
    if condition.value:
        names.setdefault(condition.value, "")
    missing = context.labels.names(iri for iri, name in names.items() if not name)
    named = sorted(((names[iri] or missing[iri], iri) for iri in names), key=lambda pair: (pair[0].casefold(), pair[1]))
    return tuple(BuilderOption(curie(iri), name, iri == condition.value) for name, iri in named)
