"""Old snapshots are deleted; those that a process uses, and folders that are none, are kept. Processes are real."""

import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import sjkg
from sjkg.core.errors import UnusableSnapshot
from sjkg.snapshot import folder as module
from sjkg.snapshot.build import build
from sjkg.snapshot.folder import UNFINISHED, Snapshot, prune, publish, read_snapshot, unfinished_folder
from sjkg.snapshot.manifest import MANIFEST

ENDS_WITH_INPUT = "; print(flush=True); sys.stdin.read()"


def name(number: int) -> str:
    return f"{number:064x}"


def make_folder(path: Path, used_s: int = 0, inputs: str = "") -> Path:
    """Make what `prune` takes for a snapshot, last used `used_s` seconds after 1970; return its path."""
    path.mkdir()
    (path / MANIFEST).write_text(json.dumps({"inputs_sha256": inputs or path.name, "of": "another version"}))
    (path / "graph.nq").write_text("quads")
    os.utime(path, (used_s, used_s))
    return path


def copy(snapshot: Snapshot, folder: Path) -> Snapshot:
    """Copy a snapshot to another folder of snapshots, and open the copy."""
    return read_snapshot(shutil.copytree(snapshot.folder, folder / snapshot.folder.name))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != ".lock"}


def start(program: str, *arguments: object) -> subprocess.Popen:
    """Start a process with a program; return when it has printed a line."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    return process


def end(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def built(small_kb, tmp_path_factory):
    """A real snapshot, which a test may copy."""
    return build(small_kb, tmp_path_factory.mktemp("built"))


def test_the_snapshots_used_last_are_kept_and_those_that_a_process_uses_until_it_is_killed(tmp_path):
    for number in range(6):
        make_folder(tmp_path / name(number), used_s=number)
    hold = "import sys; from pathlib import Path; from sjkg.core.locks import SharedLock; lock = SharedLock(Path(sys.argv[1]))"
    user = start(hold + ENDS_WITH_INPUT, tmp_path / name(1) / MANIFEST)
    try:
        prune(tmp_path, 2)
        assert names(tmp_path) == {name(1), name(4), name(5)} and (tmp_path / name(1) / "graph.nq").exists()
    finally:
        end(user)
    prune(tmp_path, 2)
    assert names(tmp_path) == {name(4), name(5)}


def test_opening_a_snapshot_counts_as_its_last_use(built, tmp_path):
    opened = copy(built, tmp_path)
    os.utime(opened.folder, (0, 0))
    make_folder(tmp_path / name(1), used_s=1)
    opened.release()
    read_snapshot(opened.folder).release()
    prune(tmp_path, 1)
    assert names(tmp_path) == {opened.folder.name}


def test_folders_that_are_no_snapshots_of_this_user_are_kept(tmp_path, monkeypatch):
    make_folder(tmp_path / "extension", inputs="extension")
    make_folder(tmp_path / name(1), inputs=name(2))
    (tmp_path / name(3)).mkdir()
    (tmp_path / name(4)).write_text("a file")
    (tmp_path / name(5)).symlink_to(make_folder(tmp_path / "elsewhere", inputs=name(5)))
    make_folder(tmp_path / name(6))
    kept = names(tmp_path) - {name(6)}
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    prune(tmp_path, 0)
    assert names(tmp_path) == {*kept, name(6)}
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    prune(tmp_path, 0)
    assert names(tmp_path) == kept


def test_what_killed_builds_and_deletions_left_is_deleted_and_a_running_build_is_kept(tmp_path):
    for ending in ("killed", "running", name(1)):
        make_folder(tmp_path / f"{UNFINISHED}{ending}")
    (tmp_path / f"{UNFINISHED}killed.lock").touch()
    with (tmp_path / f"{UNFINISHED}running.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        prune(tmp_path, 1)
        assert names(tmp_path) == {f"{UNFINISHED}running", f"{UNFINISHED}running.lock"}


def test_a_damaged_snapshot_that_a_process_uses_is_replaced_and_deleted_when_it_is_free(small_kb, built, tmp_path):
    damaged = copy(built, tmp_path)
    quads = damaged.quads.read_bytes()
    (damaged.folder / "sources" / "triples" / "events.ttl").write_text("changed")
    mended = build(small_kb, tmp_path)
    (left,) = names(tmp_path) - {mended.folder.name}
    assert (tmp_path / left / "graph.nq").read_bytes() == quads and read_snapshot(mended.folder) == mended
    damaged.release()
    prune(tmp_path, 1)
    assert names(tmp_path) == {mended.folder.name}


def raise_full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "function, failure",
    [
        (Path, ("rename", raise_full)),
        (Path, ("open", raise_full)),
        (module.shutil, ("rmtree", lambda *_, **__: None)),
    ],
    ids=["full disk at the rename", "read-only or full folder", "files that cannot be deleted"],
)
def test_what_cannot_be_deleted_is_kept_whole_or_deleted_later(tmp_path, monkeypatch, function, failure):
    make_folder(tmp_path / name(1))
    with monkeypatch.context() as patch:
        patch.setattr(function, *failure)
        prune(tmp_path, 0)
    (left,) = names(tmp_path)
    assert (tmp_path / left / "graph.nq").exists() and (left == name(1) or left.startswith(UNFINISHED))
    prune(tmp_path, 0)
    assert names(tmp_path) == set()
    prune(tmp_path / "missing", 1)


def test_a_snapshot_in_a_read_only_folder_can_be_opened(built, tmp_path):
    opened = copy(built, tmp_path)
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        assert read_snapshot(opened.folder) == opened
        prune(tmp_path, 1)
        assert opened.quads.is_file()
    finally:
        for path in (tmp_path, *tmp_path.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)


def test_an_open_graph_keeps_its_snapshot_until_it_is_garbage(small_kb, built, tmp_path):
    copy(built, tmp_path)
    with sjkg.open(small_kb, snapshots=tmp_path) as graph:
        used = names(tmp_path)
        prune(tmp_path, 0)
        assert names(tmp_path) == used
        assert len(graph.select("SELECT ?event { ?event a sjkg:Battle }")) == 1
        assert graph.event("only").label == "the only event"
    del graph
    prune(tmp_path, 0)
    assert names(tmp_path) == set()


READER = """
import sys
from pathlib import Path
from sjkg.core.errors import UnusableSnapshot
from sjkg.snapshot.folder import read_snapshot
folder, opened = Path(sys.argv[1]), 0
print(flush=True)
while not (folder / "done").exists() or not opened:
    for path in folder.glob("[0-9a-f]*"):
        try:
            snapshot = read_snapshot(path)
        except UnusableSnapshot:
            continue
        for _ in range(20):
            assert sorted(each.name for each in path.iterdir()) == ["graph.nq", "manifest.json", "store-files.json"], "deleted while in use"
        opened += 1
