"""The graph that the tools read at the moment, and its replacement when the files of the knowledge base have changed."""

import gc
import logging
import threading
import time

from sjkg.core.errors import SjkgError
from sjkg.core.vocabulary import set_own
from sjkg.mcp.graph import OpenedGraph, open_for_tools
from sjkg.pipeline.inputs import read_inputs
from sjkg.snapshot.folder import find_snapshot
from sjkg.snapshot.watch import WATCH_S, Stamps, build_in_child, read_stamps, settle

LOGGER = logging.getLogger("sjkg.mcp")


class CurrentGraph:
    """Holds the graph for calls that begin now; a call that has begun goes on with the one that it began with.

    now: that graph. Its query workers end when the last call that uses it is done (garbage collection).
    """

    def __init__(self, graph: OpenedGraph):
        self.now = graph
        self._seen: Stamps = []
        self._hash = graph.snapshot.manifest.inputs_sha256

    def watch(self) -> None:
        """Start a thread that builds and opens the graph again whenever a file of the knowledge base changes.

        Errors are logged; the graph built before is used until the files are correct.
        """
        self._seen = read_stamps(self.now.settings.kb)
        threading.Thread(target=self._look_for_ever, daemon=True).start()

    def _look_for_ever(self) -> None:
        """Call `look` every WATCH_S seconds; never return."""
        while True:
            time.sleep(WATCH_S)
            try:
                self.look()
            except (SjkgError, OSError) as error:
                LOGGER.error("still using the graph built before: %s", error)

    def look(self) -> None:
        """Replace the graph if the content of the files has changed. Raises SjkgError or OSError when they cannot be read or built."""
        settings = self.now.settings
        if read_stamps(settings.kb) == self._seen:
            return
        self._seen = settle(lambda: read_stamps(settings.kb))
        inputs = read_inputs(settings.kb).sha256
        if inputs == self._hash:
            return
        if (snapshot := find_snapshot(settings.snapshots, inputs)) is None:
            build_in_child(settings.kb, settings.snapshots)
            snapshot = find_snapshot(settings.snapshots, inputs)
        if snapshot is None:  # the files have changed again
            self._seen = []
            return
        set_own(snapshot.manifest.description.namespaces)
        self.now, self._hash = open_for_tools(settings, snapshot, self.now.site), inputs
        gc.collect()
        LOGGER.warning("the graph was built again; now %s triples", f"{snapshot.manifest.statistics.triples:,}")
