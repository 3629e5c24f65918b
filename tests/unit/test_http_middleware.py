"""The HTTP middleware in front of minimal WSGI applications."""

import errno
import io
import json
import os
import threading

import pytest
from servers import MAX_WAIT_S, wait_for

from sjkg.core.errors import UnusableSnapshot
from sjkg.web.http.access_log import RECORD, RequestRecord
from sjkg.web.http.cache import OVERHEAD_BYTES
from sjkg.web.http.connection import RequestBodyReader
from sjkg.web.http.middleware import HttpMiddleware
from sjkg.web.http.problem import to_problem
from sjkg.web.http.request_checks import check_request
from sjkg.web.http.response import choose_encoding

MIB = 1024 * 1024


class Application:
    """A WSGI application that sends the same response to every request, and records the requests."""

    def __init__(self, body=(b"text",), status="200 OK", headers=()):
        self.body, self.status = body, status
        self.headers = [("Content-Type", "text/plain"), *headers]
        self.requests, self.closed = [], 0

    def __call__(self, environ, start_response):
        self.requests.append(environ)
        start_response(self.status, self.headers)
        return self

    def __iter__(self):
        return iter(self.body)

    def close(self):
        self.closed += 1


def sized(body: bytes, *headers) -> Application:
    return Application([body], headers=[("Content-Length", str(len(body))), *headers])


def ask(middleware, path="/", method="GET", body=b"", **headers):
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.partition("?")[0],
        "QUERY_STRING": path.partition("?")[2],
        "wsgi.input": io.BytesIO(body),
        **{name if name.startswith("CONTENT") else f"HTTP_{name}": value for name, value in headers.items()},
    }
    started = []
    chunks = middleware(environ, lambda status, headers, exc_info=None: started.append((status, dict(headers))))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return *started[0], body


def middleware_for(application, cache_bytes=MIB, **options) -> HttpMiddleware:
    return HttpMiddleware(application, lambda: "one", cache_bytes, **options)


def test_a_cached_response_does_not_reach_the_application():
    application = sized(b"text")
    middleware = middleware_for(application)
    assert [ask(middleware)[2] for _ in range(3)] == [b"text"] * 3
    assert len(application.requests) == 1 and application.closed == 1


@pytest.mark.parametrize("header", [{"CONTENT_LENGTH": "4"}, {"TRANSFER_ENCODING": "chunked"}])
def test_a_get_with_a_body_bypasses_the_cache(header):
    application = sized(b"text")
    middleware = middleware_for(application)
    ask(middleware, body=b"body", **header)
    ask(middleware)
    assert len(application.requests) == 2


def test_a_new_snapshot_version_invalidates_the_cache():
    application, version = sized(b"text"), ["one"]
    middleware = HttpMiddleware(application, lambda: version[0], MIB)
    ask(middleware)
    version[0] = "two"
    ask(middleware)
    ask(middleware)
    assert len(application.requests) == 2


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
def test_uncacheable_responses_are_not_cached(header):
    application = sized(b"text", header)
    middleware = middleware_for(application)
    ask(middleware)
    ask(middleware)
    assert len(application.requests) == 2


def test_the_cache_stays_within_its_size_and_evicts_the_least_recently_used_entry():
    application = sized(b"x" * 20_000)
    middleware = middleware_for(application, 10 * (20_000 + OVERHEAD_BYTES))
    for number in range(50):
        ask(middleware, f"/{number}")
        ask(middleware, "/0")
        assert middleware.cache.bytes_used <= 10 * (20_000 + OVERHEAD_BYTES)
    assert len(application.requests) == 50
    ask(middleware, "/1")
    assert len(application.requests) == 51


