"""Equality by representatives: of things that are the same, one stands for all in the facts.

Table same(node, rep) holds every thing that is the same as another, representatives included. Components are found by
large and small stars in turn, in few rounds even for long chains.
Source: Kiveris et al., Connected Components in MapReduce and Beyond, https://doi.org/10.1145/2670979.2670997


Rounds of rules over a table of facts, until nothing is new.

The tables, all of integers: fact(s, p, o, round), asserted in round 0; axiom, those of them that speak about the
ontology; fresh(s, p, o), what is new since the last round; and what the axioms bind for each rule. The axioms are closed
first; then each rule runs on all facts once, and from then on in combinations with a fresh fact only. A fact that turns
out to be an axiom (a property that is inferred to be transitive) is closed with the others, and what it binds is joined
with all facts.
"""

import time
from collections.abc import Callable

from sjkg.reason.axioms import ON_AXIOMS, Axioms, Binding, is_axiom, keywords_in_use
from sjkg.reason.compile import (
    FIRST,
    REST,
    SAME_AS,
    JoinSource,
    axiom_delta_joins,
    conclusions,
    delta_joins,
    equalities,
    full_joins,
)
from sjkg.reason.rules import Encoding
from sjkg.reason.tables import Tables

AFFECTED = " OR ".join(f"EXISTS (SELECT 1 FROM moved WHERE node = {column})" for column in "spo")


def start_equality(tables: Tables) -> None:
    """Make the empty table `same`."""
    tables.create("same", "SELECT 0 AS node, 0 AS rep LIMIT 0")


def merge(tables: Tables, encoding: Encoding, pairs: str, round_number: int) -> bool:
    """Unite the pairs of a SELECT of a, b, and put representatives in all facts; tell whether any thing got another one.

    Facts that thereby change count as new in this round: they are in `fresh`, too.
    """
    edges = f"SELECT DISTINCT greatest(a, b) AS a, least(a, b) AS b FROM ({pairs}) AS pairs WHERE a <> b"
    if not tables.create("edge", edges):
        return False
    tables.append("edge", "SELECT node, rep FROM same WHERE node <> rep")
    _connect(tables)
    moved = tables.create("moved", "SELECT a AS node, b AS rep FROM edge EXCEPT SELECT node, rep FROM same")
    tables.create("same", "SELECT a AS node, b AS rep FROM edge UNION SELECT b, b FROM edge")
    encoding.follow(tables)
    _rewrite(tables)
    for table in ("fresh", "axiom"):
        tables.delete(table, AFFECTED)
    tables.append("fresh", "SELECT s, p, o FROM renewed")
    tables.append("fact", f"SELECT s, p, o, {round_number} FROM renewed")
    tables.append("axiom", f"SELECT s, p, o, {round_number} FROM renewed WHERE {is_axiom(encoding)}")
    return bool(moved)


def _rewrite(tables: Tables) -> None:
    """Take the facts with things that are represented out of the table; keep in `renewed` what they become, if that is new."""
    tables.create(
        "rewritten",
        "SELECT DISTINCT coalesce(ms.rep, f.s) AS s, coalesce(mp.rep, f.p) AS p, coalesce(mo.rep, f.o) AS o "
        "FROM fact AS f LEFT JOIN moved AS ms ON f.s = ms.node LEFT JOIN moved AS mp ON f.p = mp.node "
        "LEFT JOIN moved AS mo ON f.o = mo.node "
        "WHERE ms.node IS NOT NULL OR mp.node IS NOT NULL OR mo.node IS NOT NULL",
    )
    tables.delete("fact", AFFECTED)
    tables.create(
        "renewed",
        "SELECT s, p, o FROM rewritten AS r WHERE NOT EXISTS "
        "(SELECT 1 FROM fact AS f WHERE f.s = r.s AND f.p = r.p AND f.o = r.o)",
    )


def _connect(tables: Tables) -> None:
    """Turn the edges, each from the greater to the lesser node, into stars around the least node of each component."""
    changed = 1
    while changed:
        # Large star: every greater neighbour of a node is tied to the least of the node and all its neighbours.
        tables.create(
            "star",
            "SELECT DISTINCT b AS a, least(a, lowest) AS b FROM (SELECT a, b, min(b) OVER (PARTITION BY a) AS lowest "
            "FROM (SELECT a, b FROM edge UNION ALL SELECT b, a FROM edge) AS pairs) AS p WHERE b > a",
        )
        # Small star: a node and its lesser neighbours are tied to the least of these.
        lowest = "(SELECT a, b, min(b) OVER (PARTITION BY a) AS lowest FROM star) AS p"
        tables.create(
            "lesser", f"SELECT a, lowest AS b FROM {lowest} UNION SELECT b, lowest FROM {lowest} WHERE b <> lowest"
        )
        changed = tables.number(
            "SELECT (SELECT count(*) FROM (SELECT * FROM lesser EXCEPT SELECT a, b FROM edge) AS new) "
            "+ (SELECT count(*) FROM (SELECT a, b FROM edge EXCEPT SELECT * FROM lesser) AS old)"
        )
        tables.rename("lesser", "edge")


Progress = Callable[[str], None]
NONE = "SELECT s, p, o FROM fact LIMIT 0"


