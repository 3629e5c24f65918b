"""Proofs in words: triples by the names of their terms, rules by what they do."""

from sjkg.proofs.terms import show_term
from sjkg.site.context import SnapshotLabels
from sjkg.site.page_queries import ExecutedQuery, page_queries
from sjkg.site.paths import page_path
from sjkg.sparql.tokens import insert_first

RULES = {
    "cax-sco": "what is of a class is of every wider class",
    "prp-dom": "whatever has the property is of the class that the property is said of",
    "prp-rng": "whatever the property leads to is of the class that it leads to",
    "prp-spo1": "what holds by a property holds by every wider property",
    "prp-spo2": "a chain of properties makes another property",
    "prp-inv1": "each of two inverse properties says the other, the other way round",
    "prp-inv2": "each of two inverse properties says the other, the other way round",
    "prp-trp": "a transitive property passes from one to the next",
    "prp-symp": "a symmetric property holds both ways",
    "prp-eqp1": "two properties that mean the same hold together",
    "prp-eqp2": "two properties that mean the same hold together",
    "cax-eqc1": "two classes that mean the same have the same members",
    "cax-eqc2": "two classes that mean the same have the same members",
    "cls-svf1": "what has such a value is of the class of things that have one",
    "cls-svf2": "what has a value at all is of the class of things that have one",
    "cls-avf": "all values are of the class that the class demands",
    "cls-hv1": "what is of the class has the value of the class",
    "cls-hv2": "what has the value is of the class of things that have it",
    "scm-sco": "a class is below every class that is above its wider classes",
    "scm-spo": "a property is below every property that is above its wider properties",
    "date-bounds": "the days between which a date lies",
    "parts-and-order": "the days that parts and order leave possible",
    "conflicting-claims": "two figures for the same that cannot both be right",
    "disputed-areas": "ground that two parties claim",
    "powers-themselves": "a power is a power in what it takes part in itself",
}


def rule_in_words(name: str) -> str:
    """Return what a rule does, "" for one that has no words here."""
    return RULES.get(name, "")


def query_of_triple(triple: tuple[str, str, str]) -> ExecutedQuery:
    """Return the query for the graphs in which a triple of N-Triples stands."""
    query = page_queries()["graphs-of-triple"]
    return ExecutedQuery(
        query.title, insert_first(query.sparql, f"VALUES (?subject ?property ?value) {{ ({' '.join(triple)}) }}")
    )


def triple_in_words(labels: SnapshotLabels, triple: tuple[str, str, str]) -> tuple[tuple[str, str | None], ...]:
    """Return the names of the three terms of a triple, each with the path of its page where it has one."""
    iris = [term[1:-1] for term in triple if term[0] == "<"]
    names = labels.names(iris)
    return tuple(
        (names[term[1:-1]], page_path(term[1:-1])) if term[0] == "<" else (show_term(term), None) for term in triple
    )
