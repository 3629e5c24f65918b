"""What the sources say of an event, as page, JSON and CSV, and on the page of the event."""

import csv
import io

import pytest
import requests
from test_pages import Page, get

KHASAN, GOL = "battle-of-lake-khasan", "battles-of-khalkhin-gol"


def compared(server: str, slug: str) -> dict:
    answer = requests.get(f"{server}/compare/event/{slug}.json", timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()["page"]


def test_each_record_has_a_row_with_relation_licence_dependence_and_link_to_its_source(server):
    page = compared(server, KHASAN)
    rows = [
        (row["dataset"]["title"], row["relation"], row["key"], row["dataset"]["dependence"]) for row in page["others"]
    ]
    assert rows == [
        ("The War Atlas", "same", "battle_of_lake_khasan_b", "derived"),
        ("CDB90", "part", "256", "independent"),
        ("CDB90", "part", "257", "independent"),
        ("CDB90", "part", "258", "independent"),
    ]
    assert [row["url"].rpartition("/")[2] for row in page["others"]] == [
        *("battle_of_lake_khasan_b", "battles.csv#L257", "battles.csv#L258", "battles.csv#L259")
    ]
    text = get(f"{server}/compare/event/{KHASAN}").text
    assert all(licence in text for licence in ("CC BY 4.0", "ODC-By 1.0", "CC BY-SA 4.0"))


def test_a_placeholder_date_is_read_as_its_year_and_a_midnight_end_as_the_day_before(server):
    atlas, *engagements = compared(server, KHASAN)["others"]
    assert (atlas["begin"]["first"], atlas["begin"]["last"], atlas["end"]) == ("1938-01-01", "1938-12-31", None)
    assert atlas["begin"]["agreement"]["verdict"] == "agrees"
    assert [(row["begin"]["first"], row["end"]["last"]) for row in engagements] == [
        ("1938-07-31", "1938-07-31"),
        ("1938-08-02", "1938-08-03"),
        ("1938-08-06", "1938-08-10"),
    ]


def test_a_source_made_from_wikipedia_never_confirms_and_figures_of_parts_are_not_compared(server):
    for slug in (KHASAN, GOL, "halhamiao-incident", "soviet-invasion-of-poland"):
        for row in compared(server, slug)["others"]:
            values = [*filter(None, (row["begin"], row["end"])), *row["figures"], *row["outcomes"]]
            assert not any(value["agreement"]["confirms"] for value in values)
            verdicts = {value["agreement"]["verdict"] for value in values}
            assert verdicts <= ({"agrees", "not compared"} if row["relation"] == "same" else {"not compared"})
    page = compared(server, GOL)
    numbers = {figure["written"] or figure["exact"] for row in page["others"] for figure in row["figures"]}
    assert {11_500, 20_000} <= numbers and page["disagreements"] == []


def test_our_row_has_passages_and_footnotes_and_theirs_the_distance_of_their_point(server):
    page = compared(server, GOL)
    outcomes = page["ours"]["outcomes"]
    assert {source["sort"] for each in outcomes for source in each["sources"]} == {"passage"}
    assert any(note["iri"].endswith("/footnote/14") for each in outcomes for note in each["footnotes"])
    assert page["others"][0]["km"] == 0 and page["others"][1]["km"] is None
    assert [source["sort"] for source in page["ours"]["point_sources"]] == ["elsewhere"]


def test_the_party_of_another_dataset_is_ours_where_a_link_says_so(server):
    (row,) = compared(server, "soviet-intervention-in-mongolia")["others"]
    parties = {figure["party"]["name"]: figure["party"]["iri"] for figure in row["figures"]}
    assert parties == {
        name: f"https://w3id.org/sjkg/datasets/war-atlas#side-{name.lower().replace(' ', '-')}"
        for name in ("Mongolia", "Russian SFSR")
    }
    atlas = compared(server, KHASAN)["others"][0]
    assert {figure["party"]["iri"].rpartition("/")[2] for figure in atlas["figures"]} == {
        "empire-of-japan",
        "soviet-union",
    }


def test_the_csv_has_a_row_for_each_value_and_a_description_of_each_column(server):
    answer = requests.get(f"{server}/compare/event/{GOL}.csv", timeout=20)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    found = [(row["source"], row["topic"], row["party"], row["written"] or row["exact"]) for row in rows]
    assert ("CDB90", "loss", "Empire of Japan", "11500") in found
    assert {row["licence_iri"] for row in rows} == {
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://opendatacommons.org/licenses/by/1-0/",
    }
    path = answer.headers["Link"].partition(">")[0].removeprefix("<")
    described = requests.get(f"{server}/compare/event/{path}", timeout=20).json()
    assert [column["name"] for column in described["tableSchema"]["columns"]] == list(rows[0])
    assert described["url"] == f"{GOL}.csv" and "dc:license" not in described


def test_the_page_of_an_event_has_a_block_of_other_sources_only_if_there_are_some(server):
    text = get(f"{server}/page/event/{KHASAN}").text
    assert "What other sources say" in text and f"/compare/event/{KHASAN}" in Page(text).links
    assert "What other sources say" not in get(f"{server}/page/event/tauran-incident").text


@pytest.mark.parametrize("slug", [KHASAN, GOL, "soviet-japanese-border-conflicts", "tauran-incident"])
def test_the_pages_are_small_and_have_no_inline_script(server, slug):
    for path in (f"/compare/event/{slug}", f"/page/event/{slug}"):
        text = get(server + path).text
        assert len(text.encode()) < 300_000 and Page(text).inline == 0


def test_an_event_without_other_sources_says_so_and_an_unknown_one_is_not_found(server):
    assert "No dataset here has a record" in get(f"{server}/compare/event/tauran-incident").text
    for ending in ("", ".json", ".csv", ".csv-metadata.json"):
        answer = requests.get(f"{server}/compare/event/no-such-event{ending}", timeout=20)
        assert answer.status_code == 404 and "no event" in answer.text


def test_format_chooses_between_page_json_and_csv(server):
    for name, media_type in (("html", "text/html"), ("json", "application/json"), ("csv", "text/csv")):
        answer = requests.get(f"{server}/compare/event/{KHASAN}?format={name}", timeout=20)
        assert answer.headers["Content-Type"].partition(";")[0] == media_type


def test_what_is_computed_is_not_shown_as_the_words_of_the_article(server):
    ours = compared(server, "operation-barbarossa")["ours"]
    assert ours["begin"]["is_computed"] and ours["words"] == ["Later in 1941"]
    assert not compared(server, KHASAN)["ours"]["begin"]["is_computed"]
    figures = compared(server, "kanchazu-island-incident")["ours"]["figures"]
    computed = {each["quantity"]["name"] for each in figures if each["is_computed"]}
    assert computed == {"killed", "wounded"}
    rows = csv.DictReader(
        io.StringIO(requests.get(f"{server}/compare/event/operation-barbarossa.csv", timeout=20).text)
    )
    begin = next(row for row in rows if row["topic"] == "begin")
    assert begin["text"].endswith("(computed)") and begin["passage_iri"] == ""


def test_the_page_of_comparisons_and_the_sitemap_lead_to_each_event_with_other_sources(server):
    expected = {f"/compare/event/{slug}" for slug in (KHASAN, GOL, "world-war-2", "attack-on-pearl-harbor")}
    assert expected <= set(Page(get(f"{server}/compare").text).links)
    text = requests.get(f"{server}/sitemap.xml", timeout=20).text
    assert all(f"{server}{path}</loc>" in text for path in expected)


def test_years_of_a_part_of_a_war_are_shown_as_words_and_an_unknown_end_is_not_the_article_s(server):
    page = compared(server, "world-war-1")
    (row,) = page["others"]
    assert row["words"] == ["1917–1918 U.S. combat role"] and row["begin"] is row["end"] is None
    assert page["ours"]["end"]["is_computed"] and not page["ours"]["begin"]["is_computed"]
    assert "1917–1918 U.S. combat role" in get(f"{server}/compare/event/world-war-1").text
    rows = csv.DictReader(io.StringIO(requests.get(f"{server}/compare/event/world-war-1.csv", timeout=20).text))
    assert [row["text"] for row in rows if row["topic"] == "date"] == ["“1917–1918 U.S. combat role”"]
