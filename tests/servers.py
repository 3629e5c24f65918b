"""Real server processes for tests, a small knowledge base, and helpers that wait for a condition."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PROJECT = Path(__file__).parents[1]
MAX_WAIT_S = 600  # until a test gives up waiting for what it looks for; busy machines are slow
POLL_S = 0.02  # between two looks; without it, the wait takes a processor from what is waited for
SJKG = [sys.executable, "-m", "sjkg"]
SMALL = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

event:only
    a sjkg:Battle ;
    skos:prefLabel "the only event"@en ;
    sjkg:undatedReason "made up"@en ;
.
"""


class running_server:
    """A context manager: `sjkg serve` on a free port with further arguments. Entering returns the server's address.

    errors: the file or descriptor that becomes its standard error; by default a temporary file, which `log` reads.
    command: starts the server instead of `sjkg serve`. environment: environment variables for it, beside those of the test
    process. Raises AssertionError with its output if it ends before it listens.
    """

    def __init__(self, *arguments, errors=None, command=(*SJKG, "serve"), **environment):
        self.command, self.arguments, self._errors_given, self.environment = command, arguments, errors, environment

    def __enter__(self) -> str:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **self.environment}
        self._errors = tempfile.TemporaryFile()  # a full pipe without a reader would block the server
        self.process = subprocess.Popen(
            [*self.command, "--port", str(free_port()), *self.arguments],
            stdout=subprocess.PIPE,
            stderr=self._errors if self._errors_given is None else self._errors_given,
            text=True,
            env=environment,
        )
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if found := re.search(r"http://\S+:\d+", line):
                return found[0]
        raise AssertionError("the server did not start:\n" + "".join(lines) + self.log())

    def log(self) -> str:
        """Return the text that the server has written to standard error so far."""
        size = os.fstat(self._errors.fileno()).st_size
        return os.pread(self._errors.fileno(), size, 0).decode()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=MAX_WAIT_S)
        self.process.stdout.close()
        self._errors.close()


def is_running_module(process: psutil.Process, module: str) -> bool:
    """Return whether the command line of a process has a Python module; False for a process that has ended."""
    try:
        return module in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def wait_for(look: Callable, within_s: float = MAX_WAIT_S):
    """Poll `look` until it returns a true value; return it. Raises AssertionError after `within_s` seconds."""
    until = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(POLL_S)
    return found


def with_cache(snapshots: Path) -> dict[str, str]:
    """Return this process's environment variables, with the cache folder in which commands find a folder of snapshots."""
    return {**os.environ, "XDG_CACHE_HOME": str(snapshots.parents[1])}


def free_port() -> int:
    """Return a free TCP port of the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def counting_listener() -> Iterator[tuple[int, list[int]]]:
    """Yield the port of a listener on all addresses of this machine, and a list with an item for each connection."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listening:
        visits: list[int] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                visits.append(1)
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1], visits
        listening.shutdown(socket.SHUT_RDWR)
