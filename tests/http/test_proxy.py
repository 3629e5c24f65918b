"""Tests of the server behind nginx with the configuration in deploy/nginx.conf, at the root of a host and below a path."""

import gzip
import hashlib
import json
import re
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from requests.adapters import HTTPAdapter
from test_addresses import PAGES, TWINS, LinkCollector

from tests.container import find_sandbox, running_container
from tests.proxy import CONFIGURATION, HOST, WHEN_BUSY, below_path, running_proxy
from tests.servers import running_server, wait_for

QUERY = "SELECT ?battle { ?battle a sjkg:Battle } ORDER BY ?battle"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PATIENT = ("--query-deadline-s", "600")  # a query that stops earlier was stopped because its client had left
ADDRESSES = iter(range(10, 250))  # the last byte of loopback addresses, each with a rate limit of its own


@dataclass(frozen=True)
class Site:
    """A site behind the proxy. proxy: the running nginx. path: the path of the site, or "". direct: the server's address."""

    proxy: running_proxy
    path: str
    direct: str

    @property
    def url(self) -> str:
        """The address of the site as the tests reach it, without trailing slash."""
        return self.proxy.url + self.path

    @property
    def public_url(self) -> str:
        """The address of the site that it tells its clients, without trailing slash."""
        return f"https://{HOST}{self.path}"

    def session(self) -> requests.Session:
        """Return an HTTP session with an address of its own."""
        return self.proxy.session(f"127.0.2.{next(ADDRESSES)}")


@pytest.fixture(scope="module", params=["", "/sjkg"], ids=["root", "path"])
def site(request, snapshot, snapshots, tmp_path_factory):
    """The packaged knowledge base behind the proxy: as the container at the root, as a plain process below a path.

    Where bubblewrap cannot be used, it is a plain process at the root, too.
    """
    folder: Path = tmp_path_factory.mktemp("proxy")
    arguments = ("--public-url", f"https://{HOST}{request.param}", *PATIENT)
    configuration = below_path(CONFIGURATION.read_text(encoding="utf-8"), request.param)
    if request.param or not find_sandbox():
        server = running_server("--snapshots", str(snapshots), *arguments)
    else:
        server = running_container(folder, snapshots, *arguments)
    with server as address:
        direct = address.replace("localhost", "127.0.0.1")  # as the container, which listens on 0.0.0.0, is announced
        with running_proxy(direct, folder, configuration) as proxy:
            yield Site(proxy, request.param, direct)


def test_every_page_comes_through_the_proxy_as_the_server_sends_it(site):
    through, direct = site.session(), requests.Session()
    direct.headers["Host"] = HOST
    direct.mount("http://", HTTPAdapter(max_retries=WHEN_BUSY))
    for session in (through, direct):
        session.headers["Accept"] = "text/html"
    links = set()
    for path in (*PAGES, *TWINS):
        expected = direct.get(f"{site.direct}{site.path}{path}", timeout=60)
        response = through.get(site.url + path, timeout=60)
        assert (response.status_code, response.content) == (expected.status_code, expected.content), path
        assert response.headers["Content-Type"] == expected.headers["Content-Type"], path
        assert "Strict-Transport-Security" in response.headers
        if response.headers["Content-Type"].startswith("text/html"):
            collector = LinkCollector()
            collector.feed(response.text)
            links |= {link.partition("#")[0] for link in collector.links if link.startswith("/")}
    by_route = {re.sub(r"[^/?]+$", "", link): link for link in sorted(links)}  # one link of each kind
    assert all(link.startswith(f"{site.path}/") for link in by_route.values())
    statuses = {}
    for number, link in enumerate(by_route.values()):
        session = site.session() if number % 10 == 0 else session  # another address before the rate limit is reached
        statuses[link] = session.get(site.proxy.url + link, headers={"Accept": "text/html"}, timeout=60).status_code
    assert {link: status for link, status in statuses.items() if status not in (200, 400)} == {}


def test_descriptions_name_the_public_address_only(site):
    session = site.session()

    def text(path: str, accept: str = "*/*") -> str:
        return session.get(site.url + path, headers={"Accept": accept}, timeout=60).text

    described = text("/sparql", "application/n-triples")
    assert f"<{site.public_url}/sparql>" in described
    assert f"{site.public_url}/ontology.ttl" in text("/llms.txt")
    manifest = json.loads(text("/reconcile"))
    assert manifest["view"]["url"] == f"{site.public_url}/id/{{{{id}}}}"
    assert manifest["suggest"]["entity"]["service_url"] == site.public_url
    assert json.loads(text("/openapi.json"))["servers"] == [{"url": site.path or "/"}]
    for path in ("/llms.txt", "/reconcile", "/validate", "/dataset.ttl"):
        assert not re.search(r"https?://(localhost|127\.|0\.0\.0\.0)", text(path)), path


