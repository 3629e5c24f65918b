"""The Turtle files of a knowledge base in memory, each with its part, its named graph and the line of every triple.

A part is a group of files with one purpose (ontology, vocab, alignments, shapes, closure-shapes, triples, passages,
remarks, editorial, links); it follows from the folder. Each file is one named graph. The named graph of a file of the part passages has the
IRI of the passage (a stretch of the article's text) whose statements the file holds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.messages import count_noun
from sjkg.core.ntriples import TextTerm
from sjkg.core.terms import Iri, is_valid_term
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, own
from sjkg.kb.folders import TURTLE, FileVanished, file_error, find_input_files, printable, read_text
from sjkg.kb.inherited import name_of
from sjkg.kb.rdf_files import parse_rdf_file
from sjkg.kb.sources import TYPE, SourceFile, Sources
from sjkg.turtle.content import ParsedTurtle
from sjkg.turtle.reader import read_turtle

if TYPE_CHECKING:
    from rdflib import Graph

PASSAGE = f"<{ONTOLOGY}Passage>"
PART_OF_FOLDER = {
    "ontology": "ontology",
    "ontology/vocab": "vocab",
    "ontology/alignments": "alignments",
    "shapes": "shapes",
    "shapes/closure": "closure-shapes",
    "triples": "triples",
    "triples/remarks": "remarks",
    "triples/editorial": "editorial",
    "triples/links": "links",
}
PASSAGES = "triples/passages"
DATA_PARTS = (
    "triples",
    "passages",
    "remarks",
    "editorial",
)  # the parts with what the article states and the editors add
PARTS_OF_GROUPS = {"article": ("triples", "passages"), "editorial": ("remarks", "editorial"), "links": ("links",)}
NO_FILES: Mapping[str, str] = MappingProxyType({})
MAX_LISTINGS = 5  # of the folders, when files vanish meanwhile


@dataclass(frozen=True)
class TurtleFile:
    """One Turtle file of the knowledge base.

    path: relative to the knowledge base; as the user gave it for an extra file.
    part: the group of files with one purpose that it belongs to: ontology, vocab, alignments, shapes, closure-shapes,
    triples, passages, remarks, editorial or links.
    graph_name: the IRI of its named graph. parsed: its triples, their lines and its prefixes.
    is_extra: whether the user added it from outside the folder of the knowledge base.
    """

    path: str
    part: str
    graph_name: str
    parsed: ParsedTurtle[TextTerm]
    is_extra: bool = False

    @property
    def graph(self) -> "Graph":
        """Return the triples of the file as a new rdflib graph."""
        from sjkg.turtle.triples import graph_of, parse_triple  # here: rdflib takes 0.1 s to be imported

        return graph_of(map(parse_triple, self.parsed.lines))

    def source(self, sha256: str = "") -> SourceFile:
        """Return the file as a `SourceFile`. sha256: that of the file's bytes, for the result."""
        return SourceFile(self.path, self.part, self.graph_name, sha256, dict(self.parsed.lines))


@dataclass(frozen=True)
class KnowledgeBase:
    """A knowledge base in memory.

    root: its folder. files: all its Turtle files, then extra files, which the user added from outside the folder.
    """

    root: Path
    files: tuple[TurtleFile, ...]

    def union(self, *parts: str, beside: Iterable["Graph"] = ()) -> "Graph":
        """Return a new rdflib graph with the triples of all files of the parts named, or of all files when none is named.

        parts: names of parts (groups of files), such as ontology. beside: further graphs whose triples are added.
        """
        from sjkg.turtle.triples import graph_of  # here: rdflib takes 0.1 s to be imported

        graphs = (*(file.graph for file in self.files if not parts or file.part in parts), *beside)
        return graph_of(triple for graph in graphs for triple in graph)

    @cached_property
    def sources(self) -> Sources:
        """Return all files with their triples as texts; the field sha256 of each is empty."""
        return Sources(tuple(file.source() for file in self.files))


def find_turtle_files(root: Path) -> list[Path]:
    """Return the sorted paths of all .ttl files in the folders ontology/, triples/ and shapes/ of the folder `root`.

    Raises BrokenInput, with a finding for each file concerned, when there is a file in another RDF syntax, a query file
    outside the folders for queries, a name such as x.TTL, or a file, folder or link that cannot be read.
    """
    return [path for path in find_input_files(root) if path.suffix == TURTLE]


