"""Snapshots are complete or absent, also when builds are killed or run at the same time."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from sjkg.core.errors import UnusableSnapshot
from sjkg.snapshot.build import build, ensure_snapshot
from sjkg.snapshot.dumps import dumps_in_background
from sjkg.snapshot.folder import UNFINISHED, find_snapshot, read_snapshot
from sjkg.snapshot.input_hash import hash_inputs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small_snapshot(small_kb, tmp_path_factory):
    return build(small_kb, tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def folder(small_snapshot, tmp_path):
    """A folder of snapshots that a test may spoil, with a copy of the built one."""
    shutil.copytree(small_snapshot.folder, tmp_path / small_snapshot.folder.name)
    return tmp_path


def names(folder) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != ".lock"}


def test_an_unchanged_knowledge_base_is_not_built_again(small_kb, small_snapshot, folder):
    stages = []
    assert ensure_snapshot(small_kb, folder, stages.append).manifest == small_snapshot.manifest
    assert stages == []


def test_a_changed_file_changes_the_input_hash(own_kb):
    before = hash_inputs(own_kb)
    path = own_kb / "triples" / "places.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert hash_inputs(own_kb) != before


def test_the_input_hash_does_not_depend_on_the_location_of_the_files(kb_root, own_kb):
    assert hash_inputs(own_kb) == hash_inputs(kb_root)


def test_the_same_files_give_the_same_quads(own_kb, snapshot, tmp_path):
    again = build(own_kb, tmp_path / "again")
    assert again.quads.read_bytes() == snapshot.quads.read_bytes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text(json.dumps({"other": 1})),
        lambda folder: (folder / "graph.nq").write_text("cut off"),
        lambda folder: shutil.rmtree(folder / "store"),
        lambda folder: next(iter((folder / "store").rglob("*.sst"))).write_bytes(b"\0" * 100),
    ],
    ids=["manifest cut", "manifest gone", "manifest of another kind", "quads cut", "store gone", "store damaged"],
)
def test_a_damaged_snapshot_is_detected_and_rebuilt(small_kb, small_snapshot, folder, spoil):
    damaged = folder / small_snapshot.folder.name
    spoil(damaged)
    with pytest.raises(UnusableSnapshot):
        read_snapshot(damaged)
    mended = ensure_snapshot(small_kb, folder)
    assert read_snapshot(mended.folder).manifest.graphs == small_snapshot.manifest.graphs
    assert names(folder) == {small_snapshot.folder.name}


def start_build(small_kb, folder):
    return subprocess.Popen(
        [sys.executable, "-m", "sjkg", "build", "--kb", str(small_kb), "--snapshots", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("moment", [f"{UNFINISHED}*", f"{UNFINISHED}*/graph.nq", f"{UNFINISHED}*/store/*/*.sst"])
def test_a_killed_build_leaves_no_damaged_snapshot_and_no_files(small_kb, tmp_path, moment):
    inputs = hash_inputs(small_kb)
    process = start_build(small_kb, tmp_path)
    wait_for(lambda: list(tmp_path.glob(moment)), process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()
    assert process.returncode == -signal.SIGKILL
    found = find_snapshot(tmp_path, inputs)
    assert found is None or read_snapshot(found.folder)
    assert ensure_snapshot(small_kb, tmp_path).folder.name == inputs
    assert names(tmp_path) == {inputs}


def wait_for(condition, process, timeout_s: float = 60) -> None:
    begun = time.monotonic()
    while not condition() and process.poll() is None and time.monotonic() - begun < timeout_s:
        os.sched_yield()


def test_two_concurrent_builds_succeed_with_one_snapshot(small_kb, tmp_path):
    processes = [start_build(small_kb, tmp_path) for _ in range(2)]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert names(tmp_path) == {hash_inputs(small_kb)}


def test_an_error_while_writing_dumps_fails_the_build(small_snapshot, tmp_path):
    told = pytest.raises(UnusableSnapshot, match=r"dumps .* could not be written: FileExistsError")
    with told, dumps_in_background(small_snapshot.quads, {}, tmp_path):
        pass
