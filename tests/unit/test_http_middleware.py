"""The HTTP middleware in front of minimal WSGI applications."""

import io
import json

import pytest

from sjkg.web.http.cache import OVERHEAD_BYTES
from sjkg.web.http.compression import choose_encoding
from sjkg.web.http.middleware import HttpMiddleware

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
        "PATH_INFO": path,
        "QUERY_STRING": "",
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
