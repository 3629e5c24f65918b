"""Benchmark of the SPARQL endpoint beside other servers: same machine, data and queries, over HTTP.

Run `sh bench/install_peers.sh FOLDER`, then `python -m bench.endpoint --peers FOLDER --times 1 --times 10 >
figures.json`. A table goes to stderr, JSON to stdout. In turn each server gets each workload (a list of queries to
repeat) for some seconds, in several rounds, and the median round counts; a workload that must start with a cold cache
is sent once. The load generator is wrk, in closed loop: a slow server gets fewer requests. A query that takes longer
than half a measurement is timed once, by itself; one that fails or times out is reported and left out. With the
defaults, one size of data takes at most five minutes.
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
from bench.process import ServerProcess, free_port
from bench.workload import TABLE, Workload, workloads

SCRIPT = Path(__file__).parent / "load.lua"
READY_CHECK = Workload("ready", ["SELECT * { <x:> ?property ?value }"], [0], TABLE)
WARM_UP_S = 1
MAX_WAIT_S = 20  # for one response
MAX_IDLE_WAIT_S = 5  # for a server to end the queries of closed connections
CONNECTIONS = {True: 2, False: 8}  # by whether the workload is heavy


@click.command()
@click.option(
    "--peers",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder in which install_peers.sh installed the other servers.",
)
@click.option(
    "--times", type=int, multiple=True, default=(1,), help="Size of the data, in multiples of the packaged graph."
)
@click.option("--only", multiple=True, help="Measure only the server of this name; may be repeated.")
@click.option("--workload", "names", multiple=True, help="Measure only the workload of this name; may be repeated.")
@click.option("--seconds", type=int, default=1, show_default=True, help="Length of one measurement, in seconds.")
@click.option("--rounds", type=int, default=2, show_default=True)
@click.option("--work", type=click.Path(path_type=Path), help="Folder in which loaded data stay for the next run.")
def main(
    peers: Path,
    times: tuple[int, ...],
    only: tuple[str, ...],
    names: tuple[str, ...],
    seconds: int,
    rounds: int,
    work: Path | None,
):
    """Measure all chosen servers and workloads, print a table to stderr and a JSON array of its rows to stdout."""
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        for size in times:
            chosen = [
                peer
                for peer in all_peers(peers.resolve())
                if peer.is_installed and size <= peer.max_times and (not only or peer.name in only)
            ]
            chosen_workloads = [workload for workload in workloads(size) if not names or workload.name in names]
            results += compare(chosen, chosen_workloads, size, (work or Path(temporary)).resolve(), seconds, rounds)
    print(json.dumps(results, indent=1))


def compare(
    peers: list[Peer], chosen_workloads: list[Workload], times: int, work: Path, seconds: int, rounds: int
) -> list[dict]:
    """Measure servers on data of one size; return a row for each server and workload that it can answer.

    times: the size in multiples of the packaged graph. work: folder for generated and loaded data. seconds, rounds:
    length and number of measurements. Rows have the keys times, workload, server, per_s, p50_ms, p95_ms, p99_ms, cpu_ms
    (per request), errors, memory_mib and loading_s (None if loaded before).
    """
    work.mkdir(parents=True, exist_ok=True)
    quads = work / f"made-up-{times}.nq"
    if not quads.exists():
        write_quads(quads, times, seed=1)
    loading_s = {peer: load_data(peer, quads, work) for peer in peers}
    rows = []
    with ExitStack() as running:
        servers = {peer: start_server(peer, quads, work, running) for peer in peers}
        for workload in chosen_workloads:
            runs = run_workload(servers, workload, seconds, rounds)
            found = [summarize(peer, workload, times, runs[peer], servers[peer], loading_s[peer]) for peer in runs]
            print_rows(found)
            rows += found
    return rows


def run_workload(
    servers: dict[Peer, ServerProcess], workload: Workload, seconds: int, rounds: int
) -> dict[Peer, list[dict]]:
    """Send a workload to each server that can answer it; return its measurements, one dict for each round.

    A server that needs more than half of `seconds` for the first query is sent it again, and if that takes as long, this is
    its only measurement. Keys: requests, seconds, errors, timeouts, cpu_ms (per request), p50_ms, p95_ms, p99_ms.
    """
    first = time_first_requests(servers, workload)
    slow = {peer: servers[peer] for peer, run in first.items() if run["seconds"] >= seconds / 2}
    runs = {peer: [run] for peer, run in (first | time_first_requests(slow, workload)).items()}
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


def time_first_requests(servers: dict[Peer, ServerProcess], workload: Workload) -> dict[Peer, dict]:
    """Time the first query of a workload on each server; return a measurement for each that responds.

    Failures, and differing numbers of results, are printed to stderr. A server that does not respond is restarted.
    """
    runs, sizes = {}, {}
    for peer, server in servers.items():
        used, begun = server.cpu_s(), time.perf_counter()
        try:
            sizes[peer] = count_results(peer, server, workload)
        except HTTPError as error:
            print(f"{peer.name}: status {error.code} for {workload.name}: {error.read(200)!r}", file=sys.stderr)
            continue
        except (OSError, HTTPException) as error:
            print(f"{peer.name}: no response to {workload.name} within {MAX_WAIT_S} s: {error}", file=sys.stderr)
            server.restart()
            wait_until_ready(peer, server)
            continue
        taken_s = time.perf_counter() - begun
        runs[peer] = {
            **{"requests": 1, "seconds": taken_s, "errors": 0, "timeouts": 0, "cpu_ms": (server.cpu_s() - used) * 1000},
            **dict.fromkeys(("p50_ms", "p95_ms", "p99_ms"), taken_s * 1000),
        }
    if len(set(sizes.values())) > 1:
        counts = ", ".join(f"{peer.name} {size}" for peer, size in sizes.items())
        print(f"the numbers of results of {workload.name} differ: {counts}", file=sys.stderr)
    return runs


def folder_of(peer: Peer, quads: Path, work: Path) -> Path:
    """Return the folder with the data of a file that a server has loaded, below `work`."""
    return work / f"{quads.stem}-{peer.folder_name}"


def load_data(peer: Peer, quads: Path, work: Path) -> float | None:
    """Load a file of N-Quads into a server's store; return the seconds it took, None if that was done before."""
    if folder_of(peer, quads, work).exists():
        return None
    begun = time.perf_counter()
    peer.load(quads, folder_of(peer, quads, work))
    return round(time.perf_counter() - begun, 1)


