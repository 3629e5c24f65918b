"""What a reader who knows no RDF finds on the pages: things by name, who says so, what disagrees, and where to go on."""

import pytest
import requests
from test_pages import Page, get

KANCHAZU, KHALKHIN_GOL = "event/kanchazu-island-incident", "event/battles-of-khalkhin-gol"


def json_of(server: str, path: str) -> dict:
    return requests.get(f"{server}{path}", timeout=20).json()["page"]


def test_an_event_tells_what_disagrees_about_it_and_about_its_parts(server):
    found = json_of(server, f"/page/{KHALKHIN_GOL}.json")["disagreements"]
    concerned = {thing["name"] for one in found for thing in one["concerned"]}
    assert "Soviet probing attack of 20 August 1939" in concerned
    assert {one["remark"]["kind"]["name"] for one in found} == {"contradiction"}
    assert '<section id="disagreements">' in get(f"{server}/page/{KHALKHIN_GOL}").text


@pytest.mark.parametrize("path, part", [(f"/page/{KHALKHIN_GOL}", "strengths"), ("/figures", "losses")])
def test_the_figures_of_an_event_stand_together_under_one_heading(server, path, part):
    events = [figures["about"]["iri"] for figures in json_of(server, f"{path}.json")[part]]
    runs = [event for event, before in zip(events, [None, *events[:-1]], strict=True) if event != before]
    assert len(runs) > 1 and len(runs) == len(set(runs))
    assert get(server + path).text.count('scope="rowgroup"') >= len(runs)


def test_contradictions_lead_to_the_events_that_they_are_about(server):
    page = json_of(server, "/contradictions.json")
    counts = {event["name"]: count for event, count in page["events"]}
    assert counts["Battles of Khalkhin Gol"] == len(json_of(server, f"/page/{KHALKHIN_GOL}.json")["disagreements"])
    assert f"/page/{KHALKHIN_GOL}#disagreements" in Page(get(f"{server}/contradictions").text).links


def test_other_datasets_are_named_with_match_and_evidence(server):
    found = json_of(server, f"/page/{KANCHAZU}.json")["identity_links"]
    assert [(one["dataset"]["name"], one["match"]["name"], one["evidence"]) for one in found] == [
        ("DBpedia", "the same", "The War Atlas"),
        ("Wikidata", "the same", "The War Atlas"),
    ]
    text = get(f"{server}/page/{KANCHAZU}").text.split('id="elsewhere"')[1].split("</section>")[0]
    assert ">Q11370625</a>" in text and "single source" in text and ">http" not in text


def test_a_thing_without_counterparts_has_no_such_section(server):
    assert 'id="elsewhere"' not in get(f"{server}/page/footnote/5").text


def test_a_participation_is_called_by_who_took_part_in_what_and_as_what(server):
    patrol = "11-man Manchukuo patrol at Halhamiao, defender and patrol, in clash near the temple at Halhamiao"
    assert json_of(server, "/page/participation/halhamiao-clash--patrol.json")["title"] == patrol
    mentions = json_of(server, "/page/vocab/role/attacker.json")["mentions"]
    called = {value["text"] for prop in mentions for value in prop["values"]}
    assert "Empire of Japan, attacker, in Battle of Lake Khasan" in called


def test_the_sides_are_called_as_people_call_them(server):
    assert json_of(server, "/page/vocab/side/soviet-mongolian.json")["title"] == "Soviet and Mongolian"


@pytest.mark.parametrize("path", [f"/page/{KANCHAZU}", "/page/work/sella-khalkhin-gol", "/page/ontology/Event"])
def test_no_name_of_a_vocabulary_stands_where_words_belong(server, path):
    page = json_of(server, f"{path}.json")
    names = [prop["name"] for part in ("statements", "mentions") for prop in page[part]]
    names += [kind["name"] for kind in page["types"]]
    assert names and [name for name in names if ":" in name] == []


def test_a_date_is_read_in_words_beside_its_notation(server):
    text = get(f"{server}/page/passage/halhamiao-incident").text
    assert "8 January 1935 to 31 December 1935 <code>[1935-01-08..1935-12-31]</code>" in text


