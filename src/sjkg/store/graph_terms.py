"""The properties and classes of graphs, with their numbers of triples.

Two graphs without a property in common, where rdf:type counts once for each class, have no triple in common, so that most pairs of
graphs need not be compared.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from sjkg.core.vocabulary import PREFIXES

TYPE = f"<{PREFIXES['rdf']}type>"
CLASS = "a "  # before a class among the terms of a graph
MAX_CLASSES = 5000  # of a graph that are counted one by one

# the property of a triple as <iri>, or for rdf:type the class, as “a <iri>”, to the number of triples; TYPE is a key for those
# whose class is not an IRI, or for all if the classes are too many
GraphTerms = Mapping[str, int]


def count_terms(lines: Iterable[bytes]) -> GraphTerms:
    """Return the properties and classes in lines of N-Triples, with one space between terms and before the final dot."""
    properties, classes = Counter[bytes](), Counter[bytes]()
    rdf_type = TYPE.encode()
    for line in lines:
        _, predicate, rest = line.split(b" ", 2)
        if predicate == rdf_type and rest.startswith(b"<"):
            classes[rest] += 1
        else:
            properties[predicate] += 1
    counted = {predicate.decode(): count for predicate, count in properties.items()}
    if len(classes) > MAX_CLASSES:
        return counted | {TYPE: classes.total() + counted.get(TYPE, 0)}
    return counted | {f"{CLASS}{rest.rpartition(b' ')[0].decode()}": count for rest, count in classes.items()}


def shared_terms(first: GraphTerms, second: GraphTerms) -> dict[str, int]:
    """Return the properties and classes of which two graphs may have a triple in common, with their numbers in the first one."""
    shared = {term: count for term, count in first.items() if term in second}
    if TYPE in second:
        shared |= {term: count for term, count in first.items() if term.startswith(CLASS)}
    if TYPE in first and any(term.startswith(CLASS) for term in second):
        shared[TYPE] = first[TYPE]
    return shared


def add_terms(graphs: Iterable[GraphTerms]) -> GraphTerms:
    """Return the terms of the merge of several graphs, in which a triple counts once for each graph that has it."""
    merged = Counter[str]()
    for terms in graphs:
        merged.update(terms)
    return dict(merged)
