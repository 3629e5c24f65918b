"""Fair queuing: running and waiting places for the work that clients ask for, so that no client keeps another one out.

A free place goes to the request of the client with the least recent use of the places (decay-usage scheduling: use
counts half after HALF_LIFE_S). One place is for short work, as in a multilevel feedback queue: while the others are
busy, work that has run there for a time slice is stopped when a client with less use waits, and started again in
another place. When more requests wait than allowed, the last one in this order is refused; it may be the new one.
Source: Arpaci-Dusseau, Operating Systems: Three Easy Pieces, ch. 8,
https://pages.cs.wisc.edu/~remzi/OSTEP/cpu-sched-mlfq.pdf
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from sjkg.core.errors import Overloaded, TooManyRequests
from sjkg.workers.child_process import DisconnectCheck, never_disconnected

HALF_LIFE_S = 30  # after which use counts half
# A second of waiting is charged as this many seconds of running. So a newcomer precedes clients that fill the queue,
# and these precede clients that run long work.
WAITING_WEIGHT = 0.5
SLICES = 10  # in the longest time that work may run
NETWORK_SHARE = 8  # a network may use as much as this many addresses
MAX_ACCOUNTS = 4096  # addresses and networks whose use is remembered

T = TypeVar("T")


class Client(NamedTuple):
    """A client that asks for work.

    accounts: names of what its use is charged to: its address, then ever wider networks that contain it. The use of the
    n-th network counts divided by NETWORK_SHARE to the power n. Empty for the server itself, which precedes all others.
    is_disconnected: returns whether it has closed its connection.
    """

    accounts: tuple[str, ...] = ()
    is_disconnected: DisconnectCheck = never_disconnected


SERVER = Client()


class Preempted(Exception):
    """Raised within work that is to be stopped now and started again later; work must let it pass."""


class Account:
    """The time for which an address or a network has used the queue lately.

    used_s: seconds of running, and of waiting by their weight; a second counts half after HALF_LIFE_S seconds.
    """

    def __init__(self, now: float) -> None:
        self.used_s, self._at = 0.0, now

    def charge(self, seconds: float, now: float) -> None:
        """Let the use decay until the time `now`, and add `seconds`."""
        self.used_s = self.used_s * 0.5 ** ((now - self._at) / HALF_LIFE_S) + seconds
        self._at = now


@dataclass(eq=False, slots=True)
class Request:
    """A request for a place.

    accounts: of its client. number: in the order of arrival. charged: the time until which its use is charged.
    since: the time at which it began to wait or, if its work runs, at which that began. is_running: whether its work
    runs.
    waiting_s: what it was charged for waiting, in seconds. was_preempted: whether its work has been stopped once.
    refusal: the error that ends it without a place. decided: set when it need not wait any longer.
    """

    accounts: tuple[Account, ...]
    number: int
    charged: float
    since: float
    is_running: bool = False
    waiting_s: float = 0.0
    was_preempted: bool = False
    refusal: Overloaded | None = None
    decided: threading.Event = field(default_factory=threading.Event)

    @property
    def use(self) -> tuple[float, float]:
        """The recent use of the places by its client, as a sort key of two numbers of seconds.

        The first is the use by its address or, if greater, the use by a network that contains it, divided as `Client` says.
        The second is the use by its address; it decides between addresses of one network. Both are -1 for the server itself.
        """
        if not self.accounts:
            return -1, -1
        shares = (each.used_s / NETWORK_SHARE**level for level, each in enumerate(self.accounts))
        return max(shares), self.accounts[0].used_s

    @property
    def rank(self) -> tuple[float, float, int]:
        """The sort key of requests: the first one gets the next place."""
        return *self.use, self.number


class FairQueue:
    """Places for work, shared fairly among clients. Threads may share it.

    Tests drive `enter`, `must_stop`, `requeue` and `leave` with a clock of their own; everything else calls `run`.
    """

    def __init__(
        self,
        max_running: int,
        max_waiting: int,
        wait_s: float,
        deadline_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Set the limits: `max_running` pieces of work at once, and `max_waiting` more that wait at most `wait_s` seconds.

        deadline_s: the longest time in seconds that work may run; None if it cannot be stopped. Work that can be
        stopped has one place for short work, if there are at least two places.
        """
        self._max_waiting, self._wait_s, self._deadline_s, self._clock = max_waiting, wait_s, deadline_s, clock
        has_short_place = deadline_s is not None and max_running > 1
        self._long_places, self._short_places = max_running - has_short_place, int(has_short_place)
        self._slice_s = (deadline_s or math.inf) / SLICES
        self._waiting_weight = WAITING_WEIGHT if has_short_place else 0
        self._accounts: dict[str, Account] = {}
        self._long: list[Request] = []  # running until they end
        self._short: list[Request] = []  # running in the place for short work
        self._waiting: list[Request] = []
        self._entered = 0
        self._lock = threading.Lock()

    def run(self, client: Client, work: Callable[[DisconnectCheck], T]) -> T:
        """Wait for a place, call `work` and return its result.

        work: called with a function that it should call about ten times a second. The function returns whether the
        client has closed its connection, or raises Preempted; `work` must let that pass and is called again later. It
        then waits at most `deadline_s` seconds for its second place, where it is not stopped again.
        Raises TooManyRequests if there is no place for the request and its client has taken more than its share, and
        Overloaded if there is none and it has not.
        """

        def check() -> bool:
            if self.must_stop(request):
                raise Preempted
            return client.is_disconnected()

        request, wait_s = self.enter(client), self._wait_s
        try:
            while True:
                self._wait(request, wait_s)
                try:
                    return work(check)
                except Preempted:
                    self.requeue(request)
                    wait_s = self._deadline_s or wait_s
        finally:
            self.leave(request)

    @property
    def has_free_place(self) -> bool:
        """Return whether work would run at once; a moment later this may be different."""
        return not self._waiting and (len(self._long) < self._long_places or len(self._short) < self._short_places)

    def enter(self, client: Client) -> Request:
        """Return a new request of a client, which runs already if there is a place for it."""
        with self._settled() as now:
            accounts = tuple(self._account(name, now) for name in client.accounts)
            self._entered += 1
            request = Request(accounts, self._entered, now, now)
            self._waiting.append(request)
        return request

    def must_stop(self, request: Request) -> bool:
        """Return whether the work of a request is to be stopped, so that a client with less use gets its place.

        That is so if it is in the place for short work, has run for a time slice, and work waits that may run there.
        The use of addresses decides, so that a client in a busy network gets its turn.
        """
        if request not in self._short or self._clock() - request.since < self._slice_s:
            return False
        with self._settled():
            return request in self._short and any(
                not other.was_preempted and other.use[1] < request.use[1] for other in self._waiting
            )

    def requeue(self, request: Request) -> None:
        """Let a request wait again whose work was stopped."""
        with self._settled() as now:
            self._remove(request)
            request.since, request.is_running, request.was_preempted = now, False, True
            request.decided.clear()
            self._waiting.append(request)

    def leave(self, request: Request) -> None:
        """Give up the place of a request, if it has one.

        If its work has ended within a time slice, the charge for its waiting is refunded.
        """
        with self._settled() as now:
            self._remove(request)
            if request.is_running and now - request.since < self._slice_s:
                for account in request.accounts:
                    account.charge(-min(request.waiting_s, account.used_s), now)

    def _wait(self, request: Request, wait_s: float) -> None:
        """Wait until a request runs; raise its refusal if it is refused, or does not run within `wait_s` seconds."""
        if request.is_running:
            return
        if not request.decided.wait(wait_s):
            with self._settled():
                if request in self._waiting:
                    self._refuse(request, f"the request waited {wait_s:g} s for others to end, and could not start")
        if request.refusal:
            raise request.refusal

    @contextmanager
    def _settled(self) -> Iterator[float]:
        """Lock the queue, charge all use until now, and yield the time; after the `with` block, give out free places."""
        with self._lock:
            now = self._clock()
            for request in (*self._long, *self._short, *self._waiting):
                seconds = now - request.charged
                if not request.is_running:
                    seconds *= self._waiting_weight
                    request.waiting_s += seconds
                for account in request.accounts:
                    account.charge(seconds, now)
                request.charged = now
            yield now
            self._fill_places(now)
            while len(self._waiting) > self._max_waiting:
                self._refuse(max(self._waiting, key=lambda each: each.rank), "too many requests are waiting already")

    def _fill_places(self, now: float) -> None:
        """Start waiting requests in free places, in the order of their rank.

        Work running in the place for short work competes for the other places, too; if it is chosen, it moves there
        without interruption.
        """
        while len(self._long) < self._long_places and (candidates := [*self._waiting, *self._short]):
            self._start(min(candidates, key=lambda each: each.rank), self._long, now)
        while len(self._short) < self._short_places:
            candidates = [each for each in self._waiting if not each.was_preempted]
            if not candidates:
                break
            self._start(min(candidates, key=lambda each: each.rank), self._short, now)

    def _start(self, request: Request, places: list[Request], now: float) -> None:
        """Move a request to a list of running ones; its work starts now, unless it runs already."""
        self._remove(request)
        places.append(request)
        if not request.is_running:
            request.since, request.is_running = now, True
            request.decided.set()

    def _remove(self, request: Request) -> None:
        """Remove a request from running and waiting ones, if it is among them."""
        for places in (self._long, self._short, self._waiting):
            if request in places:
                places.remove(request)

    def _refuse(self, request: Request, reason: str) -> None:
        """End the waiting of a request with an error; `reason`: a clause for its message."""
        self._waiting.remove(request)
        if self._is_over_share(request):
            # The more a client has used, the longer others precede it; after HALF_LIFE_S its use counts half, so that
            # it need not wait longer before it tries again.
            retry_s = min(HALF_LIFE_S, max(1, math.ceil(request.use[0])))
            request.refusal = TooManyRequests(
                f"{reason}, and this client has taken more than its share; send fewer requests at once, and this one again "
                f"in {retry_s} s",
                retry_s,
            )
        else:
            request.refusal = Overloaded(f"{reason}; send it again in a moment")
        request.decided.set()

    def _is_over_share(self, request: Request) -> bool:
        """Return whether the client of a request has taken more than its share of the places.

        That is so if it has other requests that run or wait, or has used more than the average client with requests
        now.
        """
        others = {each.accounts: each for each in (*self._long, *self._short, *self._waiting) if each.accounts}
        if not request.accounts or request.accounts in others:
            return bool(request.accounts)
        uses = [each.use for each in (request, *others.values())]
        return any(own > sum(used) / len(used) for own, used in zip(request.use, zip(*uses, strict=True), strict=True))

    def _account(self, name: str, now: float) -> Account:
        """Return the account of an address or a network; forget the half with the least use when there are too many."""
        if name not in self._accounts and len(self._accounts) >= MAX_ACCOUNTS:
            for account in self._accounts.values():
                account.charge(0, now)
            by_use = sorted(self._accounts.items(), key=lambda item: item[1].used_s)
            self._accounts = dict(by_use[MAX_ACCOUNTS // 2 :])
        account = self._accounts.setdefault(name, Account(now))
        account.charge(0, now)
        return account
