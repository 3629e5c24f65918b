"""Semi-naive evaluation of the rules, with equality by representatives (union–find).

Tables, all of integers (node numbers): fact(s, p, o, round); axiom, those facts that describe classes and properties in
RDFS or OWL; fresh(s, p, o), the facts that are new since the last round; the axiom bindings of each rule. Round 0 holds
the asserted triples, round 1 those that hold without premises. The axioms are closed first; then each rule runs on all
facts once, and from then on only in combinations with a fresh fact. A fact that turns out to be an axiom (a property is
inferred to be transitive) is closed with the other axioms, and the rules run on its new bindings with all facts.

Round and depth: with `record_depths` every rule runs in every round, so a fact first appears in the round after that of
the deepest premise of its shallowest proof. Its depth, the number of inference steps on the longest path of that proof,
is then its round minus 1, and 0 for asserted facts.

Equality (eq-sym, eq-trans, eq-rep-s, eq-rep-p, eq-rep-o): of things that are the same, one, the representative, stands
for all in the facts. Table same(node, rep) has a row for each thing that equals another one, representatives included.
Connected components are found by alternating large-star and small-star steps, in few rounds even for long chains.
Source: Kiveris et al., Connected Components in MapReduce and Beyond, https://doi.org/10.1145/2670979.2670997
"""

import time
from collections.abc import Callable

from sjkg.reason.axioms import ON_AXIOMS, Axioms, Binding, axiom_condition, axiom_keywords
from sjkg.reason.compile import (
    FIRST,
    REST,
    SAME_AS,
    Join,
    axiom_delta_joins,
    conclusions,
    delta_joins,
    equalities,
    full_joins,
)
from sjkg.reason.rules import Encoding
from sjkg.reason.tables import Tables

Progress = Callable[[str], None]
NO_TRIPLES = "SELECT s, p, o FROM fact LIMIT 0"
AFFECTED = " OR ".join(f"EXISTS (SELECT 1 FROM moved WHERE node = {column})" for column in "spo")


def merge(tables: Tables, encoding: Encoding, pairs: str, round_number: int) -> bool:
    """Make pairs of nodes equal: of all nodes that equal each other, only one, the representative, stays in the facts.

    Return whether any node got another representative. pairs: a SELECT of a, b. The tables same, fact, axiom and fresh,
    and the numbers of constants in `encoding`, are changed. Facts that only exist after the replacement get the
    round `round_number` and are added to fresh.
    """
    edges = f"SELECT DISTINCT greatest(a, b) AS a, least(a, b) AS b FROM ({pairs}) AS pairs WHERE a <> b"
    if not tables.create("edge", edges):
        return False
    tables.append("edge", "SELECT node, rep FROM same WHERE node <> rep")
    _connect_components(tables)
    moved = tables.create("moved", "SELECT a AS node, b AS rep FROM edge EXCEPT SELECT node, rep FROM same")
    tables.create("same", "SELECT a AS node, b AS rep FROM edge UNION SELECT b, b FROM edge")
    encoding.replace_by_representatives(tables)
    _rewrite_facts(tables)
    for table in ("fresh", "axiom"):
        tables.delete(table, AFFECTED)
    tables.append("fresh", "SELECT s, p, o FROM renewed")
    tables.append("fact", f"SELECT s, p, o, {round_number} FROM renewed")
    tables.append("axiom", f"SELECT s, p, o, {round_number} FROM renewed WHERE {axiom_condition(encoding)}")
    return bool(moved)


def _rewrite_facts(tables: Tables) -> None:
    """Delete the facts that contain a node of moved(node, rep); put them, rewritten and if new, in renewed(s, p, o)."""
    tables.create(
        "rewritten",
        "SELECT DISTINCT coalesce(ms.rep, f.s) AS s, coalesce(mp.rep, f.p) AS p, coalesce(mo.rep, f.o) AS o "
        "FROM fact AS f LEFT JOIN moved AS ms ON f.s = ms.node LEFT JOIN moved AS mp ON f.p = mp.node "
        "LEFT JOIN moved AS mo ON f.o = mo.node "
        "WHERE ms.node IS NOT NULL OR mp.node IS NOT NULL OR mo.node IS NOT NULL",
    )
    tables.delete("fact", AFFECTED)
    tables.create("renewed", f"SELECT s, p, o FROM rewritten AS c WHERE {is_not_in('fact')}")


