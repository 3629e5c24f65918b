"""The server survives accidents of every kind, in a random order, two at a time now and then.

The seed of a run is printed when it fails; see CONTRIBUTING.md for longer runs and for repeating one.
"""

import math
import random
import secrets
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import ExitStack

import pytest
import requests
from servers import MAX_WAIT_S

from chaos import client_faults, file_faults, process_faults, shortage_faults
from chaos.deployment import MAX_MORE_BYTES, MIB, SERVER_PROCESSES, Deployment
from chaos.faults import Fault, wait_until
from chaos.questions import QUICK
from chaos.users import Period, Users, new_session, server_process

DEFAULT_FAULTS, DEFAULT_S = 36, 60  # whatever comes first
USERS = 3
ANSWERS, LASTS_S = 12, 1.5  # an accident lasts until so many questions were asked, or so many seconds
PROBER = "127.0.0.9"
MAX_PROBES = 40  # of a question, until each server process has answered one
BACK_S = 240  # until the service returns, of which 5 are the aim; on a busy machine
SETTLE_S = 240  # until everything occupied is as before; on a busy machine
MAX_LOG_CHARACTERS = 3000
OUTCOMES = ("right", "refused", "broken", "late", "wrong")
KINDS = [
    value
    for module in (client_faults, file_faults, process_faults, shortage_faults)
    for value in vars(module).values()
    if isinstance(value, Fault)
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs /proc, prlimit, and the addresses 127.0.0.*"),
]


