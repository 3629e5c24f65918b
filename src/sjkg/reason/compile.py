"""Compilation of rules to SQL for semi-naive evaluation: each round of rule applications uses a fact of the last round.

The premises of a rule are of two kinds. Axioms (a constant property of RDFS or OWL, an RDF list, or membership in a
class of RDFS or OWL) match few triples, all of them in the table axiom; the other premises, called facts, match any
triple. `select_bindings` selects once, into a small table, the variable bindings that the axioms of a rule allow.
`full_joins` joins that table with all facts, `delta_joins` only in combinations with at least one fact of the last
round.

The SQL consists of plain joins on tables of integers: fact(s, p, o, round), axiom (the axioms among the facts), fresh
(the facts of the last round), list{n}(list, item1, …) and member(list, place, item) of RDF lists.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.rules import Encoding, ListPattern, Pattern, Rule, TriplePattern

RDF, OWL = PREFIXES["rdf"], PREFIXES["owl"]
TYPE, FIRST, REST, NIL = f"{RDF}type", f"{RDF}first", f"{RDF}rest", f"{RDF}nil"
SAME_AS, DIFFERENT_FROM = f"{OWL}sameAs", f"{OWL}differentFrom"
NOTHING = f"{OWL}Nothing"


@dataclass(frozen=True)
class JoinSource:
    """A table in a join.

    columns: pairs of a column name and the term (a variable with its question mark, or a constant) that the column
    holds. condition: SQL that the rows must satisfy, in which {0} stands for this table's alias and {1} for that of the
    table before it in the join; "" for none.
    """

    table: str
    columns: tuple[tuple[str, str], ...]
    condition: str = ""


Join = list[JoinSource]


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its premises divided into axioms and facts.

    axioms: premises that match only triples that describe classes and properties in RDFS or OWL. facts: the other
    premises. bound: the variables that the axioms bind and that the facts or conclusions use; for a rule without
    conclusions, all variables of the axioms.
    """

    rule: Rule
    axioms: tuple[Pattern, ...]
    facts: tuple[TriplePattern, ...]
    bound: tuple[str, ...]

    @property
    def table(self) -> str:
        """Return the name of the table with the values that axioms give to the rule's variables, such as prp_dom.

        For a rule over all members of an RDF list, the length of the list is appended.
        """
        length = max((len(a.members) for a in self.axioms if isinstance(a, ListPattern) and a.whole), default="")
        return f"{self.rule.name.replace('-', '_')}{length}"

    @property
    def makes_equal(self) -> bool:
        """Return whether a conclusion of the rule is a triple with the property owl:sameAs."""
        return any(triple.p == SAME_AS for triple in self.rule.head)

    @property
    def variables(self) -> list[str]:
        """Return the variables of axiom bindings and facts, with question marks, each once, in order."""
        terms = [*self.bound, *(term for atom in self.facts for term in atom.terms)]
        return list(dict.fromkeys(term for term in terms if _is_variable(term)))


def compile_rule(rule: Rule) -> CompiledRule:
    """Return a rule with its premises divided into axioms (which match only schema triples) and facts (the others).

    A premise ?x owl:sameAs ?y is dropped and ?y renamed to ?x, because of all things that equal each other only one,
    the representative, occurs in the table fact.
    """
    renamed = {a.o: a.s for a in rule.body if isinstance(a, TriplePattern) and a.p == SAME_AS}
    body = tuple(_rename(atom, renamed) for atom in rule.body if atom.p != SAME_AS)
    axioms = tuple(atom for atom in body if is_axiom(atom))
    facts = tuple(atom for atom in body if isinstance(atom, TriplePattern) and not is_axiom(atom))
    known = list(dict.fromkeys(term for atom in axioms for term in atom.terms if _is_variable(term)))
    used = {term for atom in (*facts, *rule.head) for term in atom.terms}
    names = known if not rule.head else [term for term in known if term in used]
    return CompiledRule(rule, axioms, facts, tuple(names))


def is_axiom(atom: Pattern) -> bool:
    """Return whether a premise matches only axioms: it has a list or describes a class or property in RDFS or OWL."""
    if isinstance(atom, ListPattern):
        return True
    if atom.p == TYPE:
        return not _is_variable(atom.o) and atom.o != NOTHING
    return not _is_variable(atom.p) and atom.p not in (SAME_AS, DIFFERENT_FROM)


