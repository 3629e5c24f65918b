"""What needs no premise: axiomatic triples, and what is true of any literal or thing, each with the name of its rule.

Source: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules, tables 4, 5, 6 and 8


What holds whatever is asserted: tables 4, 6 and 8 where they have no premise."""

from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.compile import DIFFERENT_FROM, FIRST, NIL, REST, SAME_AS, TYPE, Encode
from sjkg.reason.literals import parse_literal
from sjkg.reason.rules import TABLE, rules
from sjkg.reason.tables import Tables
from sjkg.reason.values import DATATYPES, Value, holds

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


VOCABULARY = tuple(
    sorted(
        {
            term
            for rule in (*rules(), *rules(TABLE, 1))
            for atom in (*rule.body, *rule.head)
            for term in atom.terms
            if term[0] not in "?01"
        }
        | {term for triple in AXIOMATIC for term in triple}
        | {FIRST, REST, NIL, TYPE, SAME_AS, DIFFERENT_FROM}
    )
)


def add_axiomatic(tables: Tables, encode: Encode) -> None:
    """Make the table fact(s, p, o, round) of asserted(s, p, o) and the axiomatic triples, which count as inferred."""
    tables.fill("axiomatic", ("s", "p", "o"), [tuple(encode(name)[0] for name in triple) for triple in AXIOMATIC])
    tables.create("fact", "SELECT s, p, o, 0 AS round FROM asserted")
    tables.append("fact", "SELECT s, p, o, 1 FROM (SELECT * FROM axiomatic EXCEPT SELECT * FROM asserted) AS new")
