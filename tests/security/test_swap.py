"""The switch to another snapshot while requests are answered: none is dropped, each is answered from one of the two."""

import os
import shutil
import signal
import threading

import psutil
import pytest
import requests
from servers import MAX_WAIT_S, SMALL, running_server

from sjkg.snapshot.input_hash import hash_inputs

PATIENT = ("--query-deadline-s", str(MAX_WAIT_S))
COUNT = "SELECT (COUNT(*) AS ?events) { ?event a sjkg:Battle }"


@pytest.fixture
def served_kb(small_kb, snapshots, tmp_path):
    """A server of two processes over a folder that a test may change: its address, its main process, its events file."""
    root = tmp_path / "kb"
    shutil.copytree(small_kb, root)
    server = running_server("--kb", str(root), "--snapshots", str(snapshots), "--workers", "2", *PATIENT)
    with server as address:
        while len(server_processes(server)) < 2 or any(len(each.children()) < 4 for each in server_processes(server)):
            os.sched_yield()  # one that still starts would miss a snapshot that a test takes away
        yield address, server, root


def server_processes(server) -> list[psutil.Process]:
    children = psutil.Process(server.process.pid).children()
    return [child for child in children if child.status() != "zombie"]


def add_event(root) -> None:
    another = SMALL.split("\n\n")[1].replace("event:only", "event:another").replace("the only", "another")
    with (root / "triples" / "events.ttl").open("a", encoding="utf-8") as file:
        file.write(f"\n{another}")


def ask(address: str, query: str, number: int) -> int:
    response = requests.get(
        f"{address}/sparql",
        params={"query": f"{query} # {number}"},
        headers={"Accept": "text/csv", "Connection": "close"},
        timeout=MAX_WAIT_S,
    )
    assert response.status_code == 200, response.text
    return int(response.text.split()[1])


def test_sighup_rebuilds_and_switches_without_dropping_a_request(served_kb):
    address, server, root = served_kb
    before = hash_inputs(root)
    answers, errors, done = [], [], threading.Event()

    def keep_asking(offset: int) -> None:
        number = offset
        while not done.is_set():
            number += 2
            try:
                answers.append(ask(address, COUNT, number))
            except Exception as error:
                errors.append(error)

    asking = [threading.Thread(target=keep_asking, args=(offset,)) for offset in range(2)]
    for thread in asking:
        thread.start()
    add_event(root)
    server.process.send_signal(signal.SIGHUP)
    after = hash_inputs(root)
    assert before != after
    while answers[-40:].count(2) < 40 and not errors and len(answers) < 50_000:
        os.sched_yield()
    done.set()
    for thread in asking:
        thread.join()
    assert errors == [] and set(answers) == {1, 2}
    assert requests.get(f"{address}/health", timeout=MAX_WAIT_S).json()["snapshot"] == after


def test_files_that_cannot_be_built_leave_the_current_snapshot_served(served_kb):
    address, server, root = served_kb
    (root / "triples" / "events.ttl").write_text("no Turtle", encoding="utf-8")
    server.process.send_signal(signal.SIGHUP)
    while "still serving the snapshot of before" not in server.log():
        os.sched_yield()
    assert ask(address, COUNT, 0) == 1


def test_a_server_process_that_dies_is_replaced_and_leaves_no_worker(served_kb):
    address, server, _ = served_kb
    killed = server_processes(server)[0]
    orphans = killed.children()
    assert len(orphans) == 4
    killed.kill()
    _, alive = psutil.wait_procs(orphans, timeout=MAX_WAIT_S)
    assert alive == []
    while len(server_processes(server)) < 2:
        os.sched_yield()
    assert ask(address, COUNT, 0) == 1


def test_a_deleted_snapshot_is_rebuilt_at_sighup(served_kb, snapshots):
    address, server, root = served_kb
    folder = snapshots / hash_inputs(root)
    folder.rename(folder.with_name("moved"))
    try:
        answer = requests.get(f"{address}/sparql", params={"query": COUNT}, timeout=MAX_WAIT_S)
        assert answer.status_code == 200 or "build again" in answer.json()["detail"]
        server.process.send_signal(signal.SIGHUP)
        ready_in_a_row = 0
        while ready_in_a_row < 20:  # both processes, whichever accepts
            status = requests.get(f"{address}/ready", headers={"Connection": "close"}, timeout=MAX_WAIT_S).status_code
            ready_in_a_row = ready_in_a_row + 1 if status == 200 and folder.is_dir() else 0
            assert server.process.poll() is None, server.log()
        assert ask(address, COUNT, 0) == 1
    finally:
        shutil.rmtree(folder.with_name("moved"))


def test_watch_serves_a_change_and_sigterm_leaves_no_process(small_kb, snapshots, tmp_path):
    root = tmp_path / "kb"
    shutil.copytree(small_kb, root)
    server = running_server("--kb", str(root), "--snapshots", str(snapshots), "--watch", *PATIENT)
    with server as address:
        add_event(root)
        for line in server.process.stdout:
            if "from now on" in line:
                break
        number = 0
        while ask(address, COUNT, number) != 2:
            number += 1
        everyone = psutil.Process(server.process.pid).children(recursive=True)
        assert len(everyone) >= 5
    _, alive = psutil.wait_procs(everyone, timeout=MAX_WAIT_S)
    assert alive == []
