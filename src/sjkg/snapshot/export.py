"""Exports: the graph, or a part of it, in every RDF format, from what was parsed and never from what a store returns."""

from sjkg.core.errors import UnknownName
from sjkg.core.vocabulary import GRAPHS, UNION, expand
from sjkg.snapshot.folder import Snapshot
from sjkg.store.convert import convert_file
from sjkg.store.formats import GRAPH_FORMATS, find_format


def export(snapshot: Snapshot, format_name: str, graph: str = "union") -> bytes:
    """Return a graph of the snapshot in a format.

    graph: union, asserted, derived, inferred, or one graph by its IRI or prefixed name.
    Raises UnknownName for a graph or format that there is not.
    """
    return convert_file(snapshot.quads, find_format(format_name, GRAPH_FORMATS), select_graphs(snapshot, graph))


def select_graphs(snapshot: Snapshot, name: str) -> set[str] | None:
    """Return the IRIs of the graphs that a name stands for; None for all of them."""
    iri = GRAPHS + name if ":" not in name else expand(name)
    if iri == UNION:
        return None
    if iri in snapshot.manifest.groups:
        return set(snapshot.manifest.groups[iri])
    if iri not in snapshot.manifest.graphs:
        raise UnknownName(
            f"there is no graph “{name}”; take union, asserted, derived, inferred or one that “sjkg stats” lists"
        )
    return {iri}
