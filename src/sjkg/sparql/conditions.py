"""The conditions of a query's pattern, and texts of the query with some of them left out.

A condition is a triple pattern, a FILTER, a VALUES block or another element of one group of the WHERE clause. The graphs that
a group is matched with, after FROM or GRAPH, are a condition, too. A solution of the group meets all its conditions.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sjkg.sparql.syntax_tree import Tree, parse_query, slice_text, triple_patterns, variables_in
from sjkg.sparql.tokens import Token

MAX_CHARS = 8192  # of a query that is parsed; to parse one takes up to 50 ms
DATASET, GRAPH, TRIPLE = "DATASET", "GRAPH", "TRIPLE"
UNBINDING = ("FILTER", "MINUS")  # conditions that give no variable a value
BINDING = ("TriplesBlock", "DataBlock", "BoundVariable")  # non-terminals whose variables get a value
ALONE = (TRIPLE, GRAPH, "{", "VALUES")  # kinds of conditions that mean the same without the others


@dataclass(frozen=True, eq=False)
class PatternCondition:
    """One condition of a group.

    kind: TRIPLE, DATASET (the graphs of the query), GRAPH, “{” (a group, UNION or subquery), or the keyword of another element.
    text: that of the query, with single spaces. variables: those in it, with “?”. bound: those of them that it can give a value.
    triple: subject, property and object of a triple pattern; None for other kinds and for triples with brackets.
    groups: the groups of which one must match, of GRAPH, UNION and subqueries. operands: the terms that a FILTER compares, as
    texts, each with its variables; those without are left out. needed: the variables of a FILTER, in order, but those in its
    groups. label: describes graphs that the text does not name.
    """

    kind: str
    text: str
    variables: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    triple: tuple[str, str, str] | None = None
    groups: tuple["Group", ...] = ()
    operands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Group:
    """A group of conditions, as part of an ASK query that has nothing else.

    prologue: the text before ASK. graphs: the condition on its graphs, which is written before its “{”; None if there is none.
    conditions: the other ones, in order. alone: the texts between ASK and the group and after it, without other conditions.
    whole: the same, with all other conditions of the query. outside: the variables that conditions outside of the group can
    give a value.
    """

    prologue: str
    graphs: PatternCondition | None
    conditions: tuple[PatternCondition, ...]
    alone: tuple[str, str]
    whole: tuple[str, str]
    outside: frozenset[str] = frozenset()

    @property
    def all(self) -> tuple[PatternCondition, ...]:
        """Return all conditions, that on the graphs first."""
        return (self.graphs, *self.conditions) if self.graphs else self.conditions

    def write(
        self, kept: Container[PatternCondition], *, form: str = "ASK", added: str = "", is_whole: bool = False
    ) -> str:
        """Return a query with only those conditions of the group that are in `kept`.

        form: what to write instead of ASK, as in “SELECT *”. added: text after the conditions, before the “}” of the group.
        is_whole: whether to keep all conditions outside of the group.
        """
        head, tail = self.whole if is_whole else self.alone
        graphs = f"{self.graphs.text} " if self.graphs and self.graphs in kept else ""
        body = " ".join(
            f"{each.text} ." if each.kind == TRIPLE else each.text for each in self.conditions if each in kept
        )
        return f"{self.prologue} {form} {head}{graphs}{{ {body} {added} }}{tail}"


@dataclass(frozen=True)
class QueryConditions:
    """The pattern of a query as conditions.

    pattern: the outermost group. modifiers: the texts of HAVING, LIMIT 0 and OFFSET, which can leave no rows of the pattern's.
    is_construct: whether triples are made of the rows.
    """

    pattern: Group
    modifiers: tuple[str, ...]
    is_construct: bool


def read_conditions(text: str, selected: str = "") -> QueryConditions | None:
    """Return the conditions of a query; None for one without a pattern, one of more than MAX_CHARS and an invalid one.

    text: the query, without codepoint escapes. selected: a description of the graphs that are queried instead of those in the
    text; "" if there are none.
    """
    tree = parse_query(text) if len(text) <= MAX_CHARS else None
    if tree is None:
        return None
    prologue, query = tree.trees[:2]
    where = next(query.find_all("WhereClause", not_in=("SubSelect",)), None) or next(query.find_all("Template"), None)
    if where is None:
        return None
    clauses = " ".join(slice_text(text, each) for each in query.trees if each.name == "DatasetClause")
    dataset = None
    if selected:
        dataset = PatternCondition(DATASET, "", label=selected)
    elif clauses:
        dataset = PatternCondition(DATASET, clauses)
    values = [each for each in query.trees if each.name == "ValuesClause" and each.trees]
    group = where.trees[0] if where.name == "WhereClause" else where
    reader = _Reader(
        text,
        slice_text(text, prologue),
        "" if selected else clauses,
        group,
        " ".join(slice_text(text, each) for each in values),
    )
    conditions = (*reader.read(group), *(reader.make("VALUES", each) for each in values))
    around = ("", "")
    return QueryConditions(
        Group(reader.prologue, dataset, conditions, around, around),
        tuple(_modifiers(text, query)),
        query.name == "ConstructQuery",
    )


class _Reader:
    """Reads groups of a syntax tree as conditions.

    text: the query. prologue: its declarations. clauses: those of its graphs. outermost: the node of the outermost group.
    values: the text of the VALUES clause after that.
    """

    def __init__(self, text: str, prologue: str, clauses: str, outermost: Tree, values: str):
        self._text, self.prologue, self._head = text, prologue, f"{clauses} {{ "
        tokens = list(outermost.tokens)
        self._begin, self._end, self._values = tokens[0].end, tokens[-1].start, values
        self._bound = [
            token for each in outermost.find_all(*BINDING) for token in each.tokens if token.kind == "variable"
        ]

    def read(self, group: Tree) -> Iterator[PatternCondition]:
        """Yield the conditions of a node GroupGraphPattern or Template, in order, without those of a subquery's modifiers."""
        for node in group.trees:
            if node.name in ("TriplesBlock", "TriplesTemplate"):
                for same_subject in node.find_all("TriplesSameSubjectPath", "TriplesSameSubject"):
                    yield from self._read_triples(same_subject)
            elif node.name == "GraphPatternNotTriples":
                yield self._read_element(node)
            elif node.name == "SubSelect":
                where = next(node.find_all("WhereClause"))
                yield self.make("{", node, groups=(self._group(where.trees[0]),), braces=True)

    def make(
        self,
        kind: str,
        node: Tree,
        *,
        triple: tuple[str, str, str] | None = None,
        groups: tuple[Group, ...] = (),
        braces: bool = False,
    ) -> PatternCondition:
        """Return the condition for a node. braces: whether to write it in braces."""
        variables = variables_in(node)
        bound = variables if kind not in UNBINDING else frozenset()
        if kind == "BIND":
            bound = frozenset(t.text for each in node.find_all("BoundVariable") for t in each.tokens)
        text = slice_text(self._text, node)
        operands = {}
        if kind == "FILTER":
            compared = (
                each for each in node.find_all("RelationalExpression", not_in=("Exists",)) if len(each.trees) > 1
            )
            operands = {
                slice_text(self._text, side): variables_in(side) for each in compared for side in each.trees[:2]
            }
        operands = {side: names for side, names in operands.items() if names}
        needed = tuple(dict.fromkeys(_variables_outside_groups(node))) if kind == "FILTER" else ()
        return PatternCondition(
            kind, f"{{ {text} }}" if braces else text, variables, bound, triple, groups, operands, needed
        )

    def _read_element(self, node: Tree) -> PatternCondition:
        """Return the condition for a node GraphPatternNotTriples."""
        first = next(node.tokens)
        kind = first.text.upper()
        groups: tuple[Group, ...] = ()
        if kind == GRAPH:
            name = next(node.find_all("VarOrIri"))
            graphs = PatternCondition(
                GRAPH, f"GRAPH {slice_text(self._text, name)}", variables_in(name), variables_in(name)
            )
            groups = (self._group(node.trees[-1], graphs, first.start),)
        elif kind == "{":
            groups = tuple(self._group(each) for each in node.trees[0].trees)
        return self.make(kind, node, groups=groups)

    def _group(self, node: Tree, graphs: PatternCondition | None = None, start: int | None = None) -> Group:
        """Return a group inside the outermost one. start: where it begins with its graphs, if it has any."""
        tokens = list(node.tokens)
        before = self._text[self._begin : tokens[0].start if start is None else start]
        after = f"{self._text[tokens[-1].end : self._end]} {self._values} }}"
        outside = frozenset(f"?{t.text[1:]}" for t in self._bound if not tokens[0].start < t.start < tokens[-1].end)
        around = (self._head, " }"), (self._head + before, after)
        return Group(self.prologue, graphs, tuple(self.read(node)), *around, outside)

    def _read_triples(self, node: Tree) -> Iterator[PatternCondition]:
        """Yield a condition for each triple with the same subject, or one for all if some have brackets or annotations."""
        try:
            patterns = list(triple_patterns(node))
        except ValueError:
            yield self.make(TRIPLE, node)
            return
        for terms in patterns:
            subject, verb, value = (slice_text(self._text, term) for term in terms)
            variables = frozenset().union(*map(variables_in, terms))
            yield PatternCondition(TRIPLE, f"{subject} {verb} {value}", variables, variables, (subject, verb, value))


def _variables_outside_groups(node: Tree) -> Iterator[str]:
    """Yield the names of the variables below a node, with “?”, in order, but those in groups, as of NOT EXISTS."""
    for child in node.children:
        if isinstance(child, Token):
            if child.kind == "variable":
                yield f"?{child.text[1:]}"
        elif child.name != "GroupGraphPattern":
            yield from _variables_outside_groups(child)


def _modifiers(text: str, query: Tree) -> Iterator[str]:
    """Yield the texts of HAVING, of LIMIT 0 and of an OFFSET of the outermost query."""
    inside = ("SubSelect", "GroupGraphPattern", "Template")
    for node in query.find_all("HavingClause", "Limit", "Offset", not_in=inside):
        written = slice_text(text, node)
        if node.name != "Limit" or not written.rpartition(" ")[2].strip("0"):
            yield written


def bound_variables(conditions: Iterable[PatternCondition]) -> frozenset[str]:
    """Return the variables that some of the conditions can give a value, with “?”."""
    return frozenset().union(*(each.bound for each in conditions))
