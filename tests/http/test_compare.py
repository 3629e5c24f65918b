"""Comparisons of two years, events or actors: what is shared and different, sums, choices without scripts, errors."""

import csv
import re

import pytest
import requests
from test_pages import Page, get

KHASAN, KHALKHIN_GOL = "event:battle-of-lake-khasan", "event:battles-of-khalkhin-gol"
PAIRS = [("1935", "1936"), (KHASAN, KHALKHIN_GOL), ("actor:soviet-union", "actor:empire-of-japan")]
YEAR_SUMS = """SELECT ?power ?kind (SUM(?number) AS ?sum) {
  SELECT DISTINCT ?claim ?power ?kind ?number {
    ?claim sjkg:countsTowards ?event ; sjkg:power/skos:prefLabel ?power ; sjkg:quantityKind/skos:prefLabel ?kind ;
      sjkg:countExact ?number .
    VALUES ?class { sjkg:CasualtyClaim }
    ?claim a ?class .
    ?event sjkg:earliestBegin ?begin ; sjkg:latestEnd ?end .
    FILTER(YEAR(?begin) = 1936 && YEAR(?end) = 1936 && LANG(?power) = "en" && LANG(?kind) = "en")
    FILTER NOT EXISTS {
      ?event sjkg:subEventOf ?whole .
      ?whole sjkg:earliestBegin ?first ; sjkg:latestEnd ?last .
      FILTER(YEAR(?first) = 1936 && YEAR(?last) = 1936)
    }
  }
} GROUP BY ?power ?kind"""


def compared(server: str, first: str, second: str) -> dict:
    answer = requests.get(f"{server}/compare.json", {"a": first, "b": second}, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()["page"]


def cells_of(page: dict, title: str) -> list[list[dict]]:
    (cells,) = [row["cells"] for group in page["groups"] for row in group["rows"] if row["title"] == title]
    return cells


def rows_of(server: str, query: str) -> list[dict[str, str]]:
    answer = requests.get(f"{server}/sparql", {"query": query}, headers={"Accept": "text/csv"}, timeout=30)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(answer.text.splitlines()))


def key_of(item: dict[str, str]) -> str:
    """Return what two entries for the same thing have in common; "" for a number, which is only equal."""
    return item["iri"] or ("" if re.fullmatch(r"(at least )?[\d,]+", item["text"]) else item["text"])


@pytest.mark.parametrize("first, second", PAIRS)
def test_two_things_of_a_kind_are_side_by_side_and_what_they_share_is_marked(server, first, second):
    page = compared(server, first, second)
    assert [page["first"]["value"], page["second"]["value"]] == [first, second]
    for group in page["groups"]:
        for row in group["rows"]:
            keys = [{key_of(item) for item in cell} - {""} for cell in row["cells"]]
            if any(item["text"].startswith("and ") for cell in row["cells"] for item in cell):
                continue  # a cell that is cut
            for cell, others in zip(row["cells"], reversed(keys), strict=True):
                assert all(item["is_shared"] == (key_of(item) in others) for item in cell), row
    text = get(f"{server}/compare?a={first}&b={second}").text
    assert Page(text).inline == 0 and "Nothing is given" in text and len(text) < 300_000


def test_the_events_of_a_compared_year_are_those_of_the_list_of_events(server):
    page = compared(server, "1935", "1939")
    for year, (number,) in zip(("1935", "1939"), cells_of(page, "Number of events"), strict=True):
        total = requests.get(f"{server}/events.json?year={year}", timeout=20).json()["page"]["total"]
        certain, possible = map(int, re.findall(r"\d+", number["note"]))
        assert int(number["text"]) == certain + possible == total and number["path"] == f"/events?year={year}"


def test_the_losses_of_a_year_are_lower_bounds_that_equal_a_query(server):
    shown = {
        row["title"]: row["cells"][0][0]["text"]
        for group in compared(server, "1936", "1935")["groups"]
        for row in group["rows"]
        if group["title"].startswith("Losses") and row["cells"][0]
    }
    expected = {f"{row['power']}: {row['kind']}": f"at least {int(row['sum']):,}" for row in rows_of(server, YEAR_SUMS)}
    assert len(expected) > 3 and expected.items() <= shown.items()


