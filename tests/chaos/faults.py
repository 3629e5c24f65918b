"""A kind of accident, and what kinds of accidents are made of.

To add a kind, write a generator function with the decorator `fault` in one of the modules *_faults.py. What it does before
`yield` is the accident, which then lasts for a while; what it does after `yield` is its end.
"""

import random
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from chaos.deployment import DEADLINE_S, POLL_S, Deployment
from chaos.questions import STATES

QUERY_WORKER, CHECK = "sjkg.workers.query_worker", "sjkg.pipeline.check_posted"
ATTACKER = "127.0.0.99"  # address of all hostile clients


@dataclass(frozen=True)
class Fault:
    """A kind of accident.

    name: as it is reported. group: of the kinds that may affect each other; only kinds of different groups happen together.
    run: called with the server and a source of random numbers; entering the context that it returns
    is the accident, and leaving it is the end. may_break: whether connections may end before their response is complete.
    restarts: whether the main process ends, so that no other accident can happen meanwhile.
    """

    name: str
    group: str
    run: Callable[[Deployment, random.Random], AbstractContextManager[None]]
    may_break: bool
    restarts: bool


def fault(may_break: bool = False, restarts: bool = False):
    """Return a decorator that makes a Fault of a generator function; the function's name, with spaces, is that of the kind."""
    return lambda run: Fault(run.__name__.replace("_", " "), run.__module__, contextmanager(run), may_break, restarts)


def wait_until(condition: Callable[[], object], within_s: float) -> bool:
    """Poll a condition until it is true, and return True; return False after `within_s` seconds."""
    never = threading.Event()
    for _ in range(int(within_s / POLL_S)):
        if condition():
            return True
        never.wait(POLL_S)
    return False


def send(process: psutil.Process, by: signal.Signals) -> None:
    """Send a signal to a process, unless it has ended."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(by)


def pick(server: Deployment, chance: random.Random, role: str) -> list[psutil.Process]:
    """Return one of the processes of a role, or all of them; none if there is none."""
    found = sorted(server.processes_of(role), key=lambda process: process.pid)
    return found if chance.random() < 0.3 else found and [chance.choice(found)]


def another_state(server: Deployment, chance: random.Random) -> int:
    """Return a state of the data that the server does not serve and will not serve."""
    return chance.choice([state for state in STATES if state not in server.allowed])


@contextmanager
def stopped(processes: list[psutil.Process]) -> Iterator[None]:
    """Stop processes (SIGSTOP) within the context."""
    try:
        for process in processes:
            send(process, signal.SIGSTOP)
        yield
    finally:
        for process in processes:
            send(process, signal.SIGCONT)


@contextmanager
def limited(processes: list[psutil.Process], limit: int, soft: Callable[[psutil.Process], int]) -> Iterator[None]:
    """Lower a resource limit of processes within the context; at the end also for the children that inherited it."""
    usual = {}
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            usual[process] = process.rlimit(limit)
            process.rlimit(limit, (max(0, soft(process)), usual[process][1]))
    try:
        yield
    finally:
        restored: set[psutil.Process] = set()
        while new := set(processes).union(*map(_descendants, processes)) - restored:
            for process in new:  # which may start children with the lower limit until it has the usual one
                with suppress(psutil.NoSuchProcess):
                    process.rlimit(limit, next(iter(usual.values())))
            restored |= new


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


@contextmanager
def away(path: Path) -> Iterator[None]:
    """Move a file or folder away within the context; what is written in its place meanwhile is deleted."""
    hidden = path.with_name(f"{path.name} away")
    path.rename(hidden)
    try:
        yield
    finally:
        while path.is_dir():
            shutil.rmtree(path, ignore_errors=True)  # the server writes and deletes in it, too
        hidden.rename(path)


def connect(server: Deployment, timeout_s: float, receive_bytes: int | None = None) -> socket.socket:
    """Return a connection to the server from ATTACKER; receive_bytes: the size of its receive buffer."""
    made = socket.socket()
    try:
        made.settimeout(timeout_s)
        if receive_bytes:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        made.bind((ATTACKER, 0))
        made.connect(("127.0.0.1", urlsplit(server.address).port))
    except OSError:
        made.close()
        raise
    return made


def get(path: str, **parameters: str) -> bytes:
    """Return a GET request as it is sent."""
    return f"GET {path}?{urlencode(parameters)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, content_type: str, body: bytes) -> bytes:
    """Return a POST request as it is sent."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@contextmanager
def attackers(server: Deployment, requests: list[bytes]) -> Iterator[None]:
    """Within the context, send each request again and again, each on a connection of its own.

    A response with the status 500 is added to `server.failures`.
    """
    is_over = threading.Event()
    open_now: set[socket.socket] = set()

    def attack(request: bytes) -> None:
        while not is_over.is_set():
            with suppress(OSError), connect(server, DEADLINE_S * 10) as connection:
                open_now.add(connection)
                connection.sendall(request)
                if connection.recv(1000).startswith(b"HTTP/1.1 500"):
                    server.failures.append(f"500 for the request {request[:200]!r}")
                open_now.discard(connection)
            is_over.wait(POLL_S)

    threads = [threading.Thread(target=attack, args=[request]) for request in requests]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for connection in list(open_now):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
