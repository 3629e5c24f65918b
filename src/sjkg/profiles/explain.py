"""Explanations of triples in the terms of a profile: the rule that makes them, and proofs of the triples that it used."""

from collections.abc import Iterator

from sjkg.core.errors import NotExplainable
from sjkg.core.ntriples import TextTriple, parse_triples
from sjkg.core.vocabulary import close_matches, curie
from sjkg.profiles.patterns import (
    Pattern,
    matching_query,
    pattern_iri,
    read_prefixes,
    template_patterns,
    template_predicates,
)
from sjkg.profiles.read import Profile, ProfileRule
from sjkg.profiles.translate import Construct
from sjkg.proofs.explainer import Explainer
from sjkg.proofs.prover import TRANSLATED, Proof
from sjkg.proofs.terms import check_is_rdf, parse_triple, show_triple


def explain_translated(
    profile: Profile, construct: Construct, explainer: Explainer, s: str, p: str, o: str, *, every: bool = False
) -> list[Proof]:
    """Return a proof of a triple in the terms of a profile; its premises are triples of ours with their own proofs.

    construct: evaluates queries over the graph. explainer: of the same graph. s, p, o: terms as text, as for
    `Explainer.why`. every: return a proof for each rule that makes the triple, not only of the first one.
    Raises BadParameter for text that is not a term or triple, and NotExplainable for a triple that no rule makes.
    """
    triple = parse_triple(s, p, o)
    check_is_rdf(triple)
    proofs = []
    for rule in profile.rules:
        used = _find_used(rule, construct, triple)
        if used is None:
            continue
        premises = tuple(_prove(explainer, used))
        depth = max((premise.depth for premise in premises), default=0)
        proofs.append(Proof(triple, TRANSLATED, depth, rule.path, premises))
        if not every:
            break
    if not proofs:
        raise NotExplainable(
            f"{show_triple(triple)} is not in the graph in the terms of {profile.title}: {_say_why(profile, triple[1])}; "
            f"check its terms, or query the graph <{profile.graph}> for triples that are made"
        )
    return proofs


def _say_why(profile: Profile, predicate: str) -> str:
    """Return why no rule makes a triple: whether any makes triples of its predicate, with similar ones if none does."""
    made = {iri for rule in profile.rules for iri in template_predicates(rule.construct)}
    if predicate in made:
        return "no rule of the profile makes it"
    similar = " or ".join(map(curie, close_matches(predicate[1:-1], (iri[1:-1] for iri in made))))
    return f"no rule of the profile makes triples of {curie(predicate[1:-1])}" + (
        f"; did you mean {similar}?" if similar else ""
    )


def _find_used(rule: ProfileRule, construct: Construct, triple: TextTriple) -> list[TextTriple] | None:
    """Return the triples that a rule used to make a triple, in one solution; None if it does not make the triple.

    Triples of branches of UNION and OPTIONAL that did not match may be among them although they are not in the graph.
    """
    prefixes = read_prefixes(rule.construct)
    for pattern in template_patterns(rule.construct):
        if not _may_match(pattern, triple, prefixes):
            continue
        if used := b"".join(construct(matching_query(rule.used, pattern, triple))):
            return list(parse_triples(used))
        if any(construct(matching_query(rule.construct, pattern, triple))):
            return []
    return None


def _may_match(pattern: Pattern, triple: TextTriple, prefixes: dict[str, str]) -> bool:
    """Return whether the IRIs in a pattern are those of a triple. prefixes: from name without colon to namespace."""
    iris = (pattern_iri(text, prefixes) for text in pattern)
    return all(iri in (None, term) for iri, term in zip(iris, triple, strict=True))


def _prove(explainer: Explainer, triples: list[TextTriple]) -> Iterator[Proof]:
    """Yield a proof of each of some triples that is in the graph."""
    for triple in triples:
        try:
            yield explainer.why_by_class(*triple) or explainer.why(*triple)[0]
        except NotExplainable:
            continue
