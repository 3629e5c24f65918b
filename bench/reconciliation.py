"""Benchmark of the reconciliation service: `python -m bench.reconciliation`.

Clients send batches of 50 names, none twice, to a server with two processes: names of the graph, and such with a misspelt
letter. A row of the table has the names per second; a table goes to stderr, JSON to stdout.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import click

from bench.process import ServerProcess, free_port

SJKG = [sys.executable, "-m", "sjkg"]
BATCH = 50
CLIENTS = 4
RETRY_S = 0.5
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NAMES = "SELECT DISTINCT ?name { ?thing skos:prefLabel|skos:altLabel|sjkg:nameElsewhere ?name . ?thing a ?kind . VALUES ?kind { sjkg:Event sjkg:Actor sjkg:Place } }"


def post(port: int, path: str, **fields: str) -> dict:
    """Post a form and return the JSON of the response; repeat it while the server is busy (503).

    Raises SystemExit for another status than 200.
    """
    connection = HTTPConnection("127.0.0.1", port, 120)
    while True:
        connection.request("POST", path, urlencode(fields), {**FORM, "Accept": "application/json"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 503:
            break
        time.sleep(RETRY_S)
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status} {body[:300].decode()}")
    return json.loads(body)


def misspell(name: str, chance: random.Random) -> str:
    """Return a name with one letter replaced."""
    at = chance.randrange(len(name))
    return name[:at] + chance.choice("aeioust") + name[at + 1 :]


def measure(port: int, name: str, texts: list[str], properties: list[dict] | None = None) -> dict[str, str | float]:
    """Send texts in batches from CLIENTS clients; return a row of the table. properties: of each query."""
    extra = {"properties": properties} if properties else {}
    batches = [
        {str(place): {"query": text, **extra} for place, text in enumerate(texts[start : start + BATCH])}
        for start in range(0, len(texts), BATCH)
    ]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        results = list(clients.map(lambda batch: post(port, "/reconcile", queries=json.dumps(batch)), batches))
    seconds = time.perf_counter() - begun
    matched = sum(any(one["match"] for one in result["result"]) for batch in results for result in batch.values())
    return {"what": name, "names": len(texts), "matched": matched, "names_per_s": round(len(texts) / seconds)}


@click.command()
@click.option("--workers", type=click.IntRange(1), default=2, help="Processes of the server.")
@click.option("--names", type=click.IntRange(1), default=3000, help="Names in each measurement.")
@click.option("--seed", type=int, default=7)
def main(workers: int, names: int, seed: int) -> None:
    """Measure how many names per second the reconciliation service matches."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        snapshots = Path(folder)
        subprocess.run([*SJKG, "build", "--snapshots", str(snapshots)], check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        command = [*SJKG, "serve", "--snapshots", str(snapshots), "--port", str(port), "--workers", str(workers)]
        with ServerProcess(command, snapshots / "server.log", port):
            rows = post(port, "/sparql", query=NAMES)["results"]["bindings"]
            known = [row["name"]["value"] for row in rows]
            listed = [chance.choice(known) for _ in range(names)]
            measure(port, "warm-up", known[:400])
            table = [
                measure(port, "names of the graph", listed),
                measure(port, "names and a year", listed, [{"pid": "begin", "v": "1938"}]),
                measure(port, "misspelt names", [misspell(text, chance) for text in listed]),
            ]
    for row in table:
        click.echo(
            f"{row['what']:20} {row['names']:6} names, {row['matched']:6} matched, {row['names_per_s']:6} a second",
            err=True,
        )
    click.echo(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
