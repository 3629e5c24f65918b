"""The command `sjkg stats`: print numbers of triples and things."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from sjkg.cli.options import kb_option, progress_bar, settings_from, snapshots_option
from sjkg.core.vocabulary import shorten
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.manifest import Manifest


@click.command("stats")
@kb_option
@snapshots_option
@click.option("--json", "as_json", is_flag=True, help="Print the manifest (all statistics of the built graph) as JSON.")
def command(kb: Path | None, snapshots: Path | None, as_json: bool) -> None:
    """Print the number of triples by graph, the number of things by class, and the versions of the engines."""
    settings = settings_from(kb, snapshots)
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress)
    if as_json:
        click.echo(json.dumps(asdict(snapshot.manifest), indent=2, sort_keys=True))
        return
    _print_summary(snapshot.manifest)


def _print_summary(manifest: Manifest) -> None:
    """Print the numbers of triples by graph and of things by class, and the versions, of a snapshot's manifest as text."""
    click.echo(f"snapshot {manifest.inputs_sha256[:12]}, {manifest.size}")
    for name, count in manifest.group_triples.items():
        click.echo(f"{count:>7}  {shorten(name)}")
    click.echo("\ntriples by graph")
    for name, count in sorted(manifest.graphs.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(f"{count:>7}  {shorten(name)}")
    click.echo("\nthings by class, asserted or inferred")
    for name, count in sorted(manifest.statistics.classes.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(f"{count:>7}  {shorten(name)}")
    click.echo("\nversions: " + ", ".join(f"{name} {number}" for name, number in manifest.versions.items()))
