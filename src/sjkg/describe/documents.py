"""RDF documents: the description of a thing, and the graphs of a snapshot (an immutable build folder).

The description of a thing, as its IRI resolves to, has the triples about it and those that point to it, the passages
(stretches of the article's text; each is a named graph) that state them, labels of the other things, and the licence.
A graph here is a named graph, a group of them (GROUPS of `sjkg.core.vocabulary`), or the union of all.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sjkg.core.errors import Retired, UnknownThing
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, close_matches, own
from sjkg.describe.statements import english, licence, to_nquads
from sjkg.snapshot.dumps import FOLDER, Dump
from sjkg.snapshot.folder import SOURCES, Snapshot
from sjkg.store.convert import convert_file, convert_quads
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.store.sorted_quads import SortedQuads, split_quad

MAX_OUTGOING, MAX_INCOMING = 2_000, 500
NEIGHBOURHOOD_BYTES = 400_000  # of the sorted quads around a wrong IRI, in which similar ones are looked for
TYPE = f"<{PREFIXES['rdf']}type>"
RETIRED = f"<{ONTOLOGY}RetiredIri>"
REPLACED_BY = f"<{PREFIXES['dcterms']}isReplacedBy>"
ORDER = (f"<{ONTOLOGY}before>", f"<{ONTOLOGY}after>")
LABEL = f"<{PREFIXES['rdfs']}label>"
TURTLE = GRAPH_FORMATS["turtle"]


def describe(sorted_quads: SortedQuads, iri: str) -> bytes:
    """Return the description of the thing with this IRI as UTF-8 N-Quads, each statement in its named graph.

    It has at most MAX_OUTGOING triples with the thing as subject, the triples of the blank nodes that these lead to, and at
    most MAX_INCOMING triples with the thing as object; order of events that only follows from dates or from the order of
    others (sjkg:before, sjkg:after) is left out. Triples about the document itself are in the default graph and say
    whether it is complete. Raises UnknownThing, with similar IRIs, for an IRI that is not a subject, and Retired, with the
    IRIs to use instead, for a deprecated one.
    """
    check_known(sorted_quads, iri)
    quads = list(islice(_drop_computed_order(sorted_quads.with_subject(f"<{iri}>")), MAX_OUTGOING + 1))
    own = [*quads[:MAX_OUTGOING], *_blank_node_quads(sorted_quads, quads[:MAX_OUTGOING])]
    incoming = list(islice(_drop_computed_order(sorted_quads.with_object(iri)), MAX_INCOMING + 1))
    passages = sorted({split_quad(line).graph[1:-1] for line in own if f" <{PREFIXES['passage']}" in line} - {iri})
    passages = [name for name in passages if name.startswith(PREFIXES["passage"])]
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


def _drop_computed_order(lines: Iterable[str]) -> Iterator[str]:
    """Yield the given N-Quads lines without the quads of sjkg:before and sjkg:after in the graphs derived and inferred."""
    computed = (f"<{own().derived}>", f"<{own().inferred}>")
    for line in lines:
        quad = split_quad(line)
        if quad.predicate not in ORDER or quad.graph not in computed:
            yield line


def check_known(sorted_quads: SortedQuads, iri: str) -> None:
    """Check that an IRI is the subject of a triple and not deprecated; return nothing.

    Raises UnknownThing, with similar IRIs, for an IRI that is not a subject, and Retired, with the IRIs to use instead,
    for an IRI of the class sjkg:RetiredIri.
    """
    if next(sorted_quads.with_subject(f"<{iri}>"), None) is None:
        raise UnknownThing(iri, close_matches(iri, sorted_quads.neighbouring_subjects(iri, NEIGHBOURHOOD_BYTES)))
    if any(split_quad(line).object == RETIRED for line in sorted_quads.with_subject(f"<{iri}>", TYPE)):
        raise Retired(
            iri, tuple(split_quad(line).object[1:-1] for line in sorted_quads.with_subject(f"<{iri}>", REPLACED_BY))
        )


def _blank_node_quads(sorted_quads: SortedQuads, lines: Iterable[str]) -> Iterator[str]:
    """Yield the N-Quads lines whose subject is a blank node that is an object in `lines` or, recursively, in the result."""
    seen, waiting = set(), list(lines)
    while waiting:
        node = split_quad(waiting.pop()).object
        if node.startswith("_:") and node not in seen:
            seen.add(node)
            found = list(sorted_quads.with_subject(node))
            waiting += found
            yield from found


def _label_quads(sorted_quads: SortedQuads, lines: Iterable[str]) -> Iterator[str]:
    """Yield the rdfs:label quads of the project's IRIs in some N-Quads lines."""
    quads, own_nodes = [split_quad(line) for line in lines], tuple(f"<{space}" for space in own().all_own)
    for node in dict.fromkeys(
        node for quad in quads for node in (quad.subject, quad.predicate, quad.object) if node.startswith(own_nodes)
    ):
        yield from sorted_quads.with_subject(node, LABEL)


