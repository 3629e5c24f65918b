"""Benchmark of small changes: `python -m bench.edits [--old CHECKOUT]`.

Measures `sjkg validate FILE`, POST /validate of a few triples, `sjkg build` after the edit of one passage, and the time from
saving such an edit until `sjkg serve --watch` serves it. With --old, each measurement alternates with one by the code of
another checkout. A table goes to stderr, JSON to stdout.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import click

from bench.process import ServerProcess, free_port
from sjkg.core.settings import packaged_kb

TRIPLES = b"""@prefix sjkg: <https://w3id.org/sjkg/ontology#> . @prefix event: <https://w3id.org/sjkg/id/event/> .
event:halhamiao-incident sjkg:before event:battle-of-lake-khasan .
"""
PASSAGE = "triples/passages/1935-incidents/halhamiao-incident.ttl"
MAX_WATCH_S = 60


class Edited:
    """A copy of the knowledge base, with snapshots, for one checkout of the code.

    checkout: the folder of its src/; folder: an empty one for the copy.
    """

    def __init__(self, checkout: Path, folder: Path):
        self.folder, self.kb = folder, folder / "kb"
        self.environment = {**os.environ, "PYTHONPATH": str(checkout / "src"), "XDG_CACHE_HOME": str(folder)}
        # compiled code is kept, as that of an installed package is
        self.environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        for name in ("ontology", "triples", "shapes", "queries"):
            shutil.copytree(packaged_kb() / name, self.kb / name)
        shutil.copy(packaged_kb() / "kb.ttl", self.kb)
        self._edits = 0
        self.run("build")

    def run(self, *words: str) -> tuple[float, float]:
        """Run a command of sjkg to its end; return the seconds it took and those of processors, with its children."""
        begun = time.perf_counter()
        command = [sys.executable, "-m", "sjkg", *words, "--kb", str(self.kb)]
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{' '.join(command)} failed with status {os.waitstatus_to_exitcode(status)}")
        return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime

    def edit(self) -> str:
        """Change the abstract of one passage; return the new text."""
        self._edits += 1
        text, source = f"An abstract, edition {self._edits}.", packaged_kb() / PASSAGE
        lines = source.read_text(encoding="utf-8").split("\n")
        changed = [f'    dcterms:abstract "{text}"@en ;' if "dcterms:abstract" in line else line for line in lines]
        (self.kb / PASSAGE).write_text("\n".join(changed), encoding="utf-8")
        return text

    def validate(self) -> tuple[float, float]:
        """Measure the validation of a file of the knowledge base."""
        return self.run("validate", str(self.kb / "triples/actors.ttl"))

    def build(self) -> tuple[float, float]:
        """Measure a build after the edit of one passage."""
        self.edit()
        return self.run("build")

    def serve(self) -> ServerProcess:
        """Return a server with --watch, not yet started."""
        port = free_port()
        command = [
            "env",
            *(f"{name}={value}" for name, value in self.environment.items()),
            sys.executable,
            "-m",
            "sjkg",
        ]
        options = ["--kb", str(self.kb), "--watch", "--port", str(port)]
        return ServerProcess([*command, "serve", *options], self.folder / "log", port)


def post(port: int) -> tuple[float, float]:
    """Measure the validation of posted triples; the second number is 0."""
    request = Request(f"http://127.0.0.1:{port}/validate", TRIPLES, {"Content-Type": "text/turtle"})
    begun = time.perf_counter()
    with urlopen(request) as response:
        response.read()
    return time.perf_counter() - begun, 0.0


def watch(edited: Edited, port: int) -> tuple[float, float]:
    """Measure the time from the edit of one passage until the server serves it; the second number is 0."""
    query = quote(f'ASK {{ ?passage ?abstract "{edited.edit()}"@en }}')
    begun = time.perf_counter()
    while time.perf_counter() < begun + MAX_WATCH_S:
        try:
            with urlopen(f"http://127.0.0.1:{port}/sparql?query={query}") as response:
                if json.load(response)["boolean"]:
                    return time.perf_counter() - begun, 0.0
        except HTTPError as error:
            error.read()
        time.sleep(0.02)
    raise SystemExit(f"the edit was not served after {MAX_WATCH_S} s")


def measurements(edited: Edited) -> Iterator[tuple[str, Callable[[], tuple[float, float]]]]:
    """Yield the name and the function of each measurement; a server runs during the last two."""
    yield "sjkg validate FILE", edited.validate
    yield "sjkg build after an edit", edited.build
    with edited.serve() as server:
        yield "POST /validate", lambda: post(server.port)
        yield "serve --watch, to served", lambda: watch(edited, server.port)


@click.command()
@click.option("--old", type=click.Path(path_type=Path, exists=True), help="Another checkout, to alternate with.")
@click.option("--runs", type=int, default=5, show_default=True)
def main(old: Path | None, runs: int) -> None:
    """Measure all changes; print a table to stderr and a JSON array of its rows to stdout."""
    checkouts = {"new": Path(__file__).parents[1], **({"old": old.resolve()} if old else {})}
    rows = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # processes that end may still write
        for name in checkouts:
            (Path(folder) / name).mkdir()
        pairs = [measurements(Edited(checkout, Path(folder) / name)) for name, checkout in checkouts.items()]
        for variants in zip(*pairs, strict=True):
            rounds = [[run() for _, run in variants] for _ in range(runs)]
            row: dict[str, str | float] = {"measurement": variants[0][0], "runs": runs}
            for position, name in enumerate(checkouts):
                seconds, cpu = zip(*(measured[position] for measured in rounds), strict=True)
                row |= {
                    f"{name}_s": round(statistics.median(seconds), 3),
                    f"{name}_cpu_s": round(statistics.median(cpu), 3),
                }
            rows.append(row)
            print(row, file=sys.stderr)
    print(json.dumps(rows, indent=2))


main()
