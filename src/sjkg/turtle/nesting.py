"""Blank nodes in Turtle text: which of them are written in brackets, as lists, or by their labels.

A blank node that is the object of one triple can be written there, as [ … ]. One that is the object of several triples, or
that is in a cycle of triples, needs a label.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rdflib import BNode
from rdflib.namespace import RDF
from rdflib.term import Node

from sjkg.turtle.triples import Properties, Triple

FIRST, REST, NIL = RDF.first, RDF.rest, RDF.nil
MAX_DEPTH = 100  # levels of brackets; a line at the innermost level is indented by 400 spaces


class TooDeep(Exception):
    """Raised when brackets are nested deeper than MAX_DEPTH levels. triple: one whose object is at level MAX_DEPTH + 1."""

    def __init__(self, triple: Triple):
        super().__init__(f"brackets are nested more than {MAX_DEPTH} levels deep")
        self.triple = triple


class Nesting:
    """The form in which each blank node of a graph is written.

    labelled: the blank nodes to write by their labels. nested: the blank nodes to write in brackets where they are the
    object; a blank node that is in neither set is the object of no triple. cells: the blank nodes that are cells of a
    well-formed RDF list, to write in ( ); the rest of the list after each of them is also well-formed.
    """

    def __init__(self, properties: Properties, labels: Iterable[Node]):
        """Decide for the blank nodes of a graph.

        properties: its triples. labels: the blank nodes that have a label in the text that was read. A node that is the
        object of several triples has one there, because a node in brackets has no name. Raises TooDeep when a node without
        label is nested more than MAX_DEPTH levels deep.
        """
        self._properties = properties
        self._labels: frozenset[Node] = frozenset(labels)
        uses: dict[BNode, list[Node]] = defaultdict(list)
        for subject, by_predicate in properties.items():
            for objects in by_predicate.values():
                for node in objects:
                    if isinstance(node, BNode):
                        uses[node].append(subject)
        self._users: Mapping[Node, Node] = {node: subjects[0] for node, subjects in uses.items() if len(subjects) == 1}
        self.labelled: set[Node] = {node for node, subjects in uses.items() if len(subjects) > 1}
        self._label_cycles()
        self.cells = self._find_list_cells()
        self._limit_depth()
        self.nested = {node for node in uses if node not in self.labelled}

    def list_cells(self, head: Node) -> list[Node]:
        """Return the cells of the well-formed RDF list that begins at the cell `head`, in order."""
        cells = []
        while head != NIL:
            cells.append(head)
            (head,) = self._properties[head][REST]
        return cells

    def _label_cycles(self) -> None:
        """Add to `labelled` those nodes of each cycle of triples that have a label in the text; at least one of them has."""
        seen: set[Node] = set()
        for start in self._users:
            path: dict[Node, None] = {}
            node: Node = start
            while node in self._users and node not in seen and node not in path:
                path[node] = None
                node = self._users[node]
            if node in path:
                cycle = list(path)[list(path).index(node) :]
                self.labelled.update(self._labels.intersection(cycle))
            seen.update(path)

    def _find_list_cells(self) -> set[Node]:
        """Return the cells of well-formed lists: each has one rdf:first and one rdf:rest and no other property.

        They are found from the ends of the lists, the cells whose rdf:rest is rdf:nil.
        """
        cells: set[Node] = set()
        ends = [s for s, by_predicate in self._properties.items() if NIL in by_predicate.get(REST, ())]
        for end in ends:
            cell: Node | None = end
            while isinstance(cell, BNode) and self._has_form_of_cell(cell):
                cells.add(cell)
                user = None if cell in self.labelled else self._users.get(cell)
                cell = user if user and self._properties[user].get(REST) == [cell] else None
        return cells

    def _has_form_of_cell(self, node: Node) -> bool:
        """Return whether a node has one rdf:first, one rdf:rest and no other property."""
        by_predicate = self._properties[node]
        return by_predicate.keys() == {FIRST, REST} and all(len(objects) == 1 for objects in by_predicate.values())

    def _limit_depth(self) -> None:
        """Add to `labelled`, the blank nodes to be written with a label such as _:b, those nested deeper than MAX_DEPTH levels.

        Raises TooDeep when one of them has no label in the text that was read, because none is invented.
        """
        depths: list[tuple[Node, int]] = [
            (subject, 0) for subject in self._properties if subject not in self._users or subject in self.labelled
        ]
        while depths:
            subject, depth = depths.pop()
            for predicate, objects in self._properties[subject].items():
                is_next_cell = subject in self.cells and predicate == REST
                for node in objects:
                    if node not in self._users or node in self.labelled:
                        continue
                    inner = depth if is_next_cell else depth + 1
                    if inner > MAX_DEPTH:
                        if node not in self._labels:
                            raise TooDeep((subject, predicate, node))
                        self.labelled.add(node)
                        inner = 0
                    if node in self._properties:
                        depths.append((node, inner))