def test_a_response_larger_than_an_eighth_of_the_cache_is_not_cached():
    application = sized(b"x" * (MIB // 4))
    middleware = middleware_for(application)
    ask(middleware)
    assert middleware.cache.bytes_used == 0 and len(ask(middleware)[2]) == MIB // 4


def test_a_long_query_counts_towards_the_size_of_its_entry():
    middleware = middleware_for(sized(b"x"))
    for number in range(60):
        body = b"#" * 50_000 + str(number).encode()
        ask(
            middleware,
            "/sparql",
            "POST",
            body,
            CONTENT_TYPE="application/sparql-query",
            CONTENT_LENGTH=str(len(body)),
        )
    assert 0 < middleware.cache.bytes_used <= MIB


@pytest.mark.parametrize("length", ["", "many", "-1", str(10 * MIB)])
def test_a_post_without_a_usable_length_keeps_its_body_unread(length):
    application = sized(b"x")
    headers = {"CONTENT_TYPE": "application/sparql-query", "CONTENT_LENGTH": length}
    ask(middleware_for(application), "/sparql", "POST", b"ASK {}", **headers)
    assert application.requests[0]["wsgi.input"].read() == b"ASK {}"


def test_the_application_can_still_read_a_body_that_is_part_of_the_cache_key():
    application = sized(b"x")
    headers = {"CONTENT_TYPE": "application/sparql-query", "CONTENT_LENGTH": "6"}
    ask(middleware_for(application), "/sparql", "POST", b"ASK {}", **headers)
    assert application.requests[0]["wsgi.input"].read() == b"ASK {}"


def test_a_body_of_unknown_length_is_streamed_compressed_and_closed():
    application = Application([b"line\n" * 1000] * 3)
    middleware = middleware_for(application)
    status, headers, body = ask(middleware, ACCEPT_ENCODING="gzip")
    assert status == "200 OK" and headers["Content-Encoding"] == "gzip" and 0 < len(body) < 1000
    assert not {"Content-Length", "ETag"} & set(headers)
    assert application.closed == 1
    ask(middleware, ACCEPT_ENCODING="gzip")
    assert len(application.requests) == 2


def test_a_large_file_that_accepts_ranges_is_not_compressed():
    size = 20 * MIB
    application = Application([b"x" * MIB] * 20, headers=[("Content-Length", str(size)), ("Accept-Ranges", "bytes")])
    _, headers, body = ask(middleware_for(application), ACCEPT_ENCODING="gzip")
    assert "Content-Encoding" not in headers and headers["Accept-Ranges"] == "bytes" and len(body) == size


def test_a_partial_response_is_not_changed():
    application = Application(
        [b"x" * 5000], "206 Partial Content", [("Content-Length", "5000"), ("Content-Range", "bytes 0-4999/9999")]
    )
    conditions = {"RANGE": "bytes=0-4999", "IF_NONE_MATCH": '"tag"'}
    status, headers, body = ask(middleware_for(application), ACCEPT_ENCODING="gzip", **conditions)
    assert status.startswith("206") and len(body) == 5000 and "Content-Encoding" not in headers
    assert application.requests[0]["HTTP_IF_NONE_MATCH"] == '"tag"'


def test_a_large_body_with_a_matching_etag_is_not_read():
    application = Application(
        [b"x"], headers=[("Content-Length", str(20 * MIB)), ("ETag", '"tag"'), ("Accept-Ranges", "bytes")]
    )
    status, headers, body = ask(middleware_for(application), IF_NONE_MATCH='"tag"')
    assert status.startswith("304") and body == b"" and headers["ETag"] == '"tag"' and application.closed == 1


def test_a_no_transform_response_is_not_compressed():
    _, headers, body = ask(
        middleware_for(sized(b"x" * 5000, ("Cache-Control", "no-transform"), ("Accept-Ranges", "bytes"))),
        ACCEPT_ENCODING="br",
    )
    assert len(body) == 5000 and headers["Accept-Ranges"] == "bytes" and "Content-Encoding" not in headers


def test_images_and_encoded_bodies_are_not_compressed():
    for header in (("Content-Type", "image/png"), ("Content-Encoding", "br")):
        application = sized(b"x" * 5000)
        application.headers = [*[h for h in application.headers if h[0] != header[0]], header]
        _, headers, body = ask(middleware_for(application), ACCEPT_ENCODING="gzip")
        assert len(body) == 5000 and headers.get("Content-Encoding") in (None, "br")


def test_headers_set_by_the_application_replace_the_defaults():
    application = sized(b"x", ("Content-Security-Policy", "default-src 'none'"), ("Cache-Control", "max-age=60"))
    headers = ask(middleware_for(application))[1]
    assert headers["Content-Security-Policy"] == "default-src 'none'" and headers["Cache-Control"] == "max-age=60"


def test_repeated_headers_are_joined_with_a_comma():
    headers = ask(middleware_for(sized(b"x", ("Link", "<a>"), ("Link", "<b>"))))[1]
    assert headers["Link"] == "<a>, <b>"


def test_the_observer_is_called_once_for_every_request():
    seen = []
    middleware = middleware_for(sized(b"x"), observe=lambda environ, outcome, status: seen.append((outcome, status)))
    etag = ask(middleware)[1]["ETag"]
    ask(middleware)
    ask(middleware, IF_NONE_MATCH=etag)
    ask(middleware, method="DELETE")
    ask(middleware, method="OPTIONS", ORIGIN="https://example.org", ACCESS_CONTROL_REQUEST_METHOD="GET")
    assert seen == [("miss", 200), ("hit", 200), ("hit", 304), ("pass", 200), ("pass", 204)]


@pytest.mark.parametrize("name, header", [("ACCEPT", "Accept"), ("ACCEPT_ENCODING", "Accept-Encoding")])
def test_a_negotiation_header_that_is_too_long_is_refused_before_it_is_parsed(name, header):
    application, watched = sized(b"text"), []
    middleware = middleware_for(application, observe=lambda environ, outcome, status: watched.append(status))
    before = choose_encoding.cache_info().currsize
    status, headers, body = ask(middleware, **{name: "text/html, " * 1000})
    assert status.startswith("431 ") and headers["Content-Type"] == "application/problem+json" and watched == [431]
    assert json.loads(body)["detail"].startswith(f"the header {header} is longer than the 4000 characters")
    assert not application.requests and choose_encoding.cache_info().currsize == before
    assert ask(middleware, **{name: "gzip, " * 600})[0] == "200 OK"


def test_hosts_do_not_share_cached_responses():
    application = sized(b"text")
    middleware = middleware_for(application)
    for host in ("a", "b", "a"):
        ask(middleware, HOST=host)
    assert len(application.requests) == 2


def test_head_of_a_cached_response_has_no_body():
    middleware = middleware_for(sized(b"text"))
    ask(middleware)
    status, headers, body = ask(middleware, method="HEAD")
    assert status == "200 OK" and headers["Content-Length"] == "4" and body == b""


def test_a_range_request_bypasses_the_cache():
    application = sized(b"text")
    middleware = middleware_for(application)
    ask(middleware)
    ask(middleware, RANGE="bytes=0-1")
    assert len(application.requests) == 2


def test_an_error_is_not_cached_even_with_max_age():
    application = sized(b"none", ("Cache-Control", "max-age=60"))
    application.status = "404 Not Found"
    middleware = middleware_for(application)
    assert [ask(middleware)[0] for _ in range(2)] == ["404 Not Found"] * 2
    assert len(application.requests) == 2


def test_the_media_type_of_a_posted_body_is_part_of_the_cache_key():
    application = sized(b"x")
    middleware = middleware_for(application)
    for media_type in ("application/sparql-query", "application/x-www-form-urlencoded"):
        ask(middleware, "/sparql", "POST", b"query=", CONTENT_TYPE=media_type, CONTENT_LENGTH="6")
    assert len(application.requests) == 2


def test_a_compressed_body_has_neither_accept_ranges_nor_the_old_length():
    small = sized(b"line\n" * 1000, ("Accept-Ranges", "bytes"))
    _, headers, body = ask(middleware_for(small), ACCEPT_ENCODING="gzip")
    assert "Accept-Ranges" not in headers and headers["Content-Length"] == str(len(body))
    large = Application([b"line\n" * 1000] * 4000, headers=[("Content-Length", str(20_000_000))])
    _, headers, body = ask(middleware_for(large), ACCEPT_ENCODING="gzip")
    assert headers["Content-Encoding"] == "gzip" and "Content-Length" not in headers and len(body) < 1_000_000


def test_a_request_with_too_many_parameters_is_refused_before_they_are_parsed():
    application = RequestBodyReader(sized(b"text"), MIB)
    form = {"CONTENT_TYPE": "Application/X-WWW-form-urlencoded"}
    for count, expected in ((1000, "200 OK"), (1001, "400 BAD REQUEST")):
        parameters = "&".join("a" * count)
        posted = parameters.encode()
        for answer in (
            ask(application, path=f"/?{parameters}"),
            ask(application, method="POST", body=posted, CONTENT_LENGTH=str(len(posted)), **form),
            ask(application, method="POST", body=posted, TRANSFER_ENCODING="chunked", **form),
        ):
            assert answer[0] == expected
            assert count == 1000 or b"more than 1,000 parameters" in answer[2]
    assert (
        ask(application, method="POST", body=b"&" * 2000, CONTENT_LENGTH="2000", CONTENT_TYPE="text/turtle")[0]
        == "200 OK"
    )


HTTP_1_1 = {
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "example.org:80",
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/events",
}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, None),
        ({"HTTP_HOST": "[::1]:8000"}, None),
        ({"HTTP_HOST": ""}, 400),
        ({"HTTP_HOST": "a,b"}, 400),
        ({"HTTP_HOST": "a/b"}, 400),
        ({"HTTP_HOST": "a@b"}, 400),
        ({"HTTP_HOST": "", "SERVER_PROTOCOL": "HTTP/1.0"}, None),
        ({"PATH_INFO": ""}, 400),
        ({"PATH_INFO": "*"}, 400),
        ({"PATH_INFO": "*", "REQUEST_METHOD": "OPTIONS"}, None),
        ({"REQUEST_METHOD": "POST", "HTTP_CONTENT_ENCODING": "gzip"}, 415),
        ({"REQUEST_METHOD": "POST", "HTTP_CONTENT_ENCODING": "Identity"}, None),
        ({"HTTP_ACCEPT": "a" * 4001}, 431),
    ],
)
def test_a_request_that_http_forbids_is_refused(changes, status):
    problem = check_request({**HTTP_1_1, **changes})
    assert (problem and problem.status) == status


