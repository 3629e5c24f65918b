"""The predicates whose triples a query's result depends on, so that the result can be reused when none of them changed.

A triple with another predicate matches none of the triple patterns. Two kinds of patterns match triples with any predicate or
nodes of any triple: those with a variable as predicate, and property paths that can have length zero, such as ?x p* ?y. They
depend on the given predicates only where a join restricts their variables: the predicate to the IRIs of a VALUES block, or
an end of the path to nodes of other patterns. A join restricts the patterns of a group and of the groups inside it, except
subqueries, whose variables are other ones.
Source: SPARQL 1.1 §9.1, §18.2, https://www.w3.org/TR/sparql11-query/#sparqlAlgebra
"""

from dataclasses import dataclass, field

from sjkg.core.ntriples import TextTerm
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.parser import Event, Parser
from sjkg.sparql.prologue import BadToken, read_prologue

RDF_TYPE = f"<{PREFIXES['rdf']}type>"
# terminals and non-terminals of syntax that may depend on further predicates (of lists or reifiers) or on any
UNSUPPORTED = frozenset(("NegatedPaths", "TriplesNodePath", "<<(", "~", "{|", "UNDEF", "DESCRIBE", "SERVICE"))


@dataclass
class _Group:
    """A group graph pattern that is being read.

    nodes: the variables that stand in VALUES, or are subject or object of a pattern whose path cannot have length zero.
    listed: the variables in VALUES. predicates: the variables that are predicates. ends: subject and object of each pattern
    between variables whose path can have length zero. is_of_graph: whether it is the group after GRAPH.
    """

    nodes: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    predicates: set[str] = field(default_factory=set)
    ends: list[set[str]] = field(default_factory=list)
    is_of_graph: bool = False


def find_predicates(text: str) -> list[TextTerm] | None:
    """Return the sorted predicates, as N-Triples, on whose triples the result of a query depends.

    The result is None if triples with any predicate can matter.

    All IRIs in the text count as predicates. None is also returned for an invalid query and for some rare syntax: lists,
    reifiers, blank nodes with properties, negated property sets, UNDEF, DESCRIBE, SERVICE, GRAPH without a pattern that has a
    variable. The result of a query with GRAPH also changes when a triple moves to another named graph.
    """
    parser = Parser(text)
    for _ in parser.read():
        pass
    if parser.failure or any(event.name in UNSUPPORTED for event in parser.events):
        return None
    patterns = _PatternReader()
    if not all(map(patterns.read, parser.events)):
        return None
    try:
        prologue = read_prologue(parser.tokens)
        iris = {f"<{prologue.expand(token)}>" for token in parser.tokens if token.kind in ("iri", "name")}
    except BadToken:
        return None
    return sorted(iris | {RDF_TYPE for event in parser.events if event.name == "a"})


class _PatternReader:
    """A reader of the steps of parsing a query, which finds patterns that match triples with any predicate."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._groups: list[_Group] = []
        self._subject = ""
        self._is_after_graph = False
        self._can_be_empty: list[bool] = []  # the path after the subject, then its parts that are open

    def read(self, event: Event) -> bool:
        """Read the next step; return False if it ends a query or subquery with a pattern that no join restricts."""
        kind, name, token = event
        if kind == "enter":
            self._open.append(name)
            if name == "GroupGraphPattern":
                self._groups.append(_Group(is_of_graph=self._is_after_graph))
                self._is_after_graph = False
            elif name in ("VerbPath", "Path", "PathSequence", "PathElement"):
                self._can_be_empty = [False] if name == "VerbPath" else [*self._can_be_empty, name == "PathSequence"]
        elif token:
            self._is_after_graph |= name == "GRAPH"
            self._read_term(token.text.replace("$", "?", 1))
        else:
            self._open.pop()
            if name in ("Path", "PathSequence", "PathElement"):
                inner, outer = self._can_be_empty.pop(), self._can_be_empty[-1]
                self._can_be_empty[-1] = (outer and inner) if name == "PathElement" else (outer or inner)
            return name != "GroupGraphPattern" or self._end_group()
        return True

    def _read_term(self, term: str) -> None:
        """Read a token; "$" in a variable was replaced by "?"."""
        rule, outer = self._open[-1], self._open[-2] if len(self._open) > 1 else ""
        if rule == "PathModifier":
            self._can_be_empty[-1] |= term != "+"
        elif rule == "DataVariable" and self._groups:
            self._groups[-1].listed.add(term)
            self._groups[-1].nodes.add(term)
        elif rule == "PatternVariable" and outer == "VerbPath":
            self._groups[-1].predicates.add(term)
        elif outer == "VarOrTerm" and self._open[-3] == "TriplesSameSubjectPath":
            self._subject = term
        elif outer == "VarOrTerm" and self._open[-3] == "GraphNodePath":
            self._note_variables(term)

    def _note_variables(self, term: str) -> None:
        """Note the variables of a pattern in its group, now that its object `term` is known.

        They are added to `nodes`, or to `ends` if the path of the pattern can have length zero.
        """
        variables = {each for each in (self._subject, term) if each.startswith(("?", "_:"))}
        if not self._can_be_empty[0]:
            self._groups[-1].nodes |= variables
        elif len(variables) == 2 or self._subject == term:
            self._groups[-1].ends.append(variables)

    def _end_group(self) -> bool:
        """Leave a group; patterns that it does not restrict become those of the group around it.

        Return False if there are any, and there is no such group in the same query or subquery.
        """
        group = self._groups.pop()
        if group.is_of_graph and not (group.nodes or group.predicates or group.ends):
            return False  # which named graphs there are is part of the result
        predicates = group.predicates - group.listed
        ends = [each for each in group.ends if not each & group.nodes]
        if self._open[-1] == "WhereClause":
            return not predicates and not ends
        self._groups[-1].predicates |= predicates
        self._groups[-1].ends += ends
        return True
