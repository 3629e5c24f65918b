"""Writing of the files that commands make."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sjkg.core.errors import BrokenInput
from sjkg.core.locks import temporary_folder


def write_file(path: Path, content: bytes) -> None:
    """Replace a file by a new content, as `replace_file`."""
    with replace_file(path) as stream:
        stream.write(content)


@contextmanager
def replace_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a stream whose content replaces a file in one step at the end of the `with` block; devices are written at once.

    Raises BrokenInput when that fails. The file is then unchanged, as after any other error.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                yield stream
            return
        target = path.resolve()  # a symbolic link stays one
        with temporary_folder("output", target.parent) as folder:
            draft = folder / target.name
            with draft.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
    except OSError as error:
        raise BrokenInput(f"{path} cannot be written and is unchanged: {error.strerror}; choose another file") from None
