"""The files of metrics that the server processes share."""

import subprocess
import sys

PROGRAM = """
import os
from sjkg.web.http.metrics import Metrics
metrics = Metrics(0)
metrics.count_request("/sparql", 200, "hit", 0.01)
metrics.observe_pool("query", "answered")
metrics.observe_pool("worker", "started")
print(metrics.render().decode(), flush=True)
os._exit(0)  # without an orderly end, like a killed server process
"""


def run(folder) -> str:
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": ":".join(sys.path)}
    return subprocess.check_output([sys.executable, "-c", PROGRAM], env=environment, text=True)


def test_a_server_process_that_takes_the_place_of_a_dead_one_counts_on_in_the_same_files(tmp_path):
    run(tmp_path)
    files = sorted(tmp_path.iterdir())
    text = run(tmp_path)
    assert sorted(tmp_path.iterdir()) == files
    assert 'sjkg_queries_total{outcome="answered"} 2.0' in text and "sjkg_http_request_seconds_count" in text
    assert 'sjkg_query_workers{state="alive"} 1.0' in text  # those of the dead process have ended


RESTORE = """
import sys
from pathlib import Path
from sjkg.web.http.metrics import Metrics
metrics, folder = Metrics(0), Path(sys.argv[1])
for file in folder.iterdir():
    file.unlink()
    file.symlink_to("/proc/0/fd/3")  # as of a process that is no more
metrics.restore_files()
print(metrics.render().decode())
"""


def test_deleted_files_are_restored_where_links_of_a_dead_process_are(tmp_path):
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", RESTORE, str(tmp_path)]
    assert "sjkg_http_request_seconds_count" in subprocess.check_output(command, env=environment, text=True)


def test_the_files_of_metrics_have_all_their_disk_space_from_the_start(tmp_path):
    run(tmp_path)
    for path in tmp_path.iterdir():
        assert path.stat().st_blocks * 512 >= path.stat().st_size > 0
