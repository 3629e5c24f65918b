"""The main process of `sjkg serve`: Granian, which starts server processes with the Flask application and handles signals.

Each server process has request threads and query workers (child processes that evaluate queries). A snapshot is an immutable
folder that a build of the graph wrote; a file in a temporary folder names the snapshot that the server processes serve.
"""

import ctypes
import math
import os
import re
import resource
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from functools import partial
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from sjkg.core.errors import BadParameter
from sjkg.core.locks import delete_abandoned, temporary_folder
from sjkg.core.messages import count_noun
from sjkg.core.settings import ANY_ADDRESS, Settings
from sjkg.pipeline.check_posted import MAX_RUNNING, MAX_WAITING
from sjkg.snapshot.folder import Snapshot
from sjkg.web.attempts import Attempts
from sjkg.web.current_file import CurrentSnapshotFile
from sjkg.web.http.cache import MAX_FOLLOWERS
from sjkg.web.http.clients import MAX_VIEWS_RUNNING, MAX_VIEWS_WAITING
from sjkg.web.http.connection import MAX_READERS, start_surveys
from sjkg.web.http.log_writer import LogWriter
from sjkg.web.http.sending import MAX_SENDING
from sjkg.web.refresh import Refresher
from sjkg.web.served import POLL_S, RETRY_S
from sjkg.workers.child_process import pin
from sjkg.workers.query_queue import MAX_INTERNAL_RUNNING, RESERVE

if TYPE_CHECKING:
    from flask import Flask

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # environment variable: the folder in which server processes share metrics
# prometheus_client reads it when it is imported, so no module that imports prometheus_client may be imported at the top
SPARE_THREADS = 8  # for cached responses and files, while all places in all queues are taken
HEADER_READ_TIMEOUT_S = 10  # closes idle connections and those of clients that send headers slowly (slowloris attack)
MAX_CONNECTIONS = 1024  # of all server processes together
MIN_CONNECTIONS = 16  # of each server process
MAX_DESCRIPTORS = 65536  # more are of no use here, and some systems refuse their unlimited hard limit
OWN_DESCRIPTORS = 192  # of a server process, for files of two snapshots, metrics and request threads
WORKER_DESCRIPTORS = 4  # of each query worker, in its server process: a socket, a pipe, two temporary files
PR_SET_PDEATHSIG = 1  # prctl(2)
STOP_S = 2  # at shutdown, time to finish a request, beyond the time that its query may wait, run, or wait again
RESTART_S = 1  # between two starts of a server process with the same index, and at most until a signal is handled
ANNOUNCE_POLL_S = 0.02
HOST = re.compile(r"[\w.:-]+")  # a host name or an IP address, without a zone


def resolve_address(host: str, port: int) -> tuple[str, int]:
    """Return the IP address and the port to listen on.

    host: a host name or an IP address in any notation, such as “localhost” or “127.1”; of several addresses of a name, IPv4
    ones are preferred. port: 0 for a free one.
    Raises BadParameter when the host is not known, or when a TCP socket cannot be bound to any of its addresses and the port.
    """
    found = []
    if HOST.fullmatch(host):  # some resolvers give an address for “*”
        with suppress(OSError, UnicodeError):
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found:
        raise BadParameter(
            f"--host: “{host}” is neither an IP address nor a known host name; give one such as 127.0.0.1, or 0.0.0.0 for all"
        )
    reason = ""
    for family, kind, protocol, _, address in sorted(found, key=lambda each: each[0] != socket.AF_INET):
        try:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                return str(probe.getsockname()[0]), int(probe.getsockname()[1])
        except OSError as error:
            reason = reason or str(error.strerror)
    raise BadParameter(f"cannot listen on {host}:{port} ({reason}); choose another --port or --host")


class SignalEvent:
    """An event like `threading.Event`, with no lock, so that a signal handler may set it at any moment.

    The handler of a `threading.Event` would wait for ever for a lock that the interrupted code holds.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._write_end, False)

    def is_set(self) -> bool:
        """Return whether the event was set since it was last cleared."""
        return self._is_set

    def set(self) -> None:
        """Set the event and wake the thread that waits for it."""
        self._is_set = True
        with suppress(BlockingIOError):  # the pipe is full: enough to wake the thread
            os.write(self._write_end, b"!")

    def clear(self) -> None:
        """Undo `set`."""
        self._is_set = False

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until the event is set, at most `timeout_s` seconds if given. Only one thread may wait."""
        readable = select.poll()
        readable.register(self._read_end, select.POLLIN)
        until = math.inf if timeout_s is None else time.monotonic() + timeout_s
        while not self._is_set and (left_s := until - time.monotonic()) > 0:
            if readable.poll(None if timeout_s is None else math.ceil(left_s * 1000)):
                os.read(self._read_end, 1)  # also bytes of earlier calls of `set`


