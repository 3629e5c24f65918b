"""`sjkg mcp --http`: the tools over Streamable HTTP, protection against DNS rebinding, sizes, and no request to anywhere else."""

import re
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests
from mcp_client import http_client
from servers import MAX_WAIT_S, SJKG, counting_listener, wait_for, with_cache

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "query", "arguments": {"sparql": "ASK {}"}},
}


@pytest.fixture(scope="module")
def visits():
    """The connections to a proxy that the server would use for requests to other machines: a pair of port and list."""
    with counting_listener() as listener:
        yield listener


@pytest.fixture(scope="module")
def process(snapshot, snapshots, visits):
    """A server process that listens on a free port; its attribute `url` is the URL of the server."""
    proxy = f"http://127.0.0.1:{visits[0]}"
    server = subprocess.Popen(
        [*SJKG, "mcp", "--http", "--port", "0", "--query-deadline-s", "15", "--allow-host", "mcp.example.org"],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**with_cache(snapshots), "HTTP_PROXY": proxy, "HTTPS_PROXY": proxy},
    )
    server.url = re.search(r"http://127\.0\.0\.1:\d+/mcp", server.stderr.readline())[0]
    yield server
    children = psutil.Process(server.pid).children(recursive=True)
    server.terminate()
    _, log = server.communicate(timeout=MAX_WAIT_S)
    assert "Traceback" not in log
    wait_for(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))


def test_the_tools_answer_over_http(process):
    with http_client(process.url) as client:
        assert {"search", "describe", "query", "explain"} <= set(client.tools())
        assert client.call("query", sparql="ASK {}").structured_content == {"boolean": True}
        found = client.call("search", words="Halhamiao incident")
        assert "event:halhamiao-incident" in found.content[0].text
        assert client.call("query", sparql="SELEC").is_error


def test_endless_queries_do_not_keep_a_short_one_out(process):
    """Of the two places one is for short queries; a call precedes those that have run or waited."""

    def ask(sparql):
        with http_client(process.url) as client:
            return client.call("query", sparql=sparql)

    with ThreadPoolExecutor(4) as threads:
        endless = [threads.submit(ask, ENDLESS) for _ in range(3)]
        wait_for(lambda: any(worker.cpu_times().user > 0.8 for worker in psutil.Process(process.pid).children()))
        assert ask("ASK {}").structured_content == {"boolean": True}
        assert all("15 s" in each.result().content[0].text for each in endless)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "mcp.example.org", "Origin": "https://mcp.example.org"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_only_requests_to_known_hosts_from_known_pages_are_answered(process, headers, status):
    answer = requests.post(process.url, json=CALL, headers={**HEADERS, **headers}, timeout=MAX_WAIT_S)
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text


def test_a_request_that_is_too_large_or_broken_is_refused(process):
    large = requests.post(process.url, data=b"x" * 3_000_000, headers=HEADERS, timeout=MAX_WAIT_S)
    broken = requests.post(process.url, data=b"{", headers=HEADERS, timeout=MAX_WAIT_S)
    assert (large.status_code, broken.status_code) == (413, 400)
    assert requests.get(process.url.replace("/mcp", "/"), timeout=MAX_WAIT_S).status_code == 404


def test_it_listens_on_the_loopback_address_only(process):
    addresses = {each.laddr.ip for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"}
    assert addresses == {"127.0.0.1"}


def test_a_port_in_use_is_reported_in_one_sentence(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = run("mcp", "--http", "--port", taken.getsockname()[1])
    assert answer.returncode == 2 and re.fullmatch(
        r"sjkg: cannot listen on .*; choose another --port .*\n", answer.stderr
    )


def test_the_server_sends_no_request(process, visits):
    with http_client(process.url) as client:
        for sparql in (
            "SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }",
            "SELECT * FROM <http://example.org/x> {}",
        ):
            client.call("query", sparql=sparql)
        turtle = (
            "@prefix owl: <http://www.w3.org/2002/07/owl#> . <http://a.example/> owl:imports <http://example.org/x> ."
        )
        client.call("validate", turtle=turtle)
    assert visits[1] == []
