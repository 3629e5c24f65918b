"""`sjkg new` writes a folder that is valid at once, and refuses what would not be."""

import pytest

ARGUMENTS = ("--base", "https://example.org/harbour/", "--title", 'The "raid"', "--article", "https://example.org/raid")


def test_a_new_knowledge_base_is_valid_built_and_explained(run, tmp_path):
    folder, snapshots = tmp_path / "harbour", ("--snapshots", tmp_path / "snapshots")
    written = run("new", folder, *ARGUMENTS)
    assert written.returncode == 0 and f"{folder}/kb.ttl" in written.stdout.split()
    assert 'The \\"raid\\"' in (folder / "kb.ttl").read_text(encoding="utf-8")
    checked = run("validate", "--kb", folder)
    assert (checked.returncode, checked.stdout) == (0, "no findings\n")
    assert "0 to change, 0 refused" in run("fmt", "--check", "--kb", folder).stdout
    assert run("build", "--kb", folder, *snapshots).returncode == 0
    proof = run(
        "explain", "--kb", folder, *snapshots, "event:example", "sjkg:earliestBegin", '"2001-05-03"^^xsd:date'
    ).stdout
    assert "triples/passages/example.ttl" in proof
    named = run("query", "--kb", folder, *snapshots, "SELECT ?x { ?x a sjkg:Passage }").stdout
    assert "https://example.org/harbour/id/passage/example" in named
    assert run("query", "--kb", folder, *snapshots, "names-of-event").returncode == 0


def test_a_folder_with_files_is_refused(run, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    answer = run("new", tmp_path, *ARGUMENTS)
    assert answer.returncode == 2 and "is not an empty folder" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    "option, value, message",
    [
        ("--base", "https://example.org/harbour", "does not end with “/”"),
        ("--base", "harbour/", "is not absolute"),
        ("--article", "raid.html", "is not a URL"),
        ("--title", " ", "the title is empty"),
    ],
)
def test_values_that_would_not_be_valid_are_refused(run, tmp_path, option, value, message):
    arguments = [*ARGUMENTS]
    arguments[arguments.index(option) + 1] = value
    answer = run("new", tmp_path / "new", *arguments)
    assert answer.returncode == 2 and message in answer.stderr and "Traceback" not in answer.stderr
    assert not (tmp_path / "new").exists()
