"""Command-line options that several commands share, the settings made of them, and the progress display."""

import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sjkg.core.settings import REASONERS, SETTINGS, Setting, Settings, default_snapshots, packaged_kb
from sjkg.core.vocabulary import set_own
from sjkg.kb.description import read_description
from sjkg.validation.report import REPORTS

Command = Callable[..., Any]
ERASE_LINE = "\r\x1b[K"  # carriage return, and the ANSI sequence that erases to the end of the line


class PathType(click.Path):
    """The type of a path on the command line; "" is refused, which `Path` would take for the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path. Raises click.BadParameter, an error of usage, for "" and for what click.Path refuses."""
        if value == "":
            self.fail("the path is empty; give a file or folder, or “.” for the current folder", param, ctx)
        return super().convert(value, param, ctx)


class NumberRange(click.FloatRange):
    """The type of a number between two bounds on the command line; “nan” is refused, which click.FloatRange accepts."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number. Raises click.BadParameter, an error of usage, for a text that is not a number in the range."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return number


def make_option(setting: Setting) -> Callable[[Command], Command]:
    """Return a decorator that adds the option for a setting to a command, with its default, range and help text."""
    help = f"{setting.help}, in {setting.unit}." if setting.unit else f"{setting.help}."
    default, name = setting.default, f"--{setting.option}"
    if default is None or isinstance(default, tuple):
        metavar = {"allow-host": "HOST", "trusted-proxy": "NETWORK", "store-login": "FILE"}.get(setting.option, "URL")
        return click.option(name, setting.name, multiple=default is not None, metavar=metavar, help=help)
    return click.option(name, setting.name, type=_option_type(setting), default=default, show_default=True, help=help)


def _option_type(setting: Setting) -> click.ParamType[Any]:
    """Return the click parameter type that accepts the permitted values of a setting: a choice, text, float or int."""
    if setting.choices:
        return click.Choice(setting.choices)
    if isinstance(setting.default, str):
        return click.STRING
    if setting.unit == "seconds":
        return NumberRange(setting.minimum, setting.maximum)
    minimum, maximum = (None if bound is None else int(bound) for bound in (setting.minimum, setting.maximum))
    return click.IntRange(minimum, maximum)


kb_option = click.option(
    "--kb",
    type=PathType(path_type=Path),
    metavar="DIR",
    help=f"{SETTINGS['kb'].help}. Default: the packaged one.",
)
snapshots_option = click.option(
    "--snapshots",
    type=PathType(path_type=Path),
    metavar="DIR",
    help=f"{SETTINGS['snapshots'].help}. Default: the user's cache folder.",
)
output_option = click.option(
    "--output",
    "-o",
    type=PathType(path_type=Path, dir_okay=False),
    help="Write to a file instead of standard output.",
)
kept_option = make_option(SETTINGS["kept_snapshots"])
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
    type=NumberRange(0.25, 1024),
    default=4,
    show_default=True,
    help="Maximum memory for reasoning over a file, in GiB; more goes to a temporary folder.",
)
master_option = click.option(
    "--master",
    default="local[*]",
    show_default=True,
    metavar="URL",
    help="The Spark master: local[N] for N cores of this machine, or the URL of a cluster.",
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
    """Return the settings for the given values of command-line options; use the names of that knowledge base from now on.

    All other fields have their defaults.

    kb: the folder of the knowledge base, None for the packaged one. snapshots: the folder for snapshots (built graphs), None
    for that in the user's cache. others: further fields of `Settings` by name.
    Raises BadParameter when `kb` is not a folder or a value lies outside its range, and BrokenInput for an invalid kb.ttl.
    """
    settings = Settings(
        kb=(kb or packaged_kb()).resolve(), snapshots=(snapshots or default_snapshots()).resolve(), **others
    )
    set_own(read_description(settings.kb).namespaces)
    return settings


@contextmanager
def progress_bar() -> Iterator[Callable[[str], None]]:
    """Return a context manager that shows the current stage on standard error, if that is a terminal, until it ends.

    Its value is a function to call with the name of each stage as it begins. Nothing of rich is used, whose import would
    take longer than some stages.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda stage: None
        return
    try:
        yield lambda stage: print(f"{ERASE_LINE}{stage} …", end="", file=sys.stderr, flush=True)
    finally:
        print(ERASE_LINE, end="", file=sys.stderr, flush=True)