def _connect_components(tables: Tables) -> None:
    """Replace the rows of edge(a, b), a > b, by a row (node, least node of its connected component) for each node."""
    changed = 1
    while changed:
        # Large star: connect every greater neighbour of a node to the least of the node and its neighbours.
        tables.create(
            "star",
            "SELECT DISTINCT b AS a, least(a, lowest) AS b FROM (SELECT a, b, min(b) OVER (PARTITION BY a) AS lowest "
            "FROM (SELECT a, b FROM edge UNION ALL SELECT b, a FROM edge) AS pairs) AS p WHERE b > a",
        )
        # Small star: connect a node and its lesser neighbours to the least of these.
        lowest = "(SELECT a, b, min(b) OVER (PARTITION BY a) AS lowest FROM star) AS p"
        tables.create(
            "lesser", f"SELECT a, lowest AS b FROM {lowest} UNION SELECT b, lowest FROM {lowest} WHERE b <> lowest"
        )
        changed = tables.number(
            "SELECT (SELECT count(*) FROM (SELECT * FROM lesser EXCEPT SELECT a, b FROM edge) AS new) "
            "+ (SELECT count(*) FROM (SELECT a, b FROM edge EXCEPT SELECT * FROM lesser) AS old)"
        )
        tables.rename("lesser", "edge")


