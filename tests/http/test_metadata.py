"""What search engines and link previews read of a page: title, description, canonical URL, JSON-LD, RDF documents."""

import json
import re
from collections import Counter
from html import unescape

import pytest
import requests
from test_links import pages, site_map  # noqa: F401  # fixtures
from test_pages import get

from tests.servers import running_server

LAKE = "/page/event/battle-of-lake-khasan"


def read_metadata(text: str) -> dict[str, str]:
    """Return the values of title, meta and canonical link in a page by name."""
    found = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', text))
    found["title"] = re.search("<title>(.*?)</title>", text)[1]
    if canonical := re.search('<link rel="canonical" href="([^"]*)">', text):
        found["canonical"] = canonical[1]
    return {name: unescape(value) for name, value in found.items()}


def read_jsonld(text: str) -> dict:
    """Return the structured data in a page."""
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    return json.loads(found)


def test_every_kind_of_page_has_metadata_and_a_title_of_its_own(server, pages):  # noqa: F811
    found = {path: read_metadata(text) for path, text in pages.items()}
    for path, values in found.items():
        assert values["title"].endswith("Soviet–Japanese border conflicts, 1932–1939"), path
        assert values["description"] == values["og:description"] and 20 < len(values["description"]) <= 300, path
        assert (
            values["canonical"]
            == values["og:url"]
            == server + path.partition("?")[0].replace(".well-known/void", "dataset")
        ), path
    titles = Counter((values["title"], values["canonical"]) for values in found.values())
    assert len({title for title, _ in titles}) == len(titles)


def test_an_event_and_the_section_about_it_have_different_titles(server):
    titles = {
        read_metadata(get(server + path).text)["title"]
        for path in (LAKE, "/page/section/battle-of-lake-khasan", "/page/ontology/Event", "/page/shapes/Event")
    }
    assert len(titles) == 4


def test_a_filtered_list_is_the_list_for_search_engines_and_its_filters_are_not_followed(server):
    text = get(f"{server}/events?kind=sjkg:BorderIncident").text
    assert read_metadata(text)["canonical"] == f"{server}/events"
    filters = re.findall(r'<a [^>]*href="\?[^"]*(?:kind|year|sort)=[^"]*"[^>]*>', text)
    assert len(filters) > 20 and all('rel="nofollow"' in link or 'rel="next"' in link for link in filters)


def test_the_page_of_a_thing_has_its_schema_org_types_names_and_matches(server):
    text = get(server + LAKE).text
    data = read_jsonld(text)
    assert data["@context"] == "https://schema.org/" and data["@type"] == ["Event"]
    assert (data["name"], data["url"]) == ("Battle of Lake Khasan", server + LAKE)
    assert {"@value": "张鼓峰事件", "@language": "zh-hans"} in data["alternateName"]
    assert "http://www.wikidata.org/entity/Q697579" in data["sameAs"]
    assert f'<link rel="alternate" type="text/turtle" href="{LAKE.replace("page", "data")}.ttl">' in text
    assert read_jsonld(get(f"{server}/page/actor/georgy-zhukov").text)["@type"] == ["Person"]


def test_the_page_of_the_dataset_has_what_dataset_search_requires_and_recommends(server, snapshot):
    data = read_jsonld(get(f"{server}/dataset").text)
    assert data["@type"] == "Dataset" and data["name"] and 50 <= len(data["description"]) <= 5000
    for name in ("url", "identifier", "keywords", "temporalCoverage", "version", "isAccessibleForFree", "isBasedOn"):
        assert data[name], name
    assert data["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert data["creator"]["@type"] == "Organization" and data["creator"]["name"]
    assert data["spatialCoverage"]["@type"] == "Place" and data["dateModified"] == snapshot.manifest.modified
    for file in data["distribution"]:
        assert file["@type"] == "DataDownload" and file["encodingFormat"]
        assert requests.head(file["contentUrl"].replace("https://w3id.org/sjkg", server), timeout=20).status_code == 200


def test_text_of_the_data_cannot_end_the_script_element(server):
    assert "</" not in re.search(r'ld\+json">(.*?)\n', get(server + LAKE).text)[1].removesuffix("</script>")


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/about"])
def test_addresses_for_search_engines_are_public(snapshots, snapshot, path):
    with running_server("--snapshots", str(snapshots), "--public-url", "https://example.org/sjkg/") as address:
        text = requests.get(f"{address}/sjkg{path}", headers={"Accept": "*/*"}, timeout=60).text
    assert "https://example.org/sjkg/" in text and address not in text
    assert path != "/robots.txt" or "Disallow: /sjkg/*?" in text
