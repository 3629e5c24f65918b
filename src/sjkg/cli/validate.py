"""The command `sjkg validate`: check a knowledge base, or Turtle files as if they were part of it."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from sjkg.cli.files import write_file
from sjkg.cli.options import (
    NumberRange,
    PathType,
    kb_option,
    progress_bar,
    reasoner_option,
    report_option,
    settings_from,
    snapshots_option,
)
from sjkg.core.errors import BadParameter
from sjkg.core.findings import has_violations, sort_findings
from sjkg.core.settings import DAY_S
from sjkg.datasets.links import read_accepted_links
from sjkg.datasets.read import read_datasets
from sjkg.pipeline.check import DEADLINE_S, CheckResult, check_files, check_with_shapes
from sjkg.snapshot.folder import find_prepared
from sjkg.validation.report import REPORTS


@click.command("validate")
@click.argument("files", nargs=-1, type=PathType(path_type=Path))
@click.option(
    "--shapes",
    type=PathType(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Validate FILES against these SHACL shapes instead, without the knowledge base. May be repeated.",
)
@click.option(
    "--deadline",
    "deadline_s",
    type=NumberRange(1, DAY_S),
    default=DEADLINE_S,
    show_default=True,
    metavar="SECONDS",
    help="Maximum time with --shapes.",
)
@kb_option
@snapshots_option
@reasoner_option
@report_option
@click.option("--output", "-o", type=PathType(path_type=Path, dir_okay=False), help="Write the findings to a file.")
@click.pass_context
def command(
    context: click.Context,
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    deadline_s: float,
    kb: Path | None,
    snapshots: Path | None,
    reasoner: str,
    report: str,
    output: Path | None,
) -> None:
    """Validate the knowledge base, or FILES as if they were part of it, with SHACL shapes and quality queries.

    With --shapes, validate FILES (together one graph) against shapes of your own: SHACL Core and
    SHACL-SPARQL. Nothing is fetched: owl:imports is not followed, SERVICE and FROM in queries are refused.

    \b
    sjkg validate new.ttl
    sjkg validate --shapes shapes.ttl data.ttl more.rdf

    FILES are Turtle (.ttl), N-Triples (.nt) or N-Quads (.nq), or, without lines in findings, TriG (.trig), RDF/XML (.rdf, .xml,
    .owl) or JSON-LD (.jsonld); all also compressed (.gz). Named graphs are merged.

    Exit status: 0 without violations, 1 with some, 2 when a file cannot be read or shapes are not well-formed.
    """
    with progress_bar() as progress:
        if shapes:
            progress("validate")
            checked = _check_with_shapes(files, shapes, deadline_s, kb)
        else:
            settings = settings_from(kb, snapshots)
            checked = check_files(settings.kb, files, reasoner, progress, partial(find_prepared, settings.snapshots))
            if checked.is_readable and not files:
                _, found = read_accepted_links(read_datasets(settings.kb).values(), checked.things)
                checked = replace(checked, findings=sort_findings([*checked.findings, *found]))
    text = REPORTS[report](checked.findings)
    if output:
        write_file(output, text.encode())
    else:
        click.echo(text, nl=False)
    context.exit(2 if not checked.is_readable else int(has_violations(checked.findings)))


def _check_with_shapes(
    files: tuple[Path, ...], shapes: tuple[Path, ...], deadline_s: float, kb: Path | None
) -> CheckResult:
    """Return the findings of validating files, together one graph, against SHACL shapes in other files.

    deadline_s: maximum run time in seconds. Raises BadParameter without `files`, and when `kb` (option --kb) is given.
    """
    if not files:
        raise BadParameter("--shapes needs files to validate; name them after the options")
    if kb:
        raise BadParameter("--shapes validates without a knowledge base; leave out --kb")
    return check_with_shapes(files, shapes, deadline_s)
