"""The lists that axioms are made of: intersections, chains, keys, enumerations.

What the axioms at hand bind, rule by rule: small tables that the rules join with the facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sjkg.reason.compile import (
    FIRST,
    NIL,
    REST,
    SAME_AS,
    TYPE,
    CompiledRule,
    Encode,
    axioms_of,
    compile_rule,
    keyword_of,
    one_side,
)
from sjkg.reason.rules import TABLE, ListPattern, Rule, rules
from sjkg.reason.tables import Tables

Cells = dict[int, list[tuple[int, int]]]


def collect_lists(tables: Tables, encode: Encode, properties: Iterable[str], whole: Iterable[str]) -> set[int]:
    """Make the tables member(list, place, item) and list{n}(list, item1, …) of the lists that axioms point to.

    properties: those whose value is a list; whole: those of them whose rules are about all members at once.
    Returns the lengths of the latter, 0 not among them: no rule says anything about an empty list.
    A list counts that ends in rdf:nil; one that forks is all the lists along its branches, one that goes in a circle none.
    """
    of_axioms = ", ".join(str(number) for name in properties for number in encode(name))
    tables.create(
        "cell",
        "SELECT f.s AS node, f.o AS item, r.o AS rest FROM fact f, fact r "
        f"WHERE f.s = r.s AND f.p = {encode(FIRST)[0]} AND r.p = {encode(REST)[0]}",
    )
    cells: Cells = defaultdict(list)
    for node, item, rest in tables.rows(
        f"WITH RECURSIVE reached(node) AS (SELECT o FROM axiom WHERE p IN ({of_axioms}) UNION "
        "SELECT rest FROM reached, cell WHERE cell.node = reached.node) "
        "SELECT cell.* FROM reached, cell WHERE cell.node = reached.node ORDER BY ALL"
    ):
        cells[node].append((item, rest))
    heads = tables.rows(f"SELECT DISTINCT p, o FROM axiom WHERE p IN ({of_axioms}) ORDER BY ALL")
    lists = {(head, items) for _, head in heads for items in _walk(head, cells, encode(NIL)[0])}
    members = {(head, place, item) for head, items in lists for place, item in enumerate(items)}
    tables.fill("member", ("list", "place", "item"), sorted(members))
    taken_whole = {head for p, head in heads if p in {number for name in whole for number in encode(name)}}
    lengths = {len(items) for head, items in lists if head in taken_whole and items}
    for length in lengths:
        columns = ("list", *(f"item{place}" for place in range(1, length + 1)))
        rows = sorted((head, *items) for head, items in lists if head in taken_whole and len(items) == length)
        tables.fill(f"list{length}", columns, rows)
    return lengths


def _walk(head: int, cells: Cells, nil: int) -> Iterator[tuple[int, ...]]:
    """Yield the items along every way from a head to the end."""
    ways: list[tuple[int, list[int], set[int]]] = [(head, [], set())]
    while ways:
        node, items, passed = ways.pop()
        while node in cells and node not in passed:
            passed.add(node)
            (item, rest), *forks = cells[node]
            ways += [(other_rest, [*items, other], set(passed)) for other, other_rest in forks]
            items.append(item)
            node = rest
        if node == nil:
            yield tuple(items)


def prepare(rule: Rule) -> CompiledRule:
    """Compile a rule; of one that makes two things equal the half that is about one of them."""
    return compile_rule(one_side(rule) if any(triple.p == SAME_AS for triple in rule.head) else rule)


COMPILED = tuple(map(prepare, rules(TABLE)))
ON_WHOLE_LISTS = tuple(map(prepare, rules(TABLE, 1)))
ON_AXIOMS = tuple(c for c in COMPILED if not c.facts and not any(isinstance(a, ListPattern) for a in c.axioms))
CONTRADICTIONS = tuple(c for c in COMPILED if not c.rule.head)
ON_FACTS = tuple(c for c in COMPILED if c.rule.head and c not in ON_AXIOMS)

_ATOMS = tuple(atom for rule in (*COMPILED, *ON_WHOLE_LISTS) for atom in rule.axioms)
PROPERTIES = frozenset(atom.p for atom in _ATOMS if atom.p != TYPE)
CLASSES = frozenset(atom.o for atom in _ATOMS if atom.p == TYPE)
LIST_PROPERTIES = frozenset(atom.p for atom in _ATOMS if isinstance(atom, ListPattern))
WHOLE_LIST_PROPERTIES = frozenset(atom.p for atom in _ATOMS if isinstance(atom, ListPattern) and atom.whole)


def is_axiom(encode: Encode) -> str:
    """Return the condition on a fact that makes it an axiom."""
    properties, classes = (_numbers(names, encode) for names in (PROPERTIES, CLASSES))
    return f"(p IN ({properties}) OR p = {encode(TYPE)[0]} AND o IN ({classes}))"


def keywords_in_use(tables: Tables, encode: Encode, table: str) -> set[int]:
    """Return the words by which the axioms of a table are known."""
    type_of = encode(TYPE)[0]
    return {word for (word,) in tables.rows(f"SELECT DISTINCT CASE p WHEN {type_of} THEN o ELSE p END FROM {table}")}


@dataclass(frozen=True)
class Binding:
    """The table of what the axioms of a rule bind, and that of what is new among it, if anything is."""

    rule: CompiledRule
    table: str
    new: str | None


class Axioms:
    """The bindings of every rule that any axiom bears on; `refresh` after the table `axiom` or a list has changed."""

    def __init__(self, tables: Tables, encode: Encode, suppressed_classes: tuple[str, ...]):
        self._tables = tables
        self._encode = encode
        self._bindings: dict[CompiledRule, Binding] = {}
        self.suppressed_classes = suppressed_classes
        tables.fill("member", ("list", "place", "item"), ())

    def refresh(self) -> list[Binding]:
        """Bind again; return the bindings of the rules that can say anything."""
        lengths = collect_lists(self._tables, self._encode, LIST_PROPERTIES, WHOLE_LIST_PROPERTIES)
        on_lists = (prepare(rule) for length in sorted(lengths) for rule in rules(TABLE, length))
        known = keywords_in_use(self._tables, self._encode, "axiom")
        for rule in (*ON_FACTS, *on_lists):
            if all(known & set(self._encode(keyword_of(atom))) for atom in rule.axioms):
                self._bind(rule)
        return list(self._bindings.values())

    def settle(self) -> list[Binding]:
        """Forget what was new."""
        self._bindings = {rule: Binding(rule, b.table, None) for rule, b in self._bindings.items()}
        return list(self._bindings.values())

    def _bind(self, rule: CompiledRule) -> None:
        select = axioms_of(rule, self._encode, self.suppressed_classes)
        before = self._bindings.get(rule)
        if before is None:
            if self._tables.create(rule.table, select):
                self._bindings[rule] = Binding(rule, rule.table, rule.table)
            return
        now, new = f"{rule.table}_now", f"{rule.table}_new"
        self._tables.create(now, select)
        added = self._tables.create(new, f"SELECT * FROM {now} EXCEPT SELECT * FROM {rule.table}")
        self._tables.rename(now, rule.table)
        self._bindings[rule] = Binding(rule, rule.table, new if added else None)


def _numbers(names, encode: Encode) -> str:
    return ", ".join(str(number) for name in sorted(names) for number in encode(name))
