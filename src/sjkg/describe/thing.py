"""RDF description of a thing, as its IRI resolves to: the triples about it and those that point to it.

With them come the passages (stretches of the article's text; each is a named graph) that state the triples, labels of
the other things, and the licence.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sjkg.core.errors import Retired, UnknownThing
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import BASE, DATA, IDS, ONTOLOGY, PREFIXES, close_matches
from sjkg.describe.statements import DATASET, LICENCE, english, to_nquads
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
    """Return the description of the thing with this IRI as UTF-8 N-Quads, each statement in its named graph.

    At most MAX_OUTGOING triples of the thing (and all of its blank nodes) and MAX_INCOMING that point to it. Triples
    about the document itself are in the default graph and say whether it is complete. Raises UnknownThing, with similar
    IRIs, for an IRI that is not a subject, and Retired, with the IRIs to use instead, for a deprecated one.
    """
    check_known(sorted_quads, iri)
    quads = list(islice(sorted_quads.with_subject(f"<{iri}>"), MAX_OUTGOING + 1))
    own = [*quads[:MAX_OUTGOING], *_blank_node_quads(sorted_quads, quads[:MAX_OUTGOING])]
    incoming = list(islice(sorted_quads.with_object(iri), MAX_INCOMING + 1))
    passages = sorted({split_quad(line).graph[1:-1] for line in own if f" <{PASSAGES}" in line} - {iri})
    passages = [name for name in passages if name.startswith(PASSAGES)]
    lines = chain(
        own,
        sorted_quads.in_graph(iri),
        _document_quads(iri, passages, len(quads) <= MAX_OUTGOING and len(incoming) <= MAX_INCOMING),
        (
            line  # about a passage, in its own named graph
            for passage in passages
            for line in sorted_quads.with_subject(f"<{passage}>")
            if line.endswith(f" <{passage}> .")
        ),
        incoming[:MAX_INCOMING],
        _label_quads(sorted_quads, [*own, *incoming[:MAX_INCOMING]]),
    )
    return "".join(f"{line}\n" for line in dict.fromkeys(lines)).encode()


def check_known(sorted_quads: SortedQuads, iri: str) -> None:
    """Raise an error unless an IRI names a thing in use.

    Raises UnknownThing, with similar IRIs, for one that is not a subject, and Retired, with the IRIs to use instead,
    for one of the class sjkg:RetiredIri.
    """
    if next(sorted_quads.with_subject(f"<{iri}>"), None) is None:
        raise UnknownThing(iri, close_matches(iri, sorted_quads.neighbouring_subjects(iri, NEIGHBOURHOOD_BYTES)))
    if any(split_quad(line).object == RETIRED for line in sorted_quads.with_subject(f"<{iri}>", TYPE)):
        raise Retired(
            iri, tuple(split_quad(line).object[1:-1] for line in sorted_quads.with_subject(f"<{iri}>", REPLACED_BY))
        )


def _blank_node_quads(sorted_quads: SortedQuads, lines: Iterable[str]) -> Iterator[str]:
    """Yield the quads of blank nodes that are objects in some N-Quads lines, and so on for their blank nodes."""
    seen, waiting = set(), list(lines)
    while waiting:
        node = split_quad(waiting.pop()).object
        if node.startswith("_:") and node not in seen:
            seen.add(node)
            found = list(sorted_quads.with_subject(node))
            waiting += found
            yield from found


def _label_quads(sorted_quads: SortedQuads, lines: Iterable[str]) -> Iterator[str]:
    """Yield the rdfs:label and skos:prefLabel quads of terms below BASE that occur in some N-Quads lines."""
    quads = [split_quad(line) for line in lines]
    for node in dict.fromkeys(
        node for quad in quads for node in (quad.subject, quad.predicate, quad.object) if node.startswith(f"<{BASE}")
    ):
        for label in LABELS:
            yield from sorted_quads.with_subject(node, label)


def _document_quads(iri: str, passages: list[str], is_complete: bool) -> Iterator[str]:
    """Yield N-Quads lines about the document: topic, sources, licence, other formats, and whether it is complete.

    iri: the thing that it describes. passages: the IRIs of the passages that state its triples.
    """
    document = DATA + iri.removeprefix(IDS)
    comment = (
        "This document holds every triple of its subject and every triple that points to it."
        if is_complete
        else f"This document holds the first {MAX_OUTGOING} triples of its subject and the first {MAX_INCOMING} that point to it; "
        f"there are more. Query {BASE}sparql for all."
    )
    return to_nquads(
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
