"""The snapshot that a server process serves, and the modules that the main process loads."""

import gc
import subprocess
import sys

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


def test_the_main_process_does_not_load_prometheus_client():
    """prometheus_client reads the folder of shared metrics when it is imported, and the main process sets it later."""
    program = "import sys, sjkg.web.server; sys.exit('prometheus_client' in sys.modules)"
    subprocess.run([sys.executable, "-P", "-c", program], check=True)
