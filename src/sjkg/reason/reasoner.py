"""OWL 2 RL reasoning over a table of facts: the rules, data values, equality, and facts without premises.

Facts that hold without premises for every term or literal (eq-ref of Table 4, dt-type2 and dt-diff of Table 8) and
inferred membership in owl:Thing are suppressed unless an axiom makes something follow from them: they would outnumber
all other facts.
Source: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from collections.abc import Callable
from dataclasses import dataclass

from sjkg.core.errors import Inconsistent
from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.axiomatic import HEAD_PROPERTIES, THING
from sjkg.reason.compile import DIFFERENT_FROM, SAME_AS, TYPE
from sjkg.reason.contradictions import MAX_PER_RULE, Names, describe_contradiction, find_contradictions
from sjkg.reason.engine import NO_TRIPLES, Engine, Progress, is_not_in
from sjkg.reason.rules import Encoding
from sjkg.reason.tables import Tables
from sjkg.reason.values import DATATYPES, SUBTYPES

OWL, RDFS = PREFIXES["owl"], PREFIXES["rdfs"]
MAX_NAMES = 5  # of equal things in the sentence about a contradiction
# Nothing follows from membership in owl:Thing because it is the object of one of these: cls-svf2, cls-maxqc2 and
# cls-maxqc4 conclude without it.
HEAD_PROPERTIES_OF_THING = (f"{OWL}someValuesFrom", f"{OWL}onClass")
DISJOINTNESS = tuple(f"{OWL}{name}" for name in ("disjointWith", "complementOf", "propertyDisjointWith"))
DECLARATIONS = tuple(f"{OWL}{kind}" for kind in ("Class", "ObjectProperty", "DatatypeProperty"))


@dataclass(frozen=True)
class ReasonerInput:
    """The triples to infer from, and functions that give the reasoner the texts and datatypes of their terms.

    tables: holds asserted(s, p, o), axiomatic(s, p, o) (what OWL 2 RL states about its own vocabulary), fact(s, p, o,
    round) (both of these) and literal(node, datatype, value); terms are node numbers, value is equal for literals of
    equal data value and -1 for ill-typed ones. encoding: the node numbers of the rules' constants. names: called with
    node numbers, returns a dict from each of them to its text.
    select_members(select, iri_of): gets a SELECT of node, datatype over literals and the IRI of each datatype number;
    creates member_of_datatype(node, datatype) of the pairs whose data value is in the value space of the datatype.
    """

    tables: Tables
    encoding: Encoding
    names: Names
    select_members: Callable[[str, dict[int, str]], None]


class Reasoner:
    """A computation of the closure of an input under OWL 2 RL.

    progress: receives a text for each round of rule applications. record_depths: also record the depth of each inferred
    fact (the number of inference steps on the longest path of its shallowest proof), which takes more rounds.
    """

    def __init__(self, given: ReasonerInput, progress: Progress, record_depths: bool = False):
        self._given = given
        self._tables = given.tables
        self._encode = given.encoding
        self._progress = progress
        self._record_depths = record_depths
        self._are_values_merged = False
        self._has_late_facts = False
        self._suppressed_classes: tuple[str, ...] = (THING,)
        self._typed: set[str] = set()  # the datatypes whose members are facts
        self._engine = self._new_engine()
        for name in ("written", "without_premises"):
            given.tables.create(name, NO_TRIPLES)

    def close(self) -> None:
        """Add all inferred facts to the table fact. Raises Inconsistent, with a sentence for each contradiction.

        Trivial facts (such as that each thing is owl:sameAs itself) are left out until an axiom makes something follow
        from them. An axiom that is inferred can do so too late: the depths (numbers of inference steps) of the
        consequences then come out too great. When depths are recorded, the rounds therefore start again with these
        facts in round 1, until none comes late. (If different things are equal, no depths are recorded.)
        """
        self._run()
        while self._record_depths and self._has_late_facts and not self._tables.count("same"):
            self._restart()
            self._run()
        if contradictions := self._find_contradictions():
            raise Inconsistent(tuple(contradictions))

    def inferred(self, all_lexical_forms: bool = False) -> str:
        """Return a SELECT of s, p, o with every inferred triple once, after `close`.

        Where things are equal (owl:sameAs), it has the triples of each of them, not only of the one that stands for all
        in the table fact. all_lexical_forms: also the triples that differ from another one only in how they write a
        value, such as 01 for 1.
        """
        if not self._tables.count("same"):
            return "SELECT s, p, o FROM fact WHERE round > 0"
        same_as = self._encode.number(SAME_AS)
        self._tables.create(
            "expanded",
            "SELECT DISTINCT coalesce(a.node, f.s) AS s, coalesce(b.node, f.p) AS p, coalesce(c.node, f.o) AS o, "
            "f.s AS rs, f.p AS rp, f.o AS ro FROM fact AS f LEFT JOIN same AS a ON a.rep = f.s "
            "LEFT JOIN same AS b ON b.rep = f.p LEFT JOIN same AS c ON c.rep = f.o "
            f"WHERE f.p <> {same_as} OR a.node IS NULL UNION SELECT f.s, coalesce(b.node, f.p), f.o, f.s, f.p, f.o FROM ("
            f"SELECT x.node AS s, {same_as} AS p, y.node AS o FROM same AS x, same AS y WHERE x.rep = y.rep"
            ") AS f LEFT JOIN same AS b ON b.rep = f.p",
        )
        if not all_lexical_forms:
            self._delete_other_lexical_forms()
        return "SELECT s, p, o FROM expanded AS c WHERE " + is_not_in("asserted")

    def inferred_with_depths(self) -> str:
        """Return a SELECT of s, p, o, depth, is_reported with every inferred triple once, after `close`.

        depth: the number of inference steps on the longest path of the shallowest proof; NULL for all if different
        things are equal. is_reported: false for triples that differ from another one only in the lexical form of a
        value; proofs may need them.
        """
        if not self._tables.count("same"):
            return "SELECT s, p, o, greatest(round - 1, 0) AS depth, true AS is_reported FROM fact WHERE round > 0"
        self._tables.create("everything", self.inferred(all_lexical_forms=True))
        self._tables.create("reported", self.inferred())
        return "SELECT *, NULL AS depth, (s, p, o) IN (SELECT * FROM reported) AS is_reported FROM everything"

    def _run(self) -> None:
        """Run rounds until no rule adds a fact, literals of equal value are merged, and no other trivial fact matters.

        A trivial fact, such as that a thing is owl:sameAs itself, is only added when an axiom makes something follow
        from it.
        """
        self._add_trivial_entailments()
        self._has_late_facts = False
        self._engine.close()
        while self._merge_equal_literals() or self._add_trivial_entailments():
            self._engine.close()

    def _restart(self) -> None:
        """Reset the table fact to the asserted triples (round 0) and those known to hold without premises (round 1)."""
        self._tables.create(
            "start",
            "SELECT s, p, o, 0 AS round FROM asserted UNION ALL SELECT s, p, o, 1 AS round FROM ("
            "(SELECT s, p, o FROM axiomatic UNION SELECT s, p, o FROM without_premises) EXCEPT SELECT s, p, o FROM asserted"
            ") AS new",
        )
        self._tables.rename("start", "fact")
        self._engine = self._new_engine()

    def _new_engine(self) -> Engine:
        """Return an engine over the table fact that has run no round yet.

        It does not conclude membership in owl:Thing, unless an axiom has made something follow from this before.
        """
        return Engine(self._tables, self._encode, self._progress, self._suppressed_classes, self._record_depths)

    def _delete_other_lexical_forms(self) -> None:
        """Delete from the table expanded (see `inferred`) triples that differ from another one only in the lexical form, as 01 for 1.

        The table written holds the facts with the lexical forms that they had before literals of equal value were merged. A
        triple with a literal as object is deleted if written has it with another lexical form of the same value, but not
        with its own.
        """
        self._tables.create(
            "earlier",
            "SELECT DISTINCT coalesce(x.rep, f.s) AS rs, coalesce(y.rep, f.p) AS rp, coalesce(z.rep, f.o) AS ro, f.o AS o "
            "FROM written AS f LEFT JOIN same AS x ON x.node = f.s LEFT JOIN same AS y ON y.node = f.p "
            "LEFT JOIN same AS z ON z.node = f.o",
        )
        same_fact = "k.rs = expanded.rs AND k.rp = expanded.rp AND k.ro = expanded.ro"
        self._tables.delete(
            "expanded",
            f"EXISTS (SELECT 1 FROM literal WHERE node = o) AND EXISTS (SELECT 1 FROM earlier AS k WHERE {same_fact}) "
            f"AND NOT EXISTS (SELECT 1 FROM earlier AS k WHERE {same_fact} AND k.o = expanded.o)",
        )

    def _find_contradictions(self) -> list[str]:
        """Return a sentence for each contradiction, sorted; at most MAX_PER_RULE for each rule."""
        return sorted(
            find_contradictions(self._tables, self._encode, self._names_of_equal_things)
            + self._find_value_contradictions()
        )

    def _names_of_equal_things(self, nodes: set[int]) -> dict[int, str]:
        """Return a dict from each node to its text and those of nodes equal to it, joined by " = ".

        At most MAX_NAMES texts are joined; " = …" follows if there are more.
        """
        if not nodes:
            return {}
        listed = ", ".join(map(str, nodes))
        same = self._tables.rows(
            "SELECT rep, node FROM (SELECT rep, node, row_number() OVER (PARTITION BY rep ORDER BY node) AS place "
            f"FROM same WHERE rep IN ({listed})) AS others WHERE place <= {MAX_NAMES + 1}"
        )
        others = {node: [other for rep, other in same if rep == node] or [node] for node in nodes}
        text = self._given.names({other for group in others.values() for other in group})
        return {node: _join_names(sorted(text[other] for other in group)) for node, group in others.items()}

    def _find_value_contradictions(self) -> list[str]:
        """Return a sentence for each thing that equals two values (dt-diff), and for each literal of a wrong type (dt-not-type).

        At most MAX_PER_RULE for each of the two rules.
        """
        if not self._tables.count("literal"):
            return []
        self._tables.create(
            "valued",
            "SELECT literal.node AS node, value, datatype, coalesce(rep, literal.node) AS rep "
            "FROM literal LEFT JOIN same ON same.node = literal.node",
        )
        two = self._tables.rows(
            "SELECT rep, min(node), max(node) FROM valued WHERE value >= 0 GROUP BY rep HAVING count(DISTINCT value) > 1 "
            f"ORDER BY ALL LIMIT {MAX_PER_RULE}"
        )
        wrong = self._find_wrong_types()
        every = self._names_of_equal_things({x for x, _, _ in two})
        name = self._given.names({node for row in (*two, *wrong) for node in row})
        return [
            describe_contradiction(
                "dt-diff", f"{name[y]} owl:differentFrom {name[z]}", x=every[x], y=name[y], z=name[z]
            )
            for x, y, z in two
        ] + [
            describe_contradiction("dt-not-type", f"{name[node]} rdf:type {name[d]}", x=name[node], d=name[d])
            for node, d in wrong
        ]

    def _find_wrong_types(self) -> list[tuple[int, int]]:
        """Return sorted pairs (literal, datatype) of node numbers, at most MAX_PER_RULE.

        In each pair, a fact says that the literal has the datatype as rdf:type, but the datatype's value space does not
        contain the literal's value.
        """
        iri_of = {self._encode.number(datatype): datatype for datatype in DATATYPES}
        subtypes = sorted((self._encode.number(part), self._encode.number(whole)) for part, whole in SUBTYPES)
        self._tables.fill("subtype", ("part", "whole"), subtypes)
        # Most pairs are decided by the datatype that the literal was written with; only the rest need a look at the value.
        undecided = (
            "SELECT DISTINCT valued.node AS node, fact.o AS datatype FROM fact, valued "
            f"WHERE fact.p = {self._encode.number(TYPE)} AND fact.s = valued.rep AND fact.o IN ({', '.join(map(str, iri_of))}) "
            "AND NOT (value >= 0 AND EXISTS (SELECT 1 FROM subtype WHERE part = valued.datatype AND whole = fact.o))"
        )
        if not self._tables.create("undecided", undecided):
            return []
        self._given.select_members("SELECT node, datatype FROM undecided", iri_of)
        return self._tables.rows(
            "SELECT * FROM undecided EXCEPT SELECT node, datatype FROM member_of_datatype "
            f"ORDER BY ALL LIMIT {MAX_PER_RULE}"
        )

    def _merge_equal_literals(self) -> bool:
        """Merge literals of equal value (dt-eq) on the first call; return whether any were merged. Later calls do nothing.

        The table written(s, p, o) keeps the facts that had such a literal as object, with their lexical forms.
        """
        if self._are_values_merged or not self._tables.count("literal"):
            return False
        self._are_values_merged = True
        same_value = "SELECT node AS a, min(node) OVER (PARTITION BY value) AS b FROM literal WHERE value >= 0"
        shared = "SELECT value FROM literal WHERE value >= 0 GROUP BY value HAVING count(*) > 1"
        self._tables.create(
            "written", f"SELECT s, p, o FROM fact WHERE o IN (SELECT node FROM literal WHERE value IN ({shared}))"
        )
        return self._engine.make_equal(same_value)

    def _add_trivial_entailments(self) -> bool:
        """Add the trivial facts from which an axiom makes something follow; return whether rules must run again.

        Trivial facts are membership in owl:Thing, that a thing is owl:sameAs itself, and datatypes and differences of
        values.
        """
        relevant = self._relevant_terms()
        added = False
        if THING in relevant and THING in self._suppressed_classes:
            self._suppressed_classes = ()
            self._has_late_facts = added = self._engine.activate(THING)
        for datatype in sorted(relevant & set(DATATYPES) - self._typed):
            self._typed.add(datatype)
            added |= self._add_datatype_members(datatype)
        if SAME_AS in relevant:
            things = " UNION ".join(f"SELECT {c} AS x FROM fact" for c in "spo")
            reflexive = f"SELECT x AS s, {self._encode.number(SAME_AS)} AS p, x AS o FROM ({things}) AS things"
            added |= self._add_without_premises(reflexive)
        if DIFFERENT_FROM in relevant:
            added |= self._add_differences(self._values())
        return self._add_values_of_things() or added

    def _relevant_terms(self) -> set[str]:
        """Return those IRIs, of owl:Thing, owl:sameAs, owl:differentFrom and datatypes, with which facts can be premises.

        They are those that an axiom (a triple about the schema) mentions, so that something can follow from facts with
        them that hold without premises. An axiom about rdf:type makes all of them relevant. Axioms with equal subject
        and object (such as those of the rule scm-cls) do not count, except for disjointness.
        """
        special = {THING, TYPE, SAME_AS, DIFFERENT_FROM, *DATATYPES}
        iri_of = {self._encode.number(iri): iri for iri in special}
        sql_list = self._encode.sql_list
        type_of, thing = self._encode.number(TYPE), self._encode.number(THING)
        counts = f"(s <> o OR p IN ({sql_list(*DISJOINTNESS)}))"
        found = self._tables.rows(
            "SELECT DISTINCT x FROM ("
            f"SELECT s AS x FROM axiom WHERE {counts} AND NOT (p = {type_of} AND o IN ({sql_list(*DECLARATIONS)})) UNION ALL "
            f"SELECT o FROM axiom WHERE s <> o AND p NOT IN ({sql_list(*HEAD_PROPERTIES, TYPE)}) "
            f"AND NOT (o = {thing} AND p IN ({sql_list(*HEAD_PROPERTIES_OF_THING)})) UNION ALL SELECT item FROM member"
            f") AS used WHERE x IN ({', '.join(map(str, iri_of))})"
        )
        relevant = {iri_of[number] for (number,) in found}
        return special if TYPE in relevant else relevant

    def _add_datatype_members(self, datatype: str) -> bool:
        """Add rdf:type facts for literals with values in a datatype (dt-type2); return whether any is new."""
        number = self._encode.number(datatype)
        self._given.select_members(
            f"SELECT node, {number} AS datatype FROM literal WHERE value >= 0", {number: datatype}
        )
        return self._add_without_premises(
            f"SELECT coalesce(rep, m.node) AS s, {self._encode.number(TYPE)} AS p, {number} AS o "
            "FROM member_of_datatype AS m LEFT JOIN same ON same.node = m.node"
        )

    def _add_values_of_things(self) -> bool:
        """Add datatypes and differences to each thing that is owl:sameAs a literal: those of the literal's value.

        Return whether any fact is new. With a literal as subject they would be generalized triples, but with the thing
        they are RDF.
        """
        things = "SELECT rep FROM same LEFT JOIN literal ON literal.node = same.node WHERE literal.node IS NULL"
        if not self._tables.count("same") or not self._tables.create(
            "value_of_thing",
            "SELECT literal.node AS node, same.rep AS rep, value FROM literal JOIN same ON same.node = literal.node "
            f"JOIN (SELECT DISTINCT rep FROM ({things}) AS t) AS thing ON thing.rep = same.rep WHERE value >= 0",
        ):
            return False
        iri_of = {self._encode.number(datatype): datatype for datatype in DATATYPES}
        self._given.select_members(
            " UNION ALL ".join(f"SELECT node, {number} AS datatype FROM value_of_thing" for number in iri_of), iri_of
        )
        has_types = self._add_without_premises(
            f"SELECT v.rep AS s, {self._encode.number(TYPE)} AS p, m.datatype AS o "
            "FROM member_of_datatype AS m JOIN value_of_thing AS v ON v.node = m.node"
        )
        return self._add_differences("(SELECT DISTINCT rep AS node, value FROM value_of_thing)") or has_types

    def _add_differences(self, values: str) -> bool:
        """Add owl:differentFrom facts from some values to all different values (dt-diff); return whether any is new.

        values: SQL to put after FROM, of a table with the columns node and value.
        """
        return self._add_without_premises(
            f"SELECT a.node AS s, {self._encode.number(DIFFERENT_FROM)} AS p, b.node AS o "
            f"FROM {values} AS a, {self._values()} AS b WHERE a.value <> b.value"
        )

    @staticmethod
    def _values() -> str:
        """Return SQL to put after FROM, of a table with the columns node and value of all well-typed literals.

        node: the number of the literal, or of the term that stands for it and all that equals it in the table fact.
        """
        return (
            "(SELECT DISTINCT coalesce(rep, literal.node) AS node, value "
            "FROM literal LEFT JOIN same ON same.node = literal.node WHERE value >= 0)"
        )

    def _add_without_premises(self, select: str) -> bool:
        """Add the facts of a SELECT of s, p, o, which hold without premises; return whether any is new.

        When depths are recorded, also note the facts in the table without_premises and, if this did not have all of
        them, that the rounds must start again (see `close`), because earlier rounds lacked them.
        """
        if self._record_depths:
            new = f"SELECT DISTINCT s, p, o FROM ({select}) AS c WHERE {is_not_in('without_premises')}"
            self._has_late_facts |= self._tables.append("without_premises", new) > 0
        return self._engine.add(select) > 0


def _join_names(names: list[str]) -> str:
    """Return the names of one thing joined by " = ", at most MAX_NAMES of them, then " = …" if there are more."""
    return " = ".join(names[:MAX_NAMES]) + " = …" * (len(names) > MAX_NAMES)
