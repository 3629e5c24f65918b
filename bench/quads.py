"""N-Quads as plain strings: the generator writes millions of lines, so a term is made once and a line is one concatenation."""

from functools import cache

from sjkg.core.vocabulary import EDTF, GRAPHS, IDS, PREFIXES, expand

TYPE = f"<{PREFIXES['rdf']}type>"
INTEGER = f"^^<{PREFIXES['xsd']}integer>"


class Quads:
    """The lines written so far."""

    def __init__(self):
        self.lines: list[str] = []

    def say(self, graph: str, subject: str, *pairs: str) -> None:
        """Add statements about one subject: a property's short name and a whole term, in turn.

        graph, subject and the values are terms as N-Quads has them.
        """
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            self.lines.append(f"{subject} {term(name)} {value} {graph} .\n")


@cache
def term(name: str) -> str:
    """Return the IRI of a short name, such as sjkg:about, as a term; “a” is rdf:type."""
    return TYPE if name == "a" else f"<{expand(name)}>"


def thing(kind: str, slug: str) -> str:
    return f"<{IDS}{kind}/{slug}>"


def graph(name: str) -> str:
    return f"<{GRAPHS}{name}>"


def english(words: str) -> str:
    """Return words of ours as a literal; they hold nothing that N-Quads escapes."""
    return f'"{words}"@en'


def number(value: int) -> str:
    return f'"{value}"{INTEGER}'


def edtf(text: str) -> str:
    return f'"{text}"^^<{EDTF}>'
