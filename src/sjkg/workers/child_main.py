"""The child's side of `child_process`: limits itself, then runs a module as `python -m` does.

`python -P -m sjkg.workers.child_main LIFELINE MEMORY_BYTES DEADLINE_S MODULE [ARGUMENT …]`, with the descriptor of the
lifeline, and 0 for no limit.
"""

import fcntl
import os
import resource
import runpy
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

GRACE_S = 1  # added by the kernel's timer to a deadline, so that the parent usually comes first
OUT_OF_MEMORY_STATUS = 3  # exit status after a MemoryError


def main() -> None:
    """Apply the limits of the command line and run the module."""
    lifeline, memory_bytes, deadline_s, module, *arguments = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die_with_parent(int(lifeline))
    if int(memory_bytes):
        limit_memory(int(memory_bytes))
    sys.argv = [module, *arguments]
    try:
        with kernel_deadline(float(deadline_s)) if float(deadline_s) else nullcontext():
            runpy.run_module(module, run_name="__main__", alter_sys=True)
    except MemoryError:
        os._exit(OUT_OF_MEMORY_STATUS)


def die_with_parent(lifeline: int) -> None:
    """Let the kernel kill this process (SIGIO), also within native code, when the pipe's other end closes."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:  # it was closed before the kernel was asked to watch it
        os._exit(1)


def limit_memory(memory_bytes: int) -> None:
    """Limit the data segment, and make this process the first that the kernel kills when the machine is out of memory."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    memory_bytes = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    with suppress(OSError):  # only Linux has this file
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


@contextmanager
def kernel_deadline(deadline_s: float) -> Iterator[None]:
    """Let the kernel kill this process (SIGALRM), also within native code, GRACE_S after the deadline."""
    signal.setitimer(signal.ITIMER_REAL, deadline_s + GRACE_S)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
