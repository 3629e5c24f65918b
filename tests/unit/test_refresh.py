"""The threads that follow files, snapshots and the current snapshot file: what fails is said once and tried again."""

import gc
import os
import shutil
import weakref
from contextlib import suppress
from types import SimpleNamespace

import pytest

from sjkg.core.errors import BadParameter, BrokenInput, DeadlineExceeded, Overloaded, UnusableSnapshot
from sjkg.core.locks import exclusive_lock
from sjkg.core.settings import Settings
from sjkg.web import refresh, served, server
from sjkg.web.attempts import Attempts
from sjkg.web.current_file import CurrentSnapshotFile
from sjkg.web.refresh import Refresher
from sjkg.web.served import SnapshotSwitcher

ERRORS = [OSError(24, "Too many open files"), BrokenInput("x.ttl: not Turtle"), RuntimeError("can't start new thread")]


class Failing:
    """A function that raises `error` until that is None, and counts its calls."""

    def __init__(self, error: Exception | None):
        self.error, self.calls = error, 0

    def __call__(self, *_, **__):
        self.calls += 1
        if self.error:
            raise self.error


def messages(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "sjkg"]


class Folder(str):
    """The path of a folder that exists, until it is one of `deleted`."""

    deleted = set[str]()

    def is_dir(self) -> bool:
        return self not in self.deleted


def made_snapshot(folder, triples: int = 7):
    manifest = SimpleNamespace(statistics=SimpleNamespace(triples=triples))
    return SimpleNamespace(folder=Folder(folder), manifest=manifest, release=lambda: None)


@pytest.fixture
def current_file(tmp_path):
    return CurrentSnapshotFile(tmp_path / "run" / "current")


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_an_error_of_a_step_is_logged_once_and_ends_neither_the_thread_nor_other_steps(caplog, error):
    attempts, step, other = Attempts(), Failing(error), Failing(None)
    for _ in range(3):
        attempts.make((step, "it does not work"), (other, "neither does this"))
    assert [str(error) in message for message in messages(caplog)] == [True]
    assert step.calls == other.calls == 3 and str(error) in attempts.problems[0]
    step.error = None
    attempts.make((step, "it does not work"))
    assert attempts.problems == []


@pytest.fixture
def refresher(small_kb, tmp_path, current_file, monkeypatch):
    """A refresher whose builds make a snapshot at once, or raise what `find.error` has."""
    refresher = Refresher(Settings(kb=small_kb, snapshots=tmp_path), "columnar", current_file)
    refresher.find = Failing(None)

    def find_or_build(is_retry: bool):
        refresher.find()
        return made_snapshot(tmp_path / f"s{refresher.find.calls}")

    monkeypatch.setattr(refresher, "_find_or_build", find_or_build)
    return refresher


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_a_refresh_that_fails_is_reported_and_a_later_request_succeeds(refresher, caplog, current_file, error):
    current_file.set(made_snapshot("before"))
    refresher.find.error = error
    refresher.request()
    refresher.look(list, watches=False)
    assert current_file.read() == "1 before"
    assert [str(error) in message and "still serving" in message for message in messages(caplog)] == [True]
    refresher.find.error = None
    refresher.request()
    refresher.look(list, watches=False)
    assert current_file.read().startswith("2 ")


@pytest.mark.parametrize("watches", [True, False])
def test_a_failed_build_is_tried_again_after_growing_intervals_until_it_succeeds(
    refresher, caplog, current_file, monkeypatch, watches
):
    now = 1000.0
    monkeypatch.setattr(refresh.time, "monotonic", lambda: now)
    refresher.find.error = UnusableSnapshot("the build failed")
    current_file.set(made_snapshot("before"))
    refresher.request()
    attempts = []
    for now in range(1000, 1100):  # noqa: B007  # read by the lambda
        before = refresher.find.calls
        refresher.look(list, watches)
        attempts += [now] * (refresher.find.calls - before)
    assert attempts == [1000, 1002, 1006, 1014, 1030, 1062] and len(messages(caplog)) == 1
    refresher.find.error = None
    now = 1126
    refresher.look(list, watches)
    assert current_file.read().startswith("2 ") and refresher.find.calls == 7
    now = 9999
    refresher.look(list, watches)
    assert refresher.find.calls == 7


