"""sjkg serve"""

from pathlib import Path

import click

from sjkg.cli.options import kb_option, progress_bar, reasoner_option, settings_from, snapshots_option
from sjkg.core.settings import LOGS
from sjkg.snapshot.build import ensure_snapshot
from sjkg.web.server import check_address, run_server


@click.command("serve")
@kb_option
@snapshots_option
@reasoner_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Server processes; as many as there are processors is fastest, each then keeps to one.",
)
@click.option("--public-url", metavar="URL", help="Where it is reached from outside, if that is not host and port.")
@click.option(
    "--cache-mib",
    type=click.IntRange(0, 65536),
    default=64,
    show_default=True,
    help="Memory for answers asked for again, in each server process; 0 keeps none.",
)
@click.option("--query-deadline-s", type=float, default=10, show_default=True, help="Seconds a query may run.")
@click.option("--query-wait-s", type=float, default=2, show_default=True, help="Seconds it may wait for its turn.")
@click.option("--check-deadline-s", type=float, default=30, show_default=True, help="Seconds to check a Turtle text.")
@click.option("--query-memory-bytes", type=int, default=1 << 30, show_default=True, help="Memory it may use.")
@click.option("--max-answer-bytes", type=int, default=1 << 26, show_default=True, help="Size of an answer.")
@click.option("--max-body-bytes", type=int, default=1 << 20, show_default=True, help="Size of a request.")
@click.option(
    "--max-running-queries", type=int, default=2, show_default=True, help="Queries at once, in each server process."
)
@click.option("--max-waiting-queries", type=int, default=16, show_default=True, help="Queries that may wait for these.")
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="URL",
    help="An endpoint that queries may ask with SERVICE; none unless given. May be repeated.",
)
@click.option(
    "--log",
    type=click.Choice(LOGS),
    default=LOGS[0],
    show_default=True,
    help="A line of JSON on standard error for each request, with the text of its query or without, or no line.",
)
@click.option("--watch", is_flag=True, help="Build and serve anew whenever the files change, not only at SIGHUP.")
def command(kb: Path | None, snapshots: Path | None, reasoner: str, watch: bool, **options):
    """Build the graph if its files changed, then serve it until interrupted. SIGHUP does the same again, without a pause."""
    settings = settings_from(kb, snapshots, **options)
    check_address(settings.host, settings.port)
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress, reasoner)
    run_server(settings, snapshot, reasoner, watch)
