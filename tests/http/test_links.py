"""Links: those of one page of each kind, and the addresses in sitemap.xml, lead to pages that exist and can be cited."""

import re
from urllib.parse import urljoin

import pytest
import requests
from namespaces import IDS
from test_json_twins import addresses
from test_pages import Page, get

TESTED_ELSEWHERE = ("/explain?", "/sparql?", "/metrics")  # each is computed anew, and has tests of its own
FILTERED = re.compile(r"/[a-z]+(\.csv)?\?(?!q=)")


@pytest.fixture(scope="module")
def pages(server):
    """The text of one page of each kind by path; kinds that share a path with RDF are requested as HTML."""
    found = {}
    for path in addresses():
        answer = get(server + path)
        if answer.headers["Content-Type"].startswith("text/html"):
            found[answer.url.removeprefix(server)] = answer.text
    return found


@pytest.fixture(scope="module")
def site_map(server):
    """The paths in sitemap.xml."""
    text = requests.get(f"{server}/sitemap.xml", timeout=60).text
    return [loc.removeprefix(server) for loc in re.findall("<loc>(.*?)</loc>", text)]


def test_every_internal_link_of_every_kind_of_page_works(server, pages, session):
    assert len(pages) > 35
    links = {}
    for path, text in pages.items():
        for link in Page(text).links:
            url = urljoin(server + path, link).partition("#")[0]
            if url.startswith(server) and not url[len(server) :].startswith(TESTED_ELSEWHERE):
                links.setdefault(url, path)
    filtered = [url for url in links if FILTERED.fullmatch(url[len(server) :].split("=")[0] + "=")]
    checked = links.keys() - set(filtered[20:])
    assert len(checked) > 500
    assert {url: links[url] for url in checked if get(url, session).status_code != 200} == {}


def test_every_page_of_a_thing_or_rule_can_be_cited(server, site_map, pages, session):
    paths = {*site_map, *Page(pages["/page/shapes"]).links}
    things = [path.removeprefix("/page/") for path in paths if re.match("/page/[^/]+/", path)]
    assert len(things) > 1500
    refused = [name for name in things if session.get(f"{server}/cite/{name}.bib", timeout=20).status_code != 200]
    assert refused == []


def test_the_sitemap_has_every_list_and_every_thing_with_a_name(server, site_map, store):
    assert {"/", "/events", "/dataset", "/questions/losses-of-event"} <= set(site_map)
    rows = store.query("SELECT DISTINCT ?thing { ?thing skos:prefLabel ?name FILTER(LANG(?name) = 'en') }").bindings
    things = {row["thing"]["value"].removeprefix(IDS) for row in rows if row["thing"]["value"].startswith(IDS)}
    assert len(things) > 300 and things <= {path.removeprefix("/page/") for path in site_map}
    assert len(site_map) == len(set(site_map))


def test_robots_txt_names_the_sitemap_and_excludes_addresses_with_parameters(server):
    text = requests.get(f"{server}/robots.txt", timeout=20).text
    assert f"Sitemap: {server}/sitemap.xml\n" in text and "Disallow: /*?\n" in text
