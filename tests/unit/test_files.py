"""Odd names and odd files in the folders of a knowledge base: read right, or refused by a sentence that names the file."""

import os
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest
from servers import PROJECT, SMALL

from sjkg.core.errors import BrokenInput
from sjkg.core.settings import Settings
from sjkg.kb import files
from sjkg.kb.files import load_files
from sjkg.kb.queries import read_queries, read_query_files
from sjkg.pipeline.check import check_files
from sjkg.pipeline.inputs import LIBRARIES, read_inputs, versions
from sjkg.snapshot.build import build
from sjkg.web.current_file import CurrentSnapshotFile
from sjkg.web.refresh import Refresher

ONTOLOGY = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<https://w3id.org/sjkg/ontology#X> a owl:Class .\n"
DATA = "@prefix event: <https://w3id.org/sjkg/id/event/> .\nevent:x <http://e/p> 1 .\n"


@pytest.fixture
def root(tmp_path) -> Path:
    """The folder of a knowledge base with an ontology of one triple and an empty folder triples/."""
    for folder in ("ontology", "triples"):
        (tmp_path / "kb" / folder).mkdir(parents=True)
    shutil.copy(PROJECT / "kb.ttl", tmp_path / "kb")
    (tmp_path / "kb" / "ontology" / "sjkg.ttl").write_text(ONTOLOGY, encoding="utf-8")
    return tmp_path / "kb"


def write(path: Path) -> None:
    path.write_text(DATA, encoding="utf-8")


READ = ["a.b.ttl", "événement.ttl", "日本.ttl", "a'b.ttl", "(x).ttl", "a&b;c=d@e.ttl", "links/x.ttl"]
LEFT_OUT = ["..ttl", ".#x.ttl", ".x.ttl", ".git/x.ttl", "x.ttl~", "#x.ttl#", "x.ttl.bak", "x.ttl.swp", "README.md"]
ODD_NAMES = {
    "my file.ttl": "has a space",
    'a"b.ttl': "has “\"”",
    "a<b.ttl": "has “<”",
    "a>b.ttl": "has “>”",
    "a{b.ttl": "has “{”",
    "a}b.ttl": "has “}”",
    "a|b.ttl": "has “|”",
    "a^b.ttl": "has “^”",
    "a`b.ttl": "has “`”",
    "a\\b.ttl": "has “\\”",
    "a#b.ttl": "has “#”",
    "a?b.ttl": "has “?”",
    "a%20b.ttl": "has “%”",
    "a\nb.ttl": "control characters",
    "a\x07b.ttl": "control characters",
    os.fsdecode(b"a\xffb.ttl"): "bytes that are not UTF-8",
    "x.TTL": "capital letters; rename the file to x.ttl",
    "x.Ttl": "capital letters; rename the file to x.ttl",
    "x.nt": "convert this file to Turtle",
    "x.rdf": "convert this file to Turtle",
    "x.n3": "convert this file to Turtle",
    "x.turtle": "convert this file to Turtle",
    "x.OWL": "convert this file to Turtle",
    "x.trig.gz": "convert this file to Turtle",
    "x.ttl.gz": "convert this file to Turtle",
    "x.rq": "query files belong in ontology/rules or shapes/quality",
    "ontology.ttl": "ontology/sjkg.ttl and triples/ontology.ttl have the same named graph",
    "asserted.ttl": "the name of a computed graph",
    "derived.ttl": "the name of a computed graph",
    "inferred.ttl": "the name of a computed graph",
    "union.ttl": "the name of a computed graph",
    "new/x.ttl": "the folder triples/new/ is not for Turtle files",
}  # fmt: skip
ODD_FILES = {
    "folder.ttl": (lambda path: path.mkdir(), "a folder with the ending of a file"),
    "pipe.ttl": (os.mkfifo, "a named pipe"),
    "device.ttl": (lambda path: path.symlink_to("/dev/zero"), "a device"),
    "nowhere.ttl": (lambda path: path.symlink_to("nothing.ttl"), "the link leads to no file"),
    "links": (lambda path: path.symlink_to("nothing"), "the link leads to no file"),
    "itself.ttl": (lambda path: path.symlink_to("itself.ttl"), "cannot be read"),
    "loop": (lambda path: path.symlink_to(".."), "the link leads back to a folder around it"),
    "utf16.ttl": (lambda path: path.write_text(DATA, encoding="utf-16"), "the file is UTF-16"),
    "latin1.ttl": (lambda path: path.write_bytes(b"# \xe9\n"), "byte 2 is not UTF-8"),
}