def catch_reloads() -> SignalEvent:
    """Make SIGHUP set the returned event, instead of ending the process, until the server handles the signal itself."""
    requested = SignalEvent()
    signal.signal(signal.SIGHUP, lambda *_: requested.set())
    return requested


def run_server(
    settings: Settings, snapshot: Snapshot, reasoner: str, reload_requested: SignalEvent, watch: bool = False
) -> None:
    """Serve a snapshot until the process gets SIGINT or SIGTERM; print its address once it accepts connections.

    At SIGHUP, serve instead a snapshot of the knowledge base's files as they are then; it is built unless it exists.
    reload_requested: set when SIGHUP came earlier, see `catch_reloads`. watch: whether to do so also when the files
    have changed. reasoner: the name of the reasoner for such builds.
    """
    address, port = resolve_address(settings.host, settings.port)  # once more: the build may have taken minutes
    settings = replace(settings, port=port, host=address if _is_ipv4(settings.host) else settings.host)
    with temporary_folder("serve") as folder, closing(LogWriter()) as log:
        log.divert_standard_error()
        os.environ[METRICS_FOLDER] = str(folder)
        current_file = CurrentSnapshotFile(folder / "current")
        current_file.set(snapshot)
        refresher = Refresher(settings, reasoner, current_file)
        connections = max_connections(settings, raise_descriptor_limit())
        server = Server(
            "sjkg.web.app",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,  # in the other modes the timeout does not apply to the first byte of a connection
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_READ_TIMEOUT_S * 1000),
            workers=settings.workers,
            backpressure=connections,
            respawn_failed_workers=True,
            blocking_threads=_thread_count(settings),
            log_level=LogLevels.error,
            workers_kill_timeout=math.ceil(settings.query_wait_s + 2 * settings.query_deadline_s + STOP_S),
        )
        # Granian's own is a threading.Event, which its signal handlers set
        server.main_loop_interrupt = SignalEvent()  # type: ignore[assignment]  # it has the methods that Granian calls
        server.reload_requested = reload_requested
        server.refresh = refresher.request
        refresher.start(server.process_ids, watch)
        server.announcement = f"sjkg: {count_noun(snapshot.manifest.statistics.triples, 'triple')} at {settings.local_address}/  (Ctrl+C stops)"
        if settings.host in ANY_ADDRESS and not (settings.public_url or settings.allowed_hosts):
            server.announcement += "\nsjkg: if clients on other machines use this server, give its address with --public-url or --allow-host"
        try:
            load_app = partial(_load_app, settings, current_file, os.getpid(), log.descriptor)
            server.serve(target_loader=load_app, wrap_loader=False)
        finally:
            refresher.close()


def _is_ipv4(host: str) -> bool:
    """Return whether a host is an IPv4 address in any notation, such as “127.0.0.1”, “127.1” or “0”; the server needs the first form."""
    try:
        return bool(socket.inet_aton(host))
    except OSError:
        return False


def _thread_count(settings: Settings) -> int:
    """Return the number of request threads of a server process.

    It is the sum of the queries, checks and views that may run and wait, the requests that may wait for equal ones, the request
    bodies that may be read and the large responses that may be sent at once, and SPARE_THREADS. Threads are started when they
    are needed.
    """
    queries = settings.max_running_queries + settings.max_waiting_queries
    checks, views = MAX_RUNNING + MAX_WAITING, MAX_VIEWS_RUNNING + MAX_VIEWS_WAITING
    return queries + checks + views + MAX_FOLLOWERS + MAX_READERS + MAX_SENDING + SPARE_THREADS


