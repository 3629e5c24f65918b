"""The command `sjkg explain`: print the proof of a triple, or the premises that a missing triple lacks."""

import json
from contextlib import ExitStack
from pathlib import Path

import click

from sjkg.cli.options import kb_option, memory_option, progress_bar, reasoner_option, settings_from, snapshots_option
from sjkg.cli.trees import print_misses, print_proofs
from sjkg.core.errors import BadParameter
from sjkg.proofs.explainer import Explainer
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import as_json, as_prov, misses_as_json
from sjkg.proofs.storage import read_explainer
from sjkg.proofs.table_closure import open_explainer
from sjkg.proofs.terms import parse_triple
from sjkg.snapshot.build import ensure_snapshot
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS


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
    type=click.Path(path_type=Path, dir_okay=False),
    help="Explain the triples of this file and their consequences, not the packaged graph: .nt, .nq, .parquet or other RDF.",
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
    memory_gib: float,
    kb: Path | None,
    snapshots: Path | None,
    reasoner: str,
) -> None:
    """Show a proof of the triple SUBJECT PREDICATE OBJECT: rules, premises, and the files and lines that assert them.

    Terms are prefixed names, full IRIs, literals in double quotes as in Turtle, or numbers; “a” is rdf:type.

    \b
    sjkg explain event:halhamiao-incident sjkg:involvesPower actor:soviet-union
    sjkg explain event:halhamiao-incident sjkg:occurredAt place:mongolia --why-not
    """
    terms = (subject, predicate, object_)
    with ExitStack() as stack:
        with progress_bar() as progress:
            if data:
                explainer = stack.enter_context(open_explainer(data, memory_gib=memory_gib, progress=progress))
            else:
                settings = settings_from(kb, snapshots)
                snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress, reasoner)
                explainer = read_explainer(snapshot.proofs)
        if why_not:
            _print_why_not(explainer, terms, format_name)
        else:
            _print_proofs(explainer.why(*terms, every=every), format_name)


def _print_proofs(proofs: list[Proof], format_name: str) -> None:
    """Print the proofs of a triple as text (a tree), json, or turtle (PROV-O)."""
    if format_name == "json":
        click.echo(json.dumps(as_json(proofs), ensure_ascii=False, indent=2))
    elif format_name == "turtle":
        click.echo(convert_quads(as_prov(proofs).encode(), GRAPH_FORMATS["turtle"]), nl=False)
    else:
        print_proofs(proofs)


def _print_why_not(explainer: Explainer, terms: tuple[str, str, str], format_name: str) -> None:
    """Print, as text or json, the rules that nearly conclude a missing triple, with their missing premises.

    explainer: the prover over a graph. terms: subject, predicate and object as on the command line.
    Raises BadParameter for the format turtle, and NotExplainable for a triple that is in the graph.
    """
    if format_name == "turtle":
        raise BadParameter("missing premises cannot be written as Turtle; use --format text or json")
    misses = explainer.why_not(*terms)
    if format_name == "json":
        click.echo(json.dumps(misses_as_json(parse_triple(*terms), misses), ensure_ascii=False, indent=2))
    else:
        print_misses(parse_triple(*terms), misses)
