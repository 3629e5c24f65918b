"""The processors (CPU affinity) of a real service's processes."""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psutil
import pytest
import requests
from servers import MAX_WAIT_S, is_running_module, running_server, wait_for

PROCESSORS = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else []
WORKER, CHECKER = "sjkg.workers.query_worker", "sjkg.pipeline.check_posted"

pytestmark = pytest.mark.skipif(len(PROCESSORS) < 2, reason="needs two processors, and Linux to choose among them")


@contextmanager
def served_on_two(snapshots, processes: int) -> Iterator[tuple[str, psutil.Process]]:
    """Run a service that may use two processors; give its address and its main process."""
    server = running_server("--snapshots", str(snapshots), "--workers", str(processes), "--check-deadline-s", "600")
    usable = os.sched_getaffinity(0)
    with ExitStack() as stack:
        stack.callback(os.sched_setaffinity, 0, usable)
        os.sched_setaffinity(0, PROCESSORS)  # of this thread, for what it starts
        address = stack.enter_context(server)
        os.sched_setaffinity(0, usable)
        yield address, psutil.Process(server.process.pid)


@pytest.fixture(scope="module")
def of_two(snapshots):
    with served_on_two(snapshots, 2) as served:
        yield served


def processors_of(process: psutil.Process) -> set[frozenset[int]]:
    """Return the sets of processors that the threads of a process keep to."""
    found = set()
    for thread in process.threads():
        with suppress(ProcessLookupError):  # it has ended since
            found.add(frozenset(os.sched_getaffinity(thread.id)))
    return found


def server_processes(main: psutil.Process) -> list[psutil.Process]:
    return [child for child in main.children() if running(child, WORKER)]


def running(process: psutil.Process, module: str) -> list[psutil.Process]:
    """Return the processes started by one, or by those, that run a module."""
    with suppress(psutil.NoSuchProcess):  # it has ended since
        return [each for each in process.children(recursive=True) if is_running_module(each, module)]
    return []


def each_on_its_own(main: psutil.Process) -> bool:
    kept = [processors_of(process) for process in server_processes(main)]
    return sorted(map(repr, kept)) == [repr({frozenset({number})}) for number in PROCESSORS]


def test_each_server_process_has_a_processor_of_its_own(of_two):
    address, main = of_two
    for _ in range(20):  # so that each has started the threads that answer
        assert requests.get(f"{address}/health", timeout=MAX_WAIT_S).ok
    assert wait_for(lambda: each_on_its_own(main))


def test_query_workers_run_on_all_processors(of_two):
    _, main = of_two
    workers = wait_for(lambda: running(main, WORKER))
    assert len(workers) > 2
    assert all(processors_of(worker) == {frozenset(PROCESSORS)} for worker in workers)


def test_a_check_runs_on_all_processors(of_two):
    address, main = of_two
    send = {"data": "<x:a> <x:b> <x:c> .", "headers": {"Content-Type": "text/turtle"}, "timeout": MAX_WAIT_S}
    checking = threading.Thread(target=lambda: requests.post(f"{address}/validate", **send))
    checking.start()
    (checker,) = wait_for(lambda: running(main, CHECKER))
    assert wait_for(lambda: processors_of(checker) == {frozenset(PROCESSORS)})
    checking.join()


def test_a_restarted_server_process_gets_the_processor_of_the_one_before(of_two):
    _, main = of_two
    first, second = server_processes(main)
    (left,) = processors_of(first)
    first.kill()
    (new,) = wait_for(lambda: [each for each in server_processes(main) if each.pid not in (first.pid, second.pid)])
    assert wait_for(lambda: processors_of(new) == {left})


def test_a_single_server_process_uses_all_processors(snapshots):
    with served_on_two(snapshots, 1) as (_, main):
        (alone,) = wait_for(lambda: server_processes(main))
        assert processors_of(alone) == {frozenset(PROCESSORS)}
