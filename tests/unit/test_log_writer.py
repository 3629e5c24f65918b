"""The log that a thread writes: bounded, in whole lines, also when nobody reads it or several processes write."""

import json
import os
import subprocess
import sys
import threading

from servers import MAX_WAIT_S, wait_for

from sjkg.web.http import log_writer
from sjkg.web.http.log_writer import LogWriter

WRITE_LONG_LINES = """
from sjkg.web.http.log_writer import LogWriter
log = LogWriter()
for number in range(8):
    log.put({letter!r} * 100_000 + b"\\n")
log.close()
"""
WRITE_EVERYTHING = """
import logging, os, warnings
from contextlib import closing
from sjkg.web.http.log_writer import LogWriter
with closing(LogWriter()) as log:
    log.divert_standard_error()
    log.put(b"a line of the access log\\n")
    warnings.warn("a warning")
    logging.getLogger("sjkg").error("a message")
    os.system("echo a child >&2")
    os.write(2, b"a native library")
"""


def read_all(descriptor: int) -> bytes:
    """Return all bytes up to the end of a pipe."""
    with open(descriptor, "rb") as pipe:
        return pipe.read()


def test_lines_that_nobody_reads_are_dropped_and_counted_once_there_is_room(monkeypatch):
    monkeypatch.setattr(log_writer, "MAX_QUEUED_BYTES", 1000)
    read_end, write_end = os.pipe()
    log = LogWriter(write_end)
    filling = b"x" * 200_000 + b"\n"  # more than a pipe holds
    log.put(filling)
    wait_for(lambda: os.read(read_end, 1))  # the writer has taken the line and waits for a reader
    for _ in range(1000):
        log.put(b"0123456789\n")
    written = []
    reader = threading.Thread(target=lambda: written.append(read_all(read_end)))
    reader.start()
    log.close()
    os.close(write_end)
    reader.join(MAX_WAIT_S)
    lines = written[0].splitlines()
    assert lines[0] == filling[1:-1] and set(lines[1:-1]) == {b"0123456789"}
    assert 0 < len(lines[1:-1]) < 100 and json.loads(lines[-1])["dropped_lines"] == 1000 - len(lines[1:-1])


def test_long_lines_of_several_processes_do_not_mix():
    read_end, write_end = os.pipe()
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITE_LONG_LINES.format(letter=letter)], stderr=write_end)
        for letter in (b"a", b"b", b"c")
    ]
    os.close(write_end)
    lines = read_all(read_end).splitlines()
    assert [process.wait(MAX_WAIT_S) for process in processes] == [0, 0, 0]
    assert sorted(lines) == sorted([letter * 100_000 for letter in (b"a", b"b", b"c")] * 8)


def test_everything_on_standard_error_goes_through_the_writer():
    done = subprocess.run([sys.executable, "-c", WRITE_EVERYTHING], capture_output=True, text=True, timeout=MAX_WAIT_S)
    assert done.returncode == 0
    for words in (
        "a line of the access log\n",
        "UserWarning: a warning\n",
        "a message\n",
        "a child\n",
        "a native library\n",
    ):
        assert words in done.stderr
