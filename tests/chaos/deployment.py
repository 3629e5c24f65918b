"""The server that accidents happen to, with code, knowledge base, snapshots and temporary files of its own."""

import re
import shutil
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import requests
from servers import MAX_WAIT_S, PROJECT, free_port, running_server

from chaos.questions import turtle

MIB = 1024 * 1024
SERVER_PROCESSES = 2
DEADLINE_S = 30  # of a query, with the start of its process, which takes long on a busy machine
LIMITS = {
    "--workers": SERVER_PROCESSES,
    "--query-deadline-s": DEADLINE_S,
    "--query-wait-s": 20,
    "--query-memory-bytes": 400 * MIB,
    "--max-answer-bytes": 8 * MIB,
    "--cache-mib": 4,
}
POLL_S = 0.05
CHILD_MAIN = "sjkg.workers.child_main"  # the program of each child process, with the module to run as fifth argument
ANNOUNCEMENT = re.compile(r"now serving ([\d,]+) triples")
TRACEBACK = re.compile(r"^.*\nTraceback .*(?:\n .*)*\n.*", re.MULTILINE)
TRIPLES_OF_BATTLE = 6  # asserted and inferred ones; each state has one battle more than the one before
# Each thread of a server process opens the index once, and a store has up to 30 more tables after small changes of the data,
# until the engine compacts them.
SLACK = {"descriptors, server": 100, "descriptors, main": 4}
MAX_MORE_BYTES = 250 * MIB


