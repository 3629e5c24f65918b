"""Checker of proofs, step by step, against the rules of OWL 2 RL, written down a second time from OWL 2 Profiles §4.3.

It imports nothing from the prover. A proof is the JSON of the public interface, a term is its text in N-Triples, a
triple is a tuple of three texts. A step is valid when its premises, all of them and no others, match the patterns of
its rule under one assignment of variables that also gives the conclusion, and when they are earlier steps, so that no
proof is circular.
"""

from decimal import Decimal

from rdflib.util import from_n3

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# rule: premises / conclusions, a triple each; the terms without a prefix are variables
RULES = {
    "eq-sym": "x owl:sameAs y / y owl:sameAs x",
    "eq-trans": "x owl:sameAs y , y owl:sameAs z / x owl:sameAs z",
    "eq-rep-s": "s owl:sameAs t , s p o / t p o",
    "eq-rep-p": "p owl:sameAs q , s p o / s q o",
    "eq-rep-o": "o owl:sameAs n , s p o / s p n",
    "prp-dom": "p rdfs:domain c , x p y / x rdf:type c",
    "prp-rng": "p rdfs:range c , x p y / y rdf:type c",
    "prp-fp": "p rdf:type owl:FunctionalProperty , x p y , x p z / y owl:sameAs z",
    "prp-ifp": "p rdf:type owl:InverseFunctionalProperty , x p z , y p z / x owl:sameAs y",
    "prp-symp": "p rdf:type owl:SymmetricProperty , x p y / y p x",
    "prp-trp": "p rdf:type owl:TransitiveProperty , x p y , y p z / x p z",
    "prp-spo1": "p rdfs:subPropertyOf q , x p y / x q y",
    "prp-eqp1": "p owl:equivalentProperty q , x p y / x q y",
    "prp-eqp2": "p owl:equivalentProperty q , x q y / x p y",
    "prp-inv1": "p owl:inverseOf q , x p y / y q x",
    "prp-inv2": "p owl:inverseOf q , x q y / y p x",
    "cls-svf1": "r owl:someValuesFrom c , r owl:onProperty p , x p y , y rdf:type c / x rdf:type r",
    "cls-svf2": "r owl:someValuesFrom owl:Thing , r owl:onProperty p , x p y / x rdf:type r",
    "cls-avf": "r owl:allValuesFrom c , r owl:onProperty p , x rdf:type r , x p y / y rdf:type c",
    "cls-hv1": "r owl:hasValue v , r owl:onProperty p , x rdf:type r / x p v",
    "cls-hv2": "r owl:hasValue v , r owl:onProperty p , x p v / x rdf:type r",
    "cls-maxc2": "r owl:maxCardinality 1 , r owl:onProperty p , x rdf:type r , x p y , x p z / y owl:sameAs z",
    "cls-maxqc3": "r owl:maxQualifiedCardinality 1 , r owl:onProperty p , r owl:onClass c , x rdf:type r , "
    "x p y , y rdf:type c , x p z , z rdf:type c / y owl:sameAs z",
    "cls-maxqc4": "r owl:maxQualifiedCardinality 1 , r owl:onProperty p , r owl:onClass owl:Thing , x rdf:type r , "
    "x p y , x p z / y owl:sameAs z",
    "cax-sco": "c rdfs:subClassOf d , x rdf:type c / x rdf:type d",
    "cax-eqc1": "c owl:equivalentClass d , x rdf:type c / x rdf:type d",
    "cax-eqc2": "c owl:equivalentClass d , x rdf:type d / x rdf:type c",
    "scm-cls": "c rdf:type owl:Class / c rdfs:subClassOf c , c owl:equivalentClass c , "
    "c rdfs:subClassOf owl:Thing , owl:Nothing rdfs:subClassOf c",
    "scm-sco": "a rdfs:subClassOf b , b rdfs:subClassOf c / a rdfs:subClassOf c",
    "scm-eqc1": "a owl:equivalentClass b / a rdfs:subClassOf b , b rdfs:subClassOf a",
    "scm-eqc2": "a rdfs:subClassOf b , b rdfs:subClassOf a / a owl:equivalentClass b",
    "scm-op": "p rdf:type owl:ObjectProperty / p rdfs:subPropertyOf p , p owl:equivalentProperty p",
    "scm-dp": "p rdf:type owl:DatatypeProperty / p rdfs:subPropertyOf p , p owl:equivalentProperty p",
    "scm-spo": "p rdfs:subPropertyOf q , q rdfs:subPropertyOf r / p rdfs:subPropertyOf r",
    "scm-eqp1": "p owl:equivalentProperty q / p rdfs:subPropertyOf q , q rdfs:subPropertyOf p",
    "scm-eqp2": "p rdfs:subPropertyOf q , q rdfs:subPropertyOf p / p owl:equivalentProperty q",
    "scm-dom1": "p rdfs:domain a , a rdfs:subClassOf b / p rdfs:domain b",
    "scm-dom2": "q rdfs:domain c , p rdfs:subPropertyOf q / p rdfs:domain c",
    "scm-rng1": "p rdfs:range a , a rdfs:subClassOf b / p rdfs:range b",
    "scm-rng2": "q rdfs:range c , p rdfs:subPropertyOf q / p rdfs:range c",
    "scm-hv": "a owl:hasValue v , a owl:onProperty p , b owl:hasValue v , b owl:onProperty q , "
    "p rdfs:subPropertyOf q / a rdfs:subClassOf b",
    "scm-svf1": "a owl:someValuesFrom c , a owl:onProperty p , b owl:someValuesFrom d , b owl:onProperty p , "
    "c rdfs:subClassOf d / a rdfs:subClassOf b",
    "scm-svf2": "a owl:someValuesFrom c , a owl:onProperty p , b owl:someValuesFrom c , b owl:onProperty q , "
    "p rdfs:subPropertyOf q / a rdfs:subClassOf b",
    "scm-avf1": "a owl:allValuesFrom c , a owl:onProperty p , b owl:allValuesFrom d , b owl:onProperty p , "
    "c rdfs:subClassOf d / a rdfs:subClassOf b",
    "scm-avf2": "a owl:allValuesFrom c , a owl:onProperty p , b owl:allValuesFrom c , b owl:onProperty q , "
    "p rdfs:subPropertyOf q / b rdfs:subClassOf a",
}
# rules about lists: the property that has a list, and, from its subject and items, premises and conclusion
LIST_RULES = {
    "prp-spo2": "owl:propertyChainAxiom",
    "prp-key": "owl:hasKey",
    "cls-int1": "owl:intersectionOf",
    "cls-int2": "owl:intersectionOf",
    "cls-uni": "owl:unionOf",
    "cls-oo": "owl:oneOf",
    "scm-int": "owl:intersectionOf",
    "scm-uni": "owl:unionOf",
}
ANNOTATIONS = (
    "rdfs:label rdfs:comment rdfs:seeAlso rdfs:isDefinedBy owl:deprecated owl:versionInfo owl:priorVersion "
    "owl:backwardCompatibleWith owl:incompatibleWith"
).split()
DATATYPES = (
    "rdfs:Literal rdf:PlainLiteral rdf:XMLLiteral xsd:decimal xsd:integer xsd:nonNegativeInteger xsd:nonPositiveInteger "
    "xsd:positiveInteger xsd:negativeInteger xsd:long xsd:int xsd:short xsd:byte xsd:unsignedLong xsd:unsignedInt "
    "xsd:unsignedShort xsd:unsignedByte xsd:float xsd:double xsd:string xsd:normalizedString xsd:token xsd:language "
    "xsd:Name xsd:NCName xsd:NMTOKEN xsd:boolean xsd:hexBinary xsd:base64Binary xsd:anyURI xsd:dateTime xsd:dateTimeStamp"
).split()


