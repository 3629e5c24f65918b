"""Benchmark of shares among clients: `python -m bench.fairness`.

Visitors ask for pages that are not cached, all at once. Then a good user repeats a request that is not cached while other
clients repeat hostile ones without a pause: endless queries, or texts whose validation takes long. Each client has a source
address of its own, in one network (127.0.0.0/24) or each in its own. A table goes to stderr, JSON to stdout.
"""

import itertools
import json
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

import click

from bench.process import ServerProcess, free_port

SJKG = [sys.executable, "-m", "sjkg"]
TIMEOUT_S = 120
GOOD_PAUSE_S, GOOD_CHECK_PAUSE_S = 0.3, 1
HOSTILE_PAUSE_S = 0.05  # after a refusal, so that the clients do not take the processor from the server
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
JOIN = "SELECT * { ?event a sjkg:BorderIncident ; sjkg:date ?date } #"  # a number follows, so that it is not cached
PREFIXES = "@prefix sjkg: <https://w3id.org/sjkg/ontology#> .\n@prefix event: <https://w3id.org/sjkg/id/event/> .\n"
SLOW_TEXT = PREFIXES + "".join(f"event:part-{n} sjkg:partOf event:part-{n + 1} .\n" for n in range(3000))
SHORT_TEXT = PREFIXES + "event:halhamiao-incident sjkg:date 1 .\n"
HTML = {"Accept": "text/html"}
PLACES = "SELECT DISTINCT ?place { ?place a sjkg:Place } ORDER BY ?place LIMIT 25"
Row = dict[str, str | float | int]


class Client:
    """A client at a source address of the loopback interface, which opens a connection for each request."""

    def __init__(self, port: int, address: str):
        self._port, self._address = port, address

    def send(
        self, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, float, bytes]:
        """Send a GET, or a POST of `body` as Turtle; return the status, the seconds until the whole response, and its body.

        The status is 0 if there is no response.
        """
        begun = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self._port, TIMEOUT_S, source_address=(self._address, 0))
        try:
            types = {"Content-Type": "text/turtle", "Accept": "application/json"} if body else {}
            connection.request("POST" if body else "GET", path, body, {**types, **(headers or {})})
            response = connection.getresponse()
            content = response.read()
            return response.status, time.perf_counter() - begun, content
        except (OSError, HTTPException):
            return 0, time.perf_counter() - begun, b""
        finally:
            connection.close()


