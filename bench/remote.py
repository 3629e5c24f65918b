"""Benchmark of the site over SPARQL stores elsewhere (`sjkg serve --store`) beside the site over its own store.

Run `sh bench/install_peers.sh FOLDER stores`, then `python -m bench.remote --stores FOLDER`; it needs wrk. Each store loads
the packaged graph by `sjkg load-remote`. First each saved query is sent to each server, its result is compared with that of
the embedded store, and the time is taken; then wrk sends all of them in turn, with and without the response cache. A table
goes to stderr, JSON to stdout.
"""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import click

from bench.endpoint import measure
from bench.peers import FUSEKI, Fuseki, Ours, Oxigraph, Peer
from bench.process import ServerProcess, free_port
from bench.workload import Workload
from sjkg.core.settings import default_snapshots, packaged_kb
from sjkg.kb.queries import read_queries
from sjkg.snapshot.build import ensure_snapshot
from sjkg.sparql.rewriting import inline_bindings

SJKG = [sys.executable, "-m", "sjkg"]
ACCEPT = "text/csv, */*;q=0.1"
EMBEDDED = "embedded"
OURS = Ours("ours", Path(sys.executable))  # for the path of its endpoint only


class RemoteOxigraph(Oxigraph):
    """Oxigraph's server with an empty store on disk."""

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command line that serves the store in a folder on a port."""
        return [str(self.home), "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]


class RemoteFuseki(Fuseki):
    """Fuseki with an empty TDB2 store."""

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command line that serves the store in a folder on a port; write its configuration first."""
        (folder / "tdb").mkdir(parents=True, exist_ok=True)
        text = FUSEKI.replace("FOLDER", str(folder / "tdb")).replace(" ; tdb2:unionDefaultGraph true", "")
        (folder / "fuseki.ttl").write_text(text, encoding="utf-8")
        return super().command(folder, port)


class RemotePeer(NamedTuple):
    """A SPARQL store. graphs: the URL path of its Graph Store Protocol."""

    peer: Peer
    graphs: str


@click.command()
@click.option("--stores", type=click.Path(path_type=Path), required=True, help="Folder given to install_peers.sh.")
@click.option("--seconds", type=int, default=2, show_default=True, help="Length of one measurement, in seconds.")
@click.option("--rounds", type=int, default=3, show_default=True)
def main(stores: Path, seconds: int, rounds: int) -> None:
    """Compare and measure; print a table to stderr and a JSON object to stdout."""
    jar = next((stores / "fuseki").glob("jena-fuseki-server-*.jar"), stores / "fuseki/jena-fuseki-server.jar")
    peers = [
        RemotePeer(RemoteOxigraph("oxigraph", stores / "oxigraph/bin/oxigraph", "/query"), "/store"),
        RemotePeer(RemoteFuseki("fuseki", jar, "/ds/sparql"), "/ds"),
    ]
    snapshots = default_snapshots()
    ensure_snapshot(packaged_kb(), snapshots, lambda stage: None)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        endpoints, loading_s = {EMBEDDED: None}, {}
        for peer, graphs in peers:
            if peer.is_installed:
                address = start_store(peer, Path(folder) / peer.name, running)
                begun = time.perf_counter()
                subprocess.run([*SJKG, "load-remote", address + graphs], check=True, stdout=subprocess.DEVNULL)
                loading_s[peer.name] = round(time.perf_counter() - begun, 1)
                endpoints[peer.name] = address + peer.endpoint
        servers = {
            (name, cache_mib): start_site(endpoint, cache_mib, Path(folder), running)
            for name, endpoint in endpoints.items()
            for cache_mib in (64, 0)
        }
        report = {
            "loading_s": loading_s,
            "queries": compare_results({name: servers[name, 0] for name in endpoints}),
            "throughput": measure_throughput(servers, list(endpoints), seconds, rounds),
        }
    print(json.dumps(report, indent=1))


def start_store(peer: Peer, folder: Path, running: ExitStack) -> str:
    """Start a store with its files in a new folder; return its address."""
    folder.mkdir()
    port = free_port()
    running.enter_context(ServerProcess(peer.command(folder, port), folder / "log", port))
    return f"http://127.0.0.1:{port}"


def start_site(endpoint: str | None, cache_mib: int, folder: Path, running: ExitStack) -> ServerProcess:
    """Start `sjkg serve` over an endpoint, None for the store of its snapshot, and wait until it is ready."""
    port = free_port()
    command = [*SJKG, "serve", "--port", str(port), "--cache-mib", str(cache_mib), "--log", "none"]
    command += ["--store", endpoint] if endpoint else []
    server = running.enter_context(ServerProcess(command, folder / f"site-{port}.log", port))
    urlopen(f"http://127.0.0.1:{port}/ready").close()
    return server


