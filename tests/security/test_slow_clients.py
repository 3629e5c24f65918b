"""Clients that read nothing or never complete a request: bounded and closed, while others are served."""

import json
import socket
from contextlib import ExitStack
from urllib.parse import quote, urlsplit

import psutil
import pytest
import requests
from servers import MAX_WAIT_S, running_server, wait_for

MIB = 1024 * 1024
PATIENCE_S = 60  # until a connection that stands still must be closed; its timeouts are far shorter
LARGE = "SELECT * { GRAPH ?g { ?a ?b ?c } } LIMIT 10000"  # some 2 MiB in JSON
LIMITS = {
    "--max-unsent-bytes": 4 * MIB,
    "--send-timeout-s": 2,
    "--query-deadline-s": 5,
    "--check-deadline-s": 5,
    "--query-wait-s": 4,
}
UPLOAD = (
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK {}"
)


@pytest.fixture(scope="module")
def limited(snapshot, snapshots):
    """The port of a server with small limits for slow clients, and its server process."""
    options = (str(word) for pair in LIMITS.items() for word in pair)
    server = running_server("--snapshots", str(snapshots), *options)
    with server as address:
        wait_for(lambda: requests.get(f"{address}/", timeout=MAX_WAIT_S).status_code == 200)
        (process,) = psutil.Process(server.process.pid).children()
        yield urlsplit(address).port, process


def connect(port: int, request: bytes) -> socket.socket:
    """Return a new connection with a small receive buffer, over which a request was sent."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(request)
    return client


def is_open(process: psutil.Process, client: socket.socket) -> bool:
    """Return whether a server process still has the other end of a client's connection."""
    remote = client.getsockname()[1]
    return any(each.raddr and each.raddr.port == remote for each in process.net_connections("tcp"))


def test_readers_that_read_nothing_are_closed_and_keep_no_other_from_a_large_result(limited):
    port, process = limited
    target = f"/sparql?query={quote(LARGE)}"
    with ExitStack() as stalled:
        clients = []
        for number in range(8):
            request = f"GET {target}%23{number} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
            clients.append(stalled.enter_context(connect(port, request.encode())))
            assert clients[-1].recv(1, socket.MSG_PEEK)
        accepted = {"Accept": "application/json"}
        whole = requests.get(f"http://127.0.0.1:{port}{target}", headers=accepted, timeout=MAX_WAIT_S)
        assert whole.status_code == 200 and len(json.loads(whole.content)["results"]["bindings"]) == 10000
        wait_for(lambda: not any(is_open(process, client) for client in clients), PATIENCE_S)


def test_uploads_that_are_never_completed_are_closed(limited):
    port, process = limited
    with ExitStack() as stalled:
        clients = [stalled.enter_context(connect(port, UPLOAD)) for _ in range(8)]
        wait_for(lambda: not any(is_open(process, client) for client in clients), PATIENCE_S)
        answer = requests.post(f"http://127.0.0.1:{port}/sparql", data={"query": "ASK {}"}, timeout=MAX_WAIT_S)
        assert answer.status_code == 200
