"""What contradicts what in closed facts: the rule, a sentence, the premises."""

from collections.abc import Callable

from sjkg.core.vocabulary import shorten
from sjkg.reason.axioms import CONTRADICTIONS
from sjkg.reason.compile import SAME_AS, CompiledRule, Encode, axioms_of, full_joins, select, variables
from sjkg.reason.rules import ListPattern, TriplePattern
from sjkg.reason.tables import Tables

MAX_PER_RULE = 100
Names = Callable[[set[int]], dict[int, str]]

SENTENCES = {
    "eq-diff1": "{x} is said to be different from what it is the same as",
    "eq-diff2": "{y} and {z} are the same, but all members of the list of {x} are different",
    "eq-diff3": "{y} and {z} are the same, but all members of the list of {x} are different",
    "prp-irp": "{x} has {p} to itself, which is irreflexive",
    "prp-asyp": "{x} and {y} have {p} to each other, which is asymmetric",
    "prp-pdw": "{x} has both {p1} and {p2} to {y}, which are disjoint",
    "prp-adp": "{x} has both {p1} and {p2} to {y}, which are disjoint",
    "prp-npa1": "{x} has {p} to {y}, which is denied",
    "prp-npa2": "{x} has {p} to {y}, which is denied",
    "cls-nothing2": "{x} belongs to owl:Nothing, to which nothing belongs",
    "cls-com": "{x} belongs to {c} and to its complement {d}",
    "cls-maxc1": "{u} has {p} to {y}, but belongs to {x}, whose members have no {p}",
    "cls-maxqc1": "{u} has {p} to {y} of {c}, but belongs to {x}, whose members have no {p} to any such",
    "cls-maxqc2": "{u} has {p} to {y}, but belongs to {x}, whose members have no {p}",
    "cax-dw": "{x} belongs to both {c1} and {c2}, which are disjoint",
    "cax-adc": "{x} belongs to both {c1} and {c2}, which are disjoint",
    "dt-diff": "{x} is the same as two different values, {y} and {z}",
    "dt-not-type": "{x} is no value of {d}, to which it should belong",
}


def find_contradictions(tables: Tables, encode: Encode, names: Names) -> list[str]:
    """Return a sentence for each contradiction in the table `fact`, at most MAX_PER_RULE for a rule, in a fixed order.

    names: gives the texts for the numbers of nodes.
    """
    found = [(rule, row) for rule in CONTRADICTIONS for row in _of_rule(rule, tables, encode)]
    text = names({node for _, row in found for node in row})
    return [_sentence(rule, dict(zip(variables(rule), map(text.get, row), strict=True))) for rule, row in found]


def describe(rule: str, premises: str, **nodes: str) -> str:
    """Return the sentence for a contradiction."""
    return f"{SENTENCES[rule].format(**nodes)} ({rule}: {premises})"


def _of_rule(rule: CompiledRule, tables: Tables, encode: Encode) -> list[tuple[int, ...]]:
    """Return what the variables of a rule stand for where its premises hold."""
    if rule.axioms and not tables.create("denied", axioms_of(rule, encode)):
        return []
    columns = [(f"x{number}", term) for number, term in enumerate(variables(rule))]
    return tables.rows(f"{select(columns, full_joins(rule, 'denied')[0], encode)} ORDER BY ALL LIMIT {MAX_PER_RULE}")


def _sentence(rule: CompiledRule, node: dict[str, str]) -> str:
    premises = " . ".join(_premise(atom, node) for atom in rule.rule.body if SAME_AS not in atom.terms)
    return describe(rule.rule.name, premises, **_sides(rule, node))


def _sides(rule: CompiledRule, node: dict[str, str]) -> dict[str, str]:
    """Return what each variable stands for; of two that are the same the facts know only one."""
    same = {atom.o: atom.s for atom in rule.rule.body if isinstance(atom, TriplePattern) and atom.p == SAME_AS}
    return {term[1:]: node[same.get(term, term)] for atom in rule.rule.body for term in atom.terms if term[0] == "?"}


def _premise(atom: TriplePattern | ListPattern, node: dict[str, str]) -> str:
    words = [node.get(term, term if term.startswith("?") else _constant(term)) for term in atom.terms]
    return " ".join(words[:2]) + (" ∋ " if isinstance(atom, ListPattern) else " ") + " ".join(words[2:])


def _constant(term: str) -> str:
    return shorten(term) if ":" in term else term
