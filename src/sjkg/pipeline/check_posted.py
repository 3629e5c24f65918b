"""Validation of Turtle text that a client posts, in a child process with a deadline and a memory limit.

The child runs `python -m sjkg.pipeline.check_posted KB` and reads a `CheckRequest` from standard input, as JSON. It checks the
file posted.ttl in a temporary folder and writes an `Excerpt` of the findings to standard output as JSON. It uses the file
proofs.json of the snapshot (immutable folder with a built graph) that the server uses, which holds the triples of the
knowledge base and all that follows from them, so that only the text and data files changed since have to be parsed.
After the first text, a child for the next one is started ahead, so that its imports are not part of the time of a check.
"""

import json
import os
import sys
import threading
import weakref
from collections import deque
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sjkg.core.errors import ClientDisconnected, DeadlineExceeded, LimitExceeded, Overloaded, SjkgError
from sjkg.core.findings import MAX_EXCERPT_BYTES, Excerpt, Finding, excerpt
from sjkg.core.locks import temporary_folder
from sjkg.core.settings import Settings
from sjkg.workers.child_main import kernel_deadline
from sjkg.workers.child_process import Cause, ChildDied, DisconnectCheck, WaitingProcess
from sjkg.workers.fair_queue import Client, FairQueue

POSTED = "posted.ttl"  # file name of the posted text, also in findings
FAILURE = "failure"  # a key
RETRY_AFTER_S = 5
MAX_RUNNING, MAX_WAITING = 2, 8
MAX_OUTPUT_BYTES = MAX_EXCERPT_BYTES + 10_000  # of the child process: the findings and the counts


class CheckRequest(NamedTuple):
    """The request to a child process: the folder with the file posted.ttl, the path of proofs.json, the deadline in seconds."""

    folder: str
    prepared: str
    deadline_s: float


