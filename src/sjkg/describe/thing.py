"""RDF description of a thing: its triples, the triples that point to it, their source passages, labels and licence."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sjkg.core.errors import Retired, UnknownThing
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import BASE, DATA, IDS, ONTOLOGY, PREFIXES, close_matches
from sjkg.describe.statements import DATASET, LICENCE, english, statements
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.store.sorted_quads import SortedQuads, split_quad

MAX_OUTGOING, MAX_INCOMING = 2_000, 500
NEIGHBOURHOOD_BYTES = 400_000  # of the sorted quads around a wrong IRI, in which similar ones are looked for
PASSAGES = PREFIXES["passage"]
TYPE = f"<{PREFIXES['rdf']}type>"
RETIRED = f"<{ONTOLOGY}RetiredIri>"
REPLACED_BY = f"<{PREFIXES['dcterms']}isReplacedBy>"
LABELS = (f"<{PREFIXES['rdfs']}label>", f"<{PREFIXES['skos']}prefLabel>")


def describe(sorted_quads: SortedQuads, iri: str) -> bytes:
    """Return the description of a thing as N-Quads, each statement in its named graph.

    At most MAX_OUTGOING triples of the thing and MAX_INCOMING that point to it. Triples about the document itself are in
    the default graph and say whether it is complete. Raises as `check_known` does.
    """
    check_known(sorted_quads, iri)
    quads = list(islice(sorted_quads.with_subject(f"<{iri}>"), MAX_OUTGOING + 1))
    own = [*quads[:MAX_OUTGOING], *_blank_nodes(sorted_quads, quads[:MAX_OUTGOING])]
    incoming = list(islice(sorted_quads.with_object(iri), MAX_INCOMING + 1))
    passages = sorted({split_quad(line).graph[1:-1] for line in own if f" <{PASSAGES}" in line} - {iri})
    passages = [name for name in passages if name.startswith(PASSAGES)]
    lines = chain(
        own,
        sorted_quads.in_graph(iri),
        _about_document(iri, passages, len(quads) <= MAX_OUTGOING and len(incoming) <= MAX_INCOMING),
        chain.from_iterable(_of_passage(sorted_quads, passage) for passage in passages),
        incoming[:MAX_INCOMING],
        _labels(sorted_quads, [*own, *incoming[:MAX_INCOMING]]),
    )
    return "".join(f"{line}\n" for line in dict.fromkeys(lines)).encode()


def check_known(sorted_quads: SortedQuads, iri: str) -> None:
    """Raise UnknownThing, with similar IRIs, for an IRI that is no subject, and Retired, with its successors, for a retired one."""
    if next(sorted_quads.with_subject(f"<{iri}>"), None) is None:
        raise UnknownThing(iri, close_matches(iri, sorted_quads.neighbouring_subjects(iri, NEIGHBOURHOOD_BYTES)))
    if any(split_quad(line).object == RETIRED for line in sorted_quads.with_subject(f"<{iri}>", TYPE)):
        raise Retired(
            iri, tuple(split_quad(line).object[1:-1] for line in sorted_quads.with_subject(f"<{iri}>", REPLACED_BY))
        )


def _blank_nodes(sorted_quads: SortedQuads, lines: Iterable[str]) -> Iterator[str]:
    """Yield the quads of the blank nodes that are objects of some quads, and of theirs in turn."""
    seen, waiting = set(), list(lines)
    while waiting:
        node = split_quad(waiting.pop()).object
        if node.startswith("_:") and node not in seen:
            seen.add(node)
            found = list(sorted_quads.with_subject(node))
            waiting += found
            yield from found


def _of_passage(sorted_quads: SortedQuads, passage: str) -> Iterator[str]:
    """Yield the quads about a passage in the passage's own named graph."""
    return (line for line in sorted_quads.with_subject(f"<{passage}>") if line.endswith(f" <{passage}> ."))


def _labels(sorted_quads: SortedQuads, lines: Iterable[str]) -> Iterator[str]:
    """Yield the labels, in every language, of our things that occur in some quads."""
    quads = [split_quad(line) for line in lines]
    for node in dict.fromkeys(
        node for quad in quads for node in (quad.subject, quad.predicate, quad.object) if node.startswith(f"<{BASE}")
    ):
        for label in LABELS:
            yield from sorted_quads.with_subject(node, label)


def _about_document(iri: str, passages: list[str], is_complete: bool) -> Iterator[str]:
    """Yield the triples about the document itself: topic, sources, licence, other formats, and whether it is complete."""
    document = DATA + iri.removeprefix(IDS)
    comment = (
        "This document holds every triple of its subject and every triple that points to it."
        if is_complete
        else f"This document holds the first {MAX_OUTGOING} triples of its subject and the first {MAX_INCOMING} that point to it; "
        f"there are more. Query {BASE}sparql for all."
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
