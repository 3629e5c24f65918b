"""Checks of CSV on the Web metadata: properties that do not exist, templates that name no column, unsupported dialects.

As the standard demands, an unknown property is ignored with a warning, and one with a prefix, such as dc:title, is an annotation.
Source: Metadata Vocabulary for Tabular Data §5, https://www.w3.org/TR/tabular-metadata/
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote

from sjkg.core.findings import Finding
from sjkg.core.located_json import LocatedJson
from sjkg.matching.foreign import file_finding

TEMPLATE = re.compile(r"\{([#/?+]?)([\w.%,]+)\}")
EXPRESSION = re.compile(r"\{[^{}]*\}?")
TEMPLATES = ("aboutUrl", "propertyUrl", "valueUrl")
VARIABLES = ("_column", "_name", "_row", "_sourceRow")  # beside the names of columns
ANY = "@id @type"
INHERITED = f"{ANY} aboutUrl datatype default lang null ordered propertyUrl required separator textDirection valueUrl"
TABLE = f"{INHERITED} @context dialect notes tableDirection tableSchema transformations"
PROPERTIES = {
    "group": f"{TABLE} tables",
    "table": f"{TABLE} url suppressOutput",
    "schema": f"{INHERITED} columns foreignKeys primaryKey rowTitles",
    "column": f"{INHERITED} name titles suppressOutput virtual",
    "dialect": f"{ANY} commentPrefix delimiter doubleQuote encoding header headerRowCount lineTerminators quoteChar "
    "skipBlankRows skipColumns skipInitialSpace skipRows trim",
}
# Properties of a dialect, with the values for which tables are read as it says, and what to do about others
SUPPORTED: Mapping[str, tuple[Collection[object], str]] = {
    "header": ((True,), "add a header line to the table"),
    "headerRowCount": ((1,), "keep one header line in the table"),
    "skipRows": ((0,), "remove these lines from the table"),
    "skipColumns": ((0,), "remove these columns from the table"),
    "doubleQuote": ((True,), "write a quotation mark in a cell twice"),
    "encoding": (("utf-8", "UTF-8", "utf8", "UTF8"), "save the table as UTF-8"),
}


def check_properties(file: str, text: LocatedJson, described: object, sort: str) -> Iterator[Finding]:
    """Yield a warning for each unknown property of an object of the metadata. sort: a key of PROPERTIES."""
    if not isinstance(described, dict):
        return
    known = PROPERTIES[sort].split()
    for name in described:
        if name not in known and ":" not in name:
            similar = get_close_matches(name, known, n=1, cutoff=0.6)
            advice = f"did you mean “{similar[0]}”?" if similar else "remove it, or give it a prefix"
            message = f"“{name}” is not a property of a {sort} and was ignored; {advice}"
            yield file_finding(file, text.line(described, name), message, "warning")


def check_dialect(file: str, text: LocatedJson, dialect: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield an error for each property of a dialect that tables are not read by."""
    for name, (values, advice) in SUPPORTED.items():
        if name in dialect and dialect[name] not in values:
            message = f"“{name}” is {json.dumps(dialect[name])}, which is not supported; {advice}"
            yield file_finding(file, text.line(dialect, name), message)


def check_templates(file: str, text: LocatedJson, described: object, columns: Collection[str]) -> Iterator[Finding]:
    """Yield an error for each template of an object that names none of the columns, or is not supported."""
    if not isinstance(described, dict):
        return
    for name in TEMPLATES:
        for expression in EXPRESSION.findall(str(described.get(name, ""))):
            line = text.line(described, name)
            parsed = TEMPLATE.fullmatch(expression)
            if not parsed:
                yield file_finding(
                    file, line, f"{name} has “{expression}”, which is not supported; write a column’s name as {{name}}"
                )
                continue
            for variable in parsed[2].split(","):
                if variable in VARIABLES or unquote(variable) in columns:
                    continue
                similar = get_close_matches(unquote(variable), columns, n=1, cutoff=0.6)
                advice = f"did you mean “{similar[0]}”?" if similar else f"the columns are {', '.join(columns)}"
                yield file_finding(file, line, f"{name} names “{variable}”, which is not a column; {advice}")
