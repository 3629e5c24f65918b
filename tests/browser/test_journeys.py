"""Tasks of a historian who knows no RDF, done by clicking and reading from the start page."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect
from visitor import wait_for_drawings

WIDE = {"viewport": {"width": 1200, "height": 1000}}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def start(visitor):
    page = visitor.open("/", **WIDE)
    yield page
    assert page.errors == []


def test_the_events_of_a_day_are_found_from_the_start_page(start):
    start.get_by_label("What was happening on this day?").fill("1939-08-20")
    start.get_by_role("button", name="Show events").click()
    expect(start.locator(".summary .chosen")).to_contain_text("20 August 1939")
    expect(start.get_by_role("rowheader").first).to_have_text("Soviet probing attack of 20 August 1939")


def test_the_number_of_killed_and_its_source_are_found_from_the_start_page(start):
    start.get_by_role("link", name="Kanchazu Island incident", exact=True).first.click()
    killed = start.locator("#losses tr", has_text="killed")
    expect(killed).to_contain_text("Soviet Union")
    expect(killed).to_contain_text("37")
    expect(killed.get_by_role("link", name="Footnote 11")).to_be_visible()
    start.locator("#losses caption .mark").first.click()
    article = start.get_by_role("link", name="Read it in the current article")
    assert "#:~:text=" in article.get_attribute("href")


def test_contradictions_about_an_event_are_found_from_the_start_page(start):
    start.get_by_role("navigation", name="Site").get_by_role("link", name="Contradictions").click()
    events = start.get_by_label("Event, with its parts")
    expect(events).to_be_visible()
    name = next(
        text for text in events.locator("option").all_inner_texts() if text.startswith("Battles of Khalkhin Gol")
    )
    events.select_option(label=name)
    start.get_by_role("button", name="Apply filters").click()
    told = start.locator(".remarks li", has_text="Three engagements are announced")
    expect(told).to_contain_text("three principal engagements at Khalkhin Gol")
    told.get_by_role("link", name="passage 46").first.click()
    expect(start.get_by_role("heading", level=1)).to_contain_text("Passage 46")


def test_filtered_events_are_downloaded_as_csv(start):
    start.locator(".years a", has_text="1936").click()
    start.locator("[data-facet=kind] a", has_text="border incident").click()
    expect(start.locator(".summary .chosen")).to_have_count(2)
    address = start.get_by_role("link", name="CSV").first.get_attribute("href")
    rows = list(csv.DictReader(io.StringIO(start.request.get(start.url.partition("/events")[0] + address).text())))
    assert "Tauran incident" in {row["name"] for row in rows}
    assert len(rows) == int(start.locator(".summary strong").inner_text())


def test_a_saved_question_is_run_with_another_parameter(visitor):
    page = visitor.open("/questions/losses-of-event", **WIDE)
    page.get_by_label("Event").select_option(label="Kanchazu Island incident")
    page.get_by_role("button", name="Show the answer", exact=True).click()
    expect(page.locator("#answer")).to_contain_text("37")
    page.get_by_role("link", name=re.compile("Edit the query")).click()
    wait_for_drawings(page)
    expect(page.locator(".CodeMirror")).to_contain_text("kanchazu-island-incident")
    expect(page.locator("[data-sparql-answer]")).to_contain_text("rows in")


# on a phone


@pytest.mark.parametrize(
    "path",
    ["/events?year=1936", "/claims", "/page/event/battles-of-khalkhin-gol", "/page/actor/soviet-union", "/figures"],
)
def test_tables_need_no_sideways_scrolling_on_a_phone(visitor, path):
    page = visitor.open(path, **PHONE)
    wide = page.locator(".table").evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length")
    assert page.locator(".table").count() and wide == 0


def test_cells_are_labelled_on_a_phone(visitor):
    page = visitor.open("/events?year=1936&kind=sjkg:BorderIncident", **PHONE)
    label = "getComputedStyle(cell, '::before').content"
    row = page.locator("tbody tr", has_text="Tauran incident")
    assert row.locator("td").first.evaluate(f"cell => {label}") == '"Kind"'
    expect(row.get_by_role("rowheader")).to_be_visible()


def test_long_lists_of_inferred_places_are_collapsed(visitor):
    page = visitor.open("/page/event/soviet-japanese-border-conflicts", **WIDE)
    places = page.get_by_text("places that follow from other statements")
    inferred = page.locator(".facts a", has_text="Brunders")
    expect(inferred).to_be_hidden()
    places.click()
    expect(inferred).to_be_visible()


def test_charts_come_before_the_table_of_figures(visitor):
    page = visitor.open("/figures", **WIDE)
    wait_for_drawings(page)
    chart, table = (page.locator(f"#losses {what}").first.bounding_box() for what in ("figure", ".table"))
    assert chart["y"] < table["y"]


def test_pasted_turtle_is_validated_and_errors_have_line_numbers(visitor, axe):
    page = visitor.open("/about", **WIDE)
    page.get_by_role("link", name="Check your own data").click()
    page.get_by_label("Your data in Turtle", exact=True).fill(
        "@prefix sjkg: <https://w3id.org/sjkg/ontology#> .\n@prefix event: <https://w3id.org/sjkg/id/event/> .\nevent:x a sjkg:Battle .\n"
    )
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("row", name="Every event needs a name").get_by_role("cell").first).to_have_text("3")
    expect(page.get_by_label("Your data in Turtle", exact=True)).to_have_value(re.compile("event:x a sjkg:Battle"))
    page.evaluate(axe)
    assert page.evaluate("axe.run(document).then(({violations}) => violations.map(({id}) => id))") == []
