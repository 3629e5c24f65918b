"""The comparison of sources as a result with columns."""

from datetime import date

from sjkg.api.result import Result
from sjkg.api.values import Iri, Value
from sjkg.core.vocabulary import PREFIXES, expand
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.source_comparison import source_comparison
from sjkg.site.source_table import COLUMNS, table_rows


def compare_sources(labels: SnapshotLabels, event: str) -> Result:
    """Return what the sources say of an event, a row for each value. Raises the errors of `source_comparison`.

    event: the last part of its IRI, a prefixed name or an IRI.
    """
    iri = expand(event) if ":" in event else PREFIXES["event"] + event
    found = table_rows(source_comparison(PageContext(labels), iri))
    rows = [tuple(_to_value(row.get(column.name), column.datatype) for column in COLUMNS) for row in found]
    return Result([column.name for column in COLUMNS], rows)


def _to_value(value: str | int | float | bool | None, datatype: str) -> Value | None:
    """Return a cell as a Python value: an Iri or date for a column of these, None for an empty one."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Iri(value) if datatype == "anyURI" else date.fromisoformat(value) if datatype == "date" else value
    return value
