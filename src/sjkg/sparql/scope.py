"""The rules of SPARQL that its grammar does not express: scopes of variables, aggregates, blank node labels, VALUES rows.

Sources: SPARQL 1.1 §18.2.1 (variable scope), §19.8 (notes on the grammar), §11.4 (aggregate projection restrictions)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sjkg.core.messages import count_noun
from sjkg.sparql.grammar import AGGREGATES
from sjkg.sparql.parser import Event
from sjkg.sparql.tokens import Token

Names = dict[str, Token]  # from the name of a variable, without ? or $, to the token that puts it into scope
AGGREGATE_NAMES = frozenset(f"COUNT GROUP_CONCAT {AGGREGATES}".split())
MAX_LIMIT = 2**64 - 1  # of the engine


class ScopeError(Exception):
    """Raised for a violation of a rule.

    token: the token that violates the rule. other: an earlier token with which `token` conflicts, or None. message: fault
    and advice, with {place} where the line and column of `other` are to be inserted.
    """

    def __init__(self, token: Token, message: str, other: Token | None = None):
        super().__init__(message)
        self.token, self.message, self.other = token, message, other


@dataclass
class _Query:
    """A query or subquery that is being read.

    pattern: the variables in scope at the end of its WHERE clause and of VALUES after it. items: for each item of SELECT a
    tuple of its variable, whether that is the name of an expression, and the variables that the expression uses outside of
    aggregates. used: the last of these lists, while an item is read. grouped: the variables of GROUP BY, or None if the
    query has neither GROUP BY nor aggregates. grouped_within: those in expressions of GROUP BY. star: the token * of SELECT *, else None.
    """

    pattern: Names = field(default_factory=dict)
    items: list[tuple[Token, bool, list[Token]]] = field(default_factory=list)
    used: list[Token] = field(default_factory=list)
    grouped: Names | None = None
    grouped_within: set[str] = field(default_factory=set)
    star: Token | None = None


class ScopeChecker:
    """Checker of SPARQL's rules on the scope of variables and blank node labels, for one parsed query; see `check`."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._queries: list[_Query] = []
        self._groups: list[Names | None] = []  # variables in scope in each open group; None where a query begins
        self._labels: dict[str, Token] = {}  # of blank nodes in the current basic graph pattern
        self._old_labels: dict[str, Token] = {}  # of those before it
        self._columns: list[Token] = []  # variables of the current VALUES
        self._cells = 0  # values in the current row
        self._bracket: Token | None = None  # the last “(”
        self._subject: list[Token] = []  # the tokens of the current triples

    def check(self, events: Iterable[Event]) -> None:
        """Raise ScopeError for the first violation in a query. events: all steps of its parsing, as of `Parser.events`."""
        for kind, name, token in events:
            if token:
                self._read_token(name, token)
            elif kind == "enter":
                self._open.append(name)
                self._enter(name)
            else:
                self._open.pop()
                self._leave(name)

    def _enter(self, name: str) -> None:
        """Update the state where the grammar rule `name` begins."""
        if name.endswith(("Query", "SubSelect")) and name != "Query":
            self._queries.append(_Query())
            self._groups.append(None)
        elif name == "GroupGraphPattern":
            self._groups.append({})
            self._end_labels()
        elif name == "GroupClause":
            self._queries[-1].grouped = {}
        elif name == "SelectItem":
            self._queries[-1].used = []
        elif name == "DataBlock":
            self._columns = []
        elif name.startswith("TriplesSameSubject"):
            self._subject = []
        elif name in ("DataRow", "DataValue"):
            self._cells = 0 if name == "DataRow" else self._cells + 1

    def _leave(self, name: str) -> None:
        """Update the state where the grammar rule `name` ends. Raises ScopeError for what can be checked only then."""
        if name.endswith(("Query", "SubSelect")) and name != "Query":
            self._groups.pop()
            query = self._queries.pop()
            exported = _check_query(query)
            if self._groups and (group := self._groups[-1]) is not None:
                group.update(exported)
        elif name == "GroupGraphPattern":
            variables = self._groups.pop() or {}
            self._end_labels()
            outer = self._groups[-1]
            if self._open[-1] == "WhereClause":
                self._queries[-1].pattern.update(variables)
            elif self._open[-1] not in ("Minus", "Exists") and outer is not None:
                outer.update({name: token for name, token in variables.items() if name not in outer})
        elif name.startswith("TriplesSameSubject") and [token.text for token in self._subject] in (
            ["[", "]"],
            ["(", ")"],
        ):
            raise ScopeError(
                self._subject[0], "this subject has no property; write a property and a value after it, or delete it"
            )
        elif name == "DataRow" and self._bracket and self._cells != len(self._columns):
            raise ScopeError(
                self._bracket,
                f"this row has {count_noun(self._cells, 'value')}, but VALUES names {count_noun(len(self._columns), 'variable')}; "
                "give one value for each variable, UNDEF for none",
            )

    def _end_labels(self) -> None:
        """End a basic graph pattern: its blank node labels may not be used in another one."""
        self._old_labels.update(self._labels)
        self._labels = {}

    def _read_token(self, terminal: str, token: Token) -> None:
        """Update the state for a token, which is `terminal` in the innermost open rule. Raises ScopeError for a violation."""
        rule = self._open[-1]
        self._subject.append(token)
        if terminal == "(":
            self._bracket = token
        elif terminal == "variable":
            self._read_variable(rule, token)
        elif terminal == "blank":
            if old := self._old_labels.get(token.text):
                raise ScopeError(
                    token,
                    f"the blank node label {token.text} is used in another group already (line {{place}}); use a variable or "
                    "another label",
                    old,
                )
            self._labels.setdefault(token.text, token)
        elif rule == "SelectAll":
            self._queries[-1].star = token
        elif rule in ("Limit", "Offset") and terminal == "integer" and int(token.text[:40]) > MAX_LIMIT:
            raise ScopeError(token, f"this number is larger than the engine allows; write at most {MAX_LIMIT}")
        elif terminal in AGGREGATE_NAMES:
            self._read_aggregate(token)

    def _read_aggregate(self, token: Token) -> None:
        """Record that the query has aggregates. token: the name of one. Raises ScopeError if it stands in a graph pattern."""
        if self._groups[-1] is not None:
            raise ScopeError(
                token,
                f"{token.text} is an aggregate, which cannot be used in a pattern; use it after SELECT, HAVING or ORDER BY, or "
                "in a subquery",
            )
        if self._queries[-1].grouped is None:
            self._queries[-1].grouped = {}

    def _read_variable(self, rule: str, token: Token) -> None:
        """Record a variable as selected, used or in scope, by the grammar rule that it stands in, such as BoundVariable.

        Raises ScopeError for a variable that BIND or VALUES would give a second value.
        """
        query, group, name = self._queries[-1], self._groups[-1], token.text[1:]
        if rule in ("SelectedVariable", "NamedVariable"):
            query.items.append((token, rule == "NamedVariable", query.used if rule == "NamedVariable" else []))
        elif rule == "UsedVariable":
            if group is None and "SelectItem" in self._open and not {"Aggregate", "Tolerant"} & set(self._open):
                query.used.append(token)
            elif group is None and "GroupClause" in self._open:
                query.grouped_within.add(name)
        elif rule == "GroupVariable":
            query.grouped = {**(query.grouped or {}), name: token}
        elif rule == "BoundVariable":
            if group is not None and name in group:
                raise ScopeError(
                    token,
                    f"{token.text} has a value already (line {{place}}); give BIND a new variable, or compare with FILTER",
                    group[name],
                )
            if group is not None:
                group[name] = token
        elif rule == "DataVariable":
            if any(column.text[1:] == name for column in self._columns):
                raise ScopeError(token, f"VALUES names {token.text} twice; delete one of the two")
            self._columns.append(token)
            (query.pattern if group is None else group).setdefault(name, token)
        elif rule == "PatternVariable" and group is not None:
            group.setdefault(name, token)


