"""Fair queues: who gets a place, who gives it up, who is refused; most tests with a clock of their own."""

import itertools
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given, strategies
from servers import MAX_WAIT_S, wait_for

from sjkg.core.errors import Overloaded, TooManyRequests
from sjkg.workers.fair_queue import HALF_LIFE_S, SERVER, Client, FairQueue, Preempted

WAIT_S, DEADLINE_S = 2, 10


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Queue:
    """A fair queue with a clock; clients are named “address” or “address@network”."""

    def __init__(self, running: int = 2, waiting: int = 4, deadline_s: float | None = DEADLINE_S):
        self.clock = Clock()
        self.places = FairQueue(running, waiting, WAIT_S, deadline_s, self.clock)

    def enter(self, client: str):
        """Return a request of a client, with its name."""
        address, _, network = client.partition("@")
        request = self.places.enter(Client((address, network or f"network of {address}")))
        return SimpleNamespace(name=client, request=request)

    def enter_all(self, clients: str) -> list:
        """Return a request of each client in turn, a moment after the one before."""
        entered = []
        for client in clients.split():
            entered.append(self.enter(client))
            self.clock.now += 0.001
        return entered

    def let_pass(self, seconds: float) -> None:
        self.clock.now += seconds

    def leave(self, entered) -> None:
        self.places.leave(entered.request)

    def stop(self, entered) -> bool:
        """Stop the work of a request if it must be stopped; return whether it was."""
        if stopped := self.places.must_stop(entered.request):
            self.places.requeue(entered.request)
        return stopped


def running(entered: list) -> str:
    """Return the names of those whose work runs."""
    return " ".join(each.name for each in entered if each.request.is_running)


def refused(entered: list) -> list:
    return [(each.name, type(each.request.refusal)) for each in entered if each.request.refusal]


@pytest.mark.parametrize(
    "clients, expected",
    [
        ("a", "a"),
        ("a b", "a b"),
        ("a b c", "a b"),
        ("a a a", "a a"),
    ],
)
def test_as_many_run_as_there_are_places(clients, expected):
    assert running(Queue().enter_all(clients)) == expected


@pytest.mark.parametrize(
    "waiting, expected",
    [
        ("a b", "b"),  # a runs already
        ("a@x b", "b"),
        ("a@x b@x", "b@x"),  # a has used more than another address of its network
        ("d@x e", "e"),  # the network of d has used much, that of e nothing
    ],
)
def test_a_place_goes_to_the_client_that_has_used_the_places_least(waiting, expected):
    queue = Queue(running=1)
    first = queue.enter("a@x")
    queue.let_pass(100)
    entered = queue.enter_all(waiting)
    queue.leave(first)
    assert running(entered) == expected


def test_use_is_forgotten_with_time_so_that_everybody_is_equal_again():
    queue = Queue(running=1)
    first = queue.enter("a")
    queue.let_pass(100)
    queue.leave(first)
    queue.let_pass(HALF_LIFE_S * 2000)
    other = queue.enter("x")
    entered = queue.enter_all("a b")
    queue.leave(other)
    assert running(entered) == "a"


def test_clients_with_equal_use_take_turns_in_the_order_of_arrival():
    queue = Queue(running=1, deadline_s=None)
    entered = queue.enter_all("a b c d")
    for expected in "abcd":
        assert running(entered) == expected
        queue.leave(entered.pop(0))


def test_the_server_itself_precedes_all_clients():
    queue = Queue(running=1)
    first = queue.enter("a")
    waiting = queue.enter("b")
    own = queue.places.enter(SERVER)
    queue.leave(first)
    assert own.is_running and running([waiting]) == ""