def test_the_sum_of_the_losses_of_an_event_is_that_of_the_saved_query(server):
    war = "event:soviet-japanese-border-conflicts"
    answer = requests.get(f"{server}/questions/losses-added-up.json?event={war}", timeout=30).json()["page"]
    columns = answer["columns"]
    sums = [dict(zip(columns, (cell["text"] for cell in row), strict=True)) for row in answer["rows"]]
    of_soviets = {row["kind"]: row["sum"] for row in sums if row["power"] == "Soviet Union"}
    first = cells_of(compared(server, war, KHASAN), "Soviet Union: casualties")[0][0]
    assert first["text"] == f"{int(of_soviets['casualties']):,}" and "killed" not in of_soviets


def test_the_events_of_compared_actors_are_those_of_their_lists_and_no_cell_tells_a_thing_twice(server):
    page = compared(server, *PAIRS[2])
    for actor, (number,) in zip(PAIRS[2], cells_of(page, "Number of events"), strict=True):
        listed = requests.get(f"{server}/events.json", {"actor": actor}, timeout=20).json()["page"]["total"]
        assert int(number["text"]) == listed and number["path"].startswith("/events?actor=")
    for cell in (cell for group in page["groups"] for row in group["rows"] for cell in row["cells"]):
        things = [item["iri"] for item in cell if item["iri"] and "/id/event/" not in item["iri"]]
        assert len(things) == len(set(things)), things


def test_a_commander_of_a_unit_is_not_one_of_an_event_at_another_time(server):
    tauran, olankhuduk = cells_of(
        compared(server, "event:tauran-incident", "event:olankhuduk-operation-february-1936"), "Commanders and leaders"
    )
    assert tauran == [] and [item["text"] for item in olankhuduk] == ["Sugimoto Yasuo"]


def test_what_is_not_given_is_said(server):
    assert cells_of(compared(server, KHASAN, KHALKHIN_GOL), "Commanders and leaders") == [[], []]


@pytest.mark.parametrize(
    "path, fixed",
    [
        ("/page/event/battle-of-lake-khasan", KHASAN),
        ("/page/actor/georgy-zhukov", "actor:georgy-zhukov"),
        ("/events", ""),
        ("/actors?kind=sjkg:Person", ""),
        ("/", ""),
        ("/timeline", ""),
        ("/compare", ""),
        (f"/compare?a={KHASAN}", ""),
    ],
)
def test_a_comparison_is_one_form_away_without_scripts(server, path, fixed):
    text = get(server + path).text
    form = re.findall(r'<form action="/compare".*?</form>', text, re.DOTALL)[0]
    fields = [re.findall(r'<option value="([^"]+)"', select) for select in form.split("<select")[1:]]
    first, second = (fixed, fields[0][0]) if fixed else (fields[0][0], fields[1][1])
    assert (f'name="a" value="{fixed}"' in form) == bool(fixed)
    assert get(f"{server}/compare?a={first}&b={second}").status_code == 200


@pytest.mark.parametrize(
    "first, second, status, words",
    [
        ("1935", "actor:manchukuo", 400, "compare two of the same kind"),
        (KHASAN, "actor:manchukuo", 400, "compare two of the same kind"),
        ("1935", "1935", 400, "choose two different years"),
        ("yesterday", "1935", 400, "cannot be compared; write a year"),
        ("place:tauran", "place:tauran", 400, "cannot be compared"),
        ("x" * 5000, "1935", 400, "cannot be compared"),
        ("event:no-such-event", KHASAN, 404, "the data have no event “event:no-such-event”"),
        (KHASAN, "<script>alert(1)</script>", 400, "cannot be compared"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(server, first, second, status, words):
    for path in ("/compare", "/compare.json"):
        answer = requests.get(f"{server}{path}", {"a": first, "b": second}, timeout=20)
        detail = answer.json()["detail"]
        assert (answer.status_code, words in detail, len(detail) < 600) == (status, True, True), detail
    page = requests.get(f"{server}/compare", {"a": first, "b": second}, headers={"Accept": "text/html"}, timeout=20)
    assert page.status_code == status and "<script>alert" not in page.text


def test_a_sum_is_no_lower_bound_of_nothing_and_equal_numbers_are_not_marked_as_shared(server):
    page = compared(server, "1935", "1936")
    items = [item for group in page["groups"] for row in group["rows"] for cell in row["cells"] for item in cell]
    assert "0" in {item["text"] for item in items} and not [item for item in items if item["text"] == "at least 0"]
    kinds = next(group for group in page["groups"] if group["title"] == "Events by kind")
    equal = [
        row
        for row in kinds["rows"]
        if row["cells"][0] and row["cells"][1] and row["cells"][0][0]["text"] == row["cells"][1][0]["text"]
    ]
    assert equal and not any(item["is_shared"] for row in equal for cell in row["cells"] for item in cell)
