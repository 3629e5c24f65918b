"""A query is stopped when its client closes the connection, long before its deadline."""

import socket
from urllib.parse import quote, urlsplit

import pytest
import requests
from servers import MAX_WAIT_S, running_server, wait_for

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DISCONNECTED = 'sjkg_queries_total{outcome="ClientDisconnected"} 1.0'
BUSY = 'sjkg_query_workers{state="busy"} '


@pytest.fixture(params=["127.0.0.1", "::"])
def patient(request, snapshot, snapshots):
    """The port of a server at which queries may run for an hour."""
    host = {"127.0.0.1": "127.0.0.1", "::": "localhost"}[request.param]  # :: stands for all addresses
    server = running_server("--snapshots", str(snapshots), "--host", request.param, "--query-deadline-s", "3600")
    with server as address:
        assert host in address
        yield urlsplit(address).port


def metrics(port: int) -> str:
    return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=MAX_WAIT_S).text


def test_a_query_is_stopped_when_its_client_closes_the_connection(patient):
    with socket.create_connection(("127.0.0.1", patient)) as client:
        client.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_for(lambda: f"{BUSY}1.0" in metrics(patient))
        assert DISCONNECTED not in metrics(patient)
    wait_for(lambda: DISCONNECTED in metrics(patient))
    wait_for(lambda: f"{BUSY}0.0" in metrics(patient))
