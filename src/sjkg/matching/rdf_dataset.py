"""Records from RDF files, by the query records.rq of a profile.

The query is a SELECT with ?thing and variables that are named as the fields of a record, with “_” for spaces.
"""

from pathlib import Path

from sjkg.core.errors import BadQuery
from sjkg.core.findings import Finding
from sjkg.core.locks import temporary_folder
from sjkg.kb.queries import query_file_error, read_query_file
from sjkg.matching.foreign import ForeignDataset, ForeignRecord, file_finding, refuse_file
from sjkg.matching.records import FIELDS, BadValue, FieldValue, make_record, read_identifier
from sjkg.matching.tables import read_rows
from sjkg.store.convert import write_canonical_ntriples
from sjkg.store.datasets import ALL_GRAPHS, Datasets, Scope
from sjkg.store.quad_store import QuadStore

MAX_CLASSES = 10  # of which the numbers of things are reported
CLASSES = Path(__file__).parent / "queries" / "classes.rq"


def open_rdf(path: Path) -> QuadStore:
    """Return a store in memory with the triples of an RDF file in any format, also compressed (.gz).

    Raises BrokenInput, with file, line and column, when it is not valid.
    """
    with temporary_folder("link") as folder:
        triples = folder / "triples.nt"
        write_canonical_ntriples(path, triples)
        return QuadStore(Datasets.load_triples(triples))


def read_rdf(
    store: QuadStore, path: Path, query: Path, kind: str = "", *, lenient: bool = False, scope: Scope = ALL_GRAPHS
) -> ForeignDataset:
    """Return the records that a query finds in an RDF file, without those that have no name.

    store: the triples of the file `path`. query: the path of a records.rq. kind: of all records; without it, the query
    decides. lenient: whether to leave out unreadable dates and points, with a warning each.
    scope: the graphs to query.
    Raises BrokenInput, with all such values, unless `lenient`; and when the query is not valid.
    """
    file, found = str(path), read_query_file(query)
    try:
        rows = store.query(found.text, scope=scope).bindings
    except BadQuery as error:
        raise query_file_error(query, str(error), error.line or 1) from None
    findings: list[Finding] = []
    records: list[ForeignRecord] = []
    seen: dict[str, None] = {}
    for thing, statements in sorted(read_rows(rows).items()):
        kept: list[FieldValue] = []
        for statement in statements:
            try:
                make_record(thing, [statement])
            except BadValue as error:
                findings.append(file_finding(file, None, f"<{thing}>: {error}", "warning" if lenient else "violation"))
                continue
            seen[statement.field] = None
            if not (kind and statement.field == "kind"):
                kept.append(statement)
        if any(statement.field == "name" for statement in kept):
            own = [*kept, *([FieldValue("kind", kind)] if kind else [])]
            if read_identifier(thing).scheme != "iri":
                own.append(FieldValue("identifier", thing))
            records.append(ForeignRecord(thing, make_record(thing, own, file), 0))
    if findings and not lenient:
        raise refuse_file(file, findings, are_values=True)
    fields = tuple((name, name) for name in FIELDS if name in seen)
    return ForeignDataset(file, tuple(records), fields, warnings=tuple(findings))


def count_classes(store: QuadStore) -> list[tuple[str, int]]:
    """Return the classes with the most things in a store, at most MAX_CLASSES, with the numbers of their things."""
    rows = store.query(read_query_file(CLASSES).text).bindings
    return [(row["class"]["value"], int(row["things"]["value"])) for row in rows[:MAX_CLASSES]]
