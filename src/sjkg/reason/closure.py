"""The closure of an rdflib graph: the inferred triples that are worth keeping, and the depth of every inferred triple."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.axiomatic import VOCABULARY, add_axiomatic
from sjkg.reason.engine import Progress
from sjkg.reason.reasoner import Reasoner, ReasonerInput
from sjkg.reason.rules import Encoding
from sjkg.reason.tables import Row, Tables, open_tables
from sjkg.reason.values import STRING, Value, holds, value_of

RdfTriple = tuple[Node, Node, Node]
Depths = dict[RdfTriple, int | None]

STANDARDS = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
SCHEMA = {RDFS.subClassOf, RDFS.subPropertyOf}
MEMORY_GIB = 4


def is_standard(node: Node) -> bool:
    """Return whether a node is a term of RDF, RDFS, OWL or XSD."""
    return isinstance(node, URIRef) and str(node).startswith(STANDARDS)


def passes_output_filter(triple: RdfTriple) -> bool:
    """Return whether an inferred triple is kept.

    Left out are literal and blank subjects, blank objects, terms of RDF, RDFS, OWL and XSD as subjects, classes or
    properties, and rdf:type, rdfs:subClassOf, rdfs:subPropertyOf or owl:sameAs from a thing to itself. A domain property
    from a thing to itself is kept: it shows a cycle that the shapes report.
    """
    s, p, o = triple
    if not isinstance(s, URIRef) or not isinstance(p, URIRef) or isinstance(o, BNode) or is_standard(s):
        return False
    if p == RDF.type or p in SCHEMA:
        return s != o and not is_standard(o)
    return s != o if p == OWL.sameAs else not is_standard(p)


def closure(asserted: Graph, progress: Progress = lambda text: None) -> Graph:
    """Return the triples that OWL 2 RL adds to `asserted`, as a new graph, without those that the output filter drops.

    Raises Inconsistent, with a sentence for each contradiction that names the rule and the nodes.
    Source: OWL 2 Profiles §4.3, https://www.w3.org/TR/owl2-profiles/
    """
    return output_filter(_close(asserted, progress, Reasoner.inferred))


def closure_with_depths(asserted: Graph, progress: Progress = lambda text: None) -> tuple[Graph, Depths]:
    """Return the same closure as `closure`, and the depth of the shallowest proof of every inferred triple.

    The depths also cover the triples that the output filter drops, among them generalized RDF triples, whose subject is a
    literal. They are None where some things are equal. Raises Inconsistent.
    """
    rows = _close(asserted, progress, Reasoner.inferred_with_depths, record_depths=True)
    return output_filter(row[:3] for row in rows if row[4]), {row[:3]: row[3] for row in rows}


def close(asserted: Graph, reasoner: str, progress: Progress) -> tuple[Graph, Depths]:
    """Return the closure by one of settings.REASONERS, with depths, which only the columnar reasoner can find."""
    inferred, depths = closure_with_depths(asserted, progress)
    return inferred if reasoner == "columnar" else closure_by(asserted, reasoner, progress), depths


def closure_by(asserted: Graph, reasoner: str, progress: Progress) -> Graph:
    """Return the closure by one of settings.REASONERS. progress: gets a line for each round. Raises Inconsistent."""
    if reasoner == "owlrl":  # owlrl is imported only on demand
        inferred: Graph = import_module("sjkg.reason.owlrl_reference").closure(asserted, progress)
        return inferred
    return closure_with_depths(asserted, progress)[0]


def output_filter(inferred: Iterable[RdfTriple]) -> Graph:
    """Return the triples that pass the output filter, as a graph."""
    added = Graph(bind_namespaces="none")
    for triple in inferred:
        if passes_output_filter(triple):
            added.add(triple)
    return added


def _close(
    asserted: Graph, progress: Progress, select: Callable[[Reasoner], str], record_depths: bool = False
) -> list[Row]:
    """Close a graph; return the rows of a SELECT of s, p, o and perhaps more, with rdflib terms in the first three columns."""
    numbering = _TermNumbering()
    facts = [tuple(map(numbering.number, triple)) for triple in asserted]
    with open_tables(MEMORY_GIB) as tables:
        tables.fill("asserted", ("s", "p", "o"), facts)
        given = numbering.reasoner_input(tables)
        add_axiomatic(tables, given.encoding)
        reasoner = Reasoner(given, progress, record_depths)
        reasoner.close()
        return [(*(numbering.terms[node] for node in row[:3]), *row[3:]) for row in tables.rows(select(reasoner))]


class _TermNumbering:
    """A numbering of rdflib terms; the vocabulary of the rules has the first numbers."""

    def __init__(self) -> None:
        self.terms: list[Node] = [URIRef(name) for name in VOCABULARY]
        self._vocabulary = {name: number for number, name in enumerate(VOCABULARY)}
        self._numbers = {term: number for number, term in enumerate(self.terms)}

    def number(self, term: Node) -> int:
        """Return the number of a term, a new one for a new term."""
        number = self._numbers.setdefault(term, len(self.terms))
        if number == len(self.terms):
            self.terms.append(term)
        return number

    def reasoner_input(self, tables: Tables) -> ReasonerInput:
        """Create the table literal(node, datatype, value) and return the reasoner's input."""
        literals = {number: term for number, term in enumerate(self.terms) if isinstance(term, Literal)}
        values = {number: _value(literal) for number, literal in literals.items()}
        value_numbers: dict[Value, int] = {}
        rows = [
            (
                node,
                _datatype(literals[node], self._vocabulary),
                -1 if value is None else value_numbers.setdefault(value, len(value_numbers)),
            )
            for node, value in values.items()
        ]
        tables.fill("literal", ("node", "datatype", "value"), rows)
        numbers: dict[str, tuple[int, ...]] = {name: (number,) for number, name in enumerate(VOCABULARY)}
        for digit in "01":
            numbers[digit] = tuple(n for n, value in values.items() if value == Value("decimal", digit)) or (-1,)

        def select_members(pairs: str, iri_of: dict[int, str]) -> None:
            members = [(node, number) for node, number in tables.rows(pairs) if holds(iri_of[number], values[node])]
            tables.fill("member_of_datatype", ("node", "datatype"), members)

        return ReasonerInput(
            tables, Encoding(numbers), lambda nodes: {node: self.terms[node].n3() for node in nodes}, select_members
        )


def _datatype(literal: Literal, vocabulary: Mapping[str, int]) -> int:
    """Return the number of a literal's datatype, -1 for one outside the vocabulary or a language-tagged string."""
    return -1 if literal.language else vocabulary.get(str(literal.datatype or STRING), -1)


def _value(literal: Literal) -> Value | None:
    """Return the value of an rdflib literal, None for an ill-typed one."""
    return value_of(str(literal), str(literal.datatype or STRING), literal.language)
