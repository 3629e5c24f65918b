"""Facts without premises: the axiomatic triples of OWL 2 RL, and the rules that hold for every term or every literal.

The axiomatic triples are those of prp-ap (Table 5), cls-thing and cls-nothing1 (Table 6) and dt-type1 (Table 8). Rules
for every term: eq-ref (Table 4). Rules for literals: dt-type2, dt-eq and dt-diff (Table 8).
Source: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.compile import DIFFERENT_FROM, FIRST, NIL, REST, SAME_AS, TYPE
from sjkg.reason.literals import parse_literal
from sjkg.reason.rules import TABLE, Encoding, rules
from sjkg.reason.tables import Tables
from sjkg.reason.values import DATATYPES, DataValue, is_in_value_space

RDFS, OWL = PREFIXES["rdfs"], PREFIXES["owl"]
THING = f"{OWL}Thing"
# Nothing follows from membership in a class because it is the object of one of these.
HEAD_PROPERTIES = tuple(f"{RDFS}{name}" for name in ("subClassOf", "subPropertyOf", "domain", "range")) + (
    f"{OWL}allValuesFrom",
)
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
    """Return the name of the OWL 2 RL rule, such as "eq-ref", that gives a triple without premises; None if none does.

    s, p, o: terms in N-Triples syntax. The subject may be a literal (generalized RDF).
    """
    if p == f"<{SAME_AS}>" and s == o:
        return "eq-ref"
    rule = AXIOMATIC.get((s[1:-1], p[1:-1], o[1:-1]))
    return rule or (_of_literal(parse_literal(s), p[1:-1], o) if s[0] == '"' else None)


def _of_literal(value: DataValue | None, p: str, o: str) -> str | None:
    """Return the rule (dt-type2, dt-eq, dt-diff) that gives a triple whose subject is a literal; None if none does.

    value: of the subject, None for an ill-typed literal. p: an IRI without angle brackets. o: a term in N-Triples
    syntax.
    """
    if p == TYPE:
        return "dt-type2" if value and o[1:-1] in DATATYPES and is_in_value_space(o[1:-1], value) else None
    other = parse_literal(o) if o[0] == '"' else None
    if not value or not other:
        return None
    is_same = value == other
    return "dt-eq" if is_same and p == SAME_AS else "dt-diff" if not is_same and p == DIFFERENT_FROM else None


# All IRIs that occur in rules or axiomatic triples; they get the first node numbers.
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


def add_axiomatic(tables: Tables, encode: Encoding) -> None:
    """Create the tables axiomatic(s, p, o) and fact(s, p, o, round) from the existing table asserted(s, p, o).

    axiomatic holds the triples that OWL 2 RL states about its own vocabulary, whatever the graph says; fact holds the
    asserted triples with round 0 (round: the number of the round of rule applications that added a fact), and of the
    axiomatic ones those that are not asserted with round 1. encode: has the node numbers of all IRIs in axiomatic
    triples.
    """
    tables.fill("axiomatic", ("s", "p", "o"), [tuple(map(encode.number, triple)) for triple in AXIOMATIC])
    tables.create("fact", "SELECT s, p, o, 0 AS round FROM asserted")
    tables.append("fact", "SELECT s, p, o, 1 FROM (SELECT * FROM axiomatic EXCEPT SELECT * FROM asserted) AS new")
