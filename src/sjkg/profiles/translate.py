"""Translation of the graph by the rules of a profile, and its loss.

Each rule is evaluated twice: as it is, and as a CONSTRUCT of its own triple patterns, which gives the triples that it used.
The instance triples are those that the article states, the editors add or other datasets say. An instance triple that a
rule used is carried, any other is lost.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Protocol

from sjkg.core.errors import BadQuery
from sjkg.core.vocabulary import PREFIXES, own
from sjkg.profiles.patterns import template_predicates
from sjkg.profiles.read import Profile, ProfileRule
from sjkg.store.datasets import Datasets
from sjkg.store.quad_store import QuadStore
from sjkg.store.query_result import QueryResult

Construct = Callable[[str], Iterable[bytes]]  # a CONSTRUCT query to the lines of its result in N-Triples
NTRIPLES = {"graph": "nt"}
TYPE = f"{PREFIXES['rdf']}type"


@dataclass(frozen=True)
class PropertyLoss:
    """The instance triples of a property in a translation.

    iri: that of the property. total, carried: numbers of triples. rules: the names of the rules that used some. reason: why the rest is
    lost; None if nothing is, or if the profile does not say.
    """

    iri: str
    total: int
    carried: int
    rules: tuple[str, ...]
    reason: str | None

    @property
    def lost(self) -> int:
        """Return the number of triples that no rule used."""
        return self.total - self.carried


@dataclass(frozen=True)
class Loss:
    """The instance triples that a translation carries and loses, by property, in the order of their IRIs.

    unused_reasons: the properties for which the profile has a reason although nothing of them is lost. with_types: whether
    triples of rdf:type count, as in a file of others; in our own graph most of them follow from other triples.
    """

    properties: tuple[PropertyLoss, ...]
    unused_reasons: tuple[str, ...]
    with_types: bool = False

    @property
    def total(self) -> int:
        """Return the number of instance triples, without those of rdf:type unless they count."""
        return sum(row.total for row in self.properties if self.with_types or row.iri != TYPE)

    @property
    def carried(self) -> int:
        """Return how many of the `total` triples a rule used."""
        return sum(row.carried for row in self.properties if self.with_types or row.iri != TYPE)

    @property
    def share(self) -> float:
        """Return `carried` as a share of `total`, from 0 to 1; 1 if there are no triples."""
        return self.carried / self.total if self.total else 1.0

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Return the properties of which triples are lost without a reason."""
        return tuple(row.iri for row in self.properties if row.lost and row.reason is None)


@dataclass(frozen=True)
class Translation:
    """A graph in other terms: those of a profile, or ours.

    profile: whose rules made it. rules: the rules that made it. lines: its triples, sorted, as lines of N-Triples with line ends. constructed: a dict from
    the name of each rule to the number of triples that it made. loss: of the triples that were translated.
    """

    profile: Profile
    rules: tuple[ProfileRule, ...]
    lines: tuple[bytes, ...]
    constructed: dict[str, int]
    loss: Loss


def translate(profile: Profile, construct: Construct) -> Translation:
    """Return the graph that `construct` queries in the terms of a profile, with the loss.

    construct: evaluates a CONSTRUCT query over all graphs, or over those after FROM, and returns lines of N-Triples. Raises
    BadQuery, with the file of the rule, when a rule is not valid.
    """
    graphs = (
        construct(f"CONSTRUCT {{ ?s ?p ?o }} FROM <{graph}> WHERE {{ ?s ?p ?o }}")
        for graph in (own().article, own().editorial, own().links)
    )
    return _apply(profile, profile.rules, construct, set(chain.from_iterable(graphs)), profile.reasons)


def translate_back(profile: Profile, lines: Iterable[bytes]) -> Translation:
    """Return triples in the terms of a profile in our terms, with the loss of all of them, types too, and reasons from the rules.

    lines: of N-Triples, with line ends. Terms in other namespaces of the vocabulary count as those of its own. Raises
    BadQuery, with the file of the rule, when a rule is not valid.
    """
    theirs = {to_namespace(line, profile) for line in lines} if profile.namespaces else set(lines)
    found = _apply(profile, profile.back, construct_over(QuadStore(Datasets.of_triples(theirs))), theirs, {})
    rows = tuple(replace(row, reason=_back_reason(profile, row) if row.lost else None) for row in found.loss.properties)
    return replace(found, loss=Loss(rows, (), with_types=True))


def _back_reason(profile: Profile, row: PropertyLoss) -> str:
    """Return why triples of a property of theirs are lost: no rule uses the property, or those that do need more."""
    users = row.rules or tuple(rule.name for rule in profile.back if f"<{row.iri}>" in template_predicates(rule.used))
    if not users:
        return f"No rule in profiles/{profile.name}/in uses this property."
    names = ", ".join(f"profiles/{profile.name}/in/{name}.rq" for name in users)
    return f"These triples lack what the WHERE clause needs beside them, of the rules that use the property: {names}."


