"""Filters of inferred triples: tautologies, and triples of no use to readers; as functions of texts and as SQL.

A tautology is true in every graph that has its terms, whatever else the graph says. Its kinds are those of `TAUTOLOGIES`
and the axiomatic triples (rules prp-ap, cls-thing, cls-nothing1 and dt-type1, such as rdfs:label rdf:type
owl:AnnotationProperty). A generalized triple (literal as subject, blank node as property) is not RDF and never written.
"""

from sjkg.core.ntriples import TextTerm, TextTriple, plain_text
from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.axiomatic import AXIOMATIC
from sjkg.reason.compile import SAME_AS, TYPE
from sjkg.reason.tables import Tables, quoted

STANDARDS = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
STANDARD_TERMS = tuple(f"<{namespace}" for namespace in STANDARDS)
SUBCLASS, SUBPROPERTY, DOMAIN, RANGE = (
    f"<{PREFIXES['rdfs']}{name}>" for name in ("subClassOf", "subPropertyOf", "domain", "range")
)
EQUIVALENT_CLASS, EQUIVALENT_PROPERTY, THING, NOTHING = (
    f"<{PREFIXES['owl']}{name}>" for name in ("equivalentClass", "equivalentProperty", "Thing", "Nothing")
)
RDF_TYPE, OWL_SAME_AS = f"<{TYPE}>", f"<{SAME_AS}>"
SCHEMA = (SUBCLASS, SUBPROPERTY)
REFLEXIVE = (SUBCLASS, SUBPROPERTY, EQUIVALENT_CLASS, EQUIVALENT_PROPERTY, OWL_SAME_AS)
# The kinds of tautologies: subject, property and object. None: any term; "same": the subject.
TAUTOLOGIES = (
    *((None, p, "same") for p in REFLEXIVE),
    *((None, p, THING) for p in (RDF_TYPE, SUBCLASS, DOMAIN, RANGE)),
    (NOTHING, SUBCLASS, None),
)


def is_standard(term: TextTerm) -> bool:
    """Return whether a term is an IRI in the namespace of RDF, RDFS, OWL or XSD."""
    return term.startswith(STANDARD_TERMS)


def is_tautology(triple: TextTriple) -> bool:
    """Return whether a triple is true in every graph that has its terms."""
    s, p, o = triple
    return tuple(map(plain_text, triple)) in AXIOMATIC or any(
        p == property_ and subject in (None, s) and (s if value == "same" else value) in (None, o)
        for subject, property_, value in TAUTOLOGIES
    )


def is_rdf(triple: TextTriple) -> bool:
    """Return whether a triple is valid RDF, not only generalized RDF: its subject is not a literal, its property an IRI."""
    return triple[0][0] != '"' and triple[1][0] == "<"


def passes_output_filter(triple: TextTriple) -> bool:
    """Return whether an inferred triple is of use to readers, so that the closure of a graph includes it.

    False for a literal or blank node as subject, a blank node as object, a term of RDF, RDFS, OWL or XSD as subject, class or
    property (except owl:sameAs and the properties of the schema), and for rdf:type, rdfs:subClassOf, rdfs:subPropertyOf or
    owl:sameAs from a thing to itself. True for any other property from a thing to itself: it shows a cycle, which SHACL
    shapes then report.
    """
    s, p, o = triple
    if s[0] != "<" or p[0] != "<" or o[0] == "_" or is_standard(s):
        return False
    if p == RDF_TYPE or p in SCHEMA:
        return s != o and not is_standard(o)
    return s != o if p == OWL_SAME_AS else not is_standard(p)


def classify_terms(tables: Tables) -> None:
    """Create the table classified(node, text, kind) from term(node, text); kind is own, standard, blank or literal.

    own: an IRI outside the namespaces of RDF, RDFS, OWL and XSD; standard: one within them.
    """
    standard = " OR ".join(f"left(text, {len(namespace) + 1}) = {quoted('<' + namespace)}" for namespace in STANDARDS)
    tables.create(
        "classified",
        f"SELECT node, text, CASE WHEN {standard} THEN 'standard' WHEN left(text, 1) = '<' THEN 'own' "
        "WHEN left(text, 1) = '_' THEN 'blank' ELSE 'literal' END AS kind FROM term",
    )


def select_texts(triples: str, condition: str = "true") -> str:
    """Return a SELECT of subject, predicate, object, in N-Triples syntax, of those triples that satisfy a condition.

    triples: a SELECT of s, p, o (node numbers). condition: SQL on st, pt, ot, the rows of subject, property and object in
    the table classified, which must exist.
    """
    return (
        f"SELECT st.text AS subject, pt.text AS predicate, ot.text AS object FROM ({triples}) AS i "
        "JOIN classified AS st ON st.node = i.s JOIN classified AS pt ON pt.node = i.p JOIN classified AS ot ON ot.node = i.o "
        f"WHERE {condition}"
    )


def useful_condition() -> str:
    """Return the SQL condition, for `select_texts`, that a triple is of use to readers (`passes_output_filter`)."""
    return (
        "st.kind = 'own' AND ot.kind <> 'blank' AND CASE "
        f"WHEN pt.text IN ({_sql_list(RDF_TYPE, *SCHEMA)}) THEN st.node <> ot.node AND ot.kind <> 'standard' "
        f"WHEN pt.text = {_sql_list(OWL_SAME_AS)} THEN st.node <> ot.node ELSE pt.kind = 'own' END"
    )


def complete_condition() -> str:
    """Return the SQL condition, for `select_texts`, that a triple is valid RDF and no tautology.

    The condition uses the table axiomatic(s, p, o), which must exist.
    """
    kinds = [
        f"pt.text = {_sql_list(p)}"
        + (f" AND st.text = {_sql_list(s)}" if s else "")
        + (" AND st.node = ot.node" if o == "same" else f" AND ot.text = {_sql_list(o)}" if o else "")
        for s, p, o in TAUTOLOGIES
    ]
    return (
        "st.kind <> 'literal' AND pt.kind IN ('own', 'standard') "
        f"AND NOT ({' OR '.join(f'({kind})' for kind in kinds)}) "
        "AND NOT EXISTS (SELECT 1 FROM axiomatic AS a WHERE a.s = st.node AND a.p = pt.node AND a.o = ot.node)"
    )


def _sql_list(*terms: TextTerm) -> str:
    """Return terms as a list of SQL string literals."""
    return ", ".join(map(quoted, terms))
