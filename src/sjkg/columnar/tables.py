"""A file of DuckDB tables with the triples of a store's default graph, each term as an integer.

The number of a term has its kind in the bits above PAYLOAD_BITS. Integers of at most nine digits and dates without time zone
are their own number, in the order of their values, so that they are compared, summed and written without a look-up; all
other terms are in a dictionary. The texts are those that the engine writes, not those of the files: to the engine, "01" and
"1" of xsd:integer are one term, and so is the number here.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from enum import IntFlag
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from sjkg.core.errors import UnusableSnapshot
from sjkg.core.locks import temporary_folder
from sjkg.core.vocabulary import PREFIXES

FILE = "columns.duckdb"
MIN_TRIPLES = 100_000  # of a smaller graph there are no tables: no query over it takes the engine long
MAX_LINE_BYTES = 20_000_000
MAX_DECODED = 10_000  # texts of terms that are kept in memory
PAYLOAD_BITS = 40
ZERO = 1 << 32  # payload of the integer 0 and of the day 0 of `date.toordinal`, so that payloads are not negative
XSD = PREFIXES["xsd"]
INTEGER_TYPE, DATE_TYPE = f"^^<{XSD}integer>", f"^^<{XSD}date>"
INTEGER = re.compile(rf'"(-?[0-9]{{1,9}})"\^\^<{re.escape(XSD)}integer>')
DATE = re.compile(rf'"([1-9][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}})"\^\^<{re.escape(XSD)}date>')


class TermKind(IntFlag):
    """The kinds of terms, as flags; the kind of the n-th flag has the number n in the bits above PAYLOAD_BITS.

    STRING: literals of xsd:string. INTEGER: integers of at most nine digits. DATE: dates of the years 1000 to 9999 without
    time zone. OTHER: all other literals.
    """

    IRI = 1
    BLANK = 2
    STRING = 4
    INTEGER = 8
    DATE = 16
    OTHER = 32

    @property
    def first(self) -> int:
        """Return the smallest number of a term of this kind; that of the value zero is larger by ZERO."""
        return (self.value.bit_length() - 1) << PAYLOAD_BITS

    @property
    def zero(self) -> int:
        """Return the number of the integer 0, or of the day 0."""
        return self.first + ZERO


NODE = TermKind.IRI | TermKind.BLANK
ANY = NODE | TermKind.STRING | TermKind.INTEGER | TermKind.DATE | TermKind.OTHER

CREATE = f"""
CREATE TEMP TABLE line AS
    SELECT word[1] AS s, word[2] AS p, array_to_string(word[3:-2], ' ') AS o
    FROM (SELECT string_split(line, ' ') AS word FROM read_csv($path, columns = {{'line': 'VARCHAR'}}, delim = '\\x01',
        quote = '', escape = '', header = false, auto_detect = false, new_line = '\\n', max_line_size = {MAX_LINE_BYTES}));
CREATE TEMP TABLE number AS
    SELECT text, CASE
        WHEN regexp_full_match(text, '{INTEGER.pattern}')
            THEN {TermKind.INTEGER.zero} + split_part(text, '"', 2)::BIGINT
        WHEN regexp_full_match(text, '{DATE.pattern}')
            THEN {TermKind.DATE.zero} + date_diff('day', DATE '0001-01-01', try_cast(split_part(text, '"', 2) AS DATE)) + 1
        END AS id
    FROM (SELECT DISTINCT unnest([s, p, o]) AS text FROM line);
CREATE TABLE term AS
    SELECT kind + row_number() OVER (ORDER BY kind, text) AS id, text
    FROM (SELECT text, CASE WHEN text[1] = '<' AND text[2] <> '<' THEN {TermKind.IRI.first} WHEN text[1] = '_' THEN {TermKind.BLANK.first}
        WHEN text[1] = '"' AND text[-1] = '"' THEN {TermKind.STRING.first} ELSE {TermKind.OTHER.first} END AS kind
        FROM number WHERE id IS NULL);
CREATE TEMP TABLE numbered AS
    SELECT text, id FROM number WHERE id IS NOT NULL UNION ALL SELECT text, id FROM term;
CREATE TABLE triple AS
    SELECT a.id AS s, b.id AS p, c.id AS o
    FROM line JOIN numbered AS a ON a.text = line.s JOIN numbered AS b ON b.text = line.p JOIN numbered AS c ON c.text = line.o
    ORDER BY p, s, o;
