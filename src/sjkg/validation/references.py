"""Checks on names: terms that the ontology does not have, things that nobody declares or that two files declare.

Check of where things are declared: what a passage states belongs into its file, or no passage would answer for it."""

from collections import defaultdict

from rdflib import RDF, Literal, URIRef

from sjkg.core.findings import Finding
from sjkg.core.vocabulary import IDS, ONTOLOGY, SCHEMES, SHAPES, close_matches, shorten
from sjkg.kb.files import KnowledgeBase, TurtleFile

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
    near = close_matches(iri, declared)
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


KINDS_OF_A_PASSAGE = ("claim", "participation", "remark")
INFERENCE = URIRef(f"{ONTOLOGY}EditorialInference")


def check_homes(kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each claim, participation or remark that stands outside a passage, and each inference of ours inside one."""
    return [finding for file in kb.files for finding in _misplaced(file)]


def _misplaced(file: TurtleFile):
    for (subject, predicate, kind), line in file.parsed.lines.items():
        if predicate != RDF.type or not str(subject).startswith(tuple(f"{IDS}{name}/" for name in KINDS_OF_A_PASSAGE)):
            continue
        if kind == INFERENCE and file.part == "passages":
            yield _finding(
                file, subject, line, "is a conclusion of ours, not of the article: move it to triples/editorial.ttl"
            )
        elif kind != INFERENCE and file.part != "passages":
            yield _finding(
                file, subject, line, "stands in no passage: move it to the file of the passage that states it"
            )


def _finding(file: TurtleFile, subject, line: int, advice: str) -> Finding:
    message = f"{shorten(str(subject))} {advice}"
    return Finding("violation", message, rule="home", focus=str(subject), file=file.path, line=line)
