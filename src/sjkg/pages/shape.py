"""The page of a shape or of one of its rules: what is checked, how serious a breach is, and the examples that test it."""

from dataclasses import dataclass

from sjkg.pages.around import Groups, around
from sjkg.pages.ask import Asker
from sjkg.pages.entity import NAMES, TYPE, EntityPage, Property, entity_page, extend
from sjkg.pages.frame import Frame
from sjkg.pages.shapes import Rule, read_rules
from sjkg.store.terms import Iri
from sjkg.vocab import PREFIXES, SHAPES

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
