"""External datasets are queried beside the graph, and change nothing of it."""

import shutil

import pytest
from external import LINK, LINKS, STATEMENTS, write_dataset
from namespaces import EVERYONE, GRAPHS, LINKED, PUBLISHED, TRANSLATED

from sjkg.core.errors import BadQuery, BrokenInput
from sjkg.core.settings import packaged_kb
from sjkg.datasets.add import NewDataset, add_dataset
from sjkg.datasets.prepare import prepare_stores
from sjkg.datasets.read import read_datasets
from sjkg.kb.queries import read_queries
from sjkg.snapshot.build import build
from sjkg.snapshot.folder import Snapshot
from sjkg.store.external import EVERYONE_STORE, open_store
from sjkg.store.external_writer import STORE
from sjkg.store.quad_store import QuadStore

COUNT = "SELECT (COUNT(*) AS ?n) {}{{ ?s ?p ?o }}"
ACROSS = f"""SELECT ?ours ?theirs FROM <{EVERYONE}> {{
    ?event sjkg:sameThing ?item ; skos:prefLabel ?ours . ?item skos:prefLabel ?theirs }}"""


def copied(small_kb, root):
    """Return the folder of a copy of the small knowledge base."""
    return shutil.copytree(small_kb, root / "kb")


def opened(snapshot: Snapshot, **options) -> QuadStore:
    return QuadStore.open(snapshot.store, snapshot.manifest.groups, **options)


def count(store: QuadStore, clause: str = "") -> int:
    return int(store.query(COUNT.format(clause)).bindings[0]["n"]["value"])


@pytest.fixture(scope="module")
def built(small_kb, tmp_path_factory):
    """Snapshots of the small knowledge base: without, and with the chronicle and a second dataset that says one of its statements."""
    root = tmp_path_factory.mktemp("external")
    kb = copied(small_kb, root)
    alone = build(kb, root / "snapshots")
    write_dataset(kb)
    write_dataset(kb, "echo", LINKS, statements__ttl=STATEMENTS.replace("The fight", "A fight"))
    return alone, build(kb, root / "snapshots")


def test_datasets_are_in_no_count_dump_default_graph_or_union(built):
    alone, beside = built
    assert beside.folder != alone.folder
    for name in ("triples", "graphs", "groups", "group_triples", "statistics", "sources", "rules_sha256"):
        assert getattr(beside.manifest, name) == getattr(alone.manifest, name)
    for name in ("graph.nq", "index.sqlite", "dumps/sjkg.nq.gz"):
        assert beside.manifest.files[name] == alone.manifest.files[name]
    store = opened(beside)
    assert count(store) == count(store, f"FROM <{GRAPHS}union> ") == count(opened(alone))
    named = store.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").bindings
    assert {row["g"]["value"] for row in named} == alone.manifest.graphs.keys()


def test_each_dataset_has_graphs_and_a_triple_of_two_datasets_counts_once_in_their_group(built):
    store = opened(built[1])
    assert count(store, f"FROM <{PUBLISHED}/chronicle> ") == count(store, f"FROM <{TRANSLATED}/chronicle> ") == 5
    shared = 2  # the two types; the nodes without a name are those of each file
    assert count(store, f"FROM <{PUBLISHED}> ") == count(store, f"FROM <{TRANSLATED}> ") == 10 - shared
    assert count(store, f"FROM <{LINKED}> ") == 1
    assert count(store, f"FROM <{EVERYONE}> ") == count(store) + 10 - shared + 1
    merged = count(store, f"FROM <{PUBLISHED}/chronicle> FROM <{PUBLISHED}/echo> ")
    assert merged == count(store, f"FROM <{PUBLISHED}> ")


@pytest.mark.parametrize(
    "graphs", [("union", "translated/chronicle"), ("translated", "linked", "origins"), ("everyone", "datasets/echo")]
)
def test_merges_of_several_graphs_are_exact_whether_they_have_common_triples_or_not(built, graphs):
    store = opened(built[1])
    clause = "".join(f"FROM <{GRAPHS}{name}> " for name in graphs)
    lines = {line for name in graphs for line in triples_of(store, f"FROM <{GRAPHS}{name}> ")}
    assert count(store, clause) == len(lines) == len(triples_of(store, clause))