class TurtleChecker:
    """Validator of posted Turtle texts, MAX_RUNNING at a time; up to MAX_WAITING more wait for check_deadline_s / 3.

    settings: the source of the folder of the knowledge base, check_deadline_s and query_memory_bytes (the memory limit).
    close: kills the process that was started ahead, as garbage collection does.
    """

    def __init__(self, settings: Settings):
        self._kb, self._deadline_s = settings.kb, settings.check_deadline_s
        self._memory_bytes = settings.query_memory_bytes
        self._places = FairQueue(MAX_RUNNING, MAX_WAITING, self._deadline_s / 3, self._deadline_s)
        self._ahead: deque[WaitingProcess] = deque()  # at most one
        self._starting = threading.Lock()
        self.close = weakref.finalize(self, _close_all, self._ahead)

    def check(self, text: bytes, prepared: Path, client: Client) -> Excerpt:
        """Return an excerpt of the findings in a Turtle text, checked as if it were a file of the knowledge base.

        text: in UTF-8; a text that is not Turtle gives one finding. prepared: the path of proofs.json, with the results
        of the build of the graph that the server uses.
        client: posted the text; the check is stopped when it closes its connection.
        Raises ClientDisconnected if the check was stopped so, Overloaded if too many texts wait, none ended in time, the
        child process was killed from outside or files that it needs cannot be read, TooManyRequests if the first two are so
        because of this client, DeadlineExceeded or LimitExceeded if the check takes more time, memory or stack than permitted,
        and RuntimeError, with the end of the child's standard error, if the check itself fails.
        """
        with temporary_folder("check") as folder:
            (folder / POSTED).write_bytes(text)
            written = json.loads(self._places.run(client, partial(self._run, folder, prepared)))
        if FAILURE in written:
            reason = written[FAILURE]
            raise Overloaded(
                f"the text cannot be checked at the moment, because of a file of this server, not of the text ({reason}); "
                "send it again in a few seconds",
                RETRY_AFTER_S,
            )
        return Excerpt([Finding(**fields) for fields in written["findings"]], written["counts"])

    def _take(self) -> WaitingProcess:
        """Return the process that was started ahead, or a new one; raise OSError if none can be started."""
        while self._ahead:
            with suppress(IndexError):  # another thread took it
                if (process := self._ahead.pop()).is_alive:
                    return process
                process.close()
        return self._start()

    def _start_ahead(self) -> None:
        """Start the process for the next text, unless there is one or it cannot be started."""
        with self._starting, suppress(OSError):
            if not self._ahead and self.close.alive:
                self._ahead.append(self._start())

    def _start(self) -> WaitingProcess:
        """Start a process that waits for a text."""
        return WaitingProcess("sjkg.pipeline.check_posted", str(self._kb.resolve()), memory_bytes=self._memory_bytes)

    def _run(self, folder: Path, prepared: Path, is_disconnected: DisconnectCheck) -> bytes:
        """Return the output of a child process that checks the file posted.ttl in `folder`: an Excerpt of the findings as JSON.

        prepared, is_disconnected: as for `check`. Raises DeadlineExceeded, ClientDisconnected, LimitExceeded (memory or
        stack), Overloaded (killed from outside, or an error of the operating system) or RuntimeError (any other failure) when the
        child ends without a result.
        """
        request = CheckRequest(str(folder), str(prepared.resolve()), self._deadline_s)
        try:
            with self._take() as child:
                child.send(json.dumps(request).encode())
                self._start_ahead()
                return child.wait(self._deadline_s, is_disconnected, MAX_OUTPUT_BYTES)
        except ChildDied as died:
            match died.cause:
                case Cause.DEADLINE:
                    raise DeadlineExceeded(
                        f"the check of this text was not complete after {self._deadline_s:g} s, the limit of this server; "
                        "send it in parts"
                    ) from None
                case Cause.DISCONNECTED:
                    raise ClientDisconnected(
                        "the check was stopped, because the client closed the connection; send the text again"
                    ) from None
                case Cause.STACK:
                    raise LimitExceeded(
                        "the check of this text overflowed the stack; send it in parts, or with less nesting"
                    ) from None
                case Cause.MEMORY:
                    raise LimitExceeded(
                        f"the check of this text needs more than {self._memory_bytes:,} bytes of memory, the limit of this "
                        "server; send it in parts"
                    ) from None
                case Cause.KILLED:
                    raise Overloaded(
                        "the process that checked this text was stopped from outside; send the text again"
                    ) from None
                case Cause.SHORTAGE:
                    raise Overloaded(
                        "the server could not check this text, because it lacks disk space or may open no more files; the "
                        "text is not at fault: send it again later"
                    ) from None
                case Cause.FAILED:
                    raise RuntimeError(
                        "the program that checks posted texts ended with an error, a fault of sjkg; please report it with "
                        f"this output:\n{died.stderr}"
                    ) from None


def _close_all(processes: deque[WaitingProcess]) -> None:
    """Kill all processes in a queue and remove them."""
    while processes:
        processes.pop().close()


def main(kb: str) -> None:
    """Read a CheckRequest from standard input and validate the text; kb: the folder of the knowledge base, an absolute path."""
    from sjkg.pipeline import check  # noqa: F401  # before there is a text

    request = CheckRequest(*json.loads(sys.stdin.readline()))
    os.chdir(request.folder)
    with kernel_deadline(request.deadline_s):
        check_text(kb, request.prepared)


def check_text(kb: str, prepared: str) -> None:
    """Validate posted.ttl in the working directory; write the Excerpt of its findings to standard output, as JSON.

    If the text cannot be checked, an object is written whose key FAILURE has the reason.
    kb: the folder of the knowledge base. prepared: the path of proofs.json, with the results of a build from that
    folder.
    """
    from sjkg.pipeline.check import check_files  # not above: the server process needs none of the libraries it loads

    try:
        checked = check_files(Path(kb), (Path(POSTED),), find_prepared=lambda rules_sha256: Path(prepared))
        written: dict[str, object] = asdict(excerpt(checked.findings))
        if not checked.is_readable and all(finding.file != POSTED for finding in checked.findings):
            fault = checked.findings[0]  # of another file, which is perhaps being edited
            written = {FAILURE: f"{fault.place}: {fault.message}"}
    except (OSError, SjkgError) as error:  # a file of the knowledge base is away, descriptors are short, …
        written = {FAILURE: getattr(error, "strerror", None) or str(error)}
    sys.stdout.write(json.dumps(written, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
