"""The tool “explain”: the proof of a statement down to passages, files and lines, or the reasons why the graph lacks it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sjkg.core.errors import BadParameter, NotExplainable
from sjkg.core.ntriples import TextTriple, literal_parts
from sjkg.core.terms import Iri, Literal, to_ntriples
from sjkg.core.vocabulary import curie
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.sources import (
    CitedPassage,
    cite_passages,
    more_text,
    origin_text,
    origins_of,
    passage_lines,
    passage_numbers,
    site_link,
)
from sjkg.proofs.explainer import NearMiss
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import list_steps
from sjkg.proofs.terms import parse_term, parse_triple, show_term, show_triple
from sjkg.site.paths import explain_path
from sjkg.site.plain_proof import plain_proof
from sjkg.site.term_names import terms_for
from sjkg.site.wording import RULES

MAX_STEPS = 100


@dataclass(frozen=True)
class ProofSentence:
    """A sentence of a proof.

    number: from 1. follows_from: numbers of the sentences that are its reasons; empty for a fact. rule: why it follows. passages,
    origins: where a fact is stated.
    """

    number: int
    sentence: str
    follows_from: tuple[int, ...] = ()
    rule: str = ""
    passages: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormalStep:
    """A step of a formal proof.

    triple: in Turtle syntax. kind: asserted (in a file), derived (by a rule of the project), inferred (by OWL 2 RL) or unconditional.
    rule: name of the rule. places: file, line and named graph of an asserted triple.
    """

    triple: str
    kind: str
    rule: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class MissingPremises:
    """A rule that would give a missing statement, the premises that it lacks (“?x” stands for any term) and those present."""

    rule: str
    meaning: str
    lacking: tuple[str, ...]
    present: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explained:
    """The explanation of a statement.

    statement: in Turtle syntax. is_in_graph: whether the graph has it. sentences: its proof in plain words, reasons first; empty for a
    statement of the ontology. steps: its formal proof, premises first. steps_left_out: number of further steps. missing: for a
    statement that the graph lacks, rules that would give it; empty if no rule could, so that a passage would have to state it.
    passages: those that the answer names. page: with the explanation.
    """

    statement: str
    is_in_graph: bool
    page: str = ""
    sentences: tuple[ProofSentence, ...] = ()
    steps: tuple[FormalStep, ...] = ()
    steps_left_out: int = 0
    missing: tuple[MissingPremises, ...] = ()
    passages: tuple[CitedPassage, ...] = ()


def explain_statement(graph: OpenedGraph, subject: str, predicate: str, value: str) -> Explained:
    """Return the proof of a statement, or the premises that are missing for one that the graph lacks.

    subject, predicate, value: prefixed names, IRIs, literals as in Turtle, or labels. Raises BadParameter for a label that means
    nothing or several terms and for text that is not a term, UnknownName for an IRI that is nowhere in the graph, LimitExceeded when the
    search needs too much, and NotExplainable for what is true of any term.
    """
    s = _find_term(graph, subject, is_property=False)
    p = _find_term(graph, predicate, is_property=True)
    o = _find_value(graph, s, p, value)
    triple = parse_triple(s, p, o)
    try:
        proof = graph.explainer.why(s, p, o)[0]
    except NotExplainable:
        misses = graph.explainer.why_not(s, p, o, graph.settings.query_deadline_s)
        missing = tuple(_miss(each) for each in misses)
        return Explained(
            show_triple(triple), is_in_graph=False, page=_page(graph, triple, "&why-not=yes"), missing=missing
        )
    sentences = tuple(
        ProofSentence(
            step.number,
            " ".join(text for text, _ in step.words),
            step.reasons,
            step.rule,
            passage_numbers(step.sources),
            origins_of(step.sources),
        )
        for step in plain_proof(graph.labels, proof)
    )
    steps = [step for step in list_steps([proof]) if not step.triple[0].startswith("_:")]  # without cells of RDF lists
    graphs = [graph.labels.source(place.graph) for step in steps[-MAX_STEPS:] for place in step.locations]
    return Explained(
        show_triple(triple),
        is_in_graph=True,
        page=_page(graph, triple, ""),
        sentences=sentences,
        steps=tuple(_step(step) for step in steps[-MAX_STEPS:]),
        steps_left_out=max(0, len(steps) - MAX_STEPS),
        passages=cite_passages(graph, passage_numbers(graphs)),
    )


def _find_term(graph: OpenedGraph, text: str, *, is_property: bool) -> str:
    """Return a term as text for a proof: the text itself, or the IRI of the only thing or property with this label.

    Raises BadParameter for a label that nothing or more than one thing has, with the names to choose from.
    """
    found = terms_for(graph.labels, text, is_property=is_property)
    if len(found) > 1:
        choices = ", ".join(f"{curie(thing.iri)} ({thing.name})" for thing in found)
        raise BadParameter(f"“{text}” may mean several terms; give one of these names instead: {choices}")
    return f"<{found[0].iri}>" if found else text


def _find_value(graph: OpenedGraph, subject: str, predicate: str, text: str) -> str:
    """Return the value of a statement as text for a proof: as `_find_term`, or else the literal with this text that it has.

    subject, predicate: terms as `_find_term` returns them. Raises BadParameter if there is neither.
    """
    try:
        return _find_term(graph, text, is_property=False)
    except BadParameter:
        s, p = parse_term(subject), parse_term(predicate)
        rows = graph.new_context().query("statements", thing=Iri(s[1:-1])) if s[0] == "<" else []
        for row in rows:
            if row["property"].value == p[1:-1] and isinstance(row["value"], Literal) and row["value"].value == text:
                return to_ntriples(row["value"])
        raise


def _page(graph: OpenedGraph, triple: TextTriple, ending: str) -> str:
    """Return the URL or path of the page that explains a triple; "" for one with a blank node. ending: of the query string."""
    subject, predicate, value = triple
    if subject[0] != "<" or value[0] == "_":
        return ""
    if value[0] == "<":
        return site_link(graph, explain_path(subject[1:-1], predicate[1:-1], "", value[1:-1]) + ending)
    text, language, datatype = literal_parts(value)
    path = explain_path(subject[1:-1], predicate[1:-1], text, None, datatype or None, language or None)
    return site_link(graph, path + ending)


def _step(proof: Proof) -> FormalStep:
    """Return the last step of a proof without its premises."""
    places = (f"{at.file}{f':{at.line}' if at.line else ''} ({curie(at.graph)})" for at in proof.locations)
    return FormalStep(show_triple(proof.triple), proof.kind, proof.rule or "", tuple(places))


def _miss(miss: NearMiss) -> MissingPremises:
    """Return a near miss with its triples in Turtle syntax."""
    return MissingPremises(
        miss.rule,
        RULES.get(miss.rule, ""),
        tuple(map(_show_pattern, miss.lacking)),
        tuple(show_triple(each.triple) for each in miss.present),
    )


def _show_pattern(triple: TextTriple) -> str:
    """Return a triple, which may have variables, in Turtle syntax."""
    return " ".join(term if term.startswith("?") else show_term(term) for term in triple)


def explain_text(answer: Explained) -> str:
    """Return an explanation as text."""
    return "\n".join(filter(None, _lines(answer)))


def _lines(answer: Explained) -> Iterator[str]:
    """Yield the lines of the text of an explanation."""
    if not answer.is_in_graph:
        yield f"The graph does not have: {answer.statement}"
        yield "That is not a denial: the graph holds what the article says and what follows from it, nothing else."
        if not answer.missing:
            yield "No rule could give it; a passage of the article would have to state it."
        for miss in answer.missing:
            yield f"- {miss.meaning or 'A rule'} (rule {miss.rule}) would give it with: {'; '.join(miss.lacking)}"
            yield f"  present: {'; '.join(miss.present)}" if miss.present else ""
    else:
        yield f"The graph has: {answer.statement}"
        for step in answer.sentences:
            if step.follows_from:
                reasons = ", ".join(map(str, step.follows_from))
                yield f"{step.number}. {step.sentence} — follows from {reasons}: {step.rule}"
            else:
                yield f"{step.number}. {step.sentence} {origin_text(step.passages, step.origins)}"
        yield "Formal steps:"
        for formal in answer.steps:
            origin = (
                f"by rule {formal.rule}" if formal.rule else f"in {', '.join(formal.places)}" if formal.places else ""
            )
            yield f"- {formal.triple} [{formal.kind} {origin}]".replace(" ]", "]")
        yield more_text(answer.steps_left_out, "earlier step", f"see {answer.page}")
    yield f"Page: {answer.page}" if answer.page else ""
    yield from passage_lines(answer.passages)
