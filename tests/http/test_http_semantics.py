"""HTTP semantics of a real server process: conditional requests, cache, compression, HEAD, CORS, default headers."""

import json
import socket
import zlib
from urllib.parse import urlsplit

import brotli
import pytest
import requests
import zstandard
from servers import MAX_WAIT_S, PROJECT, running_server

LONG = "SELECT ?claim ?count { ?claim sjkg:countExact ?count } ORDER BY ?claim"
SHORT = "ASK { ?battle a sjkg:Battle }"
OF_EACH_REQUEST = ("server-timing", "date", "x-request-id")
BROKEN = "SELECT"
BUNDLE = PROJECT / "src" / "sjkg" / "web" / "static" / "bundle"
DECODERS = {
    "gzip": lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16),
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
PAGES = ("/", "/sparql?query=ASK%7B%7D", "/questions/events-in-order", "/static/style.css", "/health")


@pytest.fixture
def fetch(server):
    """Send a request; `sent` of the response is the body before decompression."""

    def send(path="/sparql", query=None, method="GET", encoding="identity", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = requests.request(
            method,
            server + path,
            params={"query": query} if query else None,
            headers={"Accept-Encoding": encoding, **named},
            timeout=20,
            stream=True,
            allow_redirects=False,
        )
        response.sent = response.raw.read(decode_content=False)
        return response

    return send


def cache_said(response) -> str:
    return response.headers["Server-Timing"].partition(",")[0]


def test_a_repeated_request_gets_the_same_bytes_from_the_cache(fetch):
    first = fetch(query=f"{LONG} LIMIT 7")
    again = fetch(query=f"{LONG} LIMIT 7")
    assert cache_said(first) == "cache;desc=miss" and cache_said(again) == "cache;desc=hit"
    assert again.sent == first.sent
    assert {n: v for n, v in again.headers.items() if n not in OF_EACH_REQUEST} == {
        n: v for n, v in first.headers.items() if n not in OF_EACH_REQUEST
    }


def test_requests_that_differ_in_a_relevant_header_do_not_share_a_response(fetch):
    table, text = fetch(query=LONG, Accept="text/csv"), fetch(query=LONG, Accept="application/sparql-results+json")
    assert table.headers["Content-Type"].startswith("text/csv") and json.loads(text.sent)
    assert table.headers["ETag"] != text.headers["ETag"]
    assert "Accept" in table.headers["Vary"].split(", ") and "Accept-Encoding" in table.headers["Vary"].split(", ")
    assert fetch(query=f"{LONG} LIMIT 1").sent != fetch(query=f"{LONG} LIMIT 2").sent


def test_a_posted_query_is_cached_under_its_body(server):
    answers = [
        requests.post(f"{server}/sparql", data={"query": f"{LONG} LIMIT {limit}"}, timeout=20) for limit in (3, 3, 4)
    ]
    assert [cache_said(answer) for answer in answers] == [f"cache;desc={said}" for said in ("miss", "hit", "miss")]
    assert [len(answer.json()["results"]["bindings"]) for answer in answers] == [3, 3, 4]
    direct = requests.post(
        f"{server}/sparql", data=f"{LONG} LIMIT 3", headers={"Content-Type": "application/sparql-query"}, timeout=20
    )
    assert direct.json() == answers[0].json()


def test_the_response_to_a_posted_query_has_no_etag(server):
    answer = requests.post(f"{server}/sparql", data={"query": SHORT}, headers={"If-None-Match": "*"}, timeout=20)
    assert answer.status_code == 200 and "ETag" not in answer.headers


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "nOw ( )"])
def test_results_of_nondeterministic_functions_are_not_cached(fetch, call):
    first, second = (fetch(query=f"SELECT ({call} AS ?value) {{}}") for _ in range(2))
    assert first.status_code == 200 and first.sent != second.sent
    assert second.headers["Cache-Control"] == "no-store" and "ETag" not in second.headers


