"""N-Quads as plain strings, for a generator of millions of lines: terms are cached, a line is one concatenation.

Functions return terms in N-Quads syntax. Texts must not contain characters that N-Quads escapes.
"""

from functools import cache

from sjkg.core.vocabulary import EDTF, PREFIXES, Namespaces, expand

TYPE = f"<{PREFIXES['rdf']}type>"
GRAPHS, IDS = Namespaces().graphs, Namespaces().ids
REMARKS = f"{GRAPHS}remarks/"  # beginning of the IRIs of the named graphs of remarks
INTEGER = f"^^<{PREFIXES['xsd']}integer>"


class Quads:
    """A list of N-Quads lines with line ends, in the attribute `lines`, to which statements are added."""

    def __init__(self):
        self.lines: list[str] = []

    def add(self, graph: str, subject: str, *pairs: str) -> None:
        """Add statements about one subject. graph, subject: terms in N-Quads syntax.

        pairs: in turn, the prefixed name of a property (or "a" for rdf:type) and a value in N-Quads syntax.
        """
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            self.lines.append(f"{subject} {iri(name)} {value} {graph} .\n")


@cache
def iri(name: str) -> str:
    """Return the IRI of a prefixed name, such as sjkg:about, in angle brackets; "a" stands for rdf:type."""
    return TYPE if name == "a" else f"<{expand(name)}>"


def mint_iri(kind: str, slug: str) -> str:
    """Return the IRI, in angle brackets, of a thing of a kind, such as "event", with a slug."""
    return f"<{IDS}{kind}/{slug}>"


def graph_iri(name: str) -> str:
    """Return the IRI, in angle brackets, of a named graph such as "events"."""
    return f"<{GRAPHS}{name}>"


def english_literal(words: str) -> str:
    """Return an English text as a literal with the language tag en."""
    return f'"{words}"@en'


def integer_literal(value: int) -> str:
    """Return an integer as an xsd:integer literal."""
    return f'"{value}"{INTEGER}'


def edtf_literal(text: str) -> str:
    """Return an Extended Date/Time Format (EDTF) text as a literal of the EDTF datatype."""
    return f'"{text}"^^<{EDTF}>'
