"""Comparison of the article's text with the knowledge base.

A span is a range of the text that one thing of the graph stands for: a passage (a stretch of the article whose statements
are modelled), a section heading, or a stretch listed as factless (without statements to model). The graph records each
span's offsets, hash, and opening and closing words; together the spans must cover the text without gap or overlap.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rdflib import RDF, SKOS, Graph, URIRef
from rdflib.term import Node

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, sort_findings
from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import ONTOLOGY, shorten
from sjkg.kb.files import KnowledgeBase
from sjkg.turtle.triples import term_text

SECTION = URIRef(f"{ONTOLOGY}Section")
SPAN_START, SPAN_END, SPAN_SHA256 = (URIRef(ONTOLOGY + name) for name in ("spanStart", "spanEnd", "spanSha256"))
OPENS_WITH, CLOSES_WITH = URIRef(f"{ONTOLOGY}opensWith"), URIRef(f"{ONTOLOGY}closesWith")
TEXT_SHA256 = URIRef(f"{ONTOLOGY}textSha256")


@dataclass(frozen=True, order=True)
class TextSpan:
    """A range of the article's text that is a passage, a section heading or a factless stretch (it states nothing).

    start, end: offsets in code points; end is exclusive. sha256: hexadecimal SHA-256 of the range in UTF-8.
    node: IRI of the passage, section or factless stretch. opens_with, closes_with: first and last words; None if not given.
    """

    start: int
    end: int
    sha256: str
    node: URIRef
    opens_with: str | None
    closes_with: str | None


def read_article(path: Path) -> str:
    """Return the text of the file at `path`. Raises BrokenInput when it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BrokenInput(f"{path} cannot be read: {error.strerror}; check the path") from None
    except UnicodeDecodeError as error:
        raise BrokenInput(
            f"{path}: the byte at position {error.start} is not UTF-8; save the article as UTF-8 text"
        ) from None


def check_source(text: str, name: str, kb: KnowledgeBase) -> list[Finding]:
    """Return sorted findings for differences between the article's text and what the knowledge base says of its spans.

    A span is the range of a passage, of a section heading or of a factless stretch (that states nothing). The
    findings concern the hash of the whole text, spans outside the text, hashes and opening and closing words of spans,
    overlaps of spans, and text in no span.
    name: the text's file name, for findings about text in no span.
    """
    graph = kb.union("triples", "passages")
    spans = read_spans(graph)
    findings = [finding for span in spans if (finding := _check_span(span, text, kb))]
    findings += _check_version(text, graph, kb)
    findings += _check_overlaps(spans, kb)
    findings += _check_gaps(spans, text, name, graph)
    return sort_findings(findings)


def read_spans(graph: Graph) -> list[TextSpan]:
    """Return the range of the text of each passage, section heading and factless stretch in `graph`, sorted by start.

    A factless stretch states nothing. A missing end is read as 0, so that `check_source` reports the range.
    """
    return sorted(
        TextSpan(
            _to_int(start),
            _to_int(graph.value(node, SPAN_END)),
            str(graph.value(node, SPAN_SHA256)),
            node,
            _to_text(graph.value(node, OPENS_WITH)),
            _to_text(graph.value(node, CLOSES_WITH)),
        )
        for node, start in graph.subject_objects(SPAN_START)
        if isinstance(node, URIRef)
    )


def _to_int(value: Node | None) -> int:
    """Return the value of an integer literal; 0 for None."""
    return 0 if value is None else int(str(value))


def _to_text(value: Node | None) -> str | None:
    """Return the lexical form of a literal; None for None."""
    return None if value is None else str(value)


def describe_span(text: str, opens_with: str, closes_with: str) -> TextSpan:
    """Return the range of `text` from the words `opens_with` to the next `closes_with`, both included.

    The node of the result is the empty IRI, because the range belongs to no passage yet. Raises BrokenInput when the opening words do not occur exactly once, or the closing words do not follow them.
    """
    if text.count(opens_with) != 1:
        raise BrokenInput(
            f"“{opens_with}” occurs {text.count(opens_with)} times in the article’s text; give first words of the passage "
            "that occur exactly once"
        )
    start = text.index(opens_with)
    close = text.find(closes_with, start)
    if close < 0:
        raise BrokenInput(
            f"the article’s text has no “{closes_with}” after “{opens_with}”; copy the first and last words of the passage "
            "from the text"
        )
    end = close + len(closes_with)
    return TextSpan(start, end, _sha256_hex(text[start:end]), URIRef(""), opens_with, closes_with)


