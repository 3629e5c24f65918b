"""N-Triples and N-Quads into numbered terms and facts, by SQL alone.

A line in canonical form splits at its spaces, and its terms need no parser: equal terms have equal texts. Terms get
numbers by the hash of their text, after a look that no two share one. Whatever is not canonical (comments, tabs,
escapes that need not be) is first rewritten by a real parser, which also says what is wrong and where.
Source: https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples
"""

import tempfile
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.tables import Tables, quoted
from sjkg.store.convert import write_canonical_ntriples

IRI = r'<[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*>'
BLANK = r'_:[^ <>"]+'
LITERAL = r'"([^"\\\x00-\x1f\x7f]|\\([tbnrf"\\]|u00[01][0-9A-F]|u007F))*"' rf"(@[a-zA-Z]+(-[a-zA-Z0-9]+)*|\^\^{IRI})?"
TERM = f"{IRI}|{BLANK}|{LITERAL}"
XSD_STRING = f"^^<{PREFIXES['xsd']}string>"


def load_file(tables: Tables, source: Path, vocabulary: tuple[str, ...]) -> None:
    """Make the tables term(node, text) and asserted(s, p, o) of a file; the vocabulary has the least numbers.

    source: .nt, .nq, or .parquet with columns subject, predicate, object that hold terms as N-Triples writes them; or a
    folder of such a name, of parts as Spark writes them. The graphs of quads are merged.
    Raises BrokenInput when the file is not what its name says.
    """
    if not source.exists():
        raise BrokenInput(f"there is no file {source}")
    if source.suffix == ".parquet":
        if not _is_loaded(tables, _rows_of_parquet(tables, source), vocabulary):
            raise BrokenInput(
                f"{source} holds a term that is not in canonical N-Triples, or has no columns subject, predicate and object"
            )
        return
    if _is_loaded(tables, tables.lines(source), vocabulary):
        return
    if source.is_dir():
        raise BrokenInput(
            f"{source} holds lines that are not in canonical N-Triples; rewrite its parts, or give one file"
        )
    with tempfile.TemporaryDirectory(prefix="sjkg-rewrite-") as folder:
        rewritten = Path(folder) / "canonical.nt"
        write_canonical_ntriples(source, rewritten)
        if not _is_loaded(tables, tables.lines(rewritten), vocabulary):
            raise BrokenInput(f"{source} holds what OWL 2 RL does not know, such as a triple about a triple")


def _rows_of_parquet(tables: Tables, path: Path) -> str:
    return f"SELECT subject AS s, predicate AS p, object AS o, true AS is_whole FROM {tables.parquet(path)}"


def _is_loaded(tables: Tables, rows: str, vocabulary: tuple[str, ...]) -> bool:
    """Load the rows, unless one of them is not canonical; tell whether they were."""
    if not tables.load_terms(rows) or tables.number("SELECT count(*) FROM hashed WHERE is_whole IS NOT true"):
        return False
    is_term = tables.matches("text", TERM)
    if tables.number(
        f"SELECT count(*) FROM text WHERE text IS NULL OR NOT {is_term} OR right(text, {len(XSD_STRING)}) = {quoted(XSD_STRING)}"
    ):
        return False
    tables.number_terms(vocabulary)
    if tables.count("term") != tables.number("SELECT count(DISTINCT hash) FROM term"):
        raise BrokenInput(
            "two terms have the same 64-bit hash, which is all but impossible; change any term and try again"
        )
    for name in ("text", "hashed"):
        tables.drop(name)
    return _facts_are_triples(tables)


def _facts_are_triples(tables: Tables) -> bool:
    """Tell whether no subject is a literal and every predicate is an IRI."""
    return not tables.number(
        "SELECT count(*) FROM (SELECT node FROM term WHERE left(text, 1) = '\"' AND node IN (SELECT s FROM asserted) "
        "UNION ALL SELECT node FROM term WHERE left(text, 1) <> '<' AND node IN (SELECT p FROM asserted)) AS wrong"
    )
