"""The main process: Granian, which starts the server processes with the Flask application and handles signals."""

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
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from sjkg.core.errors import BadParameter
from sjkg.core.settings import Settings
from sjkg.snapshot.folder import Snapshot
from sjkg.web.refresh import Refresher
from sjkg.web.served import CurrentSnapshotFile
from sjkg.workers import affinity
from sjkg.workers.query_queue import MAX_INTERNAL_RUNNING, MAX_INTERNAL_WAITING

if TYPE_CHECKING:
    from flask import Flask

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # environment variable: the folder in which server processes share metrics
SPARE_THREADS = 8  # for requests without a query, while as many queries run and wait as the limits allow
HEADER_READ_TIMEOUT_S = 10  # closes idle connections and those of clients that send headers slowly (slowloris attack)
STOP_S = 2  # at shutdown, time to finish a request, beyond the time that its query may take
ANNOUNCE_POLL_S = 0.02


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
    """Serve a snapshot until interrupted.

    At SIGHUP, and with `watch` also when files of the knowledge base change, switch to the snapshot of the files as they are
    then; build it first if it does not exist. reasoner: of such builds.
    """
    with TemporaryDirectory(prefix="sjkg-") as folder:
        os.environ[METRICS_FOLDER] = folder
        current_file = CurrentSnapshotFile(Path(folder) / "current")
        current_file.set(snapshot)
        refresher = Refresher(settings, reasoner, current_file)
        if watch:
            refresher.watch()
        server = Server(
            "sjkg.web.app",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,  # in the other modes the timeout does not apply to the first byte of a connection
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_READ_TIMEOUT_S * 1000),
            workers=settings.workers,
            respawn_failed_workers=True,
            blocking_threads=_thread_count(settings),
            log_level=LogLevels.error,
            workers_kill_timeout=math.ceil(settings.query_wait_s + settings.query_deadline_s + STOP_S),
        )
        server.refresh = refresher.start
        server.announcement = f"sjkg: {snapshot.manifest.triples} triples at {settings.local_address}/  (Ctrl+C stops)"
        try:
            server.serve(target_loader=partial(_load_app, settings, current_file), wrap_loader=False)
        finally:
            refresher.close()


def _thread_count(settings: Settings) -> int:
    """Return the number of request threads: one for each query that may run or wait, and some for other requests."""
    from sjkg.web.http.request_body import (
        MAX_READERS,
    )  # not above: it loads prometheus_client, which reads METRICS_FOLDER

    queries = settings.max_running_queries + settings.max_waiting_queries + MAX_INTERNAL_RUNNING + MAX_INTERNAL_WAITING
    return queries + MAX_READERS + SPARE_THREADS


def _load_app(settings: Settings, current_file: CurrentSnapshotFile, number: int) -> "Flask":
    """Return the application, in a new server process. number: index of the process, from 0."""
    affinity.pin(number, settings.workers)
    signal.signal(
        signal.SIGHUP, signal.SIG_IGN
    )  # handled by the main process; this one polls the current snapshot file
    from sjkg.web.app import create_app  # not above: METRICS_FOLDER must be set before

    return create_app(settings, current_file)


class Server(MPServer):
    """Granian, which prints `announcement` as soon as a server process accepts connections.

    SIGHUP calls `refresh` and does not restart the server processes as in Granian: on Linux each has a listening socket of
    its own, and a listening socket that closes resets the connections that wait to be accepted.
    """

    announcement = ""
    refresh: Callable[[], None]

    def signal_handler_reload(self, *_args: Any, **_options: Any) -> None:
        """Handle SIGHUP."""
        self.refresh()

    def _spawn_worker(  # type: ignore[override]  # MPServer itself has a parameter less than its base class
        self, idx: int, target: Any, callback_loader: Callable[[int], "Flask"]
    ) -> Any:
        """Start a server process, and pass its index to the loader of the application."""
        return super()._spawn_worker(idx, target, partial(callback_loader, idx))

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        """Start the server processes and wait in a thread until one accepts connections."""
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # Granian has no annotations here
        threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        """Print the announcement after the first successful connection."""
        while not self.interrupt_signal:
            with suppress(OSError), socket.create_connection((self.bind_addr, self.bind_port), timeout=1):
                print(self.announcement, flush=True)
                return
            time.sleep(ANNOUNCE_POLL_S)
