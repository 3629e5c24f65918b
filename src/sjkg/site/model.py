"""Small value types that several page models share: things, passages, sources, statements and table cells."""

from dataclasses import dataclass
from typing import Literal

MAX_SHORT_CHARACTERS = 12  # a day or “passage 34”: cells up to this length are not broken into lines

SourceSort = Literal["passage", "identity", "editorial", "derived", "inferred", "elsewhere", "ontology"]


@dataclass(frozen=True)
class Thing:
    """An IRI and its English label."""

    iri: str
    name: str


@dataclass(frozen=True)
class Source:
    """The named graph of a statement, classified for readers.

    sort: passage (stated by the article there), identity (an editor named the thing), editorial (conclusion of the
    editors), derived (computed by a rule), inferred (OWL reasoning), elsewhere (another dataset) or ontology.
    name: label for readers. number: the passage number, for sort "passage" only.
    """

    graph: str
    sort: SourceSort
    name: str
    number: int | None = None


@dataclass(frozen=True)
class PassageRef:
    """A passage of the article: its number in reading order from 1, its section title and its first words."""

    iri: str
    number: int
    section: str
    opens: str


@dataclass(frozen=True)
class Value:
    """The object of a statement (or the subject, where statements are listed by object) with the graphs that hold it.

    text: the label of an IRI, or the lexical form of a literal. iri: None for a literal.
    """

    text: str
    iri: str | None
    language: str | None
    datatype: str | None
    sources: tuple[Source, ...]

    @property
    def is_only_inferred(self) -> bool:
        """True if only the graph of OWL inferences holds the statement."""
        return {source.sort for source in self.sources} == {"inferred"}


@dataclass(frozen=True)
class Property:
    """A property of a thing with its values. more: the number of values left out."""

    iri: str
    name: str
    values: tuple[Value, ...]
    more: int = 0


PropertyGroups = tuple[tuple[str, tuple[Property, ...]], ...]  # a title and the properties under it


@dataclass(frozen=True)
class Name:
    """A name of a thing. language: its language tag; sort: “transliteration” and the like, "" for a usual name."""

    text: str
    language: str | None
    sort: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class TableCell:
    """A cell of a table: its text, and the IRI it names, its language tag and whether it is a number."""

    text: str
    iri: str | None = None
    language: str | None = None
    is_number: bool = False

    @property
    def is_short(self) -> bool:
        """True if the cell is to be kept on one line."""
        return len(self.text) <= MAX_SHORT_CHARACTERS
