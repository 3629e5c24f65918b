"""The proof of a triple as a Python object, with conversion to a text tree, HTML and JSON."""

import json
from collections.abc import Iterator
from html import escape

from sjkg.core.vocabulary import shorten
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import ProofTree, as_json, build_trees, list_steps


class Explanation:
    """A proof of a triple, of least depth.

    triple: subject, predicate and object in N-Triples syntax. depth: the number of rule applications on the longest path
    from a premise that is not inferred to the triple, 0 for a triple that is not inferred.
    proof: the last step of the proof, with `rule`, `premises` (the steps before it) and `locations` (graph, file, line of
    an asserted triple). steps: a tuple of all steps, premises before conclusions.
    str() gives the tree as text, a line for each triple.
    """

    def __init__(self, proof: Proof):
        self.proof = proof
        self.triple = proof.triple
        self.depth = proof.depth
        self.steps = tuple(list_steps([proof]))

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the proof as JSON text, a list of one tree as “sjkg explain --format json” prints it.

        indent: spaces for each level, as in json.dumps; None for one line.
        """
        return json.dumps(as_json([self.proof]), ensure_ascii=False, indent=indent)

    def __str__(self) -> str:
        return "\n".join(line for tree in build_trees([self.proof]) for line in _format_lines(tree))

    def __repr__(self) -> str:
        return f"<Explanation: {len(self.steps)} steps, depth {self.depth}>\n{self}"

    def _repr_html_(self) -> str:
        """Return the tree of the proof as preformatted HTML, for notebooks."""
        return f"<pre>{escape(str(self))}</pre>"


def _format_lines(tree: ProofTree, depth: int = 0) -> Iterator[str]:
    """Yield a text line for each triple of a proof tree, indented by two spaces per level, with its rule or its files.

    depth: the level of the root.
    """
    proof = tree.proof
    places = ", ".join(f"{p.file}{f':{p.line}' if p.line else ''} ({shorten(p.graph)})" for p in proof.locations)
    origin = f" by {proof.rule}" if proof.rule else f" in {places}" if places else ""
    repeated = " (shown above)" if tree.is_repeated else ""
    yield f"{'  ' * depth}{tree.text}  [{proof.kind}{origin}]{repeated}"
    for below in tree.children:
        yield from _format_lines(below, depth + 1)
