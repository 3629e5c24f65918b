"""From rules to SQL: which premises are axioms, and the joins that find what follows.

A rule's premises fall into two kinds. Axioms (a constant property of the ontology language, a list, a class of its
vocabulary) match few triples, all of them in the table `axiom`; the rest, facts, matches any. `axioms_of` selects what
the axioms of a rule bind, once, into a small table; `full` and `news` join that table with the facts: all of them, or
only in combinations with at least one fact that is new since the last round (semi-naive evaluation).

The SQL is plain joins on tables of integers: fact(s, p, o, round), axiom (the same, few), fresh (the facts of the last
round), list{n}(list, item1, …) and member(list, place, item).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.rules import ListPattern, Rule, TriplePattern

RDF, OWL = PREFIXES["rdf"], PREFIXES["owl"]
TYPE, FIRST, REST, NIL = f"{RDF}type", f"{RDF}first", f"{RDF}rest", f"{RDF}nil"
SAME_AS, DIFFERENT_FROM = f"{OWL}sameAs", f"{OWL}differentFrom"
NOTHING = f"{OWL}Nothing"

Encode = Callable[[str], tuple[int, ...]]


@dataclass(frozen=True)
class JoinSource:
    """A table in a join, the term that each of its columns holds, and a condition on it, {0}, and the table before, {1}."""

    table: str
    columns: tuple[tuple[str, str], ...]
    condition: str = ""


@dataclass(frozen=True)
class CompiledRule:
    """A rule taken apart. `bound`: the variables that its axioms bind and its facts or conclusions use."""

    rule: Rule
    axioms: tuple[TriplePattern | ListPattern, ...]
    facts: tuple[TriplePattern, ...]
    bound: tuple[str, ...]

    @property
    def table(self) -> str:
        """Name the table of what the axioms bind."""
        length = max((len(a.members) for a in self.axioms if isinstance(a, ListPattern) and a.whole), default="")
        return f"{self.rule.name.replace('-', '_')}{length}"

    @property
    def is_about_axioms_only(self) -> bool:
        return not self.facts

    @property
    def makes_equal(self) -> bool:
        return any(triple.p == SAME_AS for triple in self.rule.head)


def compile_rule(rule: Rule) -> CompiledRule:
    """Take a rule apart; equality among the premises is already done by representatives: both sides become one variable."""
    renamed = {a.o: a.s for a in rule.body if isinstance(a, TriplePattern) and a.p == SAME_AS}
    body = tuple(_rename(atom, renamed) for atom in rule.body if atom.p != SAME_AS)
    axioms = tuple(atom for atom in body if is_axiom(atom))
    facts = tuple(atom for atom in body if not is_axiom(atom))
    known = list(dict.fromkeys(term for atom in axioms for term in atom.terms if _is_variable(term)))
    used = {term for atom in (*facts, *rule.head) for term in atom.terms}
    names = known if not rule.head else [term for term in known if term in used]
    return CompiledRule(rule, axioms, facts, tuple(names))


def is_axiom(atom: TriplePattern | ListPattern) -> bool:
    """Tell whether a premise is about the ontology: found among few triples."""
    if isinstance(atom, ListPattern):
        return True
    if atom.p == TYPE:
        return not _is_variable(atom.o) and atom.o != NOTHING
    return not _is_variable(atom.p) and atom.p not in (SAME_AS, DIFFERENT_FROM)


def axioms_of(compiled: CompiledRule, encode: Encode, suppressed_classes: Iterable[str] = ()) -> str:
    """Return the SELECT of what the axioms of a rule bind: one column for each of `bound`.

    idle_classes: no rule shall conclude that a thing belongs to one of these.
    """
    sources = [source for index, atom in enumerate(compiled.axioms) for source in _axiom_sources(atom, index)]
    rows = select([(_name(term), term) for term in compiled.bound], sources, encode)
    wanted = [f"{_name(a)} <> {_name(b)}" for a, b in _idle_pairs(compiled)]
    types = {head.o for head in compiled.rule.head if head.p == TYPE and head.o in compiled.bound}
    wanted += [f"{_name(term)} <> {encode(idle)[0]}" for term in types for idle in suppressed_classes]
    return f"SELECT DISTINCT * FROM ({rows}) AS rows" + (f" WHERE {' AND '.join(wanted)}" if wanted else "")


def _idle_pairs(compiled: CompiledRule) -> list[tuple[str, str]]:
    """Return the pairs of variables that must differ, because the rule would else conclude one of its own premises."""
    return [
        (a, b)
        for a, b in combinations(compiled.bound, 2)
        if any(
            _rename(head, {b: a}) in [_rename(fact, {b: a}) for fact in compiled.facts] for head in compiled.rule.head
        )
    ]


def full_joins(compiled: CompiledRule, table: str) -> list[list[JoinSource]]:
    """Return the one join of a rule over all facts; `table`: what its axioms bind."""
    return [[*_bound(compiled, table), *(_fact(atom, "fact") for atom in compiled.facts)]]


def delta_joins(compiled: CompiledRule, since: int) -> list[list[JoinSource]]:
    """Return a join for each fact of a rule that can be new: that one fresh, those before it older than round `since`."""
    return [
        [
            *_bound(compiled, compiled.table),
            *(_fact(atom, "fact", f"{{0}}.round < {since}") for atom in compiled.facts[:i]),
            _fact(compiled.facts[i], "fresh"),
            *(_fact(atom, "fact") for atom in compiled.facts[i + 1 :]),
        ]
        for i in range(len(compiled.facts))
    ]


def axiom_delta_joins(
    compiled: CompiledRule, since: int, known: set[int], new: set[int], encode: Encode
) -> list[list[JoinSource]]:
    """Return the joins of a rule that is about axioms alone, and no lists, as `news` does for facts.

    known, new: the words (see `word_of`) that occur in axioms and in fresh axioms; joins without any are left out.
    """
    words = [set(encode(keyword_of(atom))) for atom in compiled.axioms]
    if not all(word & known for word in words):
        return []
    return [
        [
            *(_fact(atom, "axiom", f"{{0}}.round < {since}") for atom in compiled.axioms[:i]),
            _fact(compiled.axioms[i], "fresh_axiom"),
            *(_fact(atom, "axiom") for atom in compiled.axioms[i + 1 :]),
        ]
        for i, word in enumerate(words)
        if word & new
    ]


def keyword_of(atom: TriplePattern | ListPattern) -> str:
    """Return the word of the ontology language by which an axiom is known: its property, or the class if that is rdf:type."""
    return atom.o if atom.p == TYPE else atom.p


def conclusions(compiled: CompiledRule, joins: Iterable[list[JoinSource]], encode: Encode) -> list[str]:
    """Return a SELECT of s, p, o for each conclusion and each join."""
    return [
        select([("s", triple.s), ("p", triple.p), ("o", triple.o)], sources, encode)
        for sources in joins
        for triple in compiled.rule.head
    ]


def equalities(compiled: CompiledRule, joins: list[list[JoinSource]], encode: Encode, everything: bool) -> str:
    """Return a SELECT of a, b for a rule that makes things equal: each thing with the least one it shares all else with.

    The premises of such a rule are the same for both things; so those of one suffice, grouped by all other variables.
    joins: of `half` the rule; those that changed, unless `everything` did.
    """
    this = compiled.rule.head[0].s
    others = [term for term in variables(compiled) if term != this]
    columns = [(_name(term), term) for term in (this, *others)]
    keys = ", ".join(_name(term) for term in others)
    changed = " UNION ".join(select(columns[1:], sources, encode) for sources in joins)
    only = "" if everything else f" WHERE ({keys}) IN ({changed})"
    rows = select(columns, full_joins(compiled, compiled.table)[0], encode)
    return f"SELECT {_name(this)} AS a, min({_name(this)}) OVER (PARTITION BY {keys}) AS b FROM ({rows}) AS half{only}"


def one_side(rule: Rule) -> Rule:
    """Return a rule that makes ?a and ?b equal with only the premises of ?a."""
    other = rule.head[0].o
    return Rule(rule.name, tuple(atom for atom in rule.body if other not in atom.terms), rule.head)


def select(columns: list[tuple[str, str]], sources: list[JoinSource], encode: Encode) -> str:
    """Return a SELECT over a join; each column is a variable that a source holds, or a constant."""
    where, at = [], {}
    for number, source in enumerate(sources):
        for column, term in source.columns:
            here = f"t{number}.{column}"
            if not _is_variable(term):
                where.append(f"{here} IN ({', '.join(map(str, encode(term)))})")
            elif term in at:
                where.append(f"{here} = {at[term]}")
            else:
                at[term] = here
        if source.condition:
            where.append(source.condition.format(f"t{number}", f"t{number - 1}"))
    chosen = ", ".join(f"{at[term] if _is_variable(term) else encode(term)[0]} AS {name}" for name, term in columns)
    tables = ", ".join(f"{source.table} AS t{number}" for number, source in enumerate(sources))
    return f"SELECT {chosen or '1 AS yes'} FROM {tables}" + (f" WHERE {' AND '.join(where)}" if where else "")


def _bound(compiled: CompiledRule, table: str) -> list[JoinSource]:
    return [JoinSource(table, tuple((_name(term), term) for term in compiled.bound))] if compiled.axioms else []


def _fact(triple: TriplePattern, table: str, condition: str = "") -> JoinSource:
    return JoinSource(table, (("s", triple.s), ("p", triple.p), ("o", triple.o)), condition)


def _axiom_sources(atom: TriplePattern | ListPattern, index: int) -> list[JoinSource]:
    if isinstance(atom, TriplePattern):
        return [_fact(atom, "axiom")]
    head = JoinSource("axiom", (("s", atom.s), ("p", atom.p), ("o", f"?list{index}")))
    if atom.whole:
        items = tuple((f"item{place}", term) for place, term in enumerate(atom.members, 1))
        return [head, JoinSource(f"list{len(atom.members)}", (("list", f"?list{index}"), *items))]
    members = [
        JoinSource("member", (("list", f"?list{index}"), ("item", term)), "{0}.place > {1}.place" if i else "")
        for i, term in enumerate(atom.members)
    ]
    return [head, *members]


def variables(compiled: CompiledRule) -> list[str]:
    """Return the variables that a rule's tables and facts hold."""
    terms = [*compiled.bound, *(term for atom in compiled.facts for term in atom.terms)]
    return list(dict.fromkeys(term for term in terms if _is_variable(term)))


def _rename(atom: TriplePattern | ListPattern, renamed: dict[str, str]) -> TriplePattern | ListPattern:
    new = [renamed.get(term, term) for term in atom.terms]
    return (
        TriplePattern(*new)
        if isinstance(atom, TriplePattern)
        else ListPattern(new[0], new[1], tuple(new[2:]), atom.whole)
    )


def _is_variable(term: str) -> bool:
    return term.startswith("?")


def _name(term: str) -> str:
    """Return the column for a variable; the prefix keeps it from being a word of SQL."""
    return f"v_{term[1:]}"
