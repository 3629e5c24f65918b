"""The generator of made-up graphs: they are as sound as ours, and the same for the same seed."""

import sys
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from bench.generate import theatres, write_folder, write_quads
from bench.process import ServerProcess, free_port
from bench.serve import make_snapshot
from sjkg.pipeline.enrich import enrich

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made-up") / "kb"
    write_folder(folder, times=1, seed=7, incidents=3)
    return enrich(folder)


def test_a_generated_graph_conforms_to_our_shapes_before_and_after_reasoning(made_up):
    assert [finding for finding in made_up.findings if finding.severity == "violation"] == []
    assert len(made_up.inferred) > 1000


def test_every_class_of_claim_that_carries_a_figure_is_generated(made_up):
    kinds = {o[1:-1].partition("#")[2] for _, _, o in made_up.sources.triples("passages") if "#" in o}
    assert {"CasualtyClaim", "StrengthClaim", "MaterielLossClaim", "CausalClaim", "OutcomeClaim"} <= kinds


def test_a_seed_decides_every_line(tmp_path):
    files = [tmp_path / name for name in ("one.nq", "two.nq", "other.nq")]
    counts = [write_quads(path, times=1, seed=seed) for path, seed in zip(files, (1, 1, 2), strict=True)]
    one, two, other = (path.read_bytes() for path in files)
    assert one == two != other
    assert counts[0] == one.count(b"\n") == pytest.approx(15_000, rel=0.1)


def test_a_larger_graph_begins_with_the_smaller_one():
    assert list(theatres(2, seed=1))[:2] == list(theatres(1, seed=1))


def test_the_endpoint_benchmark_can_serve_a_generated_graph(tmp_path):
    (quads := tmp_path / "two.nq").write_text("<x:a> <x:b> <x:c> <x:g> .\n<x:a> <x:b> <x:d> <x:g> .\n")
    folder, port = make_snapshot(quads, tmp_path / "snapshots").folder, free_port()
    command = [sys.executable, "-m", "bench.serve", str(folder), str(port), "--cache-mib", "0"]
    with ServerProcess(command, tmp_path / "log", port):
        query = quote("SELECT ?value { <x:a> <x:b> ?value }")
        assert urlopen(f"http://127.0.0.1:{port}/sparql?query={query}").read().count(b"x:") == 2
