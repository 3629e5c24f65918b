"""Value types shared by several page models: things, passages, sources, statements and table cells.

A passage is a stretch of the article's text; the statements made in it form a named graph with the passage's IRI.
"""

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

    sort: passage (stated in the article), identity (an editor's declaration of the thing), editorial (concluded by the
    editors), derived (computed by a rule of the project), inferred (OWL reasoning), elsewhere (link to another dataset)
    or ontology. name: label for readers. number: of the passage, for sort “passage” only.
    """

    graph: str
    sort: SourceSort
    name: str
    number: int | None = None


@dataclass(frozen=True)
class PassageRef:
    """A passage of the article: its IRI, number in reading order from 1, title of its section, and first words."""

    iri: str
    number: int
    section: str
    opens: str


@dataclass(frozen=True)
class Value:
    """Object of a statement, or its subject in a list of mentions, with the named graphs that contain the statement.

    text: label of an IRI, or lexical form of a literal. iri: None for a literal. language: tag of a literal or None.
    datatype: IRI of the datatype of a literal or None.
    """

    text: str
    iri: str | None
    language: str | None
    datatype: str | None
    sources: tuple[Source, ...]

    @property
    def is_only_inferred(self) -> bool:
        """True if the statement is in no other graph than that of the OWL inferences."""
        return {source.sort for source in self.sources} == {"inferred"}


@dataclass(frozen=True)
class Property:
    """A property of a thing, with its values; or, in the opposite direction, a property whose value is the thing.

    Then the subjects of these statements are in `values`.

    iri, name: of the property. more: number of values that are left out of `values`.
    """

    iri: str
    name: str
    values: tuple[Value, ...]
    more: int = 0


PropertyGroups = tuple[tuple[str, tuple[Property, ...]], ...]  # a title and the properties under it


@dataclass(frozen=True)
class Name:
    """A name of a thing.

    text: the name. language: BCP 47 tag or None. sort: “transliteration”, “spelling variant” or “garbled in the
    article”; "" for any other name. sources: the named graphs that state it, without that of the OWL inferences.
    """

    text: str
    language: str | None
    sort: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class TableCell:
    """A cell of a table.

    iri: of the thing that the text names, or None. label: of that thing, shown on hover, "" if unknown. language: BCP 47 tag of the text, or None. is_number: align it as a
    number.
    """

    text: str
    iri: str | None = None
    language: str | None = None
    is_number: bool = False
    label: str = ""

    @property
    def is_short(self) -> bool:
        """True if the text has at most 12 characters, such as “passage 34”, and is to be kept on one line."""
        return len(self.text) <= MAX_SHORT_CHARACTERS
