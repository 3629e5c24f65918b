"""A knowledge base folder in memory: every Turtle file a named graph, every triple with its file and line."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from rdflib import RDF, Graph, URIRef

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.vocabulary import GRAPHS, ONTOLOGY, PREFIXES
from sjkg.turtle.parse import ParsedTurtle, parse_turtle

PASSAGE = URIRef(f"{ONTOLOGY}Passage")
FOLDERS = {
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
    """One file of the knowledge base: its path within it, what it holds, and the name of its graph.

    room: ontology, vocab, alignments, shapes, closure-shapes, triples, links or passages.
    """

    path: str
    part: str
    graph_name: URIRef
    parsed: ParsedTurtle

    @property
    def graph(self) -> Graph:
        return self.parsed.graph


@dataclass(frozen=True)
class KnowledgeBase:
    """All files of a knowledge base."""

    root: Path
    files: tuple[TurtleFile, ...]

    def union(self, *rooms: str, beside: Iterable[Graph] = ()) -> Graph:
        """Return the triples of the files in these rooms, of all files when none is named, as one new graph.

        beside: further graphs to take in.
        """
        union = Graph(bind_namespaces="none")
        for graph in (*(file.graph for file in self.files if not rooms or file.part in rooms), *beside):
            for triple in graph:
                union.add(triple)
        return union

    @cached_property
    def _places(self) -> dict[tuple, list[tuple[str, int]]]:
        """The file and line of every triple, and of every (subject, predicate) and (subject,) it stands for."""
        places = defaultdict(list)
        for file in self.files:
            for (s, p, o), line in file.parsed.lines.items():
                for key in ((s, p, o), (s, p), (s,)):
                    places[key].append((file.path, line))
        return places

    def locate(self, subject, predicate=None, value=None) -> tuple[str, int] | tuple[None, None]:
        """Return file and line of a triple; of its property or its subject's type when there is no such triple."""
        for key in ((subject, predicate, value), (subject, predicate), (subject, RDF.type), (subject,)):
            if key in self._places:
                return min(self._places[key])
        return None, None


def load_files(root: Path, extra: tuple[Path, ...] = ()) -> KnowledgeBase:
    """Read every Turtle file of the knowledge base below `root`, and `extra` files as if they were part of it.

    An extra file that declares a passage is a passage, any other is read as one of triples/.
    Raises BrokenInput, naming every file that is no Turtle or holds not exactly one passage where one is due.
    """
    paths = sorted(path for folder in ("ontology", "triples", "shapes") for path in (root / folder).rglob("*.ttl"))
    if not paths:
        raise BrokenInput(f"{root} holds no Turtle files; a knowledge base has folders ontology/, triples/ and shapes/")
    added = [path for path in extra if path.resolve() not in {known.resolve() for known in paths}]
    extra_files = _load_all(_load_extra, added)  # first: where they cannot be read, nobody waits for the others
    return KnowledgeBase(root, (*_load_all(partial(_load_file, root=root), paths), *extra_files))


def _load_all(load: Callable[[Path], TurtleFile], paths: list[Path]) -> tuple[TurtleFile, ...]:
    files, findings = [], []
    for path in paths:
        try:
            files.append(load(path))
        except BrokenInput as error:
            findings += error.findings
    if findings:
        raise BrokenInput(f"{len(findings)} of {len(paths)} files cannot be read", tuple(sort_findings(findings)))
    return tuple(files)


def _load_file(path: Path, root: Path) -> TurtleFile:
    name = path.relative_to(root).as_posix()
    parsed = _read(path, name)
    part, graph_name = _home(name, parsed)
    return TurtleFile(name, part, graph_name, parsed)


def _load_extra(path: Path) -> TurtleFile:
    name = str(path)
    parsed = _read(path, name)
    if any(parsed.graph.subjects(RDF.type, PASSAGE)):
        return TurtleFile(name, "passages", _only_passage(name, parsed), parsed)
    return TurtleFile(name, "triples", URIRef(f"{GRAPHS}extra/{path.stem}"), parsed)


def _read(path: Path, name: str) -> ParsedTurtle:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _broken(name, f"byte {error.start} is not UTF-8; save the file as UTF-8", 1) from None
    except OSError as error:
        raise _broken(name, f"cannot be read: {error.strerror}", None) from None
    parsed = parse_turtle(text, name)
    _check_prefixes(name, parsed, text)
    return parsed


def _check_prefixes(name: str, parsed: ParsedTurtle, text: str) -> None:
    """Refuse a prefix of ours that is declared for another namespace: every name under it would be wrong."""
    for prefix, namespace in parsed.prefixes.items():
        if PREFIXES.get(prefix, namespace) != namespace:
            line = next((n for n, row in enumerate(text.split("\n"), 1) if f"{prefix}:" in row and namespace in row), 1)
            raise _broken(
                name, f"the prefix “{prefix}:” stands for <{PREFIXES[prefix]}> here, not for <{namespace}>", line
            )


def _home(name: str, parsed: ParsedTurtle) -> tuple[str, URIRef]:
    """Return the room of a file and the name of its graph."""
    folder, _, stem = name.removesuffix(".ttl").rpartition("/")
    if folder == PASSAGES or folder.startswith(f"{PASSAGES}/"):
        return "passages", _only_passage(name, parsed)
    part = FOLDERS.get(folder)
    if part is None:
        raise _broken(
            name, f"stands in a folder that holds no Turtle; the folders are {', '.join([*FOLDERS, PASSAGES])}", None
        )
    if name == "ontology/sjkg.ttl":
        return part, URIRef(f"{GRAPHS}ontology")
    return part, URIRef(f"{GRAPHS}{stem}" if part == "triples" else f"{GRAPHS}{part}/{stem}")


def _only_passage(name: str, parsed: ParsedTurtle) -> URIRef:
    passages = sorted(parsed.graph.subjects(RDF.type, PASSAGE))
    if len(passages) != 1:
        line = parsed.lines.get((passages[1], RDF.type, PASSAGE)) if passages else 1
        raise _broken(
            name, f"declares {len(passages)} passages; a file below {PASSAGES} declares exactly one sjkg:Passage", line
        )
    return passages[0]


def _broken(name: str, message: str, line: int | None) -> BrokenInput:
    return BrokenInput(f"{name} cannot be used", (Finding("violation", message, rule="file", file=name, line=line),))
