"""Findings for inconsistencies with OWL 2 RL that the reasoner reports, with the files of the things concerned."""

import re

from sjkg.core.findings import Finding
from sjkg.core.vocabulary import own, shorten
from sjkg.kb.sources import Sources

IRI = re.compile(r"https?://[^\s,()'<>]+")


def inconsistency_findings(messages: tuple[str, ...], sources: Sources) -> list[Finding]:
    """Return a violation for each inconsistency that the reasoner reports.

    messages: a sentence for each inconsistency, with the name of the OWL 2 RL rule and full IRIs. The messages of the
    result have prefixed names instead, and advice. sources: the triples by file; a finding has the file and line of the
    first resource in its message about which they have a triple. Terms of ontologies count only if the message has no
    resource that the knowledge base describes, such as an event.
    """
    return [_to_finding(message, sources) for message in messages]


def _to_finding(message: str, sources: Sources) -> Finding:
    """Return a violation for one message of the reasoner, written with prefixed names and with files and lines."""
    nodes = IRI.findall(message)
    things = [node for node in nodes if node.startswith(own().ids)] or nodes
    places = [sources.locate(f"<{node}>") for node in things]
    readable = IRI.sub(lambda match: shorten(match[0]), message)
    where = ", ".join(
        f"{shorten(node)} at {file}:{line}" for node, (file, line) in zip(things, places, strict=True) if file
    )
    file, line = next((place for place in places if place[0]), (None, None))
    return Finding(
        "violation",
        f"{readable}; see {where or 'the ontology'}, and remove or correct one of the statements",
        rule="inconsistency",
        focus=things[0] if things else None,
        file=file,
        line=line,
    )
