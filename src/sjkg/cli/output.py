"""Output of the commands that translate graphs: files, and the share of what was carried."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
import os
import shutil
from pathlib import Path
from typing import IO

import click

from sjkg.core.errors import BrokenInput
from sjkg.core.locks import temporary_folder
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
    try:
        with path.open("wb") as stream:
            yield stream
    except OSError as error:
        raise BrokenInput(f"{path} cannot be written: {error.strerror}; choose another file") from None


def write_file(path: Path, content: bytes) -> None:
    """Replace a file by a new content in one step, or write a device such as /dev/stdout.

    Raises BrokenInput, with the file unchanged, when that fails.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        target = path.resolve()  # a symbolic link stays one
        with temporary_folder("output", target.parent) as folder:
            draft = folder / target.name
            with draft.open("wb") as written:
                written.write(content)
                written.flush()
                os.fsync(written.fileno())
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
    except OSError as error:
        raise BrokenInput(f"{path} cannot be written and is unchanged: {error.strerror}; choose another file") from None
