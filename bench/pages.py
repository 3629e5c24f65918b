"""Benchmark of the pages of the site, each kind by its largest page: `python -m bench.pages`.

For each page: cold_ms, the server's own time (its Server-Timing header) for the first request, on a process that has
rendered other pages; cached_ms, the round trip of a cached response over an open connection; bytes of the body, and
sent_bytes after compression. A table goes to stderr, JSON to stdout.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

import click

from bench.process import ServerProcess, free_port

SJKG = [sys.executable, "-m", "sjkg"]
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br, zstd"}
WARM_UP = (  # with a proof, since the first one loads the recorded closure (0.3 s)
    "/page/event/halhamiao-clash",
    "/search?q=khasan",
    "/explain?s=event:battles-of-khalkhin-gol&p=rdf:type&o=sjkg:MilitaryEvent",
)
PAGES = {
    "start": "/",
    "list of events": "/events",
    "list, narrowed": "/events?kind=sjkg:BorderIncident&year=1936",
    "list of claims": "/claims",
    "list of passages": "/passages",
    "timeline": "/timeline",
    "map": "/map",
    "network": "/network",
    "figures": "/figures",
    "contradictions": "/contradictions",
    "questions": "/questions",
    "a question": "/questions/losses-by-event-and-side",
    "search": "/search?q=battle",
    "about": "/about",
    "downloads": "/downloads",
    "ontology": "/page/ontology",
    "event": "/page/event/battles-of-khalkhin-gol",
    "whole conflict": "/page/event/soviet-japanese-border-conflicts",
    "actor": "/page/actor/soviet-union",
    "place": "/page/place/mongolia",
    "claim": "/page/claim/april-1936-japanese-killed",
    "passage": "/page/passage/tauran-incident",
    "footnote": "/page/footnote/5",
    "term": "/page/ontology/MilitaryEvent",
    "concept": "/page/vocab/role/attacker",
    "shape": "/page/shapes/Claim",
    "treaty": "/page/treaty/soviet-japanese-neutrality-pact",
    "participation": "/page/participation/battle-of-lake-khasan--soviet-union",
    "remark": "/page/remark/halhamiao-led-by",
    "section": "/page/section/1935-incidents",
    "proof": "/explain?s=event:halhamiao-incident&p=sjkg:involvesPower&o=actor:soviet-union",
    "drawn events": "/drawings/timeline.json",
    "drawn spots": "/drawings/spots.json",
    "JSON twin": "/page/event/battles-of-khalkhin-gol.json",
    "CSV": "/events.csv",
}
REPEATS = 20
SETTLE_S = 2  # a new server still does background work
SERVER_TIME = re.compile(r"app;dur=([\d.]+)")


@click.command()
@click.option(
    "--snapshots",
    type=click.Path(path_type=Path),
    help="Folder of snapshots; a snapshot is built in it if there is none.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Number of server processes to measure one after the other.",
)
def main(snapshots: Path | None, rounds: int) -> None:
    """Build a snapshot if needed, measure every page, print a table to stderr and JSON to stdout.

    Of several rounds, each with a new server process, the least value counts.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = snapshots or Path(temporary)
        subprocess.run([*SJKG, "build", "--snapshots", str(folder)], check=True, stdout=subprocess.DEVNULL)
        runs = [measure(folder) for _ in range(rounds)]
    results = [{"page": name, **{key: min(run[name][key] for run in runs) for key in runs[0][name]}} for name in PAGES]
    print(f"{'page':22} {'cold ms':>8} {'cached ms':>10} {'bytes':>9} {'sent':>8}", file=sys.stderr)
    for row in results:
        print(
            f"{row['page']:22} {row['cold_ms']:8.1f} {row['cached_ms']:10.2f} {row['bytes']:9,} {row['sent_bytes']:8,}",
            file=sys.stderr,
        )
    print(json.dumps(results, indent=1))


def measure(snapshots: Path) -> dict[str, dict]:
    """Start a server and measure every page once; return a dict from page name to its measurements.

    snapshots: the folder of snapshots. The measurements are a dict with the keys cold_ms, cached_ms, bytes, sent_bytes.
    """
    port = free_port()
    command = [*SJKG, "serve", "--snapshots", str(snapshots), "--port", str(port), "--log", "none"]
    with ServerProcess(command, snapshots / "pages.log", port):
        connection = HTTPConnection("127.0.0.1", port)
        for path in WARM_UP:
            timed_get(connection, path)
        time.sleep(SETTLE_S)
        return {name: measure_page(connection, path) for name, path in PAGES.items()}


def measure_page(connection: HTTPConnection, path: str) -> dict:
    """Request a page once, then REPEATS times from the cache; return cold_ms, cached_ms (median), bytes, sent_bytes."""
    first, sent, _ = timed_get(connection, path)
    again = [timed_get(connection, path) for _ in range(REPEATS)]
    whole = timed_get(connection, path, {"Accept": BROWSER["Accept"]})[1]
    return {
        "cold_ms": float(SERVER_TIME.search(first)[1]),
        "cached_ms": round(statistics.median(ms for _, _, ms in again), 3),
        "bytes": whole,
        "sent_bytes": sent,
    }


def timed_get(connection: HTTPConnection, path: str, headers: dict[str, str] = BROWSER) -> tuple[str, int, float]:
    """Send a GET request; return the Server-Timing header, the bytes of the body and the round trip in milliseconds.

    Raises SystemExit for a status other than 200.
    """
    begun = time.perf_counter()
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    taken_ms = (time.perf_counter() - begun) * 1000
    if response.status != 200:
        raise SystemExit(f"GET {path}: status {response.status}, expected 200")
    return response.getheader("Server-Timing", ""), len(body), taken_ms


if __name__ == "__main__":
    main()
