"""SPARQL stores for tests of `sjkg serve --store`: Apache Jena Fuseki, Oxigraph's server, and one in the test process.

The first two are installed by `sh bench/install_peers.sh .venv/stores stores`; tests of them are skipped where they are not.
"""

import os
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from servers import PROJECT, free_port, wait_for

INSTALLED = Path(os.environ.get("SJKG_STORES", PROJECT / ".venv" / "stores"))
INSTALL = "install it with “sh bench/install_peers.sh .venv/stores stores”"
NT, JSON = "application/n-triples", "application/sparql-results+json"


class Store(NamedTuple):
    """The URLs of a running SPARQL store: of its endpoint, and of its Graph Store Protocol."""

    query: str
    graphs: str


@contextmanager
def running_oxigraph() -> Iterator[Store]:
    """Start an empty Oxigraph server, and end it afterwards; skip the test if it is not installed."""
    program = INSTALLED / "oxigraph" / "bin" / "oxigraph"
    if not program.exists():
        pytest.skip(f"there is no Oxigraph server at {program}; {INSTALL}")
    port = free_port()
    with _running([str(program), "serve", "--bind", f"127.0.0.1:{port}"], f"http://127.0.0.1:{port}/query"):
        yield Store(f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/store")


@contextmanager
def running_fuseki(folder: Path) -> Iterator[Store]:
    """Start an empty Fuseki with its files in `folder`, and end it afterwards; skip the test if it is not installed."""
    jar = next((INSTALLED / "fuseki").glob("jena-fuseki-server-*.jar"), None)
    if jar is None or shutil.which("java") is None:
        pytest.skip(f"there is no Fuseki in {INSTALLED} or no Java; {INSTALL}")
    port = free_port()
    (folder / "log4j2.properties").write_text("rootLogger.level = WARN\n", encoding="utf-8")
    command = ["java", "-Xmx512m", f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}", "-jar", str(jar)]
    command += ["--localhost", f"--port={port}", "--mem", "--update", "/ds"]
    with _running(command, f"http://127.0.0.1:{port}/ds/sparql", FUSEKI_BASE=str(folder)):
        yield Store(f"http://127.0.0.1:{port}/ds/sparql", f"http://127.0.0.1:{port}/ds/data")


@contextmanager
def _running(command: list[str], endpoint: str, **environment: str) -> Iterator[None]:
    """Run a program until its endpoint answers a query, and end it afterwards."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    try:
        wait_for(lambda: _answers(endpoint) or process.poll() is not None)
        assert process.poll() is None, f"{command[0]} ended with status {process.returncode}"
        yield
    finally:
        process.kill()
        process.wait()


def _answers(endpoint: str) -> bool:
    """Return whether an endpoint answers a query."""
    try:
        with urllib.request.urlopen(f"{endpoint}?query=ASK%7B%7D") as response:
            return response.status == 200
    except OSError:
        return False


class StoreInProcess:
    """A SPARQL store in this process, with its endpoint at /sparql and its Graph Store Protocol at /graphs.

    store: the quads. requests: the method and form or parameters of each request. misbehave: called with the handler of a
    query before it is answered; if it returns True, it has sent a response itself.
    """

    def __init__(self) -> None:
        self.store, self.requests = ox.Store(), list[tuple[str, dict[str, list[str]]]]()
        self.headers: list[dict[str, str]] = []
        self.misbehave: Callable[[BaseHTTPRequestHandler], bool] = lambda handler: False

    @contextmanager
    def running(self, port: int = 0) -> Iterator[Store]:
        """Listen on a port, by default a free one."""
        outer, connections = self, list[socket.socket]()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                connections.append(self.connection)

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
                outer.requests.append(("POST", form))
                outer.headers.append(dict(self.headers))
                if not outer.misbehave(self):
                    self.answer(200, *outer.evaluate(form))

            def do_GET(self) -> None:
                graph = self.graph()
                triples = [quad.triple for quad in outer.store.quads_for_pattern(None, None, None, graph)]
                self.answer(200 if triples else 404, NT, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))

            def do_PUT(self) -> None:
                graph, body = self.graph(), self.rfile.read(int(self.headers["Content-Length"]))
                if outer.misbehave(self):
                    return
                outer.store.remove_graph(graph)
                outer.store.load(body, ox.RdfFormat.N_TRIPLES, to_graph=graph)
                self.answer(204, NT, b"")

            def do_DELETE(self) -> None:
                outer.store.remove_graph(self.graph())
                self.answer(204, NT, b"")

            def graph(self) -> ox.NamedNode:
                outer.headers.append(dict(self.headers))
                parameters = parse_qs(urlsplit(self.path).query)
                outer.requests.append((self.command, parameters))
                return ox.NamedNode(parameters["graph"][0])

            def answer(self, status: int, media_type: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
            server.daemon_threads = True
            server.block_on_close = False
            thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
            thread.start()
            address = f"http://127.0.0.1:{server.server_port}"
            try:
                yield Store(f"{address}/sparql", f"{address}/graphs")
            finally:
                server.shutdown()
                thread.join()
                for connection in connections:
                    with suppress(OSError):  # it is closed already
                        connection.shutdown(socket.SHUT_RDWR)

    def evaluate(self, form: dict[str, list[str]]) -> tuple[str, bytes]:
        """Return media type and body of the result of the query in a form, over the graphs that it names.

        Without default-graph-uri, it is over the default graph of the store, as in some stores, although named-graph-uri is given.
        """
        default, named = (
            [ox.NamedNode(iri) for iri in form.get(f"{kind}-graph-uri", ())] for kind in ("default", "named")
        )
        results = self.store.query(form["query"][0], default_graph=default or None, named_graphs=named)
        if isinstance(results, ox.QueryTriples):
            return NT, results.serialize(format=ox.RdfFormat.N_TRIPLES)
        return JSON, results.serialize(format=ox.QueryResultsFormat.JSON)