def test_range_is_ignored_except_for_get_and_upgrade_always():
    sent = {"HTTP_RANGE": "bytes=0-1", "HTTP_IF_RANGE": '"x"', "HTTP_UPGRADE": "websocket"}
    for method, expected in (("GET", {"HTTP_RANGE", "HTTP_IF_RANGE"}), ("HEAD", set()), ("POST", set())):
        environ = {**HTTP_1_1, **sent, "REQUEST_METHOD": method}
        assert check_request(environ) is None
        assert set(sent) & set(environ) == expected


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ({"IF_MATCH": "*"}, "200"),
        ({"IF_MATCH": '"other", "one"'}, "200"),
        ({"IF_MATCH": '"other"'}, "412"),
        ({"IF_MATCH": 'W/"one"'}, "412"),
        ({"IF_MATCH": '"other"', "IF_NONE_MATCH": '"one"'}, "412"),
        ({"IF_MATCH": '"one"', "IF_NONE_MATCH": '"one"'}, "304"),
        ({"IF_UNMODIFIED_SINCE": "Mon, 01 Jan 1990 00:00:00 GMT"}, "412"),
        ({"IF_UNMODIFIED_SINCE": "Sat, 02 Jan 2000 00:00:00 GMT"}, "200"),
        ({"IF_UNMODIFIED_SINCE": "nonsense"}, "200"),
        ({"IF_MATCH": '"one"', "IF_UNMODIFIED_SINCE": "Mon, 01 Jan 1990 00:00:00 GMT"}, "200"),
    ],
)
def test_a_precondition_that_fails_gets_412_cached_or_not(conditions, status, method):
    application = sized(b"text", ("ETag", '"one"'), ("Last-Modified", "Sat, 01 Jan 2000 00:00:00 GMT"))
    middleware = middleware_for(application)
    for _ in range(2):
        sent, headers, body = ask(middleware, method=method, **conditions)
        assert sent[:3] == status
        assert ask(middleware)[2] == b"text"
        if status == "412":
            assert headers["Cache-Control"] == "no-store" and (b"If-Match" in body) == (method == "GET")


