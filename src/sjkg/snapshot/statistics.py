"""Counts of triples, terms and links for a VoID description. Source: https://www.w3.org/TR/void/#statistics"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sjkg.core.vocabulary import BASE, IDS, PREFIXES
from sjkg.store.sorted_quads import split_quad

TYPE = f"<{PREFIXES['rdf']}type>"


@dataclass(frozen=True)
class Statistics:
    """Counts of the distinct triples of a graph; all keys are IRIs.

    Entities are the subjects below the base IRI of this knowledge base. subjects, objects: distinct ones. classes:
    entities by class (rdf:type). properties: triples by property. links: for each external site (scheme and host), by
    property, the triples from an entity to an IRI of that site; rdf:type is left out.
    """

    triples: int
    entities: int
    subjects: int
    objects: int
    classes: dict[str, int]
    properties: dict[str, int]
    links: dict[str, dict[str, int]]


def count_quads(lines: Iterable[str]) -> Statistics:
    """Return VoID counts over lines of N-Quads; a triple that stands in several named graphs counts once."""
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
    )


def _site_of(iri: str) -> str:
    """Return the scheme and host of an IRI (“https://example.org/”); without a host, the scheme (“urn:”)."""
    parts = urlsplit(iri)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else f"{parts.scheme}:"
