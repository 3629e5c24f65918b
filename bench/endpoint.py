"""Compares our endpoint with others: one run, one machine, over HTTP, the same data and queries.

`sh bench/install_peers.sh FOLDER`, then `python -m bench.endpoint --peers FOLDER --times 1 --times 10 > figures.json`. A table
goes to stderr, JSON to stdout. In turn each server gets each workload for some seconds, in several rounds, and the median round
counts; a mix that is to meet a cold cache is sent once. The load comes from wrk, in closed loop: a slow server gets fewer requests.
A query that a server takes longer for than half a measurement is timed by itself, once; one that it answers with an error, or
not at all, is told and left out. Nothing waits forever: for one size of data the defaults end within five minutes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import click
import pyoxigraph as ox

from bench.generate import write_quads
from bench.peers import Peer, all_peers
from bench.process import Process, free_port
from bench.workload import TABLE, Workload, workloads

SCRIPT = Path(__file__).parent / "load.lua"
ASK = Workload("ask", ["SELECT * { <x:> ?property ?value }"], [0], TABLE)
WARM_UP_S = 1
PATIENCE_S = 20  # for one answer
SETTLING_S = 5  # for a server to end what nobody waits for any more
CONNECTIONS = {True: 2, False: 8}  # for heavy workloads, for light ones


@click.command()
@click.option("--peers", type=click.Path(path_type=Path), required=True, help="Where install_peers.sh put the others.")
@click.option("--times", type=int, multiple=True, default=(1,), help="Size of the data, as bench.generate has it.")
@click.option("--only", multiple=True, help="Names of servers, to leave the others out.")
@click.option("--workload", "names", multiple=True, help="Names of workloads, to leave the others out.")
@click.option("--seconds", type=int, default=1, show_default=True, help="Length of one measurement.")
@click.option("--rounds", type=int, default=2, show_default=True)
@click.option("--work", type=click.Path(path_type=Path), help="Keep loaded data here for the next run.")
def main(
    peers: Path,
    times: tuple[int, ...],
    only: tuple[str, ...],
    names: tuple[str, ...],
    seconds: int,
    rounds: int,
    work: Path | None,
):
    """Measure, print a table and JSON."""
    results = []
    with tempfile.TemporaryDirectory() as passing:
        for size in times:
            chosen = [
                peer
                for peer in all_peers(peers.resolve())
                if peer.is_installed and size <= peer.largest and (not only or peer.name in only)
            ]
            asked = [workload for workload in workloads(size) if not names or workload.name in names]
            results += compare(chosen, asked, size, (work or Path(passing)).resolve(), seconds, rounds)
    print(json.dumps(results, indent=1))


def compare(peers: list[Peer], asked: list[Workload], times: int, work: Path, seconds: int, rounds: int) -> list[dict]:
    """Measure all servers on data of one size; return a row for each server and workload."""
    work.mkdir(parents=True, exist_ok=True)
    quads = work / f"made-up-{times}.nq"
    if not quads.exists():
        write_quads(quads, times, seed=1)
    loading_s = {peer: load(peer, quads, work) for peer in peers}
    rows = []
    with ExitStack() as running:
        servers = {peer: start(peer, quads, work, running) for peer in peers}
        for workload in asked:
            runs = run_all(servers, workload, seconds, rounds)
            found = [summarize(peer, workload, times, runs[peer], servers[peer], loading_s[peer]) for peer in runs]
            print_rows(found)
            rows += found
    return rows


def run_all(servers: dict[Peer, Process], workload: Workload, seconds: int, rounds: int) -> dict[Peer, list[dict]]:
    """Send a workload to all servers that can answer it; return what was counted in each round."""
    runs = {peer: [run] for peer, run in first_answers(servers, workload).items()}
    fast = {peer: servers[peer] for peer in runs if runs[peer][0]["seconds"] < seconds / 2}
    for peer, server in fast.items():
        runs[peer].clear()
        if not workload.starts_cold:
            measure(peer, server, workload, WARM_UP_S)
    lengths = [2 * seconds * rounds] if workload.starts_cold else [seconds] * rounds
    for length in lengths:
        for peer, server in fast.items():
            runs[peer].append(measure(peer, server, workload, length))
    return runs


def first_answers(servers: dict[Peer, Process], workload: Workload) -> dict[Peer, dict]:
    """Time one query; say which servers cannot answer it, and where answers differ in size."""
    runs, sizes = {}, {}
    for peer, server in servers.items():
        used, begun = server.cpu_s(), time.perf_counter()
        try:
            sizes[peer] = count_answers(peer, server, workload)
        except HTTPError as error:
            print(f"{peer.name} answers {workload.name} with {error.code}: {error.read(200)}", file=sys.stderr)
            continue
        except (OSError, HTTPException) as error:
            print(f"{peer.name} has no answer to {workload.name} within {PATIENCE_S} s: {error}", file=sys.stderr)
            server.restart()
            wait_until_ready(peer, server)
            continue
        taken_s = time.perf_counter() - begun
        runs[peer] = {
            **{"requests": 1, "seconds": taken_s, "errors": 0, "timeouts": 0, "cpu_ms": (server.cpu_s() - used) * 1000},
            **dict.fromkeys(("p50_ms", "p95_ms", "p99_ms"), taken_s * 1000),
        }
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{peer.name} {size}" for peer, size in sizes.items())
        print(f"the answers to {workload.name} differ in size: {said}", file=sys.stderr)
    return runs


def folder_of(peer: Peer, quads: Path, work: Path) -> Path:
    return work / f"{quads.stem}-{peer.folder_name}"


def load(peer: Peer, quads: Path, work: Path) -> float | None:
    """Load the data where that has not been done; return the seconds it took."""
    if folder_of(peer, quads, work).exists():
        return None
    begun = time.perf_counter()
    peer.load(quads, folder_of(peer, quads, work))
    return round(time.perf_counter() - begun, 1)


def start(peer: Peer, quads: Path, work: Path, running: ExitStack) -> Process:
    """Start a server and wait until it answers."""
    port, folder = free_port(), folder_of(peer, quads, work)
    server = running.enter_context(Process(peer.command(folder, port), work / f"{peer.name}.log", port))
    wait_until_ready(peer, server)
    return server


def wait_until_ready(peer: Peer, server: Process) -> None:
    """Wait until a server answers: some listen before they are ready."""
    for wait_s in (0.1, 1, 5, 20):
        with suppress(OSError, HTTPException):
            count_answers(peer, server, ASK)
            return
        time.sleep(wait_s)


def count_answers(peer: Peer, server: Process, workload: Workload) -> int:
    """Ask the first query; return the number of rows, or of triples. Raises HTTPError where the server answers with an error."""
    url = f"http://127.0.0.1:{server.port}{workload.paths(peer.endpoint)[0]}"
    with urlopen(Request(url, headers={"Accept": workload.accept}), timeout=PATIENCE_S) as answer:
        body = answer.read()
    if answer.headers.get_content_type() == TABLE:
        return len(json.loads(body)["results"]["bindings"])
    return sum(1 for _ in ox.parse(body, format=ox.RdfFormat.from_media_type(answer.headers.get_content_type())))


def measure(peer: Peer, server: Process, workload: Workload, seconds: int) -> dict:
    """Send a workload to a server for some seconds; return what wrk counted."""
    with tempfile.TemporaryDirectory() as folder:
        requests, order = Path(folder) / "requests", Path(folder) / "order"
        requests.write_text("\n".join(workload.paths(peer.endpoint)), encoding="utf-8")
        order.write_text("\n".join(str(number + 1) for number in workload.order), encoding="utf-8")
        settings = {"BENCH_REQUESTS": str(requests), "BENCH_ORDER": str(order), "BENCH_ACCEPT": workload.accept}
        options = ["-t1", f"-c{CONNECTIONS[workload.is_heavy]}", f"-d{seconds}", "--timeout", "60", "-s", str(SCRIPT)]
        used = server.cpu_s()
        done = subprocess.run(
            ["wrk", *options, f"http://127.0.0.1:{server.port}"],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=True,
        )
        used = server.cpu_s() - used
        if workload.is_heavy:
            settle(server)
        counted = json.loads(done.stdout.splitlines()[-1])
        return counted | {"cpu_ms": used * 1000 / max(counted["requests"], 1)}


def settle(server: Process) -> None:
    """Wait until a server has ended what nobody waits for any more, so that the next one has the machine for itself."""
    for _ in range(SETTLING_S * 5):
        used = server.cpu_s()
        time.sleep(0.2)
        if server.cpu_s() - used < 0.05:
            return


def summarize(
    peer: Peer, workload: Workload, times: int, runs: list[dict], server: Process, loading_s: float | None
) -> dict:
    """Return one row of the table: medians over the rounds."""
    return {
        "times": times,
        "workload": workload.name,
        "server": peer.name,
        "per_s": round(statistics.median(run["requests"] / run["seconds"] for run in runs), 1),
        **{key: statistics.median(run[key] for run in runs) for key in ("p50_ms", "p95_ms", "p99_ms")},
        "cpu_ms": round(statistics.median(run["cpu_ms"] for run in runs), 3),
        "errors": sum(run["errors"] + run["timeouts"] for run in runs),
        "memory_mib": server.memory_mib(),
        "loading_s": loading_s,
    }


def print_rows(rows: list[dict]) -> None:
    """Print the servers of one workload with their throughput as a ratio to oxigraph's."""
    base = next((row["per_s"] for row in rows if row["server"] == "oxigraph"), None)
    for row in rows:
        ratio = f"{row['per_s'] / base:8.2f}" if base else ""
        print(
            f"{row['times']:4}× {row['workload']:16} {row['server']:16} {row['per_s']:10.1f}/s {ratio}"
            f" {row['p50_ms']:9.2f} {row['p95_ms']:9.2f} {row['p99_ms']:9.2f} ms"
            f" {row['cpu_ms']:9.3f} ms CPU {row['errors']:4} errors {row['memory_mib']:6} MiB",
            file=sys.stderr,
            flush=True,
        )


if __name__ == "__main__":
    main()
