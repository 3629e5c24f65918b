"""Checks a text that somebody sends, in a process that is killed when it takes too long or too much."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from sjkg.core.errors import ClientDisconnected, DeadlineExceeded, LimitExceeded, Overloaded
from sjkg.core.findings import Finding
from sjkg.core.settings import Settings
from sjkg.workers import affinity

POSTED = "posted.ttl"  # what findings call the text
OUT_OF_MEMORY = 3  # the exit status of a process that says so itself
GRACE_S = 1  # what the process has beyond the deadline, so that this one comes first
LOOK_S = 0.1
RETRY_AFTER_S = 5


class Checker:
    """Checks one text at a time: each takes seconds of a processor, because the whole graph is checked with it."""

    def __init__(self, settings: Settings):
        self._deadline_s = settings.check_deadline_s
        limits = (settings.query_memory_bytes, self._deadline_s + GRACE_S)
        self._command = [sys.executable, "-P", "-m", "sjkg.pipeline.check_worker", str(settings.kb), *map(str, limits)]
        self._turn = Lock()

    def check(self, text: bytes, is_disconnected: Callable[[], bool]) -> list[Finding]:
        """Return what is wrong with a Turtle text.

        is_gone: asked now and then whether the client is still there; when it is not, the check ends (ClientDisconnected).
        Raises Overloaded while another text is checked, DeadlineExceeded or LimitExceeded when this one costs too much.
        """
        if not self._turn.acquire(blocking=False):
            raise Overloaded("another text is being checked here; send this one again in a few seconds", RETRY_AFTER_S)
        try:
            with TemporaryDirectory(prefix="sjkg-check-") as folder:
                (Path(folder) / POSTED).write_bytes(text)
                return [Finding(**each) for each in json.loads(self._run(folder, is_disconnected))]
        finally:
            self._turn.release()

    def _run(self, folder: str, is_disconnected: Callable[[], bool]) -> bytes:
        """Run the process; return what it wrote."""
        with (
            _lifeline() as theirs,
            subprocess.Popen(
                self._command,
                cwd=folder,
                stdin=theirs,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                process_group=0,  # Ctrl+C is for the server
            ) as process,
        ):
            affinity.unpin(process.pid)
            try:
                said, complaint = self._wait(process, is_disconnected)
            finally:
                process.kill()
        if process.returncode == 0:
            return said
        if process.returncode == OUT_OF_MEMORY or b"MemoryError" in complaint or b"alloc" in complaint:
            raise LimitExceeded("to check this text takes more memory than one may have here; send it in parts")
        if process.returncode < 0:
            raise Overloaded("the process that checked this text was stopped from outside; send it again")
        raise RuntimeError(f"a check failed:\n{complaint.decode(errors='replace')}")

    def _wait(self, process: subprocess.Popen, is_disconnected: Callable[[], bool]) -> tuple[bytes, bytes]:
        until = time.monotonic() + self._deadline_s
        while time.monotonic() < until:
            if is_disconnected():
                raise ClientDisconnected("the check was stopped, because its client has closed the connection")
            try:
                return process.communicate(timeout=LOOK_S)
            except subprocess.TimeoutExpired:
                continue
        raise DeadlineExceeded(
            f"this text was still being checked after {self._deadline_s:g} s, the most that one may take here; send it in parts"
        )


@contextmanager
def _lifeline() -> Iterator[int]:
    """Give the end of a pipe by which a process learns that this one is gone."""
    theirs, ours = os.pipe()
    try:
        yield theirs
    finally:
        os.close(theirs)
        os.close(ours)