def _sha256_hex(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8 as hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def _violation(rule: str, message: str, kb: KnowledgeBase, node: Node, predicate: URIRef) -> Finding:
    """Return a violation with the rule “source-{rule}”, at the file and line of the property `predicate` of `node`."""
    file, line = kb.sources.locate(term_text(node), term_text(predicate))
    return Finding("violation", message, rule=f"source-{rule}", focus=str(node), file=file, line=line)


def _check_span(span: TextSpan, text: str, kb: KnowledgeBase) -> Finding | None:
    """Return a finding when a span lies outside the text, or its hash or opening or closing words differ; else None.

    Only the first of these differences is reported.
    """
    found = text[span.start : span.end]
    if not 0 <= span.start < span.end <= len(text):
        message = (
            f"the span {span.start}–{span.end} is not a range of the text, which has {count_noun(len(text), 'character')}; correct "
            "sjkg:spanStart and sjkg:spanEnd"
        )
        return _violation("span", message, kb, span.node, SPAN_START)
    if _sha256_hex(found) != span.sha256:
        message = f"the text at {span.start}–{span.end} does not have the recorded hash; {_hash_advice(span, text)}"
        return _violation("hash", message, kb, span.node, SPAN_SHA256)
    if span.opens_with and not found.startswith(span.opens_with):
        return _violation(
            "anchor",
            f"the passage’s text in the article does not begin with “{span.opens_with}”; correct sjkg:opensWith",
            kb,
            span.node,
            SPAN_START,
        )
    if span.closes_with and not found.endswith(span.closes_with):
        return _violation(
            "anchor",
            f"the passage’s text in the article does not end with “{span.closes_with}”; correct sjkg:closesWith",
            kb,
            span.node,
            SPAN_START,
        )
    return None


def _hash_advice(span: TextSpan, text: str) -> str:
    """Return advice on a span whose hash differs from that of its range of the text, as the end of a sentence.

    If another range of the text begins with the opening words and has the span's length and hash, the advice is to correct
    the offsets to it; otherwise, to read the passage again.
    """
    start = text.find(span.opens_with) if span.opens_with else -1
    while span.opens_with and start >= 0:
        end = start + span.end - span.start
        if _sha256_hex(text[start:end]) == span.sha256:
            return f"text with this hash is at {start}–{end}: correct sjkg:spanStart and sjkg:spanEnd"
        start = text.find(span.opens_with, start + 1)
    return "read the passage again, and correct its statements, sjkg:opensWith, sjkg:closesWith and sjkg:spanSha256"


def _check_version(text: str, graph: Graph, kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each sjkg:textSha256 in the graph that is not the SHA-256 of the whole text."""
    digest = _sha256_hex(text)
    message = (
        f"the text is not the version that was modelled: its SHA-256 is {digest}; give the modelled version, or correct "
        "the passages and this hash"
    )
    return [
        _violation("version", message, kb, work, TEXT_SHA256)
        for work, expected in graph.subject_objects(TEXT_SHA256)
        if str(expected) != digest
    ]


def _check_overlaps(spans: list[TextSpan], kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each span that begins before the end of an earlier one; `spans` are sorted by start."""
    findings: list[Finding] = []
    furthest: TextSpan | None = None
    for span in spans:
        if furthest and span.start < furthest.end:
            message = (
                f"{shorten(span.node)} begins at {span.start}, before the end of {shorten(furthest.node)} at {furthest.end}; "
                "correct sjkg:spanStart or sjkg:spanEnd of one of them"
            )
            findings.append(_violation("overlap", message, kb, span.node, SPAN_START))
        furthest = max(furthest or span, span, key=lambda s: s.end)
    return findings


def _check_gaps(spans: list[TextSpan], text: str, name: str, graph: Graph) -> list[Finding]:
    """Return a finding for each stretch of the text that is in no span and is not only white space.

    spans: sorted by start. name: the text's file name. graph: gives the label of the section for the message.
    """
    findings, reached = [], 0
    for start, end in [*((span.start, span.end) for span in spans), (len(text), len(text))]:
        gap = text[reached:start]
        if gap.strip():
            begin = reached + len(gap) - len(gap.lstrip())
            message = (
                f"{count_noun(len(gap.strip()), 'character')} at {begin}–{begin + len(gap.strip())}, in the section "
                f"“{_find_section_label(begin, graph)}”, are in no passage; add them to a passage, or declare them a sjkg:FactlessText in triples/sections.ttl"
            )
            line = text.count("\n", 0, begin) + 1
            findings.append(Finding("violation", message, rule="source-gap", file=name, line=line))
        reached = max(reached, end)
    return findings


def _find_section_label(offset: int, graph: Graph) -> str:
    """Return the label of the section whose heading precedes an offset of the text, or “before the first heading”."""
    sections = graph.subjects(RDF.type, SECTION)
    headings = sorted((_to_int(graph.value(section, SPAN_START)), str(section), section) for section in sections)
    earlier = [section for start, _, section in headings if start <= offset]
    return str(graph.value(earlier[-1], SKOS.prefLabel)) if earlier else "before the first heading"
