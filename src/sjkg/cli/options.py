"""Command-line options that several commands share, the settings made of them, and the progress display."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sjkg.core.settings import REASONERS, SETTINGS, Settings, default_snapshots, packaged_kb
from sjkg.validation.report import REPORTS

kb_option = click.option(
    "--kb",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=f"{SETTINGS['kb'].help}. Default: the packaged one.",
)
snapshots_option = click.option(
    "--snapshots",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=f"{SETTINGS['snapshots'].help}. Default: the user's cache folder.",
)

reasoner_option = click.option(
    "--reasoner",
    type=click.Choice(REASONERS),
    default=REASONERS[0],
    show_default=True,
    help="Reasoner: columnar (DuckDB) or owlrl, the slow reference; the results are the same.",
)
memory_option = click.option(
    "--memory",
    "memory_gib",
    type=click.FloatRange(min=0.25),
    default=4,
    show_default=True,
    help="Maximum memory for reasoning over a file, in GiB; more goes to a temporary folder.",
)
report_option = click.option(
    "--format",
    "report",
    type=click.Choice(list(REPORTS)),
    default="text",
    show_default=True,
    help="Format of the findings.",
)


def settings_from(kb: Path | None, snapshots: Path | None = None, **others: Any) -> Settings:
    """Return the server settings with these values of command-line options.

    kb: the folder of the knowledge base, None for the packaged one. snapshots: the folder for snapshots (built graphs), None
    for that in the user's cache. others: further fields of `Settings` by name.
    Raises BadParameter when `kb` is not a folder or a value lies outside its range.
    """
    return Settings(
        kb=(kb or packaged_kb()).resolve(), snapshots=(snapshots or default_snapshots()).resolve(), **others
    )


@contextmanager
def progress_bar() -> Iterator[Callable[[str], None]]:
    """Return a context manager that shows the current stage and its run time on standard error, if that is a terminal.

    Its value is a function to call with the name of each stage as it begins.
    """
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
