"""Benchmark of the commands as whole processes: `python -m bench`, or `make bench`.

Each run is paired with a bare Python start, so that machines can be compared. A table goes to stderr, JSON to stdout.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from bench.process import free_port

SJKG = [sys.executable, "-m", "sjkg"]
BARE = [sys.executable, "-c", "pass"]
RUNS = 5


def time_process(command: list[str]) -> tuple[float, float]:
    """Run a command to its end; return the seconds it took and the peak memory in MiB of its largest process.

    Raises SystemExit if the command fails.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed with status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def time_first_response(snapshots: Path) -> tuple[float, float]:
    """Start `sjkg serve` on an existing snapshot; return the seconds to the first SPARQL response, and 0.0 for memory.

    snapshots: the folder of snapshots. The server is stopped afterwards.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*SJKG, "serve", "--snapshots", str(snapshots), "--port", str(free_port())],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        address = process.stdout.readline().split(" at ")[1].split()[0]
        with urlopen(f"{address}sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D") as response:
            response.read()
        return time.perf_counter() - begun, 0.0
    finally:
        process.terminate()
        process.wait()


def measure(name: str, run: Callable[[], tuple[float, float]], runs: int = RUNS) -> dict:
    """Run a measurement and a bare Python start in turn; return a dict of medians for one row of the table.

    run: returns seconds and peak MiB. Keys of the result: measurement (the name), runs, seconds (median), slowest_s,
    times_bare_python (ratio of medians) and peak_mib.
    """
    pairs = [(run(), time_process(BARE)) for _ in range(runs)]
    seconds = statistics.median(measured[0] for measured, _ in pairs)
    return {
        "measurement": name,
        "runs": runs,
        "seconds": round(seconds, 3),
        "slowest_s": round(max(measured[0] for measured, _ in pairs), 3),
        "times_bare_python": round(seconds / statistics.median(bare[0] for _, bare in pairs), 1),
        "peak_mib": round(max(measured[1] for measured, _ in pairs)),
    }


def main() -> None:
    """Measure all commands, print a table to stderr and a JSON array of its rows to stdout."""
    with tempfile.TemporaryDirectory() as folder:
        snapshots = Path(folder)
        results = [
            measure("sjkg --help", lambda: time_process([*SJKG, "--help"])),
            measure("sjkg build", lambda: time_process([*SJKG, "build", "--snapshots", str(snapshots)]), runs=3),
            measure(
                "sjkg query, saved query",
                lambda: time_process([*SJKG, "query", "events-in-order", "--snapshots", str(snapshots)]),
            ),
            measure("sjkg serve, to first response", lambda: time_first_response(snapshots)),
        ]
    print(
        f"{'measurement':30} {'median s':>9} {'slowest s':>10} {'× bare Python':>14} {'peak MiB':>9}", file=sys.stderr
    )
    for row in results:
        print(
            f"{row['measurement']:30} {row['seconds']:9.3f} {row['slowest_s']:10.3f} {row['times_bare_python']:14.1f} {row['peak_mib'] or '':>9}",
            file=sys.stderr,
        )
    print(json.dumps(results, indent=2))


main()
