"""The command `sjkg validate`: check a knowledge base, or Turtle files as if they were part of it."""

from pathlib import Path

import click

from sjkg.cli.options import kb_option, progress_bar, reasoner_option, report_option, settings_from
from sjkg.core.findings import has_violations
from sjkg.pipeline.check import check_files
from sjkg.validation.report import REPORTS


@click.command("validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@kb_option
@reasoner_option
@report_option
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write the findings to a file.")
@click.pass_context
def command(
    context: click.Context, files: tuple[Path, ...], kb: Path | None, reasoner: str, report: str, output: Path | None
) -> None:
    """Validate the knowledge base, or FILES as if they were part of it, with SHACL shapes and quality queries.

    Exit status: 0 without violations, 1 with some, 2 when a file cannot be read as Turtle.
    """
    settings = settings_from(kb)
    with progress_bar() as progress:
        checked = check_files(settings.kb, files, reasoner, progress)
    text = REPORTS[report](checked.findings)
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    context.exit(2 if not checked.is_readable else int(has_violations(checked.findings)))
