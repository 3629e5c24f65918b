"""Snapshots are complete or absent, also when builds are killed or run at the same time."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from namespaces import DATASET

from sjkg.core.errors import UnusableSnapshot
from sjkg.core.vocabulary import PREFIXES
from sjkg.kb.sources import SourceFile, Sources
from sjkg.pipeline.inputs import read_inputs
from sjkg.snapshot.background import BackgroundWriter
from sjkg.snapshot.build import MODIFIED, _find_modified, build, ensure_snapshot
from sjkg.snapshot.folder import UNFINISHED, find_snapshot, read_snapshot, unfinished_folder

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


@pytest.mark.parametrize(
    "stated, day",
    [
        ([], None),
        (['"2026-11-29"^^<{}date>'], "2026-11-29"),
        (['"2026-11-29+09:00"^^<{}date>', '"2026-01-01Z"^^<{}date>'], "2026-11-29"),
        (['"2026-11-29"', '"2026-11-29T00:00:00"^^<{}dateTime>', '"0000-01-01"^^<{}date>', "<urn:x>"], None),
    ],
)
def test_the_day_of_the_last_change_is_the_last_that_the_data_state(stated, day):
    lines = dict.fromkeys((f"<{DATASET}>", MODIFIED, value.format(PREFIXES["xsd"])) for value in stated)
    other = {(f"<{DATASET}/other>", MODIFIED, f'"2027-01-01"^^<{PREFIXES["xsd"]}date>'): None}
    assert _find_modified(Sources((SourceFile("x.ttl", "triples", "urn:g", "", lines | other),))) == day


def test_a_changed_file_changes_the_input_hash(own_kb):
    before = read_inputs(own_kb).sha256
    path = own_kb / "triples" / "places.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert read_inputs(own_kb).sha256 != before


def test_the_input_hash_does_not_depend_on_the_location_of_the_files(kb_root, own_kb):
    assert read_inputs(own_kb).sha256 == read_inputs(kb_root).sha256


def test_the_same_files_give_the_same_quads(own_kb, snapshot, tmp_path):
    again = build(own_kb, tmp_path / "again")
    assert again.quads.read_bytes() == snapshot.quads.read_bytes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text(json.dumps({"other": 1})),
        lambda folder: (folder / "store-files.json").unlink(),
        lambda folder: (folder / "graph.nq").write_text("cut off"),
        lambda folder: shutil.rmtree(folder / "store"),
        lambda folder: next(iter((folder / "store").rglob("*.sst"))).write_bytes(b"\0" * 100),
    ],
    ids=[
        "manifest cut",
        "manifest gone",
        "manifest of another kind",
        "list gone",
        "quads cut",
        "store gone",
        "store damaged",
    ],
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
    inputs = read_inputs(small_kb).sha256
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


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EFBIG, "File too large"),
        OSError("IO error: No space left on device: While appending to file: /x/all.sst"),  # Oxigraph
        sqlite3.OperationalError("database or disk is full"),
        UnusableSnapshot("the dumps in x could not be written (OSError: [Errno 122] Disk quota exceeded)"),
    ],
    ids=str,
)
def test_a_disk_that_becomes_full_during_a_build_is_reported_with_advice(tmp_path, error):
    advice = f"no space is left in {tmp_path}.*free some space, or choose other folders .--snapshots"
    with pytest.raises(UnusableSnapshot, match=advice), unfinished_folder(tmp_path):
        raise error
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    "error",
    [sqlite3.OperationalError("disk I/O error"), OSError(errno.EIO, "Input/output error")],
    ids=str,
)
def test_a_disk_that_fails_during_a_build_is_not_reported_as_full(tmp_path, error):
    with (
        pytest.raises(UnusableSnapshot, match=f"or written in {tmp_path}.*the disk fails"),
        unfinished_folder(tmp_path),
    ):
        raise error


def test_other_errors_during_a_build_are_not_taken_for_a_full_disk(tmp_path):
    with pytest.raises(FileNotFoundError), unfinished_folder(tmp_path):
        raise FileNotFoundError(errno.ENOENT, "No such file")


def test_two_concurrent_builds_succeed_with_one_snapshot(small_kb, tmp_path):
    processes = [start_build(small_kb, tmp_path) for _ in range(2)]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert names(tmp_path) == {read_inputs(small_kb).sha256}


def test_an_error_while_writing_stores_or_dumps_fails_the_build(tmp_path):
    told = pytest.raises(UnusableSnapshot, match=r"stores or dumps .* could not be written \(FileNotFoundError")
    with told, BackgroundWriter() as writer, writer.writing(tmp_path, {}, tmp_path, "", {}):
        pass
