"""The OWL 2 RL/RDF rules as data, shared by the reasoner, the prover and the search for contradictions.

Each line is a rule of OWL 2 Profiles §4.3 under its name there: premises, an arrow, conclusions. The prefix of the name
stands for a table there: eq- Table 4 (equality), prp- Table 5 (properties), cls- Table 6 (classes), cax- Table 7 (class
axioms), scm- Table 9 (schema). Rules without premises are in axiomatic.py; those of Table 8 (datatypes, dt-) are in
values.py and reasoner.py.

    ?x ?p ?y        a triple pattern; prefixed names are constants, 0 and 1 stand for every literal of that value
    ?a p [?c*]      the object is an RDF list of n members, ?c1 … ?cn
    ?a p ∋ ?c       the object is an RDF list with the member ?c
    ?a p ∋ ?b ≠ ?c  the object is an RDF list with the members ?b and ?c at different positions
    {…}             repeated for each position i of the list: * stands for i, + for i + 1; outside braces $ stands for n + 1
    false           the premises contradict each other

Source: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sjkg.core.vocabulary import expand
from sjkg.reason.tables import Tables

# For the prover only. The reasoner applies them by equality representatives (union–find), see engine.py.
EQUALITY = """
eq-sym        ?x owl:sameAs ?y → ?y owl:sameAs ?x
eq-trans      ?x owl:sameAs ?y . ?y owl:sameAs ?z → ?x owl:sameAs ?z
eq-rep-s      ?s owl:sameAs ?s2 . ?s ?p ?o → ?s2 ?p ?o
eq-rep-p      ?p owl:sameAs ?p2 . ?s ?p ?o → ?s ?p2 ?o
eq-rep-o      ?o owl:sameAs ?o2 . ?s ?p ?o → ?s ?p ?o2
"""

TABLE = """
eq-diff1      ?x owl:sameAs ?y . ?x owl:differentFrom ?y → false
eq-diff2      ?x rdf:type owl:AllDifferent . ?x owl:members ∋ ?y ≠ ?z . ?y owl:sameAs ?z → false
eq-diff3      ?x rdf:type owl:AllDifferent . ?x owl:distinctMembers ∋ ?y ≠ ?z . ?y owl:sameAs ?z → false

prp-dom       ?p rdfs:domain ?c . ?x ?p ?y → ?x rdf:type ?c
prp-rng       ?p rdfs:range ?c . ?x ?p ?y → ?y rdf:type ?c
prp-fp        ?p rdf:type owl:FunctionalProperty . ?x ?p ?y1 . ?x ?p ?y2 → ?y1 owl:sameAs ?y2
prp-ifp       ?p rdf:type owl:InverseFunctionalProperty . ?x1 ?p ?y . ?x2 ?p ?y → ?x1 owl:sameAs ?x2
prp-irp       ?p rdf:type owl:IrreflexiveProperty . ?x ?p ?x → false
prp-symp      ?p rdf:type owl:SymmetricProperty . ?x ?p ?y → ?y ?p ?x
prp-asyp      ?p rdf:type owl:AsymmetricProperty . ?x ?p ?y . ?y ?p ?x → false
prp-trp       ?p rdf:type owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z → ?x ?p ?z
prp-spo1      ?p1 rdfs:subPropertyOf ?p2 . ?x ?p1 ?y → ?x ?p2 ?y
prp-spo2      ?p owl:propertyChainAxiom [?p*] . {?u* ?p* ?u+} → ?u1 ?p ?u$
prp-eqp1      ?p1 owl:equivalentProperty ?p2 . ?x ?p1 ?y → ?x ?p2 ?y
prp-eqp2      ?p1 owl:equivalentProperty ?p2 . ?x ?p2 ?y → ?x ?p1 ?y
prp-pdw       ?p1 owl:propertyDisjointWith ?p2 . ?x ?p1 ?y . ?x ?p2 ?y → false
prp-adp       ?z rdf:type owl:AllDisjointProperties . ?z owl:members ∋ ?p1 ≠ ?p2 . ?x ?p1 ?y . ?x ?p2 ?y → false
prp-inv1      ?p1 owl:inverseOf ?p2 . ?x ?p1 ?y → ?y ?p2 ?x
prp-inv2      ?p1 owl:inverseOf ?p2 . ?x ?p2 ?y → ?y ?p1 ?x
prp-key       ?c owl:hasKey [?p*] . ?x rdf:type ?c . {?x ?p* ?z*} . ?y rdf:type ?c . {?y ?p* ?z*} → ?x owl:sameAs ?y
prp-npa1      ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetIndividual ?y . ?x ?p ?y → false
prp-npa2      ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetValue ?y . ?x ?p ?y → false

