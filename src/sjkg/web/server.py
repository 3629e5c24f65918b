"""The main process: Granian, which starts the server processes with the Flask application and passes the signals on."""

import math
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from sjkg.core.errors import BadParameter
from sjkg.core.settings import Settings
from sjkg.snapshot.folder import Snapshot
from sjkg.web.http.request_body import MAX_READERS
from sjkg.web.refresh import Refresher
from sjkg.web.served import CurrentSnapshotFile
from sjkg.workers import affinity
from sjkg.workers.query_queue import MAX_INTERNAL_RUNNING, MAX_INTERNAL_WAITING

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the server processes write their figures
SPARE_THREADS = 8  # for requests that ask no query, while as many queries run and wait as may
HEAD_S = 10  # from the connection or the answer before to the head of a request: who sends none is in the way of others
STOP_S = 2  # to finish a request, beyond what its query may take


def check_address(host: str, port: int) -> None:
    """Raise BadParameter when nothing can listen on this address."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise BadParameter(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another --port or --host"
        ) from None


def run_server(settings: Settings, snapshot: Snapshot, reasoner: str, watch: bool = False) -> None:
    """Serve a snapshot until interrupted; at SIGHUP (and with `watch` when the files change) the one of the files as they are then."""
    with TemporaryDirectory(prefix="sjkg-") as folder:
        os.environ[METRICS_FOLDER] = folder
        pointer = CurrentSnapshotFile(Path(folder) / "current")
        pointer.set(snapshot)
        refresher = Refresher(settings, reasoner, pointer)
        if watch:
            refresher.watch()
        server = Server(
            "sjkg.web.app",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,  # the other ways wait forever for a first byte
            http1_settings=HTTP1Settings(header_read_timeout=HEAD_S * 1000),
            workers=settings.workers,
            respawn_failed_workers=True,
            blocking_threads=_threads(settings),
            log_level=LogLevels.error,
            workers_kill_timeout=math.ceil(settings.query_wait_s + settings.query_deadline_s + STOP_S),
        )
        server.refresh = refresher.start
        server.announcement = f"sjkg: {snapshot.manifest.triples} triples at {settings.local_address}/  (Ctrl+C stops)"
        try:
            server.serve(target_loader=partial(_load, settings, pointer), wrap_loader=False)
        finally:
            refresher.close()


def _threads(settings: Settings) -> int:
    """Return how many requests a server process takes on at once: all that may run and wait, and some that ask nothing."""
    queries = settings.max_running_queries + settings.max_waiting_queries + MAX_INTERNAL_RUNNING + MAX_INTERNAL_WAITING
    return queries + MAX_READERS + SPARE_THREADS


def _load(settings: Settings, pointer: CurrentSnapshotFile, number: int) -> Callable:
    """Make the application, in a server process. number: which of them this is, from 0."""
    affinity.pin(number, settings.workers)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # for the main process; this one follows the pointer
    from sjkg.web.app import create_app  # not before METRICS_FOLDER is set

    return create_app(settings, pointer)


class Server(Granian):
    """Granian, which says where it serves as soon as a worker accepts connections (on Linux each listens by itself).

    SIGHUP does not restart the workers, as it does in Granian: on Linux a listening socket that closes takes the connections
    that wait at it along.
    """

    announcement = ""
    refresh: Callable[[], None]

    def signal_handler_reload(self, *_):
        self.refresh()

    def _spawn_worker(self, idx, target, callback_loader):
        """Start a server process, whose loader is told which one it is."""
        return super()._spawn_worker(idx, target, partial(callback_loader, idx))

    def startup(self, spawn_target, target_loader):
        super().startup(spawn_target, target_loader)
        threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        while not self.interrupt_signal:
            with suppress(OSError), socket.create_connection((self.bind_addr, self.bind_port), timeout=1):
                print(self.announcement, flush=True)
                return
            time.sleep(0.02)
