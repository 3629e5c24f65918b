"""Metadata of CSV files: the parts of CSV on the Web that say what the columns of a table mean.

Source: Metadata Vocabulary for Tabular Data, https://www.w3.org/TR/tabular-metadata/
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.located_json import LocatedJson
from sjkg.core.ntriples import XSD_STRING
from sjkg.core.vocabulary import PREFIXES, expand
from sjkg.matching.csvw_checks import TEMPLATE, check_dialect, check_properties, check_templates
from sjkg.matching.foreign import file_finding, refuse_file

ENDING = (
    "-metadata.json"  # after the name of the table, https://www.w3.org/TR/tabular-data-model/#standard-file-metadata
)
UNSAFE = re.compile(r"[\x00-\x20<>\"{}|\\^`]")  # characters that no IRI has
DATE_PATTERN = re.compile(r"yyyy|MM|dd|M|d")
INHERITED = ("lang", "null", "separator", "default", "datatype", "propertyUrl", "valueUrl")  # by columns, and used here
PATTERNS = {
    "yyyy": r"(?P<y>\d{4})",
    "MM": r"(?P<m>\d{2})",
    "dd": r"(?P<d>\d{2})",
    "M": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
}


@dataclass(frozen=True)
class TableColumn:
    """A column of a table. name: by which templates refer to it. titles: those in the header line; none if it is virtual.

    property_url: the IRI of its property, "" if it has none. value_url: the template of the IRI of its value, or "".
    separator: between several values in a cell, "" if there is only one. nulls: texts that stand for no value. default: the
    value of an empty cell. language: the tag of its texts, or "". date_format: of its dates, as “dd.MM.yyyy”, or "".
    is_virtual: it is not in the file. is_suppressed: the metadata says that its values are not to be used. line: of the
    metadata, where its property is; None in a table without. about_url: the template of the IRI of the thing that its values are
    about, "" for that of the row. datatype: the IRI of that of its values.
    group_char, decimal_char: in its numbers. truth_values: the texts for true and false, none for those of XSD.
    """

    name: str
    titles: tuple[str, ...] = ()
    property_url: str = ""
    value_url: str = ""
    separator: str = ""
    nulls: frozenset[str] = frozenset()
    default: str = ""
    language: str = ""
    date_format: str = ""
    is_virtual: bool = False
    is_suppressed: bool = False
    line: int | None = None
    about_url: str = ""
    datatype: str = XSD_STRING
    group_char: str = ""
    decimal_char: str = "."
    truth_values: tuple[str, ...] = ()

    def values(self, cell: str) -> list[str]:
        """Return the values in a cell, without nulls; dates in the format of the column are converted to ISO 8601."""
        text = self.default if not cell.strip() else cell.strip()
        parts = [part.strip() for part in text.split(self.separator)] if self.separator else [text]
        kept = [part for part in parts if part and part not in self.nulls]
        return [_to_iso(part, self.date_format) for part in kept] if self.date_format else kept


@dataclass(frozen=True)
class TableDescription:
    """A description of a table. about_url: the template of the IRI of a row, "" if unknown. columns: in order, the virtual ones last.

    dialect: options of the file, such as {"delimiter": ";"}. file: the path of the metadata. warnings: on what was ignored in it.
    """

    columns: tuple[TableColumn, ...]
    about_url: str = ""
    dialect: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    warnings: tuple[Finding, ...] = ()


def read_metadata(path: Path, table: str) -> TableDescription:
    """Return the description of a table in a metadata file. table: the name of its file.

    Raises BrokenInput, with the line of each error, when the file cannot be read, is not JSON, does not describe the table, or
    has a template that names no column.
    """
    name = str(path)
    try:
        text = LocatedJson(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _refuse(name, None, f"the metadata cannot be read: {error.strerror}; check the path") from None
    except UnicodeDecodeError as error:
        raise _refuse(name, None, f"byte {error.start} is not UTF-8; save the metadata as UTF-8") from None
    except json.JSONDecodeError as error:
        raise _refuse(name, error.lineno, f"this is not JSON ({error.msg}); correct it") from None
    parsed = text.value
    if not isinstance(parsed, dict):
        raise _refuse(name, 1, "the metadata must be a JSON object with “tableSchema” or “tables”")
    described = _find_table(parsed, table, name, text)
    schema = described.get("tableSchema", parsed.get("tableSchema"))
    if not isinstance(schema, dict) or not isinstance(schema.get("columns"), list):
        message = f"the metadata describes no columns of {table}; add “tableSchema” with “columns”"
        raise _refuse(name, text.line(described), message)
    for number, column in enumerate(schema["columns"], 1):
        if not isinstance(column, dict):
            message = f'column {number} is not described by an object; write {{"name": …}}'
            raise _refuse(name, text.line(schema, "columns"), message)
    dialect = described.get("dialect", parsed.get("dialect"))
    dialect = dialect if isinstance(dialect, dict) else {}
    inherited = {**parsed, **described, **schema}
    columns = [
        _read_column(column, number, inherited, name, text) for number, column in enumerate(schema["columns"], 1)
    ]
    names = [column.name for column in columns]
    levels = {id(each): each for each in (parsed, described, schema, *schema["columns"])}.values()
    errors = [found for each in levels for found in check_templates(name, text, each, names)]
    if errors := [*errors, *check_dialect(name, text, dialect)]:
        raise refuse_file(name, errors)
    is_group = described is not parsed
    warnings = (
        *(check_properties(name, text, parsed, "group") if is_group else ()),
        *check_properties(name, text, described, "table"),
        *check_properties(name, text, schema, "schema"),
        *(found for each in schema["columns"] for found in check_properties(name, text, each, "column")),
        *check_properties(name, text, dialect, "dialect"),
    )
    return TableDescription(tuple(columns), str(inherited.get("aboutUrl", "")), dialect, name, warnings)


def _find_table(parsed: dict[str, Any], table: str, name: str, text: LocatedJson) -> dict[str, Any]:
    """Return the description of the file `table` in metadata of one or several tables. Raises BrokenInput without one.

    Metadata of one table may leave out its url.
    """
    if not isinstance(tables := parsed.get("tables"), list):
        if "url" in parsed and not _is_file(parsed["url"], table):
            message = f"the metadata describes “{parsed['url']}”, not {table}; correct “url”, or give other metadata (--metadata)"
            raise _refuse(name, text.line(parsed, "url"), message)
        return parsed
    described = [each for each in tables if isinstance(each, dict)]
    for each in described:
        if _is_file(each.get("url", ""), table):
            return each
    others = ", ".join(str(each.get("url", "one without url")) for each in described)
    message = f"the metadata describes no table with the url {table} (but {others}); add it to “tables”"
    raise _refuse(name, text.line(parsed, "tables"), message)


def _is_file(url: object, table: str) -> bool:
    """Return whether a URL is that of a file, which may be compressed."""
    return Path(unquote(urlsplit(str(url)).path)).name in (table, table.removesuffix(".gz"))


def _read_column(
    column: dict[str, Any], number: int, inherited: Mapping[str, Any], file: str, text: LocatedJson
) -> TableColumn:
    """Return the column that an object of `text` describes.

    number: of the column, from 1. inherited: the properties of the table, of which some hold for its columns.
    """
    found = {**{key: inherited[key] for key in INHERITED if key in inherited}, **column}
    titles, nulls, datatype = column.get("titles", []), found.get("null", []), found.get("datatype", "string")
    if isinstance(titles, dict):
        titles = [title for each in titles.values() for title in (each if isinstance(each, list) else [each])]
    listed = [str(each) for each in (titles if isinstance(titles, list) else [titles])]
    language = found.get("lang", "")
    details = datatype if isinstance(datatype, dict) else {"base": datatype}
    base, form = str(details.get("base") or "string"), details.get("format", "")
    numbers = form if isinstance(form, dict) else {}
    is_boolean = base == "boolean" and isinstance(form, str)
    name = str(column.get("name") or (listed[0] if listed else f"_col.{number}"))
    return TableColumn(
        name,
        tuple(listed),
        expand_template(str(found.get("propertyUrl", "")), {"_name": name, "_column": str(number)}),
        str(found.get("valueUrl", "")),
        str(found.get("separator") or ""),
        frozenset(map(str, nulls if isinstance(nulls, list) else [nulls])),
        str(found.get("default", "")),
        "" if language == "und" else str(language),
        str(form) if base.startswith("date") else "",
        bool(column.get("virtual")),
        bool(column.get("suppressOutput")),
        text.line(column, "propertyUrl"),
        str(column.get("aboutUrl", "")),
        _datatype_iri(base),
        str(numbers.get("groupChar", "")),
        str(numbers.get("decimalChar", ".")),
        tuple(form.split("|")) if is_boolean and "|" in form else (),
    )


def _datatype_iri(name: str) -> str:
    """Return the IRI of a datatype by its name in CSV on the Web, such as “number” or “date”, or as prefixed name or IRI.

    Source: https://www.w3.org/TR/tabular-metadata/#built-in-datatypes
    """
    other = {"number": "double", "datetime": "dateTime", "any": "anyAtomicType", "binary": "base64Binary"}
    rdf = {"xml": "XMLLiteral", "html": "HTML", "json": "JSON"}
    if name in rdf:
        return PREFIXES["rdf"] + rdf[name]
    return expand(name) if ":" in name else PREFIXES["xsd"] + other.get(name, name)


def expand_template(template: str, values: Mapping[str, str]) -> str:
    """Return a URI template with the values of its variables, percent-encoded; "" if one of them has no value.

    Of the expressions of URI templates (RFC 6570) {x}, {+x}, {#x}, {/x} and {?x} are supported, also with several variables;
    after + and #, the reserved characters of IRIs are not encoded, so that {+x} is for cells that are IRIs.
    """
    is_complete = True

    def replace(found: re.Match[str]) -> str:
        nonlocal is_complete
        given = {name: values.get(name) or values.get(unquote(name), "") for name in found[2].split(",")}
        is_complete = is_complete and all(given.values())
        encoded = {
            name: UNSAFE.sub(lambda each: quote(each[0]), value)
            if found[1] in ("+", "#")
            else quote(value, safe="-._~")
            for name, value in given.items()
        }
        if found[1] == "?":
            return "?" + "&".join(f"{name}={value}" for name, value in encoded.items())
        return found[1].strip("+") + ("/" if found[1] == "/" else ",").join(encoded.values())

    expanded = TEMPLATE.sub(replace, template)
    return expanded if is_complete else ""


def _to_iso(text: str, date_format: str) -> str:
    """Return in ISO 8601 a date that is written in the format of its column; another text is returned unchanged."""
    parts = DATE_PATTERN.split(date_format)
    marks = DATE_PATTERN.findall(date_format)
    pattern = "".join(
        re.escape(part) + (PATTERNS[marks[at]] if at < len(marks) else "") for at, part in enumerate(parts)
    )
    found = re.fullmatch(pattern, text)
    if not found:
        return text
    groups = found.groupdict()
    return "-".join(groups[key].zfill(4 if key == "y" else 2) for key in "ymd" if groups.get(key))


def _refuse(file: str, line: int | None, message: str) -> BrokenInput:
    """Return an error with one finding about the metadata file."""
    return BrokenInput(f"{file} was not read; correct it", (file_finding(file, line, message),))
