"""Accidents of processes: killed, stopped for a while, killed again while they start."""

import signal

from chaos.faults import CHECK, QUERY_WORKER, another_state, attackers, fault, pick, post, send, stopped, wait_until
from chaos.questions import turtle


@fault(may_break=True)
def server_process_killed(server, chance):
    by = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGABRT, signal.SIGSEGV])
    for process in pick(server, chance, "server"):
        send(process, by)
    yield


@fault(may_break=True)
def server_process_killed_while_it_starts(server, chance):
    victims = pick(server, chance, "server")
    for process in victims:
        send(process, signal.SIGKILL)
    wait_until(lambda: len(server.processes_of("server")) > 1 and not any(each.is_running() for each in victims), 5)
    for process in sorted(server.processes_of("server"), key=lambda process: process.create_time())[-len(victims) :]:
        send(process, signal.SIGKILL)
    yield


@fault()
def server_process_stopped_for_a_while(server, chance):
    with stopped(pick(server, chance, "server")):
        yield


@fault()
def main_process_stopped_for_a_while(server, chance):
    with stopped(server.processes_of("main")):
        if chance.random() < 0.5:
            server.edit(another_state(server, chance))
        yield


@fault()
def query_worker_killed(server, chance):
    by = chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT, signal.SIGHUP, signal.SIGALRM])
    for process in pick(server, chance, QUERY_WORKER):
        send(process, by)
    yield


@fault()
def query_workers_killed_again_and_again(server, chance):
    for _ in range(chance.randint(2, 5)):
        for process in server.processes_of(QUERY_WORKER):
            send(process, signal.SIGKILL)
    yield


@fault()
def query_worker_stopped(server, chance):
    victims = pick(server, chance, QUERY_WORKER)
    for process in victims:
        send(process, signal.SIGSTOP)
    yield
    if chance.random() < 0.5:  # otherwise the server has to find out
        for process in victims:
            send(process, signal.SIGCONT)
    else:
        for process in victims:
            send(process, signal.SIGKILL)


@fault()
def check_of_a_text_killed(server, chance):
    by = chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
    with attackers(server, [post("/validate", "text/turtle", turtle(0).encode())] * 2):
        wait_until(lambda: server.processes_of(CHECK), 5)
        for process in server.processes_of(CHECK):
            send(process, by)
        yield


@fault()
def build_killed(server, chance):
    server.edit(another_state(server, chance))
    wait_until(lambda: server.processes_of("build") or len(server.allowed) == 1, 10)
    for process in server.processes_of("build"):
        send(process, chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV]))
    yield
    if not server.watches:
        server.reload()


@fault(may_break=True)
def any_child_process_killed(server, chance):
    children = sorted(server.processes()[1:], key=lambda process: process.pid)
    if children:
        send(chance.choice(children), signal.SIGKILL)
    yield


@fault(may_break=True, restarts=True)
def main_process_killed_and_started_again(server, chance):
    if chance.random() < 0.5:
        server.edit(another_state(server, chance))
    server.end(chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    yield
    server.start(watches=chance.random() < 0.5)