class Volume:
    """A folder that can be filled up; a small file system of its own (tmpfs) where the test may mount one.

    may_be_full: whether it is one.
    """

    def __init__(self, folder: Path, size_bytes: int):
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=700", "tmpfs", str(folder)]
        with suppress(FileNotFoundError):
            subprocess.run(mount, capture_output=True)
        self.may_be_full = folder.is_mount()
        self._mount = folder
        self.folder = folder / "files"  # can be moved, unlike the mount
        self.folder.mkdir()

    @contextmanager
    def full(self, left_bytes: int = 0) -> Iterator[None]:
        """Leave only this number of bytes free within the context; do nothing unless `may_be_full`."""
        if not self.may_be_full:
            yield
            return
        filler = self._mount / "filler"
        try:
            with filler.open("wb", buffering=0) as file:
                with suppress(OSError):
                    while True:
                        file.write(bytes(64 * 1024))
                file.truncate(max(0, file.tell() - left_bytes))
            yield
        finally:
            filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount the file system, if it is one."""
        if self.may_be_full:
            subprocess.run(["umount", "--lazy", str(self._mount)], check=True)


class Deployment:
    """A server of SERVER_PROCESSES processes over files of its own, which accidents may damage.

    address: of the server. watches: whether it was started with --watch. expected: the state of the data (see `questions`)
    that the files have. allowed: the states that the server may serve now: the expected one, and until the server announces
    that one, those before. usual, usual_bytes: what it occupied at `remember_usage`. failures: what attackers found.
    """

    def __init__(self, kb: Path, folder: Path, state: int):
        """Copy code and knowledge base into a folder, and write the data in a state.

        kb: a knowledge base whose only data are in triples/events.ttl.
        """
        self.code, self.kb = folder / "code" / "sjkg", folder / "kb"
        shutil.copytree(PROJECT / "src" / "sjkg", self.code)
        shutil.copytree(kb, self.kb)
        self.temporary = Volume(folder / "temporary", 48 * MIB)
        self.snapshots = Volume(folder / "snapshots", 256 * MIB)
        self.data = self.kb / "triples" / "events.ttl"
        self._arguments = [str(word) for option in LIMITS.items() for word in option]
        self._arguments += ["--kb", str(self.kb), "--snapshots", str(self.snapshots.folder), "--port", str(free_port())]
        self._environment = {"TMPDIR": str(self.temporary.folder), "PYTHONPATH": str(self.code.parent)}
        self.expected, self.allowed = state, frozenset([state])
        self._lock = threading.Lock()  # of these two
        self._read_log_characters = 0
        self.failures: list[str] = []
        self.write(turtle(state))

    def start(self, watches: bool) -> None:
        """Start the server and wait until it listens; from then on it must serve the expected state."""
        self.watches = watches
        arguments = [*self._arguments, *["--watch"] * watches]
        self.server = running_server(*arguments, **self._environment)
        self._read_log_characters = 0
        self.address = self.server.__enter__()
        triples = requests.get(f"{self.address}/health", timeout=MAX_WAIT_S).json()["triples"]
        with self._lock:
            self.allowed = frozenset([self.expected])
            self._triples_of_state_0 = triples - TRIPLES_OF_BATTLE * self.expected
        threading.Thread(target=self._read_output, args=[self.server.process.stdout], daemon=True).start()

    def end(self, by: signal.Signals) -> None:
        """Send a signal to the main process, and wait until it and all its processes have ended."""
        everyone = self.processes()
        self.server.process.send_signal(by)
        _, alive = psutil.wait_procs(everyone, timeout=MAX_WAIT_S)
        assert not alive, f"these processes outlived {by.name} of the main process: {alive}"
        self.server.__exit__()

    def close(self) -> None:
        """Stop the server, which must leave no process, and unmount its file systems."""
        with ExitStack() as last:
            last.callback(self.temporary.close)
            last.callback(self.snapshots.close)
            self.end(signal.SIGTERM)

    def reload(self) -> None:
        """Tell the server to look at its files (SIGHUP)."""
        self.server.process.send_signal(signal.SIGHUP)

    def edit(self, state: int) -> None:
        """Write the data in another state, and tell the server unless it watches its files."""
        with self._lock:
            self.expected, self.allowed = state, self.allowed | {state}
        self.write(turtle(state))
        if not self.watches:
            self.reload()

    def write(self, text: str | bytes) -> None:
        """Replace the data file as a whole."""
        draft = self.kb.parent / "draft.ttl"
        draft.write_bytes(text if isinstance(text, bytes) else text.encode())
        draft.replace(self.data)

    def _read_output(self, stdout) -> None:
        """Read what the server prints; after an announcement of the expected state, no other state is allowed."""
        for line in stdout:
            if found := ANNOUNCEMENT.search(line):
                self._hear(int(found[1].replace(",", "")))

    def _hear(self, triples: int) -> None:
        """Note the announcement of a graph with this number of triples, which differs from state to state."""
        with self._lock:
            if triples == self._triples_of_state_0 + TRIPLES_OF_BATTLE * self.expected:
                self.allowed = frozenset([self.expected])

    def processes(self) -> list[psutil.Process]:
        """Return the main process and all its living descendants."""
        return [process for process, status in self._statuses() if status != psutil.STATUS_ZOMBIE]

    def processes_of(self, role: str) -> list[psutil.Process]:
        """Return the processes of a role: main, server, sjkg.workers.query_worker, build or another child's module."""
        return [process for process in self.processes() if self._role(process) == role]

    def _statuses(self) -> list[tuple[psutil.Process, str]]:
        """Return the main process and all its descendants, each with its status; not those that end meanwhile."""
        found = []
        with suppress(psutil.NoSuchProcess):
            main = psutil.Process(self.server.process.pid)
            for process in [main, *main.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    found.append((process, process.status()))
        return found

    def _role(self, process: psutil.Process) -> str:
        """Return what a process is for, see `processes_of`; “” if it has ended."""
        if process.pid == self.server.process.pid:
            return "main"
        try:
            words = process.cmdline()
        except psutil.NoSuchProcess:
            return ""
        if CHILD_MAIN not in words:
            return "server" if "serve" in words else "starting"
        module, *arguments = words[words.index(CHILD_MAIN) + 5 :]
        return arguments[0] if module == "sjkg" else module

    def metrics_folder(self) -> Path:
        """Return the server's own temporary folder, in which its processes share files."""
        (folder,) = {
            Path(file.path).parent
            for process in self.processes_of("server")
            for file in process.open_files()
            if Path(file.path).suffix == ".db"
        }
        return folder

    def usage(self) -> Counter[str]:
        """Return how much of each kind the server occupies at the moment."""
        used = Counter({"temporary files": len(list(self.temporary.folder.rglob("*")))})
        used["unfinished snapshots"] = len(list(self.snapshots.folder.glob(".unfinished-*")))
        for process, status in self._statuses():
            with suppress(psutil.NoSuchProcess, FileNotFoundError):
                role = "zombie" if status == psutil.STATUS_ZOMBIE else self._role(process)
                used[f"processes, {role}"] += 1
                if role in ("main", "server"):
                    used[f"descriptors, {role}"] += process.num_fds()
        return used

    def memory_bytes(self) -> int:
        """Return the proportional set size (PSS) of all processes; shared pages count once."""
        found = 0
        for process in self.processes():
            with suppress(psutil.NoSuchProcess, FileNotFoundError):
                found += process.memory_full_info().pss
        return found

    def remember_usage(self) -> None:
        """Take what the server occupies now as the usual amount."""
        self.usual, self.usual_bytes = self.usage(), self.memory_bytes()

    def growth(self) -> list[str]:
        """Return a line for each kind of which the server occupies another amount than usual, or much more."""
        now = self.usage()
        return [
            f"{kind}: {self.usual[kind]:,} before, {now[kind]:,} now {self._open_files() if 'descriptors' in kind else ''}"
            for kind in sorted(self.usual | now)
            if now[kind] > self.usual[kind] + SLACK.get(kind, 0)
            or (kind.startswith("processes") and now[kind] != self.usual[kind])
        ]

    def _open_files(self) -> str:
        """Return what the descriptors of the server's processes refer to, as text: the most frequent first, with numbers."""
        found: Counter[str] = Counter()
        for process, _ in self._statuses():
            with suppress(psutil.NoSuchProcess, FileNotFoundError, PermissionError):
                if self._role(process) in ("main", "server"):
                    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
                        found[re.sub(r"\d+", "0", str(descriptor.readlink()))[-60:]] += 1
        return str(found.most_common(25))

    def new_tracebacks(self) -> list[str]:
        """Return the tracebacks in what the server has logged since the last call."""
        text = self.server.log()[self._read_log_characters :]
        self._read_log_characters += len(text)
        return TRACEBACK.findall(text)
