"""The reason why the result of a query is empty: a smallest set of its conditions that nothing meets together.

Such a set is found by leaving out one condition after the other while the result stays empty (a minimal unsatisfiable subset,
found by deletion). Each attempt is a query, which the caller evaluates.
Source: Marques-Silva, Minimal Unsatisfiability: Models, Algorithms and Applications (2010), §3, deletion-based algorithm
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote

from sjkg.core.messages import count_noun
from sjkg.core.terms import JsonTerm, show_term
from sjkg.core.vocabulary import PREFIXES, shorten
from sjkg.sparql.conditions import ALONE, DATASET, Group, PatternCondition, bound_variables, read_conditions

EMPTY_RESULT = "SJKG-Empty-Result"  # the HTTP header
MAX_CONDITIONS = 24
MAX_TEXT_CHARS = 120
MAX_INSTEAD = 3  # facts that hold in place of a condition
MAX_EXPLAINED = 2  # conditions for which such facts are searched
MAX_NAMED = 6  # conditions in a message
MAX_HEADER_CHARS = 3000
HEADER_SAFE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '%"')
MODIFIER = re.compile(r"(HAVING|LIMIT|OFFSET)\b", re.IGNORECASE)
PROPERTY = re.compile(r"a|<[^>]*>|[^\s/|^*+?!()]*:[^\s/|^*+?!()]*")  # and no path

Evaluate = Callable[[str, bool], dict[str, Any]]
"""Returns the result of an ASK or SELECT query in SPARQL JSON; the second argument is whether all graphs are queried, and not
those selected outside of the text."""


class UnmetCondition(NamedTuple):
    """A condition of a query with an empty result.

    text: as in the query. is_decisive: whether the query without it would have a result. instead: what holds in its
    place of the things that meet the others, such as “sjkg:ofState actor:example (12)”. unbound: the variables that it needs
    and that nothing in its braces can give a value. is_misplaced: whether conditions outside of its braces give them one.
    """

    text: str
    is_decisive: bool = False
    instead: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()
    is_misplaced: bool = False

    @property
    def scope_message(self) -> str:
        """Return a clause on the variables `unbound`, as part of a sentence; "" if there are none."""
        if not self.unbound:
            return ""
        names, verb = _join(self.unbound, "and"), "has" if len(self.unbound) == 1 else "have"
        if not self.is_misplaced:
            return f"{names} {verb} no value, since no condition gives one"
        return (
            f"{names} {verb} no value in the braces around “{self.text}”, which are evaluated by themselves; "
            "move it out of these braces"
        )


@dataclass(frozen=True)
class NoMatch:
    """Conditions of a query that nothing meets together, so that its result is empty."""

    conditions: tuple[UnmetCondition, ...]

    @property
    def message(self) -> str:
        """Return a sentence, without full stop, that names the first MAX_NAMED conditions."""
        texts = [f"“{each.text}”" for each in self.conditions]
        decisive = [f"“{each.text}”" for each in self.conditions if each.is_decisive]
        if MODIFIER.match(self.conditions[0].text):
            return f"the result is empty: the pattern has matches, but {_join(texts, 'with')} leaves no row"
        parts = [f"the result is empty: nothing matches {_join(texts, 'and')}{' together' * (len(texts) > 1)}"]
        if len(decisive) == len(texts) > 1:
            parts.append("there is a result if any one of them is left out")
        elif decisive:
            parts.append(f"there is a result without {_join(decisive, 'or without')}")
        parts += [
            f"instead of “{each.text}” there is {_join(each.instead, 'and')}"
            for each in self.conditions
            if each.instead
        ]
        return "; ".join((*parts, *filter(None, (each.scope_message for each in self.conditions))))


def _join(texts: Sequence[str], word: str) -> str:
    """Return texts as a list in a sentence, with a word before the last one; of more than MAX_NAMED, the others are counted."""
    if len(texts) > MAX_NAMED:
        texts = (*texts[: MAX_NAMED - 1], count_noun(len(texts) - MAX_NAMED + 1, "other condition"))
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def write_reason(reason: str) -> str:
    """Return a reason, cut, as the value of the header EMPTY_RESULT, a Display String.

    Source: RFC 9651 §3.3.8, https://www.rfc-editor.org/rfc/rfc9651#section-3.3.8
    """
    encoded = ""
    for character in reason:
        added = character if character in HEADER_SAFE else "".join(f"%{byte:02x}" for byte in character.encode())
        if len(encoded) + len(added) > MAX_HEADER_CHARS:
            break
        encoded += added
    return f'%"{encoded}"'


def read_reason(header: str) -> str:
    """Return the reason in the value of a header EMPTY_RESULT; "" for a value that is not a Display String."""
    return unquote(header[2:-1]) if header.startswith('%"') and header.endswith('"') else ""


def find_no_match(text: str, selected: str, evaluate: Evaluate) -> NoMatch | None:
    """Return conditions of a query with an empty result that nothing meets together; None if none are found.

    text: the query, without codepoint escapes. selected: a description of graphs selected outside of the text, "" for none.
    evaluate: its errors are raised, so that it can end the search; it may return a result without “boolean” or “results”.
    """
    query = read_conditions(text, selected)
    if query is None or len(query.pattern.all) > MAX_CONDITIONS:
        return None
    search = _Search(evaluate, checks_whole=not (query.modifiers or query.is_construct))
    if not search.has_match(query.pattern, query.pattern.all):
        return search.explain(query.pattern)
    conditions = tuple(UnmetCondition(each, len(query.modifiers) == 1) for each in query.modifiers)
    return NoMatch(conditions) if conditions else None


class _Search:
    """A search for conditions that nothing meets.

    evaluate: evaluates a query; see Evaluate. checks_whole: whether a match of the pattern makes a result of the query.
    """

    def __init__(self, evaluate: Evaluate, checks_whole: bool):
        self._evaluate, self._checks_whole = evaluate, checks_whole

    def has_match(
        self, group: Group, kept: Iterable[PatternCondition], *, added: str = "", is_whole: bool = False
    ) -> bool:
        """Return whether something meets the conditions `kept` of a group; the other arguments are those of `Group.write`."""
        chosen = frozenset(kept)
        result = self._evaluate(group.write(chosen, added=added, is_whole=is_whole), _is_of_all_graphs(group, chosen))
        return bool(result["boolean"])

    def explain(self, group: Group) -> NoMatch | None:
        """Return conditions of a group that nothing meets together; None if there are too many, or there is a match."""
        if len(group.all) > MAX_CONDITIONS or self.has_match(group, group.all):
            return None
        unmet = self._find_unmet(group)
        if len(unmet) == 1:
            inner = next(filter(None, map(self.explain, unmet[0].groups)), None)
            if inner:
                return inner
        decisive = [each for each in unmet if self._checks_whole and self._is_decisive(group, each)]
        explained = (decisive or unmet)[:MAX_EXPLAINED]
        bound = bound_variables(group.all)
        unbound = {each: tuple(name for name in each.needed if name not in bound) for each in unmet}
        return NoMatch(
            tuple(
                UnmetCondition(
                    _shorten(each.label or each.text),
                    each in decisive,
                    self._find_instead(group, unmet, each) if each in explained else (),
                    unbound[each],
                    bool(unbound[each]) and group.outside.issuperset(unbound[each]),
                )
                for each in unmet
            )
        )

    def _find_unmet(self, group: Group) -> tuple[PatternCondition, ...]:
        """Return a smallest set of conditions of a group without a match, in order: a single one, if there is one."""
        graphs = (group.graphs,) if group.graphs else ()
        for each in group.conditions:
            if each.kind in ALONE and not self.has_match(group, (*graphs, each)):
                return self._reduce(group, (*graphs, each))
        return self._reduce(group, group.all)

    def _reduce(self, group: Group, unmet: tuple[PatternCondition, ...]) -> tuple[PatternCondition, ...]:
        """Return conditions without a match after leaving out those without which there is none either.

        Conditions that only restrict are left out first, so that none stays whose variables have no value without another.
        """
        bindable = bound_variables(unmet)
        for each in (*(each for each in unmet if not each.bound), *(each for each in unmet[::-1] if each.bound)):
            rest = tuple(other for other in unmet if other is not each)
            available = bound_variables(rest)
            is_needed = any((other.variables - other.bound) & bindable - available for other in rest)
            if not is_needed and not self.has_match(group, rest):
                unmet = rest
        return unmet

    def _is_decisive(self, group: Group, condition: PatternCondition) -> bool:
        """Return whether the query has a result without a condition of a group."""
        return self.has_match(group, (each for each in group.all if each is not condition), is_whole=True)

    def _find_instead(
        self, group: Group, unmet: tuple[PatternCondition, ...], condition: PatternCondition
    ) -> tuple[str, ...]:
        """Return what holds in place of one of the conditions `unmet` of a group, for what meets the others of these."""
        rest = frozenset(each for each in unmet if each is not condition)
        return tuple(islice(dict.fromkeys(self._find_facts(group, rest, condition)), MAX_INSTEAD))

    def _find_facts(
        self, group: Group, rest: frozenset[PatternCondition], condition: PatternCondition
    ) -> Iterator[str]:
        """Yield what holds in place of a condition for what meets the conditions `rest` of a group."""
        if condition.kind == "FILTER":
            yield from self._find_values(group, rest, condition)
        if condition.triple is None or not PROPERTY.fullmatch(condition.triple[1]):
            return
        subject, verb, value = condition.triple
        bound = bound_variables(rest)
        has_value = value[0] not in "?$" or f"?{value[1:]}" in bound
        counted = "*" if subject[0] not in "?$" else f"DISTINCT {subject}"
        if value[0] not in "\"'0123456789+-" and self.has_match(group, rest, added=f"{value} {verb} {subject}"):
            yield f"{value} {verb} {subject}"
        if has_value and verb != "a":
            yield from self._count(group, rest, counted, f"{subject} ?sjkgFound {value}", f"{subject} {{}} {value}")
        if value[0] not in "?$" and rest:
            yield from self._count(group, rest, counted, f"{subject} {verb} ?sjkgFound", f"{subject} {verb} {{}}")
        if not has_value and verb != "a":
            broader = f"{verb} <{PREFIXES['rdfs']}subPropertyOf>+ ?sjkgFound . {subject} ?sjkgFound {value}"
            yield from self._count(group, rest, counted, broader, f"{subject} {{}} {value}")

    def _count(
        self, group: Group, rest: frozenset[PatternCondition], counted: str, added: str, shown: str
    ) -> Iterator[str]:
        """Yield the most frequent values of ?sjkgFound in the pattern `added`, for what meets `rest`, put into `shown`, with their numbers."""
        form = f"SELECT ?sjkgFound (COUNT({counted}) AS ?sjkgCount)"
        text = group.write(rest, form=form, added=added) + " GROUP BY ?sjkgFound ORDER BY DESC(?sjkgCount) ?sjkgFound"
        rows = self._evaluate(f"{text} LIMIT {MAX_INSTEAD}", _is_of_all_graphs(group, rest))["results"]["bindings"]
        for row in rows:
            found = write_term(row["sjkgFound"]) if "sjkgFound" in row else "an error"
            yield f"{shown.replace('{}', found)} ({row['sjkgCount']['value']})"

    def _find_values(
        self, group: Group, rest: frozenset[PatternCondition], condition: PatternCondition
    ) -> Iterator[str]:
        """Yield the most frequent values that each operand of a FILTER has for what meets `rest`, as in “?number = 5 (3)”."""
        bound = bound_variables(rest)
        for operand, variables in condition.operands.items():
            if variables <= bound:
                yield from self._count(group, rest, "*", f"BIND({operand} AS ?sjkgFound)", f"{operand} = {{}}")


def _is_of_all_graphs(group: Group, kept: frozenset[PatternCondition]) -> bool:
    """Return whether the condition on the graphs of the query is one of the group, and is left out."""
    return group.graphs is not None and group.graphs.kind == DATASET and group.graphs not in kept


def write_term(term: JsonTerm) -> str:
    """Return a term of SPARQL JSON as a query can write it, but cut to MAX_TEXT_CHARS."""
    if term["type"] == "uri":
        return shorten(term["value"])
    text = show_term(term)
    if term["type"] == "literal":
        datatype = term.get("datatype", "")
        ending = f"@{term['xml:lang']}" if "xml:lang" in term else f"^^{shorten(datatype)}" if datatype else ""
        text = text if datatype.endswith(("#integer", "#decimal", "#boolean")) else f'"{text}"{ending}'
    return _shorten(text)


def _shorten(text: str) -> str:
    """Return a text, cut to MAX_TEXT_CHARS, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT_CHARS else f"{line[: MAX_TEXT_CHARS - 1]}…"
