"""Benchmark of the reasoners on generated graphs, each engine in its own process: `python -m bench.reasoning`.

Columns: engine; asserted and inferred triples; seconds to load, to reason, to write the closure and to bulk load it
into the quad store; peak memory. The JSON also has the exponent with which loading plus reasoning grows with the size.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from bench.generate import write_quads

ENGINES = ("columnar", "spark1", "spark2", "owlrl", "reasonable")


@click.command()
@click.option(
    "--times",
    type=int,
    multiple=True,
    default=(1, 10, 100),
    show_default=True,
    help="Size of a graph, in multiples of the packaged graph.",
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--owlrl", "owlrl_up_to", type=int, default=1, show_default=True, help="The largest size for owlrl.")
@click.option(
    "--reasonable", "reasonable_up_to", type=int, default=0, show_default=True, help="The largest size for reasonable."
)
@click.option(
    "--spark",
    "spark_up_to",
    type=int,
    default=0,
    show_default=True,
    help="The largest size for Spark, on one core and on two.",
)
@click.option("--memory", "memory_gib", type=float, default=6, show_default=True)
def main(
    times: tuple[int, ...], seed: int, owlrl_up_to: int, reasonable_up_to: int, spark_up_to: int, memory_gib: float
) -> None:
    """Measure each engine up to its size limit; print a table to stderr and JSON (results, growth) to stdout."""
    limits = {"columnar": max(times), "owlrl": owlrl_up_to, "reasonable": reasonable_up_to}
    limits |= dict.fromkeys(("spark1", "spark2"), spark_up_to)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted(times):
            graph = Path(folder) / f"{size}.nq"
            write_quads(graph, size, seed)
            results += [_measure_engine(engine, graph, memory_gib) for engine in ENGINES if size <= limits[engine]]
            graph.unlink()
    for row in results:
        print(_format_row(row), file=sys.stderr)
    growth = {name: _growth_exponent([row for row in results if row["engine"] == name]) for name in ENGINES[:3]}
    print(json.dumps({"results": results, "growth": growth}, indent=2))


def _measure_engine(engine: str, graph: Path, memory_gib: float) -> dict:
    """Run one engine on one N-Quads file in its own process; print and return the measurements.

    Keys: engine, asserted, inferred, load_s, reason_s, peak_mib and, for some engines, write_s and store_s. Raises
    SystemExit if the process fails.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.reasoning_run", engine, str(graph), str(memory_gib)],
        stdout=subprocess.PIPE,
        text=True,
    )
    figures = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{engine} failed on {graph.name} with status {os.waitstatus_to_exitcode(status)}")
    result = {"engine": engine, **json.loads(figures), "peak_mib": round(usage.ru_maxrss / 1024)}
    print(_format_row(result), file=sys.stderr, flush=True)
    return result


def _growth_exponent(rows: list[dict]) -> float | None:
    """Return the exponent k of time ~ size^k between the smallest and the largest graph of 90 000 triples or more.

    Time is that of loading and reasoning. Return None if fewer than two such graphs were measured.
    """
    large = [row for row in rows if row["asserted"] >= 90_000]
    if len(large) < 2:
        return None
    first, last = large[0], large[-1]
    seconds = [row["load_s"] + row["reason_s"] for row in (first, last)]
    return round(math.log(seconds[1] / seconds[0]) / math.log(last["asserted"] / first["asserted"]), 3)


def _format_row(row: dict) -> str:
    """Return the measurements of one run as a line of the table, with a dash for missing times."""
    times = "".join(
        f"{row[name]:9.2f}" if row.get(name) is not None else " " * 8 + "–"
        for name in ("load_s", "reason_s", "write_s", "store_s")
    )
    return f"{row['engine']:11}{row['asserted']:>12,}{row['inferred']:>12,}{times}{row['peak_mib']:>8,} MiB"


if __name__ == "__main__":
    main()
