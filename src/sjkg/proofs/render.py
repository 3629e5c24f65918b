"""Proofs as trees for people: what has been shown is not shown again.

Proofs for machines: as JSON, and as PROV-O in N-Triples. Each step stands once, however often it is used."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.vocabulary import PREFIXES
from sjkg.proofs.prover import Proof
from sjkg.proofs.terms import literal_text, show_term, show_triple
from sjkg.proofs.why_not import Miss


@dataclass(frozen=True)
class Branch:
    """A triple in short, its proof, and the branches of its premises; none where it is repeated from above."""

    text: str
    proof: Proof
    branches: tuple["Branch", ...]
    is_repeated: bool


def grow_trees(proofs: list[Proof]) -> list[Branch]:
    """Return a tree for each proof."""
    shown: set[tuple[str, str, str]] = set()
    return [_grow(proof, shown, is_root=True) for proof in proofs]


def show_with_items(triple: tuple[str, str, str], items: tuple[str, ...]) -> str:
    """Return a triple in short, its value a list in brackets if it has items."""
    if not items:
        return show_triple(triple)
    return " ".join((*map(show_term, triple[:2]), "(", *map(show_term, items), ")"))


def _grow(proof: Proof, shown: set[tuple[str, str, str]], is_root: bool = False) -> Branch:
    text = show_with_items(proof.triple, proof.items)
    if proof.premises and proof.triple in shown and not is_root:
        return Branch(text, proof, (), True)
    shown.add(proof.triple)
    return Branch(text, proof, tuple(_grow(premise, shown) for premise in proof.premises), False)


RULES = "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
REASONER = "_:reasoner"
RDF, RDFS, PROV = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["prov"]


def steps_of(proofs: Iterable[Proof]) -> list[Proof]:
    """Return every step of some proofs, premises before what follows from them."""
    steps: dict[int, Proof] = {}
    waiting = [(proof, False) for proof in reversed(list(proofs))]
    while waiting:
        proof, is_done = waiting.pop()
        if is_done:
            steps[id(proof)] = proof
        elif id(proof) not in steps:
            waiting.append((proof, True))
            waiting += [(premise, False) for premise in reversed((*proof.premises, *proof.cells))]
    return list(steps.values())


def as_json(proofs: list[Proof]) -> dict:
    """Return proofs as JSON: `steps`, and in `proofs` the numbers of those that are the triple asked for."""
    steps = steps_of(proofs)
    number = {id(step): place for place, step in enumerate(steps)}
    return {
        "triple": list(proofs[0].triple),
        "proofs": [number[id(proof)] for proof in proofs],
        "steps": [_step(step, number) for step in steps],
    }


def _step(step: Proof, number: dict[int, int]) -> dict:
    row = {"triple": list(step.triple), "text": show_triple(step.triple), "kind": step.kind, "depth": step.depth}
    if step.rule:
        row |= {"rule": step.rule, "premises": [number[id(premise)] for premise in step.premises]}
    if step.places:
        row["places"] = [{"graph": p.graph, "file": p.file, "line": p.line} for p in step.places]
    if step.cells:
        row |= {"items": list(step.items), "cells": [number[id(cell)] for cell in step.cells]}
    return row


def misses_as_json(triple: tuple[str, str, str], misses: list[Miss]) -> dict:
    """Return what is lacking as JSON."""
    rows = [
        {
            "rule": miss.rule,
            "lacking": [list(triple) for triple in miss.lacking],
            "present": [{"triple": list(present.triple), "items": list(present.items)} for present in miss.present],
        }
        for miss in misses
    ]
    return {"triple": list(triple), "misses": rows}


def as_prov(proofs: list[Proof]) -> str:
    """Return proofs as N-Triples in terms of PROV-O.

    A triple is a statement and an entity; a step an activity that used its premises and generated it, after the plan that
    is its rule; what is asserted has its graph as primary source, and file and line as location.
    Source: https://www.w3.org/TR/prov-o/
    """
    steps = steps_of(proofs)
    number = {id(step): place for place, step in enumerate(steps)}
    lines = dict.fromkeys((f"{REASONER} <{RDF}type> <{PROV}SoftwareAgent>", f'{REASONER} <{RDFS}label> "sjkg"'))
    for step in steps:
        name = f"_:triple{number[id(step)]}"
        used = (proof for premise in step.premises for proof in (premise, *premise.cells))
        premises = [f"_:triple{number[id(proof)]}" for proof in used]
        lines |= dict.fromkeys(_statement(step, name))
        lines |= dict.fromkeys(_activity(step, name, premises) if step.rule else _source(step, name))
    return "".join(f"{line} .\n" for line in lines)


def _statement(step: Proof, name: str) -> Iterable[str]:
    yield f"{name} <{RDF}type> <{RDF}Statement>"
    yield f"{name} <{RDF}type> <{PROV}Entity>"
    for part, term in zip(("subject", "predicate", "object"), step.triple, strict=True):
        yield f"{name} <{RDF}{part}> {term}"


def _activity(step: Proof, name: str, premises: list[str]) -> Iterable[str]:
    activity, association, plan = (f"{name}{part}" for part in ("step", "association", "rule"))
    yield f"{name} <{PROV}wasGeneratedBy> {activity}"
    yield f"{activity} <{RDF}type> <{PROV}Activity>"
    yield f"{activity} <{PROV}qualifiedAssociation> {association}"
    yield f"{association} <{RDF}type> <{PROV}Association>"
    yield f"{association} <{PROV}agent> {REASONER}"
    yield f"{association} <{PROV}hadPlan> {plan}"
    yield f"{plan} <{RDF}type> <{PROV}Plan>"
    yield f"{plan} <{RDFS}label> {literal_text(step.rule)}"
    if step.kind != "derived":
        yield f"{plan} <{RDFS}isDefinedBy> <{RULES}>"
    for premise in premises:
        yield f"{activity} <{PROV}used> {premise}"
        yield f"{name} <{PROV}wasDerivedFrom> {premise}"


def _source(step: Proof, name: str) -> Iterable[str]:
    for number, place in enumerate(step.places):
        location = f"{name}place{number}"
        yield f"{name} <{PROV}hadPrimarySource> <{place.graph}>"
        yield f"{name} <{PROV}atLocation> {location}"
        yield f"{location} <{RDF}type> <{PROV}Location>"
        yield f"{location} <{RDFS}label> {literal_text(place.file + (f':{place.line}' if place.line else ''))}"
