"""The program that a child process runs first: it limits itself, then runs a module as `python -m` does.

`python -P -m sjkg.workers.child_main LIFELINE MEMORY_BYTES DEADLINE_S NAMESPACES MODULE [ARGUMENT …]`
LIFELINE: descriptor of the read end of a pipe whose write end only the parent process holds. MEMORY_BYTES, DEADLINE_S: the
limits; 0 for none. NAMESPACES: base IRI and further prefixes of the knowledge base in use, as JSON. `sjkg.workers.child_process` starts it.
"""

import fcntl
import json
import os
import resource
import runpy
import select
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from sjkg.core.vocabulary import Namespaces, set_own

GRACE_S = 1  # from a deadline to the kernel's timer, so that the parent process usually kills the child first
OUT_OF_MEMORY_STATUS = 3  # exit status after a MemoryError
SHORTAGE_STATUS = 4  # exit status after an error of the operating system, such as a full disk


def main() -> None:
    """Apply the limits in the command line's arguments and run the module.

    Exit with OUT_OF_MEMORY_STATUS on MemoryError, and with SHORTAGE_STATUS on OSError, also when the output cannot be written.
    """
    lifeline, memory_bytes, deadline_s, names, module, *arguments = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die_with_parent(int(lifeline))
    if int(memory_bytes):
        limit_memory(int(memory_bytes))
    base, prefixes = json.loads(names)
    set_own(Namespaces(base, tuple(map(tuple, prefixes))))
    sys.argv = [module, *arguments]
    try:
        with kernel_deadline(float(deadline_s)) if float(deadline_s) else nullcontext():
            runpy.run_module(module, run_name="__main__", alter_sys=True)
            sys.stdout.flush()
    except MemoryError:
        os._exit(OUT_OF_MEMORY_STATUS)
    except OSError:
        with suppress(OSError):
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(SHORTAGE_STATUS)


def die_with_parent(lifeline: int) -> None:
    """Make the kernel kill this process (by SIGIO, also within native code) when the parent process ends.

    lifeline: descriptor of the read end of a pipe whose write end only the parent holds. Exit at once if that end is
    closed already.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    ended = select.poll()  # select() takes no descriptor above 1023, and a server may have as many connections
    ended.register(lifeline, select.POLLIN)
    if ended.poll(0):  # it was closed before the kernel was asked to watch it
        os._exit(1)


def limit_memory(memory_bytes: int) -> None:
    """Limit the data segment of this process (RLIMIT_DATA) to `memory_bytes`, or to the hard limit if that is lower.

    On Linux, also make it the first process that the kernel kills when the machine runs out of memory (oom_score_adj).
    """
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    memory_bytes = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    with suppress(OSError):  # only Linux has this file
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


@contextmanager
def kernel_deadline(deadline_s: float) -> Iterator[None]:
    """Make the kernel kill this process (by SIGALRM, also within native code) if the `with` block takes too long.

    The limit is `deadline_s` + GRACE_S seconds, because the parent process is to enforce the deadline first.
    """
    signal.setitimer(signal.ITIMER_REAL, deadline_s + GRACE_S)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
