"""Which inferred triples are worth telling.

The closure by DuckDB: the rules of OWL 2 RL as joins over tables of integers.

The closure by the reasoner of one's choice; owlrl is only loaded when it is chosen."""

from collections.abc import Callable, Iterable
from importlib import import_module

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.axiomatic import VOCABULARY, add_axiomatic
from sjkg.reason.engine import Progress
from sjkg.reason.reasoner import Reasoner, ReasonerInput
from sjkg.reason.rules import Encoding
from sjkg.reason.tables import Tables, open_tables
from sjkg.reason.values import STRING, Value, holds, value_of

STANDARDS = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
SCHEMA = {RDFS.subClassOf, RDFS.subPropertyOf}


def passes_output_filter(triple: tuple) -> bool:
    """Tell whether an inferred triple says something about our things or terms.

    A thing related to itself by a property of ours stays: it shows a circle that the shapes report.
    """
    s, p, o = triple
    if not isinstance(s, URIRef) or not isinstance(p, URIRef) or isinstance(o, BNode) or is_standard(s):
        return False
    if p == RDF.type or p in SCHEMA:
        return s != o and not is_standard(o)
    return s != o if p == OWL.sameAs else not is_standard(p)


def is_standard(node) -> bool:
    """Tell whether a node belongs to RDF, RDFS, OWL or XSD."""
    return isinstance(node, URIRef) and str(node).startswith(STANDARDS)


MEMORY_GIB = 4


def closure(asserted: Graph, progress: Progress = lambda text: None) -> Graph:
    """Return what OWL 2 RL adds to `asserted`, as a new graph: only additions, and of those only the useful ones.

    The same triples as sjkg.reason.owlrl_reference.closure, and those that owlrl misses. Raises Inconsistent.
    """
    return _useful(_close(asserted, progress, Reasoner.inferred))


def closure_with_depths(
    asserted: Graph, progress: Progress = lambda text: None
) -> tuple[Graph, dict[tuple, int | None]]:
    """Return the closure, and the depth of the shallowest proof of everything that follows, useful or not, see Reasoner.

    Generalised triples, whose subject is a literal, are among the latter. Raises Inconsistent.
    """
    rows = _close(asserted, progress, Reasoner.inferred_with_depths, record_depths=True)
    return _useful(row[:3] for row in rows if row[4]), {row[:3]: row[3] for row in rows}


def _useful(inferred: Iterable[tuple]) -> Graph:
    added = Graph(bind_namespaces="none")
    for triple in inferred:
        if passes_output_filter(triple):
            added.add(triple)
    return added


def complete_closure(asserted: Graph) -> set[tuple]:
    """Return everything that OWL 2 RL adds, generalised triples included; the square of the number of literals is in it."""
    return set(_close(asserted, lambda text: None, Reasoner.inferred, complete=True))


def _close(asserted: Graph, progress: Progress, select: Callable[[Reasoner], str], **options: bool) -> list[tuple]:
    """Return the rows of a SELECT of s, p, o and perhaps more over what closing added."""
    terms = _Terms()
    facts = [tuple(map(terms.number, triple)) for triple in asserted]
    with open_tables(MEMORY_GIB) as tables:
        tables.fill("asserted", ("s", "p", "o"), facts)
        given = terms.given(tables)
        add_axiomatic(tables, given.encoding)
        reasoner = Reasoner(given, progress, **options)
        reasoner.close()
        return [(*(terms.all[node] for node in row[:3]), *row[3:]) for row in tables.rows(select(reasoner))]


class _Terms:
    """The numbers of rdflib's terms; the vocabulary has the least."""

    def __init__(self):
        self.all = [URIRef(name) for name in VOCABULARY]
        self._vocabulary = {name: number for number, name in enumerate(VOCABULARY)}
        self._numbers = {term: number for number, term in enumerate(self.all)}

    def number(self, term) -> int:
        number = self._numbers.setdefault(term, len(self.all))
        if number == len(self.all):
            self.all.append(term)
        return number

    def _datatype(self, node: int) -> int:
        """Return the number of a literal's datatype, -1 for one outside of the vocabulary and for text with a language."""
        literal = self.all[node]
        return -1 if literal.language else self._vocabulary.get(str(literal.datatype or STRING), -1)

    def given(self, tables: Tables) -> ReasonerInput:
        values = {number: _value(term) for number, term in enumerate(self.all) if isinstance(term, Literal)}
        numbers: dict[Value, int] = {}
        tables.fill(
            "literal",
            ("node", "datatype", "value"),
            [
                (node, self._datatype(node), -1 if value is None else numbers.setdefault(value, len(numbers)))
                for node, value in values.items()
            ],
        )
        ids = {name: (number,) for number, name in enumerate(VOCABULARY)}
        for digit in "01":
            ids[digit] = tuple(n for n, value in values.items() if value == Value("decimal", digit)) or (-1,)

        def hold(pairs: str, names: dict[int, str]) -> None:
            held = [(node, datatype) for node, datatype in tables.rows(pairs) if holds(names[datatype], values[node])]
            tables.fill("held", ("node", "datatype"), held)

        return ReasonerInput(tables, Encoding(ids), lambda nodes: {node: self.all[node].n3() for node in nodes}, hold)


def _value(literal: Literal) -> Value | None:
    return value_of(str(literal), str(literal.datatype or STRING), literal.language)


Depths = dict[tuple, int | None]


def closure_by(asserted: Graph, reasoner: str, progress: Callable[[str], None]) -> Graph:
    """Return what OWL 2 RL adds to `asserted`, as a new graph: only additions, and of those only the useful ones.

    reasoner: one of settings.REASONERS. progress: gets a line for each round.
    Raises Inconsistent when the graph contradicts itself.
    """
    if reasoner == "owlrl":
        return import_module("sjkg.reason.owlrl_reference").closure(asserted, progress)
    return closure_with_depths(asserted, progress)[0]


def close(asserted: Graph, reasoner: str, progress: Callable[[str], None]) -> tuple[Graph, Depths]:
    """Return the closure, and the depths of everything that is inferred, which only the columnar reasoner finds."""
    inferred, depths = closure_with_depths(asserted, progress)
    return inferred if reasoner == "columnar" else closure_by(asserted, reasoner, progress), depths
