"""Standard error of the server, written by a thread, so that no request waits or fails when nobody reads it.

Lines wait in a queue of bounded size; lines beyond it are dropped, counted, and reported in one line once there is
room. A process locks the file, pipe or terminal while it writes, so that a line of one process is never inside that of
another.
"""

import fcntl
import json
import os
import select
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime

STANDARD_ERROR = 2
MAX_QUEUED_BYTES = 1024 * 1024
READ_BYTES = 64 * 1024
COLLECT_S = 0.005  # pause after each write; lines that come in the meantime are written together
CLOSE_S = 1  # longest wait of `close` for each thread, which may never end when nobody reads the output


class LogWriter:
    """A queue of lines and the thread that writes them to a descriptor.

    descriptor: of a file, pipe, socket or terminal; it may block. None for the standard error of this process, or for
    no output at all if that is closed.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self.descriptor = _duplicate_standard_error() if descriptor is None else descriptor
        self._lines: deque[bytes] = deque()
        self._queued_bytes = self._dropped = 0
        self._lock = threading.Lock()  # guards the lines, their size together and the number of dropped ones
        self._has_work = threading.Event()
        self._is_closing = False
        self._threads = [threading.Thread(target=self._write_lines, daemon=True)]
        self._threads[0].start()

    def put(self, line: bytes) -> None:
        """Queue a line, with its line feed at the end, or count it as dropped if the queue has no room for it."""
        with self._lock:
            if self._lines and self._queued_bytes + len(line) > MAX_QUEUED_BYTES:
                self._dropped += 1
                return
            self._lines.append(line)
            self._queued_bytes += len(line)
        if not self._has_work.is_set():
            self._has_work.set()

    def divert_standard_error(self) -> None:
        """Make all that this process and its children write to standard error go through the queue, until `close`.

        That includes warnings, tracebacks and the messages of native libraries.
        """
        if sys.stderr is None:  # it was closed at the start; descriptor 2 may now be that of any other file
            return
        read_end, write_end = os.pipe()
        os.dup2(write_end, STANDARD_ERROR)
        os.close(write_end)
        reader = threading.Thread(target=self._forward_lines, args=[read_end], daemon=True)
        reader.start()
        self._threads.insert(0, reader)

    def close(self) -> None:
        """Undo `divert_standard_error`, and write what is queued, unless nobody reads it within CLOSE_S seconds."""
        if len(self._threads) > 1:
            os.dup2(self.descriptor, STANDARD_ERROR)  # closes the write end of the pipe, so that the reader ends
            self._threads[0].join(CLOSE_S)
        self._is_closing = True
        self._has_work.set()
        self._threads[-1].join(CLOSE_S)

    def _forward_lines(self, read_end: int) -> None:
        """Queue the lines that come out of a pipe, given by its read end, until its other end is closed."""
        with open(read_end, "rb", buffering=READ_BYTES) as lines:
            while line := lines.readline(MAX_QUEUED_BYTES):
                self.put(line if line.endswith(b"\n") else line + b"\n")

    def _write_lines(self) -> None:
        """Write the lines of the queue as they come, until `close`."""
        is_closing = False
        while not is_closing:
            self._has_work.wait()
            self._has_work.clear()
            is_closing = self._is_closing
            lines = self._take_lines()
            try:
                _write_locked(self.descriptor, lines)
            except OSError:  # such as a full disk
                with self._lock:
                    self._dropped += lines.count(b"\n")
            time.sleep(0 if is_closing else COLLECT_S)

    def _take_lines(self) -> bytes:
        """Remove all lines from the queue; return them, with one that tells the number of those dropped, if any."""
        with self._lock:
            lines, self._lines = self._lines, deque()
            dropped, self._dropped, self._queued_bytes = self._dropped, 0, 0
        if dropped:
            told = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "dropped_lines": dropped}
            lines.append(json.dumps(told).encode() + b"\n")
        return b"".join(lines)


def _duplicate_standard_error() -> int:
    """Return a new descriptor of standard error, or of the null device if it is closed."""
    return os.open(os.devnull, os.O_WRONLY) if sys.stderr is None else os.dup(STANDARD_ERROR)


def _write_locked(descriptor: int, lines: bytes) -> None:
    """Write bytes, while no other process writes to the same file in this way. Raises OSError when that fails."""
    with suppress(OSError):  # not every file can be locked
        fcntl.lockf(descriptor, fcntl.LOCK_EX)
    try:
        left = memoryview(lines)
        while left:
            try:
                left = left[os.write(descriptor, left) :]
            except BlockingIOError:  # another process has made it non-blocking
                _wait_until_writable(descriptor)
    finally:
        with suppress(OSError):
            fcntl.lockf(descriptor, fcntl.LOCK_UN)


def _wait_until_writable(descriptor: int) -> None:
    """Wait until a descriptor can take more bytes."""
    writable = select.poll()
    writable.register(descriptor, select.POLLOUT)
    writable.poll()
