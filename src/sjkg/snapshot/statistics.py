"""Statistics of a graph: counts of triples, terms and links for its VoID description, and degrees for light queries.

Source: https://www.w3.org/TR/void/#statistics
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sjkg.core.ntriples import literal_parts
from sjkg.core.vocabulary import PREFIXES, own

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
    distinct = {line.rsplit(" ", 2)[0] for line in lines}
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for subject, predicate, value in (triple.split(" ", 2) for triple in distinct):
        pairs[predicate].append((subject, value))
    subjects = {predicate: Counter(subject for subject, _ in found) for predicate, found in pairs.items()}
    objects = {predicate: Counter(value for _, value in found) for predicate, found in pairs.items()}
    thing = f"<{own().ids}"
    all_subjects = set[str]().union(*subjects.values())
    return Statistics(
        triples=len(distinct),
        entities=sum(subject.startswith(thing) for subject in all_subjects),
        subjects=len(all_subjects),
        objects=len(set[str]().union(*objects.values())),
        class_count=len(objects.get(TYPE, ())),
        classes=dict(Counter(value[1:-1] for subject, value in pairs.get(TYPE, ()) if subject.startswith(thing))),
        properties={predicate[1:-1]: len(found) for predicate, found in pairs.items()},
        links=_count_links(pairs),
        degrees={
            predicate[1:-1]: (len(counts), max(counts.values()), max(objects[predicate].values()))
            for predicate, counts in subjects.items()
        },
    )


def _count_links(pairs: Mapping[str, list[tuple[str, str]]]) -> dict[str, dict[str, int]]:
    """Return the `Statistics.links` of distinct triples: a dict from each predicate to its pairs of subject and object."""
    spaces = {subject[1:-1]: f"<{literal_parts(value).lexical}" for subject, value in pairs.get(URI_SPACE, ())}
    beginnings = tuple(spaces.values())
    thing = f"<{own().ids}"
    link = f"<{PREFIXES['link']}"  # of an sjkg:IdentityLink, whose triples describe a match and are none
    links: dict[str, Counter[str]] = defaultdict(Counter)
    for predicate, found in pairs.items():
        for subject, value in found:
            if not value.startswith(beginnings) or not subject.startswith(thing) or subject.startswith(link):
                continue
            for dataset, space in spaces.items():
                if predicate != TYPE and value.startswith(space):
                    links[dataset][predicate[1:-1]] += 1
    return {dataset: dict(counts) for dataset, counts in links.items()}


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
