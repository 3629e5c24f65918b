"""Tests of the addresses in responses: of a site below a path, and of one whose clients name different hosts."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import requests

from tests.servers import PROJECT, running_server

PAGES = (
    *("/", "/events", "/events?year=1939", "/timeline", "/map", "/network", "/figures", "/contradictions", "/passages"),
    *("/compare", "/compare?a=1935&b=1936", "/compare?a=actor:manchukuo&b=actor:mengjiang"),
    *(
        "/questions",
        "/questions/captures",
        "/sparql",
        "/downloads",
        "/about",
        "/search?q=lake",
        "/validate",
        "/dataset",
    ),
    *("/page/event/halhamiao-incident", "/page/actor/kwantung-army", "/page/ontology", "/page/ontology/Event"),
    *("/page/shapes", "/page/vocab/role", "/sparql?query=SELECT * {?s a sjkg:Battle}", "/missing", "/explain"),
    "/explain?s=event:halhamiao-incident&p=rdf:type&o=sjkg:Event",
)
TWINS = (
    *("/index.json", "/events.json", "/timeline.json", "/map.json", "/network.json", "/contradictions.json"),
    *("/questions.json", "/downloads.json", "/search.json?q=lake", "/page/event/halhamiao-incident.json"),
    *("/page/ontology/Event.json", "/drawings/timeline.json", "/drawings/spots.json", "/figures.json"),
    *("/sparql.json?query=SELECT * {?s a sjkg:Battle}", "/page/actor/kwantung-army.json", "/questions/captures.json"),
)
LINKS = ("href", "src", "action", "formaction", "data-network", "data-path")
EXPLAINED = "/explain?s=event:halhamiao-incident&p=rdf:type&o=sjkg:Event&format=json"


class LinkCollector(HTMLParser):
    """Collects the values of all attributes of a page that are links."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add the links of one element."""
        self.links |= {value for name, value in attrs if name in LINKS and value}


def strings(value: object) -> Iterator[str]:
    """Yield all strings in a JSON value, without the names of members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


@pytest.fixture(scope="module")
def below(snapshots, snapshot):
    """The address of a server whose public URL is https://example.org/sjkg."""
    with running_server("--snapshots", str(snapshots), "--public-url", "https://example.org/sjkg/") as address:
        yield address


def test_every_link_of_a_page_below_a_path_stays_below_it_and_leads_somewhere(below):
    links = set()
    for path in PAGES:
        response = requests.get(f"{below}/sjkg{path}", headers={"Accept": "text/html"}, timeout=60)
        assert response.headers["Content-Type"].startswith("text/html"), path
        collector = LinkCollector()
        collector.feed(response.text)
        inside = {link for link in collector.links if not re.match("https?://|[#?]", link)}
        assert {link for link in inside if not link.startswith("/sjkg/")} == set(), path
        links |= {link.partition("#")[0] for link in inside}
    by_route = {re.sub(r"[^/?]+$", "", link): link for link in sorted(links)}  # one link of each kind
    failed = {
        link for link in by_route.values() if requests.get(below + link, timeout=60).status_code not in (200, 400)
    }
    assert failed == set()
    assert {"/sjkg/static/style.css", "/sjkg/static/bundle/site.js"} <= links


@pytest.mark.parametrize("path", [*TWINS, EXPLAINED])
def test_every_path_in_the_json_of_a_site_below_a_path_begins_with_it(below, path):
    response = requests.get(f"{below}/sjkg{path}", timeout=60)
    assert response.status_code == 200
    paths = {text for text in strings(response.json()) if text.startswith("/")}
    assert {text for text in paths if not text.startswith("/sjkg/")} == set()


@pytest.mark.parametrize(
    ("path", "header", "expected"),
    [
        ("/id/event/halhamiao-incident", "Location", "/sjkg/data/event/halhamiao-incident.ttl"),
        ("/shapes/Actor", "Location", "/sjkg/graph/"),
        ("/ontology", "Content-Location", "/sjkg/ontology.ttl"),
        ("/data/event/halhamiao-incident", "Link", "</sjkg/data/event/halhamiao-incident.ttl>"),
    ],
)
def test_headers_of_a_site_below_a_path_have_the_path(below, path, header, expected):
    response = requests.get(
        below + "/sjkg" + path, headers={"Accept": "text/turtle"}, allow_redirects=False, timeout=60
    )
    assert expected in response.headers[header]
    assert " </data" not in response.headers[header]


def test_descriptions_of_a_site_below_a_path_have_the_public_address(below):
    def text(path: str, accept: str) -> str:
        return requests.get(f"{below}/sjkg{path}", headers={"Accept": accept, "Host": "localhost"}, timeout=60).text

    assert "<https://example.org/sjkg/sparql>" in text("/sparql", "application/n-triples")
    assert "https://example.org/sjkg/ontology.ttl" in text("/llms.txt", "*/*")
    assert json.loads(text("/reconcile", "*/*"))["view"]["url"] == "https://example.org/sjkg/id/{{id}}"
    assert json.loads(text("/openapi.json", "*/*"))["servers"] == [{"url": "/sjkg"}]


def test_a_proxy_may_remove_the_path_before_it_passes_a_request_on(below):
    for path in ("/events", "/sparql?query=ASK {}", "/health", ""):
        removed, kept = (requests.get(below + prefix + path, timeout=60) for prefix in ("", "/sjkg"))
        assert (removed.status_code, removed.text) == (200, kept.text)
    assert requests.get(f"{below}/sjkgx", timeout=60).status_code == 404


def test_the_scripts_of_the_site_contain_no_path_from_the_root_of_the_host():
    for file in (PROJECT / "frontend" / "src").rglob("*.ts"):
        code = re.sub(r"/\*.*?\*/|//.*", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r"[\"'`]/[a-z][^\"'`\n]*", code) == [], file


def test_addresses_follow_the_host_of_the_request_only_if_it_is_known(snapshots, snapshot):
    arguments = ("--snapshots", str(snapshots), "--host", "0.0.0.0", "--allow-host", "sjkg.example.org")
    with running_server(*arguments) as address:
        port = address.rpartition(":")[2]

        def service_url(host: str) -> str:
            response = requests.get(f"{address}/reconcile", headers={"Host": host}, timeout=60)
            return response.json()["suggest"]["entity"]["service_url"]

        assert service_url("sjkg.example.org") == "http://sjkg.example.org"
        assert service_url(f"127.0.0.1:{port}") == f"http://127.0.0.1:{port}"
        assert service_url("evil.example") == f"http://localhost:{port}"
        for path in ("/sparql", "/llms.txt", "/validate"):
            response = requests.get(address + path, headers={"Host": "sjkg.example.org:81"}, timeout=60)
            assert "http://sjkg.example.org:81/" in response.text
            assert "0.0.0.0" not in response.text
