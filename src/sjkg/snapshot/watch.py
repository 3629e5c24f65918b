"""Looks whether the files of a knowledge base have changed, and builds in a child process."""

import time
from collections.abc import Callable
from pathlib import Path

from sjkg.core.errors import UnusableSnapshot
from sjkg.kb.description import FILE as DESCRIPTION
from sjkg.kb.folders import find_input_files
from sjkg.workers.child_process import ChildDied, ChildProcess

WATCH_S = 0.2  # between looks whether the files have changed; a look takes 2 ms of a processor
SETTLE_S = 0.05  # a file that changes within this time is still being written

Stamps = list[tuple[Path, int, int]]


def read_stamps(kb: Path) -> Stamps:
    """Return path, time of change (in ns) and size of each file of the knowledge base in the folder `kb` that a build reads.

    Raises BrokenInput for a file that cannot be read, and OSError for one that vanishes meanwhile.
    """
    stats = [(path, path.stat()) for path in (kb / DESCRIPTION, *find_input_files(kb))]
    return [(path, stat.st_mtime_ns, stat.st_size) for path, stat in stats]


def settle(read: Callable[[], Stamps]) -> Stamps:
    """Return the stamps of the files once two looks, SETTLE_S seconds apart, give the same. read: as `read_stamps`."""
    stamps = read()
    while True:
        time.sleep(SETTLE_S)
        before, stamps = stamps, read()
        if stamps == before:
            return stamps


def build_in_child(kb: Path, snapshots: Path) -> None:
    """Run `sjkg build` in a child process until it ends; its errors go to standard error. Raises UnusableSnapshot when it fails."""
    arguments = ("build", "--kb", str(kb), "--snapshots", str(snapshots))
    with ChildProcess("sjkg", *arguments, inherits_stderr=True) as child:
        try:
            child.wait()
        except ChildDied:
            raise UnusableSnapshot(
                f"the build of {kb} failed; correct the errors above, the graph built before is used until then"
            ) from None
