"""From representatives back to everything they stand for: the inferred triples as they are reported.

All of OWL 2 RL over one table of facts: the rules, values, and what the rules leave unsaid unless it matters."""

from collections.abc import Callable
from dataclasses import dataclass

from sjkg.core.errors import Inconsistent
from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.compile import DIFFERENT_FROM, SAME_AS, TYPE, Encode
from sjkg.reason.contradictions import MAX_PER_RULE, Names, describe, find_contradictions
from sjkg.reason.engine import Engine, Progress, is_not_in
from sjkg.reason.rules import Encoding
from sjkg.reason.tables import Tables
from sjkg.reason.values import DATATYPES, SUBTYPES

NAMES = "FROM {} AS f LEFT JOIN same AS a ON a.rep = f.s LEFT JOIN same AS b ON b.rep = f.p LEFT JOIN same AS c ON c.rep = f.o"
NAMED = "coalesce(a.node, f.s) AS s, coalesce(b.node, f.p) AS p, coalesce(c.node, f.o) AS o"


def inferred(tables: Tables, encode: Encode, complete: bool) -> str:
    """Return a SELECT of s, p, o: every inferred triple once.

    complete: what is said of a number is also said of the same number written otherwise; without, only where nothing
    tells how it was written.
    """
    if not tables.count("same"):
        return "SELECT s, p, o FROM fact WHERE round > 0"
    same_as = encode(SAME_AS)[0]
    equal = f"SELECT x.node AS s, {same_as} AS p, y.node AS o FROM same AS x, same AS y WHERE x.rep = y.rep"
    tables.create(
        "expanded",
        f"SELECT DISTINCT {NAMED}, f.s AS rs, f.p AS rp, f.o AS ro {NAMES.format('fact')} "
        f"WHERE f.p <> {same_as} OR a.node IS NULL UNION SELECT f.s, coalesce(b.node, f.p), f.o, f.s, f.p, f.o FROM ({equal}) AS f LEFT JOIN same AS b ON b.rep = f.p",
    )
    if not complete:
        _keep_as_written(tables)
    return (
        "SELECT s, p, o FROM expanded AS e WHERE NOT EXISTS "
        "(SELECT 1 FROM asserted AS f WHERE f.s = e.s AND f.p = e.p AND f.o = e.o)"
    )


def _keep_as_written(tables: Tables) -> None:
    """Take away the triples that only write a value in another way than a triple from before values were compared."""
    tables.create(
        "kept",
        "SELECT DISTINCT coalesce(x.rep, f.s) AS rs, coalesce(y.rep, f.p) AS rp, coalesce(z.rep, f.o) AS ro, f.o AS o "
        "FROM written AS f LEFT JOIN same AS x ON x.node = f.s LEFT JOIN same AS y ON y.node = f.p "
        "LEFT JOIN same AS z ON z.node = f.o",
    )
    same_fact = "k.rs = expanded.rs AND k.rp = expanded.rp AND k.ro = expanded.ro"
    tables.delete(
        "expanded",
        f"EXISTS (SELECT 1 FROM literal WHERE node = o) AND EXISTS (SELECT 1 FROM kept AS k WHERE {same_fact}) "
        f"AND NOT EXISTS (SELECT 1 FROM kept AS k WHERE {same_fact} AND k.o = expanded.o)",
    )


OWL, RDFS = PREFIXES["owl"], PREFIXES["rdfs"]
THING = f"{OWL}Thing"
MAX_NAMES = 5
# Where a class stands in these, nothing follows from belonging to it (for owl:Thing, rules of their own say what does).
HEADS = tuple(f"{RDFS}{name}" for name in ("subClassOf", "subPropertyOf", "domain", "range")) + (f"{OWL}allValuesFrom",)
HEADS_OF_THING = (f"{OWL}someValuesFrom", f"{OWL}onClass")


@dataclass(frozen=True)
class ReasonerInput:
    """The table `fact` is filled; the table literal(node, datatype, value) gives numbers to the
    value of each literal, -1 to ill-typed ones, and that of its datatype, -1 to those OWL 2 RL does not know.

    names: the texts of some nodes, by their numbers. hold: gets a SELECT of node, datatype, all literals and datatypes
    of OWL 2 RL, and the names of the latter; makes the table held(node, datatype) of those whose value is one of the datatype.
    """

    tables: Tables
    encoding: Encoding
    names: Names
    hold: Callable[[str, dict[int, str]], None]


