"""The closure of an RDF file of any size, in DuckDB tables, for explanations of its triples.

A closure is a graph with everything that follows from it by OWL 2 RL. Its triples are stored twice, sorted by subject
and by object, so that the triples of a term lie together and a lookup reads few blocks.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sjkg.proofs.closure import MemoryClosure, Node, Nodes, SourceLocation, Triple
from sjkg.proofs.explainer import Explainer
from sjkg.reason.axioms import CLASSES, PROPERTIES, axiom_condition
from sjkg.reason.close_file import load_reasoner_input, nodes_of_integer
from sjkg.reason.compile import TYPE
from sjkg.reason.engine import Progress
from sjkg.reason.reasoner import Reasoner
from sjkg.reason.tables import Tables, open_tables, quoted

MAX_LISTED = 50  # more nodes than these go into a table, not into a list in SQL


@contextmanager
def open_explainer(source: Path, *, memory_gib: float, progress: Progress = lambda text: None) -> Iterator[Explainer]:
    """Load a file, compute its closure and yield an explainer of its triples; the tables are deleted at the end.

    source: .nt, .nq or .parquet; other RDF formats are read more slowly. memory_gib: DuckDB's memory limit; data beyond
    it goes to a temporary folder. progress: called with a text at each stage. Raises BrokenInput for a file that cannot
    be read, Inconsistent for a graph that contradicts itself.
    """
    with open_tables(memory_gib) as tables:
        yield Explainer(close_into_tables(tables, source, progress))


def close_into_tables(tables: Tables, source: Path, progress: Progress = lambda text: None) -> "TableClosure":
    """Load an RDF file into `tables`, infer what follows by OWL 2 RL, with depths, and return all as a `TableClosure`.

    source: .nt, .nq or .parquet; other RDF formats are read more slowly. progress: called with a text at each stage.
    Raises BrokenInput for a file that cannot be read, Inconsistent for a graph that contradicts itself.
    """
    progress("load")
    given = load_reasoner_input(tables, source)
    axioms = axiom_condition(given.encoding)
    reasoner = Reasoner(given, progress, record_depths=True)
    reasoner.close()
    progress("sort")
    return TableClosure(tables, reasoner.inferred_with_depths(), axioms)


class TableClosure:
    """A closure in DuckDB tables.

    Triples and texts are cached once read; the few axioms (schema triples) are held in memory.
    """

    def __init__(self, tables: Tables, inferred: str, axioms: str):
        """Write the closure into sorted tables, reading the tables term and asserted.

        inferred: an SQL SELECT of s, p, o, depth. axioms: the SQL condition on the columns p and o that a triple is an axiom.
        """
        self._tables = tables
        asserted = "SELECT s, p, o, 0 AS depth, true AS is_explicit FROM asserted"
        tables.create("closed", f"{asserted} UNION ALL SELECT s, p, o, depth, false FROM ({inferred}) AS i")
        tables.create("by_subject", "SELECT * FROM closed ORDER BY s, p")
        tables.create("by_object", "SELECT * FROM closed ORDER BY o, p")
        tables.create("text_by_node", "SELECT node, text FROM term ORDER BY node")
        tables.create("node_by_hash", "SELECT hash(text) AS hash, node FROM term ORDER BY hash")
        self.has_depths = not tables.number("SELECT count(*) FROM closed WHERE depth IS NULL")
        self._cache: dict[Triple, tuple[int | None, bool]] = {}  # depth, is_explicit
        self._texts: dict[Node, str] = {}
        self.literals_equal_to: Mapping[str, tuple[Node, ...]] = {
            digit: nodes_of_integer(tables, digit) for digit in "01"
        }
        self._type = self.node_of(f"<{TYPE}>")
        self._axiom_terms = {self.node_of(f"<{name}>") for name in (*PROPERTIES, *CLASSES)}
        triples = self._read(f"SELECT s, p, o, depth, is_explicit FROM closed WHERE {axioms}")
        self._axioms = MemoryClosure([], dict.fromkeys(triples, ()), {}, {})

    def node_of(self, text: str) -> Node | None:
        """Return the number of the term with this canonical N-Triples text, None where there is none."""
        rows = self._tables.rows(f"SELECT node FROM node_by_hash WHERE hash = hash({quoted(text)})")
        return rows[0][0] if rows else None

    def text_of(self, node: Node) -> str:
        """Return the canonical N-Triples of the term with the number `node`. Raises IndexError for a number without term."""
        if node not in self._texts:
            self._texts[node] = self._tables.rows(f"SELECT text FROM text_by_node WHERE node = {node}")[0][0]
        return self._texts[node]

    def iris(self) -> list[str]:
        """Return every IRI of the closure, in angle brackets, in no particular order."""
        return [text for (text,) in self._tables.rows("SELECT text FROM term WHERE text[1] = '<'")]

    def match(self, s: Nodes, p: Nodes, o: Nodes) -> Iterable[Triple]:
        """Return the triples with subject in `s`, predicate in `p` and object in `o`; None stands for any node.

        Sorted by s, p, o, except for a pattern that only matches axioms, which are read from memory.
        """
        if self._is_about_axioms(p, o):
            return self._axioms.match(s, p, o)
        conditions = [_is_one_of(name, nodes) for name, nodes in (("s", s), ("p", p), ("o", o)) if nodes is not None]
        table = "by_object" if s is None and o is not None else "by_subject"
        return self._read(f"SELECT * FROM {table} WHERE {' AND '.join(conditions) or 'true'} ORDER BY s, p, o")

    def contains(self, triple: Triple) -> bool:
        """Return whether a triple is asserted or inferred."""
        return triple in self._cache or bool(list(self.match(*((node,) for node in triple))))

    def is_explicit(self, triple: Triple) -> bool:
        """Return whether a triple is asserted, that is, read from the file; False for one not in the closure."""
        return self.contains(triple) and self._cache[triple][1]

    def depth(self, triple: Triple) -> int | None:
        """Return the number of inference steps on the longest path of a triple's shallowest proof.

        Return None where it is unknown, or where the triple is not in the closure.
        """
        return self._cache[triple][0] if self.contains(triple) else None

    def locations(self, triple: Triple) -> tuple[SourceLocation, ...]:
        """Return an empty tuple: line numbers are not recorded for a file loaded into tables."""
        return ()

    def derivation(self, triple: Triple) -> None:
        """Return None: the project's own rules, which derive triples before reasoning, do not run on an RDF file."""

    def _is_about_axioms(self, p: Nodes, o: Nodes) -> bool:
        """Return whether a pattern with these predicates and objects (None: any) matches only schema triples."""
        if p is None or not self._axiom_terms.issuperset(p) and set(p) != {self._type}:
            return False
        return self._type not in p or o is not None and self._axiom_terms.issuperset(o)

    def _read(self, select: str) -> list[Triple]:
        """Return the triples of an SQL SELECT of s, p, o, depth, is_explicit.

        The cells depth and is_explicit of each triple are cached, for the methods of these names.
        """
        rows = self._tables.rows(select)
        self._cache |= {row[:3]: row[3:] for row in rows}
        return [row[:3] for row in rows]


def _is_one_of(column: str, nodes: Iterable[Node]) -> str:
    """Return the SQL condition that a column of node numbers equals one of some nodes."""
    listed = sorted(nodes)
    if not listed:
        return "false"
    values = ", ".join(map(str, listed))
    if len(listed) <= MAX_LISTED:
        return f"{column} IN ({values})"
    return f"{column} IN (SELECT unnest([{values}]))"
