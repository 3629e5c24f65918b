"""CPU affinity of server processes and their children (Linux only; on other systems the functions do nothing).

A server process has many threads, but the interpreter lock lets one run at a time. Pinned to one processor, they take turns
there. Spread over several, they wake each other across processors, which costs up to a fifth of the time of a short query.
Child processes may use all processors.
"""

import os
from contextlib import suppress

USABLE = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()  # when the program started


def pin(process_index: int, process_count: int) -> None:
    """Restrict this thread, and the threads that it starts later, to one processor (sched_setaffinity).

    Do nothing unless there are as many usable processors as server processes.
    process_index: index of this server process, from 0. process_count: number of server processes.
    """
    if process_count == len(USABLE):
        with suppress(OSError):  # a processor may have been taken away since
            os.sched_setaffinity(0, {sorted(USABLE)[process_index]})


def unpin(pid: int) -> None:
    """Let the process with this id use all processors that were usable when the program started; ignore failure."""
    if USABLE:
        with suppress(OSError):
            os.sched_setaffinity(pid, USABLE)
