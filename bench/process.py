"""Server processes of benchmarks: start, wait until they listen, measure memory and processor time, stop."""

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

MAX_START_S = 600


class ServerProcess:
    """A context manager: a command that listens on a port of the loopback address, running within the `with` block.

    log: the file to which its output is appended. Entering raises SystemExit if it does not listen within MAX_START_S
    seconds. Leaving stops it and its children, by SIGTERM and after 20 s by SIGKILL.
    """

    def __init__(self, command: list[str], log: Path, port: int):
        self.command, self.log, self.port = command, log, port

    def __enter__(self) -> "ServerProcess":
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + MAX_START_S
        while not self._is_listening():
            status = self._process.poll()
            if status is not None or time.monotonic() > deadline:
                self.__exit__()
                failure = f"does not listen on port {self.port} after {MAX_START_S} s"
                failure = failure if status is None else f"ended with status {status}"
                raise SystemExit(f"{self.command[0]} {failure}; see {self.log}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=20)
                break

    def restart(self) -> None:
        """Stop the process and its children, and start the command again."""
        self.__exit__()
        self.__enter__()

    def _is_listening(self) -> bool:
        """Return whether the port accepts connections."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def memory_mib(self) -> int:
        """Return the proportional set size (PSS) of the process and its descendants in MiB; shared pages count once."""
        total = 0
        for pid in process_tree(self._process.pid):
            with suppress(OSError):
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        return total // 1024

    def cpu_s(self) -> float:
        """Return the seconds of processor time of the process and its descendants, also of children that have ended."""
        ticks = 0
        for pid in process_tree(self._process.pid):
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
        return ticks / os.sysconf("SC_CLK_TCK")


def process_tree(root: int) -> list[int]:
    """Return the ids of a process and all its descendants, from /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def free_port() -> int:
    """Return a free TCP port of the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