class Run:
    """A sequence of accidents, and what was seen after each.

    history: the accidents so far. back_s: for each kind the seconds from the end of the accident to the return of service.
    """

    def __init__(self, server: Deployment, users: Users, seed: int, kinds: list[Fault]):
        """Take the order and the details of the accidents from a seed."""
        self._server, self._users, self._chance, self._kinds = server, users, random.Random(seed), kinds
        self._number = 0
        self.history: list[str] = []
        self.back_s: dict[str, list[float]] = defaultdict(list)
        self.most_bytes = self.last_bytes = 0

    def begin(self) -> None:
        """Wait until the server is complete and has answered every kind of question, and remember what it occupies then."""
        self._wait_for_service()
        self._users.wait_for_answers(ANSWERS * 10, MAX_WAIT_S)
        with self._users.pause():
            self._server.remember_usage()

    def next(self) -> None:
        """Let one or two accidents happen, and wait until everything is as before; AssertionError if something is not."""
        first = self._chance.choice(self._kinds)
        second = self._chance.choice(self._kinds)
        together = [first]
        if self._chance.random() < 0.25 and not (first.restarts or second.restarts or first.group == second.group):
            together.append(second)
        name = " + ".join(each.name for each in together)
        self.history.append(name)
        details = random.Random(self._chance.random())
        self._users.begin(Period(name, any(each.may_break for each in together)))
        with ExitStack() as lasting:
            for each in together:
                lasting.enter_context(each.run(self._server, details))
            self._users.wait_for_answers(ANSWERS, LASTS_S)
        ended = time.monotonic()
        self.back_s[name].append(self._wait_for_service())
        self._wait_for_usual_state()
        service_s, all_s = self.back_s[name][-1], time.monotonic() - ended
        print(f"{len(self.history)} {name}: service after {service_s:.1f} s, all else after {all_s:.1f} s", flush=True)

    def _wait_for_service(self) -> float:
        """Wait until each server process answers rightly and reports no problem; return how many seconds that took."""
        ended = time.monotonic()
        while True:
            begun = time.monotonic()
            if all(map(self._is_served, QUICK)) and self._reaches_every_process(self._is_well):
                return begun - ended
            assert begun - ended < BACK_S, self._report("the service does not return")
            assert self._server.server.process.poll() is None, self._report("the main process has ended")

    def _is_served(self, name: str) -> bool:
        """Return whether each server process answers one of the quick questions rightly."""
        return self._reaches_every_process(lambda session: self._ask(session, name))

    def _reaches_every_process(self, ask: Callable[[requests.Session], str]) -> bool:
        """Return whether each server process answers.

        ask: asks on a new connection, which leads to any server process, and returns its name; "" if the response was bad.
        """
        answered: set[str] = set()
        for _ in range(MAX_PROBES):
            with new_session(PROBER) as session:
                answered.add(ask(session))
            if "" in answered or len(answered) == SERVER_PROCESSES:
                break
        return "" not in answered and len(answered) == SERVER_PROCESSES

    def _ask(self, session: requests.Session, name: str) -> str:
        """Ask one of the quick questions; return the name of the server process, or "" unless it answers rightly."""
        self._number += 1
        outcome, process = self._users.ask(session, name, QUICK[name], self._number, {})
        return process if outcome == "right" else ""

    def _is_well(self, session: requests.Session) -> str:
        """Ask for the status of a server process; return its name, or "" unless it reports no problem."""
        try:
            response = session.get(f"{self._server.address}/health", timeout=MAX_WAIT_S)
        except requests.RequestException:
            return ""
        return server_process(response) if response.json().get("status") == "ok" else ""

    def _wait_for_usual_state(self) -> None:
        """Wait until the new data are announced and everything occupied is as before; check what users and the log say."""
        server = self._server
        if not wait_until(lambda: server.allowed == {server.expected}, SETTLE_S):
            raise AssertionError(self._report(f"state {server.expected} of the data is not announced"))
        with self._users.pause():
            if not wait_until(lambda: not server.growth(), SETTLE_S):
                raise AssertionError(self._report("\n".join(server.growth())))
            self.last_bytes = server.memory_bytes()
            self.most_bytes = max(self.most_bytes, self.last_bytes)
            if self.last_bytes > server.usual_bytes + MAX_MORE_BYTES:
                raise AssertionError(
                    self._report(f"memory: {server.usual_bytes:,} bytes before, {self.last_bytes:,} now")
                )
        self._users.begin(Period())
        found = [*self._users.wrong, *server.failures, *server.new_tracebacks()]
        assert not found, self._report("\n".join(found))
        self._users.wait_for_answers(ANSWERS // 2, LASTS_S)

    def _report(self, fault: str) -> str:
        """Return the message of a failure, with what is needed to repeat the run."""
        lines = self._server.server.log().splitlines()
        recent = "\n".join(line for line in lines if not line.startswith("{"))[-MAX_LOG_CHARACTERS:]
        return f"{fault}\nafter {self.history}\nserver's log: {recent}"

    def summary(self) -> str:
        """Return a table of the accidents, of the answers to users, and of the times to the return of service."""
        outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        for period in self._users.periods:
            outcomes[period.name or "(between accidents)"].update(period.outcomes)
        lines = [f"{'accident':80} times  back_s  {'  '.join(OUTCOMES)}"]
        for name, counts in sorted(outcomes.items()):
            times = self.back_s.get(name, [])
            cells = "  ".join(f"{counts[outcome]:{len(outcome)}}" for outcome in OUTCOMES)
            lines.append(f"{name:80} {len(times):5}  {max(times, default=0):6.1f}  {cells}")
        begin, most, last = (
            f"{count / MIB:.0f} MiB" for count in (self._server.usual_bytes, self.most_bytes, self.last_bytes)
        )
        return "\n".join([*lines, f"memory: {begin} at the begin, {most} at most, {last} at the end"])


def test_after_each_accident_the_service_returns_and_no_answer_was_wrong(small_kb, tmp_path, request):
    option = request.config.getoption
    seed = secrets.randbelow(10**6) if option("--seed") is None else option("--seed")
    kinds = [kind for kind in KINDS if option("--only") in kind.name]
    count = option("--faults") or DEFAULT_FAULTS
    lasts_s = option("--seconds") or (math.inf if option("--faults") else DEFAULT_S)
    print(f"--faults {count} --seed {seed}")
    with ExitStack() as closing:
        server = Deployment(small_kb, tmp_path, state=0)
        closing.callback(server.close)
        server.start(watches=bool(seed % 2))
        users = Users(server, USERS)
        closing.callback(users.close)
        run = Run(server, users, seed, kinds)
        run.begin()
        try:
            until = time.monotonic() + lasts_s
            while len(run.history) < count and time.monotonic() < until:
                run.next()
        finally:
            print(run.summary())
