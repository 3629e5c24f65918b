"""The page of the shapes: what is checked before anything is published, in the words that a curator is told.

The page of a shape or of one of its rules: what is checked, how serious a breach is, and the examples that test it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES, SHAPES
from sjkg.site.claims import Thing
from sjkg.site.context import Asker, Frame, Row
from sjkg.site.entity import NAMES, TYPE, EntityPage, Property, entity_page, extend
from sjkg.site.paths import slug_words, spaced
from sjkg.site.related import Groups, around


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


SH = PREFIXES["sh"]
MESSAGE, SEVERITY, TARGET, RULE, NODE = (
    f"{SH}{name}" for name in ("message", "severity", "targetClass", "property", "node")
)
STEPS = {
    "Checks every": ((TARGET,), ()),
    "A rule of": ((), (RULE,)),
    "Asked for by": ((), (NODE,)),
    "Severity": ((SEVERITY,), ()),
}
TOLD_ABOVE = {TYPE, *NAMES, MESSAGE, SEVERITY, TARGET, RULE}
FIXTURES = "tests/data/fixtures"


@dataclass(frozen=True)
class ShapePage(EntityPage):
    """A shape or a rule. demands: what it asks for; rules: those of a shape; fixtures: the folder, in the project, of a
    graph that keeps the rule and one that breaks it; "" for a shape that tells nothing itself.
    """

    around: Groups
    demands: tuple[Property, ...]
    rules: tuple[Rule, ...]
    fixtures: str


def shape_page(asker: Asker, frame: Frame, iri: str) -> ShapePage:
    """Return the page of a shape. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    tells = any(prop.iri == MESSAGE for prop in page.statements)
    return extend(
        page,
        ShapePage,
        around=around(page, STEPS),
        demands=tuple(prop for prop in page.statements if prop.iri not in TOLD_ABOVE),
        rules=read_rules(frame, asker.ask("rules-of-shape", thing=Iri(iri))),
        fixtures=f"{FIXTURES}/{iri.removeprefix(SHAPES)}" if tells else "",
    )
