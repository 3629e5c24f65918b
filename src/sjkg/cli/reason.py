"""The command `sjkg reason`: write the OWL 2 RL closure of a file to another file."""

from pathlib import Path

import click

from sjkg.cli.options import memory_option, progress_bar
from sjkg.reason.close_file import close_file

ENGINES = ("duckdb", "spark")


@click.command("reason")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file for the inferred triples: .nt or .parquet.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="The engine that runs the rules: DuckDB on this machine, or Spark (needs sjkg[spark]).",
)
@click.option(
    "--master",
    default="local[*]",
    show_default=True,
    metavar="URL",
    help="The Spark master: local[N] for N cores of this machine, or the URL of a cluster.",
)
@memory_option
def command(source: Path, output: Path, engine: str, master: str, memory_gib: float) -> None:
    """Write the triples that OWL 2 RL infers from SOURCE, a file of data and ontology: .nt, .nq, .parquet or other RDF."""
    with progress_bar() as progress:
        spark_master = master if engine == "spark" else None
        closed = close_file(source, output, memory_gib=memory_gib, spark_master=spark_master, progress=progress)
    click.echo(
        f"{closed.inferred} triples inferred from {closed.asserted} in {output}: "
        f"{closed.load_s:.1f} s to load, {closed.reason_s:.1f} s to reason, {closed.write_s:.1f} s to write"
    )