def triples_of(store: QuadStore, clause: str) -> set[bytes]:
    """Return the triples of a default graph as lines of N-Triples."""
    return set(store.query(f"CONSTRUCT {{ ?s ?p ?o }} {clause}{{ ?s ?p ?o }}", {"graph": "nt"}).body.splitlines())


def test_one_triple_crosses_from_a_thing_of_ours_to_one_of_theirs(built):
    rows = opened(built[1]).query(ACROSS).bindings
    assert sorted((row["ours"]["value"], row["theirs"]["value"]) for row in rows) == [
        ("the only event", "A fight"),
        ("the only event", "The fight"),
    ]


def test_graph_with_the_name_of_an_external_graph_needs_no_from(built):
    text = f"SELECT * {{ ?e skos:prefLabel ?n GRAPH <{LINKED}/chronicle> {{ ?e sjkg:sameThing ?x }} GRAPH <G> {{ ?x a ?t }} }}"
    for graph in (f"{TRANSLATED}/chronicle", TRANSLATED, PUBLISHED):
        (row,) = opened(built[1]).query(text.replace("<G>", f"<{graph}>")).bindings
        assert row["n"]["value"] == "the only event"
    with pytest.raises(BadQuery, match=r"a graph of an external dataset, after one GRAPH and a variable after another"):
        opened(built[1]).query(f"SELECT * {{ GRAPH <{LINKED}/chronicle> {{ ?e ?p ?x }} GRAPH ?g {{ ?x a ?t }} }}")


def test_everyone_is_the_graph_itself_without_datasets(built):
    store = opened(built[0])
    assert count(store, f"FROM <{EVERYONE}> ") == count(store)
    assert count(store, f"FROM <{PUBLISHED}> ") == 0


def test_blank_nodes_have_the_same_labels_in_each_build(built, small_kb, tmp_path):
    kb = copied(small_kb, tmp_path)
    write_dataset(kb)
    text = f"SELECT ?n FROM <{PUBLISHED}/chronicle> {{ ?s skos:note ?n }}"
    (row,) = opened(build(kb, tmp_path / "snapshots")).query(text).bindings
    assert row["n"] == opened(built[1]).query(text).bindings[0]["n"]


def test_private_datasets_are_seen_by_commands_only(small_kb, tmp_path):
    kb = copied(small_kb, tmp_path)
    secret = write_dataset(kb, "secret") / "dataset.ttl"
    secret.write_text(
        secret.read_text(encoding="utf-8").replace(
            "a dcat:Dataset ;",
            "a dcat:Dataset ;\n    dcterms:accessRights <http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC> ;",
        ),
        encoding="utf-8",
    )
    write_dataset(kb)
    snapshot = build(kb, tmp_path / "snapshots")
    for with_private, expected in ((True, 5), (False, 0)):
        store = opened(snapshot, with_private=with_private)
        assert count(store, f"FROM <{PUBLISHED}/secret> ") == expected
        assert count(store, f"FROM <{PUBLISHED}/chronicle> ") == 5
        assert ("secret" in str(store.query(f"SELECT ?p FROM <{EVERYONE}> {{ ?s ?p ?o }}").body)) is False
        found = snapshot.read_external(with_private=with_private).graphs
        assert (f"{PUBLISHED}/secret" in found) is with_private


def test_accepted_links_that_cannot_be_right_are_left_out_with_file_and_line(built, small_kb, tmp_path):
    kb = copied(small_kb, tmp_path)
    wrong = [
        LINK.replace("event:only", "event:gone"),
        LINK.replace("fight", "elsewhere"),
        LINK.replace("sjkg:sameThing", "skos:exactMatch"),
        LINK.replace("https://example.org/chronicle/fight", "fight"),
        LINK.replace("accepted", "refused"),
        LINK.replace("accepted", "automatic"),
    ]
    write_dataset(kb, links=LINKS + LINK + "".join(wrong))
    snapshot = build(kb, tmp_path / "snapshots")
    assert count(opened(snapshot), f"FROM <{LINKED}> ") == 1
    assert snapshot.manifest.findings["warning"] == 4 + built[0].manifest.findings["warning"]