CREATE TABLE predicate AS
    SELECT p AS id, text, count(*) AS triples, bit_or(1 << (o >> {PAYLOAD_BITS})) AS kinds
    FROM triple JOIN term ON term.id = p GROUP BY ALL;
"""


class Predicate(NamedTuple):
    """A predicate of the graph: its number, the number of its triples, and the kinds of their objects."""

    id: int
    triples: int
    kinds: TermKind


def write_tables(store: ox.Store, path: Path, min_triples: int = MIN_TRIPLES) -> None:
    """Write the tables of a store's default graph to a new file, unless it has fewer than `min_triples` triples."""
    if not store.query(f"ASK {{ SELECT * {{ ?s ?p ?o }} OFFSET {min_triples - 1} LIMIT 1 }}"):
        return
    import duckdb  # here, because it takes 0.1 s

    with temporary_folder("columns", path.parent) as folder:
        lines = folder / "lines.nt"
        store.dump(str(lines), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        with duckdb.connect(str(path), config={"temp_directory": str(folder)}) as connection:
            for statement in CREATE.split(";")[:-1]:
                connection.execute(statement, {"path": str(lines)} if "$path" in statement else None)


class TermTables:
    """A file of tables, opened for reading; threads may share it.

    predicates: by the text of each predicate, such as <iri>.
    """

    def __init__(self, path: Path, memory_mib: int = 512):
        """Open the file at a path. memory_mib: DuckDB's memory limit. Raises UnusableSnapshot when it cannot be read."""
        import duckdb

        # one thread: several queries run at once, each in a process of its own
        settings: dict[str, Any] = {"threads": 1, "memory_limit": f"{memory_mib}MiB", "temp_directory": ""}
        try:
            self._connection = duckdb.connect(str(path), read_only=True, config=settings)
        except duckdb.Error as error:
            reason = str(error).partition("\n")[0]
            raise UnusableSnapshot(
                f"the tables {path} cannot be opened ({reason}); build again with “sjkg build”"
            ) from None
        found = self.rows("SELECT text, id, triples, kinds FROM predicate")
        self.predicates = {text: Predicate(id, triples, TermKind(kinds)) for text, id, triples, kinds in found}
        self._decoded: dict[int, str] = {}

    def rows(self, sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of an SQL query. Raises MemoryError above the memory limit."""
        import duckdb

        try:
            with self._connection.cursor() as cursor:
                return cursor.execute(sql, values).fetchall()
        except duckdb.OutOfMemoryException as error:
            raise MemoryError from error

    def find(self, text: str) -> tuple[int, TermKind]:
        """Return number and kind of a term in N-Triples, as the engine writes it; the number is -1 if no triple has it."""
        if found := INTEGER.fullmatch(text):
            return TermKind.INTEGER.zero + int(found[1]), TermKind.INTEGER
        if found := DATE.fullmatch(text):
            with suppress(ValueError):  # no such day: the term is in the dictionary
                return TermKind.DATE.zero + date.fromisoformat(found[1]).toordinal(), TermKind.DATE
        if text.startswith('"'):
            kind = TermKind.STRING if text.endswith('"') else TermKind.OTHER
        else:
            kind = TermKind.IRI if text[:1] == "<" and text[:2] != "<<" else TermKind.OTHER
        if text in self.predicates:
            return self.predicates[text].id, kind
        rows = self.rows("SELECT id FROM term WHERE text = ?", [text])
        return (rows[0][0] if rows else -1), kind

    def decode(self, ids: Iterable[int]) -> dict[int, str]:
        """Return a dict from each of the numbers of terms to the text of the term in N-Triples."""
        wanted = {*ids}
        if len(self._decoded) > MAX_DECODED:
            self._decoded = {}
        texts = {id: text for id in wanted if (text := self._decoded.get(id) or _write_value(id))}
        if missing := [*(wanted - texts.keys())]:
            sql = "SELECT id, text FROM term WHERE id BETWEEN ? AND ? AND id IN (SELECT unnest(?))"
            texts |= dict(self.rows(sql, [min(missing), max(missing), missing]))
        self._decoded |= texts
        return texts


def _write_value(id: int) -> str | None:
    """Return the text of the integer or date with a number; None for other kinds of terms."""
    if id >> PAYLOAD_BITS == TermKind.INTEGER.first >> PAYLOAD_BITS:
        return f'"{id - TermKind.INTEGER.zero}"{INTEGER_TYPE}'
    if id >> PAYLOAD_BITS == TermKind.DATE.first >> PAYLOAD_BITS:
        return f'"{date.fromordinal(id - TermKind.DATE.zero)}"{DATE_TYPE}'
    return None
