"""sjkg validate"""

from pathlib import Path

import click

from sjkg.build import enrich
from sjkg.cli.options import kb_option, progress_bar, reasoner_option, report_option, settings_from
from sjkg.errors import BrokenInput
from sjkg.findings import Finding
from sjkg.validate.report import REPORTS


@click.command("validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@kb_option
@reasoner_option
@report_option
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write the findings to a file.")
@click.pass_context
def command(
    context: click.Context, files: tuple[Path, ...], kb: Path | None, reasoner: str, report: str, output: Path | None
):
    """Check the graph, or FILES as if they were part of it, against the shapes and quality queries.

    Exit status: 0 without violations, 1 with some, 2 when a file cannot be read as Turtle.
    """
    settings = settings_from(kb)
    with progress_bar() as progress:
        try:
            findings = enrich(settings.kb, progress, files, reasoner).findings
        except BrokenInput as error:
            if not error.findings:
                raise
            findings, status = list(error.findings), error.exit_status
        else:
            findings = _of_files(findings, files, settings.kb)
            status = int(any(finding.severity == "violation" for finding in findings))
    text = REPORTS[report](findings)
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    context.exit(status)


def _of_files(findings: list[Finding], files: tuple[Path, ...], kb: Path) -> list[Finding]:
    """Return the findings that lie in the files asked for, or all where none was."""
    asked = {path.resolve() for path in files}
    return [
        f
        for f in findings
        if not files or f.file and not asked.isdisjoint({(kb / f.file).resolve(), Path(f.file).resolve()})
    ]