class Engine:
    """Closes the table `fact`.

    encode: follows the representatives that are found. idle_classes: that a thing belongs to one is not concluded.
    in_step: every rule runs in every round, so that the round of a fact tells its depth; else the axioms are closed first.
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
        self._record_depths = record_depths
        self.round = 1
        self._encode = encode
        self._progress = progress
        self._axioms = Axioms(tables, encode, suppressed_classes)
        self._is_bound = False  # whether the axioms are bound as they are
        self._bindings: list[Binding] = []
        self._since = 0  # the round of the first fact that is fresh
        self._is_begun = False
        start_equality(tables)
        tables.create("axiom", f"SELECT * FROM fact WHERE {is_axiom(self._encode)}")
        tables.create("fresh", NONE)
        self.make_equal(f"SELECT s AS a, o AS b FROM fact WHERE p = {encode(SAME_AS)[0]}")

    def close(self) -> None:
        """Add what follows, round after round, until nothing does."""
        begun, before = time.perf_counter(), self.tables.count("fact")
        while not self._is_bound or self.tables.count("fresh"):
            self._close_facts(self._close_axioms())
            facts = self.tables.count("fact")
            rate = (facts - before) / (time.perf_counter() - begun)
            self._progress(f"reason: round {self.round}, {facts:,} triples, {rate:,.0f} new ones a second")

    def add(self, select: str) -> int:
        """Add facts that no rule gives, to be closed next; return how many are new."""
        return self._insert([select], self.round)

    def activate(self, class_name: str) -> bool:
        """Conclude from now on, and for all facts so far, what belongs to a class; tell whether it was idle."""
        was_idle = class_name in self._axioms.suppressed_classes
        self._axioms.suppressed_classes = tuple(name for name in self._axioms.suppressed_classes if name != class_name)
        self._is_bound &= not was_idle
        return was_idle

    def make_equal(self, pairs: str) -> bool:
        """Unite the pairs of a SELECT of a, b; tell whether any thing got another representative."""
        moved = merge(self.tables, self._encode, pairs, self.round)
        self._is_bound &= not moved
        return moved

    def _close_axioms(self) -> list[str]:
        """Close the axioms under the rules that are about nothing else, then bind them, where any is new.

        In step with the facts, what follows from the axioms at hand is returned instead, to be added with the rest.
        """
        lists = ", ".join(str(number) for name in (FIRST, REST) for number in self._encode(name))
        changed = not self._is_bound or self.tables.number(f"SELECT count(*) FROM fresh WHERE p IN ({lists})")
        since = self._since
        found = self._conclusions_of_axioms(since)
        changed |= found is not None
        before = self.round
        while found is not None and not self._record_depths:
            self.round += 1
            since = self.round
            new = f"SELECT DISTINCT s, p, o FROM ({_all_of(found)}) AS c WHERE {is_not_in('axiom')}"
            self.tables.append("axiom", f"SELECT s, p, o, {self.round} FROM ({new}) AS new")
            found = self._conclusions_of_axioms(since)
        if self.round > before:  # what rules about axioms alone conclude are axioms
            self.tables.append("fact", f"SELECT * FROM axiom WHERE round > {before}")
            self.tables.append("fresh", f"SELECT s, p, o FROM axiom WHERE round > {before}")
        self._bindings = self._axioms.refresh() if changed else self._axioms.settle()
        self._is_bound = True
        return found or []

    def _conclusions_of_axioms(self, since: int) -> list[str] | None:
        """Return a SELECT for each rule about axioms alone that can give something new; None where no axiom is fresh."""
        if not self.tables.create("fresh_axiom", f"SELECT s, p, o FROM axiom WHERE round >= {since}"):
            return None
        known, new = (keywords_in_use(self.tables, self._encode, table) for table in ("axiom", "fresh_axiom"))
        joins = {rule: axiom_delta_joins(rule, since, known, new, self._encode) for rule in ON_AXIOMS}
        return [select for rule in ON_AXIOMS for select in conclusions(rule, joins[rule], self._encode)]

    def _close_facts(self, selects: list[str]) -> None:
        """Run every rule on what is fresh, the first time on everything; add what some other SELECTs give, too."""
        pairs = []
        for binding in self._bindings:
            joins = self._joins(binding)
            if binding.rule.makes_equal:
                pairs += [equalities(binding.rule, joins, self._encode, everything=not self._is_begun)] if joins else []
            else:
                selects = selects + conclusions(binding.rule, joins, self._encode)
        pairs.append(f"SELECT s AS a, o AS b FROM fact WHERE p = {self._encode(SAME_AS)[0]}")
        self.tables.create("pair", " UNION ".join(pairs))
        self._is_begun = True
        self.round += 1
        self._since = self.round
        self._insert(selects, self.round, replace_fresh=True)
        self.make_equal("SELECT a, b FROM pair")

    def _joins(self, binding: Binding) -> list[list[JoinSource]]:
        """Return the joins of a rule that can give something new."""
        of_new_axioms = full_joins(binding.rule, binding.new) if binding.new else []
        return of_new_axioms + (delta_joins(binding.rule, self._since) if self._is_begun else [])

    def _insert(self, selects: list[str], round_number: int, replace_fresh: bool = False) -> int:
        """Add the facts of some queries that are not there yet; they are fresh, with what was or in its place."""
        new = self.tables.create(
            "next", f"SELECT DISTINCT s, p, o FROM ({_all_of(selects)}) AS c WHERE {is_not_in('fact')}"
        )
        self.tables.append("fact", f"SELECT s, p, o, {round_number} FROM next")
        self.tables.append("axiom", f"SELECT s, p, o, {round_number} FROM next WHERE {is_axiom(self._encode)}")
        if replace_fresh:
            self.tables.rename("next", "fresh")
        else:
            self.tables.append("fresh", "SELECT s, p, o FROM next")
        return new


def _all_of(selects: list[str]) -> str:
    return " UNION ALL ".join(selects or [NONE])


def is_not_in(table: str) -> str:
    """Return the condition that the triple c is not in a table."""
    return f"NOT EXISTS (SELECT 1 FROM {table} AS f WHERE f.s = c.s AND f.p = c.p AND f.o = c.o)"