class Engine:
    """Evaluator of the rules: adds all triples that they conclude to the table fact(s, p, o, round), which must exist.

    encode: the node numbers of constants; changed in place when a constant turns out to equal another term, which then
    stands for both. progress: receives a text for each round of rule applications. suppressed_classes: IRIs; membership
    in these classes is not concluded until `activate` is called. record_depths: run every rule in every round, so that
    a fact's round minus 1 is the number of inference steps on the longest path of its shallowest proof; otherwise the
    rules on axioms (triples that describe classes and properties) run first until they add nothing, which takes fewer
    rounds.
    """

    def __init__(
        self,
        tables: Tables,
        encode: Encoding,
        progress: Progress,
        suppressed_classes: tuple[str, ...] = (),
        record_depths: bool = False,
    ):
        self.tables = tables
        self.round = 1
        self._record_depths = record_depths
        self._encode = encode
        self._progress = progress
        self._axioms = Axioms(tables, encode, suppressed_classes)
        self._are_bindings_current = False
        self._bindings: list[Binding] = []
        self._since = 0  # the round of the earliest fresh fact
        self._is_started = False
        tables.create("same", "SELECT 0 AS node, 0 AS rep LIMIT 0")
        tables.create("axiom", f"SELECT * FROM fact WHERE {axiom_condition(encode)}")
        tables.create("fresh", NO_TRIPLES)
        self.make_equal(f"SELECT s AS a, o AS b FROM fact WHERE p = {encode.number(SAME_AS)}")

    def close(self) -> None:
        """Run rounds until no rule adds a fact. Contradictions are not looked for."""
        begun, before = time.perf_counter(), self.tables.count("fact")
        while not self._are_bindings_current or self.tables.count("fresh"):
            self._close_facts(self._close_axioms())
            facts = self.tables.count("fact")
            rate = (facts - before) / (time.perf_counter() - begun)
            self._progress(f"reason: round {self.round}, {facts:,} triples, {rate:,.0f} new per second")

    def add(self, select: str) -> int:
        """Add the facts of a SELECT of s, p, o, for the next round to use; return how many of them were new."""
        return self._insert([select], self.round)

    def activate(self, class_name: str) -> bool:
        """Let rules conclude membership in one of `suppressed_classes` from the next round on, also from old facts.

        class_name: the IRI of the class. Return False, and change nothing, if the class is not suppressed.
        """
        was_suppressed = class_name in self._axioms.suppressed_classes
        self._axioms.suppressed_classes = tuple(name for name in self._axioms.suppressed_classes if name != class_name)
        self._are_bindings_current &= not was_suppressed
        return was_suppressed

    def make_equal(self, pairs: str) -> bool:
        """Let one node stand for both nodes of each row of a SELECT of a, b; return whether any node is newly replaced.

        The node replaces the other one in all facts.
        """
        moved = merge(self.tables, self._encode, pairs, self.round)
        self._are_bindings_current &= not moved
        return moved

    def _close_axioms(self) -> list[str]:
        """Run the rules that only have axioms (triples that describe classes and properties) as premises.

        Without depths, they run until nothing is new, and the result is an empty list. With depths, nothing is added here;
        the result is a list of SELECTs of s, p, o with the conclusions, for the caller to add in the same round as those
        of other rules. Then, if any axiom or RDF list is new, compute again which values the axioms give to the variables
        of all rules.
        """
        lists = self._encode.sql_list(FIRST, REST)
        changed = not self._are_bindings_current or self.tables.number(
            f"SELECT count(*) FROM fresh WHERE p IN ({lists})"
        )
        since = self._since
        found = self._conclusions_of_axioms(since)
        changed |= found is not None
        before = self.round
        while found is not None and not self._record_depths:
            self.round += 1
            since = self.round
            new = f"SELECT DISTINCT s, p, o FROM ({_union_of(found)}) AS c WHERE {is_not_in('axiom')}"
            self.tables.append("axiom", f"SELECT s, p, o, {self.round} FROM ({new}) AS new")
            found = self._conclusions_of_axioms(since)
        if self.round > before:  # these rules conclude axioms only
            self.tables.append("fact", f"SELECT * FROM axiom WHERE round > {before}")
            self.tables.append("fresh", f"SELECT s, p, o FROM axiom WHERE round > {before}")
        self._bindings = self._axioms.refresh() if changed else self._axioms.mark_all_old()
        self._are_bindings_current = True
        return found or []

    def _conclusions_of_axioms(self, since: int) -> list[str] | None:
        """Return SQL SELECTs of s, p, o: the conclusions of rules from axioms alone, of which at least one is new.

        An axiom is a triple that describes a class or property; it is new if its round is `since` or later. The SELECTs
        read the table fresh_axiom, which this method first fills with the new axioms, in place of those of the call
        before. Return None if no axiom is new.
        """
        rounds = axiom_keywords(self.tables, self._encode)
        new = {keyword for keyword, latest in rounds.items() if latest >= since}
        if not new:
            return None
        self.tables.create("fresh_axiom", f"SELECT s, p, o FROM axiom WHERE round >= {since}")
        joins = {rule: axiom_delta_joins(rule, since, set(rounds), new, self._encode) for rule in ON_AXIOMS}
        return [select for rule in ON_AXIOMS for select in conclusions(rule, joins[rule], self._encode)]

    def _close_facts(self, selects: list[str]) -> None:
        """Run one round: apply each rule where a premise is new since the last round; then merge equal nodes.

        The first time, all facts are new. selects: further SELECTs of s, p, o whose triples are added in the same
        round.
        """
        pairs = []
        for binding in self._bindings:
            joins = self._joins(binding)
            if binding.rule.makes_equal:
                pairs += (
                    [equalities(binding.rule, joins, self._encode, everything=not self._is_started)] if joins else []
                )
            else:
                selects = selects + conclusions(binding.rule, joins, self._encode)
        pairs.append(f"SELECT s AS a, o AS b FROM fact WHERE p = {self._encode.number(SAME_AS)}")
        self.tables.create("pair", " UNION ".join(pairs))
        self._is_started = True
        self.round += 1
        self._since = self.round
        self._insert(selects, self.round, replace_fresh=True)
        self.make_equal("SELECT a, b FROM pair")

    def _joins(self, binding: Binding) -> list[Join]:
        """Return the joins of a rule that can give new triples.

        They join its new bindings (the values that axioms give to its variables) with all facts, and all its bindings
        with combinations of facts of which at least one is of the last round.
        """
        with_new_axioms = full_joins(binding.rule, binding.new) if binding.new else []
        return with_new_axioms + (delta_joins(binding.rule, self._since) if self._is_started else [])

    def _insert(self, selects: list[str], round_number: int, replace_fresh: bool = False) -> int:
        """Insert the triples of some SELECTs of s, p, o that are not yet facts into the table fact; return how many.

        They get the round `round_number`. They are also added to the table fresh, and those that describe classes or
        properties to the table axiom. replace_fresh: the rows that fresh had before are deleted.
        """
        new = self.tables.create(
            "next", f"SELECT DISTINCT s, p, o FROM ({_union_of(selects)}) AS c WHERE {is_not_in('fact')}"
        )
        self.tables.append("fact", f"SELECT s, p, o, {round_number} FROM next")
        self.tables.append("axiom", f"SELECT s, p, o, {round_number} FROM next WHERE {axiom_condition(self._encode)}")
        if replace_fresh:
            self.tables.rename("next", "fresh")
        else:
            self.tables.append("fresh", "SELECT s, p, o FROM next")
        return new


def _union_of(selects: list[str]) -> str:
    """Return a SELECT of s, p, o with the rows of all given SELECTs, duplicates included; no rows for an empty list."""
    return " UNION ALL ".join(selects or [NO_TRIPLES])


def is_not_in(table: str) -> str:
    """Return the SQL condition that a row of the table with the alias c has a triple s, p, o that `table` does not have."""
    return f"NOT EXISTS (SELECT 1 FROM {table} AS f WHERE f.s = c.s AND f.p = c.p AND f.o = c.o)"
