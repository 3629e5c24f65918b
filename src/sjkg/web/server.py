"""The server process: Granian, with the Flask application in its workers."""

import math
import socket
import threading
import time
from contextlib import suppress
from functools import partial

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sjkg.errors import BadParameter
from sjkg.settings import Settings
from sjkg.snapshot import Snapshot
from sjkg.web.app import create_app

SPARE_THREADS = 8  # for requests that ask no query, while as many queries run and wait as may
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


def run_server(settings: Settings, snapshot: Snapshot) -> None:
    """Serve a snapshot until interrupted."""
    server = AnnouncingServer(
        "sjkg.web.app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.max_running_queries + settings.max_waiting_queries + SPARE_THREADS,
        log_level=LogLevels.error,
        workers_kill_timeout=math.ceil(settings.query_wait_s + settings.query_deadline_s + STOP_S),
    )
    server.announcement = f"sjkg: {snapshot.manifest.triples} triples at {settings.local_address}/  (Ctrl+C stops)"
    server.serve(target_loader=partial(create_app, settings, snapshot), wrap_loader=False)


class AnnouncingServer(Granian):
    """Granian, which says where it serves as soon as a worker accepts connections (on Linux each listens by itself)."""

    announcement = ""

    def startup(self, spawn_target, target_loader):
        super().startup(spawn_target, target_loader)
        threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        while not self.interrupt_signal:
            with suppress(OSError), socket.create_connection((self.bind_addr, self.bind_port), timeout=1):
                print(self.announcement, flush=True)
                return
            time.sleep(0.02)
