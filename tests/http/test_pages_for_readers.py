"""Page content for readers who do not know RDF: labels, sources, contradictions, saved queries, errors."""

import json
import re
from html import unescape

import pytest
import requests
from test_pages import Page, get

from sjkg.site.wording import language_name

KANCHAZU, KHALKHIN_GOL = "event/kanchazu-island-incident", "event/battles-of-khalkhin-gol"


def json_of(server: str, path: str) -> dict:
    return requests.get(f"{server}{path}", timeout=20).json()["page"]


def test_an_event_lists_contradictions_about_itself_and_its_parts(server):
    found = json_of(server, f"/page/{KHALKHIN_GOL}.json")["disagreements"]
    concerned = {thing["name"] for one in found for thing in one["concerned"]}
    assert "Soviet probing attack of 20 August 1939" in concerned
    assert {one["remark"]["kind"]["name"] for one in found} == {
        "contradiction",
        "contradictory dates",
        "contradictory names",
    }
    assert '<section id="disagreements">' in get(f"{server}/page/{KHALKHIN_GOL}").text


@pytest.mark.parametrize("path, part", [(f"/page/{KHALKHIN_GOL}", "strengths"), ("/figures", "losses")])
def test_the_figures_of_an_event_are_next_to_each_other(server, path, part):
    events = [figures["about"]["iri"] for figures in json_of(server, f"{path}.json")[part]]
    runs = [event for event, before in zip(events, [None, *events[:-1]], strict=True) if event != before]
    assert len(runs) > 1 and len(runs) == len(set(runs))
    assert get(server + path).text.count('scope="rowgroup"') >= len(runs)


def test_contradictions_are_counted_and_filtered_by_event_and_party(server):
    page = json_of(server, "/contradictions.json")
    of_event = json_of(server, f"/contradictions.json?event={KHALKHIN_GOL.replace('/', ':')}")["topics"]
    kinds = [one["remark"]["kind"]["name"] for topic in of_event for one in topic["contradictions"]]
    disagreements = json_of(server, f"/page/{KHALKHIN_GOL}.json")["disagreements"]
    assert len([kind for kind in kinds if kind != "unfootnoted"]) == len(disagreements) > 0
    for name, choices in (("event", page["events"]), ("party", page["parties"])):
        assert choices
        for choice in choices:
            topics = json_of(server, f"/contradictions.json?{name}={choice['value']}")["topics"]
            assert sum(len(topic["contradictions"]) for topic in topics) == choice["count"], choice
    assert get(f"{server}/contradictions?event=event:no-such-event").status_code == 400


def test_contradictions_are_sorted_by_topic_and_those_that_exclude_each_other_come_first(server):
    topics = json_of(server, "/contradictions.json")["topics"]
    assert [topic["title"] for topic in topics if topic["is_strong"]] == ["Dates", "Numbers"]
    assert [topic["is_strong"] for topic in topics] == sorted((topic["is_strong"] for topic in topics), reverse=True)
    dates = {one["remark"]["iri"].rpartition("/")[2]: one["sides"] for one in topics[0]["contradictions"]}
    wordings = {words for side in dates["lead-definition-begin"] for words, _ in side["wordings"]}
    assert {"1 March 1932", "from 1932 to 1939"} <= wordings


def test_identity_links_show_dataset_match_and_evidence(server):
    found = json_of(server, f"/page/{KANCHAZU}.json")["identity_links"]
    assert [(one["dataset"]["name"], one["match"]["name"], one["evidence"]) for one in found] == [
        ("DBpedia", "the same thing", "The War Atlas"),
        ("Wikidata", "the same thing", "The War Atlas"),
    ]
    text = get(f"{server}/page/{KANCHAZU}").text.split('id="elsewhere"')[1].split("</section>")[0]
    assert ">Q11370625</a>" in text and "single source" in text and ">http" not in text


def test_a_refused_link_is_shown_as_such_and_is_no_identity_for_search_engines(server):
    path = f"{server}/page/actor/republic-of-china"
    links = {
        one["identifier"]: one["is_refused"]
        for one in json_of(server, "/page/actor/republic-of-china.json")["identity_links"]
    }
    assert links["Q865"] and not links["Q13426199"]
    text = get(path).text
    line = text.split(">Q865</a>")[1].split("</li>")[0]
    assert "<strong>not</strong> the same thing (Q865 is today’s Taiwan)" in line
    same = json.loads(text.split('application/ld+json">')[1].split("</script>")[0])["sameAs"]
    assert "http://www.wikidata.org/entity/Q13426199" in same and "http://www.wikidata.org/entity/Q865" not in same


def test_a_thing_without_identity_links_has_no_section_for_them(server):
    assert 'id="elsewhere"' not in get(f"{server}/page/footnote/5").text


def test_a_participation_is_named_by_actor_roles_and_event(server):
    patrol = "11-man Manchukuo patrol at Halhamiao, defender and patrol, in clash near the temple at Halhamiao"
    assert json_of(server, "/page/participation/halhamiao-clash--patrol.json")["title"] == patrol
    mentions = json_of(server, "/page/vocab/role/attacker.json")["mentions"]
    called = {value["text"] for prop in mentions for value in prop["values"]}
    assert "Empire of Japan, attacker, in Battle of Lake Khasan" in called


