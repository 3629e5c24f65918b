"""Findings for inconsistencies with OWL 2 RL that the reasoner reports, with the files of the things concerned."""

import re

from rdflib import URIRef

from sjkg.core.findings import Finding
from sjkg.core.vocabulary import IDS, shorten
from sjkg.kb.files import KnowledgeBase

IRI = re.compile(r"https?://[^\s,()'<>]+")


def inconsistency_findings(messages: tuple[str, ...], kb: KnowledgeBase) -> list[Finding]:
    """Return a violation for each inconsistency that the reasoner reports.

    messages: for each a sentence with the name of the OWL 2 RL rule and full IRIs. In the result they have prefixed names
    and advice. A finding's file and line are those where the first thing (else the first ontology term) of the message is declared in `kb`.
    """
    return [_to_finding(message, kb) for message in messages]


def _to_finding(message: str, kb: KnowledgeBase) -> Finding:
    """Return a violation for one message of the reasoner, with prefixed names, and the files of the things in it."""
    nodes = IRI.findall(message)
    things = [node for node in nodes if node.startswith(IDS)] or nodes
    places = [kb.locate(URIRef(node)) for node in things]
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
