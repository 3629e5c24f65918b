"""A query ends when nobody waits for its answer any more, long before its deadline."""

import os
import socket
import time
from urllib.parse import quote, urlsplit

import pytest
import requests
from servers import running_server

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
WITHIN_S = 60
GONE = 'sjkg_queries_total{outcome="ClientDisconnected"} 1.0'
BUSY = 'sjkg_query_workers{state="busy"} '


@pytest.fixture(params=["127.0.0.1", "::"])
def patient(request, snapshot, snapshots):
    """The port of a server at which queries may run for ten minutes."""
    host = f"[{request.param}]" if ":" in request.param else request.param
    server = running_server("--snapshots", str(snapshots), "--host", request.param, "--query-deadline-s", "600")
    with server as address:
        assert host in address
        yield urlsplit(address).port


def metrics(port: int) -> str:
    return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=20).text


def wait_for(port: int, line: str) -> None:
    until = time.monotonic() + WITHIN_S
    while line not in metrics(port):
        assert time.monotonic() < until, f"there is no {line}"
        os.sched_yield()


def test_a_query_ends_when_its_client_closes_the_connection(patient):
    with socket.create_connection(("127.0.0.1", patient)) as client:
        client.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_for(patient, f"{BUSY}1.0")
        assert GONE not in metrics(patient)
    wait_for(patient, GONE)
    wait_for(patient, f"{BUSY}0.0")
