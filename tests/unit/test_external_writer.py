"""Stores of external graphs hold exact merges, however the graphs overlap and however their files are split."""

import random
from itertools import combinations

import pyoxigraph as ox
import pytest

from sjkg.core.vocabulary import own
from sjkg.store import external_writer, graph_terms
from sjkg.store.external import EVERYONE_STORE, LAYOUT, NAMES, ExternalGraphs, ExternalStore
from sjkg.store.external_writer import ABOUT, STORE, ExternalWriter, write_external

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
OURS, LINKS = f"{own().graphs}ours", (f"{own().linked}/a", f"{own().linked}/b")


def line(choose: random.Random, blank: str) -> str:
    """Return a random triple of few terms, so that graphs have some in common."""
    subject = choose.choice(["<urn:s1>", "<urn:s2>", f"_:{blank}.1"])
    if choose.random() < 0.5:
        return f"{subject} {TYPE} {choose.choice(['<urn:C>', '<urn:D>', '<urn:E>', f'_:{blank}.2'])} ."
    value = choose.choice(
        ["<urn:s1>", '"01"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a b ."@en', f"_:{blank}.1"]
    )
    return f"{subject} <urn:p{choose.randrange(3)}> {value} ."


def triples(store: ox.Store, graphs) -> list[str]:
    return sorted(str(quad.triple) for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph))


@pytest.mark.parametrize("seed", (0, 1, 2, 11))
def test_each_merge_has_the_triples_of_its_members_once(tmp_path, monkeypatch, seed):
    choose = random.Random(seed)
    monkeypatch.setattr(external_writer, "MIN_KEPT", choose.choice([1, 4, 100]))
    monkeypatch.setattr(external_writer, "PART_TRIPLES", choose.choice([3, 100]))
    monkeypatch.setattr(graph_terms, "MAX_CLASSES", choose.choice([1, 2, 100]))
    (tmp_path / "cached").mkdir()
    (tmp_path / "cached" / NAMES).touch()
    writer = ExternalWriter(tmp_path / "cached" / STORE)
    expected: dict[str, set[str]] = {}
    for name in ("a", "b", "c"):
        for family in (own().published, own().translated, own().origins):
            lines = [line(choose, choose.choice([name, "x"])) for _ in range(choose.randrange(9))]
            (tmp_path / "file.nt").write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
            writer.load({f"{family}/{name}": [tmp_path / "file.nt"]})
            expected[f"{family}/{name}"] = set(lines)
    writer.remove_dataset("c")
    expected = {graph: lines for graph, lines in expected.items() if not graph.endswith("/c")}
    content = writer.close(is_cached=True)
    content.write(tmp_path / "cached" / ABOUT)
    del writer
    added = {OURS: {line(choose, "x") for _ in range(9)}}
    added |= {graph: {line(choose, "y") for _ in range(choose.randrange(1, 4))} for graph in LINKS}
    for name, graphs in (("ours.nq", (OURS,)), ("links.nq", LINKS)):
        quads = [f"{each[:-1]}<{graph}> .\n" for graph in graphs for each in sorted(added[graph])]
        (tmp_path / name).write_text("".join(quads), encoding="utf-8")
    write_external(tmp_path / "cached", tmp_path / EVERYONE_STORE, tmp_path / "ours.nq", tmp_path / "links.nq")
    expected |= {own().union: added.pop(OURS), **added}
    found = ExternalStore(tmp_path / EVERYONE_STORE)
    reference = ox.Store()
    for graph, lines in expected.items():
        for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
            reference.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph)))

    def merged(graphs) -> list[str]:
        return sorted({each for graph in graphs for each in triples(reference, [ox.NamedNode(graph)])})

    for graph in expected:
        assert triples(found.store, found.parts(graph)) == merged([graph])
        assert graph == own().union or found.graphs.graphs[graph] == len(expected[graph])
    families = {group: [each for each in expected if each.startswith(f"{group}/")] for group in own().external_families}
    families[own().everyone] = [each for each in expected if not each.startswith(f"{own().origins}/")]
    for group, members in families.items():
        assert triples(found.store, found.parts(group)) == merged(members)
    for first, second in combinations(sorted((own().union, own().translated, own().origins, LINKS[0])), 2):
        parts = found.parts(first, second)
        both = [*families.get(first, [first]), *families.get(second, [second])]
        if parts is not None:
            assert triples(found.store, parts) == merged(both)
    for first, second in combinations(sorted(expected), 2):
        pair = merged([first]), merged([second])
        assert ((first, second) in found.graphs.overlaps) == bool(set(pair[0]) & set(pair[1]))


def test_a_build_shares_most_of_the_cached_store(tmp_path):
    (tmp_path / "cached").mkdir()
    (tmp_path / "cached" / NAMES).touch()
    writer = ExternalWriter(tmp_path / "cached" / STORE)
    for name in "ab":
        lines = [f'<urn:{name}{number}> <urn:p> "{number}" .\n' for number in range(20_000)]
        (tmp_path / "file.nt").write_text("".join(lines), encoding="utf-8")
        writer.load({f"{own().published}/{name}": [tmp_path / "file.nt"]})
    writer.close(is_cached=True).write(tmp_path / "cached" / ABOUT)
    del writer
    (tmp_path / "ours.nq").write_text(f"<urn:s> <urn:p> _:x <{OURS}> .\n<urn:s> <urn:p> <urn:o> <{OURS}> .\n")
    (tmp_path / "links.nq").write_text(f"<urn:s> <urn:p> <urn:1> <{LINKS[0]}> .\n<urn:s> <urn:p> _:1 <{LINKS[1]}> .\n")
    write_external(tmp_path / "cached", tmp_path / EVERYONE_STORE, tmp_path / "ours.nq", tmp_path / "links.nq")
    tables = [path.stat() for path in (tmp_path / EVERYONE_STORE).glob("*.sst")]
    shared = sum(table.st_size for table in tables if table.st_nlink > 1)
    assert shared > sum(table.st_size for table in tables) / 2


def test_the_file_beside_a_store_is_read_as_it_was_written(tmp_path):
    content = ExternalGraphs({"a": 1}, {"g": ("a", "b")}, (("a", "b"),), {"a": {"<urn:p>": 1}})
    content.write(tmp_path / LAYOUT)
    assert ExternalGraphs.read(tmp_path / LAYOUT) == content
