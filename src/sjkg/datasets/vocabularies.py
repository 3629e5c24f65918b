"""Recognition of the vocabulary that files are in: ours, that of a profile, or an unknown one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from sjkg.core.errors import BadParameter
from sjkg.core.ntriples import parse_triples
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, curie
from sjkg.profiles.read import Profile

TYPE = f"<{PREFIXES['rdf']}type>"
MAX_SAMPLED = 200_000  # triples of a file
MAX_LISTED = 8  # classes and properties in a message
OURS = ""  # the name of our own vocabulary


def sample_terms(ntriples: Path) -> tuple[Counter[str], Counter[str]]:
    """Return the classes and the properties in the first MAX_SAMPLED triples of a file of N-Triples, with their numbers."""
    classes, properties = Counter[str](), Counter[str]()
    with ntriples.open("rb") as lines:
        for _, line in zip(range(MAX_SAMPLED), lines, strict=False):
            for _, predicate, value in parse_triples(line):
                if predicate == TYPE:
                    classes[value[1:-1]] += 1
                else:
                    properties[predicate[1:-1]] += 1
    return classes, properties


def find_vocabulary(terms: Iterable[tuple[Counter[str], Counter[str]]], profiles: Mapping[str, Profile]) -> str:
    """Return the name of the profile in whose terms most statements are, or OURS.

    terms: the classes and properties of each file. Raises BadParameter, with what was seen, if the vocabulary is unknown.
    """
    classes, properties = Counter[str](), Counter[str]()
    for each in terms:
        classes += each[0]
        properties += each[1]
    seen = classes + properties
    namespaces = {name: (each.standard, *each.namespaces) for name, each in profiles.items()} | {OURS: (ONTOLOGY,)}
    counts = {
        name: sum(count for term, count in seen.items() if term.startswith(spaces))
        for name, spaces in namespaces.items()
    }
    best = max(counts, key=lambda name: counts[name])
    if counts[best]:
        return best
    raise BadParameter(_describe(classes, properties, profiles))


def _describe(classes: Counter[str], properties: Counter[str], profiles: Mapping[str, Profile]) -> str:
    """Return the message on files in an unknown vocabulary."""
    shown = [f"{curie(term)} {count:,}" for term, count in classes.most_common(MAX_LISTED)]
    used = [f"{curie(term)} {count:,}" for term, count in properties.most_common(MAX_LISTED)]
    return (
        f"the files are in no known vocabulary; their classes: {', '.join(shown) or 'none'}; their properties: "
        f"{', '.join(used) or 'none'}; the profiles: {', '.join(profiles) or 'none'}. Name one by --profile, keep the statements "
        "as they are with --untranslated, or write a profile: profiles/NAME/profile.ttl with dcterms:title and prof:isProfileOf, "
        "and a query profiles/NAME/in/RULE.rq: CONSTRUCT { ?x a sjkg:Event ; skos:prefLabel ?name } WHERE { ?x a <CLASS> ; "
        "rdfs:label ?name }"
    )