def test_long_work_in_the_place_for_short_work_is_stopped_when_a_client_with_less_use_waits():
    queue = Queue()
    long, short = queue.enter("a"), queue.enter("b")
    queue.let_pass(5)
    assert not queue.stop(long) and not queue.stop(short)  # nobody waits
    waiting = queue.enter("c")
    assert not queue.stop(long)
    assert queue.stop(short)
    assert running([long, short, waiting]) == "a c"
    queue.leave(waiting)
    assert running([short]) == ""  # it has had its slice; the place is for others
    queue.let_pass(1)
    queue.leave(long)
    assert running([short]) == "b"
    queue.enter("d"), queue.enter("e")
    queue.let_pass(9)
    assert not queue.stop(short)  # nor is it stopped again


@pytest.mark.parametrize(
    "seconds, waiting, deadline_s",
    [
        (0.9, "c", DEADLINE_S),  # its time slice is not over
        (5, "b", DEADLINE_S),  # its own client waits
        (5, "c", None),  # work that cannot be stopped
    ],
)
def test_work_is_not_stopped_without_need(seconds, waiting, deadline_s):
    queue = Queue(deadline_s=deadline_s)
    entered = queue.enter_all("a b")
    queue.let_pass(seconds)
    queue.enter(waiting)
    assert not any(queue.stop(each) for each in entered)


def test_work_in_the_place_for_short_work_may_go_on_when_another_place_is_free():
    queue = Queue()
    long, short = queue.enter("a"), queue.enter("b")
    queue.let_pass(5)
    queue.leave(long)
    waiting = queue.enter("c")
    assert running([short, waiting]) == "b c"
    assert not queue.stop(short)


@pytest.mark.parametrize(
    "clients, expected",
    [
        ("a b c d e f g", [("c", Overloaded)]),  # a and b run, c has waited longest
        ("a a a a a a a", [("a", TooManyRequests)]),
        ("a a a a a a g", [("a", TooManyRequests)]),  # g takes the place of one of them
        ("a@x b@x c@x d@x e@x a@x g@y", [("a@x", TooManyRequests)]),
    ],
)
def test_a_request_too_many_is_refused_to_the_client_with_the_most(clients, expected):
    assert refused(Queue().enter_all(clients)) == expected


def test_a_refused_client_is_told_to_wait_as_long_as_it_has_used_the_places():
    queue = Queue(running=1, waiting=1)
    first = queue.enter("a")
    queue.let_pass(7)
    again = queue.enter("a")
    queue.enter("b")
    assert again.request.refusal.retry_after_s == 7
    queue.let_pass(500)
    queue.leave(first)
    queue.let_pass(0.01)
    again = queue.enter("a")
    queue.enter("c")
    assert again.request.refusal.retry_after_s == HALF_LIFE_S


def simulate(hostile: list[str], good: str, seconds: int, query_s: float) -> tuple[int, int]:
    """Let clients repeat endless queries, and a good one a short query each 0.3 s; return its queries and their answers.

    A query runs until it is stopped or for DEADLINE_S, waits for WAIT_S, and is repeated 50 ms after it was refused.
    """
    queue, step_s = Queue(waiting=16), 0.01
    start = queue.clock.now
    due = {name: 0.001 * number for number, name in enumerate(hostile)} | {good: 1.0}
    active: dict[str, list] = {}  # a request, and when it gives up waiting
    asked = answered = 0
    while (now := queue.clock.now - start) < seconds:
        for name in [each for each in due if due[each] <= now]:
            del due[name]
            asked += name == good
            active[name] = [queue.enter(name), now + WAIT_S]
        for name, (entered, until) in list(active.items()):
            request = entered.request
            ran_s = queue.clock.now - request.since if request.is_running else -1.0
            if ran_s >= (query_s if name == good else DEADLINE_S):
                answered += name == good
            elif ran_s >= 0 or (not request.refusal and now < until):
                if ran_s > 0 and queue.stop(entered):
                    active[name][1] = now + DEADLINE_S
                continue
            queue.leave(entered)
            del active[name]
            due[name] = now + (0.3 if name == good else 0.05)
        queue.let_pass(step_s)
    return asked, answered


