"""Shared fixtures: the packaged knowledge base, its snapshot, a server process, and the article's text if present."""

import os
import shutil
import subprocess

import pytest
from hypothesis import settings
from servers import PROJECT, SJKG, SMALL, running_server

from sjkg.core.settings import packaged_kb
from sjkg.kb.files import load_files
from sjkg.snapshot.build import build
from sjkg.store.quad_store import QuadStore

ARTICLE = PROJECT.parent / "shared" / "source" / "soviet-japanese-border-conflicts.txt"
MARKERS = {
    "conformance": "http",
    "clients": "http",
    "api": "http",
}  # of the folders that are not named like their marker

# Every run tries other random examples; a failing one is printed with a blob that reproduces it: pin it with @example.
settings.register_profile("sjkg", deadline=None, print_blob=True)
settings.load_profile("sjkg")


def pytest_xdist_auto_num_workers():
    """Return the number of test processes: processors + 2, because many tests wait (deadlines, browser, Java)."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items):
    """Mark each test by its folder, and start those that take or wait longest, so that none of them runs alone at the end."""
    for item in items:
        folder = item.path.relative_to(PROJECT / "tests").parts[0]
        item.add_marker(MARKERS.get(folder, folder))
    order = ("slow", "security", "browser")
    items.sort(key=lambda item: next((n for n, name in enumerate(order) if item.get_closest_marker(name)), len(order)))


@pytest.fixture(scope="session")
def kb_root():
    """The folder of the packaged knowledge base."""
    return packaged_kb()


@pytest.fixture(scope="session")
def kb(kb_root):
    """The packaged knowledge base, loaded."""
    return load_files(kb_root)


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory):
    """The folder below which snapshots are built."""
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture(scope="session")
def snapshot(kb_root, snapshots):
    """The snapshot (an immutable build) of the packaged knowledge base."""
    return build(kb_root, snapshots)


@pytest.fixture(scope="session")
def store(snapshot):
    """The quad store of the snapshot."""
    return QuadStore(snapshot.store, snapshot.manifest.groups)


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
    for folder in ("ontology", "triples", "shapes", "queries"):
        shutil.copytree(kb_root / folder, root / folder)
    return root


@pytest.fixture(scope="session")
def small_kb(kb_root, tmp_path_factory):
    """The folder of a knowledge base with the packaged ontology and shapes and a single event: quick to build."""
    root = tmp_path_factory.mktemp("small")
    for folder in ("ontology", "shapes", "queries"):
        shutil.copytree(kb_root / folder, root / folder)
    (root / "triples").mkdir()
    (root / "triples" / "events.ttl").write_text(SMALL, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def run(snapshots):
    """A function that runs `sjkg` with arguments in its own process and returns a CompletedProcess with text output.

    options: arguments of subprocess.run; env is added to the environment.
    """

    def run_sjkg(*arguments, **options):
        environment = {**os.environ, "SJKG_SNAPSHOTS": str(snapshots), "COLUMNS": "200"}
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
