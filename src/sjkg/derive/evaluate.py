"""Evaluation of the knowledge base's own queries (rules, quality checks), with the provenance of rows.

The provenance of a result row is the list of triples that the query's patterns matched.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sjkg.core.errors import BadQuery
from sjkg.core.facts import Facts, Path
from sjkg.core.ntriples import TextTerm, TextTriple
from sjkg.kb.queries import QueryFile, query_file_error
from sjkg.sparql.dependencies import find_predicates
from sjkg.sparql.tokens import tokenize
from sjkg.store.fact_store import FactStore, Row

SUBPATTERNS = ("p", "p1", "p2")  # keys of an algebra node; filters stand elsewhere and have no triples
INVALID = "the rule is not valid SPARQL ({}); correct it"


@dataclass(frozen=True)
class PreparedRule:
    """A CONSTRUCT query, prepared for its evaluation; all fields can be written as JSON.

    name: the name of its file without ending. select: the text of a SELECT query of all variables with the same WHERE
    clause. predicates: those on whose triples its solutions depend, None for any (see `sparql.dependencies`).
    template: the triples that it constructs, each a list of three terms. patterns: its triple patterns outside
    filters, each a list of subject, property path (`core.facts.Path`) and object. Variables begin with “?”.
    """

    name: str
    select: str
    predicates: list[TextTerm] | None
    template: list[list[TextTerm]]
    patterns: list[list[Any]]

    @property
    def derived_predicates(self) -> list[TextTerm] | None:
        """Return the predicates of the triples that it constructs; None, for any predicate, if one of them is a variable."""
        predicates = [p for _, p, _ in self.template]
        return None if any(p.startswith("?") for p in predicates) else predicates


@dataclass(frozen=True)
class StoredRows:
    """The result rows of a SELECT query, sorted. predicates: those on whose triples they depend, None for any."""

    predicates: list[TextTerm] | None
    rows: list[Row]


class QueryResults:
    """The results of SELECT query files by name, some of them reused from an earlier run with other triples.

    found: those of the queries run so far.
    """

    def __init__(self, earlier: Mapping[str, StoredRows]):
        """Use the results of an earlier run; empty for none."""
        self._earlier = earlier
        self.found: dict[str, StoredRows] = {}

    def run(self, query: QueryFile, store: FactStore, changed: Collection[TextTerm]) -> list[Row]:
        """Return the sorted result rows of a query over the triples of a store.

        changed: the predicates of all triples that the earlier run had and the store has not, or the other way round.
        Raises BrokenInput as `run_select` does.
        """
        stored = self._earlier.get(query.name)
        if stored is None or depends_on(stored.predicates, changed):
            predicates = stored.predicates if stored else find_predicates(query.text)
            rows = run_select(query, store, predicates)
            stored = StoredRows(predicates, sorted(rows, key=lambda row: sorted(row.items())))
        self.found[query.name] = stored
        return stored.rows


def depends_on(predicates: Collection[TextTerm] | None, changed: Collection[TextTerm]) -> bool:
    """Return whether a result can depend on changed triples.

    predicates: those on whose triples the result depends, None for any. changed: the predicates of the changed triples.
    """
    return bool(changed) if predicates is None else not set(changed).isdisjoint(predicates)


def run_select(query: QueryFile, store: FactStore, predicates: Collection[TextTerm] | None = None) -> list[Row]:
    """Return the result rows of a SELECT query file: dicts from variable name to term, without unbound variables.

    predicates: those on whose triples the result depends; None for any.
    Raises BrokenInput, with file and line, when the file is not SPARQL, has FROM or SERVICE, or is not a SELECT query.
    """
    try:
        return store.select(query.text, predicates)
    except BadQuery as error:
        raise query_file_error(query.path, str(error), error.line or 1) from None


def run_rule(rule: PreparedRule, store: FactStore, facts: Facts) -> Iterator[tuple[list[TextTriple], list[TextTriple]]]:
    """Yield, for each solution of a rule, a pair of lists: the triples that it constructs, those that its patterns matched.

    store, facts: the triples to query, the same in both. A triple with an unbound variable is not constructed.
    """
    for row in store.select(rule.select, rule.predicates):
        constructed = [(_bind(s, row), _bind(p, row), _bind(o, row)) for s, p, o in rule.template]
        complete = [(s, p, o) for s, p, o in constructed if s and p and o]
        yield complete, _provenance(rule.patterns, facts, row)


def _bind(term: TextTerm, row: Row) -> TextTerm:
    """Return the value in `row` of a variable (beginning with “?”), "" if it is unbound; any other term unchanged."""
    return row.get(term[1:], "") if term.startswith("?") else term


def _provenance(patterns: list[list[Any]], facts: Facts, row: Row) -> list[TextTriple]:
    """Return the triples that the triple patterns match with the bindings of a row, in the patterns' order, each once.

    Of a property path, these are the triples along one match; patterns with an unbound variable have none.
    """
    found: dict[TextTriple, None] = {}
    for subject, path, obj in patterns:
        s, o = _bind(subject, row), _bind(obj, row)
        p = _bind(path, row) if isinstance(path, str) else path
        if s and p and o:
            found |= dict.fromkeys(facts.witness(s, p, o) or ())
    return list(found)


def compile_rule(query: QueryFile) -> PreparedRule:
    """Return the rule of a CONSTRUCT query file.

    Raises BrokenInput, with file and line, when the file is not SPARQL, or is not a CONSTRUCT query.
    """
    from pyparsing import ParseException  # here: rdflib's parser of SPARQL takes 0.1 s to be imported
    from rdflib.plugins.sparql import prepareQuery

    try:
        algebra = prepareQuery(query.text).algebra
    except ParseException as error:
        raise query_file_error(query.path, INVALID.format(error.msg), error.lineno) from None
    except Exception as error:  # rdflib raises bare Exceptions, for an unknown prefix among others
        raise query_file_error(query.path, INVALID.format(error), 1) from None
    if algebra.name != "ConstructQuery":
        raise query_file_error(query.path, "this is not a CONSTRUCT query; write the rule as CONSTRUCT", 1)
    select = _to_select(query.text)
    try:
        rule = PreparedRule(
            query.name,
            select,
            find_predicates(select),
            [[_term(node) for node in triple] for triple in algebra.template],
            [[_term(s), _path(p), _term(o)] for s, p, o in _find_triple_patterns(algebra.p)],
        )
        FactStore().select(select)
    except BadQuery as error:
        raise query_file_error(query.path, str(error), 1) from None
    return rule


def _to_select(construct: str) -> str:
    """Return the SELECT query of all variables with the WHERE clause of a CONSTRUCT query."""
    tokens = list(tokenize(construct))
    start = next(i for i, token in enumerate(tokens) if token.is_word("CONSTRUCT"))
    end = next(i for i, token in enumerate(tokens[start:], start) if token.text == "}")
    return f"{construct[: tokens[start].start]}SELECT *{construct[tokens[end].end :]}"


def _find_triple_patterns(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the (subject, predicate, object) patterns of rdflib's SPARQL algebra; a predicate may be a property path."""
    if node.name == "BGP":
        yield from node.triples
    for part in SUBPATTERNS:
        if isinstance(node.get(part), Mapping):
            yield from _find_triple_patterns(node[part])


def _term(node: Any) -> TextTerm:
    """Return a node of a triple pattern as text; a variable, or a blank node, which acts as one, begins with “?”."""
    from rdflib.term import BNode, Variable

    from sjkg.turtle.triples import term_text

    return f"?{node}" if isinstance(node, Variable | BNode) else term_text(node)


def _path(node: Any) -> Path:
    """Return a predicate, variable or property path of rdflib as a property path (`core.facts.Path`)."""
    from rdflib import paths

    if isinstance(node, paths.InvPath):
        return ["inverse", _path(node.arg)]
    if isinstance(node, paths.SequencePath | paths.AlternativePath):
        return ["sequence" if isinstance(node, paths.SequencePath) else "alternative", *map(_path, node.args)]
    if isinstance(node, paths.MulPath):
        return ["repeat", _path(node.path), node.zero, node.more]
    if isinstance(node, paths.Path):
        raise BadQuery(
            "the rule has a negated property set (!), whose premises cannot be recorded; write a variable as predicate, "
            "and exclude properties with FILTER"
        )
    return _term(node)
