"""The pool of query workers when processes cannot be started for a while."""

import errno
import json
import os
import pickle
import resource
import threading
from pathlib import Path

import pytest

from sjkg.core.errors import Overloaded, UnusableSnapshot
from sjkg.store.datasets import ALL_GRAPHS
from sjkg.store.query_result import Spool
from sjkg.workers import query_processes
from sjkg.workers.channel import Message
from sjkg.workers.query_processes import Reply, WorkerPool, _read_reply
from sjkg.workers.query_worker import _evaluate

COUNT = 3
ERRORS = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM, errno.ENOSPC, errno.ENOENT)


class Worker:
    """A worker without a process, which answers “ok”, or is closed because it died while it evaluated b"crash"."""

    error = None  # raised by each new worker; None to start it
    barrier = None  # at which all workers that die wait for each other

    def __init__(self, assignment, memory_bytes):
        if Worker.error:
            raise Worker.error
        self.is_alive, self.is_closed = True, False

    def evaluate(self, request, is_disconnected, used_s=0):
        if request == b"crash":
            if Worker.barrier:
                Worker.barrier.wait()
            self.close()
            raise Overloaded("stopped from outside")
        return Reply("boolean", "json", b"ok", True, False)

    def close(self):
        self.is_alive, self.is_closed = False, True


@pytest.fixture
def events():
    return []


@pytest.fixture
def open_pool(monkeypatch, events):
    monkeypatch.setattr(query_processes, "WorkerProcess", Worker)
    monkeypatch.setattr(Worker, "error", None)
    return lambda: WorkerPool(None, None, COUNT, events.append)


def ask(pool: WorkerPool, request: bytes = b"") -> bytes:
    return pool.evaluate(request, lambda: False).content


def fail_with(number: int) -> None:
    Worker.error = OSError(number, os.strerror(number)) if number else None


def crash_all(pool: WorkerPool) -> None:
    for _ in range(COUNT):
        with pytest.raises(Overloaded, match="stopped from outside"):
            ask(pool, b"crash")


@pytest.mark.parametrize("number", ERRORS, ids=errno.errorcode.get)
def test_workers_that_cannot_be_started_are_started_before_a_later_query(open_pool, events, caplog, number):
    pool = open_pool()
    fail_with(number)
    crash_all(pool)
    for _ in range(3):
        with pytest.raises(Overloaded, match=f"can be started at the moment .{os.strerror(number)}.*again"):
            ask(pool)
    assert not pool.can_evaluate and pool.problem.startswith(f"{COUNT} of {COUNT} query workers cannot be started")
    fail_with(0)
    assert ask(pool) == b"ok" and pool.can_evaluate and pool.problem == ""
    assert events.count("started") - events.count("ended") == COUNT
    assert [record.getMessage().partition(" ")[0] for record in caplog.records] == ["1", "all"]  # once each


def test_missing_workers_are_started_without_a_query(open_pool, events):
    pool = open_pool()
    fail_with(errno.EMFILE)
    crash_all(pool)
    pool.start_missing()
    fail_with(0)
    pool.start_missing()
    assert pool.problem == "" and events.count("started") - events.count("ended") == COUNT


def test_a_pool_that_opens_in_such_a_moment_is_filled_later(open_pool, events):
    fail_with(errno.EAGAIN)
    pool = open_pool()
    with pytest.raises(Overloaded):
        ask(pool)
    fail_with(0)
    assert ask(pool) == b"ok" and events.count("started") == COUNT


def test_idle_workers_that_die_in_such_a_moment_leave_the_others_in_use(open_pool):
    pool = open_pool()
    fail_with(errno.EMFILE)
    for worker in list(pool._idle)[1:]:
        worker.close()
    assert ask(pool) == b"ok" and pool.problem.startswith("2 of 3") and pool.can_evaluate


def test_workers_that_die_while_they_are_idle_are_replaced_without_a_query(open_pool, events):
    pool = open_pool()
    dead = list(pool._idle)[:2]
    for worker in dead:
        worker.close()
    pool.start_missing()
    assert all(worker.is_alive for worker in pool._idle) and len(pool._idle) == COUNT
    assert events.count("ended") == len(dead) and events.count("started") == COUNT + len(dead)


def test_a_closed_pool_starts_no_worker(open_pool, events):
    pool = open_pool()
    fail_with(errno.EMFILE)
    crash_all(pool)
    pool.close()
    fail_with(0)
    pool.start_missing()
    assert events.count("started") == COUNT


def test_threads_that_lose_their_workers_at_once_start_as_many_again(open_pool, events, monkeypatch):
    pool = open_pool()
    monkeypatch.setattr(Worker, "barrier", threading.Barrier(COUNT))

    def lose() -> None:
        for _ in range(50):
            with pytest.raises(Overloaded, match="from outside"):
                ask(pool, b"crash")

    threads = [threading.Thread(target=lose) for _ in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pool._idle) == COUNT and events.count("started") - events.count("ended") == COUNT


def open_descriptors() -> set[int]:
    """Return the numbers of this process's open descriptors, of which one was open for this look only."""
    return {int(entry.name) for entry in Path("/proc/self/fd").iterdir()}


@pytest.mark.parametrize("free", range(7))
def test_a_process_that_cannot_be_started_leaves_no_descriptor_open(free):
    """With each number of free descriptors, another of the files, pipes and sockets of a process is the first to fail."""
    before = open_descriptors()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    holes = sum(number not in before for number in range(max(before)))
    taken = [os.dup(0) for _ in range(holes)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(open_descriptors()) + 1 + free, hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            query_processes.WorkerProcess(None, None)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for number in taken:
            os.close(number)
    assert open_descriptors() == before


class UnreadableStore:
    """A store whose files cannot be opened. error: the one that the engine raises."""

    def __init__(self, error):
        self.error = error

    def write_result(self, *_, **__):
        raise self.error


@pytest.mark.parametrize(
    "error, expected, words",
    [
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), Overloaded, "Too many open files.*send the query again"),
        (RuntimeError("Corruption: Sst file size mismatch"), UnusableSnapshot, "was replaced.*send the query again"),
    ],
)
def test_a_failure_of_the_system_in_a_worker_asks_to_send_the_query_again(error, expected, words):
    request = pickle.dumps(("ASK {}", {}, ALL_GRAPHS, {}, False))
    with Spool(1000) as spool:
        head = _evaluate(UnreadableStore(error), request, spool)
    with pytest.raises(expected, match=words):
        _read_reply(Message(json.dumps(head).encode(), b"", None))