def test_a_failed_build_is_not_tried_again_with_other_files(refresher, small_kb, monkeypatch):
    monkeypatch.setattr(refresh, "RETRY_S", 0)
    refresher.find.error = UnusableSnapshot("the build failed")
    refresher.request()
    refresher.look(list, watches=False)
    monkeypatch.setattr(refresher, "_hash", lambda: "another")
    refresher.look(list, watches=False)
    assert refresher.find.calls == 1


def test_a_deleted_snapshot_is_built_again(refresher, current_file, monkeypatch):
    current_file.set(made_snapshot("before"))
    refresher.look(list, watches=False)
    assert refresher.find.calls == 0
    monkeypatch.setattr(Folder, "deleted", {"before"})
    refresher.look(list, watches=False)
    assert current_file.read().startswith("2 ") and refresher.find.calls == 1


def test_a_new_snapshot_is_announced_when_all_server_processes_serve_it(refresher, capsys, current_file, monkeypatch):
    processes = [101, 102]
    refresher.request()
    for process in processes:
        refresher.look(lambda: processes, watches=False)
        assert capsys.readouterr().out == ""
        monkeypatch.setattr(os, "getpid", lambda process=process: process)
        current_file.confirm(current_file.read())
    for _ in range(2):
        refresher.look(lambda: processes, watches=False)
    assert capsys.readouterr().out == "sjkg: now serving 7 triples\n"


def test_a_snapshot_that_another_process_deletes_after_the_build_is_built_again(small_kb, tmp_path, monkeypatch):
    refresher = Refresher(Settings(kb=small_kb, snapshots=tmp_path), "columnar", CurrentSnapshotFile(tmp_path / "file"))
    found = iter([None, None, "snapshot"])
    monkeypatch.setattr("sjkg.web.refresh.find_snapshot", lambda *_: next(found))
    monkeypatch.setattr(refresher, "_run_build", Failing(None))
    assert refresher._find_or_build(is_retry=False) == "snapshot" and refresher._run_build.calls == 2


@pytest.mark.parametrize("hashes, builds", [([1, 1, 1, 1], 3), ([1, 2], 1)], ids=["always deleted", "files changed"])
def test_a_snapshot_is_not_built_for_ever(small_kb, tmp_path, monkeypatch, hashes, builds):
    refresher = Refresher(Settings(kb=small_kb, snapshots=tmp_path), "columnar", CurrentSnapshotFile(tmp_path / "file"))
    monkeypatch.setattr(refresher, "_hash", iter(map(str, hashes)).__next__)
    monkeypatch.setattr(refresher, "_run_build", Failing(None))
    with pytest.raises(UnusableSnapshot, match="changed during the build"):
        refresher._find_or_build(is_retry=False)
    assert refresher._run_build.calls == builds


def test_a_snapshot_is_protected_until_the_next_one_is_named(current_file):
    first, second = made_snapshot("first"), made_snapshot("second")
    first.release, second.release = Failing(None), Failing(None)
    for snapshot in (first, second):
        current_file.set(snapshot)
        current_file.restore()
    assert (first.release.calls, second.release.calls) == (1, 0)


def test_the_folder_of_the_current_snapshot_file_is_locked_also_after_it_was_deleted(current_file, tmp_path):
    current_file.set(made_snapshot("here"))
    for _ in range(2):
        current_file.restore()
        with exclusive_lock(tmp_path / "run") as is_held:
            assert not is_held
        shutil.rmtree(tmp_path / "run")


def test_a_deleted_current_snapshot_file_comes_back_with_its_number(refresher, current_file, tmp_path):
    for _ in range(3):
        current_file.set(made_snapshot("here"))
    shutil.rmtree(tmp_path / "run")
    assert current_file.first() == "3 here"
    refresher.look(list, watches=False)
    assert current_file.read() == "3 here"
    current_file.set(made_snapshot("there"))
    assert current_file.read() == "4 there"


FREEZE_OBJECTS = served._freeze_objects


