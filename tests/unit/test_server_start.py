"""The start of the server: the address to listen on, and SIGHUP before the server handles it."""

import os
import re
import signal
import socket
import sys
import threading
from types import SimpleNamespace

import pytest
from granian.server import MPServer
from servers import MAX_WAIT_S

from sjkg.core.errors import BadParameter
from sjkg.web import server as server_module
from sjkg.web.server import Server, SignalEvent, catch_reloads, resolve_address


@pytest.mark.parametrize(
    "host, address",
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("0", "0.0.0.0"), ("127.1", "127.0.0.1")],
)
def test_hosts_are_resolved_to_ip_addresses_and_port_0_to_a_free_port(host, address):
    resolved, port = resolve_address(host, 0)
    assert resolved == address and port > 0


@pytest.mark.parametrize(
    "host", ["", "*", "a..b", "x" * 80, "a b", "[::1]", "127.0.0.1:80", "http://localhost", "a\0b"]
)
def test_what_is_no_host_is_refused_by_name(host):
    with pytest.raises(BadParameter, match=re.escape(f"“{host}” is neither an IP address nor a known host name")):
        resolve_address(host, 0)


def test_a_port_in_use_is_refused():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the sockets of a running server
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(BadParameter, match=f"cannot listen on localhost:{port} .*choose another --port"):
            resolve_address("localhost", port)


@pytest.mark.parametrize("method", ["set", "wait", "is_set", "clear"])
def test_a_signal_at_any_moment_sets_an_event_without_a_deadlock(method):
    event, handled = SignalEvent(), []

    def interrupt_at_each_line(frame, kind, argument):
        sys.settrace(None)
        event.set()
        handled.append(kind)
        sys.settrace(interrupt_at_each_line)
        return interrupt_at_each_line

    def call():
        sys.settrace(interrupt_at_each_line)
        getattr(event, method)()
        sys.settrace(None)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(MAX_WAIT_S)
    assert not thread.is_alive() and handled


@pytest.mark.parametrize("is_sent", [True, False])
def test_sighup_during_the_first_build_is_handled_once_the_server_runs(monkeypatch, is_sent):
    refreshed = []
    monkeypatch.setattr(MPServer, "startup", lambda *_: None)
    monkeypatch.setattr(Server, "_announce", lambda self: None)
    handler = signal.getsignal(signal.SIGHUP)
    try:
        requested = catch_reloads()
        if is_sent:
            os.kill(os.getpid(), signal.SIGHUP)
        server = Server("sjkg.web.app")
        server.reload_requested, server.refresh = requested, lambda: refreshed.append(1)
        server.startup(None, None)
    finally:
        signal.signal(signal.SIGHUP, handler)
    assert len(refreshed) == is_sent


class Process:
    """A server process that does not exist; error: raised at its start."""

    def __init__(self, error: Exception | None, is_running: bool = False):
        self.error, self.is_running = error, is_running
        self.inner = SimpleNamespace(pid=1 if is_running else None)

    def start(self):
        if self.error:
            raise self.error

    def kill(self):
        self.is_running = False


def test_server_processes_that_end_at_once_or_cannot_be_started_are_started_again_later(monkeypatch, caplog):
    monkeypatch.setattr(server_module, "RESTART_S", 0)
    server = Server("sjkg.web.app")
    server.main_loop_interrupt = SignalEvent()
    no_thread = Process(RuntimeError("can't start new thread"), is_running=True)
    starts = [Process(OSError(24, "Too many open files")), Process(OSError(24, "Too many open files")), no_thread]
    starts += [Process(None), Process(None), Process(None)]
    server.wrks, made = ["dead", "alive"], []
    server.interrupt_children.append(0)

    def spawn(index: int, target, loader) -> Process:
        made.append(starts[len(made)])
        if made[-1].error is None and made[-1] is not starts[-1]:
            server.interrupt_children.append(index)  # it ends as soon as it has started
        elif made[-1] is starts[-1]:
            server.signal_handler_interrupt()
        return made[-1]

    monkeypatch.setattr(server, "_spawn_worker", spawn)
    server._serve_loop(None, None)
    assert made == starts and not no_thread.is_running
    assert server.wrks == [starts[-1], "alive"] and server.interrupt_children == []
    assert [record.getMessage().count("cannot be started again yet") for record in caplog.records] == [1, 1]
