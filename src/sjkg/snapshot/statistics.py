"""Statistics of a graph: counts of triples, terms and links for its VoID description, and degrees for light queries.

Source: https://www.w3.org/TR/void/#statistics
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sjkg.core.ntriples import literal_parts
from sjkg.core.vocabulary import PREFIXES, own
from sjkg.store.sorted_quads import split_quad

TYPE, URI_SPACE = f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['void']}uriSpace>"


@dataclass(frozen=True)
class Statistics:
    """Counts of the distinct triples of a graph.

    entities: the number of distinct entities. An entity is a subject whose IRI begins with the namespace of things.
    subjects, objects: the numbers of distinct subjects and objects. class_count: the number of distinct values of rdf:type.
    classes: a dict from the IRI of each class to the number of entities with that rdf:type.
    properties: a dict from the IRI of each property to the number of its triples.
    links: a dict from the IRI of each other dataset that the graph gives a void:uriSpace to a dict from the IRI of each
    property to the number of triples from an entity, except a link itself, to an IRI in that space.
    degrees: a dict from the IRI of each property to three numbers: its distinct subjects, its largest number of objects
    of one subject, and its largest number of subjects of one object. They are not part of VoID; they bound light
    queries.
    """

    triples: int
    entities: int
    subjects: int
    objects: int
    class_count: int
    classes: dict[str, int]
    properties: dict[str, int]
    links: dict[str, dict[str, int]]
    degrees: dict[str, tuple[int, int, int]]


def count_quads(lines: Iterable[str]) -> Statistics:
    """Return the statistics of the triples in lines of N-Quads; a triple in several named graphs counts once."""
    triples = {(quad.subject, quad.predicate, quad.object) for quad in map(split_quad, lines)}
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    links: dict[str, Counter[str]] = defaultdict(Counter)
    spaces = {
        subject[1:-1]: literal_parts(value).lexical for subject, predicate, value in triples if predicate == URI_SPACE
    }
    thing = f"<{own().ids}"
    link = f"<{PREFIXES['link']}"  # of an sjkg:IdentityLink, whose triples describe a match and are none
    for subject, predicate, value in triples:
        properties[predicate[1:-1]] += 1
        if not subject.startswith(thing):
            continue
        if predicate == TYPE:
            classes[value[1:-1]] += 1
        elif value.startswith("<") and not subject.startswith(link):
            for dataset, space in spaces.items():
                if value.startswith(f"<{space}"):
                    links[dataset][predicate[1:-1]] += 1
    subjects = {subject for subject, _, _ in triples}
    return Statistics(
        triples=len(triples),
        entities=sum(subject.startswith(thing) for subject in subjects),
        subjects=len(subjects),
        objects=len({value for _, _, value in triples}),
        class_count=len({value for _, predicate, value in triples if predicate == TYPE}),
        classes=dict(classes),
        properties=dict(properties),
        links={dataset: dict(counts) for dataset, counts in links.items()},
        degrees=_count_degrees(triples),
    )


def _count_degrees(triples: Iterable[tuple[str, str, str]]) -> dict[str, tuple[int, int, int]]:
    """Return the `Statistics.degrees` of distinct triples, whose terms are in N-Quads syntax."""
    objects: dict[str, Counter[str]] = defaultdict(Counter)
    subjects: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, predicate, value in triples:
        objects[predicate][subject] += 1
        subjects[predicate][value] += 1
    return {
        predicate[1:-1]: (len(counts), max(counts.values()), max(subjects[predicate].values()))
        for predicate, counts in objects.items()
    }


def count_distinct_triples(lines: Iterable[str], groups: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return a dict from the IRI of each group of named graphs to the number of distinct triples in its graphs.

    lines: N-Quads without line ends, each in a named graph. groups: a dict from the IRI of each group to the IRIs of
    its named graphs.
    """
    triples: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        triple, _, graph = line.rpartition(" <")
        triples[graph.removesuffix("> .")].append(triple)
    return {name: len({triple for graph in members for triple in triples[graph]}) for name, members in groups.items()}
