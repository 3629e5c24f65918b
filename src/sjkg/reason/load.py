"""Loading of N-Triples, N-Quads and Parquet into numbered terms and triples, by SQL alone.

A line in canonical form splits at its spaces, and its terms need no parser: equal terms have equal texts. Terms are
numbered by the hash of their text, after a check that no two terms share a hash. Input that is not canonical (comments,
tabs, unnecessary escapes) is first rewritten by a real parser, which also reports errors with their position.
Source: https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples
"""

from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.locks import temporary_folder
from sjkg.core.vocabulary import PREFIXES
from sjkg.kb.rdf_files import parse_rdf_file
from sjkg.reason.tables import Tables, quoted
from sjkg.store.convert import write_canonical_ntriples

IRI = r'<[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*>'
BLANK = r'_:[^ <>"]+'
LITERAL = r'"([^"\\\x00-\x1f\x7f]|\\([tbnrf"\\]|u00[01][0-9A-F]|u007F))*"' rf"(@[a-zA-Z]+(-[a-zA-Z0-9]+)*|\^\^{IRI})?"
TERM = f"{IRI}|{BLANK}|{LITERAL}"
XSD_STRING = f"^^<{PREFIXES['xsd']}string>"


def load_file(tables: Tables, source: Path, vocabulary: tuple[str, ...]) -> None:
    """Create the tables term(node, text, hash), with terms in N-Triples syntax, and asserted(s, p, o) from a file.

    source: .nt, .nq, .parquet with columns subject, predicate and object that hold terms in N-Triples syntax, a folder
    of such part files as Spark writes it, or another RDF file, which is converted first; also with .gz. Named graphs are
    merged.
    vocabulary: the IRIs that get the node numbers from 0, in this order.
    Raises BrokenInput when the file is missing, cannot be parsed, holds a triple term, or two terms have the same hash.
    """
    if not source.exists():
        raise BrokenInput(f"there is no file {source}; check the path")
    if not source.is_file() and not source.is_dir():
        raise BrokenInput(f"{source} is a pipe or device, not a file; give the path of a file")
    if source.suffix == ".parquet":
        columns = f"SELECT subject AS s, predicate AS p, object AS o, true AS is_whole FROM {tables.parquet(source)}"
        if not tables.load_terms(columns):
            raise BrokenInput(
                f"{source} cannot be read as Parquet with the columns subject, predicate and object; write it with these columns"
            )
        if not _number_triples(tables, vocabulary):
            raise BrokenInput(
                f"{source} holds a row that is not a triple of terms in canonical N-Triples; rewrite its terms in that form"
            )
        return
    if _load_lines(tables, source, vocabulary):
        return
    if source.is_dir():
        raise BrokenInput(
            f"the folder {source} holds lines that are not in canonical N-Triples; rewrite its files in that form, or give one file, which may be in any form"
        )
    with temporary_folder("rewrite") as folder:
        rewritten = folder / "canonical.nt"
        try:
            write_canonical_ntriples(source, rewritten)
        except BrokenInput:
            parse_rdf_file(source)  # raises an error with advice when it is Turtle that is not valid
            raise
        if not _load_lines(tables, rewritten, vocabulary):
            raise BrokenInput(
                f"{source} holds terms that OWL 2 RL does not define, such as triple terms (<<( … )>>); remove them"
            )


def _load_lines(tables: Tables, source: Path, vocabulary: tuple[str, ...]) -> bool:
    """Create the tables term and asserted from a file of N-Triples or N-Quads.

    Return False if a line is not in canonical form. Raises BrokenInput if two terms have the same hash.
    """
    return tables.load_terms(tables.lines(source)) and _number_triples(tables, vocabulary)


def _number_triples(tables: Tables, vocabulary: tuple[str, ...]) -> bool:
    """Create term(node, text, hash) and asserted(s, p, o) from the tables text and hashed, and drop these.

    Return False if a row is not a canonical RDF triple: a line without full stop, a term in another form, a literal as
    subject, no IRI as predicate. Raises BrokenInput if two terms have the same 64-bit hash.
    """
    if tables.number("SELECT count(*) FROM hashed WHERE is_whole IS NOT true"):
        return False
    is_term = tables.matches("text", TERM)
    if tables.number(
        f"SELECT count(*) FROM text WHERE text IS NULL OR NOT {is_term} OR right(text, {len(XSD_STRING)}) = {quoted(XSD_STRING)}"
    ):
        return False
    tables.number_terms(vocabulary)
    if tables.count("term") != tables.number("SELECT count(DISTINCT hash) FROM term"):
        pair = tables.rows("SELECT min(text), max(text) FROM term GROUP BY hash HAVING count(*) > 1 LIMIT 1")[0]
        raise BrokenInput("the terms {} and {} have the same 64-bit hash; rename one of them".format(*pair))
    for name in ("text", "hashed"):
        tables.drop(name)
    return not tables.number(
        "SELECT count(*) FROM (SELECT node FROM term WHERE left(text, 1) = '\"' AND node IN (SELECT s FROM asserted) "
        "UNION ALL SELECT node FROM term WHERE left(text, 1) <> '<' AND node IN (SELECT p FROM asserted)) AS wrong"
    )
