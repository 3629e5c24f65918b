"""Disputed claims: the filter of lists, the other statements beside each claim, and the way to them without scripts."""

import csv
import html
import re

import requests
from test_pages import Page, get

QUERY = """SELECT DISTINCT ?claim ?kind {
  VALUES ?sort { slip:contradiction slip:arithmetic slip:wrong-date }
  ?kind skos:broader? ?sort .
  ?remark sjkg:remarkKind ?kind ; sjkg:concerns ?claim .
  ?claim a sjkg:Claim
}"""


def claims_of(address: str, **parameters: str) -> set[str]:
    answer = requests.get(address, parameters, headers={"Accept": "text/csv"}, timeout=30)
    assert answer.status_code == 200, answer.text
    return {row.get("iri") or row["claim"] for row in csv.DictReader(answer.text.splitlines())}


def test_the_filter_selects_each_claim_that_a_remark_on_a_contradiction_concerns(server):
    found = claims_of(f"{server}/sparql", query=QUERY)
    assert len(found) > 10 and claims_of(f"{server}/claims.csv", disputed="slip:contradiction") == found
    numbers = claims_of(f"{server}/claims.csv", disputed="slip:contradictory-numbers")
    assert numbers and numbers < found
    figures = claims_of(f"{server}/figures.csv", disputed="slip:contradiction")
    assert (
        figures
        and figures < found
        and figures == set(requests.get(f"{server}/figures.json", timeout=30).json()["page"]["disputes"])
    )


def test_the_list_of_disputed_claims_links_what_contradicts_each(server):
    page = requests.get(f"{server}/claims.json?disputed=slip:contradiction", timeout=30).json()["page"]
    others = {
        row[0]["iri"].rpartition("/")[2]: {
            other["iri"].rpartition("/")[2] for one in disputes for other in one["others"]
        }
        for row, disputes in zip(page["rows"], page["disputes"], strict=True)
    }
    assert all(disputes for disputes in page["disputes"])
    assert others["halhamiao-manchukuo-casualties"] >= {"halhamiao-manchukuo-killed", "halhamiao-manchukuo-wounded"}
    assert requests.get(f"{server}/claims.json", timeout=30).json()["page"]["disputes"] == []


def test_disputed_soviet_losses_are_two_clicks_from_the_start_page(server):
    start = re.findall(r'<a href="([^"]+)">Disputed losses</a>', get(server).text)[0]
    listed = get(server + html.unescape(start)).text
    (soviet,) = [link for link in Page(listed).links if "power=actor%3Asoviet-union" in link and "page=" not in link]
    text = get(f"{server}/claims{soviet}").text
    assert "<strong>2</strong> claims" in text
    row = text.partition('class="dispute"')[2].partition("</td>")[0]
    assert "/page/claim/kanchazu-second-gunboat-crippled" in row and "sunk ships in the plural" in row


def test_a_claim_and_a_figure_of_an_event_say_with_what_they_are_disputed(server):
    for path in ("/page/claim/tauran-mongolian-side-killed", "/page/event/tauran-incident"):
        text = get(server + path).text
        assert re.search(r"<strong>disputed</strong> with [^;]*/page/claim/tauran-mongolian-strength", text), path
