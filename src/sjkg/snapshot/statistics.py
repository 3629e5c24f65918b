"""Statistics of a graph: counts of triples, terms and links for its VoID description, and degrees for light queries.

Source: https://www.w3.org/TR/void/#statistics
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sjkg.core.vocabulary import BASE, IDS, PREFIXES
from sjkg.store.sorted_quads import split_quad

TYPE = f"<{PREFIXES['rdf']}type>"


@dataclass(frozen=True)
class Statistics:
    """Counts of the distinct triples of a graph.

    entities: the number of distinct entities. An entity is a subject whose IRI begins with IDS.
    subjects, objects: the numbers of distinct subjects and objects.
    classes: a dict from the IRI of each class to the number of entities with that rdf:type.
    properties: a dict from the IRI of each property to the number of its triples.
    links: a dict from each external site, such as “https://example.org/”, to a dict from the IRI of each property
    except rdf:type to the number of triples from an entity to an IRI of that site.
    degrees: a dict from the IRI of each property to three numbers: its distinct subjects, its largest number of objects
    of one subject, and its largest number of subjects of one object. They are not part of VoID; they bound light
    queries.
    """

    triples: int
    entities: int
    subjects: int
    objects: int
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
    for subject, predicate, value in triples:
        properties[predicate[1:-1]] += 1
        if not subject.startswith(f"<{IDS}"):
            continue
        if predicate == TYPE:
            classes[value[1:-1]] += 1
        elif value.startswith("<") and not value.startswith(f"<{BASE}"):
            links[_site_of(value[1:-1])][predicate[1:-1]] += 1
    subjects = {subject for subject, _, _ in triples}
    return Statistics(
        triples=len(triples),
        entities=sum(subject.startswith(f"<{IDS}") for subject in subjects),
        subjects=len(subjects),
        objects=len({value for _, _, value in triples}),
        classes=dict(classes),
        properties=dict(properties),
        links={site: dict(counts) for site, counts in links.items()},
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


def _site_of(iri: str) -> str:
    """Return the scheme and host of an IRI (“https://example.org/”); without a host, the scheme (“urn:”)."""
    parts = urlsplit(iri)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else f"{parts.scheme}:"
