"""Rewrite the pinned results of the saved queries. Review the diff before committing: it shows how the graph has changed."""

import tempfile
from pathlib import Path

from test_questions import EXPECTED, QUERIES, answer

from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import ASSERTED
from sjkg.snapshot.build import build
from sjkg.store.datasets import Scope
from sjkg.store.quad_store import QuadStore


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = build(packaged_kb(), Path(folder))
        store = QuadStore(snapshot.store, snapshot.manifest.groups)
        EXPECTED.mkdir(exist_ok=True)
        for old in EXPECTED.iterdir():
            old.unlink()
        for name, query in QUERIES.items():
            full = answer(store, query)
            without = answer(store, query, Scope(default=(ASSERTED,), named=(ASSERTED,)))
            (EXPECTED / f"{name}.csv").write_text(full, encoding="utf-8")
            if without != full:
                (EXPECTED / f"{name}.asserted.csv").write_text(without, encoding="utf-8")


if __name__ == "__main__":
    main()
