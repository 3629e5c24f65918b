"""The command `sjkg load-remote`: load the graph into a SPARQL store by the Graph Store Protocol."""

from pathlib import Path

import click

from sjkg.cli.options import NumberRange, PathType, kb_option, progress_bar, settings_from, snapshots_option
from sjkg.core.messages import count_noun
from sjkg.core.settings import DAY_S
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.remote_load import load
from sjkg.store.graph_store import GraphStore
from sjkg.store.remote_source import LOGIN, read_authorization


@click.command("load-remote")
@click.argument("url")
@kb_option
@snapshots_option
@click.option(
    "--login",
    type=PathType(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"File with the login, one line: name:password, or Bearer and a token. Default: the environment variable {LOGIN}.",
)
@click.option(
    "--deadline-s",
    type=NumberRange(1, DAY_S),
    default=600,
    show_default=True,
    help="Maximum time for one graph, in seconds.",
)
@click.option("--force", "is_forced", is_flag=True, help="Load also graphs that were loaded before and did not change.")
def command(
    url: str, kb: Path | None, snapshots: Path | None, login: Path | None, deadline_s: float, is_forced: bool
) -> None:
    """Load the graph into the SPARQL store whose Graph Store Protocol is at URL, for “sjkg serve --store”.

    Only what differs from an earlier load is sent; a load that was interrupted goes on where it stopped. Other graphs of the
    store are left alone. For a large graph, use the store's bulk loader on the file of “sjkg export --merged”.
    """
    settings = settings_from(kb, snapshots)
    store = GraphStore(url, deadline_s, read_authorization(login))
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress)
        loaded = load(snapshot, store, progress, is_forced)
    click.echo(
        f"{count_noun(loaded.replaced, 'graph')} loaded, {loaded.equal:,} as before, {loaded.deleted:,} deleted: {url}"
    )
