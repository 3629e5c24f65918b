"""Locks on what is in use, and temporary folders: those of killed processes are deleted at the next start, others are kept."""

import gc
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from servers import PROJECT

from sjkg.core.locks import SharedLock, exclusive_lock, temporary_folder

HOLDER = """
import sys, time
from pathlib import Path
from sjkg.core.locks import temporary_folder
with temporary_folder("check", Path(sys.argv[2]) if sys.argv[2:] else None) as folder:
    (folder / "posted.ttl").write_text("text")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def tmp(tmp_path, monkeypatch):
    """The folder for temporary files of this process and its children."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield tmp_path
    tempfile.tempdir = None


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def start_holder(*arguments) -> tuple[subprocess.Popen, str]:
    """Start a process that has a temporary folder until its input ends; return it and the folder's path."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", HOLDER, "-", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, process.stdout.readline().strip()


def end(process: subprocess.Popen, number: int | None = None) -> None:
    if number:
        process.send_signal(number)
    process.communicate()


@pytest.mark.parametrize("beside", [False, True], ids=["system's folder", "beside a file"])
def test_the_folder_of_a_killed_process_is_deleted_at_the_next_start_and_one_in_use_is_kept(tmp, beside):
    where = [tmp] * beside
    killed, running = start_holder(*where), start_holder(*where)
    end(killed[0], signal.SIGKILL)
    assert Path(killed[1]).is_dir()
    with temporary_folder("check", *where) as folder:
        assert not Path(killed[1]).exists() and Path(running[1], "posted.ttl").is_file() and folder.is_dir()
        assert folder.name.startswith(".") == beside
    end(running[0])
    assert names(tmp) == set()


def test_folders_that_only_look_like_temporary_ones_are_kept(tmp, monkeypatch):
    others = ["sjkg-check-examples", "sjkg-notes", "sjkg-check-abcdefgh.tmp.d", "sjkg-Check-abcdefgh.tmp", "x"]
    for name in others:
        (tmp / name).mkdir()
    (tmp / "sjkg-check-aaaaaaaa.tmp").write_text("a file")
    (tmp / "sjkg-check-bbbbbbbb.tmp").symlink_to(tmp / "x")
    (tmp / "sjkg-check-cccccccc.tmp").mkdir()
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)  # so that all belong to another user
    with temporary_folder("serve"):
        pass
    assert len(names(tmp)) == len(others) + 3
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    with temporary_folder("serve"):
        pass
    assert names(tmp) == {*others, "sjkg-check-aaaaaaaa.tmp", "sjkg-check-bbbbbbbb.tmp"}


def test_a_folder_that_is_taken_for_abandoned_before_it_is_locked_is_made_again(tmp, monkeypatch):
    made = tempfile.mkdtemp

    def make_and_lose(*arguments):
        monkeypatch.setattr(tempfile, "mkdtemp", made)
        folder = made(*arguments)
        Path(folder).rmdir()
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", make_and_lose)
    with temporary_folder("check") as folder:
        assert folder.is_dir() and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert names(tmp) == set()


def test_every_temporary_file_or_folder_that_could_be_left_is_a_temporary_folder_with_a_lock():
    named = re.compile(r"TemporaryDirectory|mkdtemp|mkstemp|NamedTemporaryFile|mktemp")
    sources = (PROJECT / "src" / "sjkg").rglob("*.py")
    users = {path.name for path in sources if named.search(path.read_text(encoding="utf-8"))}
    assert users == {"locks.py", "folder.py"}  # the latter deletes unfinished snapshots itself


def test_a_lock_ends_with_release_and_with_its_object_and_is_not_inherited_by_a_fork(tmp):
    path = tmp / "file"
    path.write_text("")
    locks = [SharedLock(path), SharedLock(path)]
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    os.close(reading)
    try:
        locks[0].release()
        locks[0].release()
        assert not is_free(path)
        locks.clear()
        gc.collect()
        assert is_free(path)
    finally:
        os.close(writing)
        os.waitpid(child, 0)


def is_free(path) -> bool:
    with exclusive_lock(path) as is_held:
        return is_held


def test_a_path_is_not_locked_when_something_else_has_taken_its_place(tmp, monkeypatch):
    path = tmp / "file"
    path.write_text("first")
    real = os.open

    def open_and_replace(*arguments):
        descriptor = real(*arguments)
        (tmp / "second").write_text("second")
        (tmp / "second").replace(path)
        return descriptor

    monkeypatch.setattr(os, "open", open_and_replace)
    with pytest.raises(FileNotFoundError, match="deleted or replaced by another process"):
        SharedLock(path)
    assert not is_free(path)
    monkeypatch.setattr(os, "open", real)
    assert is_free(path) and not is_free(tmp / "missing")