def test_a_nondeterministic_function_that_only_the_query_parser_finds_is_not_cached(fetch):
    first, second = (fetch(query="SELECT ?r { FILTER(1<2)BIND(RAND()AS?r)#>\n}") for _ in range(2))
    assert first.status_code == 200 and first.sent != second.sent


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/sparql?format=csv", "/sparql.json?format=csv"])
def test_the_body_of_a_get_is_ignored(server, method, path):
    other = "&other=" + method  # an address of its own, that nothing is kept of
    sent = {"Content-Type": "application/sparql-query"}
    answers = [
        requests.request(method, server + path + other, data=body, headers=headers, timeout=20)
        for body, headers in ((b"SELECT (1 AS ?x) {}", sent), (None, {}))
    ]
    assert [answer.status_code for answer in answers] == [400, 400]


def test_a_query_with_a_variable_named_now_is_cached(fetch):
    query = 'SELECT ?now { VALUES ?now { "RAND() NOW()" } }'
    assert [cache_said(fetch(query=query)) for _ in range(2)] == ["cache;desc=miss", "cache;desc=hit"]


def test_errors_are_not_cached(fetch):
    for path, query in (("/sparql", BROKEN), ("/nothing/here", None)):
        answers = [fetch(path, query) for _ in range(2)]
        assert all(answer.status_code >= 400 for answer in answers)
        assert [cache_said(answer) for answer in answers] == ["cache;desc=miss"] * 2
        assert answers[0].headers["Cache-Control"] == "no-store" and "ETag" not in answers[0].headers


def test_health_is_not_cached(fetch):
    assert [cache_said(fetch("/health")) for _ in range(2)] == ["cache;desc=miss"] * 2


def test_a_cache_of_size_zero_stores_nothing(snapshots, snapshot):
    with running_server("--snapshots", str(snapshots), "--cache-mib", "0") as address:
        answers = [requests.get(f"{address}/sparql", params={"query": SHORT}, timeout=20) for _ in range(2)]
    assert [cache_said(answer) for answer in answers] == ["cache;desc=miss"] * 2
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_an_etag_is_the_same_after_a_restart(fetch, snapshots):
    with running_server("--snapshots", str(snapshots)) as address:
        other = requests.get(
            f"{address}/sparql", params={"query": LONG}, headers={"Accept-Encoding": "identity"}, timeout=20
        )
    assert other.headers["ETag"] == fetch(query=LONG).headers["ETag"]


@pytest.mark.parametrize("path", PAGES[:-1])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_matching_etag_gets_304_without_a_body(fetch, path, form):
    whole = fetch(path)
    assert whole.status_code == 200 and whole.headers["ETag"].startswith('"')
    short = fetch(path, If_None_Match=form.format(whole.headers["ETag"]))
    assert short.status_code == 304 and short.sent == b""
    for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
        assert short.headers.get(name) == whole.headers.get(name)
    assert not {"Content-Length", "Content-Type", "Content-Encoding"} & set(short.headers)


def test_a_304_does_not_depend_on_the_cache(fetch):
    query = f"{LONG} LIMIT 11"
    whole = fetch(query=query)
    assert fetch(query=query, If_None_Match=whole.headers["ETag"]).status_code == 304
    other = fetch(query=f"{query} ", If_None_Match=whole.headers["ETag"])
    assert cache_said(other) == "cache;desc=miss" and other.status_code == 304


def test_another_etag_gets_the_whole_response(fetch):
    assert fetch(query=LONG, If_None_Match='"other"').status_code == 200
    assert fetch(query=LONG, If_None_Match="nonsense, W/").status_code == 200


def test_a_file_not_modified_since_a_date_gets_304(fetch):
    whole = fetch("/static/style.css")
    assert fetch("/static/style.css", If_Modified_Since=whole.headers["Last-Modified"]).status_code == 304
    assert fetch("/static/style.css", If_Modified_Since="Mon, 01 Jan 1990 00:00:00 GMT").status_code == 200


@pytest.mark.parametrize("encoding", DECODERS)
def test_a_long_text_is_compressed_in_the_accepted_encoding(fetch, encoding):
    query = f"{LONG} LIMIT 999"
    plain, sent = fetch(query=query), [fetch(query=query, encoding=encoding) for _ in range(2)]
    for answer in sent:
        assert answer.headers["Content-Encoding"] == encoding
        assert int(answer.headers["Content-Length"]) == len(answer.sent) < len(plain.sent) / 3
        assert DECODERS[encoding](answer.sent) == plain.sent
        assert answer.headers["ETag"] == f'{plain.headers["ETag"][:-1]}-{encoding}"'
    assert [cache_said(answer) for answer in sent] == ["cache;desc=miss", "cache;desc=hit"]