def used_triples(profile: Profile, construct: Construct) -> set[bytes]:
    """Return all triples of the graph that a rule of a profile uses, computed ones too, as lines of N-Triples."""
    everything = set(construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))
    return everything.intersection(chain.from_iterable(_run(rule, rule.used, construct) for rule in profile.rules))


def _apply(
    profile: Profile,
    rules: tuple[ProfileRule, ...],
    construct: Construct,
    given: set[bytes],
    reasons: Mapping[str, str],
) -> Translation:
    """Return what rules make of the triples that `construct` queries. given: those whose loss is measured, as lines."""
    made: set[bytes] = set()
    constructed: dict[str, int] = {}
    users: dict[bytes, list[str]] = defaultdict(list)
    for rule in rules:
        lines = set(_run(rule, rule.construct, construct))
        constructed[rule.name] = len(lines)
        made |= lines
        for line in given.intersection(_run(rule, rule.used, construct)):
            users[line].append(rule.name)
    return Translation(profile, rules, tuple(sorted(made)), constructed, _measure(reasons, given, users))


def to_namespace(line: bytes, profile: Profile) -> bytes:
    """Return a line of N-Triples with predicate and object in the namespace of the profile's vocabulary.

    IRIs in one of its other namespaces (`Profile.namespaces`) are moved to it; all others stay.
    """
    subject, predicate, rest = line.split(b" ", 2)
    for other in profile.namespaces:
        old, new = f"<{other}".encode(), f"<{profile.standard}".encode()
        predicate = new + predicate.removeprefix(old) if predicate.startswith(old) else predicate
        rest = new + rest.removeprefix(old) if rest.startswith(old) else rest
    return b" ".join((subject, predicate, rest))


class Queryable(Protocol):
    """An evaluator of queries: a store in this process, or a queue of query workers."""

    def query(self, text: str, formats: Mapping[str, str] = ..., /) -> QueryResult:
        """Evaluate a query. formats: a dict from the kind of result, such as graph, to the format of the result."""


def construct_over(store: Queryable) -> Construct:
    """Return a function that evaluates CONSTRUCT queries over a store and returns lines of N-Triples."""
    return lambda text: store.query(text, NTRIPLES).body.splitlines(keepends=True)


def loss_report(translation: Translation) -> dict[str, Any]:
    """Return what a translation carries and loses, as a JSON object.

    Statements are instance triples, those of our graph without rdf:type, and `share` is that of the carried ones; `properties` has all, with
    the names of the rules that used them and, where some are lost, the reason.
    """
    profile, loss = translation.profile, translation.loss
    return {
        "profile": profile.iri,
        "standard": profile.standard,
        "version": profile.version,
        "triples": len(translation.lines),
        "statements": loss.total,
        "carried": loss.carried,
        "lost": loss.total - loss.carried,
        "share": round(loss.share, 4),
        "rules": [
            {"name": rule.name, "title": rule.title, "triples": translation.constructed[rule.name]}
            for rule in translation.rules
        ],
        "properties": [
            {
                "property": row.iri,
                "statements": row.total,
                "carried": row.carried,
                "lost": row.lost,
                "rules": row.rules,
                "reason": row.reason,
            }
            for row in loss.properties
        ],
    }


def _run(rule: ProfileRule, text: str, construct: Construct) -> Iterable[bytes]:
    """Return the lines of the result of a query of a rule. Raises BadQuery, with the rule's file, if it is not valid."""
    try:
        return construct(text)
    except BadQuery as error:
        raise BadQuery(f"{rule.path}: {error}", error.line, error.column, error.token) from None


def _measure(reasons: Mapping[str, str], instance: set[bytes], users: dict[bytes, list[str]]) -> Loss:
    """Return the loss. instance: the lines of all triples. users: from each line used to the names of its rules."""
    totals = Counter(_property(line) for line in instance)
    carried = Counter(_property(line) for line in users)
    rules: dict[str, set[str]] = defaultdict(set)
    for line, names in users.items():
        rules[_property(line)].update(names)
    rows = tuple(
        PropertyLoss(
            name,
            totals[name],
            carried[name],
            tuple(sorted(rules[name])),
            reasons.get(name) if carried[name] < totals[name] else None,
        )
        for name in sorted(totals)
    )
    lost = {row.iri for row in rows if row.lost}
    return Loss(rows, tuple(sorted(set(reasons) - lost)))


def _property(line: bytes) -> str:
    """Return the IRI of the predicate of a line of N-Triples."""
    return line.split(b" ", 2)[1][1:-1].decode()
