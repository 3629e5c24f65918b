"""Proofs as trees for people: what has been shown is not shown again."""

from dataclasses import dataclass

from sjkg.explain.prover import Proof
from sjkg.explain.terms import show_term, show_triple


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
