"""The snapshot that a server process serves."""

import gc

from sjkg.web.served import SnapshotSwitcher


class NothingToRead:
    def warm_up(self):
        pass


def test_objects_are_frozen_for_the_garbage_collector_after_warm_up():
    gc.unfreeze()
    SnapshotSwitcher._warm_up(NothingToRead())
    try:
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
