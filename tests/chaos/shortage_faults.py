"""Shortages: of descriptors, of disk space, of permitted file size."""

import resource
import signal
from contextlib import ExitStack, suppress

from chaos.faults import QUERY_WORKER, another_state, connect, fault, limited, pick, send


@fault(may_break=True)
def idle_connections(server, chance):
    connections = []
    with ExitStack() as closing:
        for _ in range(chance.randint(100, 1100)):
            with suppress(OSError):
                connections.append(closing.enter_context(connect(server, 0.5)))
        yield


@fault(may_break=True)
def descriptors_short_in_the_server_processes(server, chance):
    with limited(
        server.processes_of("server"), resource.RLIMIT_NOFILE, lambda each: each.num_fds() - chance.randint(0, 60)
    ):
        if chance.random() < 0.5:
            for process in pick(server, chance, QUERY_WORKER):
                send(process, signal.SIGKILL)
        yield


@fault()
def descriptors_short_in_the_main_process(server, chance):
    with limited(
        server.processes_of("main"), resource.RLIMIT_NOFILE, lambda each: each.num_fds() - chance.randint(0, 3)
    ):
        server.edit(another_state(server, chance))
        if chance.random() < 0.5:
            for process in pick(server, chance, QUERY_WORKER):
                send(process, signal.SIGKILL)
        yield
    if not server.watches:
        server.reload()


@fault(may_break=True)
def descriptors_short_everywhere_while_a_server_process_starts(server, chance):
    with limited(
        server.processes(), resource.RLIMIT_NOFILE, lambda each: max(6, each.num_fds() - chance.randint(0, 3))
    ):
        for process in pick(server, chance, "server"):
            send(process, signal.SIGKILL)
        yield


@fault()
def files_limited_in_size(server, chance):
    with limited(server.processes(), resource.RLIMIT_FSIZE, lambda each: chance.choice([0, 1000, 100_000, 1_500_000])):
        if chance.random() < 0.5:
            server.edit(another_state(server, chance))
        yield
    if not server.watches:
        server.reload()


@fault()
def temporary_folder_full(server, chance):
    with server.temporary.full(chance.choice([0, 0, 20_000, 1_000_000])):
        if chance.random() < 0.5:
            for process in pick(server, chance, QUERY_WORKER):
                send(process, signal.SIGKILL)
        yield


@fault(may_break=True)
def temporary_folder_full_while_a_server_process_starts(server, chance):
    with server.temporary.full():
        for process in pick(server, chance, "server"):
            send(process, signal.SIGKILL)
        yield


@fault()
def disk_of_the_snapshots_full(server, chance):
    with server.snapshots.full(chance.choice([0, 500_000, 3_000_000])):
        server.edit(another_state(server, chance))
        yield
    if not server.watches:
        server.reload()