def saved_queries() -> dict[str, str]:
    """Return the text of each saved query, with the default values of its parameters, by name."""
    queries = read_queries(packaged_kb()).values()
    return {query.name: inline_bindings(query.body, query.bind({})) for query in queries}


def compare_results(servers: dict[str, ServerProcess]) -> dict[str, dict[str, object]]:
    """Send each saved query to each server, twice; return numbers for each server and print them.

    Keys: equal (results with the same cells, in any order), equal_but_spelling (of these, those that differ in capital
    letters or in how a number is written), different (names), p50_ms and p95_ms (of the second request).
    """
    found: dict[str, dict[str, object]] = {}
    reference: dict[str, str] = {}
    for name, server in servers.items():
        times, spelled, different, equal = [], [], [], 0
        for query, text in saved_queries().items():
            path = Workload("", [text], [0], ACCEPT).paths(OURS.endpoint)[0]
            for _ in range(2):
                begun = time.perf_counter()
                body = fetch(server, path)
                took_ms = 1000 * (time.perf_counter() - begun)
            times.append(took_ms)
            expected = reference.setdefault(query, body)
            equal += read_cells(body) == read_cells(expected)
            if read_cells(body) != read_cells(expected):
                (spelled if normalise(body) == normalise(expected) else different).append(query)
        cuts = statistics.quantiles(times, n=20)
        found[name] = {"equal": equal, "equal_but_spelling": spelled, "different": different}
        found[name] |= {"p50_ms": round(statistics.median(times), 1), "p95_ms": round(cuts[-1], 1)}
        print(f"{name:10} {found[name]}", file=sys.stderr, flush=True)
    return found


def fetch(server: ServerProcess, path: str) -> str:
    """Return the body of a response in CSV, or the message of an error."""
    try:
        headers = {"Accept": ACCEPT, "Host": "127.0.0.1"}  # as wrk sends them; the cache has an entry for each
        with urlopen(Request(f"http://127.0.0.1:{server.port}{path}", headers=headers)) as reply:
            return reply.read().decode()
    except HTTPError as error:
        return f"{error.code} {error.read().decode()}"


def read_cells(text: str) -> list[list[str]]:
    """Return the rows of a CSV table, sorted."""
    return sorted(csv.reader(text.splitlines()))


def normalise(text: str) -> list[list[str]]:
    """Return the rows of a CSV table, sorted, with numbers written in one way and in small letters."""

    def read(cell: str) -> str:
        try:
            return str(float(cell))
        except ValueError:
            return cell.casefold()

    return sorted([read(cell) for cell in row] for row in csv.reader(text.splitlines()))


def measure_throughput(
    servers: dict[tuple[str, int], ServerProcess], names: list[str], seconds: int, rounds: int
) -> list[dict[str, object]]:
    """Send all saved queries in turn to each server, in several rounds; return a row for each server and print it."""
    texts = list(saved_queries().values())
    rows = []
    for cache_mib in (64, 0):
        name = "cached" if cache_mib else "heavy: not cached"  # a heavy workload has fewer connections
        workload = Workload(name, texts, list(range(len(texts))), ACCEPT)
        runs: dict[str, list[dict]] = {name: [] for name in names}
        for name in names:
            for path in workload.paths(OURS.endpoint):
                fetch(servers[name, cache_mib], path)
        for _ in range(rounds):
            for name in names:
                runs[name].append(measure(OURS, servers[name, cache_mib], workload, seconds))
        base = statistics.median(run["requests"] for run in runs[EMBEDDED])
        for name in names:
            row = {
                "cache": bool(cache_mib),
                "store": name,
                "per_s": round(statistics.median(run["requests"] / run["seconds"] for run in runs[name]), 1),
                "ratio": round(statistics.median(run["requests"] for run in runs[name]) / base, 2),
                **{key: round(statistics.median(run[key] for run in runs[name]), 2) for key in ("p50_ms", "p95_ms")},
                "errors": sum(run["errors"] + run["timeouts"] for run in runs[name]),
                "memory_mib": servers[name, cache_mib].memory_mib(),
            }
            rows.append(row)
            print(row, file=sys.stderr, flush=True)
    return rows


if __name__ == "__main__":
    main()
