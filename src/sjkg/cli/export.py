"""The command `sjkg export`: write the graph in an RDF format."""

from pathlib import Path

import click

from sjkg.cli.options import PathType, kb_option, progress_bar, settings_from, snapshots_option
from sjkg.core.errors import BrokenInput
from sjkg.snapshot.build import ensure_snapshot
from sjkg.store.convert import convert_file
from sjkg.store.formats import GRAPH_FORMATS


@click.command("export")
@kb_option
@snapshots_option
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(GRAPH_FORMATS)),
    default="turtle",
    show_default=True,
    help="RDF format.",
)
@click.option(
    "--graph",
    default="union",
    show_default=True,
    help="Graph to write: union (all triples), a group such as article or inferred, or a named graph, as “sjkg stats” lists them.",
)
@click.option(
    "--output",
    "-o",
    type=PathType(path_type=Path, dir_okay=False),
    help="Write to a file instead of standard output.",
)
def command(kb: Path | None, snapshots: Path | None, format_name: str, graph: str, output: Path | None) -> None:
    """Write the graph, one named graph, or a group of them, in an RDF format. Literals keep their lexical form."""
    settings = settings_from(kb, snapshots)
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress)
    # from the quads as parsed: a store would change the lexical form of numbers
    body = convert_file(snapshot.quads, GRAPH_FORMATS[format_name], snapshot.manifest.select_graphs(graph))
    if output is None:
        click.echo(body, nl=False)
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise BrokenInput(f"{output} cannot be written: {error.strerror}; choose another file") from None