def test_preconditions_do_not_apply_to_errors_and_posts():
    broken = middleware_for(Application(status="404 NOT FOUND"))
    assert ask(broken, IF_MATCH='"other"')[0] == "404 NOT FOUND"
    assert ask(middleware_for(sized(b"text")), method="POST", IF_MATCH='"other"')[0] == "200 OK"


def test_a_precondition_of_a_part_applies_to_the_whole():
    application = Application([b"te"], "206 PARTIAL CONTENT", [("ETag", '"one"'), ("Content-Length", "2")])
    assert ask(middleware_for(application), RANGE="bytes=0-1", IF_MATCH='"other"')[0][:3] == "412"
    assert ask(middleware_for(application), RANGE="bytes=0-1", IF_MATCH='"one"')[0][:3] == "206"


def test_a_body_shorter_than_its_content_length_is_refused():
    application = Application()
    reader = RequestBodyReader(application, MIB)
    status, _, body = ask(reader, method="POST", body=b"queries={}", CONTENT_LENGTH="100")
    assert (
        status == "400 BAD REQUEST" and "10 bytes, fewer than its Content-Length of 100" in json.loads(body)["detail"]
    )
    assert ask(reader, method="POST", body=b"queries={}", CONTENT_LENGTH="10")[0] == "200 OK"
    assert len(application.requests) == 1


