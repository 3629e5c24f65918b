"""HTML pages without scripts: status, links, markup, escaping, JSON twins, citations."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
import requests
from namespaces import ABOUT

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """A parsed page: its links, its number of inline scripts and styles; fails if its elements do not nest."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self.open, self.inline = [], [], 0
        self.feed(text)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]
        is_data = attributes.get("type") == "application/ld+json"  # not run, so that the CSP allows it
        self.inline += tag == "script" and "src" not in attributes and not is_data or tag == "style"
        self.inline += any(name.startswith("on") or name == "style" for name in attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def get(url: str, session=requests, **options) -> requests.Response:
    return session.get(url, headers={"Accept": "text/html,*/*;q=0.8"}, timeout=20, **options)


def test_the_start_page_has_a_title_and_five_questions(server):
    text = get(server).text
    assert "Soviet–Japanese border conflicts" in text
    assert len(re.findall(r'<ol class="questions">.*?</ol>', text, re.S)[0].split("<li>")) == 6


def test_the_page_of_questions_begins_with_plain_ones_and_names_no_graphs_or_technical_terms(server):
    page = requests.get(f"{server}/questions", headers={"Accept": "text/html"}, timeout=20).text
    first, _, others = page.partition("All questions by theme")
    assert first.count('<li><a href="/questions/') == 9 and "What happened in 1936?" in first
    assert not re.search("graph:|code points|property path|SKOS|[Tt]riples", others)


def test_the_start_page_tells_the_losses_that_the_data_have(server):
    query = """SELECT ?fight ?side (SUM(?number) AS ?killed) {
      ?fight sjkg:directSubEventOf event:soviet-japanese-border-conflicts .
      ?claim sjkg:countsTowards ?fight ; sjkg:quantityKind quantity:killed ; sjkg:partySide/skos:prefLabel ?side ;
        sjkg:countExact ?number .
      FILTER EXISTS { GRAPH ?passage { ?claim sjkg:quantityKind quantity:killed } FILTER(?passage != graph:derived) }
      FILTER EXISTS { ?fight a ?kind FILTER(?kind IN (sjkg:BorderIncident, sjkg:Battle)) }
    } GROUP BY ?fight ?side"""
    rows = requests.get(f"{server}/sparql", {"query": query, "format": "json"}, timeout=30).json()["results"][
        "bindings"
    ]
    counted = {(row["fight"]["value"], row["side"]["value"], f"{int(row['killed']['value']):,}") for row in rows}
    overview = requests.get(f"{server}/index.json", timeout=30).json()["page"]["overview"]
    shown = {
        (fight["event"]["iri"], side, loss["text"])
        for fight in overview["fights"]
        for side, losses in zip(overview["sides"], fight["losses"], strict=True)
        for loss in losses
        if loss["kind"]["name"] == "killed"
    }
    assert len(counted) > 6 and shown == counted
    assert [loss["number"] for loss in overview["powers"]] == [32_000, 20_000, 3_000, 1_000]


def test_every_link_of_the_start_page_works_and_stays_on_this_server(server):
    links = {urljoin(server + "/", link) for link in Page(get(server).text).links}
    assert len(links) > 15
    for link in links - {ABOUT.article}:
        assert link.startswith(server) and get(link).status_code == 200, link


def test_no_page_has_an_inline_script_or_style(server):
    for path in ("/", "/questions/losses-by-event-and-side", "/questions/events-possibly-on-day"):
        assert Page(get(server + path).text).inline == 0


def test_a_saved_query_uses_the_parameters_of_its_form(server):
    on_the_day = get(f"{server}/questions/events-possibly-on-day", params={"day": "1935-01-08"}).text
    long_before = get(f"{server}/questions/events-possibly-on-day", params={"day": "1901-01-01"}).text
    assert "Halhamiao incident" in on_the_day and "Halhamiao incident" not in long_before


@pytest.mark.parametrize(
    "path, status, words",
    [
        ("/questions/events-possibly-on-day?day=soon", 400, "a day as 1939-08-20"),
        ("/questions/events-possibly-on-day?dya=1935-01-08", 400, "no parameter “dya”"),
        ("/questions/events-posibly-on-day", 404, "events-possibly-on-day"),
    ],
)
def test_a_wrong_parameter_or_name_of_a_saved_query_gets_a_clear_error(server, path, status, words):
    response = get(server + path)
    assert response.status_code == status and words in response.text


def test_names_have_their_language_tag_in_html(server):
    assert 'lang="ja"' in get(f"{server}/questions/names-of-event", params={"event": "event:halhamiao-incident"}).text


def test_text_from_the_request_is_escaped_in_html(server):
    attack = "<script>alert(1)</script>"
    pages = [
        get(f"{server}/sparql", params={"query": f"SELECT ('{attack}' AS ?x) {{}}"}),
        get(f"{server}/sparql", params={"query": attack}),
        get(f"{server}/questions/{attack}"),
        get(f"{server}/questions/events-possibly-on-day", params={"day": attack}),
    ]
    for page in pages:
        assert page.headers["Content-Type"].startswith("text/html") and attack not in page.text


def test_a_query_with_a_syntax_error_is_shown_again_for_editing(server):
    page = get(f"{server}/sparql", params={"query": "SELEC ?kept { }"})
    assert page.status_code == 400 and "SELEC ?kept" in page.text.split("<textarea")[1]


@pytest.mark.parametrize(
    "name",
    [
        "event/halhamiao-incident",
        "actor/soviet-union",
        "place/manchuria",
        "treaty/soviet-japanese-neutrality-pact",
        "claim/halhamiao-manchukuo-killed",
        "participation/halhamiao-clash--patrol",
        "remark/halhamiao-led-by",
        "passage/halhamiao-incident",
        "section/1935-incidents",
        "footnote/6",
        "work/coox",
        "ontology/Event",
        "vocab/role/attacker",
        "shapes/Section",
    ],
)
def test_each_kind_of_iri_has_a_page_and_a_json_twin(server, name):
    page = get(f"{server}/page/{name}")
    assert page.status_code == 200 and Page(page.text).inline == 0
    twin = requests.get(f"{server}/page/{name}.json", timeout=20).json()
    assert twin["page"]["iri"].endswith(name.replace("ontology/", "ontology#"))
    for query in twin["queries"]:
        assert requests.get(server + query["ask"], headers={"Accept": "text/csv"}, timeout=20).status_code == 200


def test_the_page_of_an_unknown_thing_is_404(server):
    assert get(f"{server}/page/event/nonsense").status_code == 404


def test_the_404_page_offers_a_search_for_the_words_of_the_url(server):
    text = get(f"{server}/page/event/battle-of-lake-kasan").text
    assert 'name="q" value="battle of lake kasan"' in text
    assert "Battle of Lake Khasan" in get(f"{server}/search", params={"q": "battle of lake kasan"}).text


def test_statements_have_marks_of_their_passage_or_of_inference(server):
    text = get(f"{server}/page/event/halhamiao-incident").text
    assert 'class="mark" href="/page/passage/halhamiao-incident"' in text
    assert 'class="mark inferred" href="/explain?' in text


@pytest.mark.parametrize(
    "path", ["/figures", "/contradictions", "/timeline", "/map", "/about", "/questions", "/search"]
)
def test_overview_pages_have_json_twins(server, path):
    page = get(server + path)
    assert page.status_code == 200 and Page(page.text).inline == 0
    assert get(f"{server}{path}.json").json()["page"]


TESTED_ELSEWHERE = ("/explain",)


@pytest.mark.parametrize(
    "path",
    ["/page/event/halhamiao-incident", "/page/passage/halhamiao-incident", "/page/actor/manchukuo", "/contradictions"],
)
def test_every_internal_link_of_a_page_works(server, path):
    links = {urljoin(server + path, link).partition("#")[0] for link in Page(get(server + path).text).links}
    ours = {link for link in links if link.startswith(server) and not link[len(server) :].startswith(TESTED_ELSEWHERE)}
    assert len(ours) > 25
    assert [link for link in ours if get(link).status_code != 200] == []


def test_a_loss_has_its_figure_its_passage_and_its_footnote(server):
    losses = get(f"{server}/page/event/kanchazu-island-incident.json").json()["page"]["losses"]
    killed = next(f for f in losses if f["party"]["name"] == "Soviet Union" and f["quantity"]["name"] == "killed")
    claim = killed["claims"][0]
    assert claim["count"] == "37" and claim["source"]["sort"] == "passage" and claim["footnotes"]


def test_a_party_concluded_by_the_editors_is_flagged(server):
    losses = get(f"{server}/page/event/soviet-japanese-border-conflicts.json").json()["page"]["losses"]
    assert all(figures["claims"][0]["party_is_ours"] for figures in losses)


def test_a_passage_links_its_neighbours_and_its_text_in_the_article(server):
    page = get(f"{server}/page/passage/halhamiao-incident.json").json()["page"]
    assert page["previous"]["number"] + 1 == page["number"] == page["following"]["number"] - 1
    assert page["article"].startswith(ABOUT.article + "#:~:text=On%208%20January%201935,")


@pytest.mark.parametrize("ending, words", [("bib", "@misc"), ("ris", "TY  - DATA"), ("json", '"type": "dataset"')])
def test_a_page_has_citations_in_three_formats(server, ending, words):
    assert words in get(f"{server}/cite/event/halhamiao-incident.{ending}").text
    assert get(f"{server}/cite/event/nonsense.{ending}").status_code == 404


def test_the_navigation_marks_the_current_page(server):
    assert '<a href="/events" aria-current="page">' in get(f"{server}/events").text
