"""sjkg docs"""

from pathlib import Path

import click

from sjkg.cli.options import kb_option, settings_from
from sjkg.docs.pages import PAGES, stale_pages, write_pages
from sjkg.errors import Violations
from sjkg.files import load_files
from sjkg.findings import Finding


@click.command("docs")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("docs"))
@kb_option
@click.option("--check", is_flag=True, help="Change nothing; exit 1 and name the pages that are out of date.")
def command(folder: Path, kb: Path | None, check: bool):
    """Write the pages on ontology, vocabularies, rules and questions into FOLDER (docs)."""
    stale = stale_pages(load_files(settings_from(kb).kb), folder)
    if check and stale:
        findings = tuple(
            Finding("violation", "out of date; run “sjkg docs”", rule="docs", file=str(folder / name)) for name in stale
        )
        raise Violations(f"{len(stale)} of {len(PAGES)} pages are out of date", findings)
    write_pages(stale, folder)
    click.echo(f"{len(PAGES)} pages, {len(stale)} changed")
