"""The command `sjkg reason`: the closure of a file, its counts, and errors."""

ONTOLOGY = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<e:p> rdfs:subPropertyOf <e:q> . <e:C> owl:disjointWith <e:D> .
"""


def test_inferred_triples_are_written_and_counted(run, tmp_path):
    (tmp_path / "a.ttl").write_text(ONTOLOGY + "<e:a> <e:p> <e:b> .", encoding="utf-8")
    finished = run("reason", tmp_path / "a.ttl", "-o", tmp_path / "b.nt")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("1 triple inferred from 3 ")
    assert (tmp_path / "b.nt").read_text(encoding="utf-8") == "<e:a> <e:q> <e:b> .\n"


def test_a_contradiction_is_one_sentence_that_names_rule_and_nodes(run, tmp_path):
    (tmp_path / "a.ttl").write_text(ONTOLOGY + "<e:a> a <e:C> , <e:D> .", encoding="utf-8")
    finished = run("reason", tmp_path / "a.ttl", "-o", tmp_path / "b.nt")
    assert finished.returncode == 2 and not (tmp_path / "b.nt").exists()
    assert "<e:a> belongs to both <e:C> and <e:D>, but these classes are disjoint (cax-dw: " in finished.stderr


def test_an_unreadable_file_is_named_with_the_line(run, tmp_path):
    (tmp_path / "a.nt").write_text("<e:a> <e:b> <e:c> .\n<e:a> <e:b .\n", encoding="utf-8")
    finished = run("reason", tmp_path / "a.nt", "-o", tmp_path / "b.nt")
    assert finished.returncode == 2 and "line 2" in finished.stderr and "Traceback" not in finished.stderr


def test_either_reasoner_builds_the_graph(run, small_kb, tmp_path):
    counts = [
        run("build", "--kb", small_kb, "--snapshots", tmp_path, "--reasoner", name).stdout.split(",")[0]
        for name in ("columnar", "owlrl")
    ]
    assert counts[0] == counts[1] and len(list(tmp_path.glob("*/manifest.json"))) == 2