def load_files(root: Path, extra: tuple[Path, ...] = (), known: Mapping[str, str] = NO_FILES) -> KnowledgeBase:
    """Return the knowledge base in the folder `root`, and `extra` RDF files from elsewhere as if they belonged to it.

    An extra file that declares a passage (a stretch of the article's text) belongs to the part (group of files)
    passages, any other to the part triples. known: files that are not to be read, because they have not changed: a dict
    from path relative to `root` to the IRI of the file's named graph.
    Raises BrokenInput when there is no Turtle file, and with a finding for each file that cannot be read, is not Turtle,
    declares a prefix of the project for another namespace, lies in a folder that is not for Turtle files, lies in
    triples/passages/ and does not declare exactly one passage, or would have the same named graph as another file or as
    computed triples.
    """
    own_paths = {path.resolve() for path in find_turtle_files(root)}
    added = [path for path in extra if path.resolve() not in own_paths]
    extra_files = _load_all(_load_extra, added)  # first, so that an error in them is reported without loading the rest
    return KnowledgeBase(root, (*_load_own(root, known), *extra_files))


def _load_own(root: Path, known: Mapping[str, str]) -> tuple[TurtleFile, ...]:
    """Return the Turtle files of the knowledge base in the folder `root`, without those in `known`.

    known: a dict from path relative to `root` to the IRI of the file's named graph.
    When a file vanishes between listing and reading, all is listed and read again; FileVanished is raised when that
    happens MAX_LISTINGS times. Raises BrokenInput for the faults that `load_files` lists.
    """
    for attempt in range(MAX_LISTINGS):
        paths = find_turtle_files(root)
        if not paths:
            raise BrokenInput(
                f"{root} has no Turtle files; a knowledge base has folders ontology/, triples/ and shapes/"
            )
        try:
            unknown = [path for path in paths if name_of(path, root) not in known]
            files = _load_all(partial(_load_file, root=root), unknown)
            _check_graph_names({**known, **{file.path: file.graph_name for file in files}})
            return files
        except FileVanished:
            if attempt == MAX_LISTINGS - 1:
                raise
    raise AssertionError("unreachable: the loop above ends by return or raise")


def _check_graph_names(graphs: Mapping[str, str]) -> None:
    """Raise BrokenInput, with a finding for each file concerned, unless each file has a named graph of its own.

    Two files must not have the same named graph, and none that of computed triples.
    graphs: a dict from the path of each file to the IRI of its named graph.
    """
    named: dict[str, list[str]] = defaultdict(list)
    for path, name in sorted(graphs.items()):
        named[name].append(path)
    findings = []
    for name, paths in named.items():
        if len(paths) > 1:
            message = f"{' and '.join(paths)} have the same named graph, <{name}>; {_advice_on_graph(name)}"
            findings += [Finding("violation", message, rule="file", file=path) for path in paths]
        elif name in (*own().groups, own().union):
            message = f"the file's named graph would be <{name}>, the name of a computed graph; rename the file"
            findings += [Finding("violation", message, rule="file", file=path) for path in paths]
    if findings:
        raise BrokenInput(
            "two files, or a file and computed triples, have the same named graph; correct the errors listed",
            tuple(findings),
        )


def _advice_on_graph(name: str) -> str:
    """Return advice on two files that have the same named graph, with the IRI `name`, as the end of a sentence."""
    return "rename one of them" if name.startswith(own().graphs) else "declare another passage in one of them"


def _load_all(load: Callable[[Path], TurtleFile], paths: list[Path]) -> tuple[TurtleFile, ...]:
    """Return the result of `load` for each path, in their order.

    Raises one BrokenInput with the findings of all files for which `load` raises BrokenInput; FileVanished, at once, for a
    file that does not exist.
    """
    files: list[TurtleFile] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            files.append(load(path))
        except FileVanished:
            raise
        except BrokenInput as error:
            findings += error.findings
    if findings:
        raise BrokenInput(
            f"of {count_noun(len(paths), 'file')}, {len(findings)} cannot be read; correct the errors listed",
            tuple(sort_findings(findings)),
        )
    return tuple(files)


def _load_file(path: Path, root: Path) -> TurtleFile:
    """Return the Turtle file at `path`, in the folder `root` of a knowledge base.

    Raises BrokenInput with a finding when it cannot be read, is not Turtle, declares a prefix of the project for
    another namespace, lies in a folder that is not for Turtle files, or has a name that is not possible in an IRI; and
    when it lies in triples/passages/ and does not declare exactly one passage.
    """
    name = name_of(path, root)
    parsed = read_turtle(read_text(path, name), name)
    check_prefixes(name, parsed)
    part, graph_name = _find_part_and_graph(name, parsed)
    return TurtleFile(name, part, graph_name, parsed)


