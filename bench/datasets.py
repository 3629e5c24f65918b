"""Measure external datasets: adding, building, rebuilding and querying beside the graph.

    python -m bench.datasets 1300000 [FOLDER]

Writes a made-up dataset of about that many triples in our terms of the profile “sem” (events with names, days, places and wars), adds it to a copy of the
packaged knowledge base, and prints seconds and the most memory of a process, then the times of ten queries over everyone's statements.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from sjkg.core.settings import packaged_kb

TRIPLES_OF_EVENT = 7
WARS, PLACES = 500, 3000
EX, SEM = "https://example.org/", "http://semanticweb.cs.vu.nl/2009/11/sem/"
XSD, RDF, RDFS = (
    "http://www.w3.org/2001/XMLSchema#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
)
EVERYONE = "<https://w3id.org/sjkg/graph/everyone>"
QUERIES = {
    "events named like a word": 'SELECT ?e ?n { ?e a sjkg:Event ; skos:prefLabel ?n FILTER(CONTAINS(?n, "place 77 ")) } LIMIT 20',
    "events of one day": 'SELECT ?e ?n { ?e sjkg:earliestBegin "1939-05-11"^^xsd:date ; skos:prefLabel ?n }',
    "their names of our events": "SELECT ?e ?x ?n { ?e sjkg:sameThing ?x . ?x skos:prefLabel ?n }",
    "other days for the same thing": "SELECT ?e ?x ?a ?b { ?e sjkg:sameThing ?x ; sjkg:earliestBegin ?a . ?x sjkg:earliestBegin ?b FILTER(?a != ?b) }",
    "one of their events": f"SELECT ?p ?o {{ <{EX}event/1> ?p ?o }}",
    "events of one of their wars": f"SELECT ?e {{ ?e sem:subEventOf <{EX}war/7> }} LIMIT 1000",
    "the number of their events in a war": f"SELECT (COUNT(?e) AS ?n) {{ ?e sem:subEventOf <{EX}war/7> }}",
    "is anything the same as a thing of ours": "ASK { event:battle-of-lake-khasan sjkg:sameThing ?x }",
    "battles of ours and their places": "SELECT ?e ?p { ?e a sjkg:Battle ; sjkg:occurredAt ?p }",
    "wars of theirs with our battles": "SELECT ?e ?w { ?e sjkg:sameThing ?x . ?x sjkg:directSubEventOf ?w }",
}


def write_events(path: Path, triples: int) -> None:
    """Write events in the terms of the Simple Event Model as N-Triples."""
    with path.open("w", encoding="utf-8") as output:
        for n in range(triples // TRIPLES_OF_EVENT):
            event = f"<{EX}event/{n}>"
            day = f"{1400 + n * 7919 % 600}-{n % 12 + 1:02}-{n % 28 + 1:02}"
            output.write(
                f'{event} <{RDF}type> <{SEM}Event> .\n{event} <{RDFS}label> "Battle of place {n * 31 % 90000} in {day[:4]}"@en .\n'
                f'{event} <{SEM}hasTimeStamp> "{day}"^^<{XSD}date> .\n{event} <{SEM}subEventOf> <{EX}war/{n % WARS}> .\n'
                f"{event} <{SEM}hasPlace> <{EX}place/{n % PLACES}> .\n{event} <{SEM}hasActor> <{EX}actor/{n % 211}> .\n"
                f'{event} <{EX}losses> "{n * 31 % 50000}"^^<{XSD}integer> .\n'
            )


def write_links(path: Path) -> None:
    """Write accepted links between two events of ours and two of theirs."""
    rows = ("event:battle-of-lake-khasan", f"{EX}event/1"), ("event:battles-of-khalkhin-gol", f"{EX}event/2")
    lines = [f"{ours}\tsjkg:sameThing\t{theirs}\taccepted" for ours, theirs in rows]
    path.write_text("\n".join(("subject_id\tpredicate_id\tobject_id\tverdict", *lines, "")), encoding="utf-8")


class Spent(NamedTuple):
    """The seconds that a command took, and those of processors, which other work on the machine does not lengthen."""

    wall_s: float
    processor_s: float

    def __str__(self) -> str:
        return f"{self.wall_s:.2f} s, {self.processor_s:.2f} s of processors"


def timed(*arguments: str | Path) -> Spent:
    """Run `sjkg` and return its seconds. Raises CalledProcessError when it fails."""
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "sjkg", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(time.monotonic() - begin, processor_s)


def main(triples: int, parent: str | None = None) -> None:
    """Measure with a dataset of so many triples, in a temporary folder below `parent`."""
    with tempfile.TemporaryDirectory(dir=parent) as name:
        root = Path(name)
        kb, snapshots = root / "kb", root / "snapshots"
        for folder in ("ontology", "triples", "shapes", "queries", "profiles"):
            shutil.copytree(packaged_kb() / folder, kb / folder)
        if (file := packaged_kb() / "kb.ttl").is_file():
            shutil.copy(file, kb)
        options = ("--kb", kb, "--snapshots", snapshots)
        write_events(root / "events.nt", triples)
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        print(f"build without datasets: {timed('build', *options)}", flush=True)
        print(
            f"add: {timed('dataset', 'add', 'big', root / 'events.nt', '--licence', 'CC0-1.0', *options)}", flush=True
        )
        write_links(kb / "datasets" / "big" / "links.sssom.tsv")
        print(f"build with links: {timed('build', *options)}", flush=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 / 1024
        events = kb / "triples" / "events.ttl"
        rebuilds: list[Spent] = []
        for number in range(3):
            events.write_text(events.read_text(encoding="utf-8") + f"# {number}\n", encoding="utf-8")
            rebuilds.append(timed("build", *options))
        print(f"rebuild after an edit: {sorted(rebuilds)[1]}", flush=True)
        shutil.move(kb / "datasets", root / "away")
        timed("build", *options)
        events.write_text(events.read_text(encoding="utf-8") + "# without\n", encoding="utf-8")
        print(f"rebuild after an edit, without datasets: {timed('build', *options)}", flush=True)
        shutil.move(root / "away", kb / "datasets")
        timed("build", *options)
        size = sum(path.stat().st_size for path in snapshots.rglob("*.sst") if path.stat().st_nlink)
        print(
            f"most memory of a process: {peak:.2f} GiB; stores on disk {size / 2**30:.2f} GiB (hard links counted again)"
        )
        _measure_queries(kb, snapshots)


def _measure_queries(kb: Path, snapshots: Path) -> None:
    """Print the time of each query, that of its second evaluation, and the beginning of its result."""
    import sjkg

    with sjkg.open(kb, snapshots=snapshots) as graph:
        for title, text in QUERIES.items():
            query = text.replace("{", f"FROM {EVERYONE} {{", 1)
            times: list[Spent] = []
            for _ in range(2):
                begin, before = time.monotonic(), _processor_s()
                try:
                    result: object = graph.query(query)
                except sjkg.DeadlineExceeded:
                    result = "stopped at the deadline"
                times.append(Spent(time.monotonic() - begin, _processor_s() - before))
            print(f"  {times[0]}; again {times[1]}: {title}: {json.dumps(str(result)[:60])}", flush=True)


def _processor_s() -> float:
    """Return the seconds of processors that this process and its children, also those that have ended, have used."""
    me = psutil.Process()
    used = [each.cpu_times() for each in (me, *me.children(recursive=True))]
    return sum(each.user + each.system + each.children_user + each.children_system for each in used)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
