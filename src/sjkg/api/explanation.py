"""The proof of a triple as a Python object, with conversion to a text tree, HTML and JSON."""

import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import shorten
from sjkg.profiles.explain import explain_translated
from sjkg.profiles.read import find_profile, read_profiles
from sjkg.profiles.translate import Queryable, construct_over
from sjkg.proofs.explainer import Explainer
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import ProofTree, as_json, build_trees, list_steps


class Explanation:
    """A proof of a triple with the least depth (number of OWL 2 RL steps on its longest path) of all its proofs.

    triple: a tuple of subject, predicate and object as strings in N-Triples syntax. depth: the number
    of OWL 2 RL steps on the longest path to the triple; 0 if it is asserted in a file, derived (computed by the
    project's own rules before OWL reasoning) or concluded by a rule without premises.
    proof: the last step of the proof, an object with `triple`, `rule` (its name, None for an asserted triple),
    `premises` (a tuple of steps, the proofs of the rule's premises) and `locations` (a tuple of objects with `graph`,
    `file` and `line`, for an asserted triple). steps: a tuple of all steps, premises before conclusions. str() gives
    the tree as text, a line for each triple.
    """

    def __init__(self, proof: Proof):
        self.proof = proof
        self.triple = proof.triple
        self.depth = proof.depth
        self.steps = tuple(list_steps([proof]))

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the proof as JSON text, in the form that “sjkg explain --format json” prints.

        It is an object with the keys triple, steps (each step once, with the positions of its premises in this list) and
        proofs (a list with the position of the last step). indent: spaces for each level, as in json.dumps; None for one line.
        """
        return json.dumps(as_json([self.proof]), ensure_ascii=False, indent=indent)

    def __str__(self) -> str:
        return "\n".join(line for tree in build_trees([self.proof]) for line in _format_lines(tree))

    def __repr__(self) -> str:
        return f"<Explanation: {count_noun(len(self.steps), 'step')}, depth {self.depth}>\n{self}"

    def _repr_html_(self) -> str:
        """Return the tree of the proof as preformatted HTML, for notebooks."""
        return f"<pre>{escape(str(self))}</pre>"


def explain_by_profile(
    kb: Path, name: str, explainer: Explainer, source: Queryable, terms: Sequence[str]
) -> Explanation:
    """Return the explanation of a triple in the terms of a profile of the knowledge base in the folder `kb`.

    name: of the profile. explainer, source: proofs and queries of the graph. terms: the triple, in Turtle syntax. Raises
    UnknownName for an unknown profile, and the errors of `explain_translated`.
    """
    profile = find_profile(read_profiles(kb), name)
    return Explanation(explain_translated(profile, construct_over(source), explainer, *terms)[0])


def _format_lines(tree: ProofTree, depth: int = 0) -> Iterator[str]:
    """Yield a text line for each triple of a proof tree, indented by two spaces per level, with its rule or its files.

    depth: the level of the tree's root, 0 for no indentation.
    """
    proof = tree.proof
    places = ", ".join(f"{p.file}{f':{p.line}' if p.line else ''} ({shorten(p.graph)})" for p in proof.locations)
    origin = f" by {proof.rule}" if proof.rule else f" in {places}" if places else ""
    repeated = " (shown above)" if tree.is_repeated else ""
    yield f"{'  ' * depth}{tree.text}  [{proof.kind}{origin}]{repeated}"
    for below in tree.children:
        yield from _format_lines(below, depth + 1)