def findings_of(root: Path, tmp_path: Path) -> list:
    """Return the findings of `sjkg validate`, after a look whether those of a build are the same."""
    checked = check_files(root, ())
    assert not checked.is_readable
    with pytest.raises(BrokenInput) as refused:
        build(root, tmp_path / "snapshots")
    assert list(refused.value.findings) == checked.findings
    return checked.findings


@pytest.mark.parametrize("name", READ)
def test_a_file_with_an_unusual_name_is_read(root, name):
    (root / "triples" / name).parent.mkdir(exist_ok=True)
    write(root / "triples" / name)
    (found,) = [file for file in load_files(root).files if file.part != "ontology"]
    assert len(found.graph) == 1 and str(found.graph_name).endswith(name.removesuffix(".ttl"))


@pytest.mark.parametrize("name", LEFT_OUT)
def test_hidden_files_and_backups_are_left_out(root, name):
    before = read_inputs(root).sha256
    (root / "triples" / name).parent.mkdir(exist_ok=True)
    write(root / "triples" / name)
    assert len(load_files(root).files) == 1 and read_inputs(root).sha256 == before


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_whose_name_cannot_be_used_is_refused_by_name(root, tmp_path, name):
    (root / "triples" / name).parent.mkdir(exist_ok=True)
    write(root / "triples" / name)
    finding = findings_of(root, tmp_path)[-1]
    shown = name.replace("\n", "\\n").replace("\x07", "\\x07").replace("\udcff", "\\udcff")
    assert finding.file == f"triples/{shown}" and ODD_NAMES[name] in finding.message


@pytest.mark.parametrize("name", ODD_FILES)
def test_what_is_no_readable_file_is_refused_by_name(root, tmp_path, name):
    make, words = ODD_FILES[name]
    make(root / "triples" / name)
    (finding,) = findings_of(root, tmp_path)
    assert finding.file == f"triples/{name}" and words in finding.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["secret.ttl", "secret/"])
def test_a_file_or_folder_without_permission_is_refused_by_name(root, tmp_path, name):
    path = root / "triples" / name
    path.mkdir() if name.endswith("/") else write(path)
    path.chmod(0)
    (finding,) = findings_of(root, tmp_path)
    path.chmod(0o700)
    assert finding.file == f"triples/{name.strip('/')}" and "Permission denied" in finding.message


def test_the_versions_of_libraries_are_those_installed():
    assert {name: number for name, number in versions().items() if name != "sjkg"} == {
        name: version(name) for name in LIBRARIES
    }


def test_a_linked_folder_is_read(root, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path / "elsewhere" / "x.ttl")
    (root / "triples" / "links").symlink_to(tmp_path / "elsewhere")
    assert [file.path for file in load_files(root).files] == ["ontology/sjkg.ttl", "triples/links/x.ttl"]


def test_a_byte_order_mark_at_the_begin_of_a_file_is_read(root):
    (root / "triples" / "x.ttl").write_text("\ufeff" + DATA, encoding="utf-8")
    assert len(load_files(root).files) == 2


def test_line_ends_in_literals_are_those_of_the_file(root):
    (root / "triples" / "x.ttl").write_bytes(b'<a:s> <a:p> """a\r\nb\rc\nd""" .\r\n')
    (value,) = load_files(root).files[1].graph.objects()
    assert str(value) == "a\r\nb\rc\nd"


