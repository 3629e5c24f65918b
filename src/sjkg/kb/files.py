"""A knowledge base folder in memory: each Turtle file with its part, its named graph and the line of every triple."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.vocabulary import GRAPHS, ONTOLOGY, PREFIXES
from sjkg.turtle.parse import ParsedTurtle, parse_turtle
from sjkg.turtle.triples import graph_of

PASSAGE = URIRef(f"{ONTOLOGY}Passage")
TURTLE_FOLDERS = ("ontology", "triples", "shapes")
PART_OF_FOLDER = {
    "ontology": "ontology",
    "ontology/vocab": "vocab",
    "ontology/alignments": "alignments",
    "shapes": "shapes",
    "shapes/closure": "closure-shapes",
    "triples": "triples",
    "triples/links": "links",
}
PASSAGES = "triples/passages"


@dataclass(frozen=True)
class TurtleFile:
    """One Turtle file of the knowledge base.

    path: relative to the knowledge base; an extra file's as given.
    part: ontology, vocab, alignments, shapes, closure-shapes, triples, links or passages; it follows from the folder.
    graph_name: the name of its named graph; the passage itself for a file of passages.
    """

    path: str
    part: str
    graph_name: URIRef
    parsed: ParsedTurtle

    @property
    def graph(self) -> Graph:
        """Return the triples of the file."""
        return self.parsed.graph


@dataclass(frozen=True)
class KnowledgeBase:
    """All Turtle files of a knowledge base; root is its folder."""

    root: Path
    files: tuple[TurtleFile, ...]

    def union(self, *parts: str, beside: Iterable[Graph] = ()) -> Graph:
        """Return a new graph with the triples of the files in `parts` (all files by default) and of the graphs `beside`."""
        graphs = (*(file.graph for file in self.files if not parts or file.part in parts), *beside)
        return graph_of(triple for graph in graphs for triple in graph)

    @cached_property
    def _places(self) -> dict[tuple[Node | None, ...], list[tuple[str, int]]]:
        """The files and lines of each triple, and of the triples with each (subject, predicate) and (subject,)."""
        places: dict[tuple[Node | None, ...], list[tuple[str, int]]] = defaultdict(list)
        for file in self.files:
            for (s, p, o), line in file.parsed.lines.items():
                for key in ((s, p, o), (s, p), (s,)):
                    places[key].append((file.path, line))
        return places

    def locate(
        self, subject: Node | None, predicate: Node | None = None, value: Node | None = None
    ) -> tuple[str, int] | tuple[None, None]:
        """Return file and line of a triple.

        Without such a triple, those of another value of the property, of the subject's type, or of its first triple;
        (None, None) when no file describes the subject.
        """
        for key in ((subject, predicate, value), (subject, predicate), (subject, RDF.type), (subject,)):
            if key in self._places:
                return min(self._places[key])
        return None, None


def turtle_paths(root: Path) -> list[Path]:
    """Return the paths of all Turtle files of the knowledge base in the folder `root`, sorted."""
    return sorted(path for folder in TURTLE_FOLDERS for path in (root / folder).rglob("*.ttl"))


def load_files(root: Path, extra: tuple[Path, ...] = ()) -> KnowledgeBase:
    """Return the knowledge base in the folder `root`, with `extra` files as if they were part of it.

    An extra file that declares a passage counts as one of the part passages, any other as one of triples.
    Raises BrokenInput with a finding for each file that cannot be read, is not Turtle, redefines a prefix, lies in an
    unknown folder, or declares more or less than one passage in triples/passages/.
    """
    paths = turtle_paths(root)
    if not paths:
        raise BrokenInput(f"{root} has no Turtle files; a knowledge base has folders ontology/, triples/ and shapes/")
    known = {path.resolve() for path in paths}
    added = [path for path in extra if path.resolve() not in known]
    extra_files = _load_all(_load_extra, added)  # first, so that an error in them is reported without loading the rest
    return KnowledgeBase(root, (*_load_all(partial(_load_file, root=root), paths), *extra_files))


def _load_all(load: Callable[[Path], TurtleFile], paths: list[Path]) -> tuple[TurtleFile, ...]:
    """Load all files. Raises one BrokenInput with the findings of all files that fail."""
    files: list[TurtleFile] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            files.append(load(path))
        except BrokenInput as error:
            findings += error.findings
    if findings:
        raise BrokenInput(f"{len(findings)} of {len(paths)} files cannot be read", tuple(sort_findings(findings)))
    return tuple(files)


def _load_file(path: Path, root: Path) -> TurtleFile:
    """Load a file of the knowledge base."""
    name = path.relative_to(root).as_posix()
    parsed = _read(path, name)
    part, graph_name = _part_and_graph(name, parsed)
    return TurtleFile(name, part, graph_name, parsed)


def _load_extra(path: Path) -> TurtleFile:
    """Load a file from outside the knowledge base."""
    name = str(path)
    parsed = _read(path, name)
    if any(parsed.graph.subjects(RDF.type, PASSAGE)):
        return TurtleFile(name, "passages", _only_passage(name, parsed), parsed)
    return TurtleFile(name, "triples", URIRef(f"{GRAPHS}extra/{path.stem}"), parsed)


def _read(path: Path, name: str) -> ParsedTurtle:
    """Read and parse a file; `name` is its name in findings."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _broken(name, f"byte {error.start} is not UTF-8; save the file as UTF-8", 1) from None
    except OSError as error:
        raise _broken(name, f"the file cannot be read: {error.strerror}", None) from None
    parsed = parse_turtle(text, name)
    _check_prefixes(name, parsed, text)
    return parsed


