"""Public test suites, read by their manifests from a folder outside the project: $SJKG_SUITES, or ../shared/suites."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, Graph, Namespace, URIRef
from servers import PROJECT

SUITES = Path(os.environ.get("SJKG_SUITES", PROJECT.parent / "shared" / "suites"))
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")


@dataclass(frozen=True)
class Case:
    """A test case of a W3C suite. kind: its class, as "TestTurtleEval"; base: the IRI its file is to be read with."""

    name: str
    kind: str
    action: Path
    result: Path | None
    base: str


def read_cases(manifest: Path) -> Iterator[Case]:
    """Yield the cases of a manifest, those of the manifests it includes too."""
    folder = manifest.parent
    graph = Graph().parse(manifest, format="turtle", publicID=f"{folder.as_uri()}/")
    for included in graph.objects(None, MF.include):
        for path in graph.items(included):
            yield from read_cases(_path(path))
    base = next((str(base) for base in graph.objects(None, MF.assumedTestBase)), "http://example.org/")
    for case in sorted(set(graph.subjects(MF.action))):
        action, result = graph.value(case, MF.action), graph.value(case, MF.result)
        kind = str(graph.value(case, RDF.type)).rpartition("#")[2]
        if isinstance(action, URIRef):
            path = _path(action)
            target = _path(result) if isinstance(result, URIRef) else None
            name = path.relative_to(folder).as_posix()
            yield Case(name, kind, path, target, base + name)


def _path(iri: URIRef) -> Path:
    return Path(str(iri).removeprefix("file://"))
