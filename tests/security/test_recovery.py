"""A server after accidents: no descriptors left, its temporary folder deleted, one of its processes stopped or killed."""

import resource
import shutil
import signal
from pathlib import Path

import psutil
import pytest
import requests
from servers import MAX_WAIT_S, SMALL, is_running_module, running_server, wait_for

COUNT = "SELECT (COUNT(*) AS ?events) { ?event a sjkg:Battle }"
PATIENT = ("--query-deadline-s", str(MAX_WAIT_S))


@pytest.fixture
def served_kb(small_kb, snapshots, tmp_path):
    """A server over a folder that a test may change: its address, its main process, the options to start it again."""
    root = tmp_path / "kb"
    shutil.copytree(small_kb, root)
    options = ("--kb", str(root), "--snapshots", str(snapshots), *PATIENT)
    server = running_server(*options)
    with server as address:
        yield address, server, options


def server_process(server) -> psutil.Process:
    (process,) = psutil.Process(server.process.pid).children()
    return process


def temporary_folder_of(process: psutil.Process) -> Path:
    """Return the server's temporary folder, in which a server process has files of metrics open."""
    (folder,) = {Path(file.path).parent for file in process.open_files() if Path(file.path).suffix == ".db"}
    return folder


def ask(address: str, query: str = COUNT) -> int:
    response = requests.get(
        f"{address}/sparql", params={"query": query}, headers={"Accept": "text/csv"}, timeout=MAX_WAIT_S
    )
    assert response.status_code == 200, response.text
    return int(response.text.split()[1])


def test_query_workers_come_back_after_descriptors_were_short(served_kb):
    address, server, _ = served_kb
    process = server_process(server)
    workers = wait_for(lambda: len(process.children()) == 4 and process.children())
    with requests.Session() as session:
        assert session.get(f"{address}/health", timeout=MAX_WAIT_S).json()["status"] == "ok"
        limits = process.rlimit(resource.RLIMIT_NOFILE)
        assert limits[0] == min(limits[1], 65536)
        process.rlimit(resource.RLIMIT_NOFILE, (1, limits[1]))
        for worker in workers:
            worker.kill()
        wait_for(lambda: not any(is_running_module(worker, "sjkg.workers.query_worker") for worker in workers))
        assert session.get(f"{address}/ready", timeout=MAX_WAIT_S).status_code == 503

        def health() -> requests.Response:
            return session.get(f"{address}/health", timeout=MAX_WAIT_S)

        wait_for(lambda: "4 of 4 query workers cannot be started" in health().text)
        assert health().status_code == 503
        process.rlimit(resource.RLIMIT_NOFILE, limits)
    wait_for(lambda: requests.get(f"{address}/health", timeout=MAX_WAIT_S).json().get("problems") == [])
    assert len([child for child in process.children() if is_running_module(child, "sjkg.workers.query_worker")]) == 4
    assert requests.get(f"{address}/ready", timeout=MAX_WAIT_S).status_code == 200
    assert server.log().count("cannot be started") == 1 and server.log().count("run again") == 1


def test_a_change_is_served_when_it_is_announced_also_after_the_temporary_folder_was_deleted(served_kb):
    address, server, options = served_kb
    folder = temporary_folder_of(server_process(server))
    assert ask(address) == 1
    shutil.rmtree(folder)
    another = SMALL.split("\n\n")[1].replace("event:only", "event:another").replace("the only", "another")
    with (Path(options[1]) / "triples" / "events.ttl").open("a", encoding="utf-8") as file:
        file.write(f"\n{another}")
    server.process.send_signal(signal.SIGHUP)
    for line in server.process.stdout:
        if "now serving" in line:
            break
    assert ask(address) == 2
    assert requests.get(f"{address}/", timeout=MAX_WAIT_S).status_code == 200
    wait_for(
        lambda: 'sjkg_query_workers{state="alive"} 4.0' in requests.get(f"{address}/metrics", timeout=MAX_WAIT_S).text
    )
    metrics = requests.get(f"{address}/metrics", timeout=MAX_WAIT_S).text
    assert 'route="/sparql",status="200"} 2.0' in metrics.replace('cache="miss",', "")


def test_all_processes_end_with_a_killed_main_process_and_the_server_can_start_again_at_once(served_kb):
    address, server, options = served_kb
    process = server_process(server)
    everyone = wait_for(lambda: len(process.children()) == 4 and [process, *process.children()])
    left = temporary_folder_of(process)
    server.process.kill()
    _, alive = psutil.wait_procs(everyone, timeout=MAX_WAIT_S)
    assert alive == []
    with running_server("--port", address.rpartition(":")[2], *options) as again:
        assert again == address and ask(address) == 1 and not left.exists()


def test_a_signal_that_came_while_the_main_process_was_stopped_is_handled(served_kb):
    _, server, _ = served_kb
    for sent in (signal.SIGSTOP, signal.SIGTERM, signal.SIGCONT):
        server.process.send_signal(sent)
    assert server.process.wait(MAX_WAIT_S) == 0


def test_what_a_killed_server_process_left_is_deleted_when_the_next_one_starts(small_kb, snapshots, tmp_path):
    server = running_server("--kb", str(small_kb), "--snapshots", str(snapshots), TMPDIR=str(tmp_path))
    with server:
        left = tmp_path / "sjkg-check-00000000.tmp"
        left.mkdir()
        server_process(server).kill()
        wait_for(lambda: not left.exists())