def expand_name(term: str) -> str:
    """Return the IRI, in angle brackets, of a prefixed name of RDF, RDFS, OWL or XSD."""
    prefix, _, local = term.partition(":")
    return f"<{NAMESPACES[prefix]}{local}>"


TYPE, SAME, FIRST, REST, NIL, SUBCLASS = map(
    expand_name, ("rdf:type", "owl:sameAs", "rdf:first", "rdf:rest", "rdf:nil", "rdfs:subClassOf")
)


def check_proof(proof: dict, asserted: set[tuple], derived: set[tuple] = frozenset()) -> None:
    """Raise AssertionError unless every proof in a response ends in the requested triple and every step is valid.

    proof: the JSON object with triple, proofs and steps. asserted, derived: the triples that may occur as such steps.
    """
    assert all(proof["steps"][number]["triple"] == proof["triple"] for number in proof["proofs"])
    check_steps(proof["steps"], asserted, derived)


def check_steps(steps: list[dict], asserted: set[tuple], derived: set[tuple] = frozenset()) -> None:
    """Raise AssertionError, showing the step, unless every step is valid and uses only earlier steps.

    steps: JSON objects with triple, kind, rule, premises, cells and depth. asserted, derived: the triples that may
    occur as steps of these kinds.
    """
    triples = [tuple(step["triple"]) for step in steps]
    for number, step in enumerate(steps):
        below = [*step.get("premises", ()), *step.get("cells", ())]
        assert all(premise < number for premise in below), f"a step rests on a later one: {step}"
        if step["kind"] == "asserted":
            assert triples[number] in asserted and "rule" not in step, step
        elif step["kind"] == "derived":
            assert triples[number] in derived and step["premises"], step
        elif step["kind"] == "unconditional":
            assert not below and holds_without_premises(step["rule"], triples[number]), step
        else:
            is_given = triples[number] in asserted or triples[number] in derived
            assert step["kind"] == "inferred" and not is_given, step
            premises = [steps[premise] for premise in step["premises"]]
            assert is_valid_step(step["rule"], premises, triples, triples[number]), (step, premises)
            depths = [
                steps[n]["depth"] for premise in step["premises"] for n in (premise, *steps[premise].get("cells", ()))
            ]
            assert step["depth"] == 1 + max(depths), step