def test_two_passages_with_one_iri_are_refused_with_both_files(root, tmp_path):
    (root / "triples" / "passages").mkdir()
    for name in ("one", "two"):
        text = "<https://w3id.org/sjkg/id/passage/p> a <https://w3id.org/sjkg/ontology#Passage> ."
        (root / "triples" / "passages" / f"{name}.ttl").write_text(text, encoding="utf-8")
    findings = findings_of(root, tmp_path)
    assert {finding.file for finding in findings} == {"triples/passages/one.ttl", "triples/passages/two.ttl"}


@pytest.mark.parametrize("folder", ["ontology/rules", "shapes/quality", "queries"])
def test_hidden_query_files_are_left_out_and_others_refused_by_name(root, folder):
    (root / folder).mkdir(parents=True)
    (root / folder / ".#x.rq").symlink_to("root@host.1:1")
    (root / folder / "x.rq").write_bytes(b"\xef\xbb\xbf# title: X\r\nASK {}\r\n")
    (query,) = read_query_files(root / folder)
    assert query.title == "X" and query.body == "ASK {}\n"
    os.mkfifo(root / folder / "y.rq")
    with pytest.raises(BrokenInput, match=r"y\.rq: this is a named pipe"):
        read_query_files(root / folder)


def test_a_saved_query_in_a_subfolder_is_refused_by_name(root):
    (root / "queries" / "more").mkdir(parents=True)
    (root / "queries" / "more" / "x.rq").write_text("# title: X\nASK {}\n")
    with pytest.raises(BrokenInput, match=r"queries/more/x\.rq: queries in other subfolders"):
        read_queries(root)


def test_files_that_vanish_while_they_are_read_make_the_reading_start_again(root, monkeypatch):
    real, listings = files.find_turtle_files, []

    def list_with_one_that_is_gone(folder: Path) -> list[Path]:
        listings.append(folder)
        return real(folder) + [root / "triples" / "gone.ttl"] * (len(listings) == 2)

    monkeypatch.setattr(files, "find_turtle_files", list_with_one_that_is_gone)
    assert len(load_files(root).files) == 1 and len(listings) == 3


def test_a_file_that_vanishes_at_each_reading_is_named(root, monkeypatch):
    real = files.find_turtle_files
    monkeypatch.setattr(files, "find_turtle_files", lambda folder: [*real(folder), root / "triples" / "gone.ttl"])
    with pytest.raises(BrokenInput, match=r"triples/gone\.ttl: there is no such file"):
        load_files(root)


def test_watching_goes_on_after_files_that_cannot_be_read(root, tmp_path, caplog, monkeypatch):
    refresher = Refresher(Settings(kb=root, snapshots=tmp_path), "columnar", CurrentSnapshotFile(tmp_path / "current"))
    refreshed = []
    monkeypatch.setattr(refresher, "refresh", lambda: refreshed.append(read_inputs(root).sha256))
    os.mkfifo(root / "triples" / "x.ttl")
    for _ in range(3):
        refresher.look(list, watches=True)
    assert [record.getMessage() for record in caplog.records] == [
        "still serving the snapshot built before, because of an error: triples/x.ttl: this is a named pipe, not a regular file; delete it or move it elsewhere"
    ]
    (root / "triples" / "x.ttl").unlink()
    refresher.look(list, watches=True)
    assert refreshed == []
    write(root / "triples" / "x.ttl")
    refresher.look(list, watches=True)
    assert len(refreshed) == 1


def test_files_with_unusual_names_are_built(small_kb, tmp_path):
    root = tmp_path / "kb"
    shutil.copytree(small_kb, root)
    for number, name in enumerate(READ):
        (root / "triples" / name).parent.mkdir(exist_ok=True)
        (root / "triples" / name).write_text(SMALL.replace("event:only", f"event:e{number}"), encoding="utf-8")
    snapshot = build(root, tmp_path / "snapshots")
    assert set(snapshot.manifest.sources.values()) >= {f"triples/{name}" for name in READ}
