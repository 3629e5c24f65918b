"""sjkg explain"""

import json
from contextlib import ExitStack
from pathlib import Path

import click

from sjkg.cli.options import kb_option, memory_option, progress_bar, reasoner_option, settings_from, snapshots_option
from sjkg.cli.trees import print_misses, print_proofs
from sjkg.core.errors import BadParameter
from sjkg.proofs.explainer import Explainer
from sjkg.proofs.file_facts import open_explainer
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import as_json, as_prov, misses_as_json
from sjkg.proofs.storage import read_explainer
from sjkg.proofs.terms import parse_term
from sjkg.snapshot.build import ensure_snapshot
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS


@click.command("explain")
@click.argument("subject")
@click.argument("predicate")
@click.argument("value")
@click.option(
    "--all", "every", is_flag=True, help="Every last step from triples of lower depth, not only the shallowest."
)
@click.option("--why-not", is_flag=True, help="Say which premises are lacking for a triple that is not there.")
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
    help="Explain a triple of this file and what follows from it, instead of the graph: .nt, .nq, .parquet or other RDF.",
)
@memory_option
@kb_option
@snapshots_option
@reasoner_option
def command(
    subject: str,
    predicate: str,
    value: str,
    every: bool,
    why_not: bool,
    format_name: str,
    data: Path | None,
    memory_gib: float,
    kb: Path | None,
    snapshots: Path | None,
    reasoner: str,
):
    """Say why the triple SUBJECT PREDICATE VALUE is in the graph, down to passages, files and lines.

    Names have prefixes, IRIs are written in full, literals in double quotes as in Turtle; “a” is rdf:type.

    \b
    sjkg explain event:halhamiao-incident sjkg:involvesPower actor:soviet-union
    sjkg explain event:halhamiao-incident sjkg:occurredAt place:mongolia --why-not
    """
    asked = (subject, predicate, value)
    if data:
        with ExitStack() as opened:
            with progress_bar() as progress:
                explainer = opened.enter_context(open_explainer(data, memory_gib=memory_gib, progress=progress))
            answer(explainer, asked, every, why_not, format_name)
        return
    settings = settings_from(kb, snapshots)
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress, reasoner)
    answer(read_explainer(snapshot.proofs), asked, every, why_not, format_name)


def answer(explainer: Explainer, asked: tuple[str, str, str], every: bool, why_not: bool, format_name: str) -> None:
    """Print why a triple is there or is not."""
    if not why_not:
        _print(explainer.why(*asked, every=every), format_name)
        return
    if format_name == "turtle":
        raise BadParameter("what is lacking cannot be written as Turtle; use --format text or json")
    misses = explainer.why_not(*asked)
    triple = tuple(map(parse_term, asked))
    if format_name == "json":
        click.echo(json.dumps(misses_as_json(triple, misses), ensure_ascii=False, indent=2))
    else:
        print_misses(triple, misses)


def _print(proofs: list[Proof], format_name: str) -> None:
    if format_name == "json":
        click.echo(json.dumps(as_json(proofs), ensure_ascii=False, indent=2))
    elif format_name == "turtle":
        click.echo(convert_quads(as_prov(proofs).encode(), GRAPH_FORMATS["turtle"]), nl=False)
    else:
        print_proofs(proofs)
