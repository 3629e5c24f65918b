"""Serialisations of graphs of a snapshot (an immutable build folder): named graphs, groups of them, the union.

The groups are asserted, derived and inferred; each stands for one or more named graphs.
"""

from collections.abc import Iterable

from sjkg.core.errors import UnknownThing
from sjkg.core.vocabulary import UNION, close_matches
from sjkg.snapshot.dumps import FOLDER, Dump
from sjkg.snapshot.folder import SOURCES, Snapshot
from sjkg.store.convert import convert_file, convert_quads
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.store.sorted_quads import SortedQuads

TURTLE = GRAPH_FORMATS["turtle"]


def is_graph(snapshot: Snapshot, iri: str) -> bool:
    """Return whether an IRI is a named graph, a group of graphs or the union of a snapshot; an empty graph counts."""
    manifest = snapshot.manifest
    return iri == UNION or iri in manifest.groups or iri in manifest.sources or iri in manifest.graphs


def write_graph(snapshot: Snapshot, sorted_quads: SortedQuads, iri: str, target: GraphFormat) -> bytes:
    """Return the graph with this IRI in the format `target`.

    In Turtle, a graph that was read from a file is returned as the bytes of that file. In a format with named graphs,
    the triples of a group of graphs or of the union are in the default graph. Raises UnknownThing, with similar IRIs,
    for an IRI that is not a graph of the snapshot.
    """
    manifest = snapshot.manifest
    if not is_graph(snapshot, iri):
        raise UnknownThing(iri, close_matches(iri, [UNION, *manifest.groups, *manifest.graphs]))
    if iri == UNION or iri in manifest.groups:
        folder = snapshot.folder / FOLDER
        if target.has_named_graphs:  # the triples belong into the default graph
            return convert_file(folder / Dump(iri, GRAPH_FORMATS["nt"], False).name, target)
        return (folder / Dump(iri, target, False).name).read_bytes()
    if iri in manifest.sources and target == TURTLE:
        return read_source(snapshot, iri)
    return write_graphs(sorted_quads, [iri], target)


def write_graphs(sorted_quads: SortedQuads, graphs: Iterable[str], target: GraphFormat) -> bytes:
    """Return the triples of some named graphs (IRIs) together in the format `target`, each once, without their graphs.

    Blank node labels are the same every time.
    """
    lines = (line for graph in graphs for line in sorted_quads.in_graph(graph))
    return convert_quads("".join(f"{line}\n" for line in lines).encode(), target)


def read_source(snapshot: Snapshot, graph: str) -> bytes:
    """Return the bytes of the Turtle file that a named graph was read from. Raises KeyError for another graph."""
    return (snapshot.folder / SOURCES / snapshot.manifest.sources[graph]).read_bytes()
