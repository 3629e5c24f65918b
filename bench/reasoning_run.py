"""One run of the reasoning benchmark: closes a graph with one engine and prints the measurements as JSON.

Arguments: the engine (the part of a function name after run_), the N-Quads file, the memory limit in GiB. Each run_…
function returns a dict with asserted and inferred (numbers of triples), load_s and reason_s, some also with write_s and
store_s.
"""

import json
import sys
import tempfile
import time
from pathlib import Path


def run_columnar(graph: Path, memory_gib: float) -> dict:
    """Close an N-Quads file with DuckDB, then bulk load the closure into a quad store; return the measurements."""
    import pyoxigraph as ox

    from sjkg.reason.close_file import close_file

    def load() -> None:
        store = ox.Store(str(Path(folder) / "store"))
        store.bulk_load(path=str(closure), format=ox.RdfFormat.N_TRIPLES)
        store.flush()

    with tempfile.TemporaryDirectory(dir=graph.parent) as folder:
        closure = Path(folder) / "closure.nt"
        closed = close_file(graph, closure, memory_gib=memory_gib)
        store_s, _ = _timed(load)
    return {**vars(closed), "store_s": store_s}


def run_spark1(graph: Path, memory_gib: float) -> dict:
    """Close an N-Quads file with Spark on one core; return the measurements."""
    return _run_on_spark(graph, memory_gib, 1)


def run_spark2(graph: Path, memory_gib: float) -> dict:
    """Close an N-Quads file with Spark on two cores; return the measurements."""
    return _run_on_spark(graph, memory_gib, 2)


def _run_on_spark(graph: Path, memory_gib: float, cores: int) -> dict:
    """Close an N-Quads file with local Spark; return the measurements, which leave out the start of Spark."""
    from sjkg.reason.close_file import close_file

    with tempfile.TemporaryDirectory(dir=graph.parent) as folder:
        closure = Path(folder) / "closure.nt"
        return vars(close_file(graph, closure, memory_gib=memory_gib, spark_master=f"local[{cores}]"))


def run_owlrl(graph: Path, memory_gib: float) -> dict:
    """Close an N-Quads file with owlrl, where load_s is the time of rdflib's parser; return the measurements.

    memory_gib is not used.
    """
    from rdflib import Dataset, Graph

    from sjkg.reason.owlrl_reference import closure

    def load() -> Graph:
        triples = Graph(bind_namespaces="none")
        for s, p, o, _ in Dataset().parse(graph, format="nquads").quads():
            triples.add((s, p, o))
        return triples

    load_s, asserted = _timed(load)
    reason_s, inferred = _timed(lambda: closure(asserted))
    return {"asserted": len(asserted), "inferred": len(inferred), "load_s": load_s, "reason_s": reason_s}


def run_reasonable(graph: Path, memory_gib: float) -> dict:
    """Close an N-Quads file with the package reasonable, which returns Python objects; return the measurements.

    memory_gib is not used. load_s does not include the conversion to N-Triples.
    """
    import reasonable

    from sjkg.store.convert import write_canonical_ntriples

    with tempfile.TemporaryDirectory(dir=graph.parent) as folder:
        triples = Path(folder) / "graph.ttl"  # N-Triples are Turtle, and it reads no other ending
        write_canonical_ntriples(graph, triples)
        engine = reasonable.PyReasoner()
        load_s, _ = _timed(lambda: engine.load_file(str(triples)))
        asserted = len(set(triples.read_bytes().splitlines()))
        reason_s, everything = _timed(engine.reason)
    return {"asserted": asserted, "inferred": len(everything) - asserted, "load_s": load_s, "reason_s": reason_s}


def _timed(run) -> tuple[float, object]:
    """Call a function without arguments; return the seconds that it took, rounded to milliseconds, and its result."""
    begun = time.perf_counter()
    result = run()
    return round(time.perf_counter() - begun, 3), result


if __name__ == "__main__":
    engine, graph, memory = sys.argv[1:]
    print(json.dumps(globals()[f"run_{engine}"](Path(graph), float(memory))))
