"""What needs no premise: axiomatic triples, and what is true of any literal or thing, each with the name of its rule.

Source: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules, tables 4, 5, 6 and 8
"""

from sjkg.reason.compile import DIFFERENT_FROM, SAME_AS, TYPE
from sjkg.reason.texts import parse_literal
from sjkg.reason.values import DATATYPES, Value, holds
from sjkg.vocab import PREFIXES

RDFS, OWL = PREFIXES["rdfs"], PREFIXES["owl"]
THING = f"{OWL}Thing"
ANNOTATIONS = (
    *(f"{RDFS}{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(
        f"{OWL}{name}"
        for name in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith", "incompatibleWith")
    ),
)
AXIOMATIC = {
    **{(name, TYPE, f"{OWL}AnnotationProperty"): "prp-ap" for name in ANNOTATIONS},
    (THING, TYPE, f"{OWL}Class"): "cls-thing",
    (f"{OWL}Nothing", TYPE, f"{OWL}Class"): "cls-nothing1",
    **{(name, TYPE, f"{RDFS}Datatype"): "dt-type1" for name in DATATYPES},
}


def rule_without_premises(s: str, p: str, o: str) -> str | None:
    """Return the name of the rule that gives a triple, in texts of N-Triples, from nothing; None where none does."""
    if p == f"<{SAME_AS}>" and s == o:
        return "eq-ref"
    rule = AXIOMATIC.get((s[1:-1], p[1:-1], o[1:-1]))
    return rule or (_of_literal(parse_literal(s), p[1:-1], o) if s[0] == '"' else None)


def _of_literal(value: Value | None, p: str, o: str) -> str | None:
    """Return the rule that says so of a literal of this value; an ill-typed literal has none."""
    if p == TYPE:
        return "dt-type2" if value and o[1:-1] in DATATYPES and holds(o[1:-1], value) else None
    other = parse_literal(o) if o[0] == '"' else None
    if not value or not other:
        return None
    is_same = value == other
    return "dt-eq" if is_same and p == SAME_AS else "dt-diff" if not is_same and p == DIFFERENT_FROM else None