def select_bindings(compiled: CompiledRule, encode: Encoding, suppressed_classes: Iterable[str] = ()) -> str:
    """Return the SELECT of the distinct bindings that a rule's axioms allow, one column for each variable in `bound`.

    suppressed_classes: IRIs; bindings that would conclude membership in one of these classes are left out. Bindings
    with which the rule would conclude one of its own premises are left out, too.
    """
    sources = [source for index, atom in enumerate(compiled.axioms) for source in _axiom_sources(atom, index)]
    rows = select_from([(_column_name(term), term) for term in compiled.bound], sources, encode)
    conditions = [f"{_column_name(a)} <> {_column_name(b)}" for a, b in _pairs_that_must_differ(compiled)]
    types = {head.o for head in compiled.rule.head if head.p == TYPE and head.o in compiled.bound}
    conditions += [f"{_column_name(term)} <> {encode.number(name)}" for term in types for name in suppressed_classes]
    return f"SELECT DISTINCT * FROM ({rows}) AS rows" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")


def _pairs_that_must_differ(compiled: CompiledRule) -> list[tuple[str, str]]:
    """Return the pairs of bound variables whose equality would make the rule conclude one of its own premises."""
    return [
        (a, b)
        for a, b in combinations(compiled.bound, 2)
        if any(
            _rename(head, {b: a}) in [_rename(fact, {b: a}) for fact in compiled.facts] for head in compiled.rule.head
        )
    ]


def full_joins(compiled: CompiledRule, table: str) -> list[Join]:
    """Return a list of a single join: that of a table of a rule's axiom bindings with all facts.

    Axiom bindings are the values that the axioms of the graph give to the rule's variables. table: the name of the
    table, with all of the bindings or with only the new ones.
    """
    return [[*_binding_source(compiled, table), *(_triple_source(atom, "fact") for atom in compiled.facts)]]


def delta_joins(compiled: CompiledRule, since: int) -> list[Join]:
    """Return the joins of a rule that use a triple of the last round (semi-naive evaluation); one for each fact.

    In each join one of the rule's facts (premises that are not axioms) is read from the table fresh, those before it from
    triples of rounds before `since`, and those after it from all triples, so that no combination occurs in two joins.
    """
    return [
        [
            *_binding_source(compiled, compiled.table),
            *(_triple_source(atom, "fact", f"{{0}}.round < {since}") for atom in compiled.facts[:i]),
            _triple_source(compiled.facts[i], "fresh"),
            *(_triple_source(atom, "fact") for atom in compiled.facts[i + 1 :]),
        ]
        for i in range(len(compiled.facts))
    ]


def axiom_delta_joins(
    compiled: CompiledRule, since: int, known: set[int], new: set[int], encode: Encoding
) -> list[Join]:
    """Return the joins, each with at least one new axiom, of a rule whose premises are all axioms (schema triples).

    None of the premises may have an RDF list. There is one join for each premise: in it, this premise is read from the
    table fresh_axiom (the new axioms), the premises before it from axioms of rounds before `since`, and those after it
    from all axioms. known, new: the node numbers of the kinds of all axioms and of the new ones; the kind of an axiom
    is its property, or its class if that is rdf:type. Joins with a premise of a kind that does not occur are left out.
    """
    atoms = [atom for atom in compiled.axioms if isinstance(atom, TriplePattern)]
    keywords = [set(encode(keyword_of(atom))) for atom in atoms]
    if not all(keyword & known for keyword in keywords):
        return []
    return [
        [
            *(_triple_source(atom, "axiom", f"{{0}}.round < {since}") for atom in atoms[:i]),
            _triple_source(atoms[i], "fresh_axiom"),
            *(_triple_source(atom, "axiom") for atom in atoms[i + 1 :]),
        ]
        for i, keyword in enumerate(keywords)
        if keyword & new
    ]


def keyword_of(atom: Pattern) -> str:
    """Return the IRI of the kind of axiom a premise matches: its class if the property is rdf:type, or its property."""
    return atom.o if isinstance(atom, TriplePattern) and atom.p == TYPE else atom.p


def conclusions(compiled: CompiledRule, joins: Iterable[Join], encode: Encoding) -> list[str]:
    """Return the SELECTs of s, p, o that compute the triples that a rule concludes: one for each join and conclusion."""
    return [
        select_from([("s", triple.s), ("p", triple.p), ("o", triple.o)], sources, encode)
        for sources in joins
        for triple in compiled.rule.head
    ]