@pytest.mark.parametrize(
    "hostile, good",
    [
        (["h1"], "g"),
        (["h1", "h2"], "g"),
        ([f"h{number}" for number in range(18)], "g"),
        ([f"h{number}@x" for number in range(18)], "g"),
        ([f"h{number}@x" for number in range(18)], "g@x"),
        ([f"h{number}@x{number % 3}" for number in range(24)], "g"),
    ],
    ids=["one", "two", "18 networks", "one network", "the same network", "24 in 3 networks"],
)
@pytest.mark.parametrize("query_s", [0.01, 0.1])
def test_a_client_with_short_work_is_served_beside_clients_with_endless_work(hostile, good, query_s):
    asked, answered = simulate(hostile, good, seconds=15, query_s=query_s)
    assert asked >= 10 and answered >= 0.9 * asked


def test_one_long_piece_of_work_is_done_beside_clients_with_endless_work():
    _, answered = simulate([f"h{number}" for number in range(18)], "g", seconds=25, query_s=5)
    assert answered >= 1


@given(
    strategies.lists(
        strategies.tuples(
            strategies.sampled_from(["enter", "leave", "stop"]), strategies.integers(0, 5), strategies.floats(0, 20)
        ),
        max_size=60,
    ),
    strategies.integers(1, 4),
    strategies.integers(0, 4),
)
def test_places_are_never_exceeded_and_never_free_while_somebody_waits(events, max_running, max_waiting):
    queue = Queue(max_running, max_waiting)
    active = []
    for kind, number, seconds in events:
        queue.let_pass(seconds)
        if kind == "enter":
            active.append(queue.enter(f"{number}@{number % 2}"))
        elif active and kind == "leave":
            queue.leave(active.pop(number % len(active)))
        elif active:
            queue.stop(active[number % len(active)])
        active = [each for each in active if not each.request.refusal]
        run = [each for each in active if each.request.is_running]
        wait = [each for each in active if not each.request.is_running]
        assert len(run) <= max_running and len(wait) <= max_waiting
        fresh = [each for each in wait if not each.request.was_preempted]
        assert not fresh or len(run) == max_running
        assert not wait or len(run) >= max(1, max_running - 1)


def test_work_is_called_again_after_it_was_stopped():
    places = FairQueue(2, 4, MAX_WAIT_S, MAX_WAIT_S, itertools.count(step=MAX_WAIT_S).__next__)
    ends, calls = threading.Event(), []

    def endless(is_disconnected):
        while not ends.is_set():
            is_disconnected()
        return "ended"

    def stopped_once(is_disconnected):
        calls.append(len(calls))
        while len(calls) == 1:
            is_disconnected()  # raises Preempted when the short work waits
        return "done"

    results = {}
    run = lambda name, work: results.update({name: places.run(Client((name,)), work)})  # noqa: E731
    threads = [threading.Thread(target=run, args=each) for each in (("a", endless), ("b", stopped_once))]
    threads[0].start()
    wait_for(lambda: places._long)
    threads[1].start()
    wait_for(lambda: places._short)
    assert places.run(Client(("c",)), lambda _: "short") == "short"
    ends.set()
    for thread in threads:
        thread.join()
    assert results == {"a": "ended", "b": "done"} and calls == [0, 1]
    assert not (places._long or places._short or places._waiting)


def test_a_request_that_waits_too_long_is_refused_and_an_error_in_work_frees_its_place():
    places = FairQueue(1, 1, 0)

    def ask_again(_):
        with pytest.raises(TooManyRequests, match="the request waited 0 s for others to end") as error:
            places.run(Client(("a",)), lambda _: None)
        assert error.value.retry_after_s == 1
        with pytest.raises(Overloaded, match="send it again in a moment") as error:
            places.run(Client(("b",)), lambda _: None)
        assert not isinstance(error.value, TooManyRequests)
        raise Preempted if places._waiting else LookupError

    with pytest.raises(LookupError):
        places.run(Client(("a",)), ask_again)
    assert places.run(SERVER, lambda is_disconnected: is_disconnected()) is False
