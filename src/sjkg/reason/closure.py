"""The closure of an rdflib graph under OWL 2 RL: the inferred triples that pass the output filter, and depths of all.

The output filter drops inferred triples that are of no use to readers, such as every class being its own subclass. The
depth of a triple is the number of inference steps on the longest path of its shallowest proof; asserted triples have 0.
"""

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
from sjkg.reason.values import STRING, DataValue, is_in_value_space, value_of

RdfTriple = tuple[Node, Node, Node]
Depths = dict[RdfTriple, int | None]

STANDARDS = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
SCHEMA = {RDFS.subClassOf, RDFS.subPropertyOf}
MEMORY_GIB = 4


def is_standard(node: Node) -> bool:
    """Return whether a node is an IRI in the namespace of RDF, RDFS, OWL or XSD."""
    return isinstance(node, URIRef) and str(node).startswith(STANDARDS)


def passes_output_filter(triple: RdfTriple) -> bool:
    """Return whether the closure reports an inferred triple.

    Left out are literal and blank subjects, blank objects, terms of RDF, RDFS, OWL and XSD as subjects, classes or
    properties, and rdf:type, rdfs:subClassOf, rdfs:subPropertyOf or owl:sameAs from a thing to itself. Any other
    property from a thing to itself is reported: it shows a cycle, for which there are SHACL shapes.
    """
    s, p, o = triple
    if not isinstance(s, URIRef) or not isinstance(p, URIRef) or isinstance(o, BNode) or is_standard(s):
        return False
    if p == RDF.type or p in SCHEMA:
        return s != o and not is_standard(o)
    return s != o if p == OWL.sameAs else not is_standard(p)


def closure(asserted: Graph, progress: Progress = lambda text: None) -> Graph:
    """Return the triples that OWL 2 RL adds to an asserted graph and that pass the output filter, as a new graph.

    progress: receives a text with the counts of each round. Raises Inconsistent, with a sentence for each contradiction
    that names the rule and the nodes.
    Source: OWL 2 Profiles §4.3, https://www.w3.org/TR/owl2-profiles/
    """
    return output_filter(_close(asserted, progress, Reasoner.inferred))


def closure_with_depths(asserted: Graph, progress: Progress = lambda text: None) -> tuple[Graph, Depths]:
    """Return a graph of the inferred triples that pass the output filter, and a dict from inferred triples to depths.

    The depth is the number of inference steps on the longest path of the shallowest proof; it is None for all triples
    if the graph makes two different things equal. The dict also has the triples that the output filter drops, among
    them generalized RDF triples, whose subject is a literal. progress: receives a text for each round. Raises
    Inconsistent.
    """
    rows = _close(asserted, progress, Reasoner.inferred_with_depths, record_depths=True)
    return output_filter(row[:3] for row in rows if row[4]), {row[:3]: row[3] for row in rows}


def close_graph(asserted: Graph, reasoner: str, progress: Progress) -> tuple[Graph, Depths]:
    """Return a graph of the inferred triples that pass the output filter, and a dict from inferred triples to depths.

    reasoner: "columnar" or "owlrl", which finds the graph. The depths always come from the columnar reasoner, since
    owlrl has none. progress: receives a text for each round. Raises Inconsistent.
    """
    inferred, depths = closure_with_depths(asserted, progress)
    return inferred if reasoner == "columnar" else closure_by(asserted, reasoner, progress), depths


def closure_by(asserted: Graph, reasoner: str, progress: Progress) -> Graph:
    """Return the inferred triples that pass the output filter, as a new graph. reasoner: "columnar" or "owlrl".

    progress: receives a text for each round of the columnar reasoner. Raises Inconsistent.
    """
    if reasoner == "owlrl":  # imported only on demand
        inferred: Graph = import_module("sjkg.reason.owlrl_reference").closure(asserted, progress)
        return inferred
    return closure_with_depths(asserted, progress)[0]


def output_filter(inferred: Iterable[RdfTriple]) -> Graph:
    """Return a new graph of those inferred triples that pass the output filter (`passes_output_filter`)."""
    added = Graph(bind_namespaces="none")
    for triple in inferred:
        if passes_output_filter(triple):
            added.add(triple)
    return added


def _close(
    asserted: Graph, progress: Progress, select: Callable[[Reasoner], str], record_depths: bool = False
) -> list[Row]:
    """Close a graph with the columnar reasoner; return rows whose first three cells are the rdflib terms of a triple.

    select: called with the closed Reasoner, returns a SELECT of s, p, o and any further columns, which the rows have,
    too. record_depths: also record the depth of each inferred triple. Raises Inconsistent.
    """
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
    """A mapping of rdflib terms to integers from 0; the IRIs in rules and axiomatic triples have the first ones.

    terms: the list of all numbered terms, indexed by number.
    """

    def __init__(self) -> None:
        self.terms: list[Node] = [URIRef(name) for name in VOCABULARY]
        self._vocabulary = {name: number for number, name in enumerate(VOCABULARY)}
        self._numbers = {term: number for number, term in enumerate(self.terms)}

    def number(self, term: Node) -> int:
        """Return the number of a term; a term that has none gets the next free one."""
        number = self._numbers.setdefault(term, len(self.terms))
        if number == len(self.terms):
            self.terms.append(term)
        return number

    def reasoner_input(self, tables: Tables) -> ReasonerInput:
        """Create the table literal(node, datatype, value) of all numbered literals; return the input of a Reasoner.

        value: a number that literals of equal value share, -1 for an ill-typed literal. datatype: the number of the
        datatype, -1 for one outside OWL 2 RL and for language-tagged strings.
        """
        literals = {number: term for number, term in enumerate(self.terms) if isinstance(term, Literal)}
        values = {number: _value(literal) for number, literal in literals.items()}
        value_numbers: dict[DataValue, int] = {}
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
            numbers[digit] = tuple(n for n, value in values.items() if value == DataValue("decimal", digit)) or (-1,)

        def select_members(pairs: str, iri_of: dict[int, str]) -> None:
            members = [
                (node, number) for node, number in tables.rows(pairs) if is_in_value_space(iri_of[number], values[node])
            ]
            tables.fill("member_of_datatype", ("node", "datatype"), members)

        return ReasonerInput(
            tables, Encoding(numbers), lambda nodes: {node: self.terms[node].n3() for node in nodes}, select_members
        )


def _datatype(literal: Literal, vocabulary: Mapping[str, int]) -> int:
    """Return the number of a literal's datatype in a vocabulary; -1 if unknown or for a language-tagged string."""
    return -1 if literal.language else vocabulary.get(str(literal.datatype or STRING), -1)


def _value(literal: Literal) -> DataValue | None:
    """Return the data value of an rdflib literal, None for an ill-typed one; without datatype it is an xsd:string."""
    return value_of(str(literal), str(literal.datatype or STRING), literal.language)
