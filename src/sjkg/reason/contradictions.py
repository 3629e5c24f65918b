"""The search for contradictions in closed facts, and the English sentences that report them.

A contradiction is a match of all premises of a rule of OWL 2 RL whose conclusion is "false".
"""

from collections.abc import Callable

from sjkg.core.vocabulary import shorten
from sjkg.reason.axioms import CONTRADICTIONS
from sjkg.reason.compile import SAME_AS, CompiledRule, full_joins, select_bindings, select_from
from sjkg.reason.rules import Encoding, ListPattern, Pattern, TriplePattern
from sjkg.reason.tables import Tables

MAX_PER_RULE = 100
Names = Callable[[set[int]], dict[int, str]]  # returns the texts of node numbers

SENTENCES = {
    "eq-diff1": "{x} is asserted to be different from something that it is the same as",
    "eq-diff2": "{y} and {z} are the same, but all members of the list of {x} are different",
    "eq-diff3": "{y} and {z} are the same, but all members of the list of {x} are different",
    "prp-irp": "{x} has {p} to itself, which is irreflexive",
    "prp-asyp": "{x} and {y} have {p} to each other, which is asymmetric",
    "prp-pdw": "{x} has both {p1} and {p2} to {y}, which are disjoint",
    "prp-adp": "{x} has both {p1} and {p2} to {y}, which are disjoint",
    "prp-npa1": "{x} has {p} to {y}, which a negative property assertion denies",
    "prp-npa2": "{x} has {p} to {y}, which a negative property assertion denies",
    "cls-nothing2": "{x} belongs to owl:Nothing, to which nothing belongs",
    "cls-com": "{x} belongs to {c} and to its complement {d}",
    "cls-maxc1": "{u} has {p} to {y}, but belongs to {x}, whose members have no {p}",
    "cls-maxqc1": "{u} has {p} to {y} of {c}, but belongs to {x}, whose members have no {p} to a member of {c}",
    "cls-maxqc2": "{u} has {p} to {y}, but belongs to {x}, whose members have no {p}",
    "cax-dw": "{x} belongs to both {c1} and {c2}, which are disjoint",
    "cax-adc": "{x} belongs to both {c1} and {c2}, which are disjoint",
    "dt-diff": "{x} is the same as two different values, {y} and {z}",
    "dt-not-type": "{x} is not a value of the datatype {d}, to which it should belong",
}


def find_contradictions(tables: Tables, encode: Encoding, names: Names) -> list[str]:
    """Return a sentence for each contradiction in the table fact, at most MAX_PER_RULE for each rule, in a fixed order.

    names: returns the texts of some node numbers, as a dict.
    """
    found = [(rule, row) for rule in CONTRADICTIONS for row in _find_by_rule(rule, tables, encode)]
    text = names({node for _, row in found for node in row})
    return [
        _sentence(rule, dict(zip(rule.variables, (text[node] for node in row), strict=True))) for rule, row in found
    ]


def describe_contradiction(rule: str, premises: str, **nodes: str) -> str:
    """Return the sentence for a contradiction, followed by the rule and its premises in parentheses.

    rule: the name of a rule, a key of SENTENCES. premises: as text. nodes: texts for the placeholders of that sentence.
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


def _sentence(rule: CompiledRule, node: dict[str, str]) -> str:
    """Return the sentence for one match of a rule's premises. node: from each variable (?x) to the text of a node."""
    premises = " . ".join(_premise_text(atom, node) for atom in rule.rule.body if SAME_AS not in atom.terms)
    return describe_contradiction(rule.rule.name, premises, **_texts_of_variables(rule, node))


def _texts_of_variables(rule: CompiledRule, node: dict[str, str]) -> dict[str, str]:
    """Return the text for each variable of a rule, without question mark.

    node: from each variable of the compiled rule to its text. A variable that the compiled rule replaced by one that it
    equals (owl:sameAs) gets the text of that one.
    """
    same = {atom.o: atom.s for atom in rule.rule.body if isinstance(atom, TriplePattern) and atom.p == SAME_AS}
    return {term[1:]: node[same.get(term, term)] for atom in rule.rule.body for term in atom.terms if term[0] == "?"}


def _premise_text(atom: Pattern, node: dict[str, str]) -> str:
    """Return a premise as text, with values of variables, prefixed names, and ∋ before the members of a list."""
    words = [node.get(term, shorten(term) if ":" in term else term) for term in atom.terms]
    return " ".join(words[:2]) + (" ∋ " if isinstance(atom, ListPattern) else " ") + " ".join(words[2:])
