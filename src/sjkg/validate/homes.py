"""Check of where things are declared: what a passage states belongs into its file, or no passage would answer for it."""

from rdflib import RDF, URIRef

from sjkg.files import KnowledgeBase, TurtleFile
from sjkg.findings import Finding
from sjkg.vocab import IDS, ONTOLOGY, shorten

KINDS_OF_A_PASSAGE = ("claim", "participation", "remark")
INFERENCE = URIRef(f"{ONTOLOGY}EditorialInference")


def check_homes(kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each claim, participation or remark that stands outside a passage, and each inference of ours inside one."""
    return [finding for file in kb.files for finding in _misplaced(file)]


def _misplaced(file: TurtleFile):
    for (subject, predicate, kind), line in file.parsed.lines.items():
        if predicate != RDF.type or not str(subject).startswith(tuple(f"{IDS}{name}/" for name in KINDS_OF_A_PASSAGE)):
            continue
        if kind == INFERENCE and file.room == "passages":
            yield _finding(
                file, subject, line, "is a conclusion of ours, not of the article: move it to triples/editorial.ttl"
            )
        elif kind != INFERENCE and file.room != "passages":
            yield _finding(
                file, subject, line, "stands in no passage: move it to the file of the passage that states it"
            )


def _finding(file: TurtleFile, subject, line: int, advice: str) -> Finding:
    message = f"{shorten(str(subject))} {advice}"
    return Finding("violation", message, rule="home", focus=str(subject), file=file.path, line=line)
