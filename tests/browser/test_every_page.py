"""Every kind of page in a browser: no errors, no requests to other servers, WCAG 2.2 AA, no sideways scrolling."""

import pytest
from visitor import Visitor, wait_for_drawings

QUERY = "/sparql?query=SELECT+*+%7B+%3Fevent+a+sjkg%3ABorderIncident+%3B+sjkg%3AearliestBegin+%3Fbegin+%7D"
WHY = "/explain?s=event:kanchazu-island-incident&p=sjkg:occurredAt&o=place:kanchazu-island"
PAGES = {
    "start": "/",
    "events": "/events?kind=sjkg:BorderIncident",
    "actors": "/actors",
    "places": "/places",
    "claims": "/claims",
    "passages": "/passages",
    "remarks": "/remarks",
    "timeline": "/timeline?from=1936-01-01&to=1936-12-31",
    "map": "/map",
    "network": "/network",
    "figures": "/figures",
    "contradictions": "/contradictions",
    "compare": "/compare",
    "compared years": "/compare?a=1935&b=1936",
    "compared events": "/compare?a=event:battle-of-lake-khasan&b=event:battles-of-khalkhin-gol",
    "compared actors": "/compare?a=actor:soviet-union&b=actor:empire-of-japan",
    "compared sources": "/compare/event/battles-of-khalkhin-gol",
    "event without other sources": "/compare/event/tauran-incident",
    "questions": "/questions",
    "question": "/questions/events-possibly-on-day",
    "question with things": "/questions/losses-of-event?event=event:kanchazu-island-incident",
    "answer": QUERY,
    "query": "/sparql",
    "problem": "/sparql?query=SELECT",
    "kinds": "/build",
    "builder": "/build?kind=sjkg:Event&property1=sjkg:occurredAt&value1=place:mongolia&property2=when&value2=1936&show=sjkg:date",
    "search": "/search?q=khasan",
    "about": "/about",
    "downloads": "/downloads",
    "profiles": "/profiles",
    "profile": "/profiles/cidoc-crm",
    "dataset": "/dataset",
    "links": "/links",
    "ontology": "/page/ontology",
    "shapes": "/page/shapes",
    "shape": "/page/shapes/Event",
    "vocabulary": "/page/vocab/role",
    "concept": "/page/vocab/role/attacker",
    "link": "/page/link/attack-on-pearl-harbor--dbpedia",
    "event": "/page/event/kanchazu-island-incident",
    "large event": "/page/event/battles-of-khalkhin-gol",
    "actor": "/page/actor/soviet-union",
    "place": "/page/place/mongolia",
    "claim": "/page/claim/april-1936-japanese-killed",
    "passage": "/page/passage/halhamiao-incident",
    "footnote": "/page/footnote/5",
    "work": "/page/work/coox",
    "section": "/page/section/1935-incidents",
    "class": "/page/ontology/BorderIncident",
    "property": "/page/ontology/occurredAt",
    "rule": "/page/shapes/Participation-role",
    "treaty": "/page/treaty/soviet-japanese-neutrality-pact",
    "participation": "/page/participation/battle-of-lake-khasan--soviet-union",
    "remark": "/page/remark/halhamiao-led-by",
    "check": "/validate",
    "why": "/explain",
    "proof": WHY,
    "wrong parameter": "/events?kinds=none",
    "not found": "/nothing-here",
}
LEVELS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LANDMARKS = {"type": "rule", "values": ["landmark-unique"]}
# The rules that depend on colours, and those that depend on the width of the window
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
OF_WIDTH = {
    "type": "rule",
    "values": ["target-size", "label-content-name-mismatch", "scrollable-region-focusable", "landmark-unique"],
}
# Spots of a map may overlap: their position is essential, and lists beside the map have the same links (WCAG 2.2, 2.5.8).
RUN_AXE = """async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations
    .map(each => ({...each, nodes: each.nodes.filter(({html}) => each.id !== "target-size" || !html.includes('class="spot '))}))
    .filter(({nodes}) => nodes.length)
    .map(({id, help, nodes}) => `${id}: ${help}: ` + nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" | "))"""
STATUS_MESSAGE = "the server responded with a status of"


@pytest.fixture(scope="module", params=PAGES.values(), ids=PAGES)
def page(request, chromium, server):
    visitor = Visitor(chromium, server)
    page = visitor.open(request.param, viewport={"width": 1024, "height": 900})
    wait_for_drawings(page)
    yield page
    visitor.close()


def test_a_page_has_no_errors_and_requests_nothing_from_other_servers(page):
    assert [message for message in page.errors if STATUS_MESSAGE not in message] == []


@pytest.mark.parametrize(
    "colours, rules", [("light", LEVELS), ("light", LANDMARKS), ("dark", CONTRAST)], ids=["light", "landmarks", "dark"]
)
def test_a_page_is_accessible_in_light_and_dark_colours(page, axe, colours, rules):
    page.emulate_media(color_scheme=colours)
    page.evaluate(axe)
    assert page.evaluate(RUN_AXE, rules) == []


@pytest.mark.parametrize("width", [390, 1600])
def test_a_page_is_no_wider_than_its_window_and_accessible_in_it(page, axe, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
    page.evaluate(axe)
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        assert page.evaluate(RUN_AXE, OF_WIDTH if colours == "light" else CONTRAST) == []


def test_the_navigation_is_one_line(page):
    page.set_viewport_size({"width": 1024, "height": 900})
    links = page.get_by_role("navigation", name="Site").get_by_role("link")
    assert (
        len(
            {
                round(link["y"])
                for link in links.evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
            }
        )
        == 1
    )
