"""Proofs as trees on a terminal."""

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from sjkg.core.vocabulary import shorten
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import Branch, grow_trees, show_with_items
from sjkg.proofs.terms import show_triple
from sjkg.proofs.why_not import Miss

NO_TERMINAL_WIDTH = 1000


def print_proofs(proofs: list[Proof]) -> None:
    """Print each proof as a tree; what has been shown is not shown again."""
    console = _console()
    for place, branch in enumerate(grow_trees(proofs)):
        if place:
            console.print()
        console.print(_draw(Tree(_line(branch)), branch))


def print_misses(triple: tuple[str, str, str], misses: list[Miss]) -> None:
    """Print what is lacking for a triple."""
    console = _console()
    tree = Tree(Text.assemble(show_triple(triple), ("  not in the graph", "dim")))
    for miss in misses:
        branch = tree.add(Text.assemble((miss.rule, "bold"), " would give it"))
        for lacking in miss.lacking:
            branch.add(Text.assemble(("lacking  ", "red"), show_triple(lacking)))
        for present in miss.present:
            branch.add(Text.assemble(("present  ", "green"), show_with_items(present.triple, present.items)))
    console.print(tree)
    if not misses:
        console.print(
            "no rule of OWL 2 RL could give it with the axioms of this ontology; it would have to be asserted"
        )


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=NO_TERMINAL_WIDTH)


def _draw(tree: Tree, branch: Branch) -> Tree:
    for below in branch.branches:
        _draw(tree.add(_line(below)), below)
    return tree


def _line(branch: Branch) -> Text:
    """Return a triple with its rule or its places."""
    repeated = Text("  (shown above)", style="dim") if branch.is_repeated else ""
    return Text.assemble(branch.text, "  ", (branch.proof.kind, "dim"), " ", _origin(branch.proof), repeated)


def _origin(proof: Proof) -> Text:
    if proof.rule:
        return Text.assemble(("by ", "dim"), (proof.rule, "bold"))
    places = (f"{p.file}{f':{p.line}' if p.line else ''} ({shorten(p.graph)})" for p in proof.places)
    return Text.assemble(("in ", "dim"), (", ".join(places), "cyan")) if proof.places else Text("")