class Queue:
    """The queues and the worker pool of an opened snapshot: it answers, and counts how often it was closed."""

    def __init__(self):
        self.close, self.query, self.warm_up, self.start_missing = (Failing(None) for _ in range(4))
        self.problem = ""


class Opened(SimpleNamespace):
    """A snapshot that was opened; unlike a SimpleNamespace, it can have weak references."""


@pytest.fixture
def opened():
    """The snapshots that were opened so far, and the error of the next opening."""
    return SimpleNamespace(all=[], error=None)


@pytest.fixture
def switcher(small_kb, tmp_path, current_file, opened, monkeypatch):
    """A switcher that serves the version “1 here”; what it opens has no files and no processes."""

    def open_served(settings, version, observe):
        if opened.error:
            raise opened.error
        queue = Queue()
        opened.all.append(Opened(version=version, public_queue=queue, labels=queue, workers=queue))
        return opened.all[-1]

    static = tmp_path / "static"
    (static / "bundle").mkdir(parents=True)
    (static / "style.css").write_text("")
    (static / "bundle" / "preload.json").write_text('{"site": ["a.js"]}')
    monkeypatch.setattr(served, "open_served", open_served)
    monkeypatch.setattr(served, "assets_version", lambda: str((static / "bundle").stat().st_mtime_ns))
    monkeypatch.setattr(served, "PRELOADS", static / "bundle" / "preload.json")
    monkeypatch.setattr(served, "RETRY_S", 0)
    monkeypatch.setattr(served, "_freeze_objects", lambda: None)
    current_file.set(made_snapshot("here"))
    return SnapshotSwitcher(Settings(kb=small_kb, snapshots=tmp_path), current_file, lambda *_: None)


@pytest.mark.parametrize("error", [*ERRORS, Overloaded("no worker"), UnusableSnapshot("damaged")], ids=repr)
def test_a_snapshot_that_cannot_be_opened_is_opened_at_a_later_look(switcher, current_file, opened, caplog, error):
    current_file.set(made_snapshot("there"))
    opened.error = error
    for _ in range(3):
        switcher.look()
    assert switcher.now.version == "1 here" and len(messages(caplog)) == 1 and str(error) in switcher.problems[0]
    assert not current_file.is_served_by([os.getpid()])
    opened.error = None
    switcher.look()
    assert switcher.now.version == "2 there" and switcher.problems == []
    assert current_file.is_served_by([os.getpid()])


def test_the_workers_of_replaced_snapshots_are_freed_when_the_last_request_that_uses_them_has_ended(
    switcher, current_file, opened, monkeypatch
):
    monkeypatch.setattr(served, "_freeze_objects", FREEZE_OBJECTS)
    monkeypatch.setattr(served, "COLLECT_S", 0)
    in_use, found = switcher.now, weakref.ref(switcher.now.workers)
    in_use.workers.itself = in_use.workers
    try:
        for name in ("there", "elsewhere"):
            opened.all.clear()
            current_file.set(made_snapshot(name))
            switcher.look()
        del in_use
        gc.collect()
        assert found() is not None
        switcher.look()
        assert found() is None
    finally:
        gc.unfreeze()


def test_what_ended_server_processes_confirmed_is_deleted(current_file, tmp_path):
    current_file.set(made_snapshot("here"))
    current_file.confirm(current_file.read())
    for number in (os.getpid() + 1, os.getpid() * 10):
        (tmp_path / "run" / f"current.{number}").write_text("1 here", encoding="utf-8")
    current_file.forget_others([os.getpid()])
    assert sorted(path.name for path in tmp_path.glob("run/*")) == ["current", f"current.{os.getpid()}"]


def test_a_snapshot_that_is_replaced_and_deleted_while_it_is_being_opened_is_no_problem(
    switcher, current_file, opened, monkeypatch, caplog
):
    current_file.set(made_snapshot("there"))
    open_served = served.open_served

    def replace_and_fail(*_):
        monkeypatch.setattr(served, "open_served", open_served)
        current_file.set(made_snapshot("newest"))
        raise UnusableSnapshot("deleted")

    monkeypatch.setattr(served, "open_served", replace_and_fail)
    switcher.look()
    assert switcher.now.version == "3 newest" and switcher.problems == messages(caplog) == []


