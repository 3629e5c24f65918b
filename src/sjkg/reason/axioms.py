"""Axiom bindings: for each rule, a small table of the values that the axioms of the graph give to its variables.

An axiom is a triple that describes a class or property in RDFS or OWL, such as ?p rdfs:domain ?c, or whose object is an
RDF list that one refers to (intersection, union, enumeration, property chain, key). All other triples are called facts.
The rules join the axiom bindings with the facts.
"""

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
    compile_rule,
    keyword_of,
    one_side,
    select_bindings,
)
from sjkg.reason.rules import TABLE, Encoding, ListPattern, Rule, TriplePattern, rules
from sjkg.reason.tables import Tables

Cells = dict[int, list[tuple[int, int]]]


def create_list_tables(tables: Tables, encode: Encoding, properties: Iterable[str], whole: Iterable[str]) -> set[int]:
    """Create member(list, place, item) and list{n}(list, item1, …) of the RDF lists in axioms; return the lengths n.

    list: the node of the list's head. place: the position of the item, from 0.
    properties: IRIs of the properties whose object is a list. whole: those of them whose rules use all members at once;
    only their lists get a table list{n}. Lengths never include 0, since no rule uses an empty list.
    Only lists that end in rdf:nil count. A node with several values of rdf:first or rdf:rest is the head of one list
    for each combination. A cycle is not a list.
    """
    of_axioms = encode.sql_list(*properties)
    heads = tables.rows(f"SELECT DISTINCT p, o FROM axiom WHERE p IN ({of_axioms}) ORDER BY ALL")
    if not heads:
        tables.fill("member", ("list", "place", "item"), ())
        return set()
    tables.create(
        "cell",
        "SELECT f.s AS node, f.o AS item, r.o AS rest FROM fact f, fact r "
        f"WHERE f.s = r.s AND f.p = {encode.number(FIRST)} AND r.p = {encode.number(REST)}",
    )
    cells: Cells = defaultdict(list)
    for node, item, rest in tables.rows(
        f"WITH RECURSIVE reached(node) AS (SELECT o FROM axiom WHERE p IN ({of_axioms}) UNION "
        "SELECT rest FROM reached, cell WHERE cell.node = reached.node) "
        "SELECT cell.* FROM reached, cell WHERE cell.node = reached.node ORDER BY ALL"
    ):
        cells[node].append((item, rest))
    lists = {(head, items) for _, head in heads for items in _iterate_paths(head, cells, encode.number(NIL))}
    members = {(head, place, item) for head, items in lists for place, item in enumerate(items)}
    tables.fill("member", ("list", "place", "item"), sorted(members))
    taken_whole = {head for p, head in heads if p in {number for name in whole for number in encode(name)}}
    lengths = {len(items) for head, items in lists if head in taken_whole and items}
    for length in lengths:
        columns = ("list", *(f"item{place}" for place in range(1, length + 1)))
        rows = sorted((head, *items) for head, items in lists if head in taken_whole and len(items) == length)
        tables.fill(f"list{length}", columns, rows)
    return lengths


def _iterate_paths(head: int, cells: Cells, nil: int) -> Iterator[tuple[int, ...]]:
    """Yield a tuple of items (node numbers) for each acyclic path from the head of an RDF list to rdf:nil.

    cells: for each list node, the pairs of its rdf:first (item) and rdf:rest. nil: the number of rdf:nil.
    """
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


def compile_for_evaluation(rule: Rule) -> CompiledRule:
    """Return a rule with its premises divided into axioms (which match only schema triples) and facts (the others).

    A rule that concludes ?a owl:sameAs ?b keeps only the premises about ?a, because it has the same premises about ?b.
    """
    return compile_rule(one_side(rule) if any(triple.p == SAME_AS for triple in rule.head) else rule)


COMPILED = tuple(map(compile_for_evaluation, rules(TABLE)))
ON_WHOLE_LISTS = tuple(map(compile_for_evaluation, rules(TABLE, 1)))
# Rules whose premises are all axioms and no lists: they close the table `axiom` without looking at facts.
ON_AXIOMS = tuple(c for c in COMPILED if not c.facts and not any(isinstance(a, ListPattern) for a in c.axioms))
CONTRADICTIONS = tuple(c for c in COMPILED if not c.rule.head)
ON_FACTS = tuple(c for c in COMPILED if c.rule.head and c not in ON_AXIOMS)