def start_server(peer: Peer, quads: Path, work: Path, running: ExitStack) -> ServerProcess:
    """Start a server on a free port and wait until it responds; `running` stops it at its end."""
    port, folder = free_port(), folder_of(peer, quads, work)
    server = running.enter_context(ServerProcess(peer.command(folder, port), work / f"{peer.name}.log", port))
    wait_until_ready(peer, server)
    return server


def wait_until_ready(peer: Peer, server: ServerProcess) -> None:
    """Wait until a server responds to a query, at most about 26 s: some listen before they are ready."""
    for wait_s in (0.1, 1, 5, 20):
        with suppress(OSError, HTTPException):
            count_results(peer, server, READY_CHECK)
            return
        time.sleep(wait_s)


def count_results(peer: Peer, server: ServerProcess, workload: Workload) -> int:
    """Send the first query of a workload; return the number of rows or triples. Raises HTTPError or OSError."""
    url = f"http://127.0.0.1:{server.port}{workload.paths(peer.endpoint)[0]}"
    with urlopen(Request(url, headers={"Accept": workload.accept}), timeout=MAX_WAIT_S) as response:
        body = response.read()
    if response.headers.get_content_type() == TABLE:
        return len(json.loads(body)["results"]["bindings"])
    return sum(1 for _ in ox.parse(body, format=ox.RdfFormat.from_media_type(response.headers.get_content_type())))


def measure(peer: Peer, server: ServerProcess, workload: Workload, seconds: int) -> dict:
    """Send a workload to a server with wrk for some seconds; return the measurement.

    Keys: those that load.lua prints (requests, seconds, bytes, errors, timeouts, p50_ms, p95_ms, p99_ms, max_ms) and
    cpu_ms, the processor time of the server per request.
    """
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
            wait_until_idle(server)
        counted = json.loads(done.stdout.splitlines()[-1])
        return counted | {"cpu_ms": used * 1000 / max(counted["requests"], 1)}


def wait_until_idle(server: ServerProcess) -> None:
    """Wait until a server uses hardly any processor time, at most MAX_IDLE_WAIT_S, so that others can be measured."""
    for _ in range(MAX_IDLE_WAIT_S * 5):
        used = server.cpu_s()
        time.sleep(0.2)
        if server.cpu_s() - used < 0.05:
            return


def summarize(
    peer: Peer, workload: Workload, times: int, runs: list[dict], server: ServerProcess, loading_s: float | None
) -> dict:
    """Return one row of the table as a dict: medians over the rounds, and the sum of errors and timeouts."""
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
    """Print the rows of one workload to stderr, each with the ratio of its throughput to the server "oxigraph"."""
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
