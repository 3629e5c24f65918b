"""Users who ask known questions all the time, and the judgement of what they get."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import requests
from requests.adapters import HTTPAdapter
from servers import MAX_WAIT_S

from chaos.deployment import Deployment
from chaos.questions import COSTLY, QUESTIONS, Question

Tag = tuple[str, frozenset[int]]  # an ETag, and the states in which the response with it was right
PROBLEM = "application/problem+json"
THINKING_S = 0.02  # between two questions of a user
REFUSALS = {429, 503, 504, 507}
MAX_WRONG_CHARACTERS = 2000  # of a wrong response in a message


class SourceAdapter(HTTPAdapter):
    """Sends requests from an IP address of this machine, so that the server sees another client."""

    def __init__(self, source: str):
        self._source = source
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(self._source, 0), **options)


def new_session(source: str) -> requests.Session:
    """Return a session whose connections come from an address of this machine, such as 127.0.0.2."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", SourceAdapter(source))
    return session


@dataclass
class Period:
    """A time with or without accidents.

    name: of the accidents; "" for none. may_break: whether connections may end before a response is complete.
    outcomes: how many questions that ended in it were right, refused, broken, wrong.
    """

    name: str = ""
    may_break: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)


class Users:
    """Threads that each ask random questions from an address of their own, one after another.

    periods: the times with and without accidents, the last one is now. wrong: a message for each response that must not be.
    """

    def __init__(self, deployment: Deployment, count: int):
        """Start `count` threads."""
        self.deployment = deployment
        self.periods, self.wrong = [Period()], list[str]()
        self._changed = threading.Condition()
        self._is_paused, self._over = False, threading.Event()
        self._busy = self.asked = 0
        self._threads = [threading.Thread(target=self._ask_always, args=[number]) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def begin(self, period: Period) -> None:
        """Begin another period."""
        self.periods.append(period)

    def wait_for_answers(self, count: int, within_s: float) -> None:
        """Wait until this many questions more have been asked, or some seconds have passed."""
        with self._changed:
            until = self.asked + count
            self._changed.wait_for(lambda: self.asked >= until, within_s)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Let no question be under way, and no connection be open, within the context."""
        with self._changed:
            self._is_paused = True
            self._changed.wait_for(lambda: not self._busy)
        yield
        with self._changed:
            self._is_paused = False
            self._changed.notify_all()

    def close(self) -> None:
        """End the threads."""
        with self._changed:
            self._is_paused = False
            self._over.set()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _ask_always(self, number: int) -> None:
        """Ask random questions until `close`, in sessions of a few connections."""
        chance = random.Random(number)  # what the users ask depends on how fast the server is, in any case
        names = list(QUESTIONS)
        weights = [1 if name in COSTLY else 8 for name in names]
        source, first = f"127.0.0.{11 + number}", number * 10**9
        while True:
            with self._changed:
                self._changed.wait_for(lambda: not self._is_paused)
                if self._over.is_set():
                    return
                self._busy += 1
            with new_session(source) as session:
                tags: dict[str, Tag] = {}  # by the name of the question
                while not self._is_paused and not self._over.is_set() and chance.random() > 0.1:
                    self._over.wait(THINKING_S)
                    (name,) = chance.choices(names, weights)
                    first += 1
                    self.ask(session, name, QUESTIONS[name], first, tags)
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def ask(
        self, session: requests.Session, name: str, question: Question, number: int, tags: dict[str, Tag]
    ) -> tuple[str, str]:
        """Ask a question and judge the response; return the outcome, and a name of the server process that answered.

        The outcome is right, refused (a problem document), broken (the connection ended), wrong, or late (refused without an
        accident, because the machine is slow, or because something is not as before, which `Deployment.growth` shows).
        number: makes the request different from others. tags: from a question to an ETag to send and the states in which the
        response with it was right; those of this response are added.
        """
        begun, states = len(self.periods) - 1, self.deployment.allowed
        headers = {"If-None-Match": tags[name][0]} if name in tags else {}
        try:
            response = question.ask(session, self.deployment.address, number, headers=headers, timeout=MAX_WAIT_S)
        except requests.RequestException as error:
            outcome, content, process = "broken", repr(error), ""
        else:
            states |= self.deployment.allowed
            fitting = find_states(question, response, states, tags.get(name))
            outcome = "right" if fitting else "wrong"
            process = server_process(response)
            content = f"{response.status_code} {response.text[:MAX_WRONG_CHARACTERS]}"
            if not fitting and is_refusal(question, response):
                outcome = "refused"
            elif fitting and response.status_code == 200 and "ETag" in response.headers:
                tags[name] = response.headers["ETag"], fitting
        periods = self.periods[begun:]
        if outcome == "broken" and not any(period.may_break for period in periods):
            outcome = "wrong"
        if outcome == "refused" and not any(period.name for period in periods):
            outcome = "late"
        if outcome == "wrong":
            names = [period.name or "no accident" for period in periods]
            self.wrong.append(f"{name} ({', '.join(names)}; states {sorted(states)}): {content}")
        with self._changed:
            periods[-1].outcomes[outcome] += 1
            self.asked += 1
            self._changed.notify_all()
        return outcome, process


def server_process(response: requests.Response) -> str:
    """Return a text that is the same for all responses of a server process: the beginning of its request ids."""
    return response.headers.get("X-Request-Id", "").partition("-")[0]


def find_states(
    question: Question, response: requests.Response, states: frozenset[int], tag: Tag | None
) -> frozenset[int]:
    """Return those of the states in which a response is right; several have the same answer to some questions.

    tag: the ETag that was sent with the request, and the states in which the response that had it was right.
    """
    if response.status_code == 304:
        return tag[1] & states if tag else frozenset()
    if response.status_code != question.status:
        return frozenset()
    found = set()
    for state in states:
        with suppress(ValueError, KeyError, IndexError, TypeError, EOFError, OSError):  # it cannot be read
            if question.is_right(response, state):
                found.add(state)
    return frozenset(found)


def is_refusal(question: Question, response: requests.Response) -> bool:
    """Return whether a response says, as a problem document or a page, that the server cannot answer now."""
    if response.status_code not in REFUSALS:
        return False
    content_type = response.headers.get("Content-Type", "")
    if "text/html" in question.headers.get("Accept", ""):
        return content_type.startswith("text/html") and response.text.rstrip().endswith("</html>")
    return content_type == PROBLEM and response.json()["status"] == response.status_code and response.json()["detail"]