def _load_extra(path: Path) -> TurtleFile:
    """Return the RDF file at `path`, from outside the knowledge base; its triples are parsed as those of Turtle files are.

    Its part (group of files with one purpose) is “passages” when the file declares a sjkg:Passage (a stretch of the
    article's text), else “triples”. Raises BrokenInput with a finding when it cannot be read, is not valid in the
    syntax of its ending, declares a prefix of the project for another namespace, or declares several passages.
    """
    name = str(path)
    if printable(name) != name:
        raise file_error(name, "the name has control characters, or bytes that are not UTF-8; rename it")
    parsed = parse_rdf_file(path)
    check_prefixes(name, parsed)
    if _passages_in(parsed):
        return TurtleFile(name, "passages", _find_passage(name, parsed), parsed, is_extra=True)
    return TurtleFile(name, "triples", f"{own().graphs}extra/{path.stem}", parsed, is_extra=True)


def check_prefixes(name: str, parsed: ParsedTurtle[TextTerm]) -> None:
    """Raise BrokenInput, with the line, when the file `name` declares a prefix of the project for another namespace.

    The prefixes of the project and their namespaces are PREFIXES.
    """
    for prefix, namespace in parsed.prefixes.items():
        expected = PREFIXES.get(prefix, namespace)
        if expected != namespace:
            message = (
                f"the prefix “{prefix}:” must stand for <{expected}>, not for <{namespace}>; correct the @prefix line"
            )
            raise file_error(name, message, parsed.prefix_lines[prefix])


def _find_part_and_graph(name: str, parsed: ParsedTurtle[TextTerm]) -> tuple[str, str]:
    """Return the part (group of files with one purpose) that a file belongs to, and the IRI of its named graph.

    Both follow from its path; in triples/passages/ the IRI is that of the passage that the file declares.
    name: path relative to the knowledge base. Raises BrokenInput for a file in a folder that is not for Turtle files, a
    name that is not possible in an IRI, and a file in triples/passages/ that does not declare exactly one passage.
    """
    folder, _, stem = name.removesuffix(".ttl").rpartition("/")
    if folder == PASSAGES or folder.startswith(f"{PASSAGES}/"):
        return "passages", _find_passage(name, parsed)
    part = PART_OF_FOLDER.get(folder)
    if part is None:
        folders = ", ".join([*PART_OF_FOLDER, PASSAGES])
        raise file_error(name, f"the folder {folder}/ is not for Turtle files; move the file to one of {folders}")
    if name == "ontology/sjkg.ttl":
        return part, f"{own().graphs}ontology"
    for char in stem:
        if char in "#?%" or not is_valid_term(Iri(f"{own().graphs}{char}")):
            shown = "a space" if char == " " else f"“{char}”"
            raise file_error(
                name, f"the name has {shown}, which the IRI of its named graph cannot have; rename the file"
            )
    return part, f"{own().graphs}{stem}" if part in ("triples", "editorial") else f"{own().graphs}{part}/{stem}"


def _find_passage(name: str, parsed: ParsedTurtle[TextTerm]) -> str:
    """Return the IRI of the passage (a stretch of the article's text) that the file `name` declares.

    Raises BrokenInput unless it declares exactly one, with an IRI.
    """
    passages = _passages_in(parsed)
    if len(passages) == 1 and passages[0].startswith("<"):
        return passages[0][1:-1]
    line = parsed.lines[passages[-1], TYPE, PASSAGE] if passages else 1
    message = (
        "the sjkg:Passage is a blank node; give it an IRI"
        if len(passages) == 1
        else f"the file declares {count_noun(len(passages), 'passage')}; a file in {PASSAGES}/ must declare exactly one sjkg:Passage"
    )
    raise file_error(name, message, line)


def _passages_in(parsed: ParsedTurtle[TextTerm]) -> list[TextTerm]:
    """Return the passages (stretches of the article's text) that a file declares: blank nodes, then IRIs, each sorted."""
    subjects = (subject for subject, predicate, kind in parsed.lines if (predicate, kind) == (TYPE, PASSAGE))
    return sorted(subjects, key=lambda subject: (subject.startswith("<"), subject))
