"""The command `sjkg explain`: print the proof of a triple, or the premises that a missing triple lacks."""

import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from sjkg.cli.options import (
    PathType,
    kb_option,
    memory_option,
    progress_bar,
    reasoner_option,
    settings_from,
    snapshots_option,
)
from sjkg.core.errors import BadParameter, NotExplainable, NotInGraph
from sjkg.core.ntriples import TextTriple
from sjkg.core.vocabulary import shorten
from sjkg.profiles.explain import explain_translated
from sjkg.profiles.read import find_profile, read_profiles
from sjkg.profiles.translate import construct_over
from sjkg.proofs.explainer import Explainer, NearMiss, read_explainer
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import ProofTree, as_json, as_prov, build_trees, misses_as_json, show_with_items
from sjkg.proofs.table_closure import open_explainer
from sjkg.proofs.terms import parse_triple, show_triple
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.known_terms import open_known_terms
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.store.quad_store import QuadStore

MAX_WIDTH_WITHOUT_TERMINAL = 1000  # so that lines in a pipe or file are not wrapped


@click.command("explain")
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Show a proof for each way to conclude the triple from triples of lower depth, not only one of least depth.",
)
@click.option("--why-not", is_flag=True, help="Show which premises are missing for a triple that is not in the graph.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "turtle"]),
    default="text",
    show_default=True,
    help="A tree, JSON, or PROV-O in Turtle.",
)
@click.option(
    "--data",
    type=PathType(path_type=Path, dir_okay=False),
    help="Explain the triples of this file and their consequences, not the packaged graph: .nt, .nq, .parquet or other RDF.",
)
@click.option(
    "--profile",
    "profile_name",
    metavar="NAME",
    help="Explain a triple in the terms of a profile, such as cidoc-crm: the rule that makes it, and proofs of what it used.",
)
@memory_option
@kb_option
@snapshots_option
@reasoner_option
def command(
    subject: str,
    predicate: str,
    object_: str,
    every: bool,
    why_not: bool,
    format_name: str,
    data: Path | None,
    profile_name: str | None,
    memory_gib: float,
    kb: Path | None,
    snapshots: Path | None,
    reasoner: str,
) -> None:
    """Show a proof of the triple SUBJECT PREDICATE OBJECT: rules, premises, and the files and lines that assert them.

    Terms are prefixed names, full IRIs, literals in double quotes as in Turtle, or numbers; “a” is rdf:type.

    \b
    sjkg explain event:example sjkg:involvesPower actor:example
    sjkg explain event:example sjkg:occurredAt place:example --why-not
    sjkg explain --profile cidoc-crm event:example crm:P9_consists_of event:part-of-example
    """
    terms = (subject, predicate, object_)
    if profile_name and (data or why_not):
        raise BadParameter(
            "--profile explains triples that are made from the packaged graph; leave out --data and --why-not"
        )
    with ExitStack() as stack:
        with progress_bar() as progress:
            if data:
                explainer = stack.enter_context(open_explainer(data, memory_gib=memory_gib, progress=progress))
            else:
                settings = settings_from(kb, snapshots)
                snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress, reasoner)
                explainer = read_explainer(snapshot.proofs, open_known_terms(snapshot).find_similar)
        if profile_name:
            profile = find_profile(read_profiles(settings.kb), profile_name)
            construct = construct_over(QuadStore.open(snapshot.store, snapshot.manifest.groups))
            _print_proofs(explain_translated(profile, construct, explainer, *terms, every=every), format_name)
        elif why_not:
            _print_why_not(explainer, terms, format_name)
        else:
            _print_proofs(_find_proofs(explainer, terms, every=every), format_name)


def _find_proofs(explainer: Explainer, terms: tuple[str, str, str], *, every: bool) -> list[Proof]:
    """Return proofs of a triple, one or every. Raises NotExplainable, naming --why-not, for a triple that is not in the graph."""
    try:
        return explainer.why(*terms, every=every)
    except NotInGraph as error:
        raise NotExplainable(f"{error}; --why-not lists the premises that are missing") from None


def _print_proofs(proofs: list[Proof], format_name: str) -> None:
    """Print the proofs of a triple. format_name: text (for each proof a tree), json, or turtle (PROV-O)."""
    if format_name == "json":
        click.echo(json.dumps(as_json(proofs), ensure_ascii=False, indent=2))
    elif format_name == "turtle":
        click.echo(convert_quads(as_prov(proofs).encode(), GRAPH_FORMATS["turtle"]), nl=False)
    else:
        print_proofs(proofs)


def _print_why_not(explainer: Explainer, terms: tuple[str, str, str], format_name: str) -> None:
    """Print the rules that would conclude a triple that is not in the graph, and the premises that each of them lacks.

    explainer: the prover over a graph. terms: subject, predicate and object as on the command line. format_name: text
    or json. Raises BadParameter for the format turtle, and NotExplainable for a triple that is in the graph.
    """
    if format_name == "turtle":
        raise BadParameter(
            "--format turtle is for proofs only; for missing premises (--why-not), use --format text or json"
        )
    misses = explainer.why_not(*terms)
    if format_name == "json":
        click.echo(json.dumps(misses_as_json(parse_triple(*terms), misses), ensure_ascii=False, indent=2))
    else:
        print_misses(parse_triple(*terms), misses)


def print_proofs(proofs: Iterable[Proof]) -> None:
    """Print each proof as a text tree of triples with rules or files.

    The premises of a triple are printed where it first occurs.
    """
    console = _make_console()
    for number, tree in enumerate(build_trees(proofs)):
        if number:
            console.print()
        console.print(_add_children(Tree(_format_line(tree)), tree))


def print_misses(triple: TextTriple, misses: Iterable[NearMiss]) -> None:
    """Print a tree: the missing `triple`, below it the rules that would conclude it, below each its premises.

    misses: those rules; a premise is marked “lacking” or “present” in the graph. Prints a sentence if there are none.
    """
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
    """Return a rich console as wide as the terminal; without a terminal, MAX_WIDTH_WITHOUT_TERMINAL wide."""
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
    """Return “by RULE” for a proof by a rule, else “in FILE:LINE (GRAPH)” for an asserted triple.

    It is empty for a triple with neither rule nor file.
    """
    if proof.rule:
        return Text.assemble(("by ", "dim"), (proof.rule, "bold"))
    at = ", ".join(f"{p.file}{f':{p.line}' if p.line else ''} ({shorten(p.graph)})" for p in proof.locations)
    return Text.assemble(("in ", "dim"), (at, "cyan")) if at else Text("")
