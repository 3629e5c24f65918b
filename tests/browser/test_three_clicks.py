"""What visitors come for takes at most three actions from the start page: a click, a choice, or a typed text with Enter."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from visitor import wait_for_drawings

MAX_ACTIONS = 3
BORDER_INCIDENTS_OF_1936 = {
    "Olankhuduk operation of February 1936",
    "border clash of later March 1936",
    "Tauran incident",
    "affray near Suifenho of early April 1936",
}


class Reader:
    """A visitor of the start page whose actions are counted."""

    def __init__(self, page: Page):
        self.page, self.actions = page, 0

    def click(self, target: Locator) -> None:
        """Click a link, button, tab or spot."""
        self._act(target.click)

    def choose(self, target: Locator, label: str) -> None:
        """Choose an option of a list."""
        self._act(lambda: target.select_option(label=label))

    def enter(self, target: Locator, text: str, key: str = "Enter") -> None:
        """Type a text and press a key."""
        self._act(lambda: (target.fill(text), target.press(key)))

    def search(self, text: str) -> None:
        """Search the site for a text."""
        self.enter(self.page.locator("#find"), text)
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Search")

    def go(self, name: str) -> None:
        """Click a link of the navigation."""
        self.click(self.page.get_by_role("navigation", name="Site").get_by_role("link", name=name, exact=True))

    def expect_title(self, text: str) -> None:
        """Wait for the page with a heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def _act(self, act: Callable[[], object]) -> None:
        act()
        self.actions += 1


@pytest.fixture
def reader(visitor):
    page = visitor.open(
        "/", viewport={"width": 1200, "height": 1000}, permissions=["clipboard-read", "clipboard-write"]
    )
    reader = Reader(page)
    yield reader
    assert page.errors == []
    assert 0 < reader.actions <= MAX_ACTIONS


def test_who_fought_at_lake_khasan_and_that_no_strengths_are_given(reader):
    reader.click(reader.page.locator(".map-image a", has_text="Battle of Lake Khasan").first)
    reader.expect_title("Battle of Lake Khasan")
    expect(reader.page.locator("#participants")).to_contain_text("Japanese 19th Division")
    expect(reader.page.get_by_text("gives no strengths")).to_be_visible()


def test_everything_with_zhukov(reader):
    reader.search("Marshal Zhukov")
    reader.click(reader.page.get_by_role("link", name="Georgy Zhukov", exact=True).first)
    expect(reader.page.locator("#took-part")).to_contain_text("Soviet–Japanese border conflicts")


def test_what_happened_near_lake_khanka(reader):
    reader.search("Lake Khanka")
    reader.click(reader.page.get_by_role("link", name="Lake Khanka", exact=True).first)
    expect(reader.page.locator("#near-events")).to_contain_text("Clash west of Lake Khanka of June 1935")


def test_which_soviet_losses_are_disputed(reader):
    reader.click(reader.page.get_by_role("link", name="Disputed losses"))
    reader.click(reader.page.locator("[data-facet=power] a", has_text="Soviet Union"))
    expect(reader.page.locator(".summary .chosen", has_text="Soviet Union")).to_be_visible()
    expect(reader.page.locator("tbody")).to_contain_text("disputed")


def test_the_citation_of_the_tauran_incident(reader):
    reader.click(reader.page.get_by_role("link", name="Tauran incident", exact=True).first)
    reader.click(reader.page.get_by_text("Cite this page"))
    reader.click(reader.page.get_by_role("button", name=re.compile("Copy")).first)
    expect(reader.page.locator("details.cite")).to_contain_text("opied")
    assert "Tauran incident" in reader.page.evaluate("navigator.clipboard.readText()")


def test_all_figures_as_csv(reader):
    reader.go("Figures")
    with reader.page.expect_download() as download:
        reader.click(reader.page.get_by_role("link", name="CSV").first)
    rows = csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines())
    assert len(list(rows)) > 100


