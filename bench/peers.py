"""The servers that bench.endpoint compares: how each loads an N-Quads file, and how it is started.

In each of them the default graph is the union of all named graphs.
"""

import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from bench.process import ServerProcess, free_port
from bench.serve import make_snapshot
from sjkg.snapshot.folder import STORE
from sjkg.store.store_writer import ALL

FUSEKI = """PREFIX : <#>
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX ja: <http://jena.hpl.hp.com/2005/11/Assembler#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>

:service a fuseki:Service ;
    fuseki:name "ds" ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] , [ fuseki:operation fuseki:gsp-rw ] ;
    fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "FOLDER" ; tdb2:unionDefaultGraph true ] .
"""
VIRTUOSO = """[Database]
DatabaseFile = FOLDER/virtuoso.db
ErrorLogFile = FOLDER/virtuoso.log
TransactionFile = FOLDER/virtuoso.trx
LockFile = FOLDER/virtuoso.lck
xa_persistent_file = FOLDER/virtuoso.pxa
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = FOLDER/virtuoso-temp.db
TransactionFile = FOLDER/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:ADMIN
DirsAllowed = QUADS
NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
[HTTPServer]
ServerPort = 127.0.0.1:PORT
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True)
class Peer(ABC):
    """A server to compare.

    name: its label in the table. home: the path of its program. endpoint: the URL path of its SPARQL endpoint.
    max_times: the largest data to load, in multiples of the packaged graph.
    """

    name: str
    home: Path
    endpoint: str = "/sparql"
    max_times: int = 1000  # the largest data, in multiples of the packaged graph; loading more takes hours

    @abstractmethod
    def load(self, quads: Path, folder: Path) -> None:
        """Load a file of N-Quads into a new folder."""

    @abstractmethod
    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command line that serves a loaded folder on a port of the loopback address."""

    @property
    def folder_name(self) -> str:
        """Return the last part of the name of the folder with its loaded data; servers that share data share it."""
        return type(self).__name__.lower()

    @property
    def is_installed(self) -> bool:
        """Return whether its program exists."""
        return self.home.exists()


class Ours(Peer):
    """The project's server, with a worker process for each processor, because the other servers use them all, too."""

    options: tuple[str, ...] = ("--workers", str(os.cpu_count()))
    folder_name = "ours"

    def load(self, quads: Path, folder: Path) -> None:
        """Write a snapshot (an immutable folder with the store) of a file of N-Quads into a folder."""
        make_snapshot(quads, folder)

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command line that serves the snapshot in a folder on a port."""
        snapshot = next(path for path in folder.iterdir() if path.is_dir())
        return [sys.executable, "-m", "bench.serve", str(snapshot), str(port), *self.options]


class OursUncached(Ours):
    """The project's server without its response cache, so that it evaluates every query."""

    options = (*Ours.options, "--cache-mib", "0")


class Oxigraph(Ours):
    """The server oxigraph serve-read-only, on the store of the project's server; both use the same engine."""

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command line that serves the store in a folder on a port."""
        store = next(folder.glob(f"*/{STORE}/{ALL}"))
        return [str(self.home), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]


class RdflibEndpoint(Peer):
    """The server rdflib-endpoint, with the data in memory."""

    def load(self, quads: Path, folder: Path) -> None:
        """Link to a file of N-Quads from a new folder; the server parses it at each start."""
        folder.mkdir()
        (folder / quads.name).symlink_to(quads)

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command line that serves the file in a folder on a port."""
        return [str(self.home), "serve", str(next(folder.iterdir())), "--host", "127.0.0.1", "--port", str(port)]


class Fuseki(Peer):
    """The server Apache Jena Fuseki with a TDB2 store."""

    def load(self, quads: Path, folder: Path) -> None:
        """Start the server on an empty TDB2 store in a new folder and send a file of N-Quads (Graph Store Protocol)."""
        (folder / "tdb").mkdir(parents=True)
        (folder / "fuseki.ttl").write_text(FUSEKI.replace("FOLDER", str(folder / "tdb")), encoding="utf-8")
        port = free_port()
        with ServerProcess(self.command(folder, port), folder / "load.log", port), quads.open("rb") as body:
            headers = {"Content-Type": "application/n-quads", "Content-Length": str(quads.stat().st_size)}
            urlopen(Request(f"http://127.0.0.1:{port}/ds", body, headers)).read()

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command line that serves the TDB2 store in a folder on a port; write its log settings first."""
        options = ["--localhost", f"--port={port}", f"--config={folder / 'fuseki.ttl'}"]
        (folder / "log4j2.properties").write_text("rootLogger.level = WARN\n", encoding="utf-8")
        home = f"FUSEKI_BASE={folder}"  # or it makes folders where it is started
        quiet = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"
        return ["env", home, "java", "-Xmx4g", quiet, "-jar", str(self.home), *options]


class Virtuoso(Peer):
    """The server Virtuoso, open-source edition."""

    def load(self, quads: Path, folder: Path) -> None:
        """Start the server on an empty database in a new folder and load a file of N-Quads with its bulk loader."""
        folder.mkdir()
        text = VIRTUOSO.replace("FOLDER", str(folder)).replace("QUADS", str(quads.parent))
        (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
        port = free_port()
        steps = (f"ld_dir('{quads.parent}', '{quads.name}', '')", "rdf_loader_run()", "checkpoint", "shutdown")
        with ServerProcess(self.command(folder, port), folder / "load.log", port):
            for step in steps:
                admin = (folder / "admin-port").read_text()
                subprocess.run(["isql-vt", admin, "dba", "dba", f"exec={step};"], check=True, capture_output=True)

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command line that serves the database in a folder on a port; write its configuration first."""
        admin = str(free_port())
        (folder / "admin-port").write_text(admin)
        text = (folder / "virtuoso.ini").read_text(encoding="utf-8").replace("ADMIN", admin).replace("PORT", str(port))
        (folder / "running.ini").write_text(text, encoding="utf-8")
        return [str(self.home), "-f", "-c", str(folder / "running.ini")]


def all_peers(installed: Path) -> list[Peer]:
    """Return every server to compare, the project's own first, including those that are not installed.

    installed: the folder that install_peers.sh was given.
    """
    return [
        Ours("ours, cached", Path(sys.executable)),
        OursUncached("ours, uncached", Path(sys.executable)),
        Oxigraph("oxigraph", installed / "oxigraph/bin/oxigraph", "/query"),
        Fuseki("fuseki", installed / "fuseki/jena-fuseki-server-5.6.0.jar", "/ds/sparql", max_times=100),
        Virtuoso("virtuoso", Path(shutil.which("virtuoso-t") or "virtuoso-t")),
        RdflibEndpoint("rdflib-endpoint", installed / "rdflib-endpoint/bin/rdflib-endpoint", "/", max_times=10),
    ]