def raise_descriptor_limit() -> int:
    """Raise the soft limit of open descriptors of this process to its hard limit, at most MAX_DESCRIPTORS; return it.

    Child processes inherit it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MAX_DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def max_connections(settings: Settings, descriptors: int) -> int:
    """Return how many connections each server process may hold, at most MAX_CONNECTIONS for all processes together.

    descriptors: the number of descriptors that a process may have. Enough are left for its own files, and for the query
    workers of two snapshots, and each connection may need another one, for a large answer.
    Raises BadParameter when fewer than MIN_CONNECTIONS are left.
    """
    workers = settings.max_running_queries + MAX_INTERNAL_RUNNING + RESERVE
    own = OWN_DESCRIPTORS + 2 * WORKER_DESCRIPTORS * workers
    left = (descriptors - own) // 2
    if left < MIN_CONNECTIONS:
        raise BadParameter(
            f"this process may open {descriptors} files, and the server needs {own + 2 * MIN_CONNECTIONS}; raise the limit "
            "(“ulimit -n”), or lower --max-running-queries"
        )
    return max(1, min(MAX_CONNECTIONS // settings.workers, left))


def _load_app(
    settings: Settings, current_file: CurrentSnapshotFile, parent: int, log_descriptor: int, number: int
) -> "Flask":
    """Prepare a new server process and return its Flask application.

    Preparations: CPU affinity, signals, standard error, timeouts of connections, end with the main process, deletion of
    temporary files that a killed server process left.
    current_file: names the snapshot to serve. parent: id of the main process. log_descriptor: of the file, pipe or terminal
    that is standard error of the main process. number: index of the server process, from 0.
    While the application cannot be made, as when the snapshot was deleted, log the error and try again: if server processes
    ended instead, the main process would end, too.
    """
    pin(number, settings.workers)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until Granian sets a handler; a fork inherits the main process's
    signal.signal(
        signal.SIGHUP, signal.SIG_IGN
    )  # the main process handles it; this one polls the current snapshot file
    end_with_parent(parent)
    delete_abandoned()
    log = LogWriter(log_descriptor)
    log.divert_standard_error()
    Finalize(None, log.close, exitpriority=0)  # a process started by multiprocessing does not call atexit handlers
    longest_s = settings.query_wait_s + 4 * max(
        settings.query_deadline_s, settings.check_deadline_s
    )  # run, wait, run again
    start_surveys(settings.send_timeout_s, longest_s + settings.send_timeout_s)
    from sjkg.web.app import create_app  # not above: see METRICS_FOLDER

    attempts, apps = Attempts(), list["Flask"]()
    while True:
        attempts.make(
            (
                lambda: apps.append(create_app(settings, current_file, number, log.put)),
                "a server process cannot start yet",
            )
        )
        if apps:
            return apps[0]
        time.sleep(RETRY_S)


def end_with_parent(parent: int) -> None:
    """Make this process end when its parent process, given by its id, ends for any reason.

    On Linux the kernel kills it at once (PR_SET_PDEATHSIG), so that its port is free for a new server; elsewhere a thread
    polls the parent's id and ends the process when it has changed.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before
            os._exit(1)
    else:
        threading.Thread(target=_exit_after_parent, args=[parent], daemon=True).start()


def _exit_after_parent(parent: int) -> None:
    """Wait until the parent process is no longer the one with this id, then end this process."""
    while os.getppid() == parent:
        time.sleep(POLL_S)
    os._exit(1)


class Server(MPServer):
    """Granian's server, with an announcement and another reaction to SIGHUP.

    announcement: text printed as soon as a server process accepts connections.
    reload_requested: set when SIGHUP came before the server handled it; then the server refreshes as it starts.
    refresh: function called at SIGHUP. Granian would restart the server processes: on Linux each has a listening socket of
    its own, and a listening socket that closes resets the connections that wait to be accepted.
    """

    announcement = ""
    reload_requested: SignalEvent
    refresh: Callable[[], None]

    def process_ids(self) -> list[int]:
        """Return the process ids of the server processes that are to serve requests."""
        return [process.inner.pid for process in self.wrks if process.inner.pid]

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

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        """Start each server process again that has ended, until the server is interrupted.

        Granian's own loop would end the whole server when a process ends soon after its start or cannot be started.
        spawn_target, target_loader: as for `startup`.
        """
        attempts, started = Attempts(), dict[int, float]()
        while not self.interrupt_signal:
            # Python handles a signal when its main thread wakes, and the kernel may have given the signal to another thread.
            self.main_loop_interrupt.wait(RESTART_S)
            self.main_loop_interrupt.clear()
            for index in list(self.interrupt_children):
                if not self.interrupt_signal and time.monotonic() - started.get(index, -math.inf) >= RESTART_S:
                    started[index] = time.monotonic()
                    restart = partial(self._restart, index, spawn_target, target_loader)
                    attempts.make((restart, "a server process cannot be started again yet"))
        self.interrupt_children.clear()  # otherwise the exit status would be 1

    def _restart(self, index: int, spawn_target: Any, target_loader: Any) -> None:
        """Start the server process with this index again; raise OSError or RuntimeError when that is impossible at the moment.

        spawn_target, target_loader: as for `startup`.
        """
        with ExitStack() as probes:  # a start that fails for want of descriptors would not close its first ones
            for _ in range(2):
                for end in socket.socketpair():
                    probes.enter_context(end)
        process = self._spawn_worker(index, spawn_target, target_loader)
        try:
            process.start()
        except Exception:
            if process.inner.pid:  # it runs, and only the thread that waits for its end could not be started
                process.kill()
            raise
        self.wrks[index] = process
        self.interrupt_children.remove(index)

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        """Start the server processes, and a thread that prints the announcement once one accepts connections.

        spawn_target, target_loader: as Granian passes them, the main function of a server process and the application loader.
        """
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # Granian has no annotations here
        if self.reload_requested.is_set():  # Granian has replaced the handler by now
            self.refresh()
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
