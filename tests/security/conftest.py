"""Fixtures of the attack tests: a server with small limits, and the check that it recovers after each test."""

import itertools
import threading
from dataclasses import dataclass
from datetime import date, timedelta

import psutil
import pytest
import requests
from servers import MAX_WAIT_S, is_running_module, running_server, wait_for

DEADLINE_S = 5  # long enough for the queries of pages on a busy machine
MIB = 1024 * 1024
MAX_GROWTH_BYTES = 100 * MIB
UNIQUE = itertools.count()
LOOKUP = "SELECT ?date { event:halhamiao-incident sjkg:date ?date FILTER(true) }"


@dataclass
class AttackedServer:
    """A running server, with its number of processes and its memory before the first attack."""

    server: running_server
    address: str

    def __post_init__(self):
        # On a busy machine the first page waits longer for the workers to start than a page may wait.
        wait_for(lambda: self.get("/questions/events-possibly-on-day?day=1930-01-01").status_code == 200)
        self.check_answers()
        self.usual_processes = len(self.processes())
        self.usual_memory_bytes = self.memory_bytes()

    def post(self, query: str | bytes, **options) -> requests.Response:
        """Send a SPARQL query in the body of a POST request; return the response.

        options: further arguments of requests.post; headers are added to the usual ones.
        """
        body = query.encode() if isinstance(query, str) else query
        headers = {"Content-Type": "application/sparql-query", **options.pop("headers", {})}
        return requests.post(f"{self.address}/sparql", data=body, headers=headers, timeout=MAX_WAIT_S, **options)

    def get(self, path: str, **options) -> requests.Response:
        """Send a GET request for a path; return the response."""
        return requests.get(self.address + path, timeout=MAX_WAIT_S, **options)

    def processes(self) -> list[psutil.Process]:
        """Return the main process and all its living descendants."""
        main = psutil.Process(self.server.process.pid)
        return [main, *(child for child in main.children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE)]

    def workers(self) -> list[psutil.Process]:
        """Return the processes that evaluate queries."""
        return [process for process in self.processes() if is_running_module(process, "sjkg.workers.query_worker")]

    def memory_bytes(self) -> int:
        """Return the proportional set size (PSS) of all processes; shared pages count once."""
        return sum(process.memory_full_info().pss for process in self.processes())

    def check_pages(self) -> None:
        """Assert that the server responds to a page that is not in its cache."""
        day = date(1930, 1, 1) + timedelta(days=next(UNIQUE))
        page = self.get(f"/questions/events-possibly-on-day?day={day}", headers={"Accept": "text/html"})
        assert page.status_code == 200, page.text
        assert self.get("/health").json()["status"] == "ok"

    def check_answers(self) -> None:
        """Assert that the server responds to a page and to a query that are not in its cache."""
        self.check_pages()
        answer = self.post(f"{LOOKUP} # {next(UNIQUE)}")
        assert answer.json()["results"]["bindings"][0]["date"]["value"]

    def check_recovered(self) -> None:
        """Assert that the server responds, runs no query, and has the processes and memory of before the attack.

        The memory may have grown by at most MAX_GROWTH_BYTES.
        """
        self.wait_until_idle()
        self.check_answers()
        wait_for(lambda: len(self.processes()) == self.usual_processes)
        assert self.memory_bytes() < self.usual_memory_bytes + MAX_GROWTH_BYTES

    def wait_until_idle(self) -> None:
        """Wait until no query runs, which is the case soon after its deadline."""
        wait_for(lambda: 'sjkg_query_workers{state="busy"} 0.0' in self.get("/metrics").text)

    def attack_while_serving(self, attack, times: int = 2) -> list[requests.Response]:
        """Run an attack in several threads while a page is requested; return the values that it returned.

        attack: a function without arguments. times: the number of threads.
        """
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
    """The attacked server: one for all attack tests, with limits small enough to be reached."""
    limits = {
        "--query-deadline-s": DEADLINE_S,
        "--query-memory-bytes": 400 * MIB,
        "--max-answer-bytes": 8 * MIB,
        "--query-wait-s": 20,
        "--check-deadline-s": 6,
        "--cache-mib": 8,
    }
    server = running_server("--snapshots", str(snapshots), *(str(word) for pair in limits.items() for word in pair))
    with server as address:
        yield AttackedServer(server, address)


@pytest.fixture
def unhurt(attacked):
    """The attacked server; after the test it must respond, be idle, and have as many processes and memory as before."""
    yield attacked
    attacked.check_recovered()