def _check_prefixes(name: str, parsed: ParsedTurtle, text: str) -> None:
    """Raise BrokenInput when a file declares one of PREFIXES for another namespace."""
    for prefix, namespace in parsed.prefixes.items():
        expected = PREFIXES.get(prefix, namespace)
        if expected != namespace:
            line = next((n for n, row in enumerate(text.split("\n"), 1) if f"{prefix}:" in row and namespace in row), 1)
            message = (
                f"the prefix “{prefix}:” must stand for <{expected}>, not for <{namespace}>; correct the @prefix line"
            )
            raise _broken(name, message, line)


def _part_and_graph(name: str, parsed: ParsedTurtle) -> tuple[str, URIRef]:
    """Return the part that a file belongs to and the name of its graph. name: path relative to the knowledge base."""
    folder, _, stem = name.removesuffix(".ttl").rpartition("/")
    if folder == PASSAGES or folder.startswith(f"{PASSAGES}/"):
        return "passages", _only_passage(name, parsed)
    part = PART_OF_FOLDER.get(folder)
    if part is None:
        folders = ", ".join([*PART_OF_FOLDER, PASSAGES])
        raise _broken(name, f"the folder {folder}/ is not for Turtle files; move the file to one of {folders}", None)
    if name == "ontology/sjkg.ttl":
        return part, URIRef(f"{GRAPHS}ontology")
    return part, URIRef(f"{GRAPHS}{stem}" if part == "triples" else f"{GRAPHS}{part}/{stem}")


def _only_passage(name: str, parsed: ParsedTurtle) -> URIRef:
    """Return the one passage that a file declares. Raises BrokenInput when there is none or more than one."""
    subjects = parsed.graph.subjects(RDF.type, PASSAGE)
    passages = sorted(subjects, key=lambda node: (isinstance(node, URIRef), str(node)))
    if len(passages) == 1 and isinstance(passages[0], URIRef):
        return passages[0]
    line = parsed.lines.get((passages[-1], RDF.type, PASSAGE)) if passages else 1
    message = f"declares {len(passages)} passages; a file in {PASSAGES}/ must declare one sjkg:Passage that has an IRI"
    raise _broken(name, message, line)


def _broken(name: str, message: str, line: int | None) -> BrokenInput:
    """Return the error for a file that cannot be used, with its finding."""
    return BrokenInput(f"{name} cannot be used", (Finding("violation", message, rule="file", file=name, line=line),))
