"""Serialisations of single graphs of a snapshot: named graphs, groups of graphs, and the union."""

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
    """Return whether an IRI is a graph of the snapshot; an empty graph counts."""
    manifest = snapshot.manifest
    return iri == UNION or iri in manifest.groups or iri in manifest.sources or iri in manifest.graphs


def write_graph(snapshot: Snapshot, sorted_quads: SortedQuads, iri: str, target: GraphFormat) -> bytes:
    """Return a graph in a format; in Turtle, a graph that was read from a file as that file's bytes.

    Raises UnknownThing, with similar IRIs, for an IRI that is not a graph.
    """
    manifest = snapshot.manifest
    if not is_graph(snapshot, iri):
        raise UnknownThing(iri, close_matches(iri, [UNION, *manifest.groups, *manifest.graphs]))
    if iri == UNION or iri in manifest.groups:
        return _write_group(snapshot, iri, target)
    if iri in manifest.sources and target == TURTLE:
        return read_source(snapshot, iri)
    return write_graphs(sorted_quads, [iri], target)


def write_graphs(sorted_quads: SortedQuads, graphs: Iterable[str], target: GraphFormat) -> bytes:
    """Return the triples of some named graphs together in a format. Blank node labels are the same every time."""
    lines = (line for graph in graphs for line in sorted_quads.in_graph(graph))
    return convert_quads("".join(f"{line}\n" for line in lines).encode(), target)


def read_source(snapshot: Snapshot, graph: str) -> bytes:
    """Return the bytes of the Turtle file that a graph was read from."""
    return (snapshot.folder / SOURCES / snapshot.manifest.sources[graph]).read_bytes()


def _write_group(snapshot: Snapshot, iri: str, target: GraphFormat) -> bytes:
    """Return a group of graphs from its dump; in a format with named graphs, its triples in the default graph."""
    folder = snapshot.folder / FOLDER
    if not target.has_named_graphs:
        return (folder / Dump(iri, target, False).name).read_bytes()
    return convert_file(folder / Dump(iri, GRAPH_FORMATS["nt"], False).name, target)
