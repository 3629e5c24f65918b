"""Aggregates without a value because of single rows: SUM, AVG, MIN, MAX and GROUP_CONCAT of a group with an unbound variable.

Source: SPARQL 1.1 §18.5.1 (an unbound variable is an error in an aggregate, and only COUNT and SAMPLE skip errors),
https://www.w3.org/TR/sparql11-query/#aggregateAlgebra
"""

import re
from collections.abc import Iterator
from typing import Any

from sjkg.core.messages import count_noun
from sjkg.sparql.conditions import MAX_CHARS
from sjkg.sparql.empty_results import Evaluate
from sjkg.sparql.syntax_tree import Tree, parse_query, slice_text

AGGREGATE = re.compile(r"\b(SUM|AVG|MIN|MAX|GROUP_CONCAT)\s*\(", re.IGNORECASE)
FILLERS = {"GROUP_CONCAT": '""', "SUM": "0"}  # values that add nothing
MAX_NAMED = 3


def may_have_empty_aggregates(text: str) -> bool:
    """Return whether a query may have aggregates that one unbound variable leaves without a value; True also for some others."""
    return len(text) <= MAX_CHARS and AGGREGATE.search(text) is not None


def find_empty_aggregates(text: str, rows: list[dict[str, Any]], evaluate: Evaluate) -> str:
    """Return sentences, without full stop, on selected aggregates without a value in some rows of a result; "" if there are none.

    text: the query, without codepoint escapes. rows: its result, dicts of the variables that have a value, without “?”.
    evaluate: its errors are raised. Only aggregates are named of which the argument has no value in some match of the pattern.
    """
    tree = parse_query(text)
    if tree is None:
        return ""
    prologue, query = tree.trees[:2]
    where = next(query.find_all("WhereClause", not_in=("SubSelect",)), None)
    if where is None or query.name != "SelectQuery":
        return ""
    clauses = " ".join(slice_text(text, each) for each in query.trees if each.name in ("DatasetClause",))
    values = " ".join(slice_text(text, each) for each in query.trees if each.name == "ValuesClause")
    pattern = slice_text(text, where.trees[0])
    sentences = []
    for name, aggregate, argument in _selected_aggregates(text, query):
        empty = sum(name not in row for row in rows)
        check = f"{{ {pattern} BIND(({argument}) AS ?sjkgFound) FILTER(!BOUND(?sjkgFound)) }}"
        attempt = f"{slice_text(text, prologue)} ASK {clauses} {check} {values}"
        if empty and evaluate(attempt, False).get("boolean"):
            sentences.append(_describe(name, aggregate, argument, empty, len(rows)))
    return "; ".join(sentences[:MAX_NAMED])


def _describe(name: str, aggregate: str, argument: str, empty: int, total: int) -> str:
    """Return a clause on an aggregate that has no value in `empty` of `total` rows."""
    advice = f"leave such matches out, as with FILTER(BOUND({argument if argument.startswith('?') else '?x'}))"
    if filler := FILLERS.get(aggregate):
        advice = f"write {aggregate}(COALESCE({argument}, {filler}))"
    return (
        f"?{name} has no value in {count_noun(empty, 'row')} of {total:,}: one match in which {argument} has no value leaves "
        f"{aggregate} of its whole group without one; {advice}"
    )


def _selected_aggregates(text: str, query: Tree) -> Iterator[tuple[str, str, str]]:
    """Yield for each item of SELECT that is one such aggregate its variable, without “?”, the aggregate and the argument."""
    select = next(query.find_all("SelectClause"))
    for item in select.find_all("SelectItem"):
        variable = next(item.find_all("NamedVariable"), None)
        for node in item.find_all("Aggregate"):
            aggregate = next(node.tokens).text.upper()
            if variable and node.trees and AGGREGATE.match(f"{aggregate}("):
                argument = next(node.find_all("Expression"))
                yield next(variable.tokens).text[1:], aggregate, slice_text(text, argument)
