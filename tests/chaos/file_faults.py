"""Accidents of files and folders: deleted, moved away, edited rightly and wrongly, reloaded many times."""

import os
import shutil
import signal

from chaos.faults import QUERY_WORKER, another_state, away, fault, pick, send, wait_until
from chaos.questions import turtle


@fault()
def temporary_files_deleted(server, chance):
    for path in list(server.temporary.folder.iterdir()):
        shutil.rmtree(path, ignore_errors=True)
    if chance.random() < 0.5:
        server.edit(another_state(server, chance))
    yield


@fault(may_break=True)
def temporary_files_deleted_and_a_server_process_killed(server, chance):
    for path in list(server.temporary.folder.iterdir()):
        shutil.rmtree(path, ignore_errors=True)
    for process in pick(server, chance, "server"):
        send(process, signal.SIGKILL)
    yield


@fault()
def temporary_folder_away(server, chance):
    with away(server.temporary.folder):
        if chance.random() < 0.5:
            for process in pick(server, chance, QUERY_WORKER):
                send(process, signal.SIGKILL)
        yield


@fault()
def current_snapshot_file_deleted(server, chance):
    for path in server.metrics_folder().glob("current*"):
        path.unlink(missing_ok=True)
    if chance.random() < 0.5:
        server.edit(another_state(server, chance))
    yield


@fault()
def snapshots_away_for_a_while(server, chance):
    with away(server.snapshots.folder):
        if chance.random() < 0.5:
            for process in pick(server, chance, QUERY_WORKER):
                send(process, signal.SIGKILL)
        yield


@fault(may_break=True)
def snapshots_away_while_a_server_process_starts(server, chance):
    with away(server.snapshots.folder):
        for process in pick(server, chance, "server"):
            send(process, signal.SIGKILL)
        yield


@fault()
def snapshots_deleted(server, chance):
    for path in list(server.snapshots.folder.iterdir()):
        shutil.rmtree(path, ignore_errors=True)
    if chance.random() < 0.5:
        for process in pick(server, chance, QUERY_WORKER):
            send(process, signal.SIGKILL)
    yield
    if not server.watches:
        server.reload()


@fault()
def script_bundle_away(server, chance):
    with away(server.code / "web" / "static" / chance.choice(["bundle", "bundle/preload.json", "style.css"])):
        if chance.random() < 0.5:
            server.edit(another_state(server, chance))
        yield


@fault()
def knowledge_base_away(server, chance):
    with away(server.kb / chance.choice(["", "triples", "ontology", "queries", "shapes"])):
        if chance.random() < 0.5:
            server.reload()
        yield
    if not server.watches:
        server.reload()


@fault()
def data_edited(server, chance):
    server.edit(another_state(server, chance))
    yield


@fault()
def data_edited_during_the_build(server, chance):
    server.edit(another_state(server, chance))
    wait_until(lambda: server.processes_of("build") or len(server.allowed) == 1, 10)
    server.edit(another_state(server, chance))
    yield


BROKEN = {
    "syntax": lambda text: text + b"\nno Turtle",
    "violation": lambda text: text.replace(b"sjkg:Battle ;", b"sjkg:Batle ;", 1),
    "not UTF-8": lambda text: text + b"# \xff\xfe\n",
    "cut": lambda text: text[: len(text) // 2],
    "binary": lambda text: bytes(range(256)) * 100,
}


@fault()
def data_edited_wrongly(server, chance):
    server.write(BROKEN[chance.choice(sorted(BROKEN))](turtle(server.expected).encode()))
    if not server.watches or chance.random() < 0.3:
        server.reload()
    yield
    server.write(turtle(server.expected))  # another accident may have edited it meanwhile
    if not server.watches:
        server.reload()


@fault()
def odd_files_among_the_data(server, chance):
    folder = server.data.parent
    kind = chance.choice(["lock of an editor", "pipe", "folder", "link to nothing", "odd name", "draft that goes"])
    path = folder / {"lock of an editor": ".#events.ttl", "odd name": "a <b>.ttl"}.get(kind, "odd.ttl")
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "lock of an editor" | "link to nothing":
            path.symlink_to("nobody@nowhere.1:1")
        case _:
            path.write_bytes(b"# nothing\n")
    if chance.random() < 0.5:
        server.reload()
    yield
    path.rmdir() if kind == "folder" else path.unlink()
    if not server.watches:
        server.reload()


@fault()
def many_reloads(server, chance):
    for _ in range(chance.randint(10, 200)):
        server.reload()
    if chance.random() < 0.5:
        server.edit(another_state(server, chance))
        for _ in range(chance.randint(10, 200)):
            server.reload()
    yield
