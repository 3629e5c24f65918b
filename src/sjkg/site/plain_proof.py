"""Proofs in plain sentences: the facts that a statement follows from, and what follows from them, in numbered steps.

Axioms of the ontology are not steps of their own; the sentence about the rule says them. Steps that only reword a statement,
such as “has part” for “is part of”, are left out unless they conclude the proof.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sjkg.core.ntriples import TextTriple, literal_parts
from sjkg.core.vocabulary import EDTF, PREFIXES
from sjkg.proofs.prover import ASSERTED, Proof
from sjkg.proofs.render import list_steps
from sjkg.proofs.terms import show_term
from sjkg.site.context import SnapshotLabels
from sjkg.site.model import Source
from sjkg.site.paths import page_path
from sjkg.site.wording import PHRASES, RULES, days_in_words, edtf_in_words

MAX_FORMAL_STEPS = 2_000
MAX_PLAIN_STEPS = 60
REWORDING = ("prp-inv1", "prp-inv2", "prp-spo1", "prp-symp", "prp-eqp1", "prp-eqp2", "cax-sco", "cax-eqc1", "cax-eqc2")
TYPE = f"<{PREFIXES['rdf']}type>"
XSD_DATE = f"{PREFIXES['xsd']}date"
ORDINALS = ("one thing", "second", "third", "fourth", "fifth", "sixth")
Words = tuple[tuple[str, str | None], ...]  # pairs of text and the URL path of the page of a thing, or None


@dataclass(frozen=True)
class PlainStep:
    """A sentence of a proof in plain words.

    number: from 1. words: the sentence without full stop. reasons: numbers of the steps that it follows from; empty for a
    fact. rule: why it follows, as a sentence; "" for a fact. sources: named graphs that assert a fact.
    """

    number: int
    words: Words
    reasons: tuple[int, ...]
    rule: str
    sources: tuple[Source, ...]


def plain_proof(labels: SnapshotLabels, proof: Proof) -> tuple[PlainStep, ...]:
    """Return a proof in plain sentences, reasons before what follows from them; the last one is what is proved.

    The result is empty for a statement that is not a conclusion from facts, such as one of the ontology, and for a proof of
    more than MAX_PLAIN_STEPS sentences.
    """
    formal = list_steps([proof])
    axioms = _find_axioms(labels, formal) if len(formal) <= MAX_FORMAL_STEPS else {proof.triple}
    if proof.triple in axioms:
        return ()
    steps: dict[TextTriple, PlainStep] = {}
    pending = [(proof, False)]
    while pending:
        node, has_reasons = pending.pop()
        if node.triple in steps:
            continue
        reasons = [_before_rewording(axioms, premise) for premise in _facts_of(axioms, node)]
        if not has_reasons:
            pending.append((node, True))
            pending += [(reason, False) for reason in reversed(reasons)]
            continue
        numbers = tuple(dict.fromkeys(steps[reason.triple].number for reason in reasons))
        rule = _rule_in_words(labels, node, _facts_of(axioms, node)) if node.rule else ""
        sources = tuple(dict.fromkeys(labels.source(place.graph) for place in node.locations))
        steps[node.triple] = PlainStep(len(steps) + 1, _triple_in_words(labels, node.triple), numbers, rule, sources)
        if len(steps) > MAX_PLAIN_STEPS:
            return ()
    return tuple(steps.values())


def _find_axioms(labels: SnapshotLabels, steps: Iterable[Proof]) -> set[TextTriple]:
    """Return the statements of the ontology and vocabularies, and those that follow from these alone.

    steps: of a proof, premises before conclusions.
    """
    axioms: set[TextTriple] = set()
    for step in steps:
        if step.kind == ASSERTED:
            is_axiom = all(labels.source(place.graph).sort == "ontology" for place in step.locations)
        else:
            is_axiom = all(premise.triple in axioms for premise in step.premises)  # true for a rule without premises
        if is_axiom:
            axioms.add(step.triple)
    return axioms


def _facts_of(axioms: Container[TextTriple], proof: Proof) -> list[Proof]:
    """Return the premises of the last step of a proof without those that are axioms."""
    return [premise for premise in proof.premises if premise.triple not in axioms]


def _before_rewording(axioms: Container[TextTriple], proof: Proof) -> Proof:
    """Return the proof of the statement that a proof only rewords, or else the proof itself."""
    while proof.rule in REWORDING and len(facts := _facts_of(axioms, proof)) == 1:
        proof = facts[0]
    return proof


def _rule_in_words(labels: SnapshotLabels, proof: Proof, facts: list[Proof]) -> str:
    """Return the rule of the last step of a proof as a sentence about the properties and classes that it is applied to.

    facts: the premises of that step that are not axioms.
    """
    used = [_phrase(labels, fact.triple[1]) for fact in facts]
    concluded = _phrase(labels, proof.triple[1])
    if not used:
        return RULES.get(proof.rule or "", f"rule {proof.rule}")
    if proof.rule in ("prp-inv1", "prp-inv2", "prp-symp"):
        return f"if one thing {used[0]} another, then the other {concluded} the first"
    if proof.rule in ("prp-spo1", "prp-eqp1", "prp-eqp2"):
        return f"whatever {used[0]} something {concluded} it, too"
    if proof.rule in ("cax-sco", "cax-eqc1", "cax-eqc2"):
        return f"whatever is {_class_with_article(labels, facts[0])} is {_class_with_article(labels, proof)}"
    if proof.rule == "prp-dom":
        return f"whatever {used[0]} something is {_class_with_article(labels, proof)}"
    if proof.rule == "prp-rng":
        return f"if one thing {used[0]} another, then the other is {_class_with_article(labels, proof)}"
    if proof.rule in ("prp-trp", "prp-spo2") and 1 < len(used) < len(ORDINALS):
        return _chain_in_words(used, concluded)
    return RULES.get(proof.rule or "", f"rule {proof.rule}")


def _chain_in_words(used: list[str], concluded: str) -> str:
    """Return a property chain as a sentence: “if one thing … a second, and the second … a third, then …”."""
    links = [
        f"{f'the {ORDINALS[number]}' if number else ORDINALS[0]} {phrase} a {ORDINALS[number + 1]}"
        for number, phrase in enumerate(used)
    ]
    return f"if {', and '.join(links)}, then the first {concluded} the {ORDINALS[len(used)]}"


def _class_with_article(labels: SnapshotLabels, proof: Proof) -> str:
    """Return the label of the class that a statement gives to a thing, with its article: “a battle”, “an event”."""
    return _with_article(_label(labels, proof.triple[2]))


def _with_article(noun: str) -> str:
    """Return a noun with “a” or “an” before it."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _phrase(labels: SnapshotLabels, term: str) -> str:
    """Return a property as a verb phrase that stands between subject and object. term: in N-Triples."""
    return PHRASES.get(term[1:-1]) or _label(labels, term)


