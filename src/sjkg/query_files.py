"""SPARQL in files of their own: a header of comments that says what the query is, then the query."""

import re
from dataclasses import dataclass
from pathlib import Path

from sjkg.errors import BrokenInput
from sjkg.findings import Finding

HEADER = re.compile(r"#\s*([a-z]+):\s*(.*)")


@dataclass(frozen=True)
class QueryFile:
    """One .rq file: its name (the file's, without ending), its header by key, and its text."""

    name: str
    path: Path
    header: tuple[tuple[str, str], ...]
    text: str

    def value(self, key: str, default: str = "") -> str:
        """Return the first header line of that key."""
        return next((value for found, value in self.header if found == key), default)

    def values(self, key: str) -> list[str]:
        """Return all header lines of that key."""
        return [value for found, value in self.header if found == key]


def read_query_files(folder: Path) -> list[QueryFile]:
    """Return the .rq files of a folder, by name. Raises BrokenInput when one has no title."""
    return [read_query_file(path) for path in sorted(folder.glob("*.rq"))]


def read_query_file(path: Path) -> QueryFile:
    """Return one .rq file. Raises BrokenInput when it has no title."""
    text = path.read_text(encoding="utf-8")
    lines = [HEADER.fullmatch(line.strip()) for line in text.split("\n") if line.startswith("#")]
    query = QueryFile(path.stem, path, tuple(match.groups() for match in lines if match), text)
    if not query.value("title"):
        raise broken_query(path, "the header has no title; begin the file with “# title: …”", 1)
    return query


def broken_query(path: Path, message: str, line: int) -> BrokenInput:
    """Return the error for a query file that cannot be used."""
    finding = Finding("violation", message, rule="query", file=path.name, line=line)
    return BrokenInput(f"{path.name}: {message}", (finding,))