def test_an_unusable_snapshot_is_503_with_retry_after():
    problem = to_problem(
        UnusableSnapshot("the snapshot was deleted"), {RECORD: RequestRecord("id-1"), "PATH_INFO": "/"}
    )
    assert problem.status == 503 and int(problem.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "error, status",
    [
        *((OSError(number, os.strerror(number)), 503) for number in (errno.EMFILE, errno.EAGAIN, errno.ENOSPC)),
        *((OSError(number, os.strerror(number)), 503) for number in (errno.EIO, errno.ENOENT, errno.EACCES)),
        (MemoryError("no memory"), 503),
        (ValueError("a fault"), 500),
    ],
    ids=str,
)
def test_a_lack_of_resources_is_503_with_its_reason_and_any_other_unexpected_error_500(error, status):
    record = RequestRecord("id-1")
    problem = to_problem(error, {RECORD: record, "PATH_INFO": "/"})
    assert problem.status == status and record.error == type(error).__name__
    if status == 503:
        reason = getattr(error, "strerror", None) or str(error)
        assert reason in problem.detail and "again later" in problem.detail and problem.headers["Retry-After"] == "1"


class SlowApplication(Application):
    """An application whose first requests wait until `release` is set, and whose responses are given in turn.

    statuses: of the first responses; an exception is raised. The last one is given again and again.
    """

    def __init__(self, *statuses, **options):
        super().__init__([b"text"], headers=[("Content-Length", "4"), *options.get("headers", ())])
        self.statuses, self.release, self.lock = list(statuses), threading.Event(), threading.Lock()

    def __call__(self, environ, start_response):
        with self.lock:
            self.requests.append(environ)
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        self.release.wait(MAX_WAIT_S)
        if isinstance(status, Exception):
            raise status
        start_response(status, self.headers)
        return [b"text"]


GONE, BUSY = "408 REQUEST TIMEOUT", "429 TOO MANY REQUESTS"


@pytest.mark.parametrize(
    "statuses, headers, requests",
    [
        (["200 OK"], [], 1),
        ([GONE, "200 OK"], [], 2),  # the client of the first one has left
        ([BUSY, GONE, "200 OK"], [], 3),
        (["504 GATEWAY TIMEOUT", "200 OK"], [], 5),  # it would be so for all; each tries on its own
        ([LookupError(), "200 OK"], [], 5),
        (["200 OK"], [("Cache-Control", "no-store")], 5),
    ],
)
def test_equal_requests_at_the_same_time_wait_for_one_of_them(statuses, headers, requests):
    app = SlowApplication(*statuses, headers=headers)
    middleware, answers = HttpMiddleware(app, lambda: "", MIB), []

    def send(method: str) -> None:
        try:
            answers.append(ask(middleware, "/page", method)[0])
        except LookupError:
            answers.append("error")

    threads = [threading.Thread(target=send, args=[method]) for method in ("GET", "GET", "HEAD", "GET", "GET")]
    for thread in threads:
        thread.start()
    wait_for(lambda: middleware.cache._followers == 4 and len(app.requests) == 1)
    app.release.set()
    for thread in threads:
        thread.join()
    failed = [status for status in statuses if status != "200 OK"]
    assert len(app.requests) == requests and answers.count("200 OK") == 5 - len(failed)
    assert not middleware.cache._computations and not middleware.cache._followers


def test_requests_for_other_resources_and_those_beyond_the_limit_do_not_wait(monkeypatch):
    monkeypatch.setattr("sjkg.web.http.cache.MAX_FOLLOWERS", 1)
    app = SlowApplication("200 OK")
    middleware = HttpMiddleware(app, lambda: "", MIB)
    threads = [threading.Thread(target=ask, args=[middleware, path]) for path in ("/a", "/a", "/a", "/b")]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(app.requests) == 3)
    app.release.set()
    for thread in threads:
        thread.join()
    assert len(app.requests) == 3
