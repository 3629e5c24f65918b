"""The commands `sjkg source check`, which compares the passages with the text of the article, and `sjkg source span`.

A passage is a stretch of the article's text; the knowledge base records its span (offsets), hash, first and last words.
`sjkg source span` prints these for a stretch that is to become a new passage.
"""

from pathlib import Path

import click

from sjkg.cli.options import PathType, kb_option, report_option, settings_from
from sjkg.kb.article import check_source, describe_span, read_article
from sjkg.kb.files import load_files
from sjkg.validation.report import REPORTS


@click.group("source")
def command() -> None:
    """Work with the article's text, which is not part of the project: check passages (stretches of it), describe new ones."""


@command.command("check")
@click.argument("file", type=PathType(path_type=Path))
@kb_option
@report_option
@click.pass_context
def check(context: click.Context, file: Path, kb: Path | None, report: str) -> None:
    """Check the span, hash, first and last words of every passage against FILE, the article's text.

    Text that is in no passage, and passages that overlap, are reported, too. Exit status: 0 without findings, else 1.
    """
    text = read_article(file)
    findings = check_source(text, str(file), load_files(settings_from(kb).kb))
    click.echo(REPORTS[report](findings), nl=False)
    context.exit(1 if findings else 0)


@command.command("span")
@click.argument("file", type=PathType(path_type=Path))
@click.argument("opens_with")
@click.argument("closes_with")
def span(file: Path, opens_with: str, closes_with: str) -> None:
    """Print the offsets and the hash of the text in FILE from the words OPENS_WITH to the words CLOSES_WITH.

    The output is Turtle to paste into the description of a passage. OPENS_WITH must occur once in FILE; the text ends
    with the first CLOSES_WITH after that. Both are part of the text.
    """
    found = describe_span(read_article(file), opens_with, closes_with)
    click.echo(
        f'    sjkg:spanStart {found.start} ;\n    sjkg:spanEnd {found.end} ;\n    sjkg:spanSha256 "{found.sha256}" ;\n'
        f'    sjkg:opensWith "{opens_with}"@en ;\n    sjkg:closesWith "{closes_with}"@en ;'
    )
