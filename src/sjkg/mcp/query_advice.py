"""Warnings about queries that are valid SPARQL but commonly give a wrong answer over this graph."""

from sjkg.core.vocabulary import ONTOLOGY, expand
from sjkg.sparql.tokens import tokenize

SUMS = ("SUM", "AVG")
FIGURES = {f"{ONTOLOGY}{name}" for name in ("countExact", "countMin", "countMax")}
COUNTS_TOWARDS = f"{ONTOLOGY}countsTowards"


def advise(sparql: str) -> tuple[str, ...]:
    """Return a warning about a valid query that adds up figures without selecting those that may be added up; else none."""
    tokens = list(tokenize(sparql))
    names = {expand(token.text) for token in tokens if token.kind in ("name", "iri")}
    if names & FIGURES and COUNTS_TOWARDS not in names and any(token.is_word(*SUMS) for token in tokens):
        return (
            "the query adds up figures that include and repeat each other, so the sum is probably wrong; select the figures of one "
            "event with sjkg:countsTowards instead of sjkg:about, or run the saved query losses-added-up",
        )
    return ()
