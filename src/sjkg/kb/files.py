"""The Turtle files of a knowledge base in memory, each with its part, its named graph and the line of every triple.

A part is a group of files with one purpose (ontology, vocab, alignments, shapes, closure-shapes, triples, links,
passages); it follows from the folder. Each file is one named graph. A file of the part passages is named by the passage
(a stretch of the article's text) whose statements it holds.
"""

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

    path: relative to the knowledge base; as given for a file from elsewhere.
    part: ontology, vocab, alignments, shapes, closure-shapes, triples, links or passages.
    graph_name: the IRI of its named graph. parsed: its triples, their lines and its prefixes.
    """

    path: str
    part: str
    graph_name: URIRef
    parsed: ParsedTurtle

    @property
    def graph(self) -> Graph:
        """Return the triples of the file, an rdflib graph."""
        return self.parsed.graph


@dataclass(frozen=True)
class KnowledgeBase:
    """A knowledge base in memory. root: its folder. files: all its Turtle files, then files from elsewhere."""

    root: Path
    files: tuple[TurtleFile, ...]

    def union(self, *parts: str, beside: Iterable[Graph] = ()) -> Graph:
        """Return a new rdflib graph with the triples of all files of the parts named, or of all files when none is named.

        parts: names of parts (groups of files), such as ontology. beside: further graphs whose triples are added.
        """
        graphs = (*(file.graph for file in self.files if not parts or file.part in parts), *beside)
        return graph_of(triple for graph in graphs for triple in graph)

    @cached_property
    def _places(self) -> dict[tuple[Node | None, ...], list[tuple[str, int]]]:
        """A dict from (subject, predicate, object), (subject, predicate) and (subject,) to the (file, line) of triples."""
        places: dict[tuple[Node | None, ...], list[tuple[str, int]]] = defaultdict(list)
        for file in self.files:
            for (s, p, o), line in file.parsed.lines.items():
                for key in ((s, p, o), (s, p), (s,)):
                    places[key].append((file.path, line))
        return places

    def locate(
        self, subject: Node | None, predicate: Node | None = None, value: Node | None = None
    ) -> tuple[str, int] | tuple[None, None]:
        """Return the file (path relative to the knowledge base) and the line of a triple.

        When there is no such triple, return those of another value of the property, else of the subject's rdf:type, else
        of its first triple; (None, None) when no file has triples about the subject.
        """
        for key in ((subject, predicate, value), (subject, predicate), (subject, RDF.type), (subject,)):
            if key in self._places:
                return min(self._places[key])
        return None, None


def find_turtle_files(root: Path) -> list[Path]:
    """Return the sorted paths of all .ttl files in the folders ontology/, triples/ and shapes/ of the folder `root`."""
    return sorted(path for folder in TURTLE_FOLDERS for path in (root / folder).rglob("*.ttl"))


def load_files(root: Path, extra: tuple[Path, ...] = ()) -> KnowledgeBase:
    """Return the knowledge base in the folder `root`, and `extra` Turtle files from elsewhere as if they were part of it.

    An extra file that declares a passage has the part passages, any other the part triples.
    Raises BrokenInput when there is no Turtle file, and with a finding for each file that cannot be read, is not Turtle,
    declares a prefix of the project for another namespace, lies in an unknown folder, or lies in triples/passages/ and
    does not declare exactly one passage.
    """
    paths = find_turtle_files(root)
    if not paths:
        raise BrokenInput(f"{root} has no Turtle files; a knowledge base has folders ontology/, triples/ and shapes/")
    known = {path.resolve() for path in paths}
    added = [path for path in extra if path.resolve() not in known]
    extra_files = _load_all(_load_extra, added)  # first, so that an error in them is reported without loading the rest
    return KnowledgeBase(root, (*_load_all(partial(_load_file, root=root), paths), *extra_files))


def _load_all(load: Callable[[Path], TurtleFile], paths: list[Path]) -> tuple[TurtleFile, ...]:
    """Return the result of `load` for each path. Raises one BrokenInput with the findings of all files that fail."""
    files: list[TurtleFile] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            files.append(load(path))
        except BrokenInput as error:
            findings += error.findings
    if findings:
        raise BrokenInput(
            f"{len(findings)} of {len(paths)} files cannot be read; correct the errors listed",
            tuple(sort_findings(findings)),
        )
    return tuple(files)


def _load_file(path: Path, root: Path) -> TurtleFile:
    """Return the Turtle file at `path`, in the folder `root` of a knowledge base.

    Raises BrokenInput with a finding when it cannot be read, is not Turtle, or lies in an unknown folder.
    """
    name = path.relative_to(root).as_posix()
    parsed = _parse_file(path, name)
    part, graph_name = _find_part_and_graph(name, parsed)
    return TurtleFile(name, part, graph_name, parsed)


def _load_extra(path: Path) -> TurtleFile:
    """Return the Turtle file at `path`, from outside the knowledge base.

    Its part is passages when it declares a passage, else triples. Raises BrokenInput with a finding when it cannot be
    read, is not Turtle, or declares several passages.
    """
    name = str(path)
    parsed = _parse_file(path, name)
    if any(parsed.graph.subjects(RDF.type, PASSAGE)):
        return TurtleFile(name, "passages", _find_passage(name, parsed), parsed)
    return TurtleFile(name, "triples", URIRef(f"{GRAPHS}extra/{path.stem}"), parsed)


def _parse_file(path: Path, name: str) -> ParsedTurtle:
    """Return the parsed Turtle of the file at `path`; `name` is its name in findings.

    Raises BrokenInput with a finding when it cannot be read, is not UTF-8 or not Turtle, or declares a prefix of the
    project for another namespace.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _file_error(name, f"byte {error.start} is not UTF-8; save the file as UTF-8", 1) from None
    except OSError as error:
        raise _file_error(name, f"the file cannot be read: {error.strerror}; check its permissions", None) from None
    parsed = parse_turtle(text, name)
    _check_prefixes(name, parsed, text)
    return parsed


