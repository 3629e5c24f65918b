"""The bounds on responses that are being sent: number, bytes, and what happens beyond them."""

import pytest

from sjkg.web.http import sending
from sjkg.web.http.sending import BODY_BYTES, MAX_FREE_BYTES, MAX_SENDING, PIECE_BYTES, SendingLimiter

LARGE = b"x" * (3 * PIECE_BYTES + 1)


class Body:
    """An iterable body of one chunk, such as a file, that notes whether it was closed."""

    def __init__(self, content: bytes):
        self.content, self.is_closed = content, False

    def __iter__(self):
        return iter([self.content])

    def close(self):
        self.is_closed = True


class Sender:
    """A limiter with an application that returns the given bodies; `status` is that of the last response."""

    def __init__(self, *bodies, max_bytes=10 * len(LARGE), close_stalled=lambda min_s: False):
        self._bodies = iter(bodies)
        self._limiter = SendingLimiter(self._answer, max_bytes, close_stalled)
        self.status = ""

    def send(self):
        """Return the body of the next response, as the server gets it."""
        return self._limiter({}, self._start)

    def _answer(self, environ, start_response):
        body = next(self._bodies)
        environ[BODY_BYTES] = len(body.content) if isinstance(body, Body) else 0
        start_response("200 OK", [])
        return body

    def _start(self, status, headers, exc_info=None):
        self.status = status


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """Make responses wait for a place no longer than a moment."""
    monkeypatch.setattr(sending, "PLACE_WAIT_S", 0.01)
    monkeypatch.setattr(sending, "POLL_S", 0)


def test_a_large_body_is_sent_in_pieces_and_a_small_one_as_it_is():
    small = [b"x" * MAX_FREE_BYTES]
    sender = Sender([LARGE], small)
    pieces = list(sender.send())
    assert b"".join(pieces) == LARGE and max(map(len, pieces)) == PIECE_BYTES
    assert sender.send() is small


@pytest.mark.parametrize("of", ["bytes", "number"])
def test_a_response_beyond_the_limit_is_refused_until_another_has_ended(of):
    room = 2 if of == "bytes" else MAX_SENDING
    bodies = [Body(LARGE) for _ in range(room + 2)]
    sender = Sender(*bodies, max_bytes=2 * len(LARGE) if of == "bytes" else 1000 * len(LARGE))
    sent = [sender.send() for _ in range(room)]
    refused = sender.send()
    assert sender.status.startswith("503") and b"too many other clients" in b"".join(refused)
    assert bodies[room].is_closed and not bodies[0].is_closed
    sent[0].close()
    sent[0].close()  # a second time changes nothing
    assert bodies[0].is_closed
    assert b"".join(sender.send()) == LARGE and sender.status == "200 OK"


def test_a_stalled_connection_is_closed_to_make_place():
    sent = []
    sender = Sender(Body(LARGE), Body(LARGE), max_bytes=1, close_stalled=lambda min_s: sent[0].close())
    sent.append(sender.send())  # larger than the limit, but the only one
    assert b"".join(sender.send()) == LARGE and sender.status.startswith("200")
