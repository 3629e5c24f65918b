"""Options that several commands share, and what they make of them."""

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import click

from sjkg.core.settings import REASONERS, Settings, default_snapshots, packaged_kb
from sjkg.validation.report import REPORTS

kb_option = click.option(
    "--kb",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Knowledge base: a folder with ontology/, triples/, shapes/ and queries/. Default: the packaged one.",
)
snapshots_option = click.option(
    "--snapshots",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where built graphs are kept. Default: the user's cache folder.",
)

reasoner_option = click.option(
    "--reasoner",
    type=click.Choice(REASONERS),
    default=REASONERS[0],
    show_default=True,
    help="Which engine infers; both give the same, owlrl slowly.",
)
memory_option = click.option(
    "--memory",
    "memory_gib",
    type=click.FloatRange(min=0.25),
    default=4,
    show_default=True,
    help="GiB of memory to keep to when reasoning over a file; the rest goes to a temporary folder.",
)
report_option = click.option(
    "--format",
    "report",
    type=click.Choice(list(REPORTS)),
    default="text",
    show_default=True,
    help="How to write the findings.",
)


def settings_from(kb: Path | None, snapshots: Path | None = None, **others) -> Settings:
    """Return the settings that options stand for."""
    return Settings(
        kb=(kb or packaged_kb()).resolve(), snapshots=(snapshots or default_snapshots()).resolve(), **others
    )


@contextmanager
def progress_bar():
    """Show the stage at work, with the time it takes, on a terminal; say nothing elsewhere. Gives the function to call with each stage."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("start", total=None)
        report: Callable[[str], None] = lambda stage: bar.update(task, description=stage)
        yield report
