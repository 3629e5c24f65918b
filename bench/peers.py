"""The servers compared: how each loads an N-Quads file, and how it is started. All graphs together are their default graph."""

import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from bench.process import Process, free_port
from bench.serve import snapshot_of
from sjkg.snapshot.folder import STORE
from sjkg.store.datasets import ALL

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
    """A server. name: what the table calls it. home: where its programs are. endpoint: the path of its query endpoint."""

    name: str
    home: Path
    endpoint: str = "/sparql"
    largest: int = 1000  # times our graph's size: above, it is left out, because loading takes hours

    @abstractmethod
    def load(self, quads: Path, folder: Path) -> None:
        """Load the file into `folder`, once."""

    @abstractmethod
    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command that serves `folder`."""

    @property
    def folder_name(self) -> str:
        """The name of the folder with what it loaded."""
        return type(self).__name__.lower()

    @property
    def is_installed(self) -> bool:
        return self.home.exists()


class Ours(Peer):
    """Our server, a process for each processor: the others use them all, too."""

    options: tuple[str, ...] = ("--workers", str(os.cpu_count()))
    folder_name = "ours"

    def load(self, quads: Path, folder: Path) -> None:
        snapshot_of(quads, folder)

    def command(self, folder: Path, port: int) -> list[str]:
        snapshot = next(path for path in folder.iterdir() if path.is_dir())
        return [sys.executable, "-m", "bench.serve", str(snapshot), str(port), *self.options]


class OursUncached(Ours):
    """Our server, which evaluates every query."""

    options = (*Ours.options, "--cache-mib", "0")


class Oxigraph(Ours):
    """oxigraph serve-read-only: the engine that we use, on the same store, with a server of its own."""

    def command(self, folder: Path, port: int) -> list[str]:
        store = next(folder.glob(f"*/{STORE}/{ALL}"))
        return [str(self.home), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]


class RdflibEndpoint(Peer):
    """rdflib-endpoint, with the file in memory."""

    def load(self, quads: Path, folder: Path) -> None:
        folder.mkdir()
        (folder / quads.name).symlink_to(quads)

    def command(self, folder: Path, port: int) -> list[str]:
        return [str(self.home), "serve", str(next(folder.iterdir())), "--host", "127.0.0.1", "--port", str(port)]


class Fuseki(Peer):
    """Apache Jena Fuseki on TDB2."""

    def load(self, quads: Path, folder: Path) -> None:
        (folder / "tdb").mkdir(parents=True)
        (folder / "fuseki.ttl").write_text(FUSEKI.replace("FOLDER", str(folder / "tdb")), encoding="utf-8")
        port = free_port()
        with Process(self.command(folder, port), folder / "load.log", port), quads.open("rb") as body:
            headers = {"Content-Type": "application/n-quads", "Content-Length": str(quads.stat().st_size)}
            urlopen(Request(f"http://127.0.0.1:{port}/ds", body, headers)).read()

    def command(self, folder: Path, port: int) -> list[str]:
        options = ["--localhost", f"--port={port}", f"--config={folder / 'fuseki.ttl'}"]
        (folder / "log4j2.properties").write_text("rootLogger.level = WARN\n", encoding="utf-8")
        home = f"FUSEKI_BASE={folder}"  # or it makes folders where it is started
        quiet = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"
        return ["env", home, "java", "-Xmx4g", quiet, "-jar", str(self.home), *options]


class Virtuoso(Peer):
    """Virtuoso, the open-source edition."""

    def load(self, quads: Path, folder: Path) -> None:
        folder.mkdir()
        text = VIRTUOSO.replace("FOLDER", str(folder)).replace("QUADS", str(quads.parent))
        (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
        port = free_port()
        steps = (f"ld_dir('{quads.parent}', '{quads.name}', '')", "rdf_loader_run()", "checkpoint", "shutdown")
        with Process(self.command(folder, port), folder / "load.log", port):
            for step in steps:
                admin = (folder / "admin-port").read_text()
                subprocess.run(["isql-vt", admin, "dba", "dba", f"exec={step};"], check=True, capture_output=True)

    def command(self, folder: Path, port: int) -> list[str]:
        admin = str(free_port())
        (folder / "admin-port").write_text(admin)
        text = (folder / "virtuoso.ini").read_text(encoding="utf-8").replace("ADMIN", admin).replace("PORT", str(port))
        (folder / "running.ini").write_text(text, encoding="utf-8")
        return [str(self.home), "-f", "-c", str(folder / "running.ini")]


def all_peers(installed: Path) -> list[Peer]:
    """Return every server of the comparison, ours first; some may not be installed."""
    return [
        Ours("ours, cached", Path(sys.executable)),
        OursUncached("ours, uncached", Path(sys.executable)),
        Oxigraph("oxigraph", installed / "oxigraph/bin/oxigraph", "/query"),
        Fuseki("fuseki", installed / "fuseki/jena-fuseki-server-5.6.0.jar", "/ds/sparql", largest=100),
        Virtuoso("virtuoso", Path(shutil.which("virtuoso-t") or "virtuoso-t")),
        RdflibEndpoint("rdflib-endpoint", installed / "rdflib-endpoint/bin/rdflib-endpoint", "/", largest=10),
    ]
