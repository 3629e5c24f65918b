"""The process that checks one text: `python -m sjkg.checking.worker KB MEMORY_BYTES DEADLINE_S`, in the folder that holds it.

It writes what it found to standard output, as the JSON report has it. Neither rdflib nor the reasoner can be bounded from
within, so the process is: its memory and its time are capped, and it ends when the process that started it does.
"""

import os
import resource
import signal
import sys
import threading
from pathlib import Path

from sjkg.checking.check import check_files
from sjkg.checking.process import OUT_OF_MEMORY, POSTED
from sjkg.validate.report import as_json


def main(kb: str, memory_bytes: str, deadline_s: str) -> None:
    """Check the text in this folder."""
    _prepare_process(int(memory_bytes), float(deadline_s))
    try:
        sys.stdout.write(as_json(check_files(Path(kb), (Path(POSTED),)).findings))
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _prepare_process(memory_bytes: int, deadline_s: float) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    signal.setitimer(signal.ITIMER_REAL, deadline_s)
    threading.Thread(target=_end_with_the_other, daemon=True).start()


def _end_with_the_other() -> None:
    """Wait on a pipe in which nothing ever comes: it closes when the process at its other end is gone."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
