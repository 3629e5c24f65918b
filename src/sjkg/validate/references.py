"""Checks on names: terms that the ontology does not have, things that nobody declares or that two files declare."""

from collections import defaultdict

from rdflib import RDF, Literal, URIRef

from sjkg.files import KnowledgeBase, TurtleFile
from sjkg.findings import Finding
from sjkg.suggest import look_alikes
from sjkg.vocab import IDS, ONTOLOGY, SCHEMES, SHAPES, shorten

DECLARED_HERE = (ONTOLOGY, SCHEMES, IDS, SHAPES)


def check_references(kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each name of ours that is not declared, and each that is declared twice."""
    declared = _declarations(kb)
    findings = [finding for file in kb.files for finding in _undeclared(file, declared)]
    return findings + _declared_twice(declared)


def _declarations(kb: KnowledgeBase) -> dict[str, list[tuple[str, int]]]:
    """Return where each IRI of ours is given a type."""
    declared = defaultdict(list)
    for file in kb.files:
        for (subject, predicate, _), line in file.parsed.lines.items():
            if predicate == RDF.type and str(subject).startswith(DECLARED_HERE):
                declared[str(subject)].append((file.path, line))
    return declared


def _undeclared(file: TurtleFile, declared: dict) -> list[Finding]:
    findings = {}
    for triple, line in file.parsed.lines.items():
        for node in triple:
            iri = str(node.datatype if isinstance(node, Literal) else node)
            if iri.startswith(DECLARED_HERE) and iri not in declared and _is_name(node):
                findings.setdefault(
                    iri,
                    Finding(
                        "violation",
                        _unknown(iri, declared),
                        rule="unknown-term",
                        focus=str(triple[0]),
                        path=str(triple[1]),
                        value=iri,
                        file=file.path,
                        line=line,
                    ),
                )
    return list(findings.values())


def _is_name(node) -> bool:
    return isinstance(node, URIRef) or isinstance(node, Literal) and node.datatype is not None


def _unknown(iri: str, declared: dict) -> str:
    """Say that nothing declares an IRI, and which declared ones look like it."""
    near = look_alikes(iri, declared)
    hint = (
        f"did you mean {' or '.join(shorten(other) for other in near)}?" if near else "declare it or mend its spelling"
    )
    return f"nothing declares {shorten(iri)}; {hint}"


def _declared_twice(declared: dict) -> list[Finding]:
    findings = []
    for iri, places in declared.items():
        files = sorted({file for file, _ in places})
        if len(files) > 1:
            file, line = places[-1]
            findings.append(
                Finding(
                    "violation",
                    f"{shorten(iri)} is declared in {' and in '.join(files)}; keep one declaration, "
                    "or give the new thing an IRI of its own",
                    rule="duplicate-declaration",
                    focus=iri,
                    file=file,
                    line=line,
                )
            )
    return findings
