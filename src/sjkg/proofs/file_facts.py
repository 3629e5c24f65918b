"""The closed facts of a file of any size, in tables sorted both ways, so that the triples around a term lie together."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sjkg.proofs.explainer import Explainer
from sjkg.proofs.facts import MemoryFacts, Node, Nodes, Triple
from sjkg.reason.axioms import CLASSES, PROPERTIES, is_axiom
from sjkg.reason.close_file import literals_of, read_input
from sjkg.reason.compile import TYPE
from sjkg.reason.engine import Progress
from sjkg.reason.reasoner import Reasoner
from sjkg.reason.tables import Tables, open_tables, quoted

MAX_LISTED = 50  # of more nodes than these a table is made rather than a list in SQL


@contextmanager
def open_explainer(source: Path, *, memory_gib: float, progress: Progress = lambda text: None) -> Iterator[Explainer]:
    """Load and close a file, as reason.closefile takes it, and give what answers questions about its triples.

    Raises BrokenInput and Inconsistent as close_file does.
    """
    with open_tables(memory_gib) as tables:
        facts = close_facts(tables, source, progress)
        yield Explainer(facts, facts.texts)


def close_facts(tables: Tables, source: Path, progress: Progress = lambda text: None) -> "TableFacts":
    """Load a file into tables, close it and sort it."""
    progress("load")
    given = read_input(tables, source)
    axioms = is_axiom(given.encoding)
    reasoner = Reasoner(given, progress, record_depths=True)
    reasoner.close()
    progress("sort")
    return TableFacts(tables, reasoner.inferred_with_depths(), axioms)


class TableFacts:
    """Facts in tables. What was looked up once is remembered; the few axioms are in memory.

    inferred: a SELECT of s, p, o, depth. axioms: the condition that makes a fact an axiom.
    """

    def __init__(self, tables: Tables, inferred: str, axioms: str):
        self._tables = tables
        asserted = "SELECT s, p, o, 0 AS depth, true AS is_given FROM asserted"
        tables.create("closed", f"{asserted} UNION ALL SELECT s, p, o, depth, false FROM ({inferred}) AS i")
        tables.create("by_subject", "SELECT * FROM closed ORDER BY s, p")
        tables.create("by_value", "SELECT * FROM closed ORDER BY o, p")
        tables.create("text_of", "SELECT node, text FROM term ORDER BY node")
        tables.create("node_of", "SELECT hash(text) AS hash, node FROM term ORDER BY hash")
        self.has_depths = not tables.number("SELECT count(*) FROM closed WHERE depth IS NULL")
        self._known: dict[Triple, tuple[int | None, bool]] = {}
        self._texts: dict[Node, str] = {}
        self._digits = {digit: literals_of(tables, digit) for digit in "01"}
        self._type = self.node(f"<{TYPE}>")
        self._axiom_words = {self.node(f"<{name}>") for name in (*PROPERTIES, *CLASSES)}
        rows = self._remember(tables.rows(f"SELECT s, p, o, depth, is_given FROM closed WHERE {axioms}"))
        self._axioms = MemoryFacts([], dict.fromkeys(rows, ()), {}, {})

    def node(self, text: str) -> Node | None:
        rows = self._tables.rows(f"SELECT node FROM node_of WHERE hash = hash({quoted(text)})")
        return rows[0][0] if rows else None

    def text(self, node: Node) -> str:
        if node not in self._texts:
            self._texts[node] = self._tables.rows(f"SELECT text FROM text_of WHERE node = {node}")[0][0]
        return self._texts[node]

    def texts(self) -> list[str]:
        return [text for (text,) in self._tables.rows("SELECT text FROM term WHERE text[1] = '<'")]

    def digit(self, digit: str) -> tuple[Node, ...]:
        return self._digits[digit]

    def match(self, s: Nodes, p: Nodes, o: Nodes) -> Iterable[Triple]:
        if self._is_about_axioms(p, o):
            return self._axioms.match(s, p, o)
        conditions = [_is_one_of(name, nodes) for name, nodes in (("s", s), ("p", p), ("o", o)) if nodes is not None]
        table = "by_value" if s is None and o is not None else "by_subject"
        return self._remember(
            self._tables.rows(f"SELECT * FROM {table} WHERE {' AND '.join(conditions) or 'true'} ORDER BY s, p, o")
        )

    def is_there(self, triple: Triple) -> bool:
        return triple in self._known or bool(list(self.match(*((node,) for node in triple))))

    def is_given(self, triple: Triple) -> bool:
        return self.is_there(triple) and self._known[triple][1]

    def depth(self, triple: Triple) -> int:
        return self._known[triple][0] if self.is_there(triple) else None

    def places(self, triple: Triple) -> tuple:
        return ()

    def derivation(self, triple: Triple) -> None:
        return None

    def _is_about_axioms(self, p: Nodes, o: Nodes) -> bool:
        if p is None or not self._axiom_words.issuperset(p) and set(p) != {self._type}:
            return False
        return self._type not in p or o is not None and self._axiom_words.issuperset(o)

    def _remember(self, rows: list[tuple]) -> list[Triple]:
        self._known |= {row[:3]: row[3:] for row in rows}
        return [row[:3] for row in rows]


def _is_one_of(column: str, nodes) -> str:
    if not nodes:
        return "false"
    values = ", ".join(map(str, sorted(nodes)))
    if len(nodes) <= MAX_LISTED:
        return f"{column} IN ({values})"
    return f"{column} IN (SELECT unnest([{values}]))"
