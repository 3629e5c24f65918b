"""The triples of a knowledge base's files as texts, each with its file and line, as input of checks and rules.

A `TurtleFile` holds the terms of one parsed file; a `SourceFile` only texts, so that it can also be read from the last
build.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, TextTriple
from sjkg.core.vocabulary import PREFIXES

TYPE = f"<{PREFIXES['rdf']}type>"


@dataclass(frozen=True)
class SourceFile:
    """The triples of one Turtle file.

    path: relative to the knowledge base; as the user gave it for a file from outside its folder.
    part: the group of files with one purpose that it belongs to: ontology, vocab, alignments, shapes, closure-shapes,
    triples, passages, remarks, editorial or links. graph: the IRI of its named graph. sha256: that of the file's bytes; "" if not computed.
    lines: a dict from each triple to its line, from 1; 0 in a file whose syntax has no lines, None where it is unknown.
    """

    path: str
    part: str
    graph: str
    sha256: str
    lines: Mapping[TextTriple, int | None]


@dataclass(frozen=True)
class Sources:
    """The triples of a knowledge base by file.

    files: those of its folder, sorted by path, then those that the user added from outside the folder.
    """

    files: tuple[SourceFile, ...]

    def triples(self, *parts: str) -> Iterator[TextTriple]:
        """Yield the triples of all files of some parts; none if no part is given.

        parts: names of groups of files, such as "ontology"; see `SourceFile`. A triple that several files have is
        yielded once for each.
        """
        return (triple for file in self.files if file.part in parts for triple in file.lines)

    def facts(self, *parts: str, beside: Iterable[TextTriple] = ()) -> Facts:
        """Return the triples of all files of some parts (of none if no part is given), and further triples.

        parts: names of groups of files, such as "ontology"; see `SourceFile`. beside: the further triples.
        """
        facts = Facts(self.triples(*parts))
        for triple in beside:
            facts.add(triple)
        return facts

    @cached_property
    def _places(self) -> dict[TextTerm, list[tuple[TextTriple, str, int]]]:
        """A dict from each subject to its triples, as tuples of triple, file and line."""
        places: dict[TextTerm, list[tuple[TextTriple, str, int]]] = defaultdict(list)
        for file in self.files:
            for triple, line in file.lines.items():
                if line is not None:
                    places[triple[0]].append((triple, file.path, line))
        return places

    def locate(
        self, subject: TextTerm | None, predicate: TextTerm | None = None, value: TextTerm | None = None
    ) -> tuple[str, int] | tuple[None, None]:
        """Return the file (path relative to the knowledge base) and the line of a triple.

        When there is no such triple, return the place of another value of the property, else of the subject's rdf:type,
        else of any of its triples; of several places, the first by file and line. (None, None) when no file has triples
        about the subject.
        """
        triples = self._places.get(subject or "", [])
        for p, o in ((predicate, value), (predicate, None), (TYPE, None)):
            found = [(file, line) for (_, q, v), file, line in triples if q == p and o in (None, v)]
            if found:
                return min(found)
        return min(((file, line) for _, file, line in triples), default=(None, None))
