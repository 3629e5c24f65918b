"""Operations: readiness, metrics, the access log, request ids."""

import fcntl
import json
import os
import re
import threading

import pytest
import requests
from servers import MAX_WAIT_S, running_server, wait_for

SECRET = "ASK { ?s ?p 'a secret of the asker' }"


@pytest.fixture(scope="module")
def watched(snapshot, snapshots):
    """A server of two processes at a free port of a host name, and its address."""
    server = running_server("--snapshots", str(snapshots), "--workers", "2", "--host", "localhost", "--port", "0")
    with server as address:
        yield server, address


def get(address: str, path: str, **options) -> requests.Response:
    return requests.get(address + path, timeout=20, **options)


def figures(address: str) -> dict[str, float]:
    lines = [line for line in get(address, "/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def lines_of(server: running_server, request_id: str) -> list[dict]:
    """Wait for the log lines of a request and return them; the line of a file is written after its last byte is sent."""
    wait_for(lambda: f'"{request_id}"' in server.log())
    entries = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
    return [entry for entry in entries if entry["id"] == request_id]


def test_the_announced_address_has_the_host_name_and_the_port_that_was_free(watched):
    server, address = watched
    assert re.fullmatch(r"http://localhost:[1-9][0-9]*", address)
    assert get(address, "/health").status_code == 200
    assert f"{address}/sparql" in get(address, "/sparql?format=turtle").text


def test_ready_runs_a_query_in_the_workers(watched, snapshot):
    _, address = watched
    times = 20  # more than the few queries that a server asks itself when it starts
    before = figures(address).get('sjkg_queries_total{outcome="answered"}', 0)
    for _ in range(times):
        response = get(address, "/ready")
        assert response.json()["status"] == "ready" and response.json()["snapshot"] == snapshot.manifest.inputs_sha256
        assert response.json()["store"] == {"kind": "embedded", "is_reachable": True}
        assert response.headers["Cache-Control"] == "no-store"
    assert figures(address)['sjkg_queries_total{outcome="answered"}'] >= before + times


def test_metrics_are_summed_over_all_processes(watched):
    _, address = watched
    name = 'sjkg_http_request_seconds_count{cache="miss",route="/sparql",status="400"}'
    before = figures(address).get(name, 0)
    for _ in range(12):
        get(address, "/sparql?query=SELECT", headers={"Connection": "close"})
    after = figures(address)
    assert after[name] == before + 12
    assert after['sjkg_query_workers{state="alive"}'] == 8 and after['sjkg_query_workers{state="busy"}'] == 0
    assert after['sjkg_http_request_seconds_bucket{cache="miss",le="10.0",route="/sparql",status="400"}'] == after[name]
    assert after['sjkg_queries_total{outcome="BadQuery"}'] >= 12


def test_unknown_paths_are_counted_under_one_label(watched):
    _, address = watched
    for number in range(5):
        get(address, f"/nothing-{number}/x")
    assert not [name for name in figures(address) if "nothing" in name]
    assert figures(address)['sjkg_http_request_seconds_count{cache="miss",route="other",status="404"}'] >= 5


def test_the_access_log_has_a_line_for_a_request_without_its_query(watched):
    server, address = watched
    response = get(address, "/sparql", params={"query": SECRET}, headers={"X-Request-Id": "from-a-proxy.1"})
    assert response.headers["X-Request-Id"] == "from-a-proxy.1"
    (line,) = lines_of(server, "from-a-proxy.1")
    assert (line["method"], line["path"], line["status"], line["cache"]) == ("GET", "/sparql", 200, "miss")
    assert line["ms"] > 0 and re.match(r"\d{4}-\d\d-\d\dT", line["time"])
    assert "secret" not in server.log()


def test_the_access_log_names_the_class_of_an_error(watched):
    server, address = watched
    get(address, "/sparql?query=SELECT", headers={"X-Request-Id": "failing"})
    assert lines_of(server, "failing")[0]["error"] == "BadQuery"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, 'quote"', "<b>", "ä"])
def test_a_malformed_request_id_is_replaced(watched, given):
    server, address = watched
    named = get(address, "/health", headers={"X-Request-Id": given.encode()}).headers["X-Request-Id"]
    assert re.fullmatch("[0-9a-f]{12}-[0-9a-f]+", named)
    assert len(lines_of(server, named)) == 1


def test_cached_responses_and_errors_have_request_ids_and_log_lines(watched):
    server, address = watched
    for path in ("/", "/", "/", "/nowhere", "/dumps/sjkg.nq"):
        response = get(address, path)
        assert len(lines_of(server, response.headers["X-Request-Id"])) == 1
    assert {"hit", "miss"} <= {json.loads(line)["cache"] for line in server.log().splitlines() if line.startswith("{")}


def test_query_texts_are_logged_only_with_the_option_log_queries(snapshot, snapshots):
    server = running_server("--snapshots", str(snapshots), "--log", "queries")
    with server as address:
        get(address, "/sparql", params={"query": SECRET}, headers={"X-Request-Id": "one"})
        assert lines_of(server, "one")[0]["query"] == SECRET


def test_requests_are_answered_although_nobody_reads_the_log_which_then_is_whole(snapshot, snapshots):
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)  # room for some ten lines
    with os.fdopen(read_end, "rb") as log:
        written = []
        reader = threading.Thread(target=lambda: written.extend(log))
        with running_server("--snapshots", str(snapshots), errors=write_end) as address:
            os.close(write_end)
            for number in range(100):
                assert requests.get(f"{address}/health?{number}", timeout=60).status_code == 200
            reader.start()
        reader.join(MAX_WAIT_S)
    assert [json.loads(line)["path"] for line in written] == ["/health"] * 100