def equalities(compiled: CompiledRule, joins: list[Join], encode: Encoding, everything: bool) -> str:
    """Return a SELECT of a, b: pairs of nodes that a rule with the conclusion ?a owl:sameAs ?b makes equal.

    Such a rule has the same premises for ?a and ?b, so those for ?a suffice: the values of ?a are grouped by the values
    of all other variables, and each is paired with the least node of its group instead of with all others.
    compiled: the rule without the premises about ?b. joins: those in which one premise is matched with facts new since the last
    round only; a group is evaluated if these have a row in it. everything: evaluate all groups.
    """
    this = compiled.rule.head[0].s
    others = [term for term in compiled.variables if term != this]
    columns = [(_column_name(term), term) for term in (this, *others)]
    keys = ", ".join(_column_name(term) for term in others)
    changed = " UNION ".join(select_from(columns[1:], sources, encode) for sources in joins)
    only = "" if everything else f" WHERE ({keys}) IN ({changed})"
    rows = select_from(columns, full_joins(compiled, compiled.table)[0], encode)
    return f"SELECT {_column_name(this)} AS a, min({_column_name(this)}) OVER (PARTITION BY {keys}) AS b FROM ({rows}) AS one_side{only}"


def one_side(rule: Rule) -> Rule:
    """Return a copy of `rule`, whose conclusion is ?a owl:sameAs ?b; the copy lacks the premises that mention ?b."""
    other = rule.head[0].o
    return Rule(rule.name, tuple(atom for atom in rule.body if other not in atom.terms), rule.head)


def select_from(columns: list[tuple[str, str]], sources: Join, encode: Encoding) -> str:
    """Return the SELECT statement over a join.

    columns: pairs of an output column name and a term, either a variable or a constant; with none, the SELECT has one
    column "yes". sources: the joined tables; columns with the same variable must be equal, columns with a constant have
    its number.
    """
    where: list[str] = []
    column_of: dict[str, str] = {}
    for number, source in enumerate(sources):
        for column, term in source.columns:
            here = f"t{number}.{column}"
            if not _is_variable(term):
                where.append(f"{here} IN ({encode.sql_list(term)})")
            elif term in column_of:
                where.append(f"{here} = {column_of[term]}")
            else:
                column_of[term] = here
        if source.condition:
            where.append(source.condition.format(f"t{number}", f"t{number - 1}"))
    chosen = ", ".join(
        f"{column_of[term] if _is_variable(term) else encode.number(term)} AS {name}" for name, term in columns
    )
    tables = ", ".join(f"{source.table} AS t{number}" for number, source in enumerate(sources))
    return f"SELECT {chosen or '1 AS yes'} FROM {tables}" + (f" WHERE {' AND '.join(where)}" if where else "")


def _binding_source(compiled: CompiledRule, table: str) -> Join:
    """Return a list with `table`, the values that axioms give to a rule's variables, as join source.

    The list is empty for a rule without axioms among its premises.
    """
    return [JoinSource(table, tuple((_column_name(term), term) for term in compiled.bound))] if compiled.axioms else []


def _triple_source(triple: TriplePattern, table: str, condition: str = "") -> JoinSource:
    """Return a table of triples as join source for a triple pattern. condition: SQL; {0} is the table's alias."""
    return JoinSource(table, (("s", triple.s), ("p", triple.p), ("o", triple.o)), condition)


def _axiom_sources(atom: Pattern, index: int) -> Join:
    """Return the join sources for an axiom: the table axiom, and for a list pattern the tables of RDF lists.

    index: the position of the axiom among the rule's axioms; it makes the variable for the list head unique.
    """
    if isinstance(atom, TriplePattern):
        return [_triple_source(atom, "axiom")]
    head = JoinSource("axiom", (("s", atom.s), ("p", atom.p), ("o", f"?list{index}")))
    if atom.whole:
        items = tuple((f"item{place}", term) for place, term in enumerate(atom.members, 1))
        return [head, JoinSource(f"list{len(atom.members)}", (("list", f"?list{index}"), *items))]
    members = [
        JoinSource("member", (("list", f"?list{index}"), ("item", term)), "{0}.place > {1}.place" if i else "")
        for i, term in enumerate(atom.members)
    ]
    return [head, *members]


def _rename(atom: Pattern, renamed: dict[str, str]) -> Pattern:
    """Return a pattern with variables replaced. renamed: from old to new variable; other terms stay."""
    new = [renamed.get(term, term) for term in atom.terms]
    return (
        TriplePattern(*new)
        if isinstance(atom, TriplePattern)
        else ListPattern(new[0], new[1], tuple(new[2:]), atom.whole)
    )


def _is_variable(term: str) -> bool:
    """Return whether a term of a rule is a variable, that is, starts with a question mark."""
    return term.startswith("?")


def _column_name(term: str) -> str:
    """Return the SQL column name of a variable, v_x for ?x; the prefix prevents a clash with SQL keywords."""
    return f"v_{term[1:]}"