cls-nothing2  ?x rdf:type owl:Nothing → false
cls-int1      ?c owl:intersectionOf [?c*] . {?y rdf:type ?c*} → ?y rdf:type ?c
cls-int2      ?c owl:intersectionOf ∋ ?d . ?y rdf:type ?c → ?y rdf:type ?d
cls-uni       ?c owl:unionOf ∋ ?d . ?y rdf:type ?d → ?y rdf:type ?c
cls-com       ?c owl:complementOf ?d . ?x rdf:type ?c . ?x rdf:type ?d → false
cls-svf1      ?x owl:someValuesFrom ?y . ?x owl:onProperty ?p . ?u ?p ?v . ?v rdf:type ?y → ?u rdf:type ?x
cls-svf2      ?x owl:someValuesFrom owl:Thing . ?x owl:onProperty ?p . ?u ?p ?v → ?u rdf:type ?x
cls-avf       ?x owl:allValuesFrom ?y . ?x owl:onProperty ?p . ?u rdf:type ?x . ?u ?p ?v → ?v rdf:type ?y
cls-hv1       ?x owl:hasValue ?y . ?x owl:onProperty ?p . ?u rdf:type ?x → ?u ?p ?y
cls-hv2       ?x owl:hasValue ?y . ?x owl:onProperty ?p . ?u ?p ?y → ?u rdf:type ?x
cls-maxc1     ?x owl:maxCardinality 0 . ?x owl:onProperty ?p . ?u rdf:type ?x . ?u ?p ?y → false
cls-maxc2     ?x owl:maxCardinality 1 . ?x owl:onProperty ?p . ?u rdf:type ?x . ?u ?p ?y1 . ?u ?p ?y2 → ?y1 owl:sameAs ?y2
cls-maxqc1    ?x owl:maxQualifiedCardinality 0 . ?x owl:onProperty ?p . ?x owl:onClass ?c . ?u rdf:type ?x . ?u ?p ?y . ?y rdf:type ?c → false
cls-maxqc2    ?x owl:maxQualifiedCardinality 0 . ?x owl:onProperty ?p . ?x owl:onClass owl:Thing . ?u rdf:type ?x . ?u ?p ?y → false
cls-maxqc3    ?x owl:maxQualifiedCardinality 1 . ?x owl:onProperty ?p . ?x owl:onClass ?c . ?u rdf:type ?x . ?u ?p ?y1 . ?y1 rdf:type ?c . ?u ?p ?y2 . ?y2 rdf:type ?c → ?y1 owl:sameAs ?y2
cls-maxqc4    ?x owl:maxQualifiedCardinality 1 . ?x owl:onProperty ?p . ?x owl:onClass owl:Thing . ?u rdf:type ?x . ?u ?p ?y1 . ?u ?p ?y2 → ?y1 owl:sameAs ?y2
cls-oo        ?c owl:oneOf ∋ ?y → ?y rdf:type ?c

cax-sco       ?c1 rdfs:subClassOf ?c2 . ?x rdf:type ?c1 → ?x rdf:type ?c2
cax-eqc1      ?c1 owl:equivalentClass ?c2 . ?x rdf:type ?c1 → ?x rdf:type ?c2
cax-eqc2      ?c1 owl:equivalentClass ?c2 . ?x rdf:type ?c2 → ?x rdf:type ?c1
cax-dw        ?c1 owl:disjointWith ?c2 . ?x rdf:type ?c1 . ?x rdf:type ?c2 → false
cax-adc       ?y rdf:type owl:AllDisjointClasses . ?y owl:members ∋ ?c1 ≠ ?c2 . ?x rdf:type ?c1 . ?x rdf:type ?c2 → false