def test_a_side_has_a_readable_name(server):
    assert json_of(server, "/page/vocab/side/soviet-mongolian.json")["title"] == "Soviet and Mongolian"


@pytest.mark.parametrize("path", [f"/page/{KANCHAZU}", "/page/work/sella-khalkhin-gol", "/page/ontology/Event"])
def test_properties_and_types_have_labels_not_curies(server, path):
    page = json_of(server, f"{path}.json")
    names = [prop["name"] for part in ("statements", "mentions") for prop in page[part]]
    names += [kind["name"] for kind in page["types"]]
    assert names and [name for name in names if ":" in name] == []


def test_a_date_is_shown_as_text_and_as_edtf(server):
    text = get(f"{server}/page/passage/april-1936-suifenho").text
    assert "between 1 and 10 April 1936 <code>[1936-04-01..1936-04-10]</code>" in text


# saved queries


def test_a_saved_query_offers_things_to_select_and_shows_labels(server):
    page = json_of(server, f"/questions/losses-of-event.json?event={KANCHAZU.replace('/', ':')}")
    field = page["fields"][0]
    assert ["event:kanchazu-island-incident", "Kanchazu Island incident"] in field["options"]
    rows = [dict(zip(page["columns"], (cell["text"] for cell in row), strict=True)) for row in page["rows"]]
    told = next(row for row in rows if (row["kind"], row["exact"]) == ("killed", "37"))
    assert told["about"] == "Kanchazu Island incident"
    assert told["passage"] == "passage 34" and told["footnote"] == "11"
    text = get(f"{server}/questions/losses-of-event").text
    assert '<option value="event:halhamiao-incident" selected>' in text


def test_empty_columns_and_repeated_labels_are_hidden_but_stay_in_the_csv(server):
    page = json_of(server, "/questions/events-possibly-on-day.json?day=1939-08-20")
    assert page["columns"] == ["how", "event", "date", "earliest", "latest"]
    dates = [row[2]["text"] for row in page["rows"]]
    assert "from July 1937, end not given" in dates and "20 August 1939" in dates
    assert "Soviet probing attack of 20 August 1939" in {row[1]["text"] for row in page["rows"]}
    answer = requests.get(f"{server}/sparql", params={"query": page["query"], "format": "csv"}, timeout=20).text
    assert answer.startswith("how,event,name,date,earliest,latest,day")


def test_the_sparql_of_a_saved_query_has_its_parameters_inlined(server):
    page = json_of(server, "/questions/events-possibly-on-day.json?day=1939-08-20")
    assert "1939-08-20" in page["query"]
    for link in Page(get(f"{server}/questions/events-possibly-on-day?day=1939-08-20").text).links:
        if link.startswith("/sparql?query="):
            assert get(server + link).status_code == 200


# footnotes, shapes, proofs


def test_a_footnote_lists_the_claims_and_passages_that_cite_it(server):
    page = json_of(server, "/page/footnote/11.json")
    assert "37 Soviet soldiers killed at Kanchazu Island" in {claim["label"] for claim in page["claims"]}
    assert page["passages"] and page["facts"]
    assert len(json_of(server, "/page/work/coox.json")["claims"]) > len(page["claims"])


def test_browsers_are_redirected_from_the_shapes_to_their_page(server):
    answer = get(f"{server}/shapes")
    assert answer.url == f"{server}/page/shapes" and 'id="Event"' in answer.text
    rules = [rule for shape in json_of(server, "/page/shapes.json")["shapes"] for rule in shape["rules"]]
    assert len(rules) > 100 and all(rule["message"] for rule in rules)


def test_a_proof_explains_its_rule_and_labels_its_terms(server):
    base = "https://w3id.org/sjkg/"
    asked = {"s": f"{base}id/{KANCHAZU}", "p": f"{base}ontology#occurredAt", "o": f"{base}id/place/kanchazu-island"}
    text = get(f"{server}/explain", params=asked).text
    assert ">occurred at</a>" in text and ">Kanchazu Island</a>" in text
    assert (
        "several statements, each about the value of the one before, imply one statement (property chain)" in text
        and "prp-spo2" in text
    )


# errors, downloads, limits


def test_a_404_page_has_a_message_and_a_link_to_the_start_page(server):
    page = get(f"{server}/nothing-here")
    assert page.status_code == 404 and "There is nothing at /nothing-here" in page.text and ' href="/"' in page.text


def test_downloads_have_titles_and_checksums(server):
    text = get(f"{server}/downloads").text
    for words in ("Everything", "(asserted)", "(derived)", "(inferred, OWL)", "SHA-256"):
        assert words in text


def test_limits_have_titles_and_units(server):
    text = get(f"{server}/sparql").text
    assert "Maximum run time of a query" in text and "10 seconds" in text and "1.0 MiB" in text


