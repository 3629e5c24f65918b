"""The command `sjkg compare`: print what this graph and other datasets say of an event, side by side."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from sjkg.cli.options import kb_option, progress_bar, settings_from, snapshots_option
from sjkg.core.vocabulary import PREFIXES, expand
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.source_comparison import source_comparison
from sjkg.site.source_table import write_comparison
from sjkg.site.source_text import comparison_lines
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.index.read import Index
from sjkg.workers.query_queue import open_queue


@click.command("compare")
@click.argument("event")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="A table, or all fields as JSON or CSV (a row for each value).",
)
@kb_option
@snapshots_option
def command(event: str, format_name: str, kb: Path | None, snapshots: Path | None) -> None:
    """Show what the article and other datasets say of EVENT: dates, place, strengths, losses, outcome.

    \b
    sjkg compare event:example

    Two statements disagree if both cannot hold; only those about the same event, party and kind are compared. A dataset that is made
    from Wikipedia confirms nothing. Private datasets are included.
    """
    settings = settings_from(kb, snapshots)
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress)
    labels = SnapshotLabels(open_queue(snapshot.store, snapshot.manifest.groups), Index(snapshot.index))
    iri = expand(event) if ":" in event else PREFIXES["event"] + event
    found = source_comparison(PageContext(labels), iri)
    if format_name == "json":
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    elif format_name == "csv":
        click.echo(write_comparison(found), nl=False)
    else:
        for line in comparison_lines(found):
            click.echo(line)
