"""Metadata of CSV on the Web for tables without: names, datatypes and keys, from the header and the values."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sjkg.core.datatypes import is_well_typed
from sjkg.core.findings import Finding
from sjkg.core.vocabulary import PREFIXES
from sjkg.matching.columns import KEY, read_name
from sjkg.matching.csv_rows import open_table
from sjkg.matching.foreign import refuse_file

DATATYPES = ("integer", "decimal", "date", "gYear")  # the first that fits all values of a column is taken
NOT_IN_NAME = re.compile(r"\W+")
CONTEXT = "http://www.w3.org/ns/csvw"


def make_metadata(table: Path) -> str:
    """Return the metadata of a table, as JSON.

    A column has the datatype that fits all its values. The IRI of a row ends with the value of the first column that names a key, such as “id” or
    “slug”, if all rows have other values there; else with its number. Raises BrokenInput for a table that cannot be read.
    """
    findings: list[Finding] = []
    header, rows = open_table(table, None, findings)
    fitting = {title: list(DATATYPES) for title in header}
    keys: dict[str, set[str] | None] = {title: set() for title in header if read_name(title) == KEY}
    is_filled = dict.fromkeys(header, False)
    for row in rows:
        for title, cell in row.values.items():
            if value := cell.strip():
                is_filled[title] = True
                fitting[title] = [each for each in fitting[title] if is_well_typed(value, PREFIXES["xsd"] + each)]
            if (known := keys.get(title)) is not None:
                keys[title] = _add(known, value)
    if findings:
        raise refuse_file(str(table), findings)
    names = _names(header)
    key = next((names[title] for title, values in keys.items() if values), None)
    columns = [
        _describe(names[title], title, fitting[title][0] if is_filled[title] and fitting[title] else "string")
        for title in header
    ]
    schema = {"aboutUrl": f"#{{{key}}}" if key else "#row-{_row}", "columns": columns}
    return json.dumps({"@context": CONTEXT, "url": table.name, "tableSchema": schema}, ensure_ascii=False, indent=2)


def _add(known: set[str], value: str) -> set[str] | None:
    """Add a value to those known of a column and return them; None if it is empty or was known, so that the column is not a key."""
    if not value or value in known:
        return None
    known.add(value)
    return known


def _describe(name: str, title: str, datatype: str) -> dict[str, Any]:
    """Return the description of a column."""
    described = {"name": name, "titles": title}
    return described if datatype == "string" else {**described, "datatype": datatype}


def _names(titles: Iterable[str]) -> dict[str, str]:
    """Return a dict from each title to a name for templates, in letters, digits and underscores, each another one."""
    names: dict[str, str] = {}
    for title in titles:
        name = NOT_IN_NAME.sub("_", title).strip("_") or "column"
        while name in names.values():
            name += "_"
        names[title] = name
    return names
