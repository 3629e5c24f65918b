"""The page of the shapes: what is checked before anything is published, in the words that a curator is told.

The page of a shape or of one of its rules: what is checked, how serious a breach is, and the examples that test it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES, SHAPES
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import NAMES, TYPE, EntityPage, entity_page
from sjkg.site.model import Property, PropertyGroups, Thing
from sjkg.site.paths import slug_words, spaced
from sjkg.site.relations import related_groups
from sjkg.snapshot.index.precomputed import Row


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


def read_rules(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Rule, ...]:
    """Return rules that tell something when they are broken."""
    return tuple(Rule(row["rule"].value, row["message"].value, labels.name(row["severity"].value)) for row in rows)


def shapes_page(context: PageContext) -> ShapesPage:
    """Return the page."""
    rows = context.query("shapes")
    first = {row["shape"].value: row for row in rows}
    rules: dict[str, dict[str, Rule]] = {shape: {} for shape in first}
    for row in rows:
        message = row["message"].value if "message" in row else context.labels.name(row["rule"].value)
        severity = context.labels.name(row["severity"].value) if "severity" in row else ""
        rules[row["shape"].value].setdefault(row["rule"].value, Rule(row["rule"].value, message, severity))
    shapes = (
        Shape(
            Thing(iri, row["label"].value if "label" in row else spaced(slug_words(iri))),
            Thing(row["target"].value, context.labels.name(row["target"].value)) if "target" in row else None,
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
RELATIONS = {
    "Checks every": ((TARGET,), ()),
    "A rule of": ((), (RULE,)),
    "Asked for by": ((), (NODE,)),
    "Severity": ((SEVERITY,), ()),
}
TOLD_ABOVE = {TYPE, *NAMES, MESSAGE, SEVERITY, TARGET, RULE}
FIXTURES = "tests/data/fixtures"


@dataclass(frozen=True)
class ShapePage:
    """A shape or a rule. demands: what it asks for; rules: those of a shape; fixtures: the folder, in the project, of a
    graph that keeps the rule and one that breaks it; "" for a shape that tells nothing itself.
    """

    entity: EntityPage
    related: PropertyGroups
    demands: tuple[Property, ...]
    rules: tuple[Rule, ...]
    fixtures: str


def shape_page(context: PageContext, iri: str) -> ShapePage:
    """Return the page of a shape. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    tells = any(prop.iri == MESSAGE for prop in entity.statements)
    return ShapePage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        demands=tuple(prop for prop in entity.statements if prop.iri not in TOLD_ABOVE),
        rules=read_rules(context.labels, context.query("rules-of-shape", thing=Iri(iri))),
        fixtures=f"{FIXTURES}/{iri.removeprefix(SHAPES)}" if tells else "",
    )
