"""Validation of Turtle text that a client posts, in a child process with a deadline and a memory limit.

The child runs `python -m sjkg.pipeline.check_posted KB PREPARED` in a temporary folder with the text in the file posted.ttl,
and writes an `Excerpt` of the findings to standard output as JSON. KB is the folder of the knowledge base. PREPARED is the file
proofs.json of the snapshot (immutable folder with a built graph) that the server uses. It holds the triples of the
knowledge base and all that follows from them, so that only the text and data files changed since have to be parsed.
"""

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

from sjkg.core.errors import ClientDisconnected, DeadlineExceeded, LimitExceeded, Overloaded, SjkgError
from sjkg.core.findings import MAX_EXCERPT_BYTES, Excerpt, Finding, excerpt
from sjkg.core.locks import temporary_folder
from sjkg.core.settings import Settings
from sjkg.workers.child_process import Cause, ChildDied, ChildProcess, DisconnectCheck
from sjkg.workers.fair_queue import Client, FairQueue

POSTED = "posted.ttl"  # file name of the posted text, also in findings
FAILURE = "failure"  # a key
RETRY_AFTER_S = 5
MAX_RUNNING, MAX_WAITING = 2, 8
MAX_OUTPUT_BYTES = MAX_EXCERPT_BYTES + 10_000  # of the child process: the findings and the counts


class TurtleChecker:
    """Validator of posted Turtle texts, MAX_RUNNING at a time; up to MAX_WAITING more wait for check_deadline_s / 3.

    settings: the source of the folder of the knowledge base, check_deadline_s and query_memory_bytes (the memory limit).
    """

    def __init__(self, settings: Settings):
        self._kb, self._deadline_s = settings.kb, settings.check_deadline_s
        self._memory_bytes = settings.query_memory_bytes
        self._places = FairQueue(MAX_RUNNING, MAX_WAITING, self._deadline_s / 3, self._deadline_s)

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

    def _run(self, folder: Path, prepared: Path, is_disconnected: DisconnectCheck) -> bytes:
        """Return the output of a child process that checks the file posted.ttl in `folder`: an Excerpt of the findings as JSON.

        prepared, is_disconnected: as for `check`. Raises DeadlineExceeded, ClientDisconnected, LimitExceeded (memory or
        stack), Overloaded (killed from outside, or an error of the operating system) or RuntimeError (any other failure) when the
        child ends without a result.
        """
        try:
            with ChildProcess(
                "sjkg.pipeline.check_posted",
                str(self._kb),
                str(prepared.resolve()),
                folder=folder,
                memory_bytes=self._memory_bytes,
                deadline_s=self._deadline_s,
            ) as child:
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


def main(kb: str, prepared: str) -> None:
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
