"""The command `sjkg build`: build a snapshot (an immutable folder with the checked and enriched graph)."""

import os
import sys
import time
from pathlib import Path

import click

from sjkg.cli.options import kb_option, kept_option, progress_bar, reasoner_option, settings_from, snapshots_option
from sjkg.core.messages import count_noun
from sjkg.pipeline.inputs import hash_code
from sjkg.snapshot.background import BackgroundWriter
from sjkg.snapshot.build import build

ON_REQUEST = "--on-request"  # of “sjkg serve”, which starts the next build ahead: wait for a line of standard input


def wait_for_request() -> BackgroundWriter:
    """Start the process that writes stores and dumps, wait for a line of standard input, and return the writer.

    If the code was changed while this process waited, start the command again with the new code.
    """
    loaded = hash_code()
    writer = BackgroundWriter()
    sys.stdin.readline()
    if hash_code() != loaded:
        writer.close()
        os.execv(sys.executable, [sys.executable, *(word for word in sys.orig_argv[1:] if word != ON_REQUEST)])
    return writer


@click.command("build")
@kb_option
@snapshots_option
@kept_option
@reasoner_option
@click.option(ON_REQUEST, is_flag=True, hidden=True)
def command(kb: Path | None, snapshots: Path | None, kept_snapshots: int, reasoner: str, on_request: bool) -> None:
    """Validate the files, infer new triples, and write a snapshot (the built graph), even if there is one for the same files."""
    writer = wait_for_request() if on_request else None
    settings = settings_from(kb, snapshots, kept_snapshots=kept_snapshots)
    begun = time.perf_counter()
    with progress_bar() as progress:
        snapshot = build(settings.kb, settings.snapshots, progress, reasoner, settings.kept_snapshots, writer)
    manifest = snapshot.manifest
    click.echo(f"{manifest.size}, {time.perf_counter() - begun:.1f} s: {snapshot.folder}")
    for severity, count in manifest.findings.items():
        click.echo(f"{count_noun(count, severity)}; for the list, run “sjkg validate”", err=True)
