"""The server process: Granian, with the Flask application in its workers."""

import socket
from functools import partial

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sjkg.errors import BadParameter
from sjkg.settings import Settings
from sjkg.snapshot import Snapshot
from sjkg.web.app import create_app


def check_address(host: str, port: int) -> None:
    """Raise BadParameter when nothing can listen on this address."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise BadParameter(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port or --host") from None


def run_server(settings: Settings, snapshot: Snapshot) -> None:
    """Serve a snapshot until interrupted."""
    server = Granian(
        "sjkg.web.app", address=settings.host, port=settings.port, interface=Interfaces.WSGI, workers=settings.workers,
        blocking_threads=4, log_level=LogLevels.warning, workers_kill_timeout=5,
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    server.on_startup(lambda: print(f"sjkg: {snapshot.manifest.triples} triples at http://{host}:{settings.port}/  (Ctrl+C stops)", flush=True))
    server.serve(target_loader=partial(create_app, settings, snapshot), wrap_loader=False)
