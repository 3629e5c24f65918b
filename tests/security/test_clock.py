"""When the machine's clock jumps by years while the server runs, only the times in its log follow."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import requests
from servers import MAX_WAIT_S, running_server

DEADLINE_S = 5
DAY_S = 24 * 3600
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SOURCE = Path(__file__).with_name("clock.c")


@pytest.fixture
def clock(tmp_path, monkeypatch) -> Path:
    """The file that says by how many seconds the clock of a server differs from ours."""
    if not shutil.which("cc"):
        pytest.skip("needs a C compiler, as cc on the path, to move a server's clock")
    library, clock = tmp_path / "clock.so", tmp_path / "clock"
    subprocess.run(["cc", "-shared", "-fPIC", str(SOURCE), "-o", str(library), "-ldl"], check=True)
    clock.write_text("0")
    monkeypatch.setenv("LD_PRELOAD", str(library))
    monkeypatch.setenv("CLOCK_FILE", str(clock))
    return clock


@pytest.mark.parametrize("days", [4000, -4000])
def test_deadlines_answers_and_validators_do_not_follow_a_clock_that_jumps(clock, snapshot, snapshots, days):
    server = running_server("--snapshots", str(snapshots), "--query-deadline-s", str(DEADLINE_S))
    with server as address:
        page = f"{address}/page/event/halhamiao-incident"
        etag = requests.get(page, timeout=MAX_WAIT_S).headers["ETag"]
        clock.write_text(str(days * DAY_S))
        assert requests.get(page, headers={"If-None-Match": etag}, timeout=MAX_WAIT_S).status_code == 304
        assert requests.get(f"{address}/sparql", {"query": "ASK {}"}, timeout=MAX_WAIT_S).json()["boolean"] is True
        begun = time.monotonic()
        endless = requests.get(f"{address}/sparql", {"query": ENDLESS}, timeout=MAX_WAIT_S)
        assert endless.status_code == 504 and time.monotonic() - begun >= DEADLINE_S
        years = {json.loads(line)["time"][:4] for line in server.log().splitlines() if line.startswith("{")}
    assert len(years) == 2, "the clock did not jump"
