"""Writing the Oxigraph stores of a snapshot (build of the graph): from its quads, or as a changed copy of earlier stores."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from sjkg.columnar.tables import FILE, write_tables

if TYPE_CHECKING:
    from sjkg.store.datasets import GraphGroups

ALL = "all"  # folder of the store of all graphs
MAX_CHANGED_SHARE = 0.2  # of the quads of a store that is copied and changed


class WrittenStores(NamedTuple):
    """The stores of an earlier snapshot (build of the graph).

    quads: the file of N-Quads that they hold. folder: the folder with a subfolder for each store. groups: a dict from
    the IRI of each group of graphs to the IRIs of its members.
    """

    quads: Path
    folder: Path
    groups: "GraphGroups"


def write_stores(quads: Path, folder: Path, groups: "GraphGroups", earlier: WrittenStores | None = None) -> None:
    """Load a file of N-Quads into new Oxigraph stores in subfolders of `folder`, which must not exist yet.

    One store holds all graphs. For each group of at least two graphs, one more store holds the members. In each store, the
    graphs are named graphs, and the default graph is their merge. Beside them is a file of tables, if the graph is large.
    groups: a dict from the IRI of each group of graphs to the IRIs of its members. earlier: stores to copy and change, which
    takes a fifth of the time if few quads differ; None to load all quads.
    """
    now, before = _read_quads(quads), _read_quads(earlier.quads) if earlier else []
    for name, graphs in _stores_of(groups).items():
        lines = _select_lines(now, graphs)
        if earlier is None or not _write_changed(folder / name, lines, name, earlier, before):
            (folder / name).mkdir(parents=True)
            store = ox.Store(str(folder / name))
            load_quads(store, lines)
            store.optimize()
            store.flush()
            del store  # which releases the lock of the folder
    write_tables(ox.Store.read_only(str(folder / ALL)), folder / FILE)


def _write_changed(
    folder: Path, lines: list[bytes], name: str, earlier: WrittenStores, quads: list[tuple[bytes, bytes]]
) -> bool:
    """Write a store to the new `folder` as a changed copy of an earlier store, and return whether that was possible.

    lines: the N-Quads of the new store. name: the name of the folder of both stores. quads: those of `earlier`, each with its
    graph. Return False, and write nothing, if there is no earlier store of that name, or if more than MAX_CHANGED_SHARE of
    the quads differ.
    """
    graphs_of = _stores_of(earlier.groups)
    if name not in graphs_of:
        return False
    before = _select_lines(quads, graphs_of[name])
    changed = set(before) ^ set(lines)
    if len(changed) > len(lines) * MAX_CHANGED_SHARE:
        return False
    copy_store(earlier.folder / name, folder)
    if changed:
        subjects = {line.split(b" ", 1)[0] for line in changed}
        _change_store(folder, _with_subjects(before, subjects), _with_subjects(lines, subjects))
    return True


def _with_subjects(lines: list[bytes], subjects: set[bytes]) -> list[bytes]:
    """Return the N-Quads whose subject is one of `subjects`."""
    return [line for line in lines if line.split(b" ", 1)[0] in subjects]


def _stores_of(groups: "GraphGroups") -> dict[str, frozenset[str] | None]:
    """Return a dict from the name of the folder of each store to the IRIs of the graphs in it, None for all graphs."""
    return {ALL: None} | {folder_name(name): frozenset(members) for name, members in select_large(groups).items()}


def _read_quads(quads: Path) -> list[tuple[bytes, bytes]]:
    """Return a pair of named graph, in < and >, and line, with line end, for each quad of an N-Quads file."""
    return [(line.rsplit(b" ", 2)[1], line) for line in quads.read_bytes().splitlines(keepends=True)]


def _select_lines(quads: list[tuple[bytes, bytes]], graphs: frozenset[str] | None) -> list[bytes]:
    """Return the lines of those of the pairs of graph and line that are in one of `graphs`; None for all."""
    names = None if graphs is None else {f"<{name}>".encode() for name in graphs}
    return [line for graph, line in quads if names is None or graph in names]


def copy_store(source: Path, target: Path) -> None:
    """Copy a store that is not open; its tables, which the engine never changes, are hard links."""
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.suffix == ".sst":
            os.link(path, target / path.name)
        elif path.name != "LOCK":
            shutil.copyfile(path, target / path.name)


def _change_store(folder: Path, before: list[bytes], after: list[bytes]) -> None:
    """Change the store in `folder` from the quads `before` to the quads `after`, both as lines of N-Quads.

    Of subjects whose quads are the same in both, no quads need to be given.
    For the engine, "01" and "1" of xsd:integer are one literal, so that the removal of one quad may remove another. All
    quads with the subject and predicate of a removed one are therefore added again.
    """
    removed, added = set(before) - set(after), set(after) - set(before)
    old_triples, new_triples = set(map(_to_triple, before)), set(map(_to_triple, after))
    removed |= set(map(_to_triple, removed)) - new_triples
    added |= set(map(_to_triple, added)) - old_triples
    begins = {tuple(line.split(b" ", 2)[:2]) for line in removed}
    again = [line for line in after if tuple(line.split(b" ", 2)[:2]) in begins]
    added |= {*again, *map(_to_triple, again)}
    store = ox.Store(str(folder))
    for quad in ox.parse(b"".join(removed), format=ox.RdfFormat.N_QUADS):
        store.remove(quad)
    store.extend(ox.parse(b"".join(added), format=ox.RdfFormat.N_QUADS))
    store.flush()


def _to_triple(line: bytes) -> bytes:
    """Return the line of N-Triples, with its line end, for a line of N-Quads with a named graph."""
    return line.rsplit(b" ", 2)[0] + b" .\n"


def load_quads(store: ox.Store, lines: list[bytes]) -> None:
    """Load lines of N-Quads, with line ends, into the named graphs of a store, and their triples into its default graph."""
    load_lines(store, [*lines, *map(_to_triple, lines)])


def load_lines(store: ox.Store, lines: Sequence[bytes]) -> None:
    """Load lines of N-Quads, with line ends, into a store.

    Blank nodes keep their labels, so that they are the same in all graphs, stores and builds; `bulk_load`, which
    is faster but would give them random ones, loads only the lines without blank nodes. Each call adds tables to the store, which
    the engine merges with the others if they are many.
    """
    store.bulk_load(b"".join(line for line in lines if b"_:" not in line), ox.RdfFormat.N_QUADS)
    if with_blank := [line for line in lines if b"_:" in line]:
        store.bulk_extend(ox.parse(b"".join(with_blank), format=ox.RdfFormat.N_QUADS))


def select_large(groups: "GraphGroups") -> "GraphGroups":
    """Return those of `groups` (of graphs) with at least two members; each of these groups has a store of its own."""
    return {name: members for name, members in groups.items() if len(members) > 1}


def folder_name(group: str) -> str:
    """Return the name of the folder of a group's store: the last path segment of the IRI `group`, such as “asserted”."""
    return group.rpartition("/")[2]