def test_a_snapshot_that_does_not_answer_is_closed_and_not_served(switcher, current_file, opened, monkeypatch):
    current_file.set(made_snapshot("there"))
    monkeypatch.setattr(Queue, "query", Failing(Overloaded("no worker")), raising=False)
    real = Queue.__init__
    monkeypatch.setattr(Queue, "__init__", lambda self: [real(self), vars(self).pop("query")][0])
    switcher.look()
    assert switcher.now.version == "1 here" and opened.all[-1].public_queue.close.calls == 1


def test_query_workers_of_a_new_snapshot_that_start_slowly_are_asked_again(switcher, current_file, opened, monkeypatch):
    slow = Failing(DeadlineExceeded("still running"))
    monkeypatch.setattr(Queue, "query", slow, raising=False)
    real = Queue.__init__
    monkeypatch.setattr(Queue, "__init__", lambda self: [real(self), vars(self).pop("query")][0])
    current_file.set(made_snapshot("there"))
    for _ in range(3):
        switcher.look()
    assert switcher.now.version == "1 here" and opened.all[-1].public_queue.close.calls == 0
    slow.error = None
    switcher.look()
    assert switcher.now.version == "2 there" and [each.version for each in opened.all] == ["1 here", "2 there"]


def test_a_failed_snapshot_is_not_opened_at_each_look_but_after_a_while(switcher, current_file, opened, monkeypatch):
    monkeypatch.setattr(served, "RETRY_S", 60)
    current_file.set(made_snapshot("there"))
    opened.error = UnusableSnapshot("damaged")
    switcher.look()
    opened.error = None
    switcher.look()
    assert switcher.now.version == "1 here" and "damaged" in switcher.problems[0]
    current_file.set(made_snapshot("again"))
    switcher.look()
    assert switcher.now.version == "3 again"


@pytest.mark.parametrize("part", ["bundle", "run"])
def test_a_folder_that_goes_away_leaves_the_pages_and_the_switch_to_new_snapshots(
    switcher, current_file, caplog, tmp_path, part
):
    folder = tmp_path / ("static/bundle" if part == "bundle" else part)
    folder.rename(tmp_path / "away")
    for _ in range(3):
        switcher.look()
        assert served.preloaded_scripts("site") == ([] if part == "bundle" else ["a.js"])
    assert len(switcher.problems) == len(messages(caplog)) == 1
    with suppress(OSError):
        shutil.rmtree(folder)
    (tmp_path / "away").rename(folder)
    current_file.set(made_snapshot("there"))
    switcher.look()
    assert (
        switcher.now.version == "2 there" and switcher.problems == [] and served.preloaded_scripts("site") == ["a.js"]
    )


@pytest.mark.parametrize(
    "processes, queries, descriptors, expected",
    [
        (1, 2, 65536, 1024),
        (2, 2, 65536, 512),
        (64, 2, 65536, 16),
        (1, 2, 1024, 400),
        (1, 2, 256, 16),
        (1, 60, 1024, 168),
    ],
)
def test_connections_are_fewer_than_the_descriptors_that_are_left(
    small_kb, tmp_path, processes, queries, descriptors, expected
):
    settings = Settings(kb=small_kb, snapshots=tmp_path, workers=processes, max_running_queries=queries)
    assert server.max_connections(settings, descriptors) == expected


def test_too_few_descriptors_are_an_error_that_says_how_many_are_needed(small_kb, tmp_path):
    with pytest.raises(BadParameter, match=r"may open 255 files, and the server needs 256; .*ulimit -n"):
        server.max_connections(Settings(kb=small_kb, snapshots=tmp_path), 255)


def test_the_soft_limit_of_descriptors_is_raised_to_the_hard_one(monkeypatch):
    limits = []
    monkeypatch.setattr(server.resource, "getrlimit", lambda _: (256, 4096))
    monkeypatch.setattr(server.resource, "setrlimit", lambda _, limit: limits.append(limit))
    assert server.raise_descriptor_limit() == 4096 and limits == [(4096, 4096)]
