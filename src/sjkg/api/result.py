"""Results of SELECT queries: rows with values by column name, and their conversion for pandas, Polars and notebooks."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sjkg.api.values import MAX_ROWS, Value, html_table, read_value, show_value
from sjkg.core.errors import EmptyResultWarning, NotInstalled, UnknownTermWarning
from sjkg.core.messages import count_noun
from sjkg.store.query_result import QueryResult

if TYPE_CHECKING:
    import pandas
    import polars

MAX_REPR_ROWS = 10
PLAIN_TYPES = (bool, int, float, Decimal, date)  # and subclasses: a datetime is a date


class Row:
    """One row of a query result: `row.event`, `row["event"]` and `row[0]` are the same value, None for an unbound variable.

    A row is equal to a tuple of its values, and to a row with the same columns and values.
    columns: the names of the variables. values: their values, in the order of `columns`.
    Raises KeyError, IndexError or AttributeError for a column that does not exist.
    """

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: tuple[str, ...], values: tuple[Value | None, ...]):
        self._columns, self._values = columns, values

    def __getitem__(self, key: int | str) -> Value | None:
        if isinstance(key, int):
            return self._values[key]
        if key not in self._columns:
            raise KeyError(f"the result has no column “{key}”; its columns are {', '.join(self._columns)}")
        return self._values[self._columns.index(key)]

    def __getattr__(self, name: str) -> Value | None:
        if name.startswith("__"):  # copy and pickle look such names up before there are values
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __iter__(self) -> Iterator[Value | None]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Row):
            return (self._columns, self._values) == (other._columns, other._values)
        return self._values == other

    def __hash__(self) -> int:
        return hash(self._values)

    def __reduce__(self) -> tuple[type["Row"], tuple[tuple[str, ...], tuple[Value | None, ...]]]:
        return Row, (self._columns, self._values)

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in zip(self._columns, self._values, strict=True))})"


class Result(Sequence[Row]):
    """The complete result of a SELECT query: a sequence of `Row`; a slice of it is a list of `Row`.

    columns: the names of the query's variables, also an attribute (a tuple). rows: for each row a tuple of values in
    the order of `columns`, with None for an unbound variable.
    """

    def __init__(self, columns: Sequence[str], rows: Sequence[tuple[Value | None, ...]]):
        self.columns = tuple(columns)
        self._rows = [Row(self.columns, row) for row in rows]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:  # an int gives a Row, a slice a list of them, as for any list
        return self._rows[place]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def column(self, name: str) -> list[Value | None]:
        """Return the values of the column `name`, None where unbound.

        Raises KeyError, with the names of all columns, when there is no such column.
        """
        if name not in self.columns:
            raise KeyError(f"the result has no column “{name}”; its columns are {', '.join(self.columns)}")
        return [row[name] for row in self._rows]

    def to_dicts(self) -> list[dict[str, Value | None]]:
        """Return a dict from column name to value for each row, with None for an unbound variable."""
        return [dict(zip(self.columns, row, strict=True)) for row in self._rows]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a pandas DataFrame with the same columns.

        IRIs and all kinds of text become str, as do all values of a column with several types; an unbound value is a
        missing value. Raises NotInstalled without pandas.
        """
        frame: pandas.DataFrame = _import("pandas").DataFrame(self._plain_columns(), columns=list(self.columns))
        return frame

    def to_polars(self) -> "polars.DataFrame":
        """Return a Polars DataFrame with the same columns.

        IRIs and all kinds of text become str, as do all values of a column with several types; an unbound value is
        null. Raises NotInstalled without Polars.
        """
        frame: polars.DataFrame = _import("polars").DataFrame(self._plain_columns())
        return frame

    def _plain_columns(self) -> dict[str, list[object]]:
        """Return a dict from column name to values, which are of the built-in types of PLAIN_TYPES, str or None."""
        return {name: _to_plain_types(self.column(name)) for name in self.columns}

    def __repr__(self) -> str:
        lines = [" | ".join(self.columns)]
        lines += [" | ".join(map(show_value, row)) for row in self._rows[:MAX_REPR_ROWS]]
        return "\n".join([*lines, f"({count_noun(len(self), 'row')})"])

    def _repr_html_(self) -> str:
        """Return an HTML table of the first MAX_ROWS rows with the total number of rows, for notebooks."""
        return html_table(self.columns, self._rows[:MAX_ROWS], len(self))


def read_result(parsed: Mapping[str, Any]) -> Result:
    """Return the rows of a SELECT result. parsed: a parsed document in SPARQL 1.1 Query Results JSON Format.

    Source: https://www.w3.org/TR/sparql11-results-json/
    """
    columns = parsed["head"]["vars"]
    rows = [
        tuple(read_value(row[name]) if name in row else None for name in columns)
        for row in parsed["results"]["bindings"]
    ]
    return Result(columns, rows)


def _to_plain_types(values: Sequence[Value | None]) -> list[object]:
    """Return the values of a column unchanged when all are of one type of PLAIN_TYPES, else as str; None stays None."""
    types = {type(value) for value in values if value is not None}
    if len(types) == 1 and issubclass(next(iter(types)), PLAIN_TYPES):
        return list(values)
    return [None if value is None else str(value) for value in values]


def _import(name: str) -> ModuleType:
    """Import the optional package `name` and return it. Raises NotInstalled when it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise NotInstalled(f"{name} is not installed; install it with “pip install {name}”") from None


def issue_warnings(result: QueryResult, stacklevel: int) -> None:
    """Issue an UnknownTermWarning for each unknown term of a query, and an EmptyResultWarning for an empty result.

    stacklevel: as for `warnings.warn`: 1 is the line in this function.
    """
    for term in result.unknown_terms:
        warnings.warn(term.message, UnknownTermWarning, stacklevel)
    if result.empty_reason:
        warnings.warn(result.empty_reason, EmptyResultWarning, stacklevel)
