"""What holds whatever is asserted: tables 4, 6 and 8 where they have no premise."""

from sjkg.reason.compile import DIFFERENT_FROM, FIRST, NIL, REST, SAME_AS, TYPE, Encode
from sjkg.reason.rules import TABLE, rules
from sjkg.reason.tables import Tables
from sjkg.reason.unconditional import AXIOMATIC

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
    """Make the table fact(s, p, o, round) of told(s, p, o) and the axiomatic triples, which count as inferred."""
    tables.fill("axiomatic", ("s", "p", "o"), [tuple(encode(name)[0] for name in triple) for triple in AXIOMATIC])
    tables.create("fact", "SELECT s, p, o, 0 AS round FROM told")
    tables.append("fact", "SELECT s, p, o, 1 FROM (SELECT * FROM axiomatic EXCEPT SELECT * FROM told) AS untold")
