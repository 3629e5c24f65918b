"""A client that asks for little is served beside others that ask for much, each at a source address of its own."""

import threading
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

from servers import MAX_WAIT_S, wait_for

from tests.security.conftest import LOOKUP, UNIQUE

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PLACES = "SELECT DISTINCT ?place { ?place a sjkg:Place } ORDER BY ?place LIMIT 12"


def get(url: str, path: str, address: str) -> tuple[int, str | None]:
    """Send a GET request from a source address; return the status and the header Retry-After."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=MAX_WAIT_S, source_address=(address, 0))
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers["Retry-After"]


def in_threads(jobs: list) -> list[threading.Thread]:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    return threads


def test_queries_of_a_client_are_answered_beside_endless_ones_of_others(unhurt):
    attacks = []

    def attack(number: int):
        path = f"/sparql?query={quote(f'{ENDLESS} # {number}')}"
        return lambda: attacks.append(get(unhurt.address, path, f"127.0.0.{100 + number % 6}"))

    attackers = in_threads([attack(number) for number in range(24)])
    wait_for(lambda: len(attacks) >= 4)  # two queries run, 16 wait, the others are refused
    answers = [
        get(unhurt.address, f"/sparql?query={quote(f'{LOOKUP} # {next(UNIQUE)}')}", "127.0.0.2") for _ in range(5)
    ]
    for thread in attackers:
        thread.join()
    assert answers == [(200, None)] * 5
    assert {status for status, _ in attacks} <= {429, 503, 504}
    assert all(int(seconds) >= 1 for status, seconds in attacks if status == 429)
    assert 429 in dict(attacks)


def test_pages_opened_at_once_are_all_served_to_one_client(unhurt):
    places = [row["place"]["value"] for row in unhurt.post(PLACES).json()["results"]["bindings"]]
    served = []
    paths = [place.replace("https://w3id.org/sjkg/id", "/page") + f"?x={next(UNIQUE)}" for place in places]
    for thread in in_threads(
        [lambda path=path: served.append(get(unhurt.address, path, "127.0.0.2")) for path in paths]
    ):
        thread.join()
    assert served == [(200, None)] * 12