def is_valid_step(rule: str, premises: list[dict], triples: list[tuple], conclusion: tuple) -> bool:
    """Return whether a rule concludes a triple from premises. triples: those of all steps by number, for lists."""
    found = [tuple(premise["triple"]) for premise in premises]
    if rule in RULES:
        wanted, given = ([tuple(triple.split()) for triple in side.split(" , ")] for side in RULES[rule].split(" / "))
        return any(match_under_one_assignment([*wanted, concluded], [*found, conclusion]) for concluded in given)
    cells = [triples[number] for premise in premises for number in premise.get("cells", ())]
    return is_valid_list_step(rule, found, cells, conclusion)


def match_under_one_assignment(patterns: list[tuple], triples: list[tuple]) -> bool:
    """Return whether triples equal the patterns, in this order, under one assignment of the variables."""
    assignment: dict[str, str] = {}
    for pattern, triple in zip(patterns, triples, strict=True):
        for term, node in zip(pattern, triple, strict=True):
            if term == "1":
                if not (node.startswith('"') and Decimal(node.split('"')[1]) == 1):
                    return False
            elif ":" in term:
                if node != expand_name(term):
                    return False
            elif assignment.setdefault(term, node) != node:
                return False
    return True


def is_valid_list_step(rule: str, premises: list[tuple], cells: list[tuple], conclusion: tuple) -> bool:
    """Return whether a rule over an RDF list concludes a triple from premises.

    premises: the triple whose object is the list, then the facts. cells: the rdf:first and rdf:rest triples of the
    list.
    """
    (subject, word, head), *facts = premises
    items = read_list(head, cells)
    s, p, o = conclusion
    if word != expand_name(LIST_RULES[rule]):
        return False
    if rule == "prp-spo2":
        nodes = [fact[0] for fact in facts] + [facts[-1][2]]
        linked = all(a[2] == b[0] for a, b in zip(facts, facts[1:], strict=False))
        return linked and [fact[1] for fact in facts] == items and conclusion == (nodes[0], subject, nodes[-1])
    if rule == "prp-key":
        x, y = facts[: len(items) + 1], facts[len(items) + 1 :]
        return (
            p == SAME
            and x[0] == (s, TYPE, subject)
            and y[0] == (o, TYPE, subject)
            and len(x) == len(y)
            and all(a == (s, key, a[2]) and b == (o, key, a[2]) for key, a, b in zip(items, x[1:], y[1:], strict=True))
        )
    if rule == "cls-int1":
        return conclusion == (s, TYPE, subject) and facts == [(s, TYPE, item) for item in items]
    if rule == "cls-int2":
        return facts == [(s, TYPE, subject)] and p == TYPE and o in items
    if rule == "cls-uni":
        return conclusion == (s, TYPE, subject) and any(facts == [(s, TYPE, item)] for item in items)
    if rule == "cls-oo":
        return not facts and conclusion == (s, TYPE, subject) and s in items
    if rule == "scm-int":
        return not facts and (s, p) == (subject, SUBCLASS) and o in items
    return not facts and (p, o) == (SUBCLASS, subject) and s in items


def read_list(head: str, cells: list[tuple]) -> list[str]:
    """Return the items of an RDF list. Raises AssertionError unless `cells` are those from its head to rdf:nil."""
    items = []
    rests = [cell for cell in cells if cell[1] == REST]
    for first, rest in zip([cell for cell in cells if cell[1] == FIRST], rests, strict=True):
        assert first[0] == rest[0] == head, "a list's cells do not follow each other"
        items.append(first[2])
        head = rest[2]
    assert head == NIL, "a list has no end"
    return items


def holds_without_premises(rule: str, triple: tuple) -> bool:
    """Return whether a rule without premises, or with data values only, concludes a triple."""
    s, p, o = triple
    if rule == "eq-ref":
        return p == SAME and s == o
    if rule == "prp-ap":
        return (p, o) == (TYPE, expand_name("owl:AnnotationProperty")) and s in map(expand_name, ANNOTATIONS)
    if rule in ("cls-thing", "cls-nothing1"):
        return triple == (
            expand_name("owl:Thing" if rule == "cls-thing" else "owl:Nothing"),
            TYPE,
            expand_name("owl:Class"),
        )
    if rule == "dt-type1":
        return (p, o) == (TYPE, expand_name("rdfs:Datatype")) and s in map(expand_name, DATATYPES)
    if rule == "dt-type2":
        return p == TYPE and o in map(expand_name, DATATYPES) and from_n3(s).value is not None
    if rule in ("dt-eq", "dt-diff"):
        is_same = from_n3(s).value == from_n3(o).value
        return p == (SAME if rule == "dt-eq" else expand_name("owl:differentFrom")) and is_same == (rule == "dt-eq")
    return False
