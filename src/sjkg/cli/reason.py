"""The command `sjkg reason`: write the OWL 2 RL closure of a file to another file."""

from pathlib import Path

import click

from sjkg.cli.options import PathType, master_option, memory_option, progress_bar
from sjkg.core.messages import count_noun
from sjkg.reason.close_file import close_file

ENGINES = ("duckdb", "spark")


@click.command("reason")
@click.argument("source", type=PathType(path_type=Path))
@click.option(
    "--output",
    "-o",
    type=PathType(path_type=Path, dir_okay=False),
    required=True,
    help="The file for the inferred triples: .nt or .parquet.",
)
@click.option(
    "--only-useful",
    is_flag=True,
    help="Leave out inferred triples with blank nodes, and those about terms of RDF, RDFS, OWL and XSD; of the triples with "
    "a property of these vocabularies, write only types, subclasses, subproperties and owl:sameAs.",
)
@click.option(
    "--with-asserted",
    is_flag=True,
    help="Also write the triples of SOURCE, so that the output stands alone, with the same blank nodes.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="The engine that runs the rules: DuckDB on this machine, or Spark (needs sjkg[spark]).",
)
@master_option
@memory_option
def command(
    source: Path,
    output: Path,
    only_useful: bool,
    with_asserted: bool,
    engine: str,
    master: str,
    memory_gib: float,
) -> None:
    """Write the triples that OWL 2 RL infers from SOURCE, a file of data and ontology.

    SOURCE is N-Triples (.nt), N-Quads (.nq), Parquet (.parquet) or a folder of such parts; or, read more slowly, Turtle (.ttl),
    TriG (.trig), RDF/XML (.rdf, .xml, .owl) or JSON-LD (.jsonld); all but Parquet also compressed (.gz). Named graphs are
    merged.

    Everything that follows is written, except triples of SOURCE itself and tautologies, which are true whatever the file
    says: X subClassOf, subPropertyOf, equivalentClass, equivalentProperty or sameAs X itself; type, subClassOf, domain or
    range owl:Thing; owl:Nothing subClassOf X; and the axiomatic triples, such as “rdfs:label is an annotation property”.

    Blank nodes keep the labels that SOURCE gives them. Those without label are named anonymous1, anonymous2 … in the order
    of the file.
    """
    with progress_bar() as progress:
        spark_master = master if engine == "spark" else None
        closed = close_file(
            source,
            output,
            memory_gib=memory_gib,
            spark_master=spark_master,
            only_useful=only_useful,
            with_asserted=with_asserted,
            progress=progress,
        )
    click.echo(
        f"{count_noun(closed.inferred, 'triple')} inferred from {closed.asserted:,} asserted, written to {output}: "
        f"{closed.load_s:.1f} s to load, {closed.reason_s:.1f} s to reason, {closed.write_s:.1f} s to write"
    )
