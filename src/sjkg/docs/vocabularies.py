"""The page of the vocabularies: the concepts of each scheme."""

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS

from sjkg.docs.markdown import page, table
from sjkg.docs.terms import count_uses, definition, name, names, text
from sjkg.files import KnowledgeBase


def render(kb: KnowledgeBase) -> str:
    """Return the page of the vocabularies."""
    vocab = kb.union("vocab")
    uses = count_uses(kb)
    schemes = sorted(
        vocab.subjects(RDF.type, SKOS.ConceptScheme), key=lambda scheme: text(vocab, scheme, SKOS.prefLabel)
    )
    return page(
        "The vocabularies",
        "`ontology/vocab/`",
        "Roles, kinds and the like are concepts of schemes (SKOS), never classes. Uses are counted in the files; what is derived at build time (the date precisions) has none there.",
        *(part for scheme in schemes for part in _scheme(vocab, scheme, uses)),
    )


def _scheme(vocab: Graph, scheme: URIRef, uses) -> tuple[str, str]:
    rows = (
        (
            name(concept),
            text(vocab, concept, SKOS.prefLabel),
            names(vocab.objects(concept, SKOS.broader)),
            definition(vocab, concept),
            uses[concept],
        )
        for concept in sorted(vocab.subjects(SKOS.inScheme, scheme))
    )
    heading = text(vocab, scheme, SKOS.prefLabel)
    return f"## {heading[0].upper()}{heading[1:]}", table(("concept", "label", "broader", "definition", "uses"), rows)