def measure_visitors(port: int, name: str, paths: Iterable[str], one_address: bool) -> Row:
    """Request pages as HTML at the same time, from one address or each from its own; return a row of the table."""
    results: list[tuple[int, float, bytes]] = []
    listed = list(paths)
    ready = threading.Barrier(len(listed))

    def visit(number: int, path: str) -> None:
        ready.wait()
        results.append(Client(port, f"127.0.0.{2 if one_address else 2 + number}").send(path, headers=HTML))

    threads = [threading.Thread(target=visit, args=each) for each in enumerate(listed)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return make_row(name, results)


def make_row(name: str, results: list[tuple[int, float, bytes]]) -> Row:
    """Return a row of the table: the number of requests, how many were answered by 200, and the seconds that took."""
    times = [seconds for status, seconds, _ in results if status == 200]
    return {
        "measurement": name,
        "requests": len(results),
        "answered": len(times),
        "percent": round(100 * len(times) / len(results)),
        "median_s": round(statistics.median(times), 3) if times else 0,
        "slowest_s": round(max(times), 3) if times else 0,
        "statuses": " ".join(f"{status}×{count}" for status, count in sorted(Counter(r[0] for r in results).items())),
    }


@contextmanager
def attack(port: int, addresses: Iterable[str], path: str, body: str | None) -> Iterator[Counter[int]]:
    """Let clients at these addresses repeat a request within the `with` block; yield the counts of its statuses."""
    stop, statuses = threading.Event(), Counter[int]()

    def repeat(address: str) -> None:
        while not stop.is_set():
            status, _, _ = Client(port, address).send(path, body)
            statuses[status] += 1
            if status in (0, 429, 503):
                stop.wait(HOSTILE_PAUSE_S)

    threads = [threading.Thread(target=repeat, args=[address], daemon=True) for address in addresses]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        for thread in threads:
            thread.join(TIMEOUT_S)


def measure_good_user(name: str, seconds: float, pause_s: float, ask: Callable[[], tuple[int, float, bytes]]) -> Row:
    """Repeat a request of a good user, with a pause after each, for some seconds; return a row of the table."""
    results, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        results.append(ask())
        time.sleep(pause_s)
    return make_row(name, results)


def hostile_addresses(count: int, kind: str) -> list[str]:
    """Return source addresses: all “in one address”, “in one network” (127.0.0.0/24), or “in own networks” (/24)."""
    if kind == "in one address":
        return ["127.0.0.100"] * count
    return [f"127.0.0.{100 + n}" if kind == "in one network" else f"127.1.{n}.1" for n in range(count)]


def measure(port: int, seconds: float) -> Iterator[Row]:
    """Measure a server and yield the rows of the table, one after another."""
    numbers = itertools.count()
    operator = Client(port, "127.0.0.1")
    operator.send("/explain?s=event:battles-of-khalkhin-gol&p=rdf:type&o=sjkg:MilitaryEvent")  # loads the proofs
    places = json.loads(operator.send(f"/sparql?query={quote(PLACES)}")[2])["results"]["bindings"]
    paths = [row["place"]["value"].replace("https://w3id.org/sjkg/id", "/page") for row in places]
    for path in ("/?x=1", "/page/actor/soviet-union", "/questions/losses-by-event-and-side"):
        yield measure_visitors(port, f"25 visitors of {path}", [path] * 25, one_address=False)
    yield measure_visitors(port, "12 pages in tabs", paths[:12], one_address=True)
    yield measure_visitors(port, "25 visitors of 25 pages", [f"{path}?x=1" for path in paths], one_address=False)

    def ask(good: Client) -> tuple[int, float, bytes]:
        return good.send(f"/sparql?query={quote(f'{JOIN}{next(numbers)}')}")

    def explain(good: Client) -> tuple[int, float, bytes]:
        return good.send(f"/explain?s=event:halhamiao-incident&p=rdf:type&o=sjkg:Event&x={next(numbers)}")

    endless = f"/sparql?query={quote(ENDLESS)}"
    yield measure_good_user("queries, nobody else", min(seconds, 5), GOOD_PAUSE_S, partial(ask, operator))
    for what, question, count, kind in (
        ("queries", ask, 2, "in own networks"),
        ("queries", ask, 18, "in own networks"),
        ("queries", ask, 18, "in one network"),
        ("queries", ask, 18, "in one address"),
        ("explanations", explain, 18, "in one network"),
    ):
        good = Client(port, "127.0.0.2" if kind == "in one network" else "127.2.0.2")
        with attack(port, hostile_addresses(count, kind), endless, None) as statuses:
            name = f"{what} beside {count} clients {kind}"
            row = measure_good_user(name, seconds, GOOD_PAUSE_S, partial(question, good))
        yield row | {"hostile": str(dict(statuses))}
    for count in (1, 4):
        with attack(port, hostile_addresses(count, "in one address"), "/validate", SLOW_TEXT) as statuses:
            check = partial(Client(port, "127.2.0.2").send, "/validate", SHORT_TEXT)
            row = measure_good_user(f"checks beside {count} slow checks", seconds, GOOD_CHECK_PAUSE_S, check)
        yield row | {"hostile": str(dict(statuses))}


@click.command()
@click.option("--seconds", default=15.0, help="Time for each measurement beside hostile clients.")
@click.option("--workers", default=1, help="Server processes.")
def main(seconds: float, workers: int) -> None:
    """Measure a server of the packaged graph on the loopback interface, with the default limits."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = [*SJKG, "serve", "--port", str(port), "--workers", str(workers), "--log", "none"]
        rows = []
        with ServerProcess(command, Path(folder) / "log", port):
            for row in measure(port, seconds):
                print(*row.values(), sep="\t", file=sys.stderr, flush=True)
                rows.append(row)
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
