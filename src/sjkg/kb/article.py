"""Comparison of the article's text with the graph: spans, hashes, opening and closing words, gaps and overlaps."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rdflib import RDF, SKOS, Graph, URIRef
from rdflib.term import Node

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.vocabulary import ONTOLOGY, shorten
from sjkg.kb.files import KnowledgeBase

SECTION = URIRef(f"{ONTOLOGY}Section")
SPAN_START, SPAN_END, SPAN_SHA256 = (URIRef(ONTOLOGY + name) for name in ("spanStart", "spanEnd", "spanSha256"))
OPENS_WITH, CLOSES_WITH = URIRef(f"{ONTOLOGY}opensWith"), URIRef(f"{ONTOLOGY}closesWith")
TEXT_SHA256 = URIRef(f"{ONTOLOGY}textSha256")


@dataclass(frozen=True, order=True)
class TextSpan:
    """A span of the article's text that a passage, a section heading or a factless text stands for.

    start, end: offsets in code points; end is exclusive. sha256: of the span in UTF-8. node: the thing that has the span.
    opens_with, closes_with: its first and last words; None where not given.
    """

    start: int
    end: int
    sha256: str
    node: URIRef
    opens_with: str | None
    closes_with: str | None


def read_article(path: Path) -> str:
    """Return the article's text. Raises BrokenInput when the file cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BrokenInput(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BrokenInput(f"{path} is not UTF-8 (byte {error.start}); give the article as plain UTF-8 text") from None


def check_source(text: str, name: str, kb: KnowledgeBase) -> list[Finding]:
    """Return the differences between the article's text and the spans in the graph.

    name: the text's file name, for findings about text that no span covers.
    """
    graph = kb.union("triples", "passages")
    spans = read_spans(graph)
    findings = [finding for span in spans if (finding := _check_span(span, text, kb))]
    findings += _check_version(text, graph, kb)
    findings += _check_overlaps(spans, kb)
    findings += _check_gaps(spans, text, name, graph)
    return sort_findings(findings)


def read_spans(graph: Graph) -> list[TextSpan]:
    """Return every span of the graph, in the order of the text."""
    return sorted(
        TextSpan(
            _integer(start),
            _integer(graph.value(node, SPAN_END)),
            str(graph.value(node, SPAN_SHA256)),
            node,
            _text(graph.value(node, OPENS_WITH)),
            _text(graph.value(node, CLOSES_WITH)),
        )
        for node, start in graph.subject_objects(SPAN_START)
        if isinstance(node, URIRef)
    )


def _integer(value: Node | None) -> int:
    """Return the value of an integer literal; 0 without one."""
    return 0 if value is None else int(str(value))


def _text(value: Node | None) -> str | None:
    """Return the text of a literal; None without one."""
    return None if value is None else str(value)


def describe_span(text: str, opens_with: str, closes_with: str) -> TextSpan:
    """Return the span of `text` from `opens_with` to the next `closes_with`, both included.

    Raises BrokenInput when the opening words do not occur exactly once, or the closing words do not follow them.
    """
    if text.count(opens_with) != 1:
        raise BrokenInput(
            f"“{opens_with}” occurs {text.count(opens_with)} times in the text; give words that occur once"
        )
    start = text.index(opens_with)
    close = text.find(closes_with, start)
    if close < 0:
        raise BrokenInput(f"“{closes_with}” does not follow “{opens_with}” in the text")
    end = close + len(closes_with)
    return TextSpan(start, end, _hash(text[start:end]), URIRef(""), opens_with, closes_with)


def _hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def _finding(rule: str, message: str, kb: KnowledgeBase, node: Node, predicate: URIRef) -> Finding:
    """Return a violation about the property `predicate` of `node`."""
    file, line = kb.locate(node, predicate)
    return Finding("violation", message, rule=f"source-{rule}", focus=str(node), file=file, line=line)


def _check_span(span: TextSpan, text: str, kb: KnowledgeBase) -> Finding | None:
    """Return the most severe difference between a span and the text; None when they agree."""
    found = text[span.start : span.end]
    if not 0 <= span.start < span.end <= len(text):
        message = f"the span {span.start}–{span.end} is not within the text of {len(text)} code points"
        return _finding("span", message, kb, span.node, SPAN_START)
    if _hash(found) != span.sha256:
        message = f"the text at {span.start}–{span.end} is not the text that was modelled; {_advice(span, text)}"
        return _finding("hash", message, kb, span.node, SPAN_SHA256)
    if span.opens_with and not found.startswith(span.opens_with):
        return _finding("anchor", f"the passage does not open with “{span.opens_with}”", kb, span.node, SPAN_START)
    if span.closes_with and not found.endswith(span.closes_with):
        return _finding("anchor", f"the passage does not close with “{span.closes_with}”", kb, span.node, SPAN_START)
    return None


def _advice(span: TextSpan, text: str) -> str:
    """Return what to correct in a span whose hash differs: its offsets where the text has moved, else its content."""
    start = text.find(span.opens_with) if span.opens_with else -1
    while span.opens_with and start >= 0:
        end = start + span.end - span.start
        if _hash(text[start:end]) == span.sha256:
            return f"it now stands at {start}–{end}: correct spanStart and spanEnd"
        start = text.find(span.opens_with, start + 1)
    return "read the passage again and correct its statements, opening and closing words, and hash"


def _check_version(text: str, graph: Graph, kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each sjkg:textSha256 that is not the hash of the text."""
    digest = _hash(text)
    message = f"the text is not the version that was modelled: its SHA-256 is {digest}"
    return [
        _finding("version", message, kb, work, TEXT_SHA256)
        for work, expected in graph.subject_objects(TEXT_SHA256)
        if str(expected) != digest
    ]


def _check_overlaps(spans: list[TextSpan], kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each span that begins before the end of an earlier one; spans are sorted by start."""
    findings: list[Finding] = []
    furthest: TextSpan | None = None
    for span in spans:
        if furthest and span.start < furthest.end:
            message = (
                f"{shorten(span.node)} begins at {span.start}, inside {shorten(furthest.node)}, "
                f"which ends at {furthest.end}"
            )
            findings.append(_finding("overlap", message, kb, span.node, SPAN_START))
        furthest = max(furthest or span, span, key=lambda s: s.end)
    return findings


def _check_gaps(spans: list[TextSpan], text: str, name: str, graph: Graph) -> list[Finding]:
    """Return a finding for each stretch of the text that no span covers and that is not only white space."""
    findings, reached = [], 0
    for start, end in [*((span.start, span.end) for span in spans), (len(text), len(text))]:
        gap = text[reached:start]
        if gap.strip():
            begin = reached + len(gap) - len(gap.lstrip())
            message = (
                f"{len(gap.strip())} characters at {begin}–{begin + len(gap.strip())} are in no passage, in the section "
                f"“{_section_at(begin, graph)}”; model them or list them as factless"
            )
            line = text.count("\n", 0, begin) + 1
            findings.append(Finding("violation", message, rule="source-gap", file=name, line=line))
        reached = max(reached, end)
    return findings


def _section_at(offset: int, graph: Graph) -> str:
    """Return the label of the section that an offset of the text lies in."""
    sections = graph.subjects(RDF.type, SECTION)
    headings = sorted((_integer(graph.value(section, SPAN_START)), str(section), section) for section in sections)
    earlier = [section for start, _, section in headings if start <= offset]
    return str(graph.value(earlier[-1], SKOS.prefLabel)) if earlier else "before the first heading"