def _label(labels: SnapshotLabels, term: str) -> str:
    """Return the label of a term in N-Triples: of an IRI its name, of a literal its text, of a day the day in words."""
    if term[0] == "<":
        return labels.names([term[1:-1]])[term[1:-1]]
    if term[0] != '"':
        return show_term(term)
    text, _, datatype = literal_parts(term)
    if datatype == EDTF:
        return edtf_in_words(text)
    if datatype == XSD_DATE:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return text
        return days_in_words(day, day)
    return text if text.replace(".", "").isdigit() else f"“{text}”"


def _triple_in_words(labels: SnapshotLabels, triple: TextTriple) -> Words:
    """Return a triple as a sentence: subject, verb phrase and object, the things with the paths of their pages."""
    return tuple(_words_of(labels, triple))


def _words_of(labels: SnapshotLabels, triple: TextTriple) -> Iterator[tuple[str, str | None]]:
    """Yield the parts of the sentence of a triple."""
    subject, prop, value = triple
    name = _label(labels, subject)
    yield f"{name[:1].upper()}{name[1:]}", page_path(subject[1:-1])
    if prop == TYPE:
        noun = _label(labels, value)
        yield f"is {_with_article(noun).removesuffix(noun).strip()}", None
        yield noun, page_path(value[1:-1])
        return
    yield _phrase(labels, prop), None
    yield _label(labels, value), page_path(value[1:-1]) if value[0] == "<" else None