def test_names_of_other_datasets_are_apart_from_those_of_the_article_and_tell_the_dataset(server):
    page = json_of(server, f"/page/{KHALKHIN_GOL}.json")
    others = {(name["text"], name["language"]): name["dataset"]["name"] for name in page["names_elsewhere"]}
    assert others["ノモンハン事件", "ja"] == "JMdict and JMnedict" and others["할힌골 전투", "ko"] == "Wikipedia"
    assert not {text for text, _ in others} & {name["text"] for name in page["names"]}
    text = get(f"{server}/page/{KHALKHIN_GOL}").text
    section = text.split('id="names-elsewhere"')[1].split("</section>")[0]
    assert '<span lang="ja">ノモンハン事件</span>' in section and "not from the article" in section
    assert all(language_name(tag) != tag for _, tag in others)
    assert "names-elsewhere" not in get(f"{server}/page/event/halhamiao-incident").text


@pytest.mark.parametrize("words", ["ノモンハン", "Халхин-Гол", "诺门坎事件"])
def test_a_name_of_another_dataset_finds_the_thing_first_and_is_told_apart(server, words):
    found = requests.get(f"{server}/search.json", params={"q": words}, timeout=20).json()["page"]
    (_, (first, *_)), *_ = found["groups"]
    assert (
        first["iri"].endswith(KHALKHIN_GOL)
        and first["is_elsewhere"]
        and words in first["found_as"].replace("-Голе", "-Гол")
    )
    assert "in another dataset" in requests.get(f"{server}/search", params={"q": words}, timeout=20).text


def test_a_passage_tells_in_sentences_what_it_says_of_each_thing(server):
    text = get(f"{server}/page/passage/halhamiao-incident").text.partition("What the passage says")[2]
    items = [" ".join(re.sub("<.*?>", "", item).split()) for item in text.partition("<h2>")[0].split("<li>")[1:]]
    subjects = json_of(server, "/page/passage/halhamiao-incident.json")["subjects"]
    assert len(items) == len(subjects) > 20
    assert any(item.startswith("Mongolian trespass near Halhamiao came before clash near the temple") for item in items)
    assert any(item.startswith("2 Manchukuo Army dead at Halhamiao: about: Halhamiao incident; ") for item in items)
    assert not any("date basis" in item or "participation of" in item for item in items)


def test_a_military_event_says_that_strengths_losses_or_commanders_are_not_given(server):
    khasan = get(f"{server}/page/event/battle-of-lake-khasan").text
    assert "gives no strengths" in khasan and "No commander or leader is among" in khasan
    assert "No commander or leader is among" not in get(f"{server}/page/event/halhamiao-incident").text


def test_each_event_told_to_be_before_or_after_another_leads_to_the_proof(server):
    page = get(f"{server}/page/event/halhamiao-incident").text
    proofs = [unescape(address) for address in re.findall(r'href="(/explain\?[^"]+)">why<', page)]
    assert len(proofs) > 6
    assert {requests.get(server + address, timeout=20).status_code for address in proofs} == {200}


# what a visitor asks first


def test_an_event_says_who_won_or_that_the_article_names_no_victor(server):
    outcomes = json_of(server, "/page/event/battles-of-khalkhin-gol.json")["outcomes"]
    assert {"Soviet Union", "Mongolian People's Republic"} == {victor["name"] for victor in outcomes[0]["victors"]}
    page = get(f"{server}/page/event/battle-of-lake-khasan").text
    assert "names no victor of this event" in page and "resolved by diplomacy" in page
    assert "<dt>Outcome</dt>" not in get(f"{server}/page/event/seventh-comintern-congress").text


def test_a_person_and_a_place_say_first_what_is_known_of_them(server):
    person = get(f"{server}/page/actor/georgy-zhukov").text
    assert "tells no more about Georgy Zhukov" in person and "gives no rank or office" in person
    place = get(f"{server}/page/place/lake-khasan").text
    assert place.index("Latitude 42.4486") < place.index("data-map data-spots")
    assert "from another dataset" in place and "does not say where Lake Khasan is" in place


def test_battles_are_ranked_before_incidents_and_by_their_largest_number(server):
    fights = json_of(server, "/figures.json")["overview"]["fights"]
    page = get(f"{server}/figures").text
    ranked = page[page.index('id="ranked"') : page.index('id="losses"')]
    names = [name for fight in fights if (name := fight["event"]["iri"].rpartition("/")[2])]
    shown = sorted(names, key=lambda name: ranked.rindex(f"/page/event/{name}"))
    assert shown[:3] == ["battle-of-lake-khasan", "battles-of-khalkhin-gol", "tauran-incident"]


def test_the_events_of_a_year_are_certain_or_only_possible(server):
    page = json_of(server, "/events.json?year=1936")
    date = [column["name"] for column in page["columns"]].index("date")
    possible = sum(row[date]["text"].startswith("possibly") for row in page["rows"])
    assert 0 < possible == page["total"] - page["certain"]
    assert json_of(server, "/events.json")["certain"] is None


def test_a_comparison_of_sources_has_what_the_article_compares_in_words(server):
    claims = json_of(server, "/compare/event/battle-of-lake-khasan.json")["in_words"]
    assert any("three times" in claim["label"] for claim in claims)
