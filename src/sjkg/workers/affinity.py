"""CPU affinity: the processors that server processes and their children run on (Linux only; elsewhere nothing is done).

A server process has many threads, of which the interpreter runs one at a time. Kept to one processor they take turns there;
spread over several they wake each other across processors, which costs a point query up to a fifth of its time. Child
processes may use all processors.
"""

import os
from contextlib import suppress

USABLE = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()  # when the program started


def pin(number: int, count: int) -> None:
    """Keep this thread, and those it starts, to one processor, if there are as many usable ones as server processes.

    number: index of this server process, from 0. count: number of server processes.
    """
    if count == len(USABLE):
        with suppress(OSError):  # a processor may have been taken away since
            os.sched_setaffinity(0, {sorted(USABLE)[number]})


def unpin(pid: int) -> None:
    """Let a process that was just started use all processors that this program may use."""
    if USABLE:
        with suppress(OSError):
            os.sched_setaffinity(pid, USABLE)
