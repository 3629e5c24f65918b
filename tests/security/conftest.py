"""A server under attack, and the check that it still works afterwards."""

import itertools
import threading
from dataclasses import dataclass
from datetime import date, timedelta

import psutil
import pytest
import requests
from servers import PATIENCE_S, running_server, runs, wait_for

DEADLINE_S = 8  # long enough for the queries of pages on a busy machine
MIB = 1024 * 1024
MAX_GROWTH_BYTES = 100 * MIB
UNIQUE = itertools.count()
LOOKUP = "SELECT ?date { event:halhamiao-incident sjkg:date ?date FILTER(true) }"


@dataclass
class Attacked:
    """A server to attack, and its number of processes and memory before the attack."""

    server: running_server
    address: str

    def __post_init__(self):
        self.check_answers()
        self.usual = len(self.processes())
        self.usual_bytes = self.memory_bytes()

    def post(self, query: str | bytes, **options) -> requests.Response:
        body = query.encode() if isinstance(query, str) else query
        headers = {"Content-Type": "application/sparql-query", **options.pop("headers", {})}
        return requests.post(f"{self.address}/sparql", data=body, headers=headers, timeout=PATIENCE_S, **options)

    def get(self, path: str, **options) -> requests.Response:
        return requests.get(self.address + path, timeout=PATIENCE_S, **options)

    def processes(self) -> list[psutil.Process]:
        main = psutil.Process(self.server.process.pid)
        return [main, *(child for child in main.children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE)]

    def workers(self) -> list[psutil.Process]:
        return [process for process in self.processes() if runs(process, "sjkg.workers.query_worker")]

    def memory_bytes(self) -> int:
        return sum(process.memory_full_info().pss for process in self.processes())

    def check_pages(self) -> None:
        """Check that a page that is not in the cache is answered."""
        day = date(1930, 1, 1) + timedelta(days=next(UNIQUE))
        page = self.get(f"/questions/events-possibly-on-day?day={day}", headers={"Accept": "text/html"})
        assert page.status_code == 200 and self.get("/health").json()["status"] == "ok"

    def check_answers(self) -> None:
        """Check that pages and queries are answered."""
        self.check_pages()
        answer = self.post(f"{LOOKUP} # {next(UNIQUE)}")
        assert answer.json()["results"]["bindings"][0]["date"]["value"]

    def check_unhurt(self) -> None:
        """Check that no query is running, and that the number of processes and the memory are as before."""
        self.wait_until_idle()
        self.check_answers()
        wait_for(lambda: len(self.processes()) == self.usual)
        assert self.memory_bytes() < self.usual_bytes + MAX_GROWTH_BYTES

    def wait_until_idle(self) -> None:
        """Wait until no query runs, which is the case soon after its deadline."""
        wait_for(lambda: 'sjkg_query_workers{state="busy"} 0.0' in self.get("/metrics").text)

    def during(self, attack, times: int = 2) -> list[requests.Response]:
        """Run an attack several times at once while pages are requested; return the attackers' responses."""
        got = []
        attackers = [threading.Thread(target=lambda: got.append(attack())) for _ in range(times)]
        for thread in attackers:
            thread.start()
        self.check_pages()
        for thread in attackers:
            thread.join()
        return got


@pytest.fixture(scope="package")
def attacked(snapshot, snapshots):
    limits = {
        "--query-deadline-s": DEADLINE_S,
        "--query-memory-bytes": 400 * MIB,
        "--max-answer-bytes": 8 * MIB,
        "--query-wait-s": 20,
        "--check-deadline-s": 12,
        "--cache-mib": 8,
    }
    server = running_server("--snapshots", str(snapshots), *(str(word) for pair in limits.items() for word in pair))
    with server as address:
        yield Attacked(server, address)


@pytest.fixture
def unhurt(attacked):
    """The attacked server; after the test it must be as it was before."""
    yield attacked
    attacked.check_unhurt()
