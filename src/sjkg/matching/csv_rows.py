"""Rows of CSV files, also compressed, with the line of each; faults are reported with file and line."""

import csv
import gzip
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from sjkg.core.findings import Finding
from sjkg.core.messages import count_noun
from sjkg.matching.csvw import TableDescription
from sjkg.matching.foreign import file_finding, refuse_file

MAX_CELL_CHARACTERS = 1_000_000


class Row(NamedTuple):
    """A row of a table. line: where it ends in the file. values: its cells by the name of the column."""

    line: int
    values: dict[str, str]


def read_rows(path: Path, described: TableDescription | None) -> tuple[list[str], list[Row]]:
    """Return the header and the rows of a table, without empty ones.

    described: its CSV on the Web metadata, or None. Raises BrokenInput for a table that cannot be read, is not well-formed or
    has no rows.
    """
    findings: list[Finding] = []
    header, rows = open_table(path, described, findings)
    read = list(rows)
    if findings:
        raise refuse_file(str(path), findings)
    if not read:
        raise refuse_file(
            str(path), [file_finding(str(path), 1, "the table has no rows; it needs a header line and rows")]
        )
    return header, read


def open_table(
    path: Path, described: TableDescription | None, findings: list[Finding]
) -> tuple[list[str], Iterator[Row]]:
    """Return the header of a table, and an iterator of its rows, without empty ones, which are read from the file meanwhile.

    findings: gets one for each row with a wrong number of cells, which is left out. Raises BrokenInput for a table that cannot be read or is
    not well-formed, also in the iteration.
    """
    scanned = _scan(path, described, findings)
    header = list(next(scanned).values)
    return header, scanned


def _scan(path: Path, described: TableDescription | None, findings: list[Finding]) -> Iterator[Row]:
    """Yield a row with the titles in the header of a table as names, then its rows; otherwise as `open_table`."""
    file = str(path)
    dialect = dict(described.dialect) if described else {}
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as raw, TextIOWrapper(raw, "utf-8-sig", newline="") as text:
            first = text.readline()
            delimiter = str(dialect.get("delimiter") or _find_delimiter(path, first))
            csv.field_size_limit(MAX_CELL_CHARACTERS)
            reader = csv.reader(
                chain([first], text), delimiter=delimiter, quotechar=str(dialect.get("quoteChar") or '"'), strict=True
            )
            header = [title.strip() for title in next(reader, [])]
            names = _name_columns(header, described, file)
            yield Row(1, dict.fromkeys(header, ""))
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    message = f"the row has {count_noun(len(cells), 'cell')}, the header {len(header)}; quote cells that contain “{delimiter}”"
                    findings.append(file_finding(file, reader.line_num, message))
                    continue
                yield Row(reader.line_num, dict(zip(names, cells, strict=True)))
    except csv.Error as error:
        raise refuse_file(
            file, [file_finding(file, reader.line_num, f"this is not CSV ({error}); correct it")]
        ) from None
    except UnicodeDecodeError as error:
        message = f"the byte {error.object[error.start]:#04x} is not UTF-8; save the table as UTF-8"
        raise refuse_file(file, [file_finding(file, _find_bad_line(path), message)]) from None
    except (EOFError, gzip.BadGzipFile) as error:
        raise refuse_file(file, [file_finding(file, None, f"this is not gzip ({error}); compress it again")]) from None
    except OSError as error:
        message = f"the table cannot be read: {error.strerror or error}; check its path and permissions"
        raise refuse_file(file, [file_finding(file, None, message)]) from None


def _find_bad_line(path: Path) -> int:
    """Return the number of the first line of a file that is not UTF-8."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as raw:
        for number, line in enumerate(raw, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1


def _find_delimiter(path: Path, header: str) -> str:
    """Return the character between cells: a tab for .tsv, else the most frequent of comma, semicolon and tab in the header."""
    if path.name.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    return max(",;\t", key=header.count)


def _name_columns(header: Sequence[str], described: TableDescription | None, file: str) -> list[str]:
    """Return the names of the columns in the order of the header.

    Raises BrokenInput if the header has a title twice, or lacks a column that the metadata describes.
    """
    if repeated := sorted({title for title in header if header.count(title) > 1}):
        message = f"the header has {', '.join(f'“{title}”' for title in repeated)} twice; rename one of the columns"
        raise refuse_file(file, [file_finding(file, 1, message)])
    if described is None:
        return list(header)
    by_title = {title: column.name for column in described.columns for title in (column.name, *column.titles)}
    physical = [column for column in described.columns if not column.is_virtual]
    unknown = [column.name for column in physical if not {column.name, *column.titles} & set(header)]
    if unknown:
        message = (
            f"the metadata describes columns that the table does not have: {', '.join(unknown)}; correct their titles"
        )
        raise refuse_file(file, [file_finding(file, 1, message)])
    return [by_title.get(title, title) for title in header]
