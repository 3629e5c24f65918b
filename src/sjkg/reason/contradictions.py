"""The search for contradictions in closed facts, and the English sentences that report them.

A contradiction is a match of all premises of a rule of OWL 2 RL whose conclusion is "false".
"""

from collections.abc import Callable

from sjkg.core.vocabulary import shorten
from sjkg.reason.axioms import CONTRADICTIONS, select_applicable
from sjkg.reason.compile import SAME_AS, CompiledRule, full_joins, select_bindings, select_from
from sjkg.reason.rules import Encoding, ListPattern, Pattern, TriplePattern
from sjkg.reason.tables import Tables

MAX_PER_RULE = 100
Names = Callable[[set[int]], dict[int, str]]  # returns the texts of node numbers

SENTENCES = {
    "eq-diff1": "{x} is both owl:sameAs and owl:differentFrom one thing",
    "eq-diff2": "{y} and {z} are the same, but all members of the list of {x} are different",
    "eq-diff3": "{y} and {z} are the same, but all members of the list of {x} are different",
    "prp-irp": "{x} has {p} to itself, but this property is irreflexive",
    "prp-asyp": "{x} and {y} have {p} to each other, but this property is asymmetric",
    "prp-pdw": "{x} has both {p1} and {p2} to {y}, but these properties are disjoint",
    "prp-adp": "{x} has both {p1} and {p2} to {y}, but these properties are disjoint",
    "prp-npa1": "{x} has {p} to {y}, but a negative property assertion denies this",
    "prp-npa2": "{x} has {p} to {y}, but a negative property assertion denies this",
    "cls-nothing2": "{x} belongs to owl:Nothing, the class without members",
    "cls-com": "{x} belongs to {c} and to its complement {d}",
    "cls-maxc1": "{u} has {p} to {y}, but belongs to {x}, whose members have no {p}",
    "cls-maxqc1": "{u} has {p} to {y} of {c}, but belongs to {x}, whose members have no {p} to a member of {c}",
    "cls-maxqc2": "{u} has {p} to {y}, but belongs to {x}, whose members have no {p}",
    "cax-dw": "{x} belongs to both {c1} and {c2}, but these classes are disjoint",
    "cax-adc": "{x} belongs to both {c1} and {c2}, but these classes are disjoint",
    "dt-diff": "{x} is the same as two different values, {y} and {z}",
    "dt-not-type": "{x} has the inferred type {d}, but is not a value of this datatype",
}


def find_contradictions(tables: Tables, encode: Encoding, names: Names) -> list[str]:
    """Return a sentence for each contradiction among the triples of the table fact(s, p, o, round), in a fixed order.

    At most MAX_PER_RULE for each rule; matches of a rule by the same triples (as of prp-asyp, with ?x and ?y exchanged)
    give one sentence. names: called with a set of node numbers (integers that stand for terms), returns a dict from
    each of them to the text of its term.
    """
    applicable = select_applicable(CONTRADICTIONS, tables, encode)
    found = [(rule, row) for rule in applicable for row in _find_by_rule(rule, tables, encode)]
    text = names({node for _, row in found for node in row})
    sentences: dict[tuple[str, frozenset[str]], str] = {}
    for rule, row in found:
        node = dict(zip(rule.variables, (text[number] for number in row), strict=True))
        premises = [_premise_text(atom, node) for atom in rule.rule.body if SAME_AS not in atom.terms]
        sentence = describe_contradiction(rule.rule.name, " . ".join(premises), **_texts_of_variables(rule, node))
        sentences.setdefault((rule.rule.name, frozenset(premises)), sentence)
    return list(sentences.values())


def describe_contradiction(rule: str, premises: str, **nodes: str) -> str:
    """Return the sentence for a contradiction, followed by the rule and its premises in parentheses.

    rule: the name of a rule, a key of SENTENCES. premises: the matched premises as text. nodes: a text for each placeholder
    of the rule's sentence.
    """
    return f"{SENTENCES[rule].format(**nodes)} ({rule}: {premises})"


def _find_by_rule(rule: CompiledRule, tables: Tables, encode: Encoding) -> list[tuple[int, ...]]:
    """Return the sorted rows of variable values (node numbers) that satisfy a rule's premises, at most MAX_PER_RULE."""
    if rule.axioms and not tables.create("contradicted", select_bindings(rule, encode)):
        return []
    columns = [(f"x{number}", term) for number, term in enumerate(rule.variables)]
    return tables.rows(
        f"{select_from(columns, full_joins(rule, 'contradicted')[0], encode)} ORDER BY ALL LIMIT {MAX_PER_RULE}"
    )


def _texts_of_variables(rule: CompiledRule, node: dict[str, str]) -> dict[str, str]:
    """Return a dict from each variable of a rule, without question mark, to the text of its value.

    node: a dict from each variable of the compiled rule, with question mark, to the text of its value. Where the compiled
    rule lacks a variable, because a premise makes it equal to another (owl:sameAs), it has the text of the other.
    """
    same = {atom.o: atom.s for atom in rule.rule.body if isinstance(atom, TriplePattern) and atom.p == SAME_AS}
    return {term[1:]: node[same.get(term, term)] for atom in rule.rule.body for term in atom.terms if term[0] == "?"}


def _premise_text(atom: Pattern, node: dict[str, str]) -> str:
    """Return a premise as text, with values of variables, prefixed names, and ∋ before the members of a list."""
    words = [node.get(term, shorten(term) if ":" in term else term) for term in atom.terms]
    return " ".join(words[:2]) + (" ∋ " if isinstance(atom, ListPattern) else " ") + " ".join(words[2:])
