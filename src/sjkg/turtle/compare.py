"""Comparison of two graphs that were read from Turtle texts: the same triples, with literals as written.

Blank nodes correspond by their label where both texts have it, and otherwise by their properties. This is exact for nodes
that are the object of at most one triple, as those in brackets are, and takes linear time, unlike graph isomorphism.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping

from rdflib import BNode
from rdflib.term import Node

from sjkg.turtle.triples import Properties, Triple, term_key

Labels = Mapping[Node, str]


def find_lost_triple(before: Properties, labels: Labels, after: Properties, labels_after: Labels) -> Triple | None:
    """Return a triple that only one of two graphs has, from `before` if there is one; None when the graphs are the same.

    before, after: the triples of the graphs, as dicts from subject to dicts from predicate to lists of objects. labels:
    a dict from each blank node of `before` that has a label in its text to that label, without “_:”. labels_after: the
    same for `after`.
    """
    shared = set(labels_after.values())
    numbers: dict[Hashable, int] = {}
    rows = _canonical_rows(before, {node: label for node, label in labels.items() if label in shared}, numbers)
    rows_after = _canonical_rows(after, labels_after, numbers)
    counts = Counter(row for row, _ in rows_after)
    counts.subtract(row for row, _ in rows)
    return next((triple for row, triple in [*rows, *rows_after] if counts[row]), None)


def _canonical_rows(
    properties: Properties, labels: Labels, numbers: dict[Hashable, int]
) -> list[tuple[Hashable, Triple]]:
    """Return pairs of a value and a triple; equal graphs have equal values, each as often.

    Each triple whose subject is an IRI or has a label gives one pair. Of the other blank nodes, each one that is not an object,
    is in a cycle or is the object of several triples gives one pair: a value for all its properties, and its first triple.
    labels: a dict from blank node to label. numbers: a dict from each set of properties of a blank node to its number; this
    function extends it, and the graphs to compare share it.
    """
    users: dict[Node, list[Node]] = defaultdict(list)
    for subject, by_predicate in properties.items():
        for objects in by_predicate.values():
            for node in objects:
                if isinstance(node, BNode) and node not in labels:
                    users[node].append(subject)
    unlabelled: set[Node] = {node for node in [*properties, *users] if isinstance(node, BNode) and node not in labels}
    # those in a cycle or with several uses get no number below, and so are equal to no other node
    keys: dict[Node, Hashable] = dict(labels) | {node: object() for node in unlabelled}
    to_key: Callable[[Node], Hashable] = lambda node: keys[node] if isinstance(node, BNode) else term_key(node)
    waiting = Counter(subject for subjects in users.values() for subject in subjects)
    ready: list[Node] = [node for node in unlabelled if not waiting[node]]
    for node in ready:  # grows
        pairs = Counter((p, to_key(o)) for p, objects in properties.get(node, {}).items() for o in objects)
        if len(users[node]) < 2:
            keys[node] = numbers.setdefault(frozenset(pairs.items()), len(numbers))
        for user in users[node]:
            waiting[user] -= 1
            if not waiting[user] and user in unlabelled:
                ready.append(user)
    rows: list[tuple[Hashable, Triple]] = []
    for s, by_predicate in properties.items():
        triples = [(s, p, o) for p, objects in by_predicate.items() for o in objects]
        if s not in unlabelled:
            rows += [((to_key(s), p, to_key(o)), (s, p, o)) for s, p, o in triples]
        elif not users[s] or not isinstance(keys[s], int):
            rows.append((keys[s], triples[0]))
    return rows
