"""sjkg reason"""

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
    help="Where to write what is inferred: .nt or .parquet.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="What runs the rules, the same for both: DuckDB on this machine, or Spark, which comes with sjkg[spark].",
)
@click.option(
    "--master",
    default="local[*]",
    show_default=True,
    metavar="URL",
    help="Where Spark runs: local[N] for N cores of this machine, or a cluster's address.",
)
@memory_option
def command(source: Path, output: Path, engine: str, master: str, memory_gib: float):
    """Infer what follows by OWL 2 RL from a file of triples and its ontology, of any size: .nt, .nq, .parquet or other RDF."""
    with progress_bar() as progress:
        spark_master = master if engine == "spark" else None
        closed = close_file(source, output, memory_gib=memory_gib, spark_master=spark_master, progress=progress)
    click.echo(
        f"{closed.inferred} triples inferred from {closed.asserted} in {output}: "
        f"{closed.load_s:.1f} s to load, {closed.reason_s:.1f} s to reason, {closed.write_s:.1f} s to write"
    )
