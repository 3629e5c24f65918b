"""The process that checks one text: `python -m sjkg.pipeline.check_worker KB MEMORY_BYTES DEADLINE_S`, in the folder that holds it.

It writes what it found to standard output, as the JSON report has it. Neither rdflib nor the reasoner can be bounded from
within, so the process is: its memory and its time are capped, and it ends when the process that started it does.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from sjkg.pipeline.check import check_files
from sjkg.pipeline.check_process import OUT_OF_MEMORY, POSTED
from sjkg.validation.report import as_json
from sjkg.workers.query_worker import cap_process


def main(kb: str, memory_bytes: str, deadline_s: str) -> None:
    """Check the text in this folder."""
    cap_process(int(memory_bytes))
    signal.setitimer(signal.ITIMER_REAL, float(deadline_s))
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    try:
        sys.stdout.write(as_json(check_files(Path(kb), (Path(POSTED),)).findings))
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _end_with_the_other() -> None:
    """Wait on a pipe in which nothing ever comes: it closes when the process at its other end is gone."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
