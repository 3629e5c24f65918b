"""The middleware by itself, in front of small applications."""

import io
import json

import pytest

from sjkg.web.http.cache import OVERHEAD_BYTES
from sjkg.web.http.compression import choose_encoding
from sjkg.web.http.middleware import HttpMiddleware

MIB = 1024 * 1024


class Application:
    """Answers every request alike, and counts."""

    def __init__(self, body=(b"text",), status="200 OK", headers=()):
        self.body, self.status = body, status
        self.headers = [("Content-Type", "text/plain"), *headers]
        self.asked, self.closed = [], 0

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        start_response(self.status, self.headers)
        return self

    def __iter__(self):
        return iter(self.body)

    def close(self):
        self.closed += 1


def sized(body: bytes, *headers) -> Application:
    return Application([body], headers=[("Content-Length", str(len(body))), *headers])


def ask(manners, path="/", method="GET", body=b"", **headers):
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "wsgi.input": io.BytesIO(body),
        **{name if name.startswith("CONTENT") else f"HTTP_{name}": value for name, value in headers.items()},
    }
    started = []
    chunks = manners(environ, lambda status, headers, exc_info=None: started.append((status, dict(headers))))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return *started[0], body


def in_front_of(application, cache_bytes=MIB, **options) -> HttpMiddleware:
    return HttpMiddleware(application, lambda: "one", cache_bytes, **options)


def test_a_kept_answer_does_not_reach_the_application():
    application = sized(b"text")
    manners = in_front_of(application)
    assert [ask(manners)[2] for _ in range(3)] == [b"text"] * 3
    assert len(application.asked) == 1 and application.closed == 1


@pytest.mark.parametrize("header", [{"CONTENT_LENGTH": "4"}, {"TRANSFER_ENCODING": "chunked"}])
def test_the_answer_to_a_get_with_a_body_is_not_that_to_others(header):
    application = sized(b"text")
    manners = in_front_of(application)
    ask(manners, body=b"body", **header)
    ask(manners)
    assert len(application.asked) == 2


def test_another_snapshot_is_asked_anew():
    application, version = sized(b"text"), ["one"]
    manners = HttpMiddleware(application, lambda: version[0], MIB)
    ask(manners)
    version[0] = "two"
    ask(manners)
    ask(manners)
    assert len(application.asked) == 2


@pytest.mark.parametrize(
    "header",
    [
        ("Cache-Control", "no-store"),
        ("Cache-Control", "private, max-age=60"),
        ("Vary", "Cookie"),
        ("Vary", "Accept, Accept-Language"),
        ("Vary", "*"),
        ("Set-Cookie", "name=value"),
    ],
)
def test_an_answer_that_may_be_another_one_next_time_is_not_kept(header):
    application = sized(b"text", header)
    manners = in_front_of(application)
    ask(manners)
    ask(manners)
    assert len(application.asked) == 2


def test_the_cache_stays_within_its_bytes_and_drops_what_was_asked_for_longest_ago():
    application = sized(b"x" * 20_000)
    manners = in_front_of(application, 10 * (20_000 + OVERHEAD_BYTES))
    for number in range(50):
        ask(manners, f"/{number}")
        ask(manners, "/0")
        assert manners.cache.bytes_used <= 10 * (20_000 + OVERHEAD_BYTES)
    assert len(application.asked) == 50
    ask(manners, "/1")
    assert len(application.asked) == 51


