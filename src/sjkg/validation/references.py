"""Checks of IRIs in the files of a knowledge base: undeclared, declared in two files, and declared in the wrong file.

An IRI is declared where an rdf:type triple has it as subject. A claim is a statement that can be true or false, a
participation the role of one actor in one event, a remark a note on a mistake of the article.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from sjkg.core.findings import Finding
from sjkg.core.ntriples import TextTerm, plain_text
from sjkg.core.vocabulary import ONTOLOGY, OWN_SCHEMES, PREFIXES, SCHEMES, SHAPES, close_matches, own, shorten
from sjkg.kb.sources import TYPE, SourceFile, Sources

PLACED = ("claim", "participation", "remark")  # kinds of things with a place of their own
NAME_ELSEWHERE, SOURCE = f"<{ONTOLOGY}nameElsewhere>", f"<{PREFIXES['dcterms']}source>"
RETIRED, INFERENCE = f"<{ONTOLOGY}RetiredIri>", f"<{ONTOLOGY}EditorialInference>"
REMAINDER_OF = f"<{ONTOLOGY}remainderOf>"
PLACES = {  # of what the editors add: the part that it belongs to, and advice
    f"<{ONTOLOGY}Remark>": ("remarks", "a remark is not a statement of the article: move it there"),
    INFERENCE: ("editorial", "a conclusion is not a statement of the article: move it there"),
}

Declarations = dict[str, list[tuple[str, int]]]  # files and lines that give an IRI a type


def check_references(sources: Sources) -> list[Finding]:
    """Return a violation for each IRI in a namespace of this project that no file, or more than one, gives an rdf:type.

    An undeclared IRI is reported once for each file, at its first use, with similar IRIs.
    """
    declared = _find_declarations(sources)
    findings = [finding for file in sources.files for finding in _check_undeclared(file, declared)]
    return findings + _check_declared_twice(declared)


def _own_namespaces() -> tuple[str, ...]:
    """Return the namespaces whose terms must be declared in the files of a knowledge base."""
    return (ONTOLOGY, SCHEMES, *map(own().scheme, OWN_SCHEMES), own().ids, SHAPES)


def _find_declarations(sources: Sources) -> Declarations:
    """Return a dict from each IRI in a namespace of this project to the files and lines that give it an rdf:type."""
    declared: Declarations = defaultdict(list)
    own_terms = tuple(f"<{namespace}" for namespace in _own_namespaces())
    for file in sources.files:
        for (subject, predicate, _), line in file.lines.items():
            if predicate == TYPE and subject.startswith(own_terms):
                declared[subject[1:-1]].append((file.path, line or 0))
    return declared


def _check_undeclared(file: SourceFile, declared: Declarations) -> list[Finding]:
    """Return a violation for each IRI in a namespace of this project that a file uses and that `declared` lacks."""
    namespaces = _own_namespaces()
    used = {term: _used_iri(term) for term in set(chain.from_iterable(file.lines))}
    undeclared = {term: iri for term, iri in used.items() if iri.startswith(namespaces) and iri not in declared}
    findings: dict[str, Finding] = {}
    for triple, line in sorted(file.lines.items(), key=lambda item: (item[1] or 0, item[0])) if undeclared else ():
        for term in triple:
            iri = undeclared.get(term)
            if iri and iri not in findings and line is not None:
                similar = " or ".join(shorten(other) for other in close_matches(iri, declared))
                advice = f"did you mean {similar}?" if similar else "declare it or correct its spelling"
                message, (focus, path) = f"{shorten(iri)} is not declared; {advice}", map(plain_text, triple[:2])
                findings[iri] = Finding(
                    "violation", message, "unknown-term", focus, path, value=iri, file=file.path, line=line
                )
    return list(findings.values())


def _used_iri(term: TextTerm) -> str:
    """Return the IRI in a term in N-Triples, without < and >: an IRI itself, or the datatype of a literal.

    Return "" for a blank node and for a literal without ^^, a plain string or one with a language.
    """
    if term.startswith('"'):
        return term.rpartition('"^^<')[2][:-1] if term.endswith(">") else ""
    return term[1:-1] if term.startswith("<") else ""


def _check_declared_twice(declared: Declarations) -> list[Finding]:
    """Return a violation for each IRI that more than one file declares, at the last declaration in the order of files."""
    findings = []
    for iri, places in declared.items():
        files = sorted({file for file, _ in places})
        if len(files) > 1:
            file = places[-1][0]
            line = max(line for other, line in places if other == file)
            message = (
                f"{shorten(iri)} is declared in {' and in '.join(files)}; keep one declaration, "
                "or give the new thing an IRI of its own"
            )
            findings.append(
                Finding("violation", message, rule="duplicate-declaration", focus=iri, file=file, line=line)
            )
    return findings


def check_placement(sources: Sources) -> list[Finding]:
    """Return a violation for each claim, participation or remark that is declared in the wrong file.

    Those that the article states belong in the file of the passage (stretch of the article's text) that states them, so
    that the passage is their source; the editors' remarks belong in triples/remarks/, and what the editors concluded
    themselves (sjkg:EditorialInference, and figures with sjkg:remainderOf) in triples/editorial/.
    """
    return [finding for file in sources.files for finding in _check_file_placement(file)]


def _check_file_placement(file: SourceFile) -> Iterator[Finding]:
    """Yield a violation for each claim, participation, remark or name from another dataset that is in the wrong file.

    It is a remark or a conclusion of the editors, or a statement of the article, outside the folder for these.
    """
    concluded = {subject for subject, predicate, _ in file.lines if predicate == REMAINDER_OF}
    placed = tuple(f"<{PREFIXES[kind]}" for kind in PLACED)
    for (subject, predicate, kind), line in file.lines.items():
        if predicate == NAME_ELSEWHERE and (finding := _check_origin(file, subject, line)):
            yield finding
        if predicate != TYPE or not subject.startswith(placed) or kind == RETIRED:
            continue
        part, advice = PLACES.get(
            INFERENCE if subject in concluded else kind,
            ("passages", "move it to the file of the passage that states it"),
        )
        if file.part != part:
            message = f"{shorten(subject[1:-1])} is not in a file of triples/{part}/; {advice}"
            yield Finding("violation", message, rule="placement", focus=subject[1:-1], file=file.path, line=line)


def _check_origin(file: SourceFile, subject: TextTerm, line: int | None) -> Finding | None:
    """Return a violation for a name from another dataset (sjkg:nameElsewhere) in the wrong file or without its source.

    The right place is a file of triples/links/ that names the dataset by dcterms:source of its named graph. subject: the
    thing that has the name. line: that of the name in `file`.
    """
    graph = f"<{file.graph}>"
    if file.part != "links":
        advice = "is not in a file of triples/links/, and the article does not have it: move it there"
    elif not any(s == graph and p == SOURCE for s, p, _ in file.lines):
        advice = f"has no source: add the dataset as {shorten(file.graph)} dcterms:source … to the file"
    else:
        return None
    message = f"the name from another dataset (sjkg:nameElsewhere) of {shorten(subject[1:-1])} {advice}"
    return Finding("violation", message, rule="placement", focus=subject[1:-1], file=file.path, line=line)
