"""The graphs of a snapshot one at a time, by their IRIs: those read from a file, and those that stand for several."""

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
    """Tell whether there is such a graph, an empty one included."""
    manifest = snapshot.manifest
    return iri == UNION or iri in manifest.groups or iri in manifest.sources or iri in manifest.graphs


def write_graph(snapshot: Snapshot, sorted_quads: SortedQuads, iri: str, target: GraphFormat) -> bytes:
    """Return the triples of a graph: its file as it was written where that is Turtle, or converted.

    Raises UnknownThing, with the names that look like it.
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
    """Return the triples of graphs in one; blank nodes have the same labels every time."""
    lines = (line for graph in graphs for line in sorted_quads.in_graph(graph))
    return convert_quads("".join(f"{line}\n" for line in lines).encode(), target)


def read_source(snapshot: Snapshot, graph: str) -> bytes:
    """Return the Turtle file behind a graph, as it was written."""
    return (snapshot.folder / SOURCES / snapshot.manifest.sources[graph]).read_bytes()


def _write_group(snapshot: Snapshot, iri: str, target: GraphFormat) -> bytes:
    """Return the triples of several graphs from their dump; where that would keep the graphs apart, convert another."""
    folder = snapshot.folder / FOLDER
    if not target.has_named_graphs:
        return (folder / Dump(iri, target, False).name).read_bytes()
    return convert_file(folder / Dump(iri, GRAPH_FORMATS["nt"], False).name, target)
