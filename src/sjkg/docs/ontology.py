"""The page of the ontology: diagram, classes and properties."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS

from sjkg.docs.diagrams import hierarchy_diagram, relations_diagram
from sjkg.docs.markdown import page, table
from sjkg.docs.terms import count_things, count_uses, definition, example, name, names, terms_of, text
from sjkg.files import KnowledgeBase
from sjkg.vocab import ONTOLOGY

IRI = URIRef(ONTOLOGY.removesuffix("#"))
CHARACTERISTICS = {OWL.TransitiveProperty: "transitive", OWL.SymmetricProperty: "symmetric"}


def render(kb: KnowledgeBase) -> str:
    """Return the page of the ontology."""
    ontology = kb.union("ontology")
    return page(
        "The ontology",
        "`ontology/sjkg.ttl`",
        text(ontology, IRI, DCTERMS.description),
        "Uses are counted in the files, before reasoning.",
        "## How the classes hang together",
        "Each arrow leads from the domain to the range of the properties beside it; sub-properties and inverses are left out.",
        relations_diagram(ontology),
        "## Classes",
        *_classes(kb, ontology),
        "## Properties",
        *_properties(ontology, count_uses(kb)),
    )


def _classes(kb: KnowledgeBase, ontology: Graph) -> Iterator[str]:
    """Yield a section for each class that has narrower ones, and one for all others."""
    classes = terms_of(ontology, OWL.Class)
    things = count_things(kb, ontology, classes)
    tops = [kind for kind in classes if (kind, RDFS.subClassOf, None) not in ontology]
    alone = [kind for kind in tops if (None, RDFS.subClassOf, kind) not in ontology]
    for top in tops:
        if top not in alone:
            members = [kind for kind in classes if kind in set(ontology.transitive_subjects(RDFS.subClassOf, top))]
            yield f"### {name(top)} and narrower"
            yield hierarchy_diagram(ontology, top)
            yield _class_table(ontology, members, things)
    yield "### Classes on their own"
    yield _class_table(ontology, alone, things)


def _class_table(ontology: Graph, classes: list[URIRef], things: dict[URIRef, int]) -> str:
    rows = (
        (
            name(kind),
            names(ontology.objects(kind, RDFS.subClassOf)),
            definition(ontology, kind),
            example(ontology, kind),
            things[kind],
        )
        for kind in classes
    )
    return table(("class", "narrower than", "definition", "example", "things, narrower ones included"), rows)


def _properties(ontology: Graph, uses: Counter[URIRef]) -> Iterator[str]:
    """Yield a section for the properties of each domain."""
    by_domain = defaultdict(list)
    for term in terms_of(ontology, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty):
        by_domain[ontology.value(term, RDFS.domain)].append(term)
    for domain in sorted((domain for domain in by_domain if domain), key=str.lower):
        yield f"### Of {name(domain)}"
        yield _property_table(ontology, by_domain[domain], uses)
    if None in by_domain:
        yield "### Of any thing"
        yield _property_table(ontology, by_domain[None], uses)


def _property_table(ontology: Graph, properties: list[URIRef], uses: Counter[URIRef]) -> str:
    rows = (
        (
            name(term),
            names(ontology.objects(term, RDFS.range)) or _kind_of_value(ontology, term),
            definition(ontology, term),
            example(ontology, term),
            "; ".join(_axioms(ontology, term)),
            uses[term],
        )
        for term in properties
    )
    return table(("property", "value", "definition", "example", "reasoning", "uses"), rows)


def _kind_of_value(ontology: Graph, term: URIRef) -> str:
    return "a thing" if (term, RDF.type, OWL.ObjectProperty) in ontology else "a literal"


def _axioms(ontology: Graph, term: URIRef) -> Iterator[str]:
    """Yield what reasoning makes of a property, in words."""
    yield from (word for kind, word in CHARACTERISTICS.items() if (term, RDF.type, kind) in ontology)
    for parent in sorted(ontology.objects(term, RDFS.subPropertyOf)):
        yield f"implies {name(parent)}"
    for inverse in sorted({*ontology.objects(term, OWL.inverseOf), *ontology.subjects(OWL.inverseOf, term)}):
        yield f"inverse of {name(inverse)}"
    chains = [list(Collection(ontology, chain)) for chain in ontology.objects(term, OWL.propertyChainAxiom)]
    for chain in sorted(chains):
        yield f"follows from {', then '.join(name(step) for step in chain)}"
