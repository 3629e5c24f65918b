"""Rewrite the pinned results of the saved queries. Review the diff before committing: it shows how the graph has changed.

The day on which the data were last changed is pinned, too, with a digest of the data: it must be set when they change.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the modules that tests share

from test_questions import EXPECTED, QUERIES, answer, asserted_only

from sjkg.core.settings import packaged_kb
from sjkg.snapshot.build import build
from sjkg.snapshot.folder import Snapshot
from sjkg.store.quad_store import QuadStore

PINNED_DAY = Path(__file__).with_name("modified.txt")


def day_and_digest(snapshot: Snapshot) -> str:
    """Return the day of the last change that the data state, and the SHA-256 of the asserted quads, as a line of text."""
    return f"{snapshot.manifest.modified} {snapshot.manifest.files['dumps/sjkg-asserted.nq'][1]}\n"


def main() -> None:
    """Build the packaged knowledge base and write what is pinned; refuse changed data with the day of an earlier change."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = build(packaged_kb(), Path(folder))
        days = {PINNED_DAY.read_text(encoding="utf-8").split()[0], snapshot.manifest.modified}
        today = datetime.now(UTC).date().isoformat()
        if len(days) == 1 and today not in days and day_and_digest(snapshot) != PINNED_DAY.read_text(encoding="utf-8"):
            sys.exit(f"the data have changed: set dcterms:modified in triples/editorial/dataset.ttl to {today}")
        PINNED_DAY.write_text(day_and_digest(snapshot), encoding="utf-8")
        store = QuadStore.open(snapshot.store, snapshot.manifest.groups)
        EXPECTED.mkdir(exist_ok=True)
        for old in EXPECTED.iterdir():
            old.unlink()
        for name, query in QUERIES.items():
            full = answer(store, query)
            without = answer(store, query, asserted_only(snapshot))
            (EXPECTED / f"{name}.csv").write_text(full, encoding="utf-8")
            if without != full:
                (EXPECTED / f"{name}.asserted.csv").write_text(without, encoding="utf-8")


if __name__ == "__main__":
    main()
