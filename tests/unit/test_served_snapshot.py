"""What a server process does with what it serves."""

import gc

from sjkg.web.served import SnapshotSwitcher


class NothingToRead:
    def warm_up(self):
        pass


def test_what_is_there_when_all_is_read_is_no_work_for_the_garbage_collector():
    gc.unfreeze()
    SnapshotSwitcher._warm_up(NothingToRead())
    try:
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
