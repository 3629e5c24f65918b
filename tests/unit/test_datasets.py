"""A default graph is a set of triples, however many graphs make it and hold the same one."""

import pyoxigraph as ox
import pytest
from namespaces import UNION

from sjkg.core.errors import BadQuery, UnusableSnapshot
from sjkg.store.datasets import Datasets, Scope
from sjkg.store.store_writer import write_stores

QUADS = """<urn:s> <urn:p> "in both" <urn:a> .
<urn:s> <urn:p> "in both" <urn:b> .
<urn:s> <urn:p> "with a <urn:a> ." <urn:a> .
<urn:s> <urn:p> "concluded" <urn:inferred> .
"""
GROUPS = {"urn:x/pair": ["urn:a", "urn:b"], "urn:inferred": ["urn:inferred"], "urn:x/one": ["urn:a"]}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMES = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("datasets")
    (folder / "graph.nq").write_text(QUADS, encoding="utf-8")
    write_stores(folder / "graph.nq", folder / "store", GROUPS)
    return Datasets.open(folder / "store", GROUPS)


def rows(datasets, scope: Scope, query: str) -> list[str]:
    dataset = datasets.choose(scope)
    solutions = dataset.store.query(query, default_graph=dataset.default, named_graphs=dataset.named)
    return [solution[0].value for solution in solutions]


@pytest.mark.parametrize(
    ("default", "triples"),
    [
        (None, "3"),
        (("urn:a",), "2"),
        (("urn:a", "urn:b"), "2"),
        (("urn:b", "urn:b"), "1"),
        (("urn:x/pair",), "2"),
        (("urn:x/pair", "urn:inferred"), "3"),
        (("urn:x/pair", "urn:a"), "2"),
        (("urn:unknown",), "0"),
        ((UNION,), "3"),
        ((UNION, "urn:a"), "3"),
        ((), "0"),
    ],
)
def test_a_triple_counts_once_however_many_graphs_hold_it(datasets, default, triples):
    assert rows(datasets, Scope(default, None if default is None else ()), COUNT) == [triples]


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope(), ["urn:a", "urn:b", "urn:inferred"]),
        (Scope(("urn:x/pair",), ("urn:x/pair",)), ["urn:x/pair"]),
        (Scope(("urn:x/pair",), ("urn:b", "urn:a")), ["urn:a", "urn:b"]),
        (Scope(None, (UNION, "urn:a")), [UNION, "urn:a"]),
        (Scope((UNION,), ("urn:a",)), ["urn:a"]),
        (Scope(("urn:x/pair",), ("urn:inferred",)), ["urn:inferred"]),
        (Scope(("urn:a", "urn:b"), ("urn:b",)), ["urn:b"]),
        (Scope(("urn:a",)), []),
    ],
)
def test_graph_names_the_graphs_of_the_scope_and_no_merged_one(datasets, scope, names):
    assert rows(datasets, scope, NAMES) == names


@pytest.mark.parametrize(
    ("graph", "triples"),
    [("urn:x/pair", "2"), (UNION, "3"), ("urn:inferred", "1"), ("urn:x/one", "2"), ("urn:unknown", "0")],
)
def test_a_group_of_graphs_is_one_graph_after_from_named(datasets, graph, triples):
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    assert rows(datasets, Scope(("urn:a",), (graph,)), query) == [triples]
    assert rows(datasets, Scope((graph,)), COUNT) == [triples]


def test_a_blank_node_keeps_its_label_in_every_graph(tmp_path):
    quads = "<urn:s> <urn:list> _:cell <urn:a> .\n_:cell <urn:first> <urn:o> <urn:b> .\n"
    (tmp_path / "graph.nq").write_text(quads, encoding="utf-8")
    write_stores(tmp_path / "graph.nq", tmp_path / "store", GROUPS)
    across = "SELECT ?cell { ?s <urn:list> ?cell . GRAPH ?g { ?cell <urn:first> ?o } }"
    for datasets in (Datasets.open(tmp_path / "store", GROUPS), Datasets.load(tmp_path / "graph.nq")):
        for scope in (Scope(), Scope(default=("urn:a", "urn:b"), named=("urn:b",))):
            assert rows(datasets, scope, across) == ["cell"]


def test_a_merge_above_the_limit_is_refused(datasets, monkeypatch):
    monkeypatch.setattr("sjkg.store.datasets.MAX_MERGED_TRIPLES", 2)
    with pytest.raises(BadQuery, match="select fewer graphs"):
        datasets.choose(Scope(("urn:b",), (UNION,)))


def test_a_folder_without_stores_raises_unusable_snapshot(tmp_path):
    with pytest.raises(UnusableSnapshot, match="build again"):
        Datasets.open(tmp_path, GROUPS)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [("CONSTRUCT { ?s ?p }", "is not valid SPARQL"), ("SELECT * { ?s ?p ?o }", "is not a CONSTRUCT")],
)
def test_a_faulty_rule_of_a_computed_graph_is_named_by_its_file(rule, fault):
    computed = Datasets(ox.Store(), {}, {}, {"urn:view": {"profiles/x/out/y.rq": rule}})
    with pytest.raises(BadQuery, match=rf"<urn:view> .*profiles/x/out/y\.rq {fault}"):
        computed.choose(Scope(("urn:view",), ()))
