"""The proof of a triple as an object: its steps, the tree as text, and JSON."""

import json
from collections.abc import Iterator
from html import escape

from sjkg.core.vocabulary import shorten
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import Branch, as_json, grow_trees, steps_of


class Explanation:
    """Why a triple is in the graph: a proof of least depth.

    triple: its terms as N-Triples writes them. depth: the number of reasoning steps between it and what was given.
    proof: the last step, with `rule`, `premises` and `places` (graph, file, line). steps: all steps, premises first.
    """

    def __init__(self, proof: Proof):
        self.proof = proof
        self.triple = proof.triple
        self.depth = proof.depth
        self.steps = tuple(steps_of([proof]))

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the proof as JSON text, in the form of “sjkg explain --format json”."""
        return json.dumps(as_json([self.proof]), ensure_ascii=False, indent=indent)

    def __str__(self) -> str:
        return "\n".join(line for tree in grow_trees([self.proof]) for line in _lines(tree))

    def __repr__(self) -> str:
        return f"<Explanation: {len(self.steps)} steps, depth {self.depth}>\n{self}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def _lines(branch: Branch, depth: int = 0) -> Iterator[str]:
    """Yield a line for each triple of a tree, indented by its depth, with its rule or with file and line."""
    proof = branch.proof
    places = ", ".join(f"{p.file}{f':{p.line}' if p.line else ''} ({shorten(p.graph)})" for p in proof.places)
    origin = f" by {proof.rule}" if proof.rule else f" in {places}" if places else ""
    repeated = " (shown above)" if branch.is_repeated else ""
    yield f"{'  ' * depth}{branch.text}  [{proof.kind}{origin}]{repeated}"
    for below in branch.branches:
        yield from _lines(below, depth + 1)
