"""Which processors the processes of a service run on (Linux; elsewhere nothing is done).

A server process has many threads, of which the interpreter runs one at a time. On a processor of its own they take turns there;
on several they wake each other across, which costs a look-up up to a fifth of its time. What it starts may run anywhere.
"""

import os
from contextlib import suppress

USABLE = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()  # when the program started


def pin(number: int, count: int) -> None:
    """Keep this thread, and those it starts, to one processor, where `count` processes share the usable ones evenly.

    number: which of them this is, from 0.
    """
    if count == len(USABLE):
        with suppress(OSError):  # processors can be taken away meanwhile
            os.sched_setaffinity(0, {sorted(USABLE)[number]})


def unpin(pid: int) -> None:
    """Let a process that was just started use all processors that the program may."""
    if USABLE:
        with suppress(OSError):
            os.sched_setaffinity(pid, USABLE)
