"""Triples in memory for the knowledge base's own SELECT queries (rules and quality checks), evaluated by Oxigraph.

Queries of users are not evaluated here, but in a killable child process (workers).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

import pyoxigraph as ox

from sjkg.core.errors import BadQuery, ReadOnly, ServiceRefused
from sjkg.core.ntriples import TextTerm, TextTriple
from sjkg.sparql.inspection import inspect_query
from sjkg.store.datasets import Dataset
from sjkg.store.quad_store import evaluate

Row = dict[str, TextTerm]  # a row of a result: variable, without “?”, to term; unbound variables are left out


class FactStore:
    """A store of triples in memory, for SELECT queries.

    A triple is loaded into the engine only when a query may need it.
    A literal in a result has the lexical form and language tag that it has in the triples ("01", not "1"), although the
    engine normalises them.
    """

    def __init__(self, triples: Iterable[TextTriple] = ()):
        self._store = ox.Store()
        self._as_written: dict[TextTerm, TextTerm] = {}
        self._added: list[list[TextTriple]] = []  # since the last query
        self._waiting: dict[TextTerm, list[str]] = defaultdict(
            list
        )  # by predicate, the lines of triples that are not loaded
        self.add(triples)

    def add(self, triples: Iterable[TextTriple]) -> None:
        """Add triples, whose terms are texts in canonical N-Triples."""
        self._added.append(list(triples))

    def _load(self, predicates: Collection[TextTerm] | None) -> None:
        """Load the triples with these predicates into the engine's store, unless they are there; None for all."""
        for triples in self._added:
            self._remember_literals({o for _, _, o in triples if o[0] == '"' and o[-1] != '"'})
            for s, p, o in triples:
                self._waiting[p].append(f"{s} {p} {o} .")
        self._added.clear()
        needed = list(self._waiting) if predicates is None else [p for p in predicates if p in self._waiting]
        lines = [line for p in needed for line in self._waiting.pop(p)]
        if lines:
            self._store.bulk_load("\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES)

    def select(self, query: str, predicates: Collection[TextTerm] | None = None) -> list[Row]:
        """Return the rows of a SELECT query.

        predicates: those on whose triples the result depends (see `sparql.dependencies`); None for any.
        Raises BadQuery for any other text: for a syntax error, with line, column and token; for an update or another form of
        query; and for a query with FROM or SERVICE.
        """
        try:
            info = inspect_query(query)
        except (ReadOnly, ServiceRefused):
            raise BadQuery(
                "this query is an update or uses SERVICE; write a SELECT query over the knowledge base alone"
            ) from None
        if info.from_graphs or info.from_named:
            raise BadQuery(
                "this query has FROM or FROM NAMED; delete the clause, because the query reads the knowledge base alone"
            )
        self._load(predicates)
        results = evaluate(Dataset(self._store), info.query, {}, None)
        if not isinstance(results, ox.QuerySolutions):
            raise BadQuery("this query is not a SELECT query; write one")
        names = [variable.value for variable in results.variables]
        return [
            {name: self._write(term) for name, term in zip(names, row, strict=True) if term is not None}
            for row in results
        ]

    def _write(self, term: object) -> TextTerm:
        """Return a term of the engine's results in canonical N-Triples; a literal as in the triples that were added."""
        text = str(term)
        return self._as_written.get(text, text) if text[0] == '"' else text

    def _remember_literals(self, literals: set[TextTerm]) -> None:
        """Record those literals with a datatype or language tag that the engine writes in another way.

        literals: in canonical N-Triples, as in the triples. Where two of them have the same text in the engine, the
        first in the order of their texts is used for results; one that the engine leaves unchanged takes precedence.
        """
        typed = sorted(text for text in literals if text[-1] == ">")
        probe = ox.Store()
        text = "\n".join(f"<urn:{number}> <urn:p> {each} ." for number, each in enumerate(typed))
        probe.bulk_load(text.encode(), ox.RdfFormat.N_TRIPLES)
        parts = {each: each.rpartition("@") for each in literals if each[-1] != ">"}
        written = {each: f"{lexical}@{tag.lower()}" for each, (lexical, _, tag) in parts.items()}
        written |= {typed[int(quad.subject.value[4:])]: str(quad.object) for quad in probe}
        for each in sorted(written):
            if written[each] != each and written[each] not in literals:
                self._as_written.setdefault(written[each], each)