@pytest.mark.parametrize(
    "accepted, expected",
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("*", "zstd"),
        ("zstd;q=0, br;q=0, *;q=0.1", "gzip"),
        ("deflate, compress", None),
        ("gzip;q=0", None),
        ("", None),
    ],
)
def test_the_encoding_is_the_one_the_request_weighs_highest(fetch, accepted, expected):
    assert fetch(query=LONG, encoding=accepted).headers.get("Content-Encoding") == expected


def test_a_short_response_is_not_compressed(fetch):
    answer = fetch(query=SHORT, encoding="gzip, br, zstd")
    assert "Content-Encoding" not in answer.headers and len(answer.sent) < 1024


def test_the_etag_of_one_encoding_does_not_match_another(fetch):
    compressed = fetch(query=LONG, encoding="br")
    assert fetch(query=LONG, If_None_Match=compressed.headers["ETag"]).status_code == 200
    assert fetch(query=LONG, encoding="br", If_None_Match=compressed.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("encoding", ["identity", "br"])
@pytest.mark.parametrize("path", [*PAGES, "/nothing/here", "/sparql?query=SELECT"])
def test_head_has_the_headers_of_get(fetch, path, encoding):
    get, head = (fetch(path, method=method, encoding=encoding) for method in ("GET", "HEAD"))
    assert head.status_code == get.status_code and head.sent == b""
    for name in ("Content-Type", "Content-Length", "Content-Encoding", "ETag", "Vary", "Cache-Control"):
        assert head.headers.get(name) == get.headers.get(name), name
    assert int(head.headers["Content-Length"]) == len(get.sent)


def test_a_cached_head_does_not_become_an_empty_get(fetch):
    query = f"{LONG} LIMIT 13"
    head, get = (fetch(query=query, method=method) for method in ("HEAD", "GET"))
    assert head.sent == b"" and len(get.sent) == int(head.headers["Content-Length"]) > 100


@pytest.mark.parametrize("path", ["/sparql", "/", "/nothing/here"])
def test_every_path_answers_a_cors_preflight(fetch, path):
    asked = {"Origin": "https://example.org", "Access_Control_Request_Method": "POST"}
    answer = fetch(path, method="OPTIONS", Access_Control_Request_Headers="content-type, x-anything", **asked)
    assert answer.status_code == 204 and answer.sent == b""
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "*"
    assert int(answer.headers["Access-Control-Max-Age"]) > 600


def test_options_without_preflight_headers_lists_the_methods(fetch):
    allowed = fetch(method="OPTIONS").headers["Allow"].split(", ")
    assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(allowed)


@pytest.mark.parametrize(
    "method, path",
    [
        *(("GET", path) for path in PAGES),
        ("GET", "/nothing/here"),
        ("GET", "/sparql?query=SELECT"),
        ("GET", "/sparql?query=SELECT*%7BSERVICE<http://x>%7B%7D%7D"),
        ("PUT", "/sparql"),
        ("POST", "/sparql"),
        ("POST", "/health"),
        ("OPTIONS", "/sparql"),
    ],
)
def test_every_response_has_cors_and_security_headers(fetch, method, path):
    answer = fetch(path, method=method, Origin="https://example.org")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Expose-Headers"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Cache-Control" in answer.headers


def test_a_problem_response_has_vary(fetch):
    answer = fetch(query=BROKEN, encoding="br")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Accept" in answer.headers["Vary"].split(", ")


def test_a_dump_is_sent_whole_for_head_and_not_at_all_when_a_precondition_fails(fetch):
    whole = fetch("/dumps/sjkg.nt", method="HEAD", Range="bytes=0-9")
    assert whole.status_code == 200 and int(whole.headers["Content-Length"]) > 10_000
    assert fetch("/dumps/sjkg.nt", Range="bytes=0-9", If_Match=whole.headers["ETag"]).status_code == 206
    refused = fetch("/dumps/sjkg.nt", If_Match='"other"')
    assert refused.status_code == 412 and len(refused.sent) < 1000
    assert fetch("/dumps/sjkg.nt", Range="bytes=0-9", If_Match='"other"').status_code == 412


def test_if_unmodified_since_is_regarded_only_where_there_is_a_date(fetch):
    date = "Mon, 01 Jan 1990 00:00:00 GMT"
    assert fetch("/static/style.css", If_Unmodified_Since=date).status_code == 412
    assert fetch("/dumps/sjkg.nt", If_Unmodified_Since=date).status_code == 200  # RFC 9110 §13.1.4: ignored


@pytest.mark.parametrize("path", ["/sparql", "/validate", "/reconcile"])
def test_bodies_in_other_types_and_codings_get_415(server, path):
    compressed = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
    for headers in (compressed, {"Content-Type": "application/json"}):
        answer = requests.post(server + path, data=b"queries={}", headers=headers, timeout=20)
        assert answer.status_code == 415 and answer.json()["detail"]


def test_a_request_target_without_a_path_is_refused_without_a_redirect(server):
    address = urlsplit(server)
    for target in ("evil:80", "health"):
        with socket.create_connection((address.hostname, address.port), timeout=MAX_WAIT_S) as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            assert connection.makefile("rb").readline().split()[1] == b"400"


CHUNKED = (
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n"
)


def send_raw(server: str, request: bytes, *, ends: bool = False) -> bytes:
    """Send bytes over a new connection and return the response, or b"" if the connection is reset.

    ends: whether to close the sending side afterwards.
    """
    address = urlsplit(server)
    with socket.create_connection((address.hostname, address.port), timeout=MAX_WAIT_S) as connection:
        try:
            connection.sendall(request)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read()
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "body, status",
    [
        (b"6\r\nASK {}\r\n0\r\n\r\n", b"200"),
        (b"".join(b"1\r\n%c\r\n" % byte for byte in b"ASK {}") + b"0\r\n\r\n", b"200"),
        (b"6\r\nASK {}\r\n", b"400"),
        (b"5\r\nASK {}\r\n0\r\n\r\n", b"400"),
        (b"6\r\nASK {}\r\nzz\r\n", b"400"),
        (b"0\r\n\r\n", b"400"),
        (b"200000\r\n" + b"#" * 0x200000 + b"\r\n0\r\n\r\n", b"413"),
    ],
    ids=["whole", "in small chunks", "without last chunk", "malformed", "malformed size", "empty", "large"],
)
def test_a_chunked_body_is_evaluated_only_when_it_is_complete(server, body, status):
    answer = send_raw(server, CHUNKED + b"Connection: close\r\n\r\n" + body, ends=not body.endswith(b"0\r\n\r\n"))
    assert answer.split()[1] == status


