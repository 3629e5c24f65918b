"""Output of the commands that translate graphs: files, and the share of what was carried."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from sjkg.cli.files import replace_file, write_file
from sjkg.core.messages import count_noun
from sjkg.profiles.translate import Translation


def report_carried(translation: Translation) -> None:
    """Print the share of the statements that a translation carries on standard error."""
    profile, loss = translation.profile, translation.loss
    click.echo(
        f"{profile.title} {profile.version}: {loss.carried:,} of {count_noun(loss.total, 'statement')} carried ({loss.share:.1%})",
        err=True,
    )


def write_json(path: Path, content: object) -> None:
    """Write a JSON file. Raises BrokenInput when that fails."""
    write_file(path, json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n")


def write_output(path: Path | None, content: bytes) -> None:
    """Write bytes to a file, or to standard output for None. Raises BrokenInput when the file cannot be written."""
    if path is None:
        click.echo(content, nl=False)
    else:
        write_file(path, content)


@contextmanager
def open_output(path: Path | None) -> Iterator[IO[bytes]]:
    """Return a context manager whose value is a stream to a file, or to standard output for None.

    Raises BrokenInput when the file cannot be written.
    """
    if path is None:
        yield sys.stdout.buffer
        return
    with replace_file(path) as stream:
        yield stream
