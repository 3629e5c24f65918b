"""Translation of an aggregate query to SQL over the tables, and to a text with which the engine completes the result.

The SQL matches the patterns and groups and aggregates their solutions. What is above that in the algebra (expressions of
SELECT, HAVING, ORDER BY, LIMIT) stays SPARQL, over a VALUES block with a row for each group; so the engine computes it.

Translated is only a query whose solutions are computed exactly by integers:
- SELECT of one group of triple patterns, with property paths of / and ^ only, and FILTER, over the default graph;
- FILTER compares variables and constants of one kind: nodes or strings by = and !=, integers or dates also by their order;
- it has GROUP BY with variables, or aggregates, or DISTINCT; aggregates are COUNT of anything, SUM and AVG of integers, MIN
  and MAX of integers or dates, each of a variable.
The kinds of the values of a variable are those of the objects of the predicates that it stands after; no value of another
kind exists, so that none of these operations can fail, as SPARQL has it for a sum with a text.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sjkg.columnar.tables import ANY, NODE, TermKind, TermTables
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.syntax_tree import Tree, parse_query, slice_text, triple_patterns, variables_in
from sjkg.sparql.tokens import Token, splice

TYPE = f"<{PREFIXES['rdf']}type>"
OPERATORS = {"=": "=", "!=": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
MIN_MATCHES = 2000  # of each triple pattern; the engine needs a few milliseconds for a query with fewer of one
MAX_CHARS = 8192  # of a query that is translated
EXCLUDED = ("Exists", "SubSelect", "DatasetClause", "BlankNode", "TripleTerm")
TERMS = ("iri", "name", "prefix", "string", "number", "word", "language", "mark")  # kinds of tokens of a constant

Resolver = Callable[[str, str], str]
"""Returns the term that a constant, as written after a prologue, stands for, as N-Triples that the engine writes."""


class NotTranslatable(Exception):
    """Raised for a query that the engine must evaluate."""


@dataclass(frozen=True)
class ColumnPlan:
    """A translated query.

    sql: a query with a row for each group. columns: its columns, as variables. numbers: those of them that are integers; the
    others are numbers of terms. before, after: the parts of the query that completes the result, between which VALUES stands.
    """

    sql: str
    columns: tuple[str, ...]
    numbers: frozenset[str]
    before: str
    after: str

    def complete(self, rows: Sequence[Sequence[str]]) -> str:
        """Return the SPARQL text that completes the result. rows: a term, or UNDEF, for each column."""
        values = " ".join(f"({' '.join(row)})" for row in rows)
        return f"{self.before} VALUES ({' '.join(self.columns)}) {{ {values} }} {self.after}"


@dataclass
class _Operand:
    """A variable or constant of a comparison: its SQL expression and the kinds of its values."""

    sql: str
    kinds: TermKind


def translate(text: str, tables: TermTables, resolve: Resolver, min_matches: int = MIN_MATCHES) -> ColumnPlan:
    """Return the plan of a query. Raises NotTranslatable for one that the engine must evaluate.

    text: a valid query without codepoint escapes, of at most MAX_CHARS. min_matches: a query with fewer matches of one of its triple patterns is not
    translated.
    """
    tree = parse_query(text)
    if tree is None or tree.trees[1].name != "SelectQuery" or any(True for _ in tree.find_all(*EXCLUDED)):
        raise NotTranslatable
    return _Translator(text, tree, tables, resolve, min_matches).translate()


class _Translator:
    """Translates one query.

    _columns: the SQL expressions of each variable, one for each place in a pattern. _kinds: the kinds of its values.
    _aggregates: the SQL of each aggregate, by the variable that stands for it in the completing query.
    """

    def __init__(self, text: str, tree: Tree, tables: TermTables, resolve: Resolver, min_matches: int):
        prologue, self._query = tree.trees[:2]
        self._text, self._tables, self._prologue = text, tables, slice_text(text, prologue)
        self._parts = {each.name: each for each in self._query.trees}
        self._modifier = self._parts.get("SolutionModifier", Tree(""))
        self._filters: list[Tree] = []
        self._columns: dict[str, list[str]] = {}
        self._kinds: dict[str, TermKind] = {}
        self._conditions: list[str] = []
        self._aggregates: dict[str, str] = {}
        self._min_matches, self._step_count = min_matches, 0
        self._resolve, self._constants = resolve, dict[str, tuple[int, TermKind]]()
        self._patterns = [*self._read_group(self._parts["WhereClause"].trees[0])]

    def translate(self) -> ColumnPlan:
        """Return the plan. Raises NotTranslatable."""
        for number, pattern in enumerate(self._patterns):
            self._add_pattern(f"t{number}", pattern)
        for columns in self._columns.values():
            self._conditions += [f"{columns[0]} = {other}" for other in columns[1:]]
        for node in self._filters:
            self._conditions.append(self._condition(node.trees[0]))
        keys = self._group_keys()
        before, after = self._rest()
        names = (*keys, *self._aggregates)
        selected = [f"{self._columns[key][0]}" for key in keys] + [*self._aggregates.values()]
        tables = ", ".join(f"triple AS t{number}" for number in range(len(self._patterns)))
        grouping = f" GROUP BY {', '.join(str(number + 1) for number in range(len(keys)))}" if keys else ""
        sql = f"SELECT {', '.join(selected)} FROM {tables} WHERE {' AND '.join(self._conditions) or 'true'}{grouping}"
        numbers = frozenset(
            name for name, expression in self._aggregates.items() if not expression.startswith(("min", "max"))
        )
        return ColumnPlan(sql, names, numbers, before, after)

    def _read_group(self, group: Tree) -> Iterator[tuple[str, str, str]]:
        """Yield the triple patterns of a group, as texts of terms, and keep its filters."""
        for node in group.trees:
            if node.name == "TriplesBlock":
                for same_subject in node.find_all("TriplesSameSubjectPath"):
                    for subject, verb, value in triple_patterns(same_subject):
                        yield from self._read_path(verb, _term(self._text, subject), _term(self._text, value))
            elif node.name == "GraphPatternNotTriples" and node.trees[0].name == "Filter":
                self._filters.append(node.trees[0])
            else:
                raise NotTranslatable

    def _read_path(self, verb: Tree, subject: str, value: str) -> Iterator[tuple[str, str, str]]:
        """Yield a triple pattern for each step of a path; between them are variables that the query does not have."""
        steps: list[list[Token]] = [[]]
        for token in verb.tokens:
            if token.text == "/":
                steps.append([])
            else:
                steps[-1].append(token)
        for number, step in enumerate(steps):
            is_inverse = len(step) == 2 and step[0].text == "^"
            if len(step) != 1 + is_inverse or step[-1].kind not in ("iri", "name", "variable", "word"):
                raise NotTranslatable
            self._step_count += 1
            end = value if number == len(steps) - 1 else f"?/{self._step_count}"
            name = f"?{step[-1].text[1:]}" if step[-1].kind == "variable" else step[-1].text
            yield (end, name, subject) if is_inverse else (subject, name, end)
            subject = end

    def _constant(self, written: str) -> tuple[int, TermKind]:
        """Return number and kind of a constant, as the query has it."""
        if written not in self._constants:
            term = self._resolve(self._prologue, TYPE if written == "a" else written)
            self._constants[written] = self._tables.find(term)
        return self._constants[written]

    def _add_pattern(self, table: str, pattern: tuple[str, str, str]) -> None:
        """Add the conditions of a triple pattern, and its variables. Raises NotTranslatable if it has few matches."""
        is_open = pattern[1].startswith("?")
        id = None if is_open else self._constant(pattern[1])[0]
        found = [each for each in self._tables.predicates.values() if id in (None, each.id)]
        matches, kinds = sum(each.triples for each in found), ANY if is_open or not found else found[0].kinds
        conditions = []
        for column, term, possible in zip(
            "pso", (pattern[1], pattern[0], pattern[2]), (NODE, NODE, kinds), strict=True
        ):
            if term.startswith("?"):
                self._columns.setdefault(term, []).append(f"{table}.{column}")
                self._kinds[term] = self._kinds.get(term, ANY) & possible
            else:
                conditions.append(f"{table}.{column} = {self._constant(term)[0]}")
        if matches >= self._min_matches and len(conditions) > 1 - is_open:
            counted = f"SELECT count(*) FROM triple AS {table} WHERE {' AND '.join(conditions)}"
            matches = self._tables.rows(counted)[0][0]
        if matches < self._min_matches:
            raise NotTranslatable
        self._conditions += conditions

    def _group_keys(self) -> list[str]:
        """Return the variables of GROUP BY, or of SELECT DISTINCT in a query without aggregates."""
        selected = [*self._parts["SelectClause"].find_all("SelectItem", "SelectAll")]
        is_aggregate = any(True for _ in self._query.find_all("Aggregate"))
        group = next(self._modifier.find_all("GroupClause"), None)
        if group:
            conditions = [next(each.tokens) for each in group.trees]
            if any(len([*each.tokens]) > 1 for each in group.trees):
                raise NotTranslatable
            keys = [f"?{token.text[1:]}" for token in conditions]
        elif is_aggregate:
            keys = []
        elif any(
            token.is_word("DISTINCT") for token in self._parts["SelectClause"].children if isinstance(token, Token)
        ):
            keys = [f"?{next(item.tokens).text[1:]}" for item in selected]
            used = variables_in(self._modifier)
            if any(len([*item.tokens]) > 1 or item.name == "SelectAll" for item in selected) or not used <= {*keys}:
                raise NotTranslatable
        else:
            raise NotTranslatable
        if not self._columns.keys() >= {*keys}:
            raise NotTranslatable
        return [*dict.fromkeys(keys)]

    def _rest(self) -> tuple[str, str]:
        """Return the completing query before and after VALUES, and fill `_aggregates`."""
        if self._parts.get("ValuesClause", Tree("")).children:
            raise NotTranslatable
        having = "".join(
            f" FILTER({self._write(each)})" for node in self._modifier.find_all("HavingClause") for each in node.trees
        )
        rest = " ".join(
            self._write(node) for node in self._modifier.trees if node.name not in ("GroupClause", "HavingClause")
        )
        return f"{self._prologue} {self._write(self._parts['SelectClause'])} {{", f"{having} }} {rest}"

    def _write(self, node: Tree) -> str:
        """Return the text of a node in which each aggregate is a variable, or an expression of variables."""
        tokens = [*node.tokens]
        start = tokens[0].start if tokens else 0
        changes = []
        for aggregate in [node] if node.name == "Aggregate" else node.find_all("Aggregate"):
            inside = [*aggregate.tokens]
            changes.append((inside[0].start - start, inside[-1].end - start, self._aggregate(inside)))
        return splice(self._text[start : tokens[-1].end], changes) if tokens else ""

    def _aggregate(self, tokens: Sequence[Token]) -> str:
        """Return the text for an aggregate, given as its tokens, in the completing query."""
        name, *inside = (token for token in tokens if token.text not in ("(", ")"))
        distinct = "DISTINCT " if inside[0].is_word("DISTINCT") else ""
        inside = inside[bool(distinct) :]
        if len(inside) != 1 or len(tokens) != 4 + bool(distinct):
            raise NotTranslatable
        word, argument = name.text.upper(), inside[0]
        if word == "COUNT" and argument.text == "*" and not distinct:
            return self._name_aggregate("count(*)")
        variable = f"?{argument.text[1:]}"
        if argument.kind != "variable" or variable not in self._columns:
            raise NotTranslatable
        column, kinds = self._columns[variable][0], self._kinds[variable]
        if word == "COUNT":
            return self._name_aggregate(f"count({distinct}{column})")
        if word in ("MIN", "MAX") and kinds in (TermKind.INTEGER, TermKind.DATE):
            return self._name_aggregate(f"{word.lower()}({column})")
        if word in ("SUM", "AVG") and kinds == TermKind.INTEGER:
            total = self._name_aggregate(f"coalesce(sum({distinct}{column} - {TermKind.INTEGER.zero}), 0)")
            if word == "SUM":
                return total
            count = self._name_aggregate(f"count({distinct}{column})")
            return f"IF({count} = 0, 0, {total} / {count})"
        raise NotTranslatable

    def _name_aggregate(self, sql: str) -> str:
        """Return the variable of an SQL aggregate, a new one for a new aggregate."""
        for name, known in self._aggregates.items():
            if known == sql:
                return name
        name = f"?aggregate{len(self._aggregates)}"
        if name in variables_in(self._query):
            raise NotTranslatable
        self._aggregates[name] = sql
        return name

    def _condition(self, node: Tree) -> str:
        """Return the SQL of a logical expression."""
        first = next(node.tokens)
        if node.name == "UnaryExpression" and first.text == "!":
            return f"NOT {self._condition(node.trees[0])}"
        operands = [*_operands(node)]
        if node.name in ("Expression", "AndExpression") and len(operands) > 1:
            junction = " OR " if node.name == "Expression" else " AND "
            return f"({junction.join(map(self._condition, operands))})"
        if node.name == "RelationalExpression" and len(operands) > 1:
            operator = next(child for child in node.children if isinstance(child, Token))
            left = self._operand(operands[0])
            if operator.text in OPERATORS:
                return _compare(left, operator.text, self._operand(operands[1]))
            equal = " OR ".join(_compare(left, "=", self._operand(each)) for each in operands[1:])
            return f"({equal})" if operator.is_word("IN") else f"NOT ({equal})"
        if len(node.trees) == 1 and (len(node.children) == 1 or node.name == "Bracketed"):
            return self._condition(node.trees[0])
        raise NotTranslatable

    def _operand(self, node: Tree) -> _Operand:
        """Return the operand that an expression is, if it is a variable or a constant."""
        term = _term(self._text, node)
        if not term.startswith("?"):
            id, kind = self._constant(term)
            return _Operand(str(id), kind)
        if term not in self._columns:
            raise NotTranslatable
        return _Operand(self._columns[term][0], self._kinds[term])


def _operands(node: Tree) -> Iterator[Tree]:
    """Yield the operands of an expression, those of IN one by one."""
    for each in node.trees:
        yield from each.trees if each.name == "ExpressionList" else (each,)


def _compare(left: _Operand, operator: str, right: _Operand) -> str:
    """Return the SQL of a comparison. Raises NotTranslatable unless the values are of kinds that numbers compare."""
    kinds = left.kinds | right.kinds
    is_equality = operator in ("=", "!=")
    if kinds in (TermKind.INTEGER, TermKind.DATE) or (is_equality and (kinds == TermKind.STRING or not kinds & ~NODE)):
        return f"{left.sql} {OPERATORS[operator]} {right.sql}"
    raise NotTranslatable


def _term(text: str, node: Tree) -> str:
    """Return a variable, with “?”, or a constant as the query has it. Raises NotTranslatable for any other expression."""
    tokens = [*node.tokens]
    if len(tokens) == 1 and tokens[0].kind == "variable":
        return f"?{tokens[0].text[1:]}"
    if any(token.kind not in TERMS or token.text in ("(", "*", "/", "!", "<<(") for token in tokens):
        raise NotTranslatable
    return slice_text(text, node)
