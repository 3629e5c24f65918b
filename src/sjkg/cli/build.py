"""The command `sjkg build`: build a snapshot (an immutable folder with the checked and enriched graph)."""

from pathlib import Path

import click

from sjkg.cli.options import kb_option, progress_bar, reasoner_option, settings_from, snapshots_option
from sjkg.snapshot.build import build


@click.command("build")
@kb_option
@snapshots_option
@reasoner_option
def command(kb: Path | None, snapshots: Path | None, reasoner: str) -> None:
    """Validate the files, infer new triples, and write a snapshot (the built graph), even if there is one for the same files."""
    settings = settings_from(kb, snapshots)
    with progress_bar() as progress:
        snapshot = build(settings.kb, settings.snapshots, progress, reasoner)
    manifest = snapshot.manifest
    seconds = sum(manifest.timings_s.values())
    click.echo(f"{manifest.triples} triples in {len(manifest.graphs)} graphs, {seconds:.1f} s: {snapshot.folder}")
    for severity, count in manifest.findings.items():
        click.echo(f"{count} {severity}{'s' * (count != 1)}; “sjkg validate” lists them", err=True)
