"""Page models of SHACL shapes: all shapes with their rules, and one shape or rule.

A shape (sh:NodeShape) checks the instances of its target class. A rule is one of its property shapes (sh:property).
Source: https://www.w3.org/TR/shacl/
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES, SHAPES
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import NAMES, TYPE, EntityPage, entity_page, related_groups
from sjkg.site.model import Property, PropertyGroups, Thing
from sjkg.site.paths import slug_words, spaced
from sjkg.snapshot.index.precomputed import Row

SH = PREFIXES["sh"]
MESSAGE, SEVERITY, TARGET, RULE, NODE = (
    f"{SH}{name}" for name in ("message", "severity", "targetClass", "property", "node")
)
RELATIONS = {
    "Checks every": ((TARGET,), ()),
    "Rule of the shape": ((), (RULE,)),
    "Required by the shape": ((), (NODE,)),
    "Severity": ((SEVERITY,), ()),
}
SHOWN_ABOVE = {TYPE, *NAMES, MESSAGE, SEVERITY, TARGET, RULE}
FIXTURES = "tests/data/fixtures"


@dataclass(frozen=True)
class ShapeRule:
    """A property shape of a SHACL shape; the pages call it a rule.

    iri: of the property shape. message: its sh:message, or its label if it has none. severity: label of its
    sh:severity, such as “Violation”; "" if it has none.
    """

    iri: str
    message: str
    severity: str


@dataclass(frozen=True)
class Shape:
    """A shape with its rules. target: class whose instances it checks, None if only other shapes use it."""

    shape: Thing
    target: Thing | None
    rules: tuple[ShapeRule, ...]

    @property
    def anchor(self) -> str:
        """HTML id of the shape's section on the page of all shapes."""
        return self.shape.iri.removeprefix(SHAPES)


@dataclass(frozen=True)
class ShapesPage:
    """All shapes by label, those with a target class first. iri: of the shapes graph."""

    iri: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class ShapePage:
    """Content of the page of a shape or a rule.

    demands: its constraints. rules: of a shape; empty for a rule. fixtures: project folder with a valid and an invalid
    test graph; "" for a shape without an error message of its own.
    """

    entity: EntityPage
    related: PropertyGroups
    demands: tuple[Property, ...]
    rules: tuple[ShapeRule, ...]
    fixtures: str


def read_rules(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[ShapeRule, ...]:
    """Return the rules in query rows (?rule, ?message, optional ?severity), in the order of the rows."""
    return tuple(ShapeRule(row["rule"].value, row["message"].value, labels.name(row["severity"].value)) for row in rows)


def shapes_page(context: PageContext) -> ShapesPage:
    """Return the page (dataclass for HTML and JSON) of all SHACL shapes with their property shapes, called rules on the page."""
    labels = context.labels
    rows = context.query("shapes")
    first = {row["shape"].value: row for row in rows}
    rules: dict[str, dict[str, ShapeRule]] = {shape: {} for shape in first}
    for row in rows:
        message = row["message"].value if "message" in row else labels.name(row["rule"].value)
        severity = labels.name(row["severity"].value) if "severity" in row else ""
        rules[row["shape"].value].setdefault(row["rule"].value, ShapeRule(row["rule"].value, message, severity))
    shapes = (
        Shape(
            Thing(iri, row["label"].value if "label" in row else spaced(slug_words(iri))),
            Thing(row["target"].value, labels.name(row["target"].value)) if "target" in row else None,
            tuple(rules[iri].values()),
        )
        for iri, row in first.items()
    )
    ordered = sorted(shapes, key=lambda shape: (shape.target is None, shape.shape.name.casefold()))
    return ShapesPage(SHAPES.rstrip("/"), tuple(ordered))


def shape_page(context: PageContext, iri: str) -> ShapePage:
    """Return the page (dataclass for HTML and JSON) of a SHACL shape, or of one of its rules.

    context: access to the snapshot (built graph); records executed queries. iri: of the shape or rule. Raises
    UnknownName if the graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    has_message = any(prop.iri == MESSAGE for prop in entity.statements)
    return ShapePage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        demands=tuple(prop for prop in entity.statements if prop.iri not in SHOWN_ABOVE),
        rules=read_rules(context.labels, context.query("rules-of-shape", thing=Iri(iri))),
        fixtures=f"{FIXTURES}/{iri.removeprefix(SHAPES)}" if has_message else "",
    )
