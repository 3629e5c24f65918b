"""The graph of a snapshot in a SPARQL store elsewhere: what `sjkg load-remote` writes and `sjkg serve --store` expects there.

Each named graph of the snapshot is a graph there, and so are the merge of each group of graphs and the merge of all, which
queries without FROM use. The mark, a graph, has the state of what is loaded, and the SHA-256 of each of these graphs.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from sjkg.core.errors import SjkgError
from sjkg.core.settings import Settings
from sjkg.core.vocabulary import own
from sjkg.snapshot.folder import QUADS, Snapshot
from sjkg.store.datasets import GraphNames
from sjkg.store.http_client import split_url
from sjkg.store.remote_source import RemoteSource, read_authorization
from sjkg.store.remote_store import RemoteStore

PROBE_S, PROBE_BYTES = 2, 1 << 20  # limits of `find_problem`


def check_source(settings: Settings) -> None:
    """Raise BadParameter if the settings have a store whose URL or login cannot be used."""
    split_url(settings.store or "")
    read_authorization(_login(settings))


def remote_source(snapshot: Snapshot, settings: Settings) -> RemoteSource:
    """Return the endpoint in the settings as the one that must hold the graph of a snapshot."""
    return RemoteSource(settings.store or "", _login(settings), graph_state(snapshot), tuple(snapshot.manifest.graphs))


def find_problem(snapshot: Snapshot, settings: Settings) -> str:
    """Return why the endpoint in the settings cannot be used, or does not hold the graph of a snapshot; "" if all is well.

    It is asked, for at most PROBE_S seconds. Without an endpoint in the settings, the result is "".
    """
    if not settings.store:
        return ""
    source, names = remote_source(snapshot, settings), GraphNames(snapshot.manifest.groups, {})
    try:
        RemoteStore(source, names, snapshot.store, PROBE_S, PROBE_BYTES).check_state()
    except SjkgError as error:
        return str(error)
    return ""


def _login(settings: Settings) -> Path | None:
    """Return the file with the login for the store; None if the settings name none."""
    return Path(settings.store_login) if settings.store_login else None


def graph_state(snapshot: Snapshot) -> str:
    """Return a text that identifies the triples of a snapshot and their graphs and groups: a SHA-256 in hexadecimal.

    Snapshots that differ in other things only, such as the version of the program, have the same.
    """
    content = [snapshot.manifest.files[QUADS][1], snapshot.manifest.groups]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def read_merged(snapshot: Snapshot) -> Iterator[tuple[bytes, list[str]]]:
    """Yield each distinct triple of a snapshot, N-Triples without the dot, with the IRIs of the graphs to load it into.

    These are its named graphs, the groups of graphs that have one of them, and the union of all. The triples are sorted.
    """
    groups = {name: set(members) for name, members in snapshot.manifest.groups.items() if name not in members}
    with snapshot.quads.open("rb") as lines:
        pairs = (line.rsplit(b" ", 2)[:2] for line in lines)
        for triple, quads in groupby(pairs, key=lambda pair: pair[0]):
            graphs = [graph[1:-1].decode() for _, graph in quads]
            yield (
                triple,
                [*graphs, *(name for name, members in groups.items() if not members.isdisjoint(graphs)), own().union],
            )
