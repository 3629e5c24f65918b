"""The functions that scripts add: search suggestions, filters, timeline, map, theme, query editor, network."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect
from visitor import is_of_page, wait_for_drawings

WIDE = {"viewport": {"width": 1200, "height": 1000}}
TYPES = "SELECT ?event ?begin { ?event a sjkg:BorderIncident ; sjkg:earliestBegin ?begin } ORDER BY ?begin"


def total(page: Page) -> int:
    return int(page.locator(".summary strong").inner_text().replace(",", ""))


def type_query(page: Page, text: str) -> None:
    page.locator(".CodeMirror").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


# search


def test_names_are_suggested_while_typing_and_chosen_with_the_keyboard(visitor):
    page = visitor.open("/", **WIDE)
    field = page.get_by_role("combobox", name="Search")
    field.press_sequentially("halhamiao inc")
    expect(page.get_by_role("option").first).to_have_text("Halhamiao incident")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Halhamiao incident")


def test_escape_closes_the_suggestions_and_enter_searches(visitor):
    page = visitor.open("/", **WIDE)
    field = page.get_by_role("combobox", name="Search")
    field.press_sequentially("khasan")
    expect(page.get_by_role("listbox", name="Found")).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox", name="Found")).to_be_hidden()
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=khasan"))


# lists


def test_a_facet_filters_the_list_without_a_page_load_and_back_undoes_it(visitor):
    page = visitor.open("/events", **WIDE)
    everything = total(page)
    page.evaluate("window.stays = true")
    page.locator("[data-facet=year] summary").click()
    page.locator("[data-facet=year] a", has_text="1936").click()
    expect(page.locator(".summary .chosen")).to_contain_text("1936")
    assert total(page) < everything and "year=1936" in page.url
    expect(page.locator("[data-facet=year] a", has_text="1936")).to_be_focused()
    expect(page.get_by_role("link", name="This page as JSON")).to_have_attribute("href", re.compile("year=1936"))
    page.go_back()
    expect(page.locator(".summary .chosen")).to_have_count(0)
    assert total(page) == everything and page.evaluate("window.stays")


def test_the_address_of_a_filtered_list_opens_the_same_list(visitor):
    page = visitor.open("/events", **WIDE)
    page.locator("[data-facet=kind] a").first.click()
    expect(page.locator(".summary .chosen")).to_have_count(1)
    other = visitor.open(page.url.removeprefix(page.evaluate("location.origin")), **WIDE)
    assert total(other) == total(page)


# timeline and map


def brush(page: Page, start: float, end: float) -> None:
    strip = page.locator("svg.overview .overlay")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    page.mouse.move(box["x"] + box["width"] * start, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, box["y"] + 12, steps=6)
    page.mouse.up()


def test_brushing_the_timeline_filters_list_and_map(visitor):
    page = visitor.open("/events", **WIDE)
    wait_for_drawings(page)
    everything = total(page)
    with page.expect_response(lambda response: "/drawings/spots.json" in response.url and "from=" in response.url):
        brush(page, 0.72, 0.82)
    expect(page.locator(".summary .chosen")).to_contain_text("possibly")
    assert total(page) < everything and re.search(r"from=19\d\d-\d\d-\d\d&to=19\d\d-\d\d-\d\d", page.url)


def test_a_facet_filters_the_timeline(visitor):
    page = visitor.open("/events", **WIDE)
    wait_for_drawings(page)
    before = page.locator("a.event").count()
    page.locator("[data-facet=kind] a", has_text="border incident").first.click()
    expect(page.locator("a.event")).not_to_have_count(before)
    assert 0 < page.locator("a.event").count() < before


def test_the_timeline_is_zoomed_with_dates_and_buttons(visitor):
    page = visitor.open("/timeline", **WIDE)
    wait_for_drawings(page)
    page.get_by_label("From", exact=True).fill("1939-08-20")
    page.get_by_label("To", exact=True).fill("1939-08-22")
    expect(page.locator("[data-timeline] [role=status]")).to_contain_text("between 20 August 1939 and 22 August 1939")
    expect(page.locator("a.event", has_text="counteroffensive").first).to_be_visible()
    page.get_by_role("button", name="Zoom out").click()
    expect(page).not_to_have_url(re.compile("from=1939-08-20"))
    page.get_by_role("button", name="Show all").click()
    expect(page).not_to_have_url(re.compile("from="))


def test_the_timeline_is_redrawn_when_the_window_shrinks(visitor):
    page = visitor.open("/timeline", **WIDE)
    wait_for_drawings(page)
    page.set_viewport_size({"width": 800, "height": 1000})
    part = page.locator("[data-timeline]").evaluate("place => place.clientWidth")
    assert part < 800
    expect(page.locator("svg.timeline")).to_have_attribute("width", str(part))


def test_arrow_keys_move_between_the_events_of_the_timeline(visitor):
    page = visitor.open("/timeline?from=1936-01-01&to=1936-12-31", **WIDE)
    wait_for_drawings(page)
    page.locator("svg.timeline").focus()
    page.keyboard.press("ArrowRight")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("ArrowRight")
    assert first.startswith("/page/event/") and page.evaluate("document.activeElement.getAttribute('href')") != first


def paths(page: Page, selector: str) -> set[str]:
    return set(page.locator(selector).evaluate_all("events => events.map(event => event.getAttribute('href'))"))


def test_bars_are_solid_where_certain_and_faded_where_a_side_is_open(visitor):
    page = visitor.open("/timeline?from=1850-01-01&to=1960-12-31", **WIDE)
    wait_for_drawings(page)
    page.get_by_role("button", name=re.compile("parts of events")).click()
    events = page.request.get(visitor.server + "/drawings/timeline.json").json()["events"]
    certain = {e["path"] for e in events if e["sure_begin"] and e["sure_end"] and e["sure_begin"] <= e["sure_end"]}
    open_ended = {e["path"] for e in events if not e["end"] or e["has_open_end"]}
    assert 0 < len(certain) < len(events) and open_ended
    assert paths(page, "a.event:has(.certain:not([width='0']))") == certain
    assert paths(page, "a.event:has(.possible[fill^='url(#fade-end'])") == open_ended


@pytest.mark.parametrize("width", [390, 1200])
def test_labels_of_the_timeline_do_not_cover_each_other(visitor, width):
    page = visitor.open("/timeline", viewport={"width": width, "height": 800})
    wait_for_drawings(page)
    page.get_by_role("button", name=re.compile("parts of events")).click()
    boxes = page.locator("svg.timeline a.event text:not(:empty)").evaluate_all(
        "all => all.map(text => { const {left, right, top, bottom} = text.getBoundingClientRect(); return [left, right, top, bottom] })"
    )
    assert len(boxes) > 50
    covered = [
        (one, other)
        for number, one in enumerate(boxes)
        for other in boxes[:number]
        if min(one[1], other[1]) - max(one[0], other[0]) > 2 and min(one[3], other[3]) - max(one[2], other[2]) > 2
    ]
    assert covered == []
    assert min(box[0] for box in boxes) >= 0 and max(box[1] for box in boxes) <= width


def test_the_timeline_begins_with_the_war_groups_parts_and_shows_a_card(visitor):
    page = visitor.open("/timeline", **WIDE)
    wait_for_drawings(page)
    expect(page.get_by_label("From", exact=True)).to_have_value("1931-07-01")
    main = page.locator("svg.timeline a.event.main")
    assert main.count() == 3 and "main" in page.locator("svg.timeline a.event").first.get_attribute("class")
    assert page.locator("svg.timeline a.event.part").count() < 10
    page.get_by_role("button", name=re.compile(r"Show \d+ parts of events")).click()
    assert page.locator("svg.timeline a.event.part").count() > 20
    rows = {
        name: page.locator(f"svg.timeline a.event[aria-label^='{name}']").first.bounding_box()["y"]
        for name in ("Tauran incident", "Japanese assault on Tauran", "Japanese bombing of Tauran")
    }
    assert 0 < rows["Japanese assault on Tauran"] - rows["Tauran incident"] < 150
    assert 0 < rows["Japanese bombing of Tauran"] - rows["Tauran incident"] < 150
    card = page.locator(".card")
    page.locator("svg.timeline a.event[aria-label^='Battle of Lake Khasan']").first.focus()
    expect(card).to_contain_text("Lake Khasan")
    expect(card).to_contain_text("Empire of Japan, Soviet Union")
    page.keyboard.press("Escape")
    expect(card).not_to_be_visible()
    assert page.locator("svg.timeline a.event.both-sides").count() > 5


def test_the_timeline_can_be_saved(visitor):
    page = visitor.open("/timeline", **WIDE)
    wait_for_drawings(page)
    assert_can_be_saved(page, page.locator("[data-timeline]"), "Tauran incident")


def test_the_map_can_be_saved(visitor):
    page = visitor.open("/map?kind=sjkg:Battle", **WIDE)
    wait_for_drawings(page)
    group = page.get_by_role("group", name="Download this map")
    with page.expect_download() as download:
        group.get_by_role("button", name="PNG").click()
    image = Path(download.value.path()).read_bytes()
    assert image.startswith(b"\x89PNG") and len(image) > 20_000
    for name in ("SVG", "GeoJSON", "CSV"):
        response = page.request.get(visitor.server + group.get_by_role("link", name=name).get_attribute("href"))
        assert response.ok and "Lake Khasan" in response.text()
    assert page.errors == []


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_start_page_has_a_map_with_links(visitor, has_scripts):
    page = visitor.open("/", java_script_enabled=has_scripts, **WIDE)
    assert page.locator(".map-image").bounding_box()["width"] > 500
    page.locator(".map-image a", has_text="Kanchazu Island incident").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kanchazu Island incident")


def test_a_spot_on_the_map_lists_its_events(visitor):
    page = visitor.open("/map", **WIDE)
    wait_for_drawings(page)
    spot = page.locator("button.spot", has_text="Kanchazu Island incident")
    canvas = page.locator("[data-map] canvas").bounding_box()
    strip = {"x": canvas["x"] + canvas["width"] - 220, "y": canvas["y"] + 2, "width": 120, "height": 12}
    before = page.screenshot(clip=strip)
    spot.click()
    panel = page.locator("[data-map] .choice")
    expect(panel.get_by_role("heading")).to_be_focused()
    assert page.screenshot(clip=strip) == before  # the map beside the panel stays
    for name in ("Manchuria (Manchukuo)", "Sea of Japan"):
        expect(page.locator("[data-map] .base-label", has_text=name)).to_be_visible()
    inside = "all => all.every(one => one.getBoundingClientRect().right <= one.closest('.canvas').getBoundingClientRect().right)"
    assert page.locator("[data-map] button.spot > span:first-child").evaluate_all(inside)
    expect(panel.get_by_role("link", name="Soviet occupation of Kanchazu Island")).to_be_visible()
    circle, covered = page.locator("[data-map] canvas").bounding_box(), panel.bounding_box()
    assert covered["x"] + covered["width"] < circle["x"] + circle["width"] / 2  # the spot is in the other half
    panel.locator("li", has_text="Soviet occupation").locator("a.mark").hover()
    expect(page.locator("#passage-card")).to_contain_text("Passage 34")
    panel.get_by_role("heading").focus()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(spot).to_be_focused()
    assert "those of today" in page.locator("[data-map]").inner_text()


def test_battles_have_their_names_on_a_small_map_and_no_name_covers_another_spot(visitor):
    page = visitor.open("/map", viewport={"width": 390, "height": 800})
    wait_for_drawings(page)
    for name in ("Battles of Khalkhin Gol", "Battle of Lake Khasan"):
        expect(page.locator("button.spot.named", has_text=re.compile(rf"{name} and \d+ more"))).to_be_visible()
    boxes = "all => all.map(one => { const {left, right, top, bottom} = one.getBoundingClientRect(); return [left, right, top, bottom] })"
    circles = page.locator("button.cluster").evaluate_all(boxes)
    for left, right, top, bottom in page.locator("button.spot:not(.shape, .silent) > span:first-child").evaluate_all(
        boxes
    ):
        assert not any(
            start < right and end > left and upper < bottom and lower > top for start, end, upper, lower in circles
        )


def test_a_cluster_on_the_map_opens_and_the_view_can_be_reset(visitor):
    page = visitor.open("/map", **WIDE)
    wait_for_drawings(page)
    cluster = page.get_by_role("button", name="3 places close together, 6 events")
    listed = page.locator("[data-map] .in-view li")
    everything = listed.count()
    cluster.click()
    panel = page.locator("[data-map] .choice")
    expect(panel.get_by_role("link", name="Clash west of Lake Khanka of June 1935")).to_be_visible()
    assert panel.locator("li").count() == 6
    panel.get_by_role("button", name="Zoom in").click()
    expect(page.locator("button.spot", has_text="west of Lake Khanka")).to_be_visible()
    expect(listed).not_to_have_count(everything)
    page.get_by_role("button", name="Reset the map").click()
    expect(panel).to_have_count(0)
    expect(cluster).to_be_visible()
    expect(listed).to_have_count(everything)


def test_the_years_play_on_the_map(visitor):
    page = visitor.open("/map", **WIDE)
    wait_for_drawings(page)
    listed = page.locator("[data-map] .in-view li")
    years = page.get_by_role("group", name="Year of the events")
    years.get_by_role("slider", name="Year").fill("1935")
    expect(listed).to_have_count(7)
    assert "from=1935-01-01&to=1935-12-31" in page.url
    years.get_by_role("button", name="Play").click()
    expect(years.locator("output")).to_have_text("1937")
    years.get_by_role("button", name="Pause").click()
    years.get_by_role("button", name="All years").click()
    expect(page).not_to_have_url(re.compile("from="))


def test_readers_who_prefer_reduced_motion_get_no_play_button(visitor):
    page = visitor.open("/map", reduced_motion="reduce", **WIDE)
    wait_for_drawings(page)
    years = page.get_by_role("group", name="Year of the events")
    expect(years.get_by_role("button", name="All years")).to_be_visible()
    expect(years.get_by_role("button", name="Play")).to_have_count(0)


@pytest.mark.parametrize("path, count", [("/", 1), ("/events", 2), ("/timeline", 2), ("/map", 2)])
def test_data_and_scripts_of_drawings_are_requested_once(visitor, path, count):
    page = visitor.open("/about", **WIDE)
    requested, messages = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: is_of_page(message) and messages.append(message.text))
    page.goto(f"{visitor.server}{path}?kind=sjkg:BorderIncident&kind=sjkg:Battle&stated=yes&sort=-name")
    wait_for_drawings(page)
    page.wait_for_load_state("networkidle")
    drawings = [url for url in requested if "/drawings/" in url]
    assert len(drawings) == count and all("kind=sjkg%3ABattle" in url for url in drawings)
    files = [url for url in requested if "/drawings/" in url or "/bundle/" in url]
    assert sorted(files) == sorted(set(files)) and messages == []


def test_the_tiles_of_the_base_map_exist_and_have_all_layers(visitor):
    page = visitor.open("/about", **WIDE)
    tiles = []
    page.on("response", lambda response: "/world-" in response.url and tiles.append(response))
    page.goto(visitor.server + "/map")
    wait_for_drawings(page)
    assert tiles and all(tile.ok for tile in tiles)
    assert all(layer in tiles[0].body() for layer in (b"land", b"lakes", b"rivers", b"borders"))


def test_the_page_of_a_place_with_coordinates_has_a_map(visitor):
    page = visitor.open("/page/place/lake-khasan", **WIDE)
    wait_for_drawings(page)
    page.locator("button.cluster").click()  # the lake and the battle, 1.4 km apart
    panel = page.locator("[data-map] .choice")
    for name in ("Lake Khasan", "Battle of Lake Khasan"):
        expect(panel.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_the_map_of_an_event_known_by_its_region_shows_the_neighbours_of_the_region(visitor):
    page = visitor.open("/page/event/tauran-incident", **WIDE)
    wait_for_drawings(page)
    label = page.locator("[data-map] .base-label", has_text="Manchuria").bounding_box()
    canvas = page.locator("[data-map] canvas").bounding_box()
    assert canvas["x"] < label["x"] and label["x"] + label["width"] < canvas["x"] + canvas["width"]
    assert canvas["y"] < label["y"] and label["y"] + label["height"] < canvas["y"] + canvas["height"]


# figures


def test_figures_are_bars_in_the_colours_of_the_sides(visitor):
    page = visitor.open("/figures", **WIDE)
    wait_for_drawings(page)
    whole = page.locator("#losses figure.whole")
    assert "casualties: Empire of Japan 20,000 (¶9)" in whole.get_by_role("img").get_attribute("aria-label")
    fill = "bar => getComputedStyle(bar).fill"
    colours = [whole.locator(f".{side} rect.sure").first.evaluate(fill) for side in ("side-1", "side-2")]
    assert len(set(colours)) == 2
    assert page.locator("#losses path.words").count() > 5 and page.locator("#strengths path.bound").count() == 1


def downloaded(page, host, button):
    with page.expect_download() as download:
        host.get_by_role("group", name="Download this drawing").get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path()).read_bytes()


def assert_can_be_saved(page, host, text):
    """Assert that a drawing can be saved as an SVG without references to other files, as a PNG, and as CSV with a text."""
    image = downloaded(page, host, "SVG").decode()
    root = ElementTree.fromstring(image)
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and float(root.get("width")) > 300
    assert not re.search(r"var\(|class=|href=.http", image) and text in "".join(root.itertext())
    assert downloaded(page, host, "PNG").startswith(b"\x89PNG") and len(downloaded(page, host, "PNG")) > 5000
    header, *rows = csv.reader(downloaded(page, host, "CSV").decode().splitlines())
    assert rows and {len(row) for row in rows} == {len(header)} and any(text in row for row in rows)
    assert page.errors == []


def test_charts_of_figures_can_be_saved(visitor):
    page = visitor.open("/figures", **WIDE)
    wait_for_drawings(page)
    assert_can_be_saved(page, page.locator("#losses"), "Kanchazu Island incident")


# theme


def test_the_dark_theme_is_kept_on_other_pages(visitor):
    page = visitor.open("/", color_scheme="light", **WIDE)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Theme: system").click()
    page.get_by_role("button", name="Theme: light").click()
    dark = page.evaluate(paper)
    page.goto(page.url + "about")
    assert light != dark == page.evaluate(paper)
    page.get_by_role("button", name="Theme: dark").click()
    expect(page.get_by_role("button", name="Theme: system")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) == dark
    page.reload()
    expect(page.get_by_role("button", name="Theme: system")).to_be_visible()
    assert page.evaluate(paper) == dark


# citations, print, years


def test_the_citation_of_a_page_is_copied_with_the_day_of_access(visitor):
    page = visitor.open("/page/event/tauran-incident", permissions=["clipboard-read", "clipboard-write"], **WIDE)
    page.get_by_text("Cite this page").click()
    for name, words in {
        "text": "Accessed ",
        "BibTeX": "urldate = {20",
        "RIS": "Y2  - 20",
        "CSL-JSON": '"accessed"',
    }.items():
        page.get_by_role("button", name=f"Copy {name}").click()
        expect(page.get_by_text(f"{name} copied.")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert words in copied and "https://w3id.org/sjkg/id/event/tauran-incident" in copied
    assert page.errors == []


def test_on_paper_a_page_has_its_content_without_controls(visitor):
    page = visitor.open("/page/event/battles-of-khalkhin-gol", color_scheme="dark", **WIDE)
    page.emulate_media(media="print")
    for hidden in (page.locator("header nav"), page.get_by_role("searchbox"), page.get_by_role("button")):
        expect(hidden.locator("visible=true")).to_have_count(0)
    expect(page.locator(".cite p").first).to_be_visible()
    expect(page.locator("#losses table").first).to_be_visible()
    expect(page.locator(".charts").locator("visible=true")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_the_years_of_the_war_are_all_visible_on_a_phone(visitor):
    page = visitor.open("/", viewport={"width": 390, "height": 800})
    columns = page.locator(".years li")
    expect(columns).to_have_count(15)
    boxes = [columns.nth(number).bounding_box() for number in range(15)]
    assert {round(later["x"] - earlier["x"]) for earlier, later in zip(boxes, boxes[1:], strict=False)} <= {24, 25, 26}
    assert boxes[0]["x"] >= 0 and boxes[-1]["x"] + boxes[-1]["width"] <= 390


def test_a_mark_is_read_as_the_number_of_its_passage(visitor):
    page = visitor.open("/page/event/tauran-incident", **WIDE)
    names = page.locator("a.mark:not(.inferred, .derived, .editorial)").all_text_contents()
    assert names and all(re.fullmatch(r"(stated in )?passage (\d+)¶\2", name) for name in names)


# the query page


@pytest.fixture
def editor(visitor):
    page = visitor.open(
        "/sparql?query=ASK+%7B+%3Fs+a+sjkg%3AEvent+%7D", permissions=["clipboard-read", "clipboard-write"], **WIDE
    )
    wait_for_drawings(page)
    expect(page.locator("[data-sparql-answer]")).to_contain_text("Yes.")
    yield page
    assert page.errors == []


def test_the_editor_runs_a_query_and_puts_it_into_the_address(editor):
    type_query(editor, TYPES)
    editor.keyboard.press("ControlOrMeta+Enter")
    expect(editor.locator("[data-sparql-answer]")).to_contain_text(re.compile(r"\d+ rows in [\d.,]+ ms"))
    expect(editor.get_by_role("link", name="event:halhamiao-incident")).to_be_visible()
    again = editor.context.new_page()
    again.goto(editor.url)
    expect(again.get_by_role("link", name="event:halhamiao-incident")).to_be_visible()


def test_a_result_has_views_as_table_timeline_chart_map_and_raw_text(editor):
    type_query(
        editor,
        """SELECT ?name ?begin ?count ?lat ?long {
             ?claim sjkg:about ?event ; sjkg:countExact ?count .
             ?event skos:prefLabel ?name ; sjkg:earliestBegin ?begin ; wgs84:lat ?lat ; wgs84:long ?long }""",
    )
    editor.get_by_role("button", name="Run query", exact=True).click()
    for tab, drawn in {
        "Timeline": "a.event",
        "Chart": "svg[role=img] circle",
        "Map": ".spot, .cluster",
        "Raw": "pre",
        "Table": "td",
    }.items():
        editor.get_by_role("tab", name=tab).click()
        expect(editor.locator(f"#result-panel {drawn.replace(', ', ', #result-panel ')}").first).to_be_visible()


def test_the_address_of_a_query_opens_the_chosen_view(editor):
    type_query(
        editor, "SELECT ?claim ?lat ?count { ?claim sjkg:countExact ?count BIND(47.5 AS ?lat) BIND(117.1 AS ?long) }"
    )
    editor.get_by_role("button", name="Run query", exact=True).click()
    editor.get_by_role("tab", name="Chart").click()
    expect(editor.locator("#result-panel svg[role=img] circle").first).to_be_visible()
    assert editor.url.endswith("#view=Chart")
    again = editor.context.new_page()
    again.goto(editor.url)
    expect(again.get_by_role("tab", name="Chart")).to_have_attribute("aria-selected", "true")


def test_a_graph_has_a_table_of_its_triples_and_labels_on_hover(editor):
    type_query(editor, 'CONSTRUCT { event:tauran-incident sjkg:note "a\\"b\\n<c>"@en, 5 } {}')
    editor.get_by_role("button", name="Run query", exact=True).click()
    cells = editor.locator("#result-panel td")
    expect(cells).to_have_count(6)
    assert {'a"b\n<c>', "5"} <= set(cells.all_text_contents())
    link = editor.get_by_role("link", name="event:tauran-incident").first
    link.hover()
    expect(link).to_have_attribute("title", "Tauran incident")


def test_a_graph_is_drawn_with_its_things_as_nodes_and_statements_as_arrows(editor):
    type_query(editor, "DESCRIBE event:april-1936-suifenho-affray")
    editor.get_by_role("button", name="Run query", exact=True).click()
    editor.get_by_role("tab", name="Graph").click()
    drawing = editor.get_by_role("region", name="Graph of")
    expect(drawing.get_by_role("link", name="affray near Suifenho of early April 1936", exact=True)).to_be_visible()
    expect(drawing.locator(".edges title", has_text="occurred near").first).to_be_attached()
    expect(editor.get_by_text("are only in the table")).to_be_visible()
    assert "view=Graph" in editor.url


def test_coordinates_are_not_offered_as_a_chart(editor):
    type_query(editor, "SELECT ?place ?lat ?long { ?place wgs84:lat ?lat ; wgs84:long ?long }")
    editor.get_by_role("button", name="Run query", exact=True).click()
    expect(editor.get_by_role("tab", name="Map")).to_be_visible()
    expect(editor.get_by_role("tab", name="Chart")).to_have_count(0)


def test_the_error_of_a_query_is_told_once(visitor):
    page = visitor.open("/sparql?query=SELEC", **WIDE)
    expect(page.get_by_text("did you mean SELECT?")).to_have_count(1)
    expect(page.get_by_role("button", name="Go to line 1, column 1")).to_be_visible()


def test_a_long_result_does_not_hide_the_editor(visitor):
    page = visitor.open("/sparql?query=SELECT+*+%7B+%3Fbattle+a+sjkg%3ABattle+%3B+%3Fproperty+%3Fvalue+%7D", **WIDE)
    expect(page.get_by_role("tab", name="Raw")).to_be_in_viewport()


def test_a_syntax_error_has_a_link_to_its_line_and_column(editor):
    type_query(editor, "SELECT * {\n  ?s ?p\n}")
    editor.get_by_role("button", name="Run query", exact=True).click()
    editor.get_by_role("button", name=re.compile(r"Go to line \d+, column \d+")).click()
    expect(editor.locator(".CodeMirror .wrong")).to_have_count(1)
    assert editor.evaluate("document.activeElement.closest('.CodeMirror') !== null")
    editor.errors = [words for words in editor.errors if "status of 400" not in words]


def test_the_parameters_of_a_saved_question_are_filled_in_by_a_form(editor):
    editor.get_by_label("Saved queries").select_option("events-possibly-on-day")
    editor.locator(".saved-query input[name=day]").fill("1935-01-08")
    expect(editor.locator(".CodeMirror")).to_contain_text("1935-01-08")
    editor.get_by_role("button", name="Run query", exact=True).click()
    expect(editor.locator("[data-sparql-answer]")).to_contain_text("halhamiao")


def test_completion_shows_the_meaning_of_terms(editor):
    type_query(editor, "SELECT * { ?s a ")
    editor.keyboard.type("sjkg:BorderI", delay=30)
    editor.keyboard.press("ControlOrMeta+Space")
    expect(editor.locator(".CodeMirror-hints")).to_contain_text("sjkg:BorderIncident —")
    editor.keyboard.press("Enter")
    expect(editor.locator(".CodeMirror")).to_contain_text("sjkg:BorderIncident")


@pytest.mark.parametrize(
    "written, suggested",
    [("skos:alt", "skos:altLabel"), ("dcterms:abs", "dcterms:abstract"), ("khank", "place:lake-khanka — Lake Khanka")],
)
def test_completion_finds_properties_of_other_vocabularies_and_things_without_prefix(editor, written, suggested):
    type_query(editor, "SELECT * { ?s ")
    editor.keyboard.type(written, delay=30)
    editor.keyboard.press("ControlOrMeta+Space")
    expect(editor.locator(".CodeMirror-hints")).to_contain_text(suggested)


def test_the_link_and_the_code_of_a_query_are_copied(editor):
    editor.get_by_role("button", name="Copy link").click()
    expect(editor.get_by_text("Link copied")).to_be_visible()
    assert "/sparql?query=ASK" in editor.evaluate("navigator.clipboard.readText()")
    editor.get_by_text("Use this query in code").click()
    for language, words in {
        "curl": "--data-urlencode",
        "Python": "import requests",
        "R": "httr2",
        "JavaScript": "await fetch",
    }.items():
        editor.get_by_role("button", name=language, exact=True).click()
        expect(editor.locator(".samples code")).to_contain_text(words)


def test_the_tab_key_leaves_the_editor(editor):
    editor.locator(".CodeMirror").click()
    editor.keyboard.press("Tab")
    assert editor.evaluate("document.activeElement.closest('.CodeMirror') === null")


# the network


def test_the_network_has_sides_roles_and_persons_and_looks_the_same_at_each_visit(visitor):
    page = visitor.open("/network", **WIDE)
    wait_for_drawings(page)
    image = page.locator("svg.network")
    begin = image.inner_html()
    assert image.locator(".event").count() > 3
    assert image.locator(".edge.side-1").count() > 2 and image.locator(".edge.side-2").count() > 2
    page.get_by_label("Show the network of").select_option(label="Georgy Zhukov")
    expect(image.locator(".node.centre.side-2 .name")).to_have_text("Georgy Zhukov")
    expect(image.locator(".node.centre .below")).to_contain_text("commander")
    assert page.url.endswith("#of=actor/georgy-zhukov")
    image.locator(".node.centre").click()
    expect(page.locator("[data-network]").get_by_role("link", name="Georgy Zhukov")).to_be_visible()
    assert_can_be_saved(page, page.locator("[data-network]"), "Georgy Zhukov")
    page.reload()
    wait_for_drawings(page)
    expect(image.locator(".node.centre .name")).to_have_text("Georgy Zhukov")
    again = page.context.new_page()
    again.goto(visitor.server + "/network")
    wait_for_drawings(again)
    assert again.locator("svg.network").inner_html() == begin


def test_on_a_phone_the_actors_of_the_network_stand_below_their_events(visitor):
    page = visitor.open("/network", viewport={"width": 390, "height": 800})
    wait_for_drawings(page)
    assert page.locator("svg.network .edge").count() == 0
    boxes = [box.bounding_box() for box in page.locator("svg.network text").all()]
    assert max(box["x"] + box["width"] for box in boxes) <= 390


def test_the_timeline_page_lists_its_events_without_scripts(visitor):
    page = visitor.open("/timeline?from=1936-01-01&to=1936-12-31", java_script_enabled=False, **WIDE)
    assert page.locator(".bars li").count() > 10 and not page.locator(".drawing").first.is_visible()


def test_a_term_that_is_nowhere_in_the_graph_is_told_above_the_result_until_the_next_query(editor):
    result = editor.locator("[data-sparql-answer]")
    type_query(editor, "SELECT ?date { ?event sjkg:startDate ?date }")
    editor.keyboard.press("ControlOrMeta+Enter")
    expect(result.get_by_role("status")).to_have_text("sjkg:startDate is nowhere in the graph; did you mean sjkg:date?")
    expect(result).to_contain_text("0 rows")
    type_query(editor, TYPES)
    editor.keyboard.press("ControlOrMeta+Enter")
    expect(result).not_to_contain_text("nowhere in the graph")
