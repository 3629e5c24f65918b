"""Times the pages of the site, each kind by its largest page: `python -m bench.pages`.

For each page: what the server takes for it when nobody has asked for it before (its own Server-Timing, on a process that has
answered other pages), what an answer takes that is kept (there and back over one connection, so more than the server takes),
and its bytes, as they are and as they are sent. A table goes to stderr, JSON to stdout.
"""

import json
import re
import statistics
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

import click

from bench.process import Process, free_port

SJKG = [sys.executable, "-m", "sjkg"]
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br, zstd"}
WARM_UP = ("/about", "/page/event/zaozernaya-attack", "/search?q=khasan")
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
    "passage": "/page/passage/kanchazu-incident",
    "footnote": "/page/footnote/5",
    "term": "/page/ontology/MilitaryEvent",
    "concept": "/page/vocab/role/attacker",
    "shape": "/page/shapes/ClaimShape",
    "drawn events": "/drawings/timeline.json",
    "drawn spots": "/drawings/spots.json",
    "JSON twin": "/page/event/battles-of-khalkhin-gol.json",
    "CSV": "/events.csv",
}
APPLICATION = re.compile(r"app;dur=([\d.]+)")


@click.command()
@click.option("--snapshots", type=click.Path(path_type=Path), help="Where the snapshot is, or is to be built.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Fresh answers to each page.")
def main(snapshots: Path | None, rounds: int) -> None:
    """Measure every page, print a table and JSON."""
    with tempfile.TemporaryDirectory() as passing:
        folder = snapshots or Path(passing)
        first = [measure_fresh(folder) for _ in range(rounds)]
        kept = measure_kept(folder)
    results = [
        {"page": name, **first[0][name], "cold_ms": statistics.median(run[name]["cold_ms"] for run in first), **kept[name]}
        for name in PAGES
    ]
    print(f"{'page':18} {'cold ms':>8} {'cached ms':>10} {'bytes':>9} {'sent':>8}  status", file=sys.stderr)
    for row in results:
        print(
            f"{row['page']:18} {row['cold_ms']:8.1f} {row['cached_ms']:10.2f} {row['bytes']:9,} {row['sent_bytes']:8,}  {row['status']}",
            file=sys.stderr,
        )
    print(json.dumps(results, indent=1))


def measure_fresh(snapshots: Path) -> dict[str, dict]:
    """Ask a new server for each page once, after a few others."""
    with served(snapshots) as connection:
        return {name: fresh(connection, path) for name, path in PAGES.items()}
