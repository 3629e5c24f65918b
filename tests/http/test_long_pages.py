"""Order, folding and size of the pages of events, persons and sources."""

import csv
import io
import re

import pytest
import requests

MAX_HTML = 300_000
WAR = "event/soviet-japanese-border-conflicts"
KHALKHIN_GOL = "event/battles-of-khalkhin-gol"
KHASAN = "event/battle-of-lake-khasan"


def html(server: str, path: str) -> str:
    response = requests.get(server + path, headers={"Accept": "text/html"}, timeout=60)
    assert response.status_code == 200
    return response.text


def model(server: str, name: str) -> dict:
    return requests.get(f"{server}/page/{name}.json", timeout=60).json()["page"]


@pytest.mark.parametrize("name", [WAR, "actor/soviet-union", "actor/empire-of-japan", KHALKHIN_GOL])
def test_a_heavy_page_stays_small_and_has_a_list_of_contents(server, name):
    text = html(server, f"/page/{name}")
    assert len(text.encode()) < MAX_HTML
    contents = re.findall(r'<nav class="contents".*?</nav>', text, re.S)[0]
    targets = re.findall(r'href="#([\w-]+)"', contents)
    assert len(targets) >= 4 and all(text.count(f'id="{target}"') == 1 for target in targets)


def test_statements_that_a_heavy_page_leaves_out_are_a_page_of_their_own(server):
    assert f'href="/statements/{WAR}"' in html(server, f"/page/{WAR}")
    assert "Statements that mention Soviet–Japanese border conflicts" in html(server, f"/statements/{WAR}")
    assert "/statements/" not in html(server, f"/page/{KHASAN}")


def test_parts_of_an_event_are_in_order_of_date_with_their_dates(server):
    page = model(server, KHALKHIN_GOL)
    related = dict(page["related"])
    parts = [value["text"] for prop in related["Parts of this event"] for value in prop["values"]]
    first, then, last = (
        "skirmishes of May and June 1939",
        "Japanese attack of July 1939 at Khalkhin Gol",
        "Soviet counteroffensive of late August 1939",
    )
    assert parts.index(first) < parts.index(then) < parts.index(last)
    assert "May to June 1939" in page["dates"].values()


def test_figures_of_parts_are_in_order_of_the_dates_of_the_parts(server):
    events = [group["about"]["name"] for group in model(server, KHALKHIN_GOL)["losses_of_parts"]]
    july, august = "Japanese attack of July 1939 at Khalkhin Gol", "Soviet probing attacks of August 1939"
    assert events.index(july) < events.index(august) < len(events) - 1
    names = [group["about"]["name"] for group in model(server, WAR)["losses_of_parts"]]
    assert (
        names.index("Tauran incident") < names.index("Kanchazu Island incident") < names.index("Battle of Lake Khasan")
    )


def test_wordings_of_a_date_are_in_its_order_and_say_which_is_the_begin(server):
    wordings = [(side, wording["text"]) for side, wording in model(server, KHASAN)["span"]["wordings"]]
    assert wordings == [("begin", "July 29, 1938"), ("end", "August 11, 1938")]


def test_the_page_of_an_event_has_the_claims_about_its_parts(server):
    page = model(server, KHASAN)
    labels = {claim["label"] for claim in page["claims_of_parts"]}
    assert any("overwhelming" in label or "larger" in label for label in labels), labels
    text = requests.get(f"{server}/claims.csv", params={"within": KHASAN.replace("/", ":")}, timeout=60).text
    rows = list(csv.DictReader(io.StringIO(text)))
    shown = [*page["claims"], *page["claims_of_parts"]]
    assert len(rows) >= len(shown) > 0
    assert {claim["iri"] for claim in shown} <= {row["iri"] for row in rows}


def test_a_battle_without_strengths_says_so_and_a_treaty_does_not(server):
    sentence = "The article gives no strengths for this event or its parts."
    assert sentence in html(server, f"/page/{KHASAN}")
    assert sentence not in html(server, "/page/event/expiry-of-neutrality-pact")


def test_the_page_of_a_person_says_what_the_article_calls_the_person(server):
    text = html(server, "/page/actor/georgy-zhukov")
    assert "In the article: <a" in text and "commander or leader" in text
    assert '<td data-label="Claimed by">the editors</td>' in text


def test_a_note_that_is_only_the_next_one_is_told_apart_from_one_in_the_passage(server):
    page = model(server, "footnote/2")
    assert page["claims"] and page["earlier_claims"]
    noted = {passage["number"] for passage in page["passages"]}
    assert {claim["source"]["number"] for claim in page["claims"]} <= noted
    for distance, claim in page["earlier_claims"]:
        assert distance > 0 and claim["source"]["number"] + distance in noted
    claim = page["earlier_claims"][0][1]["iri"].rpartition("/id/")[2]
    assert "next note: " in html(server, f"/page/{claim}")


def test_lines_from_one_passage_have_one_mark(server):
    section = re.findall(r'<section id="losses".*?</section>', html(server, f"/page/{WAR}"), re.S)[0]
    whole, _, parts = section.partition("</table>")
    assert "; all from <a" in whole and whole.count('class="mark"') == 1
    assert " <small>all from <a" in parts
