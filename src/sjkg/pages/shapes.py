"""The page of the shapes: what is checked before anything is published, in the words that a curator is told."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.pages.ask import Asker, Row
from sjkg.pages.claims import Thing
from sjkg.pages.frame import Frame
from sjkg.pages.paths import slug_words, spaced
from sjkg.vocab import SHAPES


@dataclass(frozen=True)
class Rule:
    """A rule of a shape: what it tells when it is broken, or else its name, and how serious that is."""

    iri: str
    message: str
    severity: str


@dataclass(frozen=True)
class Shape:
    """A shape: the class whose things it checks, None where others use it, and its rules."""

    shape: Thing
    target: Thing | None
    rules: tuple[Rule, ...]

    @property
    def anchor(self) -> str:
        return self.shape.iri.removeprefix(SHAPES)


@dataclass(frozen=True)
class ShapesPage:
    """The shapes by name, first those that check a class."""

    iri: str
    shapes: tuple[Shape, ...]


def read_rules(frame: Frame, rows: Iterable[Row]) -> tuple[Rule, ...]:
    """Return rules that tell something when they are broken."""
    return tuple(Rule(row["rule"].value, row["message"].value, frame.name(row["severity"].value)) for row in rows)


def shapes_page(asker: Asker, frame: Frame) -> ShapesPage:
    """Return the page."""
    rows = asker.ask("shapes")
    first = {row["shape"].value: row for row in rows}
    rules: dict[str, dict[str, Rule]] = {shape: {} for shape in first}
    for row in rows:
        message = row["message"].value if "message" in row else frame.name(row["rule"].value)
        severity = frame.name(row["severity"].value) if "severity" in row else ""
        rules[row["shape"].value].setdefault(row["rule"].value, Rule(row["rule"].value, message, severity))
    shapes = (
        Shape(
            Thing(iri, row["label"].value if "label" in row else spaced(slug_words(iri))),
            Thing(row["target"].value, frame.name(row["target"].value)) if "target" in row else None,
            tuple(rules[iri].values()),
        )
        for iri, row in first.items()
    )
    return ShapesPage(
        SHAPES.rstrip("/"), tuple(sorted(shapes, key=lambda shape: (shape.target is None, shape.shape.name.casefold())))
    )
