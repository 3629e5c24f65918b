"""RDF from tables with metadata of CSV on the Web, in its minimal mode: a triple for each value of each cell.

The IRI of a row is that of `aboutUrl`, else its place in the file. A cell is an IRI by `valueUrl`, else a literal of its datatype.
Relative IRIs are resolved against that of the file. Source: Generating RDF from Tabular Data on the Web, https://www.w3.org/TR/csv2rdf/
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from sjkg.core.datatypes import is_well_typed
from sjkg.core.findings import Finding
from sjkg.core.ntriples import literal_text
from sjkg.core.terms import Iri, is_valid_term, resolve_iri
from sjkg.core.vocabulary import PREFIXES, expand
from sjkg.matching.csv_rows import open_table
from sjkg.matching.csvw import TableColumn, TableDescription, expand_template
from sjkg.matching.foreign import file_finding
from sjkg.store.external_files import line_fragment

TYPE = f"<{PREFIXES['rdf']}type>"
DERIVED_FROM = f"<{PREFIXES['prov']}wasDerivedFrom>"
NUMBERS = tuple(
    PREFIXES["xsd"] + name
    for name in "integer decimal double float int long short byte nonNegativeInteger positiveInteger nonPositiveInteger "
    "negativeInteger unsignedInt unsignedLong unsignedShort unsignedByte".split()
)
BOOLEAN = f"{PREFIXES['xsd']}boolean"


class BadCell(Exception):
    """Raised for a cell that has no valid term; the message says why."""


def write_table(
    path: Path, described: TableDescription, file_iri: str, triples: IO[bytes], places: IO[bytes]
) -> list[Finding]:
    """Write the triples of a table and the places of its subjects as N-Triples; return the findings on what was left out.

    described: its metadata. file_iri: the IRI of the file. Raises BrokenInput for a table that cannot be read or is not well-formed.
    """
    findings: list[Finding] = []
    header, rows = open_table(path, described, findings)
    nulls = {column.name: column.nulls for column in described.columns if column.nulls}
    columns = _with_properties(described.columns, header, file_iri)
    for number, row in enumerate(rows, 1):
        place = f"<{file_iri}#{line_fragment(row.line, row.line)}>"
        subjects: dict[str, None] = {}
        cells = {name: "" if cell in nulls.get(name, ()) else cell for name, cell in row.values.items()}
        values = {**cells, "_row": str(number), "_sourceRow": str(row.line)}
        about = _expand(described.about_url, values, file_iri) if described.about_url else place[1:-1]
        for column, property_iri in columns:
            try:
                for subject, text in _cell_triples(column, property_iri, about, values, file_iri):
                    triples.write(text.encode())
                    subjects[subject] = None
            except BadCell as error:
                findings.append(file_finding(str(path), row.line, f"column “{column.name}”: {error}"))
        places.writelines(f"<{subject}> {DERIVED_FROM} {place} .\n".encode() for subject in subjects)
    return findings


def _with_properties(
    columns: Sequence[TableColumn], header: Sequence[str], file_iri: str
) -> list[tuple[TableColumn, str]]:
    """Return the columns that have triples, each with its property, also those that the metadata do not describe."""
    known = {title for column in columns for title in (column.name, *column.titles)}
    every = [*columns, *(TableColumn(title, (title,)) for title in header if title not in known)]
    return [
        (column, _expand(column.property_url or "#{_name}", {"_name": column.name}, file_iri))
        for column in every
        if not column.is_suppressed
    ]


def _cell_triples(
    column: TableColumn, property_iri: str, about: str, values: Mapping[str, str], file_iri: str
) -> Iterator[tuple[str, str]]:
    """Yield the subject and the line of each triple of a cell. Raises BadCell for a value that is not valid.

    property_iri: the property. about: the IRI of the row. values: the cells of the row by column.
    """
    cell = "" if column.is_virtual else values[column.name]
    subject = _expand(column.about_url, values, file_iri) if column.about_url else about
    parts = column.values(cell)
    if column.is_virtual and column.value_url and not parts:
        parts = [""]
    if not parts:
        return
    if not subject:
        raise BadCell("the row has no IRI, because a column of aboutUrl is empty; fill it")
    for part in parts:
        if column.value_url:
            value = _expand(column.value_url, {**values, column.name: part}, file_iri)
            if not value:
                continue
            term = f"<{value}>"
        else:
            term = _literal(part, column)
        yield subject, f"<{subject}> <{property_iri}> {term} .\n"


def _literal(text: str, column: TableColumn) -> str:
    """Return a value of a column as a literal in N-Triples. Raises BadCell if it is none of its datatype."""
    datatype = column.datatype
    lexical = text
    if datatype in NUMBERS:
        lexical = lexical.replace(column.group_char, "") if column.group_char else lexical
        lexical = lexical.replace(column.decimal_char, ".")
    elif datatype == BOOLEAN and text in column.truth_values:
        lexical = "true" if text == column.truth_values[0] else "false"
    if not is_well_typed(lexical, datatype):
        raise BadCell(f"“{text}” is not a valid {datatype.rpartition('#')[2]}; correct it, or the datatype")
    is_text = datatype == f"{PREFIXES['xsd']}string"
    return literal_text(lexical, datatype, column.language if is_text else None)


def _expand(template: str, values: Mapping[str, str], file_iri: str) -> str:
    """Return the IRI that a template of the metadata gives, "" if a variable of it has no value. Raises BadCell if it is none."""
    found = expand_template(template, values)
    if not found:
        return ""
    iri = found if found.startswith(("http://", "https://")) else resolve_iri(expand(found), file_iri)
    if not is_valid_term(Iri(iri)):
        raise BadCell(f"“{iri}” is not an IRI; correct the value or the template {template}")
    return iri