# stored questions


def test_a_question_offers_the_things_to_choose_from_and_answers_with_their_names(server):
    page = json_of(server, f"/questions/losses-of-event.json?event={KANCHAZU.replace('/', ':')}")
    field = page["fields"][0]
    assert ["event:kanchazu-island-incident", "Kanchazu Island incident"] in field["options"]
    killed = next(row for row in page["rows"] if row[page["columns"].index("kind")]["text"] == "killed")
    told = dict(zip(page["columns"], (cell["text"] for cell in killed), strict=True))
    assert told["about"] == "Kanchazu Island incident" and told["exact"] == "37"
    assert told["passage"] == "passage 34" and told["footnote"] == "11"
    text = get(f"{server}/questions/losses-of-event").text
    assert '<option value="event:halhamiao-incident" selected>' in text


def test_columns_that_are_empty_or_repeat_a_name_are_not_shown_but_stay_in_the_data(server):
    page = json_of(server, "/questions/events-possibly-on-day.json?day=1939-08-20")
    assert page["columns"] == ["event", "date", "earliest", "latest"]
    dates = [row[1]["text"] for row in page["rows"]]
    assert "since July 1937" in dates and "about 7 to 20 August 1939" in dates
    assert "Soviet probing attack of 20 August 1939" in {row[0]["text"] for row in page["rows"]}
    answer = requests.get(f"{server}/sparql", params={"query": page["query"], "format": "csv"}, timeout=20).text
    assert answer.startswith("day,event,name,date,earliest,latest")


def test_the_query_of_a_question_can_be_taken_away_as_it_was_asked(server):
    page = json_of(server, "/questions/events-possibly-on-day.json?day=1939-08-20")
    assert "1939-08-20" in page["query"]
    for link in Page(get(f"{server}/questions/events-possibly-on-day?day=1939-08-20").text).links:
        if link.startswith("/sparql?query="):
            assert get(server + link).status_code == 200


# footnotes, shapes, proofs


def test_a_footnote_tells_what_rests_on_it_and_where_it_is_cited(server):
    page = json_of(server, "/page/footnote/11.json")
    assert "37 Soviet soldiers killed at Kanchazu Island" in {claim["label"] for claim in page["claims"]}
    assert page["passages"] and page["facts"]
    assert len(json_of(server, "/page/work/coox.json")["claims"]) > len(page["claims"])


def test_a_browser_that_asks_for_the_shapes_gets_a_page_and_not_a_download(server):
    answer = get(f"{server}/shapes")
    assert answer.url == f"{server}/page/shapes" and 'id="Event"' in answer.text
    rules = [rule for shape in json_of(server, "/page/shapes.json")["shapes"] for rule in shape["rules"]]
    assert len(rules) > 100 and all(rule["message"] for rule in rules)


def test_a_proof_is_told_in_words_beside_its_names(server):
    base = "https://w3id.org/sjkg/"
    asked = {"s": f"{base}id/{KANCHAZU}", "p": f"{base}ontology#occurredAt", "o": f"{base}id/place/kanchazu-island"}
    text = get(f"{server}/explain", params=asked).text
    assert ">occurred at</a>" in text and ">Kanchazu Island</a>" in text
    assert "combined from several statements (property chain)" in text and "prp-spo2" in text


# errors, downloads, limits


def test_an_error_is_a_sentence_and_the_way_on(server):
    page = get(f"{server}/nothing-here")
    assert page.status_code == 404 and "There is nothing at /nothing-here" in page.text and ' href="/"' in page.text


def test_downloads_say_what_each_part_is_and_how_to_check_it(server):
    text = get(f"{server}/downloads").text
    for words in ("Everything", "Asserted", "Derived by rules", "Inferred (OWL)", "SHA-256"):
        assert words in text


def test_limits_are_told_in_words(server):
    text = get(f"{server}/sparql").text
    assert "Maximum run time of a query" in text and "10 seconds" in text and "1.0 MiB" in text
