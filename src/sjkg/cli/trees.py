"""Proofs as trees on a terminal, and near misses: rules that lack few premises to conclude a missing triple."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from sjkg.core.vocabulary import shorten
from sjkg.proofs.closure import TextTriple
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import ProofTree, build_trees, show_with_items
from sjkg.proofs.terms import show_triple
from sjkg.proofs.why_not import NearMiss

MAX_WIDTH_WITHOUT_TERMINAL = 1000  # so that lines in a pipe or file are not wrapped


def print_proofs(proofs: Iterable[Proof]) -> None:
    """Print each proof as a tree of triples with rules or files; the premises of a triple stand only where it first occurs."""
    console = _make_console()
    for number, tree in enumerate(build_trees(proofs)):
        if number:
            console.print()
        console.print(_add_children(Tree(_format_line(tree)), tree))


def print_misses(triple: TextTriple, misses: Iterable[NearMiss]) -> None:
    """Print, as a tree, the rules that nearly conclude the missing `triple`, with their lacking and present premises."""
    console = _make_console()
    root = Tree(Text.assemble(show_triple(triple), ("  not in the graph", "dim")))
    for miss in misses:
        branch = root.add(Text.assemble((miss.rule, "bold"), " would give it"))
        for lacking in miss.lacking:
            branch.add(Text.assemble(("lacking  ", "red"), show_triple(lacking)))
        for present in miss.present:
            branch.add(Text.assemble(("present  ", "green"), show_with_items(present.triple, present.items)))
    console.print(root)
    if not root.children:
        console.print(
            "no rule of OWL 2 RL could give it with the axioms of this ontology; it would have to be asserted"
        )


def _make_console() -> Console:
    """Return a rich console as wide as the terminal; without a terminal, so wide that no line is wrapped."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=MAX_WIDTH_WITHOUT_TERMINAL)


def _add_children(drawn: Tree, tree: ProofTree) -> Tree:
    """Add the premises of the proof `tree` to `drawn`, a tree of the library rich, recursively; return `drawn`."""
    for child in tree.children:
        _add_children(drawn.add(_format_line(child)), child)
    return drawn


def _format_line(tree: ProofTree) -> Text:
    """Return the line for the root of a proof tree: triple, kind (such as inferred), and rule or files."""
    repeated = Text("  (shown above)", style="dim") if tree.is_repeated else ""
    return Text.assemble(tree.text, "  ", (tree.proof.kind, "dim"), " ", _format_origin(tree.proof), repeated)


def _format_origin(proof: Proof) -> Text:
    """Return “by RULE” for a proof by a rule, else “in FILE:LINE (GRAPH)” for an asserted triple; empty without a place."""
    if proof.rule:
        return Text.assemble(("by ", "dim"), (proof.rule, "bold"))
    at = ", ".join(f"{p.file}{f':{p.line}' if p.line else ''} ({shorten(p.graph)})" for p in proof.locations)
    return Text.assemble(("in ", "dim"), (at, "cyan")) if at else Text("")