class Reasoner:
    """Closes an input.

    complete: conclude also what is true of everything (x is the same as itself, a number differs from all others);
    otherwise only where an axiom makes something of it.
    in_step: let the rounds tell the depth of what is inferred, see Engine.
    """

    def __init__(self, given: ReasonerInput, progress: Progress, complete: bool = False, record_depths: bool = False):
        self._given = given
        self._tables = given.tables
        self._encode = given.encoding
        self._progress = progress
        self._complete = complete
        self._record_depths = record_depths
        self._are_values_joined = False
        self._has_late_facts = False
        self._suppressed_classes: tuple[str, ...] = () if complete else (THING,)
        self._typed: set[str] = set()  # the datatypes whose members are told
        self._engine = self._new_engine()
        for name in ("written", "unconditional"):
            given.tables.create(name, "SELECT s, p, o FROM fact LIMIT 0")

    def close(self) -> None:
        """Close the facts. Raises Inconsistent when they contradict each other.

        Facts without premises that only an inferred axiom makes relevant are found after the rounds that could have used
        them, so the depths of what follows from them are too great. In step, the rounds therefore start again with these
        facts at depth 0, until none is late. (Equality needs no second start: it leaves no depths to correct.)
        """
        self._run()
        while self._record_depths and self._has_late_facts and not self._tables.count("same"):
            self._restart()
            self._run()
        if contradictions := self._contradictions():
            raise Inconsistent(tuple(contradictions))

    def _run(self) -> None:
        """Run rounds until neither a rule nor a comparison of values adds a fact."""
        self._add_trivial_entailments()
        self._has_late_facts = False
        self._engine.close()
        while self._join_values() or self._add_trivial_entailments():
            self._engine.close()

    def _restart(self) -> None:
        """Reset the table `fact` to what is asserted and what holds without premises, all of the latter in round 1."""
        self._tables.create(
            "start",
            "SELECT s, p, o, round FROM fact WHERE round = 0 UNION ALL SELECT s, p, o, 1 AS round FROM ("
            "(SELECT s, p, o FROM axiomatic UNION SELECT s, p, o FROM unconditional) "
            "EXCEPT SELECT s, p, o FROM fact WHERE round = 0) AS without_premises",
        )
        self._tables.rename("start", "fact")
        self._engine = self._new_engine()

    def _new_engine(self) -> Engine:
        return Engine(self._tables, self._encode, self._progress, self._suppressed_classes, self._record_depths)

    def _add_unconditional(self, select: str) -> bool:
        """Add facts that hold without premises; tell whether any is new. Note whether a round may have missed one."""
        self._has_late_facts |= bool(
            self._tables.append(
                "unconditional", f"SELECT DISTINCT s, p, o FROM ({select}) AS c WHERE {is_not_in('unconditional')}"
            )
        )
        return self._engine.add(select) > 0

    def inferred(self) -> str:
        """Return a SELECT of s, p, o: what closing added."""
        return inferred(self._tables, self._encode, self._complete)

    def inferred_with_depths(self) -> str:
        """Return a SELECT of s, p, o, depth, is_reported: what closing in step added, depth 0 for what holds whatever is asserted.

        Among it, not told, is what only writes a value in another way; proofs may need it. The depth is NULL where things
        are the same as others: facts about representatives do not tell it.
        """
        if not self._tables.count("same"):
            return "SELECT s, p, o, greatest(round - 1, 0) AS depth, true AS is_reported FROM fact WHERE round > 0"
        self._tables.create("everything", inferred(self._tables, self._encode, True))
        self._tables.create("reported", self.inferred())
        return "SELECT *, NULL AS depth, (s, p, o) IN (SELECT * FROM reported) AS is_reported FROM everything"

    def _contradictions(self) -> list[str]:
        return sorted(
            find_contradictions(self._tables, self._encode, self._all_names) + self._contradictions_of_values()
        )

    def _all_names(self, nodes: set[int]) -> dict[int, str]:
        """Return the names of things, each with all that it is the same as, if they are few."""
        listed = ", ".join(map(str, nodes or {-1}))
        same = self._tables.rows(
            "SELECT rep, node FROM (SELECT rep, node, row_number() OVER (PARTITION BY rep ORDER BY node) AS place "
            f"FROM same WHERE rep IN ({listed})) AS others WHERE place <= {MAX_NAMES + 1}"
        )
        others = {node: [other for rep, other in same if rep == node] or [node] for node in nodes}
        text = self._given.names({other for group in others.values() for other in group})
        return {node: _joined(sorted(map(text.get, group))) for node, group in others.items()}

    def _contradictions_of_values(self) -> list[str]:
        """Return a sentence for each thing that is two values at once or no value of its datatype (dt-diff, dt-not-type)."""
        self._tables.create(
            "valued",
            "SELECT literal.node AS node, value, datatype, coalesce(rep, literal.node) AS rep "
            "FROM literal LEFT JOIN same ON same.node = literal.node",
        )
        two = self._tables.rows(
            "SELECT rep, min(node), max(node) FROM valued WHERE value >= 0 GROUP BY rep HAVING count(DISTINCT value) > 1 "
            f"ORDER BY ALL LIMIT {MAX_PER_RULE}"
        )
        wrong = self._wrong_types()
        every = self._all_names({x for x, _, _ in two})
        name = self._given.names({node for row in (*two, *wrong) for node in row})
        return [
            describe("dt-diff", f"{name[y]} owl:differentFrom {name[z]}", x=every[x], y=name[y], z=name[z])
            for x, y, z in two
        ] + [describe("dt-not-type", f"{name[node]} rdf:type {name[d]}", x=name[node], d=name[d]) for node, d in wrong]

    def _wrong_types(self) -> list[tuple[int, int]]:
        """Return literals, each with a datatype to which it should belong but does not."""
        number = {self._number(datatype): datatype for datatype in DATATYPES}
        self._tables.fill(
            "subtype", ("part", "whole"), sorted((self._number(part), self._number(whole)) for part, whole in SUBTYPES)
        )
        typed = (
            "SELECT DISTINCT valued.node AS node, fact.o AS datatype FROM fact, valued "
            f"WHERE fact.p = {self._number(TYPE)} AND fact.s = valued.rep AND fact.o IN ({', '.join(map(str, number))}) "
            "AND NOT (value >= 0 AND EXISTS (SELECT 1 FROM subtype WHERE part = valued.datatype AND whole = fact.o))"
        )
        if not self._tables.create("unsure", typed):
            return []
        self._given.hold("SELECT node, datatype FROM unsure", number)
        return self._tables.rows(
            f"SELECT * FROM unsure EXCEPT SELECT node, datatype FROM held ORDER BY ALL LIMIT {MAX_PER_RULE}"
        )

    def _number(self, term: str) -> int:
        return self._encode(term)[0]

    def _join_values(self) -> bool:
        """Unite the literals of one value, once (dt-eq), and remember how they were written."""
        if self._are_values_joined:
            return False
        self._are_values_joined = True
        same_value = "SELECT node AS a, min(node) OVER (PARTITION BY value) AS b FROM literal WHERE value >= 0"
        shared = "SELECT value FROM literal WHERE value >= 0 GROUP BY value HAVING count(*) > 1"
        self._tables.create(
            "written", f"SELECT s, p, o FROM fact WHERE o IN (SELECT node FROM literal WHERE value IN ({shared}))"
        )
        return self._engine.make_equal(same_value)

    def _add_trivial_entailments(self) -> bool:
        """Add what holds of everything, as far as an axiom makes something of it; tell whether that was new."""
        matters = self._what_matters()
        added = False
        if THING in matters and THING in self._suppressed_classes:
            self._suppressed_classes = ()
            self._has_late_facts = added = self._engine.activate(THING)
        for datatype in sorted(matters & set(DATATYPES) - self._typed):
            self._typed.add(datatype)
            added |= self._tell_members(datatype)
        if SAME_AS in matters:
            things = " UNION ".join(f"SELECT {c} AS x FROM fact" for c in "spo")
            added |= self._add_unconditional(
                f"SELECT x AS s, {self._number(SAME_AS)} AS p, x AS o FROM ({things}) AS things"
            )
        if DIFFERENT_FROM in matters:
            added |= self._tell_differences()
        return added

    def _what_matters(self) -> set[str]:
        """Return those of the terms that are true of everything, or of any literal, that some axiom makes something of."""
        special = {THING, TYPE, SAME_AS, DIFFERENT_FROM, *DATATYPES}
        if self._complete:
            return special
        heads = ", ".join(str(self._number(name)) for name in HEADS)
        of_thing = ", ".join(str(self._number(name)) for name in HEADS_OF_THING)
        name_of = {self._number(name): name for name in special}
        type_of, thing = self._number(TYPE), self._number(THING)
        kinds = ", ".join(str(self._number(f"{OWL}{kind}")) for kind in ("Class", "ObjectProperty", "DatatypeProperty"))
        found = self._tables.rows(
            f"SELECT DISTINCT x FROM (SELECT s AS x FROM axiom WHERE s <> o AND NOT (p = {type_of} AND o IN ({kinds})) "
            f"UNION ALL SELECT o FROM axiom WHERE s <> o AND p NOT IN ({heads}, {type_of}) "
            f"AND NOT (o = {thing} AND p IN ({of_thing})) UNION ALL SELECT item FROM member) AS used "
            f"WHERE x IN ({', '.join(map(str, name_of))})"
        )
        matters = {name_of[number] for (number,) in found}
        return special if TYPE in matters else matters

    def _tell_members(self, datatype: str) -> bool:
        """Add which literals are values of a datatype (dt-type2)."""
        number = self._number(datatype)
        self._given.hold(f"SELECT node, {number} AS datatype FROM literal WHERE value >= 0", {number: datatype})
        return self._add_unconditional(
            f"SELECT coalesce(rep, held.node) AS s, {self._number(TYPE)} AS p, {number} AS o "
            "FROM held LEFT JOIN same ON same.node = held.node"
        )

    def _tell_differences(self) -> bool:
        """Add that different values differ (dt-diff): of every pair, so only where that matters."""
        valued = "(SELECT DISTINCT coalesce(rep, literal.node) AS node, value FROM literal LEFT JOIN same ON same.node = literal.node WHERE value >= 0)"
        return self._add_unconditional(
            f"SELECT a.node AS s, {self._number(DIFFERENT_FROM)} AS p, b.node AS o "
            f"FROM {valued} AS a, {valued} AS b WHERE a.value <> b.value"
        )


def _joined(names: list[str]) -> str:
    return " = ".join(names[:MAX_NAMES]) + " = …" * (len(names) > MAX_NAMES)
