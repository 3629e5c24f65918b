"""The closure of an rdflib graph under OWL 2 RL: the inferred triples that pass a filter, and the depths of all inferred ones.

The output filter drops inferred triples that are of no use to readers, such as every class being its own subclass. The
depth of a triple is the number of inference steps on the longest path of its shallowest proof; asserted triples have 0.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from importlib import import_module

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from sjkg.core.ntriples import TextTriple
from sjkg.reason.axiomatic import VOCABULARY, add_axiomatic
from sjkg.reason.engine import Progress
from sjkg.reason.output_filter import passes_output_filter
from sjkg.reason.reasoner import Reasoner, ReasonerInput
from sjkg.reason.rules import Encoding
from sjkg.reason.tables import Row, Tables, open_tables
from sjkg.reason.values import STRING, DataValue, is_in_value_space, value_of
from sjkg.turtle.triples import Triple, graph_of, parse_term, term_text

Depths = dict[Triple, int | None]

MEMORY_GIB = 4


def useful_graph(inferred: Iterable[Triple]) -> Graph:
    """Return a new graph of those of the triples `inferred` that are of use to readers (`passes_output_filter`)."""
    text = cache(term_text)
    return graph_of((s, p, o) for s, p, o in inferred if passes_output_filter((text(s), text(p), text(o))))


def closure(asserted: Graph, progress: Progress = lambda text: None) -> Graph:
    """Return the triples that OWL 2 RL adds to the graph `asserted`, as a new graph.

    Inferred triples of no use to readers, such as every class being its own subclass, are left out. progress: receives
    a text with the counts of each round of rule applications. Raises Inconsistent, with a sentence for each
    contradiction that names the rule and the nodes.
    Source: OWL 2 Profiles §4.3, https://www.w3.org/TR/owl2-profiles/
    """
    return useful_graph(_close(asserted, progress, Reasoner.inferred))


def closure_with_depths(asserted: Graph, progress: Progress = lambda text: None) -> tuple[Graph, Depths]:
    """Return a graph of the inferred triples of use to readers, and a dict from all inferred triples to their depths.

    Of no use to readers are triples such as every class being its own subclass, and generalized RDF triples, whose
    subject is a literal; only the dict has these. The depth is the number of inference steps on the longest path of the
    shallowest proof; it is None for all triples if the graph makes two different things equal. progress: receives a
    text for each round of rule applications. Raises Inconsistent if the graph contradicts itself.
    """
    rows = _close(asserted, progress, Reasoner.inferred_with_depths, record_depths=True)
    return useful_graph(row[:3] for row in rows if row[4]), {row[:3]: row[3] for row in rows}


def close_graph(asserted: Graph, reasoner: str, progress: Progress) -> tuple[Graph, Depths]:
    """Return a graph of the inferred triples of use to readers, and a dict from all inferred triples to their depths.

    Of no use to readers are triples such as every class being its own subclass. The depth is the number of inference
    steps on the longest path of the shallowest proof; it is None for all triples if the graph makes two different
    things equal. reasoner: the reasoner that computes the graph: "columnar", the project's own, which works on tables
    of integers, or "owlrl", the Python package. The dict always comes from "columnar", since owlrl has no depths.
    progress: receives a text for each round of rule applications. Raises Inconsistent for a contradiction.
    """
    inferred, depths = closure_with_depths(asserted, progress)
    return inferred if reasoner == "columnar" else closure_by(asserted, reasoner, progress), depths


def close_texts(
    asserted: Collection[TextTriple], reasoner: str, progress: Progress
) -> tuple[list[TextTriple], dict[TextTriple, int | None]]:
    """Return what `close_graph` returns, as a list and a dict of triples whose terms are texts in canonical N-Triples.

    asserted: triples of the same form.
    """
    term, text = cache(parse_term), cache(term_text)
    inferred, depths = close_graph(
        graph_of((term(s), term(p), term(o)) for s, p, o in sorted(asserted)), reasoner, progress
    )
    as_text: Callable[[Triple], TextTriple] = lambda triple: (text(triple[0]), text(triple[1]), text(triple[2]))
    return list(map(as_text, inferred)), {as_text(triple): depth for triple, depth in depths.items()}


def closure_by(asserted: Graph, reasoner: str, progress: Progress) -> Graph:
    """Return the inferred triples of use to readers (not, say, a class as its own subclass), as a new graph.

    reasoner: "columnar", the project's own (on tables), or "owlrl", the Python package. progress: receives a text for
    each round of rule applications of "columnar"; "owlrl" never calls it. Raises Inconsistent for a contradiction.
    """
    if reasoner == "owlrl":  # imported only on demand
        inferred: Graph = import_module("sjkg.reason.owlrl_reference").closure(asserted, progress)
        return inferred
    return closure_with_depths(asserted, progress)[0]


def _close(
    asserted: Graph, progress: Progress, select: Callable[[Reasoner], str], record_depths: bool = False
) -> list[Row]:
    """Add to a graph, in tables, everything that follows from it; return the rows of a SELECT over these tables.

    select: called with the Reasoner after it has finished; returns a SELECT of s, p, o and any further columns. In the
    result, s, p and o are rdflib terms instead of node numbers. record_depths: also record the depth of each inferred
    triple. Raises Inconsistent for a contradiction.
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

    terms: the list of all terms, indexed by node number.
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
        """Create the table literal(node, datatype, value) of the literals that have a node number; return a ReasonerInput.

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