def test_redirects_stay_on_the_site(site):
    session = site.session()
    response = session.get(f"{site.url}/id/event/halhamiao-incident", headers={"Accept": "text/html"}, timeout=60)
    assert response.status_code == 200 and response.url == f"{site.url}/page/event/halhamiao-incident"
    plain = f"http://127.0.0.1:{site.proxy.plain_port}{site.path}/sparql"
    moved = session.post(plain, data={"query": QUERY}, allow_redirects=False, timeout=60)
    assert (moved.status_code, moved.headers["Location"]) == (308, f"{site.public_url}/sparql")  # a POST stays one


@pytest.mark.parametrize("request_type", ["form", "body"])
def test_a_posted_query_is_answered(site, request_type):
    body = {"query": QUERY} if request_type == "form" else QUERY.encode()
    headers = {"Accept": "text/csv"} | ({} if request_type == "form" else {"Content-Type": "application/sparql-query"})
    response = site.session().post(f"{site.url}/sparql", data=body, headers=headers, timeout=60)
    assert response.status_code == 200 and response.text.count("\n") >= 3


def test_a_form_on_a_page_leads_to_its_result(site):
    session = site.session()
    response = session.post(
        f"{site.url}/validate", data={"turtle": "<a> <b> ."}, headers={"Accept": "text/html"}, timeout=60
    )
    assert response.status_code == 200 and "&lt;a&gt; &lt;b&gt; ." in response.text


def test_a_large_result_is_whole(site):
    digests = set()
    for session, address in ((site.session(), site.url), (requests.Session(), site.direct + site.path)):
        response = session.get(f"{address}/sparql", params={"query": LARGE, "format": "json"}, timeout=100)
        assert response.status_code == 200 and len(response.content) > 5_000_000
        digests.add(hashlib.sha256(response.content).hexdigest())
    assert len(digests) == 1


def test_head_ranges_conditions_and_compression_pass_the_proxy(site):
    session = site.session()
    dump = f"{site.url}/dumps/sjkg.nq.gz"
    whole = session.get(dump, timeout=60)
    head = session.head(dump, timeout=60)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(whole.content)))
    part = session.get(dump, headers={"Range": "bytes=100-199"}, timeout=60)
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert gzip.decompress(whole.content).count(b"\n") > 1000
    page = f"{site.url}/page/event/halhamiao-incident"
    for encoding in ("gzip", "identity"):
        first = session.get(page, headers={"Accept-Encoding": encoding}, timeout=60)
        assert first.headers.get("Content-Encoding", "identity") == encoding
        headers = {"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
        assert session.get(page, headers=headers, timeout=60).status_code == 304


def test_metrics_are_for_the_machine_itself_only(site):
    assert site.proxy.session("127.0.0.1").get(f"{site.url}/metrics", timeout=60).status_code == 200
    assert site.session().get(f"{site.url}/metrics", timeout=60).status_code == 403


def test_too_many_queries_of_one_address_are_refused_and_others_answered(site):
    many = site.session()

    def status(session: requests.Session, number: int) -> requests.Response:
        return session.get(f"{site.url}/search.json?q=zhukov&x={number}", timeout=60)

    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(lambda number: status(many, number), range(80)))
    refused = [each for each in responses if each.status_code != 200]
    assert 10 <= len(refused) <= 25  # beyond the burst of 60
    assert {(each.status_code, each.json()["status"], each.headers["Retry-After"]) for each in refused} == {
        (429, 429, "1")
    }
    assert status(site.session(), 0).status_code == 200


def test_a_class_behind_one_address_is_served(site):
    session = site.session()
    paths = ("/", "/static/style.css", "/static/bundle/site.js", "/static/bundle/visual.css", "/events", "/map")

    def visit(number: int) -> set[int]:
        statuses = {session.get(f"{site.url}{path}", timeout=60).status_code for path in paths}
        return statuses | {session.get(f"{site.url}/search?q={number}", timeout=60).status_code}

    with ThreadPoolExecutor(25) as visitors:
        assert set().union(*visitors.map(visit, range(25))) == {200}


def test_a_query_is_stopped_when_its_client_leaves_though_other_connections_stay(site):
    def count() -> float:
        text = requests.get(f"{site.direct}{site.path}/metrics", timeout=60).text
        found = re.search(r'sjkg_queries_total\{outcome="ClientDisconnected"\} (\S+)', text)
        return float(found[1]) if found else 0

    def busy() -> bool:
        text = requests.get(f"{site.direct}{site.path}/metrics", timeout=60).text
        return 'sjkg_query_workers{state="busy"} 1.0' in text

    before = count()
    session = site.session()
    for path in ("/events", "/actors"):
        assert session.get(site.url + path, timeout=60).status_code == 200  # their connections to sjkg are kept alive
    context = ssl.create_default_context(cafile=str(site.proxy.certificate))
    with (
        socket.create_connection(("127.0.0.1", site.proxy.port)) as connection,
        context.wrap_socket(connection, server_hostname=HOST) as client,
    ):
        request = f"GET {site.path}/sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
        client.sendall(request.encode())
        wait_for(busy)
        assert count() == before
    # Requests for pages keep the other connections in use meanwhile; nginx closes each after 1000 requests.
    noticed = (session.get(f"{site.url}/events", timeout=60).ok and count() > before for _ in range(500))
    assert any(noticed)
