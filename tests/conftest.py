"""What the tests share: the packaged knowledge base, its snapshot, a real server process, the article where it is."""

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

LONGEST = ("test_spark.py", "test_proofs.py", "test_columnar.py", "test_close_file.py", "test_hostile_turtle.py")
ARTICLE = PROJECT.parent / "shared" / "source" / "soviet-japanese-border-conflicts.txt"

# How long an example takes says more of the machine than of the code; in CI the same examples are tried each time.
settings.register_profile("sjkg", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("sjkg")


def pytest_xdist_auto_num_workers():
    """Return how many processes test: one more than there are processors, for many tests wait (for a deadline, a browser, Java)."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that none of them is left for one process at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def kb_root():
    return packaged_kb()


@pytest.fixture(scope="session")
def kb(kb_root):
    return load_files(kb_root)


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory):
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture(scope="session")
def snapshot(kb_root, snapshots):
    return build(kb_root, snapshots)


@pytest.fixture(scope="session")
def store(snapshot):
    return QuadStore(snapshot.store, snapshot.manifest.groups)


@pytest.fixture(scope="session")
def article():
    if not ARTICLE.is_file():
        pytest.skip("the article's text is not part of the project; put it beside the checkout to run this")
    return ARTICLE


@pytest.fixture
def own_kb(kb_root, tmp_path):
    """A copy of the knowledge base that a test may spoil."""
    root = tmp_path / "kb"
    for folder in ("ontology", "triples", "shapes", "queries"):
        shutil.copytree(kb_root / folder, root / folder)
    return root


@pytest.fixture(scope="session")
def small_kb(kb_root, tmp_path_factory):
    """A knowledge base with our ontology and shapes and one event: quick to build."""
    root = tmp_path_factory.mktemp("small")
    for folder in ("ontology", "shapes", "queries"):
        shutil.copytree(kb_root / folder, root / folder)
    (root / "triples").mkdir()
    (root / "triples" / "events.ttl").write_text(SMALL, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def run(snapshots):
    """Run `sjkg` as a process of its own; returns the finished process with text output."""

    def run_sjkg(*arguments, **options):
        environment = {**os.environ, "SJKG_SNAPSHOTS": str(snapshots), "COLUMNS": "200"}
        return subprocess.run(
            [*SJKG, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            env={**environment, **options.pop("env", {})},
            **options,
        )

    return run_sjkg


@pytest.fixture(scope="session")
def server(snapshot, snapshots):
    """The address of a real server process."""
    with running_server("--snapshots", str(snapshots)) as address:
        yield address
