"""The article's text against what the graph says of it: spans, hashes, anchors, gaps and overlaps."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rdflib import RDF, SKOS, Graph, Literal, URIRef

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.vocabulary import ONTOLOGY, shorten
from sjkg.kb.files import KnowledgeBase

TERM = {
    name: URIRef(ONTOLOGY + name)
    for name in (
        "Section",
        "spanStart",
        "spanEnd",
        "spanSha256",
        "opensWith",
        "closesWith",
        "sectionOrder",
        "textSha256",
    )
}


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of the text, in code points, that a passage, heading or factless text stands for."""

    start: int
    end: int
    sha256: str
    node: URIRef
    opens_with: str | None
    closes_with: str | None


def read_article(path: Path) -> str:
    """Return the article's text. Raises BrokenInput when the file is not there or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BrokenInput(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BrokenInput(f"{path} is not UTF-8 (byte {error.start}); give the article's plain text") from None


def check_source(text: str, name: str, kb: KnowledgeBase) -> list[Finding]:
    """Return what does not agree between the article's text and the graph.

    name: how to call the text's file in the findings about gaps.
    """
    graph = kb.union("triples", "passages")
    spans = read_spans(graph)
    findings = [finding for span in spans if (finding := _check_span(span, text, kb))]
    findings += _check_whole(text, graph, kb)
    findings += _check_overlaps(spans, kb)
    findings += _check_gaps(spans, text, name, graph)
    return sort_findings(findings)


def read_spans(graph: Graph) -> list[Span]:
    """Return every span of the graph, in the order of the text."""
    return sorted(
        Span(
            int(start),
            int(_one(graph, node, "spanEnd") or 0),
            str(_one(graph, node, "spanSha256")),
            node,
            _text(graph, node, "opensWith"),
            _text(graph, node, "closesWith"),
        )
        for node, start in graph.subject_objects(TERM["spanStart"])
    )


def _one(graph: Graph, node: URIRef, name: str):
    return graph.value(node, TERM[name])


def _text(graph: Graph, node: URIRef, name: str) -> str | None:
    value = _one(graph, node, name)
    return None if value is None else str(value)


def describe_span(text: str, opens_with: str, closes_with: str) -> Span:
    """Return the span from the only place that opens so to the next place that closes so.

    Raises BrokenInput when the opening words stand nowhere or more than once, or the closing words do not follow.
    """
    if text.count(opens_with) != 1:
        raise BrokenInput(
            f"“{opens_with}” stands {text.count(opens_with)} times in the text; give words that stand there once"
        )
    start = text.index(opens_with)
    close = text.find(closes_with, start)
    if close < 0:
        raise BrokenInput(f"“{closes_with}” does not follow “{opens_with}” in the text")
    end = close + len(closes_with)
    return Span(start, end, _hash(text[start:end]), URIRef(""), opens_with, closes_with)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _check_span(span: Span, text: str, kb: KnowledgeBase) -> Finding | None:
    """Return what is wrong with one span, the gravest first; nothing when it matches."""
    found = text[span.start : span.end]
    if not 0 <= span.start < span.end <= len(text):
        problem, message = "span", f"the span {span.start}–{span.end} is not within the text of {len(text)} code points"
    elif _hash(found) != span.sha256:
        problem, message = (
            "hash",
            f"the text at {span.start}–{span.end} is not the one modelled; {_whereabouts(span, text)}",
        )
    elif span.opens_with and not found.startswith(span.opens_with):
        problem, message = "anchor", f"the passage does not open with “{span.opens_with}”"
    elif span.closes_with and not found.endswith(span.closes_with):
        problem, message = "anchor", f"the passage does not close with “{span.closes_with}”"
    else:
        return None
    file, line = kb.locate(span.node, TERM["spanSha256" if problem == "hash" else "spanStart"])
    return Finding("violation", message, rule=f"source-{problem}", focus=str(span.node), file=file, line=line)


def _whereabouts(span: Span, text: str) -> str:
    """Say where the modelled text stands now, if it does."""
    start = text.find(span.opens_with) if span.opens_with else -1
    while start >= 0:
        end = start + span.end - span.start
        if _hash(text[start:end]) == span.sha256:
            return f"it now stands at {start}–{end}: mend spanStart and spanEnd"
        start = text.find(span.opens_with, start + 1)
    return "read the passage again and mend what it states, its anchors and its hash"


def _check_whole(text: str, graph: Graph, kb: KnowledgeBase) -> list[Finding]:
    findings = []
    for work, digest in graph.subject_objects(TERM["textSha256"]):
        if str(digest) != _hash(text):
            file, line = kb.locate(work, TERM["textSha256"])
            message = f"the text is not the version that was modelled: its SHA-256 is {_hash(text)}"
            findings.append(Finding("violation", message, rule="source-version", focus=str(work), file=file, line=line))
    return findings


def _check_overlaps(spans: list[Span], kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each span that begins before the furthest-reaching one before it ends."""
    findings, furthest = [], None
    for span in spans:
        if furthest and span.start < furthest.end:
            file, line = kb.locate(span.node, TERM["spanStart"])
            message = f"{shorten(str(span.node))} begins at {span.start}, inside {shorten(str(furthest.node))}, which ends at {furthest.end}"
            findings.append(
                Finding("violation", message, rule="source-overlap", focus=str(span.node), file=file, line=line)
            )
        furthest = max(furthest or span, span, key=lambda s: s.end)
    return findings


def _check_gaps(spans: list[Span], text: str, name: str, graph: Graph) -> list[Finding]:
    """Return a finding for each stretch that is more than white space and that nothing stands for."""
    findings, reached = [], 0
    for start, end in [*((span.start, span.end) for span in spans), (len(text), len(text))]:
        gap = text[reached:start]
        if gap.strip():
            begin = reached + len(gap) - len(gap.lstrip())
            message = (
                f"{len(gap.strip())} characters at {begin}–{begin + len(gap.strip())} are in no passage, in the section "
                f"“{_section_at(begin, graph)}”; model them or list them as factless"
            )
            findings.append(
                Finding("violation", message, rule="source-gap", file=name, line=text.count("\n", 0, begin) + 1)
            )
        reached = max(reached, end)
    return findings


def _section_at(offset: int, graph: Graph) -> str:
    """Return the label of the last section whose heading stands before a place in the text."""
    headings = sorted(
        (int(graph.value(section, TERM["spanStart"], default=Literal(0))), section)
        for section in graph.subjects(RDF.type, TERM["Section"])
    )
    earlier = [section for start, section in headings if start <= offset]
    return str(graph.value(earlier[-1], SKOS.prefLabel)) if earlier else "before the first heading"