print(opened)
"""


def test_a_snapshot_that_was_opened_exists_until_it_is_released_while_others_are_published_and_deleted(built, tmp_path):
    readers = [start(READER, tmp_path) for _ in range(2)]
    try:
        until = time.monotonic() + 2  # at most; 200 rounds take less on an idle machine
        for number in range(200):
            with unfinished_folder(tmp_path) as unfinished:
                (unfinished / "graph.nq").write_text(str(number))
                published = publish(unfinished, replace(built.manifest, inputs_sha256=name(number)), tmp_path)
            prune(tmp_path, 1)
            assert published.quads.read_text() == str(number)
            if time.monotonic() > until:
                break
        (tmp_path / "done").touch()
        outputs = [reader.communicate(timeout=60)[0] for reader in readers]
        assert [reader.returncode for reader in readers] == [0, 0] and all(int(output) > 0 for output in outputs)
    finally:
        for reader in readers:
            end(reader)


def test_a_snapshot_that_was_deleted_while_it_was_being_opened_is_not_opened(tmp_path, monkeypatch):
    path = make_folder(tmp_path / name(1))
    real = os.open

    def open_after_deletion(*arguments):
        descriptor = real(*arguments)
        monkeypatch.setattr(os, "open", real)
        prune(tmp_path, 0)
        return descriptor

    monkeypatch.setattr(os, "open", open_after_deletion)
    with pytest.raises(UnusableSnapshot, match="deleted or replaced by another process.*sjkg build"):
        read_snapshot(path)
    assert names(tmp_path) == set()


def test_a_killed_pruner_leaves_whole_snapshots_or_none(tmp_path):
    program = (
        "import os, signal, sys, shutil; from pathlib import Path; from sjkg.snapshot import folder\n"
        "folder.shutil.rmtree = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "folder.prune(Path(sys.argv[1]), 0)"
    )
    make_folder(tmp_path / name(1))
    killed = subprocess.run([sys.executable, "-P", "-c", program, str(tmp_path)])
    assert killed.returncode == -signal.SIGKILL and names(tmp_path) == {f"{UNFINISHED}{name(1)}"}
    with unfinished_folder(tmp_path):
        assert f"{UNFINISHED}{name(1)}" not in names(tmp_path)
