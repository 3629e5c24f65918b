"""Benchmark of proofs of inferred triples, in the packaged graph and in a generated one: `python -m bench.proofs`.

Reports the seconds to open the closure (asserted and inferred triples), and the median, 95th percentile and maximum of
the seconds for one proof.
"""

import json
import random
import sys
import tempfile
import time
from pathlib import Path

import click

from bench.generate import write_quads
from sjkg.core.settings import default_snapshots, packaged_kb
from sjkg.proofs.closure import Closure, Triple
from sjkg.proofs.prover import Prover
from sjkg.proofs.storage import read_closure
from sjkg.proofs.table_closure import close_into_tables
from sjkg.reason.tables import open_tables
from sjkg.snapshot.build import ensure_snapshot


@click.command()
@click.option(
    "--times",
    type=int,
    default=100,
    show_default=True,
    help="Size of the generated graph, in multiples of the packaged graph.",
)
@click.option("--sample", type=int, default=200, show_default=True, help="Number of inferred triples to prove.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--memory", "memory_gib", type=float, default=6, show_default=True)
def main(times: int, sample: int, seed: int, memory_gib: float) -> None:
    """Measure both graphs; print a line for each to stderr and a JSON array to stdout."""
    results = [_measure_packaged_graph(sample, seed)]
    with tempfile.TemporaryDirectory() as folder, open_tables(memory_gib) as tables:
        graph = Path(folder) / "graph.nq"
        write_quads(graph, times, seed)
        begun = time.perf_counter()
        closure = close_into_tables(tables, graph)
        open_s = time.perf_counter() - begun
        tables.connection.execute(f"SELECT setseed({1 / (seed + 1)})")
        goals = tables.rows(f"SELECT s, p, o FROM closed WHERE NOT is_explicit ORDER BY random() LIMIT {sample}")
        triples = tables.number("SELECT count(*) FROM closed")
        results.append(_measure_proofs(triples, open_s, closure, goals))
    print(json.dumps(results, indent=2))


def _measure_packaged_graph(sample: int, seed: int) -> dict:
    """Return the measurements of proofs of up to `sample` random inferred triples of the packaged graph."""
    proofs = ensure_snapshot(packaged_kb(), default_snapshots()).proofs
    begun = time.perf_counter()
    closure = read_closure(proofs)
    open_s = time.perf_counter() - begun
    recorded = json.loads(proofs.read_text(encoding="utf-8"))
    inferred = [tuple(row[:3]) for row in recorded["inferred"]]
    triples = sum(len(recorded[name]) for name in ("asserted", "derived", "inferred"))
    return _measure_proofs(triples, open_s, closure, random.Random(seed).sample(inferred, min(sample, len(inferred))))


def _measure_proofs(triples: int, open_s: float, closure: Closure, goals: list[Triple]) -> dict:
    """Prove triples, each with a new prover without cached proofs; print and return the measurements.

    triples: the number in the closure. open_s: the seconds it took to open. goals: the triples to prove. Keys:
    closed_triples, proofs (their number), open_s, median_s, p95_s, slowest_s.
    """
    seconds = []
    for goal in goals:
        prover = Prover(closure)
        begun = time.perf_counter()
        prover.prove(goal)
        seconds.append(time.perf_counter() - begun)
    seconds.sort()
    result = {
        "closed_triples": triples,
        "proofs": len(seconds),
        "open_s": round(open_s, 3),
        "median_s": round(seconds[len(seconds) // 2], 5),
        "p95_s": round(seconds[int(len(seconds) * 0.95)], 5),
        "slowest_s": round(seconds[-1], 5),
    }
    print("  ".join(f"{name} {value}" for name, value in result.items()), file=sys.stderr, flush=True)
    return result


if __name__ == "__main__":
    main()
