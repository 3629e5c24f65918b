"""Check of Turtle that a client posts, in a child process with a deadline and a memory limit.

The child runs `python -m sjkg.pipeline.check_posted KB` in the folder of the text, and writes the findings to standard
output as JSON.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from sjkg.core.errors import ClientDisconnected, DeadlineExceeded, LimitExceeded, Overloaded
from sjkg.core.findings import Finding
from sjkg.core.settings import Settings
from sjkg.workers.child_process import Cause, ChildDied, ChildProcess, DisconnectCheck

POSTED = "posted.ttl"  # file name of the text in findings
RETRY_AFTER_S = 5


class Checker:
    """Checks one text at a time, because each check takes seconds of a processor: the whole graph is checked with it."""

    def __init__(self, settings: Settings):
        self._kb, self._deadline_s = settings.kb, settings.check_deadline_s
        self._memory_bytes = settings.query_memory_bytes
        self._lock = Lock()

    def check(self, text: bytes, is_disconnected: DisconnectCheck) -> list[Finding]:
        """Return the findings in a Turtle text.

        is_disconnected: called about ten times a second; when it returns True, the check is stopped (ClientDisconnected).
        Raises Overloaded while another text is checked, DeadlineExceeded or LimitExceeded when this one needs too much.
        """
        if not self._lock.acquire(blocking=False):
            raise Overloaded("another text is being checked here; send this one again in a few seconds", RETRY_AFTER_S)
        try:
            with TemporaryDirectory(prefix="sjkg-check-") as folder:
                (Path(folder) / POSTED).write_bytes(text)
                return [Finding(**fields) for fields in json.loads(self._run(Path(folder), is_disconnected))]
        finally:
            self._lock.release()

    def _run(self, folder: Path, is_disconnected: DisconnectCheck) -> bytes:
        """Return the output of the child that checks the text in a folder."""
        try:
            with ChildProcess(
                "sjkg.pipeline.check_posted",
                str(self._kb),
                folder=folder,
                memory_bytes=self._memory_bytes,
                deadline_s=self._deadline_s,
            ) as child:
                return child.wait(self._deadline_s, is_disconnected)
        except ChildDied as died:
            match died.cause:
                case Cause.DEADLINE:
                    raise DeadlineExceeded(
                        f"this text was still being checked after {self._deadline_s:g} s, the most that one may take here; "
                        "send it in parts"
                    ) from None
                case Cause.DISCONNECTED:
                    raise ClientDisconnected(
                        "the check was stopped, because its client closed the connection"
                    ) from None
                case Cause.MEMORY | Cause.STACK:
                    raise LimitExceeded(
                        "to check this text takes more memory than one may have here; send it in parts"
                    ) from None
                case Cause.KILLED:
                    raise Overloaded(
                        "the process that checked this text was stopped from outside; send it again"
                    ) from None
                case Cause.FAILED:
                    raise RuntimeError(f"a check failed:\n{died.stderr}") from None


def main(kb: str) -> None:
    """Check the text in the current folder."""
    from sjkg.pipeline.check import check_files  # not above: the server process needs none of the libraries it loads
    from sjkg.validation.report import as_json

    sys.stdout.write(as_json(check_files(Path(kb), (Path(POSTED),)).findings))


if __name__ == "__main__":
    main(*sys.argv[1:])
