"""What the axioms at hand bind, rule by rule: small tables that the rules join with the facts."""

from dataclasses import dataclass

from sjkg.reason.compile import SAME_AS, TYPE, Compiled, Encode, axioms_of, compile_rule, half, word_of
from sjkg.reason.lists import collect_lists
from sjkg.reason.rules import TABLE, Listed, Rule, rules
from sjkg.reason.tables import Tables


def prepare(rule: Rule) -> Compiled:
    """Compile a rule; of one that makes two things equal the half that is about one of them."""
    return compile_rule(half(rule) if any(triple.p == SAME_AS for triple in rule.head) else rule)


COMPILED = tuple(map(prepare, rules(TABLE)))
ON_WHOLE_LISTS = tuple(map(prepare, rules(TABLE, 1)))
ON_AXIOMS = tuple(c for c in COMPILED if not c.facts and not any(isinstance(a, Listed) for a in c.axioms))
CONTRADICTIONS = tuple(c for c in COMPILED if not c.rule.head)
ON_FACTS = tuple(c for c in COMPILED if c.rule.head and c not in ON_AXIOMS)

_ATOMS = tuple(atom for rule in (*COMPILED, *ON_WHOLE_LISTS) for atom in rule.axioms)
PROPERTIES = frozenset(atom.p for atom in _ATOMS if atom.p != TYPE)
CLASSES = frozenset(atom.o for atom in _ATOMS if atom.p == TYPE)
LIST_PROPERTIES = frozenset(atom.p for atom in _ATOMS if isinstance(atom, Listed))
WHOLE_LIST_PROPERTIES = frozenset(atom.p for atom in _ATOMS if isinstance(atom, Listed) and atom.whole)


def is_axiom(encode: Encode) -> str:
    """Return the condition on a fact that makes it an axiom."""
    properties, classes = (_numbers(names, encode) for names in (PROPERTIES, CLASSES))
    return f"(p IN ({properties}) OR p = {encode(TYPE)[0]} AND o IN ({classes}))"


def words_in_use(tables: Tables, encode: Encode, table: str) -> set[int]:
    """Return the words by which the axioms of a table are known."""
    type_of = encode(TYPE)[0]
    return {word for (word,) in tables.rows(f"SELECT DISTINCT CASE p WHEN {type_of} THEN o ELSE p END FROM {table}")}


@dataclass(frozen=True)
class Binding:
    """The table of what the axioms of a rule bind, and that of what is new among it, if anything is."""

    rule: Compiled
    table: str
    new: str | None


class Axioms:
    """The bindings of every rule that any axiom bears on; `refresh` after the table `axiom` or a list has changed."""

    def __init__(self, tables: Tables, encode: Encode, idle_classes: tuple[str, ...]):
        self._tables = tables
        self._encode = encode
        self._bindings: dict[Compiled, Binding] = {}
        self.idle_classes = idle_classes
        tables.fill("member", ("list", "place", "item"), ())

    def refresh(self) -> list[Binding]:
        """Bind again; return the bindings of the rules that can say anything."""
        lengths = collect_lists(self._tables, self._encode, LIST_PROPERTIES, WHOLE_LIST_PROPERTIES)
        on_lists = (prepare(rule) for length in sorted(lengths) for rule in rules(TABLE, length))
        known = words_in_use(self._tables, self._encode, "axiom")
        for rule in (*ON_FACTS, *on_lists):
            if all(known & set(self._encode(word_of(atom))) for atom in rule.axioms):
                self._bind(rule)
        return list(self._bindings.values())

    def settle(self) -> list[Binding]:
        """Forget what was new."""
        self._bindings = {rule: Binding(rule, b.table, None) for rule, b in self._bindings.items()}
        return list(self._bindings.values())

    def _bind(self, rule: Compiled) -> None:
        select = axioms_of(rule, self._encode, self.idle_classes)
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
