"""The proof of a triple as an object: its steps, the tree as text, and JSON."""

import json
from collections.abc import Iterator
from html import escape

from sjkg.core.vocabulary import shorten
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import ProofTree, as_json, build_trees, list_steps


class Explanation:
    """Why a triple is in the graph: a proof of least depth.

    triple: its terms as N-Triples writes them. depth: the number of reasoning steps between it and what was given.
    proof: the last step, with `rule`, `premises` and `locations` (graph, file, line). steps: all steps, premises first.
    """

    def __init__(self, proof: Proof):
        self.proof = proof
        self.triple = proof.triple
        self.depth = proof.depth
        self.steps = tuple(list_steps([proof]))

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the proof as JSON text, in the form of “sjkg explain --format json”."""
        return json.dumps(as_json([self.proof]), ensure_ascii=False, indent=indent)

    def __str__(self) -> str:
        return "\n".join(line for tree in build_trees([self.proof]) for line in _lines(tree))

    def __repr__(self) -> str:
        return f"<Explanation: {len(self.steps)} steps, depth {self.depth}>\n{self}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def _lines(tree: ProofTree, depth: int = 0) -> Iterator[str]:
    """Yield a line for each triple of a tree, indented by its depth, with its rule or with file and line."""
    proof = tree.proof
    places = ", ".join(f"{p.file}{f':{p.line}' if p.line else ''} ({shorten(p.graph)})" for p in proof.locations)
    origin = f" by {proof.rule}" if proof.rule else f" in {places}" if places else ""
    repeated = " (shown above)" if tree.is_repeated else ""
    yield f"{'  ' * depth}{tree.text}  [{proof.kind}{origin}]{repeated}"
    for below in tree.children:
        yield from _lines(below, depth + 1)