def test_no_answer_takes_more_than_its_share_of_the_cache():
    application = sized(b"x" * (MIB // 4))
    manners = in_front_of(application)
    ask(manners)
    assert manners.cache.bytes_used == 0 and len(ask(manners)[2]) == MIB // 4


def test_a_long_question_counts_towards_the_size():
    manners = in_front_of(sized(b"x"))
    for number in range(60):
        body = b"#" * 50_000 + str(number).encode()
        ask(
            manners,
            "/sparql",
            "POST",
            body,
            CONTENT_TYPE="application/sparql-query",
            CONTENT_LENGTH=str(len(body)),
        )
    assert 0 < manners.cache.bytes_used <= MIB


@pytest.mark.parametrize("length", ["", "many", "-1", str(10 * MIB)])
def test_a_post_of_no_or_too_great_length_is_passed_on_as_it_is(length):
    application = sized(b"x")
    headers = {"CONTENT_TYPE": "application/sparql-query", "CONTENT_LENGTH": length}
    ask(in_front_of(application), "/sparql", "POST", b"ASK {}", **headers)
    assert application.asked[0]["wsgi.input"].read() == b"ASK {}"


def test_the_application_reads_the_question_that_the_key_was_made_of():
    application = sized(b"x")
    headers = {"CONTENT_TYPE": "application/sparql-query", "CONTENT_LENGTH": "6"}
    ask(in_front_of(application), "/sparql", "POST", b"ASK {}", **headers)
    assert application.asked[0]["wsgi.input"].read() == b"ASK {}"


def test_a_body_of_unknown_length_is_passed_on_in_chunks_compressed_and_closed():
    application = Application([b"line\n" * 1000] * 3)
    manners = in_front_of(application)
    status, headers, body = ask(manners, ACCEPT_ENCODING="gzip")
    assert status == "200 OK" and headers["Content-Encoding"] == "gzip" and 0 < len(body) < 1000
    assert not {"Content-Length", "ETag"} & set(headers)
    assert application.closed == 1
    ask(manners, ACCEPT_ENCODING="gzip")
    assert len(application.asked) == 2


def test_a_large_file_stays_resumable():
    size = 20 * MIB
    application = Application([b"x" * MIB] * 20, headers=[("Content-Length", str(size)), ("Accept-Ranges", "bytes")])
    _, headers, body = ask(in_front_of(application), ACCEPT_ENCODING="gzip")
    assert "Content-Encoding" not in headers and headers["Accept-Ranges"] == "bytes" and len(body) == size


def test_a_part_of_a_file_is_passed_on_as_it_is():
    application = Application(
        [b"x" * 5000], "206 Partial Content", [("Content-Length", "5000"), ("Content-Range", "bytes 0-4999/9999")]
    )
    conditions = {"RANGE": "bytes=0-4999", "IF_NONE_MATCH": '"tag"'}
    status, headers, body = ask(in_front_of(application), ACCEPT_ENCODING="gzip", **conditions)
    assert status.startswith("206") and len(body) == 5000 and "Content-Encoding" not in headers
    assert application.asked[0]["HTTP_IF_NONE_MATCH"] == '"tag"'


def test_a_large_body_whose_tag_the_client_has_is_not_read():
    application = Application(
        [b"x"], headers=[("Content-Length", str(20 * MIB)), ("ETag", '"tag"'), ("Accept-Ranges", "bytes")]
    )
    status, headers, body = ask(in_front_of(application), IF_NONE_MATCH='"tag"')
    assert status.startswith("304") and body == b"" and headers["ETag"] == '"tag"' and application.closed == 1


def test_a_body_that_is_to_arrive_as_it_is_is_not_compressed():
    _, headers, body = ask(
        in_front_of(sized(b"x" * 5000, ("Cache-Control", "no-transform"), ("Accept-Ranges", "bytes"))),
        ACCEPT_ENCODING="br",
    )
    assert len(body) == 5000 and headers["Accept-Ranges"] == "bytes" and "Content-Encoding" not in headers


def test_pictures_and_encoded_bodies_are_not_compressed():
    for header in (("Content-Type", "image/png"), ("Content-Encoding", "br")):
        application = sized(b"x" * 5000)
        application.headers = [*[h for h in application.headers if h[0] != header[0]], header]
        _, headers, body = ask(in_front_of(application), ACCEPT_ENCODING="gzip")
        assert len(body) == 5000 and headers.get("Content-Encoding") in (None, "br")


def test_a_header_that_the_application_sets_is_kept():
    application = sized(b"x", ("Content-Security-Policy", "default-src 'none'"), ("Cache-Control", "max-age=60"))
    headers = ask(in_front_of(application))[1]
    assert headers["Content-Security-Policy"] == "default-src 'none'" and headers["Cache-Control"] == "max-age=60"


def test_a_header_that_comes_twice_is_joined():
    headers = ask(in_front_of(sized(b"x", ("Link", "<a>"), ("Link", "<b>"))))[1]
    assert headers["Link"] == "<a>, <b>"


def test_who_watches_is_told_of_every_request():
    seen = []
    manners = in_front_of(sized(b"x"), observe=lambda environ, outcome, status: seen.append((outcome, status)))
    etag = ask(manners)[1]["ETag"]
    ask(manners)
    ask(manners, IF_NONE_MATCH=etag)
    ask(manners, method="DELETE")
    ask(manners, method="OPTIONS", ORIGIN="https://example.org", ACCESS_CONTROL_REQUEST_METHOD="GET")
    assert seen == [("miss", 200), ("hit", 200), ("hit", 304), ("pass", 200), ("pass", 204)]


@pytest.mark.parametrize("name, header", [("ACCEPT", "Accept"), ("ACCEPT_ENCODING", "Accept-Encoding")])
def test_a_header_that_takes_long_to_understand_is_refused_and_not_remembered(name, header):
    application, watched = sized(b"text"), []
    manners = in_front_of(application, observe=lambda environ, outcome, status: watched.append(status))
    before = choose_encoding.cache_info().currsize
    status, headers, body = ask(manners, **{name: "text/html, " * 1000})
    assert status.startswith("431 ") and headers["Content-Type"] == "application/problem+json" and watched == [431]
    assert json.loads(body)["detail"].startswith(f"the header {header} is longer than the 4000 characters")
    assert not application.asked and choose_encoding.cache_info().currsize == before
    assert ask(manners, **{name: "gzip, " * 600})[0] == "200 OK"


def test_hosts_do_not_share_answers():
    application = sized(b"text")
    manners = in_front_of(application)
    for host in ("a", "b", "a"):
        ask(manners, HOST=host)
    assert len(application.asked) == 2


def test_a_head_of_a_kept_answer_has_no_body():
    manners = in_front_of(sized(b"text"))
    ask(manners)
    status, headers, body = ask(manners, method="HEAD")
    assert status == "200 OK" and headers["Content-Length"] == "4" and body == b""


def test_a_part_of_a_kept_answer_is_asked_of_the_application():
    application = sized(b"text")
    manners = in_front_of(application)
    ask(manners)
    ask(manners, RANGE="bytes=0-1")
    assert len(application.asked) == 2


def test_an_error_is_not_kept_even_if_it_says_that_it_may_be():
    application = sized(b"none", ("Cache-Control", "max-age=60"))
    application.status = "404 Not Found"
    manners = in_front_of(application)
    assert [ask(manners)[0] for _ in range(2)] == ["404 Not Found"] * 2
    assert len(application.asked) == 2


def test_one_body_of_two_media_types_is_two_questions():
    application = sized(b"x")
    manners = in_front_of(application)
    for media_type in ("application/sparql-query", "application/x-www-form-urlencoded"):
        ask(manners, "/sparql", "POST", b"query=", CONTENT_TYPE=media_type, CONTENT_LENGTH="6")
    assert len(application.asked) == 2


def test_a_compressed_body_does_not_offer_parts_nor_the_length_it_had():
    small = sized(b"line\n" * 1000, ("Accept-Ranges", "bytes"))
    _, headers, body = ask(in_front_of(small), ACCEPT_ENCODING="gzip")
    assert "Accept-Ranges" not in headers and headers["Content-Length"] == str(len(body))
    large = Application([b"line\n" * 1000] * 4000, headers=[("Content-Length", str(20_000_000))])
    _, headers, body = ask(in_front_of(large), ACCEPT_ENCODING="gzip")
    assert headers["Content-Encoding"] == "gzip" and "Content-Length" not in headers and len(body) < 1_000_000