_ATOMS = tuple(atom for rule in (*COMPILED, *ON_WHOLE_LISTS) for atom in rule.axioms)
PROPERTIES = frozenset(atom.p for atom in _ATOMS if atom.p != TYPE)
CLASSES = frozenset(atom.o for atom in _ATOMS if isinstance(atom, TriplePattern) and atom.p == TYPE)
LIST_PROPERTIES = frozenset(atom.p for atom in _ATOMS if isinstance(atom, ListPattern))
WHOLE_LIST_PROPERTIES = frozenset(atom.p for atom in _ATOMS if isinstance(atom, ListPattern) and atom.whole)


def axiom_condition(encode: Encoding) -> str:
    """Return the SQL condition on the columns p and o that a triple is an axiom: it describes a class or property.

    encode: the node numbers of the IRIs of RDFS and OWL that the condition mentions.
    """
    properties, classes = encode.sql_list(*sorted(PROPERTIES)), encode.sql_list(*sorted(CLASSES))
    return f"(p IN ({properties}) OR p = {encode.number(TYPE)} AND o IN ({classes}))"


def axiom_keywords(tables: Tables, encode: Encoding) -> dict[int, int]:
    """Return the kinds of the axioms (triples about classes and properties) in the table axiom, with their latest rounds.

    The kind of an axiom is its object if its property is rdf:type (such as owl:TransitiveProperty), otherwise its
    property (such as rdfs:domain). The result is a dict from the node number of each kind to the latest round of rule
    applications that added an axiom of it.
    """
    keyword = f"CASE p WHEN {encode.number(TYPE)} THEN o ELSE p END"
    return dict(tables.rows(f"SELECT {keyword} AS keyword, max(round) FROM axiom GROUP BY keyword"))


def select_applicable(compiled: Iterable[CompiledRule], tables: Tables, encode: Encoding) -> list[CompiledRule]:
    """Return those of some rules for which the table axiom has an axiom of the kind of each premise that is an axiom.

    The other rules conclude nothing, and most of the time for a small graph goes to planning SQL statements, 3 ms for each.
    """
    known = axiom_keywords(tables, encode)
    return [rule for rule in compiled if all(known.keys() & encode(keyword_of(atom)) for atom in rule.axioms)]


@dataclass(frozen=True)
class Binding:
    """The table of the values that the axioms of the graph give to a rule's variables: one column for each variable.

    table: its name. new: the name of a table with only the rows that the last `Axioms.refresh` added; None if it added
    none.
    """

    rule: CompiledRule
    table: str
    new: str | None


class Axioms:
    """The axiom bindings of all rules: tables of the values that the axioms of the graph give to their variables.

    `refresh` is to be called after the table axiom or an RDF list has changed.
    suppressed_classes: IRIs; bindings that would conclude membership in one of these classes are left out. The
    attribute may be changed before a refresh.
    """

    def __init__(self, tables: Tables, encode: Encoding, suppressed_classes: tuple[str, ...]):
        self._tables = tables
        self._encode = encode
        self._bindings: dict[CompiledRule, Binding] = {}
        self.suppressed_classes = suppressed_classes
        tables.fill("member", ("list", "place", "item"), ())

    def refresh(self) -> list[Binding]:
        """Compute all axiom bindings again from the tables axiom and fact; return a Binding for each rule that has any.

        Rules over whole lists are expanded for each list length that occurs.
        """
        lengths = create_list_tables(self._tables, self._encode, LIST_PROPERTIES, WHOLE_LIST_PROPERTIES)
        on_lists = (compile_for_evaluation(rule) for length in sorted(lengths) for rule in rules(TABLE, length))
        for rule in select_applicable([*ON_FACTS, *on_lists], self._tables, self._encode):
            self._refresh_bindings(rule)
        return list(self._bindings.values())

    def mark_all_old(self) -> list[Binding]:
        """Return the Bindings that the last `refresh` returned, none of them with new rows; nothing is computed."""
        self._bindings = {rule: Binding(rule, b.table, None) for rule, b in self._bindings.items()}
        return list(self._bindings.values())

    def _refresh_bindings(self, rule: CompiledRule) -> None:
        """Compute the axiom bindings of a rule again and replace its table.

        The rows that the table did not have before are put in a second table, with “_new” at the end of its name.
        """
        select = select_bindings(rule, self._encode, self.suppressed_classes)
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