def _document_quads(iri: str, passages: list[str], is_complete: bool) -> Iterator[str]:
    """Yield N-Quads lines about the document: topic, sources, licence, other formats, and whether it is complete.

    iri: the thing that it describes. passages: the IRIs of the passages (stretches of the article's text) that state
    its triples.
    """
    document = own().data + iri.removeprefix(own().ids)
    comment = (
        "This document holds every triple of its subject and every triple that points to it, except those of sjkg:before "
        "and sjkg:after that only follow from dates or from the order of other events."
        if is_complete
        else f"This document holds the first {MAX_OUTGOING} triples of its subject and the first {MAX_INCOMING} that point to it; "
        f"there are more. Query {own().base}sparql for all."
    )
    return to_nquads(
        document,
        {
            "rdf:type": Iri(f"{PREFIXES['foaf']}Document"),
            "foaf:primaryTopic": Iri(iri),
            "dcterms:isPartOf": Iri(own().dataset),
            "dcterms:license": licence(),
            "dcterms:source": [Iri(passage) for passage in passages],
            "dcterms:hasFormat": [Iri(f"{document}.{f.ending}") for f in GRAPH_FORMATS.values()],
            "rdfs:comment": english(comment),
        },
    )


def is_graph(snapshot: Snapshot, iri: str) -> bool:
    """Return whether an IRI is a named graph, a group of graphs or the union of a snapshot; also if the graph is empty."""
    manifest = snapshot.manifest
    return iri == own().union or iri in manifest.groups or iri in manifest.sources or iri in manifest.graphs


def write_graph(snapshot: Snapshot, sorted_quads: SortedQuads, iri: str, target: GraphFormat) -> bytes:
    """Return the triples of the graph with the IRI `iri`, a named graph, a group of graphs or the union, in a format.

    target: the format. In Turtle, a graph that was read from a file is returned as the bytes of that file. In a format
    with named graphs, the triples are in the default graph. Raises UnknownThing, with similar IRIs, for an IRI that is not
    a graph of the snapshot.
    """
    manifest = snapshot.manifest
    if not is_graph(snapshot, iri):
        raise UnknownThing(iri, close_matches(iri, [own().union, *manifest.groups, *manifest.graphs]))
    if iri == own().union or iri in manifest.groups:
        folder = snapshot.folder / FOLDER
        if target.has_named_graphs:  # the triples belong into the default graph
            return convert_file(folder / Dump(iri, GRAPH_FORMATS["nt"], False).name, target)
        return (folder / Dump(iri, target, False).name).read_bytes()
    if iri in manifest.sources and target == TURTLE:
        return read_source(snapshot, iri)
    return write_graphs(sorted_quads, [iri], target)


def write_graphs(sorted_quads: SortedQuads, graphs: Iterable[str], target: GraphFormat) -> bytes:
    """Return the triples of some named graphs (IRIs) as one graph in the format `target`, each triple once.

    The names of the graphs are left out. Blank node labels are the same every time.
    """
    lines = (line for graph in graphs for line in sorted_quads.in_graph(graph))
    return convert_quads("".join(f"{line}\n" for line in lines).encode(), target)


def read_source(snapshot: Snapshot, graph: str) -> bytes:
    """Return the bytes of the Turtle file from which a named graph was read. Raises KeyError for a graph without a file."""
    return (snapshot.folder / SOURCES / snapshot.manifest.sources[graph]).read_bytes()
