"""Execution of tool calls in threads: a limited number at once and waiting, stopped when the client cancels or leaves."""

import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TypeVar

import anyio
import anyio.to_thread

from sjkg.core.errors import Overloaded
from sjkg.workers.fair_queue import Client

MAX_RUNNING, MAX_WAITING = 8, 32

T = TypeVar("T")


class CallRunner:
    """Runs the work of tool calls in at most MAX_RUNNING threads; at most MAX_WAITING more calls wait for one."""

    def __init__(self) -> None:
        self._threads: anyio.CapacityLimiter | None = None  # made in the event loop
        self._calls = 0
        self._numbers = count()

    async def run(self, work: Callable[[Client], T]) -> T:
        """Call `work` in a thread and return its result.

        work: called with the client, whose `is_disconnected` returns True once the call was cancelled or its connection closed.
        Raises Overloaded if too many calls wait, and whatever `work` raises.
        """
        if self._calls >= MAX_RUNNING + MAX_WAITING:
            raise Overloaded(
                f"{self._calls} calls of tools are running or waiting, the most that this server accepts; call again when one is done"
            )
        self._threads = self._threads or anyio.CapacityLimiter(MAX_RUNNING)
        is_gone = threading.Event()
        self._calls += 1
        try:
            client = Client(
                (f"call {next(self._numbers)}",), is_gone.is_set
            )  # so that a short query precedes long ones
            return await anyio.to_thread.run_sync(partial(work, client), abandon_on_cancel=True, limiter=self._threads)
        finally:
            is_gone.set()
            self._calls -= 1