def test_an_endless_chunked_body_is_cut_off(server):
    chunk = b"10000\r\n" + b"#" * 0x10000 + b"\r\n"
    assert not send_raw(server, CHUNKED + b"\r\n" + chunk * 2000)


def test_options_of_the_whole_server_lists_the_methods(server):
    answer = send_raw(server, b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").lower()
    assert answer.startswith(b"http/1.1 204") and b"\r\nallow: get, head, post, options\r\n" in answer


def test_large_scripts_are_sent_as_the_build_compressed_them(fetch):
    script = max(BUNDLE.glob("*.js"), key=lambda path: path.stat().st_size)
    best, fast = (fetch(f"/static/bundle/{script.name}", encoding=encoding) for encoding in ("gzip, br, zstd", "zstd"))
    assert best.headers["Content-Encoding"] == "br" and fast.headers["Content-Encoding"] == "zstd"
    assert brotli.decompress(best.sent) == DECODERS["zstd"](fast.sent) == script.read_bytes()
    assert len(best.sent) < 0.95 * len(fast.sent)
    assert best.headers["Content-Type"] == fast.headers["Content-Type"] and "Accept-Encoding" in best.headers["Vary"]
    assert fetch(f"/static/bundle/{script.name}", encoding="br;q=0, gzip").headers["Content-Encoding"] == "gzip"
