"""The switch to another snapshot while requests are answered: none is dropped, each is answered from one of the two."""

import shutil
import signal
import threading

import psutil
import pytest
import requests
from servers import MAX_WAIT_S, SMALL, running_server, wait_for

from sjkg.pipeline.inputs import read_inputs

PATIENT = ("--query-deadline-s", str(MAX_WAIT_S))
COUNT = "SELECT (COUNT(*) AS ?events) { ?event a sjkg:Battle }"


@pytest.fixture
def served_kb(small_kb, snapshots, tmp_path):
    """A server of two processes over a folder that a test may change: its address, its main process, its events file."""
    root = tmp_path / "kb"
    shutil.copytree(small_kb, root)
    server = running_server("--kb", str(root), "--snapshots", str(snapshots), "--workers", "2", *PATIENT)
    with server as address:
        wait_for(lambda: are_complete(server_processes(server)))  # one that still starts would miss a later deletion
        yield address, server, root


def server_processes(server) -> list[psutil.Process]:
    children = psutil.Process(server.process.pid).children()
    return [child for child in children if child.status() != "zombie"]


def are_complete(processes: list[psutil.Process]) -> bool:
    """Return whether there are two server processes, and each has its query workers."""
    return len(processes) >= 2 and all(len(each.children()) >= 4 for each in processes)


def add_event(root, name: str = "another") -> None:
    another = SMALL.split("\n\n")[1].replace("event:only", f"event:{name}").replace("the only", name)
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
    before = read_inputs(root).sha256
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
    after = read_inputs(root).sha256
    assert before != after
    wait_for(lambda: answers[-40:].count(2) == 40 or errors or len(answers) >= 50_000)
    done.set()
    for thread in asking:
        thread.join()
    assert errors == [] and set(answers) == {1, 2}
    assert requests.get(f"{address}/health", timeout=MAX_WAIT_S).json()["snapshot"] == after


def test_files_that_cannot_be_built_leave_the_current_snapshot_served(served_kb):
    address, server, root = served_kb
    (root / "triples" / "events.ttl").write_text("no Turtle", encoding="utf-8")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "still serving the snapshot built before" in server.log())
    assert ask(address, COUNT, 0) == 1


def test_a_server_process_that_dies_is_replaced_and_leaves_no_worker(served_kb):
    address, server, _ = served_kb
    killed = server_processes(server)[0]
    orphans = killed.children()
    assert len(orphans) == 4
    killed.kill()
    _, alive = psutil.wait_procs(orphans, timeout=MAX_WAIT_S)
    assert alive == []
    wait_for(lambda: len(server_processes(server)) == 2)
    assert ask(address, COUNT, 0) == 1


def test_a_deleted_snapshot_is_rebuilt_at_sighup(served_kb, snapshots):
    address, server, root = served_kb
    folder = snapshots / read_inputs(root).sha256
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


def test_watch_serves_each_change_keeps_few_snapshots_and_sigterm_leaves_no_process(small_kb, tmp_path):
    root, snapshots = tmp_path / "kb", tmp_path / "snapshots"
    shutil.copytree(small_kb, root)
    options = ("--kb", str(root), "--snapshots", str(snapshots), "--keep-snapshots", "1", "--watch")
    server = running_server(*options, *PATIENT)
    with server as address:
        for saves in (1, 2):
            add_event(root, f"another-{saves}")
            for line in server.process.stdout:
                if "now serving" in line:
                    break
            number = 0
            while ask(address, COUNT, number) != 1 + saves:
                number += 1
        folders = [path.name for path in snapshots.iterdir() if path.is_dir()]
        assert (
            len(folders) <= 2 and read_inputs(root).sha256 in folders
        )  # that served before the last change was in use
        everyone = psutil.Process(server.process.pid).children(recursive=True)
        assert len(everyone) >= 5
    _, alive = psutil.wait_procs(everyone, timeout=MAX_WAIT_S)
    assert alive == []
