"""Checks of IRIs in the files of a knowledge base: undeclared, declared in two files, and declared in the wrong file.

A declaration of an IRI is an rdf:type triple about it. A claim is a figure or assertion that somebody makes, a
participation the part an actor has in an event, a remark a note on a mistake of the article.
"""

from collections import defaultdict
from collections.abc import Iterator

from rdflib import RDF, Literal, URIRef
from rdflib.term import Node

from sjkg.core.findings import Finding
from sjkg.core.vocabulary import IDS, ONTOLOGY, SCHEMES, SHAPES, close_matches, shorten
from sjkg.kb.files import KnowledgeBase, TurtleFile

OWN_NAMESPACES = (ONTOLOGY, SCHEMES, IDS, SHAPES)
STATED_BY_PASSAGES = tuple(f"{IDS}{kind}/" for kind in ("claim", "participation", "remark"))
INFERENCE = URIRef(f"{ONTOLOGY}EditorialInference")

Declarations = dict[str, list[tuple[str, int]]]  # files and lines that give an IRI a type


def check_references(kb: KnowledgeBase) -> list[Finding]:
    """Return a violation for each IRI of OWN_NAMESPACES that no file declares, and each that several files declare.

    An undeclared IRI is reported once for each file, at its first use, with similar IRIs.
    """
    declared = _find_declarations(kb)
    findings = [finding for file in kb.files for finding in _check_undeclared(file, declared)]
    return findings + _check_declared_twice(declared)


def _find_declarations(kb: KnowledgeBase) -> Declarations:
    """Return a dict from each declared IRI of OWN_NAMESPACES to the files and lines of its rdf:type triples."""
    declared: Declarations = defaultdict(list)
    for file in kb.files:
        for (subject, predicate, _), line in file.parsed.lines.items():
            if predicate == RDF.type and str(subject).startswith(OWN_NAMESPACES):
                declared[str(subject)].append((file.path, line))
    return declared


def _check_undeclared(file: TurtleFile, declared: Declarations) -> list[Finding]:
    """Return a violation for each IRI of OWN_NAMESPACES that a file uses and that is not a key of `declared`."""
    findings: dict[str, Finding] = {}
    for triple, line in file.parsed.lines.items():
        for node in triple:
            iri = _used_iri(node)
            if iri.startswith(OWN_NAMESPACES) and iri not in declared and iri not in findings:
                similar = " or ".join(shorten(other) for other in close_matches(iri, declared))
                advice = f"did you mean {similar}?" if similar else "declare it or correct its spelling"
                message, (focus, path) = f"{shorten(iri)} is not declared; {advice}", map(str, triple[:2])
                findings[iri] = Finding(
                    "violation", message, "unknown-term", focus, path, value=iri, file=file.path, line=line
                )
    return list(findings.values())


def _used_iri(node: Node) -> str:
    """Return the IRI in a node: itself, or a literal's datatype; "" for a blank node or a literal without datatype."""
    if isinstance(node, Literal):
        return str(node.datatype or "")
    return str(node) if isinstance(node, URIRef) else ""


def _check_declared_twice(declared: Declarations) -> list[Finding]:
    """Return a violation for each IRI with declarations in more than one file, at the last of them."""
    findings = []
    for iri, places in declared.items():
        files = sorted({file for file, _ in places})
        if len(files) > 1:
            file, line = places[-1]
            message = (
                f"{shorten(iri)} is declared in {' and in '.join(files)}; keep one declaration, "
                "or give the new thing an IRI of its own"
            )
            findings.append(
                Finding("violation", message, rule="duplicate-declaration", focus=iri, file=file, line=line)
            )
    return findings


def check_placement(kb: KnowledgeBase) -> list[Finding]:
    """Return a violation for each claim, participation or remark that is declared in the wrong file.

    Those that the article states belong in the file of their passage (a stretch of the article's text), so that the
    passage is their source; those of type sjkg:EditorialInference belong in a file of another part.
    """
    return [finding for file in kb.files for finding in _check_file_placement(file)]


def _check_file_placement(file: TurtleFile) -> Iterator[Finding]:
    """Yield a violation for each claim, participation or remark in one file that belongs in another."""
    is_passage = file.part == "passages"
    for (subject, predicate, kind), line in file.parsed.lines.items():
        if predicate != RDF.type or not str(subject).startswith(STATED_BY_PASSAGES):
            continue
        if kind == INFERENCE and is_passage:
            advice = "is an editorial inference, not a statement of the article; move it to triples/editorial.ttl"
        elif kind != INFERENCE and not is_passage:
            advice = "is not in the file of a passage; move it to the file of the passage that states it"
        else:
            continue
        message = f"{shorten(str(subject))} {advice}"
        yield Finding("violation", message, rule="placement", focus=str(subject), file=file.path, line=line)
