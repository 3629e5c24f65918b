"""The command `sjkg source`."""

from pathlib import Path

import click

from sjkg.cli.options import kb_option, report_option, settings_from
from sjkg.kb.article import check_source, describe_span, read_article
from sjkg.kb.files import load_files
from sjkg.validation.report import REPORTS


@click.group("source")
def command() -> None:
    """Compare the passages with the article's text, which is not part of the project."""


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@kb_option
@report_option
@click.pass_context
def check(context: click.Context, file: Path, kb: Path | None, report: str) -> None:
    """Check the span, hash, opening and closing words of every passage against FILE, and report gaps and overlaps.

    Exit status: 0 when all agree, 1 when something does not.
    """
    text = read_article(file)
    findings = check_source(text, str(file), load_files(settings_from(kb).kb))
    click.echo(REPORTS[report](findings), nl=False)
    context.exit(1 if findings else 0)


@command.command("span")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("opens_with")
@click.argument("closes_with")
def span(file: Path, opens_with: str, closes_with: str) -> None:
    """Print the span of FILE from the words OPENS_WITH to the words CLOSES_WITH, as Turtle to paste into a passage."""
    found = describe_span(read_article(file), opens_with, closes_with)
    click.echo(
        f'    sjkg:spanStart {found.start} ;\n    sjkg:spanEnd {found.end} ;\n    sjkg:spanSha256 "{found.sha256}" ;\n'
        f'    sjkg:opensWith "{opens_with}"@en ;\n    sjkg:closesWith "{closes_with}"@en ;'
    )
