"""Records from CSV files: with metadata of CSV on the Web, or by the names of the columns.

Rows with the same key are one record, as in tables with a row for each side of a battle; names that differ give a warning.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.matching.columns import FIELDS_BY_NAME, KEY, SUBJECT, WHOLE_OR_NAME, fold_name, read_date_part, read_name
from sjkg.matching.csv_rows import Row, read_rows
from sjkg.matching.csvw import ENDING, TableColumn, TableDescription, expand_template, read_metadata
from sjkg.matching.foreign import ForeignDataset, ForeignRecord, file_finding, refuse_file
from sjkg.matching.name_words import KIND_WORDS
from sjkg.matching.names import parse_name
from sjkg.matching.records import BadValue, FieldValue, make_record, read_identifier, read_kind

TYPE_URLS = ("rdf:type", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DATE_FIELDS, POINT_FIELDS = ("date", "begin", "end"), ("point", "latitude", "longitude")
TREATY_EVENTS = frozenset(("signing", "signature", "ratification", "denunciation", "expiry"))
SAMPLE_SHARE = 0.5  # of the values of a column without metadata that must be dates for it to be read as such


def read_csv(path: Path, metadata: Path | None = None, kind: str = "", *, lenient: bool = False) -> ForeignDataset:
    """Return the records in a CSV file (.csv, .tsv, also .gz).

    metadata: its CSVW description; without it, the file NAME-metadata.json beside the table if there is one, else the names
    of the columns decide. kind: of all records; without it, a column, or the name of the table decides. lenient: whether to
    leave out unreadable values in columns of dates or points, with a warning each; without metadata this is always done.
    Raises BrokenInput, with file and line of each error.
    """
    beside = path.with_name(path.name + ENDING)
    source = metadata or (beside if beside.is_file() else None)
    described = read_metadata(source, path.name) if source else None
    header, rows = read_rows(path, described)
    columns = described.columns if described else tuple(TableColumn(name, (name,)) for name in header)
    fields = found = _find_fields(columns)
    if described is None:
        fields = _without_other_texts(fields, rows)
    fields |= _divided_dates(columns)
    if not any(field == "name" for field in fields.values()):
        listed = ", ".join(f"“{column.name}”" for column in columns)
        message = f"no column is a name; the columns are {listed}; rename one to “name”, or say which one is in CSVW metadata (--metadata)"
        raise BrokenInput(f"{path} was not read; name its columns", (file_finding(str(path), 1, message),))
    unknown = _check_properties(described, fields) if described else ()
    records, warnings = _make_records(path, rows, columns, fields, described, kind, lenient or described is None)
    used = tuple((column.name, fields[column.name]) for column in columns if column.name in fields)
    ignored = tuple(
        f"{column.name} (most values are not {found[column.name]})" if column.name in found else column.name
        for column in columns
        if column.name not in fields
    )
    return ForeignDataset(str(path), records, used, ignored, {"row": f"{path.name}#"}, (*unknown, *warnings))


def _find_fields(columns: Sequence[TableColumn]) -> dict[str, str]:
    """Return the field, KEY or SUBJECT of each column that has one, by the name of the column.

    The property of a column decides, or else its name. The first of the columns WHOLE_OR_NAME is the name if
    no other column is one.
    """
    fields: dict[str, str] = {}
    for column in columns:
        if column.is_suppressed:
            continue
        found = "kind" if column.property_url in TYPE_URLS else read_name(column.property_url)
        if found := found or read_name(column.name):
            fields[column.name] = found
    if "name" not in fields.values():
        named = next((name for name in fields if fold_name(name) in WHOLE_OR_NAME), None)
        fields |= {named: "name"} if named else {}
    return fields


def _check_properties(described: TableDescription, fields: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return the warnings on metadata, with one for each property that is none of a record.

    It may be misspelt: it is similar to a known one, or the name of its column says that the column is used. fields: by the
    name of the column.
    """
    found = list(described.warnings)
    for column in described.columns:
        folded = fold_name(column.property_url)
        if not folded or column.is_suppressed or column.property_url in TYPE_URLS or read_name(column.property_url):
            continue
        similar = get_close_matches(folded, FIELDS_BY_NAME, n=1, cutoff=0.8)
        field = fields.get(column.name, "")
        if similar or field:
            use = f"by the name of the column, it is read as {field}" if field else "its column is not used"
            advice = f"did you mean “{similar[0]}”?" if similar else "correct it, or remove it"
            message = f"the property “{column.property_url}” of “{column.name}” is unknown; {use}; {advice}"
            found.append(file_finding(described.file, column.line, message, "warning"))
    return tuple(found)


