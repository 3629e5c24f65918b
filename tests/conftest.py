"""Shared fixtures: the packaged knowledge base, its snapshot, a server process, and the article's text if present."""

import fcntl
import os
import shutil
import subprocess
import sys

import pytest
import requests
from graphs import packaged
from hypothesis import settings
from scheduling import PageScheduling
from servers import PROJECT, SJKG, SMALL, running_server, with_cache

from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import Namespaces, own, set_own
from sjkg.kb.description import read_description
from sjkg.snapshot.build import build, ensure_snapshot
from sjkg.store.quad_store import QuadStore

ARTICLE = PROJECT.parent / "shared" / "source" / "soviet-japanese-border-conflicts.txt"
MARKERS = {
    "conformance": "http",
    "clients": "http",
    "api": "http",
    "chaos": "security",
}  # of the folders that are not named like their marker
TURNS = {"slow": 0, "security": 1, "browser": 3}  # the order of tests by marker; all others are third

# Every run tries other random examples; a failing one is printed with a blob that reproduces it: pin it with @example.
settings.register_profile("sjkg", deadline=None, print_blob=True)
settings.load_profile("sjkg")


def pytest_addoption(parser):
    """Add the options of tests/chaos."""
    parser.addoption(
        "--faults", type=int, default=None, help="tests/chaos: number of accidents; 36, or fewer in a minute"
    )
    parser.addoption("--seconds", type=int, default=None, help="tests/chaos: begin no accident after this time")
    parser.addoption("--seed", type=int, default=None, help="tests/chaos: seed of the accidents, to repeat a run")
    parser.addoption("--only", default="", help="tests/chaos: only kinds of accidents whose name contains this")


def pytest_configure(config):
    """Let all processes keep what they compile: where PYTHONDONTWRITEBYTECODE is set, each would compile it again.

    Measured: the start of `sjkg query` takes 0.4 s of a processor instead of 1.1 s, the collection of all tests 10 s
    instead of 16 s in each test process.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    use_packaged()


def use_packaged():
    """Use the names of the packaged knowledge base, as commands and servers do."""
    set_own(read_description(packaged_kb()).namespaces)


def pytest_runtest_teardown(item):
    """Fail a test that leaves another knowledge base in use, as a command called in this process may."""
    if own().base != Namespaces().base:
        use_packaged()
        pytest.fail(f"{item.nodeid} leaves another knowledge base in use; run its commands in a process of their own")


def pytest_xdist_auto_num_workers():
    """Return the number of test processes: processors + 2, because many tests wait (deadlines, browser, Java)."""
    return (os.cpu_count() or 1) + 2


def pytest_xdist_make_scheduler(config, log):
    """Return the scheduler of the tests in place of loadfile (see pyproject.toml); None for another --dist."""
    return PageScheduling(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items):
    """Mark each test by its folder, and start those of long files first, those in a browser last (see PageScheduling)."""
    for item in items:
        folder = item.path.relative_to(PROJECT / "tests").parts[0]
        item.add_marker(MARKERS.get(folder, folder))
    items.sort(key=lambda item: min(TURNS.get(marker.name, 2) for marker in item.iter_markers()))


@pytest.fixture(scope="session")
def kb_root():
    """The folder of the packaged knowledge base."""
    return packaged_kb()


@pytest.fixture(scope="session")
def kb():
    """The packaged knowledge base, loaded."""
    return packaged()


@pytest.fixture(scope="session")
def snapshots(kb_root, tmp_path_factory):
    """The folder of snapshots (immutable builds) of this test process, with that of the packaged knowledge base.

    Of several test processes (pytest-xdist) one builds it, and the others copy it.
    """
    own = tmp_path_factory.mktemp("cache") / "sjkg" / "snapshots"  # see with_cache
    own.mkdir(parents=True)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        build(kb_root, own)
        return own
    shared = tmp_path_factory.getbasetemp().parent / "snapshots"  # of this run; the base folder is of this process
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = ensure_snapshot(kb_root, shared)
    shutil.copytree(built.folder, own / built.folder.name)
    return own


@pytest.fixture(scope="session")
def snapshot(kb_root, snapshots):
    """The snapshot of the packaged knowledge base."""
    return ensure_snapshot(kb_root, snapshots)


@pytest.fixture(scope="session")
def store(snapshot):
    """The quad store of the snapshot."""
    return QuadStore.open(snapshot.store, snapshot.manifest.groups)


@pytest.fixture(scope="session")
def article():
    """The path of the article's text; skips the test if it is not there."""
    if not ARTICLE.is_file():
        pytest.skip("the article's text is not part of the project; put it beside the checkout to run this")
    return ARTICLE


@pytest.fixture
def own_kb(kb_root, tmp_path):
    """The folder of a copy of the knowledge base that the test may change."""
    root = tmp_path / "kb"
    for folder in ("ontology", "triples", "shapes", "queries", "profiles", "datasets"):
        shutil.copytree(kb_root / folder, root / folder)
    shutil.copy(kb_root / "kb.ttl", root)
    return root


@pytest.fixture(scope="session")
def small_kb(kb_root, tmp_path_factory):
    """The folder of a knowledge base with the packaged ontology and shapes and a single event: quick to build."""
    root = tmp_path_factory.mktemp("small")
    for folder in ("ontology", "shapes", "queries", "profiles"):
        shutil.copytree(kb_root / folder, root / folder)
    shutil.copy(kb_root / "kb.ttl", root)
    (root / "triples").mkdir()
    (root / "triples" / "events.ttl").write_text(SMALL, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def session():
    """A session of HTTP requests, which keeps its connections: for tests that send many."""
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="session")
def run(snapshots):
    """A function that runs `sjkg` with arguments in its own process and returns a CompletedProcess with text output.

    options: arguments of subprocess.run; env is added to the environment.
    """

    def run_sjkg(*arguments, **options):
        environment = {**with_cache(snapshots), "COLUMNS": "200"}
        return subprocess.run(
            [*SJKG, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=300,
            env={**environment, **options.pop("env", {})},
            **options,
        )

    return run_sjkg


@pytest.fixture(scope="session")
def server(snapshot, snapshots):
    """The address of a server process for the snapshot, without trailing slash."""
    with running_server("--snapshots", str(snapshots)) as address:
        yield address
