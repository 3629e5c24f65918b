"""N-Triples and N-Quads into numbered terms and facts, by DuckDB alone.

A line in canonical form splits at its spaces, and its terms need no parser: equal terms have equal texts. Terms get
numbers by the hash of their text, after a look that no two share one. Whatever is not canonical (comments, tabs,
escapes that need not be) is first rewritten by a real parser, which also says what is wrong and where.
Source: https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples
"""

import tempfile
from pathlib import Path

import duckdb

from sjkg.errors import BrokenInput
from sjkg.reason.tables import Tables, quoted
from sjkg.store.rewrite import write_canonical
from sjkg.vocab import PREFIXES

IRI = r'<[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*>'
BLANK = r'_:[^ <>"]+'
LITERAL = r'"([^"\\\x00-\x1f\x7f]|\\([tbnrf"\\]|u00[01][0-9A-F]|u007F))*"' rf"(@[a-zA-Z]+(-[a-zA-Z0-9]+)*|\^\^{IRI})?"
TERM = f"{IRI}|{BLANK}|{LITERAL}"
XSD_STRING = f"^^<{PREFIXES['xsd']}string>"
MAX_LINE_BYTES = 64 * 1024 * 1024


def load_file(tables: Tables, source: Path, vocabulary: tuple[str, ...]) -> None:
    """Make the tables term(node, text) and told(s, p, o) of a file; the vocabulary has the least numbers.

    source: .nt, .nq, or .parquet with columns subject, predicate, object that hold terms as N-Triples writes them.
    The graphs of quads are merged. Raises BrokenInput when the file is not what its name says.
    """
    if not source.is_file():
        raise BrokenInput(f"there is no file {source}")
    if source.suffix == ".parquet":
        if not _is_loaded(tables, _rows_of_parquet(source), vocabulary):
            raise BrokenInput(
                f"{source} holds a term that is not in canonical N-Triples, or has no columns subject, predicate and object"
            )
        return
    if _is_loaded(tables, _rows_of_lines(source), vocabulary):
        return
    with tempfile.TemporaryDirectory(prefix="sjkg-rewrite-") as folder:
        rewritten = Path(folder) / "canonical.nt"
        write_canonical(source, rewritten)
        if not _is_loaded(tables, _rows_of_lines(rewritten), vocabulary):
            raise BrokenInput(f"{source} holds what OWL 2 RL does not know, such as a triple about a triple")


def _rows_of_lines(path: Path) -> str:
    """Return a SELECT of s, p, o, and whether the line ends as it should.

    The last word before the full stop is a graph unless it ends the object: the object is the third word or has quotes.
    """
    columns = "columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', header = false"
    lines = f"read_csv({quoted(str(path))}, {columns}, auto_detect = false, new_line = '\\n', max_line_size = {MAX_LINE_BYTES})"
    has_graph = "len(word) > 4 AND NOT contains(word[-2], '\"')"
    return (
        "SELECT word[1] AS s, word[2] AS p, word[-1] = '.' AS is_whole, "
        f"array_to_string(CASE WHEN {has_graph} THEN word[3:-3] ELSE word[3:-2] END, ' ') AS o "
        f"FROM (SELECT string_split(line, ' ') AS word FROM {lines})"
    )


def _rows_of_parquet(path: Path) -> str:
    return f"SELECT subject AS s, predicate AS p, object AS o, true AS is_whole FROM read_parquet({quoted(str(path))})"


def _is_loaded(tables: Tables, rows: str, vocabulary: tuple[str, ...]) -> bool:
    """Load the rows, unless one of them is not canonical; tell whether they were."""
    try:
        tables.create("text", f"SELECT DISTINCT unnest([s, p, o]) AS text FROM ({rows})")
        tables.create("hashed", f"SELECT hash(s) AS s, hash(p) AS p, hash(o) AS o, is_whole FROM ({rows})")
    except duckdb.Error:
        return False
    if tables.number("SELECT count(*) FROM hashed WHERE is_whole IS NOT true") or tables.number(
        f"SELECT count(*) FROM text WHERE text IS NULL OR NOT regexp_full_match(text, {quoted(TERM)}) OR ends_with(text, {quoted(XSD_STRING)})"
    ):
        return False
    _number_terms(tables, vocabulary)
    return _facts_are_triples(tables)


def _number_terms(tables: Tables, vocabulary: tuple[str, ...]) -> None:
    known = ", ".join(f"({number}, {quoted(f'<{name}>')})" for number, name in enumerate(vocabulary))
    tables.create("known", f"SELECT * FROM (VALUES {known}) AS t(node, text)")
    tables.create(
        "term",
        f"SELECT node, text, hash(text) AS hash FROM known UNION ALL SELECT {len(vocabulary)} - 1 + row_number() OVER (), "
        "text, hash(text) FROM text WHERE text NOT IN (SELECT text FROM known)",
    )
    tables.drop("text")
    if tables.number("SELECT count(*) - count(DISTINCT hash) FROM term"):
        raise BrokenInput(
            "two terms have the same 64-bit hash, which is all but impossible; change any term and try again"
        )
    tables.create(
        "told",
        "SELECT DISTINCT a.node::INTEGER AS s, b.node::INTEGER AS p, c.node::INTEGER AS o FROM hashed AS h "
        "JOIN term AS a ON a.hash = h.s JOIN term AS b ON b.hash = h.p JOIN term AS c ON c.hash = h.o",
    )
    tables.drop("hashed")


def _facts_are_triples(tables: Tables) -> bool:
    """Tell whether no subject is a literal and every predicate is an IRI."""
    return not tables.number(
        "SELECT count(*) FROM term WHERE text[1] = '\"' AND node IN (SELECT s FROM told) "
        "OR text[1] <> '<' AND node IN (SELECT p FROM told)"
    )