def test_a_file_that_is_not_valid_stops_the_build_with_line_column_and_term(small_kb, tmp_path):
    kb = copied(small_kb, tmp_path)
    write_dataset(kb, statements__ttl=STATEMENTS + "\n:bad a <http://example.org/a b> .\n")
    with pytest.raises(BrokenInput) as caught:
        build(kb, tmp_path / "snapshots")
    (finding,) = caught.value.findings
    assert (finding.line, finding.column) == (11, 8) and "<http://example.org/a b>" in finding.message


def test_a_changed_dataset_is_read_again_and_a_removed_one_disappears(small_kb, tmp_path):
    kb = copied(small_kb, tmp_path)
    file = write_dataset(kb) / "statements.ttl"
    write_dataset(kb, "echo", LINKS)
    build(kb, tmp_path / "snapshots")
    file.write_text(STATEMENTS.replace("The fight", "The battle"), encoding="utf-8")
    shutil.rmtree(kb / "datasets" / "echo")
    snapshot = build(kb, tmp_path / "snapshots")
    store = opened(snapshot)
    (row,) = store.query(ACROSS).bindings
    assert row["theirs"]["value"] == "The battle"
    assert count(store, f"FROM <{PUBLISHED}> ") == 5
    assert list(snapshot.read_external().members(PUBLISHED)) == [f"{PUBLISHED}/chronicle"]


def test_a_dataset_that_was_just_added_has_the_same_store_as_one_read_again(small_kb, tmp_path):
    kb = copied(small_kb, tmp_path)
    files = tmp_path / "b.ttl", tmp_path / "a.nt"
    files[0].write_text(STATEMENTS, encoding="utf-8")
    files[1].write_text("_:x <urn:p> _:y .\n<urn:s> <urn:p> _:x .\n", encoding="utf-8")
    parsed = tmp_path / "parsed"
    parsed.mkdir()
    add_dataset(kb, NewDataset("chronicle", files, "CC0-1.0"), parsed=parsed)
    files[0].unlink()
    added = prepare_stores(kb, read_datasets(kb), tmp_path / "added", parsed={"chronicle": parsed})
    again = prepare_stores(kb, read_datasets(kb), tmp_path / "again")
    assert added.keys() == again.keys() == {EVERYONE_STORE}
    quads = [lines_of(stores[EVERYONE_STORE].folder / STORE) for stores in (added, again)]
    assert quads[0] == quads[1] != []
    assert added[EVERYONE_STORE].content == again[EVERYONE_STORE].content


def lines_of(folder) -> list[str]:
    return sorted(map(str, open_store(folder)))


def test_the_provenance_query_gives_dataset_file_and_lines_of_each_triple(built):
    """Two datasets describe the same thing; each triple comes from the one that states it."""
    query = read_queries(packaged_kb())["provenance-of-record"]
    found = opened(built[1]).query(query.text, bindings=query.bind({"record": "https://example.org/chronicle/fight"}))
    rows = {
        (row["value"]["value"], row["graph"]["value"].removeprefix(GRAPHS)): row
        for row in found.bindings
        if row["property"]["value"].endswith("prefLabel")
    }
    assert rows.keys() == {
        (name, f"{family}/{dataset}")
        for name, dataset in (("The fight", "chronicle"), ("A fight", "echo"))
        for family in ("datasets", "translated")
    }
    echo = rows["A fight", "datasets/echo"]
    assert echo["place"]["value"] == "https://w3id.org/sjkg/datasets/echo/statements.ttl#L5-L7"
    assert echo["licence"]["value"].startswith("https://creativecommons.org/") and len(echo["sha256"]["value"]) == 64
    assert {row["dataset"]["value"].rpartition("/")[2] for row in rows.values()} == {"chronicle", "echo"}


def test_a_family_with_a_slash_stands_for_each_of_its_graphs(built):
    text = f"SELECT DISTINCT ?g FROM NAMED <{PUBLISHED}/> {{ GRAPH ?g {{ ?s ?p ?o }} }} ORDER BY ?g"
    graphs = [row["g"]["value"] for row in opened(built[1]).query(text).bindings]
    assert graphs == [f"{PUBLISHED}/chronicle", f"{PUBLISHED}/echo"]
