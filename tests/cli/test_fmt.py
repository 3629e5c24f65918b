"""`sjkg fmt` of files: all or nothing for each file, also when it cannot be written; exit status and report."""

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from servers import PROJECT

from sjkg.cli import fmt
from sjkg.core.errors import BrokenInput, SjkgError, Violations
from sjkg.kb.new import write_new

MESSY = "@prefix ex: <http://example.org/> .\nex:b ex:p 1 . ex:a ex:p 2 .\n"
NEAT = "@prefix ex: <http://example.org/> .\n\nex:a\n    ex:p 2 ;\n.\n\nex:b\n    ex:p 1 ;\n.\n"


@pytest.fixture
def messy(tmp_path):
    """The path of a file that is not in the standard style, alone in its folder."""
    path = tmp_path / "folder" / "messy.ttl"
    path.parent.mkdir()
    path.write_text(MESSY)
    return path


def names_beside(path: Path) -> list[str]:
    """Return the names of all files in the folder of a file, its own included."""
    return [each.name for each in path.parent.iterdir()]


def call(*arguments) -> tuple[str, SjkgError | None]:
    """Run `sjkg fmt` in this process; return its standard output, and the error that it ends with."""
    result = CliRunner().invoke(fmt.command, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SjkgError)
    return result.output, result.exception


def test_files_are_formatted_and_one_bad_file_does_not_stop_the_others(run, messy, tmp_path):
    (tmp_path / "bad.ttl").write_text("ex:s ex:p 1 .")
    (tmp_path / "other.ttl").write_text(MESSY)
    answer = run("fmt", "bad.ttl", messy, "other.ttl", cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stdout == f"{messy}: formatted\nother.ttl: formatted\n3 files, 2 changed, 1 refused\n"
    assert answer.stderr.startswith("bad.ttl:1:1: violation: ") and "of 3 files, 1 refused" in answer.stderr
    assert (tmp_path / "bad.ttl").read_text() == "ex:s ex:p 1 ."
    assert messy.read_text() == (tmp_path / "other.ttl").read_text() == NEAT


def test_an_odd_file_in_the_folder_is_named_and_the_others_are_formatted(run, tmp_path):
    shutil.copy(PROJECT / "kb.ttl", tmp_path)
    (tmp_path / "triples").mkdir()
    (tmp_path / "triples" / "messy.ttl").write_text(MESSY)
    (tmp_path / "triples" / "odd.TTL").write_text(MESSY)
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "lost.ttl").symlink_to("nowhere")
    answer = run("fmt", "--kb", tmp_path)
    assert answer.returncode == 2 and answer.stdout.endswith("messy.ttl: formatted\n4 files, 1 changed, 2 refused\n")
    assert answer.stderr.startswith("ontology/lost.ttl: violation: the link leads to no file")
    assert "\ntriples/odd.TTL: violation: the ending .TTL has capital letters" in answer.stderr
    assert (tmp_path / "triples" / "messy.ttl").read_text() == NEAT
    assert (tmp_path / "triples" / "odd.TTL").read_text() == MESSY


def test_check_and_diff_change_nothing(messy):
    output, error = call("--check", messy)
    assert isinstance(error, Violations) and error.findings[0].file == str(messy) and "1 to change" in output
    assert call("--diff", messy)[0].count("\n+ex:a\n") == 1
    assert messy.read_text() == MESSY
    assert call(messy)[1] is None and call("--check", messy)[1] is None


REFUSED = {
    "surrogates": (rb'<urn:s> <urn:p> "a" , "smile \uD83D\uDE00" .', ":1:30", "surrogate pair"),
    "bytes that are not UTF-8": (b"<urn:s>\r\n<urn:p> '\xff' .", ":2", "byte 18 is not UTF-8"),
    "UTF-16": ("<urn:s> a <urn:t> .".encode("utf-16"), ":1", "UTF-16, not UTF-8"),
    "literals as predicates": (b'<urn:s>\n "p" 1 .', ":2:2", "cannot be a property"),
    "relative IRIs without a base": (b"<urn:s> <urn:p> <x> .", ":1:17", "is relative"),
    "nested brackets": (b"<urn:s> <urn:p>\n" + b"[<urn:p> " * 101 + b"1" + b"]" * 101 + b".", ":2", "nested more than"),
}


