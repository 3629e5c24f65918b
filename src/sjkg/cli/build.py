"""The command `sjkg build`: build a snapshot (an immutable folder with the checked and enriched graph)."""

import time
from pathlib import Path

import click

from sjkg.cli.options import kb_option, kept_option, progress_bar, reasoner_option, settings_from, snapshots_option
from sjkg.core.messages import count_noun
from sjkg.snapshot.build import build


@click.command("build")
@kb_option
@snapshots_option
@kept_option
@reasoner_option
def command(kb: Path | None, snapshots: Path | None, kept_snapshots: int, reasoner: str) -> None:
    """Validate the files, infer new triples, and write a snapshot (the built graph), even if there is one for the same files."""
    settings = settings_from(kb, snapshots, kept_snapshots=kept_snapshots)
    begun = time.perf_counter()
    with progress_bar() as progress:
        snapshot = build(settings.kb, settings.snapshots, progress, reasoner, settings.kept_snapshots)
    manifest = snapshot.manifest
    click.echo(f"{manifest.size}, {time.perf_counter() - begun:.1f} s: {snapshot.folder}")
    for severity, count in manifest.findings.items():
        click.echo(f"{count_noun(count, severity)}; for the list, run “sjkg validate”", err=True)
