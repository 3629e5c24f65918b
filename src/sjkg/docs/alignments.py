"""The page of the alignments: for each outside vocabulary, what each term of ours is there and what is lost."""

from rdflib import OWL, RDFS, Graph, URIRef
from rdflib.namespace import DCTERMS

from sjkg.docs.markdown import page, table
from sjkg.docs.terms import name, names, text
from sjkg.files import KnowledgeBase, TurtleFile
from sjkg.vocab import ONTOLOGY

LOSS, UNALIGNED = URIRef(f"{ONTOLOGY}lossNote"), URIRef(f"{ONTOLOGY}unalignedReason")
RELATIONS = {RDFS.subClassOf: "is a kind of", RDFS.subPropertyOf: "implies", RDFS.seeAlso: "is near to"}
INTRODUCTION = """\
An alignment says that a term of ours is a kind of a term elsewhere, never the reverse, so that it can add statements in their words but none in ours. “Is a kind of” \
(`rdfs:subClassOf`) and “implies” (`rdfs:subPropertyOf`) hold; “is near to” (`rdfs:seeAlso`) points at a counterpart from which nothing follows, where ours is wider, or theirs would turn our \
things into something they are not. Such counterparts are not given as `skos:closeMatch`, which would make concepts of our terms.

The files are not part of our reasoning. Each is a named graph, so that the notes of what is lost hold for its vocabulary. A class without a row of its own has that of the class above it."""


def render(kb: KnowledgeBase) -> str:
    """Return the page of the alignments."""
    files = [file for file in kb.files if file.room == "alignments"]
    return page(
        "The alignments",
        "`ontology/alignments/`",
        INTRODUCTION,
        *(part for file in files for part in _vocabulary(file)),
        *_unaligned(kb.union("ontology")),
    )


def _vocabulary(file: TurtleFile) -> tuple[str, ...]:
    graph, header = file.graph, file.graph_name
    rows = ((name(term), relation, names([other]), text(graph, term, LOSS)) for term, relation, other in _pairs(graph))
    heading = f"## {text(graph, header, RDFS.label)}"
    version = f"Version {text(graph, header, OWL.versionInfo)}, <{text(graph, header, RDFS.seeAlso)}>."
    return heading, version, text(graph, header, DCTERMS.description), table(("ours", "", "theirs", "lost"), rows)


def _pairs(graph: Graph) -> list[tuple]:
    pairs = [
        (term, RELATIONS[relation], other)
        for term, relation, other in graph
        if relation in RELATIONS and str(term).startswith(ONTOLOGY)
    ]
    return sorted(pairs, key=lambda pair: (not str(pair[0]).removeprefix(ONTOLOGY)[0].isupper(), pair[0], pair[2]))


def _unaligned(ontology: Graph) -> tuple[str, ...]:
    """Return the section of the classes that have no counterpart anywhere; nothing where there is none."""
    reasons = sorted((name(term), str(reason)) for term, reason in ontology.subject_objects(UNALIGNED))
    return ("## Without a counterpart", table(("ours", "reason"), reasons)) if reasons else ()