@pytest.mark.parametrize("content, place, words", REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_formatted_is_left_as_it_is(messy, content, place, words):
    messy.write_bytes(content)
    _, error = call(messy)
    assert isinstance(error, BrokenInput) and [finding.place for finding in error.findings] == [f"{messy}{place}"]
    assert words in error.findings[0].message
    assert messy.read_bytes() == content and names_beside(messy) == [messy.name]


def test_what_is_no_turtle_file_is_refused_by_name(tmp_path):
    os.mkfifo(tmp_path / "fifo.ttl")
    (tmp_path / "triples.nt").write_text("<urn:s> <urn:p> <urn:o> .\n")
    for name, words in [
        ("fifo.ttl", "a named pipe"),
        (".", "a folder"),
        ("none.ttl", "no such file"),
        ("triples.nt", "not that of a Turtle file"),
    ]:
        _, error = call(tmp_path / name)
        assert isinstance(error, BrokenInput) and words in error.findings[0].message
        assert error.findings[0].file == str(tmp_path / name)


def test_a_formatted_file_keeps_its_mode_and_a_symbolic_link_stays_one(messy, tmp_path):
    messy.chmod(0o640)
    link = tmp_path / "link.ttl"
    link.symlink_to(messy)
    assert call(link)[1] is None
    assert link.is_symlink() and messy.read_text() == NEAT and stat.S_IMODE(messy.stat().st_mode) == 0o640


def test_line_ends_and_a_byte_order_mark_are_removed_outside_of_literals(messy):
    messy.write_bytes(b'\xef\xbb\xbf<urn:s>\r\n<urn:p> """a\r\nb""" .\r\n')
    assert call(messy)[1] is None
    assert messy.read_bytes() == b'<urn:s>\n    <urn:p> """a\\r\nb""" ;\n.\n'


def test_a_file_that_changes_while_it_is_formatted_is_left_as_the_other_program_wrote_it(messy, monkeypatch):
    monkeypatch.setattr(fmt, "format_turtle", lambda text, file: messy.write_text("# saved meanwhile\n") and NEAT)
    _, error = call(messy)
    assert isinstance(error, BrokenInput) and "changed by another program" in error.findings[0].message
    assert messy.read_text() == "# saved meanwhile\n" and names_beside(messy) == [messy.name]


def raise_error(number: int) -> Callable[..., None]:
    """Return a function that raises an OSError with this number."""

    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    "function, replacement, words",
    [
        ("os.access", lambda path, mode: False, "read-only and unchanged; make it writable"),
        ("tempfile.mkdtemp", raise_error(errno.EROFS), "Read-only file system; make the folder"),
        ("tempfile.mkdtemp", raise_error(errno.EACCES), "Permission denied; make the folder"),
        ("os.fsync", raise_error(errno.ENOSPC), "No space left on device; free some space"),
        ("os.fsync", raise_error(errno.EIO), "Input/output error; check the disk"),
    ],
)
def test_a_file_that_cannot_be_written_is_left_as_it_is(messy, monkeypatch, function, replacement, words):
    monkeypatch.setattr(function, replacement)
    _, error = call(messy)
    assert isinstance(error, BrokenInput) and words in error.findings[0].message
    assert messy.read_text() == MESSY and names_beside(messy) == [messy.name]


def run_prepared(preparation: str, *arguments) -> subprocess.CompletedProcess[str]:
    """Run `sjkg` in a process that first runs some Python statements."""
    code = (
        f"import os, resource, signal\nfrom pathlib import Path\n{preparation}\nfrom sjkg.cli.main import main\nmain()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, timeout=300
    )


def test_a_full_disk_leaves_the_file_whole(messy):
    text = MESSY + "".join(f"ex:s{n} ex:p {n} .\n" for n in range(1000))
    messy.write_text(text)
    answer = run_prepared("resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))", "fmt", messy)
    assert answer.returncode == 2 and "is unchanged: File too large; free some space" in answer.stderr
    assert messy.read_text() == text and names_beside(messy) == [messy.name]


@pytest.mark.parametrize("name, is_changed", [("SIGKILL", False), ("SIGTERM", True), ("SIGINT", True)])
def test_a_process_that_is_killed_leaves_the_file_whole(messy, name, is_changed):
    kill = f"lambda path, target, replace=Path.replace: (os.kill(os.getpid(), signal.{name}), replace(path, target))"
    answer = run_prepared(f"Path.replace = {kill}", "fmt", messy)
    assert answer.returncode in (-getattr(signal, name), 130)
    assert messy.read_text() == (NEAT if is_changed else MESSY)
    assert [each for each in names_beside(messy) if each.endswith(".ttl")] == [messy.name]
    assert is_changed == (names_beside(messy) == [messy.name])


def test_a_new_knowledge_base_is_in_the_standard_style_and_its_description_is_formatted(run, tmp_path):
    write_new(tmp_path / "kb", "https://example.org/harbour/", "Raid", "https://example.org/raid")
    assert run("fmt", "--check", "--kb", tmp_path / "kb").returncode == 0
    path = tmp_path / "kb" / "kb.ttl"
    neat = path.read_text()
    path.write_text(neat.replace("    dcterms:license", "  dcterms:license"))
    assert run("fmt", "--kb", tmp_path / "kb").stdout.startswith(f"{path}: formatted\n")
    assert path.read_text() == neat