def test_the_recognition_of_manchukuo(reader):
    reader.search("recognition of Manchukuo")
    first = reader.page.locator("main section li").first
    expect(first).to_contain_text("Soviet pledge to respect Manchukuo")
    reader.click(first.get_by_role("link"))
    reader.expect_title("Soviet pledge to respect Manchukuo")


def test_two_years_beside_each_other(reader):
    form = reader.page.locator("form.compared").filter(has=reader.page.locator("#a-year"))
    for name, year in (("a", "1935"), ("b", "1936")):
        field = form.locator(f"#{name}-year")
        if field.input_value() != year:
            reader.choose(field, year)
    reader.click(form.get_by_role("button", name="Compare"))
    reader.expect_title("1935 and 1936")


def test_a_query_is_shared_with_its_view(reader):
    query = "SELECT ?claim ?count { ?claim a sjkg:CasualtyClaim ; sjkg:countExact ?count }"
    reader.enter(reader.page.locator("textarea[name=query]"), query, "ControlOrMeta+Enter")
    reader.click(reader.page.get_by_role("tab", name="Chart"))
    reader.click(reader.page.get_by_role("button", name="Copy link"))
    expect(reader.page.get_by_text("Link copied")).to_be_visible()
    link = reader.page.evaluate("navigator.clipboard.readText()")
    assert link.endswith("#view=Chart") and "sjkg%3AcountExact" in link


def test_a_question_is_answered_without_knowing_the_ontology(reader):
    reader.go("Questions")
    reader.click(reader.page.get_by_role("link", name="How many dead and wounded did each party have?"))
    expect(reader.page.locator("#answer")).to_contain_text("Tauran incident")


def test_the_proof_of_an_inferred_statement(reader):
    reader.click(reader.page.get_by_role("link", name="Battles of Khalkhin Gol", exact=True).first)
    reader.click(reader.page.locator(".facts a.mark.inferred").first)
    reader.expect_title("Why is this statement in the data?")
    expect(reader.page.locator(".plain-proof")).to_contain_text("Therefore")


def test_from_a_spot_of_the_map_to_the_passage(reader):
    reader.go("Map")
    wait_for_drawings(reader.page)
    reader.click(reader.page.locator("button.spot", has_text="Kanchazu Island incident"))
    reader.click(reader.page.locator("[data-map] .choice a.mark").first)
    reader.expect_title("Passage 34")
    expect(reader.page.locator("p.lead")).to_be_visible()
    assert "#:~:text=" in reader.page.get_by_role("link", name="Read it in the current article").get_attribute("href")


@pytest.mark.parametrize(
    "text, name",
    [
        ("ノモンハン", "Battles of Khalkhin Gol"),
        ("Жуков", "Georgy Zhukov"),
        ("Kalkin Gol", "Battles of Khalkhin Gol"),
        ("Zhukow", "Georgy Zhukov"),
        ("Suifenhe", "Suifenho"),
    ],
)
def test_names_in_other_scripts_and_misspelt_names(reader, text, name):
    reader.search(text)
    reader.click(reader.page.get_by_role("link", name=name).first)
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_incidents_of_a_year_in_the_list(reader):
    reader.click(reader.page.locator(".years a", has_text="1936"))
    reader.click(reader.page.locator("[data-facet=kind] a", has_text="Border incident"))
    expect(reader.page.locator(".summary .chosen")).to_have_count(2)
    address = reader.page.get_by_role("link", name="CSV", exact=True).first.evaluate("link => link.href")
    rows = csv.DictReader(io.StringIO(reader.page.request.get(address).text()))
    assert {row["name"] for row in rows} >= BORDER_INCIDENTS_OF_1936


def test_the_incidents_of_a_year_by_the_query_builder(reader):
    reader.go("Build a query")
    reader.click(reader.page.get_by_role("link", name="border incident"))
    reader.enter(reader.page.get_by_label("Value of when"), "1936")
    table = reader.page.locator(".built table")
    expect(table.get_by_role("row")).to_have_count(6)
    expect(table).to_contain_text("Tauran incident")
