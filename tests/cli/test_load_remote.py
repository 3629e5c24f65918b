"""`sjkg load-remote` and `sjkg export --merged`: the graph in a SPARQL store elsewhere."""

import subprocess
from io import BytesIO

import pyoxigraph as ox
import pytest
from servers import SJKG, free_port
from stores import StoreInProcess

from sjkg.core.errors import ServiceFailed
from sjkg.core.vocabulary import own
from sjkg.snapshot.remote import graph_state
from sjkg.snapshot.remote_load import load, write_merged
from sjkg.store.graph_store import GraphStore


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([*SJKG, *arguments], capture_output=True, text=True)


def be_quiet(stage: str) -> None:
    """Ignore the name of a stage."""


@pytest.fixture
def store():
    """An empty store in this process, and a client of its Graph Store Protocol."""
    store = StoreInProcess()
    with store.running() as address:
        store.address = address
        yield store, GraphStore(address.graphs, 60)


def changes(store: StoreInProcess) -> list[tuple[str, str]]:
    """Return the method and the last part of the IRI of the graph of each change but that of the mark."""
    graphs = (
        (method, form["graph"][0].removeprefix(own().graphs)) for method, form in store.requests if "graph" in form
    )
    return [(method, graph) for method, graph in graphs if method != "GET" and graph != "loaded"]


def test_the_command_loads_the_graph_once(store, snapshots):
    store, _ = store
    first, second = (run("load-remote", store.address.graphs, "--snapshots", str(snapshots)) for _ in range(2))
    assert first.returncode == 0 and first.stdout.endswith(
        f" graphs loaded, 0 as before, 0 deleted: {store.address.graphs}\n"
    )
    assert second.returncode == 0 and second.stdout.startswith("0 graphs loaded, ")


def test_the_file_for_bulk_loaders_has_what_is_loaded(store, snapshot, snapshots, tmp_path):
    store, client = store
    load(snapshot, client, be_quiet)
    merged = run("export", "--merged", "--snapshots", str(snapshots), "-o", str(tmp_path / "all.nq"))
    assert merged.returncode == 0, merged.stderr
    loaded = ox.Store()
    loaded.load(path=tmp_path / "all.nq", format=ox.RdfFormat.N_QUADS)
    graphs = {graph.value for graph in loaded.named_graphs()}
    assert graphs == {graph.value for graph in store.store.named_graphs()}
    for graph in map(ox.NamedNode, graphs):
        lines = [
            sorted(str(q.triple) for q in each.quads_for_pattern(None, None, None, graph) if "_:" not in str(q))
            for each in (loaded, store.store)
        ]
        assert lines[0] == lines[1]
    output = BytesIO()
    write_merged(snapshot, output)
    assert output.getvalue() == (tmp_path / "all.nq").read_bytes()


def test_only_what_differs_is_loaded_and_what_is_gone_deleted(store, snapshot):
    store, client = store
    load(snapshot, client, be_quiet)
    mark = {subject: value for subject, _, value in client.read(f"{own().graphs}loaded")}
    changed, old = own().inferred, f"{own().graphs}old"
    lines = {**mark, changed: "another", old: "digest", f"{own().graphs}loaded": "another state"}
    identifier = "http://purl.org/dc/terms/identifier"
    body = "".join(f'<{graph}> <{identifier}> "{digest}" .\n' for graph, digest in lines.items())
    client.replace(f"{own().graphs}loaded", body.encode())
    client.replace("urn:theirs", b"<x:a> <x:b> <x:c> .\n")
    client.replace(old, b"<x:a> <x:b> <x:c> .\n")
    store.requests.clear()
    assert load(snapshot, client, be_quiet)[::2] == (1, 1)
    assert changes(store) == [("DELETE", "old"), ("PUT", "inferred")]
    assert {subject: value for subject, _, value in client.read(f"{own().graphs}loaded")} == mark
    assert client.read("urn:theirs") and not client.read(old)
    store.requests.clear()
    load(snapshot, client, be_quiet, is_forced=True)
    assert len(changes(store)) == len(mark) - 1


def test_an_interrupted_load_leaves_no_state_and_goes_on_where_it_stopped(store, snapshot, monkeypatch):
    store, client = store
    monkeypatch.setattr("sjkg.snapshot.remote_load.MARK_S", -1)  # the mark is written after each graph
    left = [20]

    def fail_after_some(handler) -> bool:
        left[0] -= 1
        if left[0] < 0:
            handler.send_error(500)
        return left[0] < 0

    store.misbehave = fail_after_some
    with pytest.raises(ServiceFailed, match="responded to replacing the graph <.*> with status 500"):
        load(snapshot, client, be_quiet)
    marked = {subject: value for subject, _, value in client.read(f"{own().graphs}loaded")}
    assert f"{own().graphs}loaded" not in marked
    complete = sum(1 for value in marked.values() if value)
    assert complete > 5
    store.misbehave = lambda handler: False
    loaded = load(snapshot, client, be_quiet)
    assert loaded.equal == complete and loaded.replaced == len(marked) - complete
    assert (f"{own().graphs}loaded", graph_state(snapshot)) in [
        (subject, value) for subject, _, value in client.read(f"{own().graphs}loaded")
    ]


@pytest.mark.parametrize(
    "url, words",
    [
        ("ftp://example.org/", "is not the URL of an endpoint"),
        ("http://name:secret@127.0.0.1/", "has a user name, which would be seen in logs"),
        ("http://127.0.0.1:PORT/", "cannot be reached (Connection refused); check the URL and the network"),
    ],
)
def test_a_url_that_is_no_store_is_one_sentence(snapshots, url, words):
    url = url.replace("PORT", str(free_port()))  # not in the parameters, which must be the same in all test processes
    failed = run("load-remote", url, "--snapshots", str(snapshots))
    assert failed.returncode == 2 and failed.stderr.startswith("sjkg: ") and words in failed.stderr
    assert "Traceback" not in failed.stderr and "secret" not in failed.stderr


def test_an_endpoint_is_no_graph_store(store, snapshots):
    store, _ = store
    store.misbehave = lambda handler: bool(handler.send_error(405)) or True
    failed = run("load-remote", store.address.query, "--snapshots", str(snapshots))
    assert failed.returncode == 2 and "with status 405" in failed.stderr
    assert "check that this is the URL of its Graph Store Protocol" in failed.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("serve", "--store", "ftp://x/"), "is not the URL of an endpoint"),
        (("serve", "--store", "http://x/", "--allow-service", "http://y/"), "--allow-service: with --store"),
        (("serve", "--store-login", "file"), "--store-login is for the endpoint of --store"),
        (("serve", "--store", "http://x/", "--store-login", "/none"), "cannot be read from the file /none"),
        (("export", "--merged", "--graph", "union"), "--merged writes all graphs"),
    ],
)
def test_options_that_do_not_fit_are_refused(arguments, words):
    failed = run(*arguments)
    assert failed.returncode == 2 and words in failed.stderr and "Traceback" not in failed.stderr
