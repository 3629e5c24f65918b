"""The command `sjkg new`: write a new knowledge base."""

from pathlib import Path

import click

from sjkg.cli.options import PathType
from sjkg.kb.new import LICENCE, write_new


@click.command("new")
@click.argument("folder", metavar="DIR", type=PathType(path_type=Path))
@click.option(
    "--base",
    required=True,
    metavar="IRI",
    help="Base IRI, ending in “/”: all IRIs of the knowledge base begin with it.",
)
@click.option("--title", required=True, help="Title of the knowledge base.")
@click.option("--article", required=True, metavar="URL", help="The article whose statements it will hold.")
@click.option("--licence", default=LICENCE, show_default=True, metavar="URL", help="Licence of the knowledge base.")
def command(folder: Path, base: str, title: str, article: str, licence: str) -> None:
    """Write a new knowledge base with a first passage and event into DIR, which must not exist or be empty.

    It uses the ontology, rules, shapes, saved queries and profiles of sjkg; its own files are added to these.

    \b
    Example:
    sjkg new harbour --base https://example.org/harbour/ --title "Raid on the harbour" --article https://example.org/raid
    sjkg serve --kb harbour
    """
    for name in write_new(folder, base, title, article, licence):
        click.echo(folder / name)
    click.echo(f"now “sjkg serve --kb {folder}” serves it", err=True)