scm-cls       ?c rdf:type owl:Class → ?c rdfs:subClassOf ?c . ?c owl:equivalentClass ?c . ?c rdfs:subClassOf owl:Thing . owl:Nothing rdfs:subClassOf ?c
scm-sco       ?c1 rdfs:subClassOf ?c2 . ?c2 rdfs:subClassOf ?c3 → ?c1 rdfs:subClassOf ?c3
scm-eqc1      ?c1 owl:equivalentClass ?c2 → ?c1 rdfs:subClassOf ?c2 . ?c2 rdfs:subClassOf ?c1
scm-eqc2      ?c1 rdfs:subClassOf ?c2 . ?c2 rdfs:subClassOf ?c1 → ?c1 owl:equivalentClass ?c2
scm-op        ?p rdf:type owl:ObjectProperty → ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p
scm-dp        ?p rdf:type owl:DatatypeProperty → ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p
scm-spo       ?p1 rdfs:subPropertyOf ?p2 . ?p2 rdfs:subPropertyOf ?p3 → ?p1 rdfs:subPropertyOf ?p3
scm-eqp1      ?p1 owl:equivalentProperty ?p2 → ?p1 rdfs:subPropertyOf ?p2 . ?p2 rdfs:subPropertyOf ?p1
scm-eqp2      ?p1 rdfs:subPropertyOf ?p2 . ?p2 rdfs:subPropertyOf ?p1 → ?p1 owl:equivalentProperty ?p2
scm-dom1      ?p rdfs:domain ?c1 . ?c1 rdfs:subClassOf ?c2 → ?p rdfs:domain ?c2
scm-dom2      ?p2 rdfs:domain ?c . ?p1 rdfs:subPropertyOf ?p2 → ?p1 rdfs:domain ?c
scm-rng1      ?p rdfs:range ?c1 . ?c1 rdfs:subClassOf ?c2 → ?p rdfs:range ?c2
scm-rng2      ?p2 rdfs:range ?c . ?p1 rdfs:subPropertyOf ?p2 → ?p1 rdfs:range ?c
scm-hv        ?c1 owl:hasValue ?i . ?c1 owl:onProperty ?p1 . ?c2 owl:hasValue ?i . ?c2 owl:onProperty ?p2 . ?p1 rdfs:subPropertyOf ?p2 → ?c1 rdfs:subClassOf ?c2
scm-svf1      ?c1 owl:someValuesFrom ?y1 . ?c1 owl:onProperty ?p . ?c2 owl:someValuesFrom ?y2 . ?c2 owl:onProperty ?p . ?y1 rdfs:subClassOf ?y2 → ?c1 rdfs:subClassOf ?c2
scm-svf2      ?c1 owl:someValuesFrom ?y . ?c1 owl:onProperty ?p1 . ?c2 owl:someValuesFrom ?y . ?c2 owl:onProperty ?p2 . ?p1 rdfs:subPropertyOf ?p2 → ?c1 rdfs:subClassOf ?c2
scm-avf1      ?c1 owl:allValuesFrom ?y1 . ?c1 owl:onProperty ?p . ?c2 owl:allValuesFrom ?y2 . ?c2 owl:onProperty ?p . ?y1 rdfs:subClassOf ?y2 → ?c1 rdfs:subClassOf ?c2
scm-avf2      ?c1 owl:allValuesFrom ?y . ?c1 owl:onProperty ?p1 . ?c2 owl:allValuesFrom ?y . ?c2 owl:onProperty ?p2 . ?p1 rdfs:subPropertyOf ?p2 → ?c2 rdfs:subClassOf ?c1
scm-int       ?c owl:intersectionOf ∋ ?d → ?c rdfs:subClassOf ?d
scm-uni       ?c owl:unionOf ∋ ?d → ?d rdfs:subClassOf ?c
"""


@dataclass(frozen=True)
class TriplePattern:
    """A triple pattern; variables start with a question mark, constants are IRIs or the digits 0 and 1.

    0 and 1 stand for every literal whose value is that integer.
    """

    s: str
    p: str
    o: str

    @property
    def terms(self) -> tuple[str, ...]:
        """Return subject, predicate and object."""
        return self.s, self.p, self.o


@dataclass(frozen=True)
class ListPattern:
    """A pattern for a triple whose object is an RDF list.

    members: variables for all members in order if `whole`, otherwise for some of them, each at a different position.
    """

    s: str
    p: str
    members: tuple[str, ...]
    whole: bool

    @property
    def terms(self) -> tuple[str, ...]:
        """Return the subject, the predicate and the variables for members."""
        return self.s, self.p, *self.members


Pattern = TriplePattern | ListPattern


@dataclass(frozen=True)
class Rule:
    """A rule with premises (body) and conclusions (head). An empty head means that the premises contradict each other.

    name: the name that OWL 2 Profiles §4.3 gives it, such as prp-dom.
    """

    name: str
    body: tuple[Pattern, ...]
    head: tuple[TriplePattern, ...]


@cache
def rules(table: str = TABLE, length: int | None = None) -> tuple[Rule, ...]:
    """Return the rules in a table, a text with one rule on each line: its name, premises, an arrow, conclusions.

    length: None for the rules without whole RDF lists; a number for only the rules over whole lists, expanded for lists
    of that many members.
    """
    lines = (line.split(maxsplit=1) for line in table.splitlines() if line)
    return tuple(_parse_rule(name, text, length or 0) for name, text in lines if ("[" in text) == (length is not None))


def _parse_rule(name: str, text: str, length: int) -> Rule:
    """Return the rule with the name `name` that the text "premises → conclusions" describes.

    length: number of members of its whole lists; 0 for a rule without any.
    """
    text = re.sub(r"\{(.*?)\}", lambda braces: _expand_positions(braces[1], " . ", length), text)
    text = re.sub(r"\[(.*?)\]", lambda bracket: f"[ {_expand_positions(bracket[1], ' ', length)}", text).replace(
        "$", str(length + 1)
    )
    body, head = (side.split(" . ") for side in text.split(" → "))
    return Rule(
        name, tuple(map(_parse_pattern, body)), () if head == ["false"] else tuple(map(_parse_triple_pattern, head))
    )


def _expand_positions(text: str, separator: str, length: int) -> str:
    """Return a text repeated for each list position i from 1 to `length`, with * replaced by i and + by i + 1."""
    return separator.join(text.replace("*", str(i)).replace("+", str(i + 1)) for i in range(1, length + 1))


def _parse_triple_pattern(text: str) -> TriplePattern:
    """Return the pattern of three words: variables, prefixed names, which become IRIs, or the digits 0 and 1."""
    s, p, o = (word if word.startswith("?") else expand(word) for word in text.split())
    return TriplePattern(s, p, o)


def _parse_pattern(text: str) -> Pattern:
    """Return the pattern of a premise: ?s p ?o, ?s p [ ?c1 ?c2 … (a whole list) or ?s p ∋ ?c ≠ ?d (some members)."""
    s, p, *rest = text.split()
    if rest[0] not in ("[", "∋"):
        return _parse_triple_pattern(text)
    return ListPattern(s, expand(p), tuple(word for word in rest[1:] if word != "≠"), whole=rest[0] == "[")


class Encoding:
    """A mapping from the constants of rules to node numbers (the integers that stand for terms in tables).

    numbers: a dict from each IRI in the rules to a tuple of its one number, and from each of the texts "0" and "1" to the
    numbers of all literals in the graph with that value, such as 1, 01 and 1.0; to (-1,) if there are none.
    """

    def __init__(self, numbers: Mapping[str, tuple[int, ...]]):
        self._numbers = dict(numbers)

    def __call__(self, name: str) -> tuple[int, ...]:
        """Return the node numbers of a constant: one for an IRI, one or several for "0" or "1".

        Raises KeyError for any other text and for an IRI that is not in the rules.
        """
        return self._numbers[name]

    def number(self, iri: str) -> int:
        """Return the node number of an IRI. Raises KeyError for an IRI that is not in the rules."""
        return self._numbers[iri][0]

    def sql_list(self, *names: str) -> str:
        """Return the node numbers of some constants, separated by commas, for use inside an SQL IN (…)."""
        return ", ".join(str(number) for name in names for number in self._numbers[name])

    def replace_by_representatives(self, tables: Tables) -> None:
        """Replace the node number of each constant that equals other terms by that of the term that stands for all.

        The table same(node, rep) says which: rep stands for node.
        """
        reps: dict[int, int] = dict(
            tables.rows(f"SELECT node, rep FROM same WHERE node <> rep AND node IN ({self.sql_list(*self._numbers)})")
        )
        if reps:
            self._numbers = {
                name: tuple(dict.fromkeys(reps.get(number, number) for number in numbers))
                for name, numbers in self._numbers.items()
            }
