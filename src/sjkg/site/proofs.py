"""Proofs of triples as text: terms by their labels, rules by their explanations."""

from sjkg.proofs.terms import show_term
from sjkg.site.context import SnapshotLabels
from sjkg.site.page_queries import ExecutedQuery, page_queries
from sjkg.site.paths import page_path
from sjkg.site.texts import RULES
from sjkg.sparql.tokens import insert_first


def rule_in_words(name: str) -> str:
    """Return the explanation of a rule, such as “the property is transitive” for prp-trp; "" for a rule without one."""
    return RULES.get(name, "")


def query_of_triple(triple: tuple[str, str, str]) -> ExecutedQuery:
    """Return the query for the named graphs that contain a triple.

    triple: subject, predicate and object in N-Triples syntax; blank nodes are not possible.
    """
    query = page_queries()["graphs-of-triple"]
    return ExecutedQuery(
        query.title, insert_first(query.sparql, f"VALUES (?subject ?property ?value) {{ ({' '.join(triple)}) }}")
    )


def triple_in_words(labels: SnapshotLabels, triple: tuple[str, str, str]) -> tuple[tuple[str, str | None], ...]:
    """Return for each term of a triple its label, and the URL path of its page or None.

    triple: subject, predicate and object in N-Triples syntax.
    """
    iris = [term[1:-1] for term in triple if term[0] == "<"]
    names = labels.names(iris)
    return tuple(
        (names[term[1:-1]], page_path(term[1:-1])) if term[0] == "<" else (show_term(term), None) for term in triple
    )
