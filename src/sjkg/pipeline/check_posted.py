"""Validation of Turtle text that a client posts, in a child process with a deadline and a memory limit.

The child runs `python -m sjkg.pipeline.check_posted KB` in a temporary folder with the text in the file posted.ttl, and
writes the findings to standard output as a JSON array. KB is the folder of the knowledge base.
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

POSTED = "posted.ttl"  # file name of the posted text, also in findings
RETRY_AFTER_S = 5


class TurtleChecker:
    """Validator of posted Turtle texts, one at a time: each takes seconds of a processor, as the whole graph is checked.

    settings: gives the folder of the knowledge base, check_deadline_s and query_memory_bytes.
    """

    def __init__(self, settings: Settings):
        self._kb, self._deadline_s = settings.kb, settings.check_deadline_s
        self._memory_bytes = settings.query_memory_bytes
        self._lock = Lock()

    def check(self, text: bytes, is_disconnected: DisconnectCheck) -> list[Finding]:
        """Return the findings in a Turtle text, checked as if it were a file of the knowledge base.

        text: in UTF-8; text that is not Turtle gives a finding.
        is_disconnected: called about ten times a second; when it returns True, the check is stopped.
        Raises ClientDisconnected in that case, Overloaded while another text is checked or when the child process was killed
        from outside, DeadlineExceeded and LimitExceeded when the check takes more time, memory or stack than permitted, and
        RuntimeError with the end of the child's standard error when the check itself failed.
        """
        if not self._lock.acquire(blocking=False):
            raise Overloaded("the server is checking another text; send this one again in a few seconds", RETRY_AFTER_S)
        try:
            with TemporaryDirectory(prefix="sjkg-check-") as folder:
                (Path(folder) / POSTED).write_bytes(text)
                return [Finding(**fields) for fields in json.loads(self._run(Path(folder), is_disconnected))]
        finally:
            self._lock.release()

    def _run(self, folder: Path, is_disconnected: DisconnectCheck) -> bytes:
        """Return the standard output of a child process that checks the file posted.ttl in a folder: a JSON array.

        is_disconnected: called about ten times a second; True stops the child.
        Raises DeadlineExceeded, ClientDisconnected, LimitExceeded (memory or stack), Overloaded (killed from outside) or
        RuntimeError (any other failure) when the child ends without a result.
        """
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
                        f"the check of this text was not complete after {self._deadline_s:g} s, the limit of this server; "
                        "send it in parts"
                    ) from None
                case Cause.DISCONNECTED:
                    raise ClientDisconnected(
                        "the check was stopped, because its client closed the connection"
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
                case Cause.FAILED:
                    raise RuntimeError(f"the check of a posted text failed:\n{died.stderr}") from None


def main(kb: str) -> None:
    """Validate posted.ttl in the working directory; write a JSON array of findings to standard output.

    kb: the folder of the knowledge base.
    """
    from sjkg.pipeline.check import check_files  # not above: the server process needs none of the libraries it loads
    from sjkg.validation.report import as_json

    sys.stdout.write(as_json(check_files(Path(kb), (Path(POSTED),)).findings))


if __name__ == "__main__":
    main(*sys.argv[1:])
