"""The command `sjkg serve`: run the web server. Its options are made from the descriptions of the settings."""

from pathlib import Path
from typing import Any

import click

from sjkg.cli.options import (
    Command,
    kb_option,
    make_option,
    progress_bar,
    reasoner_option,
    settings_from,
    snapshots_option,
)
from sjkg.core.settings import SETTINGS
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.folder import prune
from sjkg.snapshot.remote import check_source
from sjkg.web.served import check_bundle
from sjkg.web.server import catch_reloads, resolve_address, run_server


def settings_options(command: Command) -> Command:
    """Add to a click command an option for each field of `Settings` except `kb` and `snapshots`; return the command."""
    for name in reversed([name for name in SETTINGS if name not in ("kb", "snapshots")]):
        command = make_option(SETTINGS[name])(command)
    return command


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
    reload_requested = catch_reloads()
    settings = settings_from(kb, snapshots, **options)
    if settings.store:
        check_source(settings)
    check_bundle()
    resolve_address(settings.host, settings.port)
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress, reasoner, settings.kept_snapshots)
    prune(settings.snapshots, settings.kept_snapshots)
    run_server(settings, snapshot, reasoner, reload_requested, watch)