def _check_query(query: _Query) -> Names:
    """Return the variables that a complete query or subquery selects, as names without ? to tokens.

    Raises ScopeError for a SELECT clause that selects a variable twice, names an expression like a variable of the pattern,
    uses a variable that is neither grouped nor aggregated, or is SELECT * with GROUP BY or aggregates.
    """
    visible = query.pattern if query.grouped is None else query.grouped
    if query.star and query.grouped is not None:
        raise ScopeError(query.star, "SELECT * is not possible with GROUP BY or aggregates; name the variables")
    if query.star:
        return visible
    selected: Names = {}
    for token, is_expression, used in query.items:
        name = token.text[1:]
        if name in selected:
            raise ScopeError(
                token,
                f"{token.text} is selected twice (first in line {{place}}); delete one of the two",
                selected[name],
            )
        if is_expression and name in visible:
            raise ScopeError(
                token,
                f"{token.text} is a variable of the pattern already (line {{place}}); give the expression another name",
                visible[name],
            )
        ungrouped = [each for each in (used if is_expression else [token]) if each.text[1:] not in visible]
        if query.grouped is not None and ungrouped:
            each = ungrouped[0]
            if each.text[1:] in selected:
                raise ScopeError(
                    each,
                    f"{each.text} is the name of an expression of the same SELECT, which the engine cannot use here; repeat that expression",
                )
            if each.text[1:] in query.grouped_within:
                raise ScopeError(
                    each,
                    f"{each.text} is in GROUP BY only as a part of an expression; give that a name there, as in "
                    f"GROUP BY (YEAR({each.text}) AS ?name), and write ?name after SELECT",
                )
            raise ScopeError(
                each,
                f"{each.text} is neither in GROUP BY nor in an aggregate; add it to GROUP BY or write, for example, "
                f"SAMPLE({each.text})",
            )
        selected[name] = token
    return selected