def _check_prefixes(name: str, parsed: ParsedTurtle, text: str) -> None:
    """Raise BrokenInput, with the line in `text`, when the file `name` declares one of PREFIXES for another namespace."""
    for prefix, namespace in parsed.prefixes.items():
        expected = PREFIXES.get(prefix, namespace)
        if expected != namespace:
            line = next((n for n, row in enumerate(text.split("\n"), 1) if f"{prefix}:" in row and namespace in row), 1)
            message = (
                f"the prefix “{prefix}:” must stand for <{expected}>, not for <{namespace}>; correct the @prefix line"
            )
            raise _file_error(name, message, line)


def _find_part_and_graph(name: str, parsed: ParsedTurtle) -> tuple[str, URIRef]:
    """Return the part that a file belongs to, which follows from its folder, and the IRI of its named graph.

    name: path relative to the knowledge base. Raises BrokenInput for a file in an unknown folder, and for a file in
    triples/passages/ that does not declare exactly one passage.
    """
    folder, _, stem = name.removesuffix(".ttl").rpartition("/")
    if folder == PASSAGES or folder.startswith(f"{PASSAGES}/"):
        return "passages", _find_passage(name, parsed)
    part = PART_OF_FOLDER.get(folder)
    if part is None:
        folders = ", ".join([*PART_OF_FOLDER, PASSAGES])
        raise _file_error(
            name, f"the folder {folder}/ is not for Turtle files; move the file to one of {folders}", None
        )
    if name == "ontology/sjkg.ttl":
        return part, URIRef(f"{GRAPHS}ontology")
    return part, URIRef(f"{GRAPHS}{stem}" if part == "triples" else f"{GRAPHS}{part}/{stem}")


def _find_passage(name: str, parsed: ParsedTurtle) -> URIRef:
    """Return the IRI of the passage that the file `name` declares. Raises BrokenInput unless it declares exactly one."""
    subjects = parsed.graph.subjects(RDF.type, PASSAGE)
    passages = sorted(subjects, key=lambda node: (isinstance(node, URIRef), str(node)))
    if len(passages) == 1 and isinstance(passages[0], URIRef):
        return passages[0]
    line = parsed.lines.get((passages[-1], RDF.type, PASSAGE)) if passages else 1
    message = (
        "the sjkg:Passage is a blank node; give it an IRI"
        if len(passages) == 1
        else f"the file declares {len(passages)} passages; a file in {PASSAGES}/ must declare exactly one sjkg:Passage"
    )
    raise _file_error(name, message, line)


def _file_error(name: str, message: str, line: int | None) -> BrokenInput:
    """Return a BrokenInput for the file `name` with one violation: `message` and `line` (None if unknown)."""
    return BrokenInput(f"{name}: {message}", (Finding("violation", message, rule="file", file=name, line=line),))