def _without_other_texts(fields: Mapping[str, str], rows: Sequence[Row]) -> dict[str, str]:
    """Return `fields` without the columns whose name means a date or point, but most of whose values cannot be read as one.

    fields: by the name of the column. Only the first 500 values of a column are tested.
    """
    kept: dict[str, str] = {}
    for name, field in fields.items():
        if field in (*DATE_FIELDS, "point"):
            values = [value for row in rows if (value := row.values[name].strip())]
            good = sum(_is_readable(field, value) for value in values[:500])
            if good < SAMPLE_SHARE * min(len(values), 500):
                continue
        kept[name] = field
    return kept


def _is_readable(field: str, value: str) -> bool:
    """Return whether a value can be that of a field: date, begin, end or point."""
    try:
        make_record("", [FieldValue(field, value)])
    except BadValue:
        return False
    return True


def _make_records(
    path: Path,
    rows: Sequence[Row],
    columns: Sequence[TableColumn],
    fields: Mapping[str, str],
    described: TableDescription | None,
    kind: str,
    lenient: bool,
) -> tuple[tuple[ForeignRecord, ...], tuple[Finding, ...]]:
    """Return a record for each key, with the statements of all rows that have the key, and warnings: for a value in a column of
    dates or points that is neither, and for a row that has the key of an earlier row but other names.

    fields: the field of each column, by the name of the column. kind: the kind of all records; "" to tell it from the name of
    the file and its columns. Raises BrokenInput, with all unreadable dates and points, unless `lenient`.
    """
    file, findings, doubles = str(path), list[Finding](), list[Finding]()
    default_kind = kind or _kind_of_table(path, fields)
    key_column = next((name for name, field in fields.items() if field == KEY), None)
    subjects: dict[str, str] = {}
    statements: dict[str, dict[FieldValue, None]] = {}
    lines: dict[str, int] = {}
    names: dict[str, set[str]] = {}
    for number, row in enumerate(rows, 1):
        about = expand_template(described.about_url, {**row.values, "_row": str(number)}) if described else ""
        key = row.values[key_column].strip() if key_column else ""
        key = key or about or str(number)
        subject = about or _find_subject(row, fields) or (key if "://" in key else f"row:{key}")
        subjects.setdefault(key, subject)
        lines.setdefault(key, row.line)
        own = statements.setdefault(key, {})
        if (identifier := read_identifier(subject)).scheme != "iri" and not subject.startswith("row:"):
            own[FieldValue("identifier", f"{identifier.scheme}:{identifier.value}")] = None
        read = list(_row_statements(row, columns, fields))
        named = {statement.value for statement in read if statement.field == "name"}
        if named and named.isdisjoint(names.setdefault(key, named)):
            message = f"“{key}” is also the key of line {lines[key]}, which has another name; the two lines were read as one record"
            doubles.append(file_finding(file, row.line, message, "warning"))
        names[key] |= named
        for statement in read:
            if fault := _find_fault(statement):
                severity = "warning" if lenient else "violation"
                findings.append(file_finding(file, row.line, fault, severity))
            else:
                own[statement] = None
        if kind or (default_kind and not any(statement.field == "kind" for statement in own)):
            is_treaty = not kind and any(_is_treaty(name) for name in named)
            own[FieldValue("kind", "treaty" if is_treaty else default_kind)] = None
    if findings and not lenient:
        raise refuse_file(file, findings, are_values=True)
    made = (
        ForeignRecord(subjects[key], make_record(key, own, f"{file}:{lines[key]}"), lines[key])
        for key, own in statements.items()
    )
    return tuple(made), (*doubles, *findings)


