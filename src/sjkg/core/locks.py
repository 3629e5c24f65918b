"""Locks (flock) on files and folders that are in use, so that no process deletes them; temporary folders with such a lock.

A process holds a shared lock on what it uses, and the kernel releases the lock when the process ends, however it ends.
A process that deletes something first takes an exclusive lock, without waiting, and then deletes it or makes it
unreachable by its path. A process that uses something locks it first, and then checks that the path still leads to what
it has locked. So nothing is deleted while it is in use, and what a killed process left can be deleted, because its lock
is free. systemd-tmpfiles does not delete locked folders either.
"""

import fcntl
import os
import re
import shutil
import stat
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TEMPORARY = re.compile(r"\.?sjkg-[a-z]+-[a-z0-9_]{8}\.tmp")  # names that `temporary_folder` gives


class SharedLock:
    """A shared lock on a file or folder, held until `release`, garbage collection or the end of this process.

    A process forked from this one does not hold it. On a file system without locks no lock is held and no error is
    raised; nothing is deleted there, because `exclusive_lock` then yields False.
    """

    def __init__(self, path: Path):
        """Lock the file or folder at `path`; wait while another process has it locked exclusively.

        Raises FileNotFoundError when it is missing, also when it was deleted or renamed before the lock was held, and
        any other OSError when it cannot be opened.
        """
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.release = weakref.finalize(self, os.close, descriptor)  # called again, it does nothing
        self.release.atexit = False
        _LOCKS.add(self)
        with suppress(OSError):  # the file system has no locks
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        self._locked = os.fstat(descriptor)
        if not self.is_on(path):
            self.release()
            raise FileNotFoundError(f"{path} was deleted or replaced by another process while it was opened; try again")

    def is_on(self, path: Path) -> bool:
        """Return whether `path` leads to the file or folder that was locked, and not to another one or to none."""
        try:
            return os.path.samestat(self._locked, path.stat())
        except OSError:
            return False


_LOCKS = weakref.WeakSet[SharedLock]()


def _release_inherited() -> None:
    """Release the parent's locks in a forked process; else they would stay locked after the parent has released them."""
    for lock in list(_LOCKS):
        lock.release()


os.register_at_fork(after_in_child=_release_inherited)


@contextmanager
def exclusive_lock(path: Path) -> Iterator[bool]:
    """Hold an exclusive lock on a file or folder for the duration of a `with` block, if no process has it locked.

    Yield True if the lock is held. Yield False if another process, or this one, has the path locked, if it does not
    exist or cannot be opened, or if the file system has no locks.
    """
    descriptor = None
    try:
        descriptor = os.open(path, (os.O_RDONLY if path.is_dir() else os.O_RDWR) | os.O_NOFOLLOW | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_held = os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        is_held = False
    try:
        yield is_held
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def temporary_folder(kind: str, parent: Path | None = None) -> Iterator[Path]:
    """Yield a new folder for temporary files, locked during the `with` block and deleted at its end.

    Before that, delete the temporary folders beside it that killed processes of the same user left.
    kind: a word of small letters, part of the name sjkg-{kind}-….tmp. parent: the folder in which it is made; its name
    then begins with a dot. None for the system's folder for temporary files, without the dot.
    Raises OSError when the folder cannot be made.
    """
    base = Path(tempfile.gettempdir()) if parent is None else parent
    delete_abandoned(base)
    lock = None
    while lock is None:
        folder = Path(tempfile.mkdtemp(".tmp", f"{'.' if parent else ''}sjkg-{kind}-", base))
        try:
            with suppress(FileNotFoundError):  # another process took it for abandoned before it was locked
                lock = SharedLock(folder)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def delete_abandoned(base: Path | None = None) -> None:
    """Delete the temporary folders that killed processes of this user left in a folder; ignore failures.

    base: the folder; by default the system's folder for temporary files.
    """
    with suppress(OSError):
        entries = os.scandir(base or tempfile.gettempdir())
        for folder in [Path(entry) for entry in entries if TEMPORARY.fullmatch(entry.name)]:
            if not is_own_folder(folder):
                continue
            with exclusive_lock(folder) as is_held:
                if is_held:
                    shutil.rmtree(folder, ignore_errors=True)


def is_own_folder(path: Path) -> bool:
    """Return whether `path` is a folder, not a link to one, that belongs to the user of this process."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
