"""The document of a thing: what is said of it, what points to it, the passages behind it, names, licence."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sjkg.core.errors import Retired, UnknownThing
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import BASE, DATA, IDS, ONTOLOGY, PREFIXES, close_matches
from sjkg.describe.statements import DATASET, LICENCE, english, statements
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.store.sorted_quads import Quad, SortedQuads, split_quad

MAX_OWN, MAX_INCOMING = 2_000, 500
NEAR_BYTES = 400_000
PASSAGES = PREFIXES["passage"]
TYPE = f"<{PREFIXES['rdf']}type>"
RETIRED = f"<{ONTOLOGY}RetiredIri>"
REPLACED_BY = f"<{PREFIXES['dcterms']}isReplacedBy>"
LABELS = (f"<{PREFIXES['rdfs']}label>", f"<{PREFIXES['skos']}prefLabel>")


def describe(sorted_quads: SortedQuads, iri: str) -> bytes:
    """Return the document of a thing as N-Quads; what is said of the document itself is in the default graph.

    Raises UnknownThing, with the names that look like it, and Retired.
    """
    check_known(sorted_quads, iri)
    quads = list(islice(sorted_quads.with_subject(f"<{iri}>"), MAX_OWN + 1))
    own = [*quads[:MAX_OWN], *_blank_nodes(sorted_quads, quads[:MAX_OWN])]
    incoming = list(islice(sorted_quads.with_object(iri), MAX_INCOMING + 1))
    passages = sorted({split_quad(line).graph[1:-1] for line in own if f" <{PASSAGES}" in line} - {iri})
    passages = [name for name in passages if name.startswith(PASSAGES)]
    lines = chain(
        own,
        sorted_quads.in_graph(iri),
        _about_document(iri, passages, len(quads) <= MAX_OWN and len(incoming) <= MAX_INCOMING),
        chain.from_iterable(_of_passage(sorted_quads, passage) for passage in passages),
        incoming[:MAX_INCOMING],
        _labels(sorted_quads, [*own, *incoming[:MAX_INCOMING]]),
    )
    return "".join(f"{line}\n" for line in dict.fromkeys(lines)).encode()


def check_known(sorted_quads: SortedQuads, iri: str) -> None:
    """Raise UnknownThing when nothing is said of an IRI, and Retired when it is no longer in use."""
    if next(sorted_quads.with_subject(f"<{iri}>"), None) is None:
        raise UnknownThing(iri, close_matches(iri, sorted_quads.neighbouring_subjects(iri, NEAR_BYTES)))
    if any(split_quad(line).object == RETIRED for line in sorted_quads.with_subject(f"<{iri}>", TYPE)):
        raise Retired(
            iri, tuple(split_quad(line).object[1:-1] for line in sorted_quads.with_subject(f"<{iri}>", REPLACED_BY))
        )


def _blank_nodes(sorted_quads: SortedQuads, lines: Iterable[str]) -> Iterator[str]:
    """Yield the quads of the blank nodes that quads lead to, and of those that these lead to."""
    seen, waiting = set(), list(lines)
    while waiting:
        node = split_quad(waiting.pop()).object
        if node.startswith("_:") and node not in seen:
            seen.add(node)
            found = list(sorted_quads.with_subject(node))
            waiting += found
            yield from found


def _of_passage(sorted_quads: SortedQuads, passage: str) -> Iterator[str]:
    """Yield what a passage's own file says of the passage."""
    return (line for line in sorted_quads.with_subject(f"<{passage}>") if line.endswith(f" <{passage}> ."))


def _labels(sorted_quads: SortedQuads, lines: Iterable[str]) -> Iterator[str]:
    """Yield the names, in every language, of our things that quads speak of."""
    quads = [split_quad(line) for line in lines]
    for node in dict.fromkeys(node for quad in quads for node in _nodes(quad) if node.startswith(f"<{BASE}")):
        for label in LABELS:
            yield from sorted_quads.with_subject(node, label)


def _nodes(quad: Quad) -> tuple[str, str, str]:
    return quad.subject, quad.predicate, quad.object


def _about_document(iri: str, passages: list[str], is_complete: bool) -> Iterator[str]:
    """Yield what the document says of itself: subject, sources, licence, other formats, and what it leaves out."""
    document = DATA + iri.removeprefix(IDS)
    comment = (
        "This document holds everything that is said of its subject, and every triple that points to it."
        if is_complete
        else f"This document holds the first {MAX_OWN} triples of its subject and the first {MAX_INCOMING} that point to it; "
        f"there are more. Ask {BASE}sparql for all."
    )
    return statements(
        document,
        {
            "rdf:type": Iri(f"{PREFIXES['foaf']}Document"),
            "foaf:primaryTopic": Iri(iri),
            "dcterms:isPartOf": Iri(DATASET),
            "dcterms:license": LICENCE,
            "dcterms:source": [Iri(passage) for passage in passages],
            "dcterms:hasFormat": [Iri(f"{document}.{f.ending}") for f in GRAPH_FORMATS.values()],
            "rdfs:comment": english(comment),
        },
    )
