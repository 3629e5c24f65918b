"""The command `sjkg serve`: run the web server. Its options are made from the descriptions of the settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sjkg.cli.options import kb_option, progress_bar, reasoner_option, settings_from, snapshots_option
from sjkg.core.settings import SETTINGS, Setting
from sjkg.snapshot.build import ensure_snapshot
from sjkg.web.server import check_address, run_server

Command = Callable[..., Any]


def settings_options(command: Command) -> Command:
    """Add to a command an option for each field of `Settings` except `kb` and `snapshots`, and return it."""
    for name in reversed([name for name in SETTINGS if name not in ("kb", "snapshots")]):
        command = _make_option(SETTINGS[name])(command)
    return command


def _make_option(setting: Setting) -> Callable[[Command], Command]:
    """Return a decorator that adds the option for a setting to a command, with its default, range and help text."""
    help = f"{setting.help}, in {setting.unit}." if setting.unit else f"{setting.help}."
    default, name = setting.default, f"--{setting.option}"
    if isinstance(default, tuple):
        return click.option(name, setting.name, multiple=True, metavar="URL", help=help)
    if default is None:
        return click.option(name, setting.name, metavar="URL", help=help)
    return click.option(name, setting.name, type=_option_type(setting), default=default, show_default=True, help=help)


def _option_type(setting: Setting) -> click.ParamType[Any]:
    """Return the click parameter type that accepts the permitted values of a setting: a choice, text, float or int."""
    if setting.choices:
        return click.Choice(setting.choices)
    if isinstance(setting.default, str):
        return click.STRING
    if setting.unit == "seconds":
        return click.FloatRange(setting.minimum, setting.maximum)
    minimum, maximum = (None if bound is None else int(bound) for bound in (setting.minimum, setting.maximum))
    return click.IntRange(minimum, maximum)


@click.command("serve")
@kb_option
@snapshots_option
@reasoner_option
@settings_options
@click.option("--watch", is_flag=True, help="Rebuild and reload whenever a file of the knowledge base changes.")
def command(kb: Path | None, snapshots: Path | None, reasoner: str, watch: bool, **options: Any) -> None:
    """Build the graph if its files changed, then serve it until interrupted.

    On SIGHUP, build and reload without interrupting requests.
    """
    settings = settings_from(kb, snapshots, **options)
    check_address(settings.host, settings.port)
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress, reasoner)
    run_server(settings, snapshot, reasoner, watch)
