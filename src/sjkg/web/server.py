"""The main process of `sjkg serve`: Granian, which starts server processes with the Flask application and handles signals.

Each server process has request threads and query workers (child processes that evaluate queries). A snapshot is an immutable
folder that a build of the graph wrote; a file in a temporary folder names the snapshot that the server processes serve.
"""

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
from sjkg.web.http.request_body import MAX_READERS
from sjkg.web.refresh import Refresher
from sjkg.web.served import CurrentSnapshotFile
from sjkg.workers import affinity
from sjkg.workers.query_queue import MAX_INTERNAL_RUNNING, MAX_INTERNAL_WAITING

if TYPE_CHECKING:
    from flask import Flask

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # environment variable: the folder in which server processes share metrics
# prometheus_client reads it when it is imported, so no module that imports prometheus_client may be imported at the top
SPARE_THREADS = 8  # for requests without a query, while as many queries run and wait as the limits allow
HEADER_READ_TIMEOUT_S = 10  # closes idle connections and those of clients that send headers slowly (slowloris attack)
STOP_S = 2  # at shutdown, time to finish a request, beyond the time that its query may take
ANNOUNCE_POLL_S = 0.02


def check_address(host: str, port: int) -> None:
    """Raise BadParameter when a TCP socket cannot be bound to this host name or IP address and port number."""
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
    """Serve a snapshot until the process gets SIGINT or SIGTERM; print its address once it accepts connections.

    At SIGHUP, build a snapshot from the files of the knowledge base, unless one of the same files exists, and serve it
    instead. watch: whether to do so also when the files have changed. reasoner: the name of the reasoner for such builds.
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
    """Return the number of request threads of a server process.

    It is the sum of the queries that may run and wait, the request bodies that may be read at once, and SPARE_THREADS.
    """
    queries = settings.max_running_queries + settings.max_waiting_queries + MAX_INTERNAL_RUNNING + MAX_INTERNAL_WAITING
    return queries + MAX_READERS + SPARE_THREADS


def _load_app(settings: Settings, current_file: CurrentSnapshotFile, number: int) -> "Flask":
    """Prepare a new server process (CPU affinity, SIGHUP ignored) and return its Flask application.

    current_file: names the snapshot to serve. number: index of the server process, from 0.
    """
    affinity.pin(number, settings.workers)
    signal.signal(
        signal.SIGHUP, signal.SIG_IGN
    )  # the main process handles it; this one polls the current snapshot file
    from sjkg.web.app import create_app  # not above: see METRICS_FOLDER

    return create_app(settings, current_file)


class Server(MPServer):
    """Granian's server, with an announcement and another reaction to SIGHUP.

    announcement: text printed as soon as a server process accepts connections.
    refresh: function called at SIGHUP. Granian would restart the server processes: on Linux each has a listening socket of
    its own, and a listening socket that closes resets the connections that wait to be accepted.
    """

    announcement = ""
    refresh: Callable[[], None]

    def signal_handler_reload(self, *_args: Any, **_options: Any) -> None:
        """Handle SIGHUP: call `refresh`, and ignore the arguments that Granian or the signal module passes."""
        self.refresh()

    def _spawn_worker(  # type: ignore[override]  # MPServer itself has a parameter less than its base class
        self, idx: int, target: Any, callback_loader: Callable[[int], "Flask"]
    ) -> Any:
        """Start the server process with index `idx` (from 0); in it, `callback_loader(idx)` returns the application.

        target: Granian's main function of a server process. Return Granian's object for the process.
        """
        return super()._spawn_worker(idx, target, partial(callback_loader, idx))

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        """Start the server processes, and a thread that prints the announcement once one accepts connections.

        spawn_target, target_loader: as Granian passes them, the main function of a server process and the application loader.
        """
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # Granian has no annotations here
        threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        """Try to connect to the server every ANNOUNCE_POLL_S seconds and print the announcement at the first success.

        Return without a connection when the server is interrupted.
        """
        while not self.interrupt_signal:
            with suppress(OSError), socket.create_connection((self.bind_addr, self.bind_port), timeout=1):
                print(self.announcement, flush=True)
                return
            time.sleep(ANNOUNCE_POLL_S)