def _row_statements(row: Row, columns: Sequence[TableColumn], fields: Mapping[str, str]) -> Iterator[FieldValue]:
    """Yield the statements in a row. fields: by the name of the column."""
    parts = _find_date_parts(columns)
    for (field, _), names in parts.items():
        if value := _join_date(row, names):
            yield FieldValue(field, value)
    divided = {name for names in parts.values() for name in names.values()}
    for column in columns:
        field = fields.get(column.name, "")
        if field in ("", KEY, SUBJECT) or column.name in divided:
            continue
        values = column.values("" if column.is_virtual else row.values[column.name])
        if column.value_url and (values or column.is_virtual):
            expanded = expand_template(column.value_url, {**row.values, column.name: values[0] if values else ""})
            values = [expanded] if expanded else values
        language = column.language if field == "name" else ""
        yield from (FieldValue(field, value, language) for value in values)


def _find_date_parts(columns: Sequence[TableColumn]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the dates that are divided into columns for year and month, and maybe day.

    The result maps the field and the number at the end of the names, such as (“begin”, “1”), to the names of the columns by part.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for column in columns:
        if not column.is_virtual and (read := read_date_part(column.name)):
            number = column.name[-1] if column.name[-1].isdigit() else ""
            found.setdefault((read[0], number), {})[read[1]] = column.name
    return {key: names for key, names in found.items() if {"year", "month"} <= names.keys()}


def _divided_dates(columns: Sequence[TableColumn]) -> dict[str, str]:
    """Return a dict from the name of each column with a part of a date (year, month or day) to its field."""
    return {name: field for (field, _), names in _find_date_parts(columns).items() for name in names.values()}


def _join_date(row: Row, names: Mapping[str, str]) -> str:
    """Return the date in the columns for its parts, in ISO 8601; "" without a year. A part that is not a number is left out."""
    values = {part: row.values[name].strip().removesuffix(".0") for part, name in names.items()}
    text = values["year"]
    if not text.isdecimal():
        return ""
    for part, most in (("month", 12), ("day", 31)):
        value = values.get(part, "")
        if not (value.isdecimal() and 1 <= int(value) <= most):
            break
        text += f"-{int(value):02}"
    return text


def _find_fault(statement: FieldValue) -> str:
    """Return a message on a date or point that cannot be read; "" for a readable one and for statements of other fields."""
    if statement.field not in (*DATE_FIELDS, *POINT_FIELDS):
        return ""
    try:
        make_record("", [statement])
    except BadValue as error:
        return str(error)
    return ""


def _find_subject(row: Row, fields: Mapping[str, str]) -> str:
    """Return the first http or https IRI in the columns for the IRI and the key of a row; "" if there is none."""
    found = (
        row.values[name].strip() for name, field in fields.items() if field in (SUBJECT, KEY) and name in row.values
    )
    return next((value for value in found if value.startswith(("http://", "https://"))), "")


def _is_treaty(name: str) -> bool:
    """Return whether all words for kinds in a name are of treaties, as in “Neutrality Pact”, but not in “Treaty War” or “signing of a treaty”."""
    words = {token.text for token in parse_name(name).tokens}
    return {KIND_WORDS[word] for word in words & KIND_WORDS.keys()} == {"treaty"} and not words & TREATY_EVENTS


def _kind_of_table(path: Path, fields: Mapping[str, str]) -> str:
    """Return the kind of things (one of KINDS) that the name of a table means, such as “event” for battles.csv.

    fields: the field that each column means, by the name of the column. If the name means no kind, it is “event” for a table
    with dates, else "".
    """
    stem = path.name.split(".")[0]
    return read_kind(stem) or ("event" if any(field in DATE_FIELDS for field in fields.values()) else "")
