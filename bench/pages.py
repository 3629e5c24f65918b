"""Times the pages of the site, each kind by its largest page: `python -m bench.pages`.

For each page: what the server takes for it when nobody has asked for it before (its own Server-Timing, on a process that has
answered other pages), what an answer takes that is kept (there and back over one connection, so more than the server takes),
and its bytes, as they are and as they are sent. A table goes to stderr, JSON to stdout.
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

from bench.process import Process, free_port

SJKG = [sys.executable, "-m", "sjkg"]
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br, zstd"}
WARM_UP = ("/page/event/halhamiao-clash", "/search?q=khasan")
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
REST_S = 2  # for what a new server does in the background
APPLICATION = re.compile(r"app;dur=([\d.]+)")


@click.command()
@click.option("--snapshots", type=click.Path(path_type=Path), help="Where the snapshot is, or is to be built.")
@click.option(
    "--rounds", type=click.IntRange(1), default=5, show_default=True, help="Servers asked for each page anew."
)
def main(snapshots: Path | None, rounds: int) -> None:
    """Measure every page, print a table and JSON."""
    with tempfile.TemporaryDirectory() as passing:
        folder = snapshots or Path(passing)
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
    """Ask a new server for each page: once when it has answered only a few others, and then again and again."""
    port = free_port()
    command = [*SJKG, "serve", "--snapshots", str(snapshots), "--port", str(port), "--log", "none"]
    with Process(command, snapshots / "pages.log", port):
        connection = HTTPConnection("127.0.0.1", port)
        for path in WARM_UP:
            get(connection, path)
        time.sleep(REST_S)
        return {name: measure_page(connection, path) for name, path in PAGES.items()}


def measure_page(connection: HTTPConnection, path: str) -> dict:
    """Return what a page took when it was new, and how long it takes now that the answer is kept."""
    first, sent, _ = get(connection, path)
    again = [get(connection, path) for _ in range(REPEATS)]
    whole = get(connection, path, {"Accept": BROWSER["Accept"]})[1]
    return {
        "cold_ms": float(APPLICATION.search(first)[1]),
        "cached_ms": round(statistics.median(ms for _, _, ms in again), 3),
        "bytes": whole,
        "sent_bytes": sent,
    }


def get(connection: HTTPConnection, path: str, headers: dict[str, str] = BROWSER) -> tuple[str, int, float]:
    """Return what the server says of its time, the bytes of the body and the milliseconds there and back."""
    begun = time.perf_counter()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    taken_ms = (time.perf_counter() - begun) * 1000
    if answer.status != 200:
        raise SystemExit(f"{path} answers with {answer.status}")
    return answer.getheader("Server-Timing", ""), len(body), taken_ms


if __name__ == "__main__":
    main()
