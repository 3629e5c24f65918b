"""Benchmark of the site in Chromium: `python -m bench.browser SNAPSHOT`, for a built snapshot or one of bench.events.

Times are those for which a visitor waits: from navigation or click until a drawing is complete with its data. The
scripts of the site mark that moment on the browser's performance timeline, in the frame after
(frontend/src/shared/performance.ts); the map is complete when MapLibre has nothing left to load, place or draw. Each
page is opened in a browser context with an empty cache, rendered in software. The server has its scripts in its cache,
but each visit asks for another range of dates that includes all events, so that no response about data is cached. Also
reported are Lighthouse's metrics, as the browser observes them, and the bytes transferred, with and without the map.
All numbers are medians; a table goes to stderr, JSON to stdout.
"""

import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, sync_playwright

from bench.process import ServerProcess, free_port
from sjkg.web.served import preloaded_scripts

FLAGS = ("--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WINDOW = {"viewport": {"width": 1200, "height": 1000}}
MAX_WAIT_MS = 60_000
SETTLE_S = 1.5  # the browser renders its own new window first, which is as much work as one of the pages
MAP_RESOURCES = ("maplibre", "/world-", "/map.css", "/drawings/spots", *preloaded_scripts("map"))
OBSERVE = """
  window.seen = {lcp: 0, cls: 0, tbt: 0};
  const observe = (type, act) => new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({type, buffered: true});
  observe("largest-contentful-paint", (entry) => (seen.lcp = entry.startTime));
  observe("layout-shift", (entry) => (seen.cls += entry.hadRecentInput ? 0 : entry.value));
  observe("longtask", (entry) => (seen.tbt += Math.max(0, entry.duration - 50)));
"""
READ_METRICS = """() => ({
  fcp_ms: performance.getEntriesByName("first-contentful-paint")[0]?.startTime, lcp_ms: seen.lcp, tbt_ms: seen.tbt, cls: seen.cls,
})"""
READ_SIZES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map(({name, transferSize}) => [name, transferSize])"""
DATE_RANGES = (f"?from=1800-01-01&to={year}-12-31" for year in count(1990))
FIND_MARK = """([what, since]) => performance.getEntriesByName(`sjkg:${what}`).findLast((mark) => mark.startTime > since)?.startTime"""
PAGES = {
    "start": ("/", ("timeline", "map")),
    "list of events": ("/events", ("timeline", "map")),
    "timeline": ("/timeline", ("timeline", "map")),
    "map": ("/map", ("map", "timeline")),
    "network": ("/network", ()),
    "figures": ("/figures", ()),
    "event": ("/page/event/battles-of-khalkhin-gol", ()),
    "actor": ("/page/actor/soviet-union", ()),
    "passage": ("/page/passage/tauran-incident", ()),
    "contradictions": ("/contradictions", ()),
    "query": ("/sparql", ()),
}


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--only", multiple=True, help="Measure only the page of this name, and no interaction; may be repeated.")
@click.argument("snapshot", type=click.Path(path_type=Path, exists=True))
def main(rounds: int, only: tuple[str, ...], snapshot: Path) -> None:
    """Serve SNAPSHOT, visit its pages several times, print a table to stderr and JSON to stdout."""
    port = free_port()
    command = [sys.executable, "-m", "bench.serve", str(snapshot.resolve()), str(port)]
    with ServerProcess(command, snapshot.parent / "browser.log", port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"), args=list(FLAGS)
        )
        server = f"http://127.0.0.1:{port}"
        visit(
            browser, server + "/page/place/lake-khasan", ()
        )  # warm-up: browser processes start, scripts are cached by the server
        visit(browser, server + "/timeline?year=1", ("timeline",))
        chosen = {name: page for name, page in PAGES.items() if not only or name in only}
        pages = {
            name: medians(
                [
                    visit(browser, server + path + (next(DATE_RANGES) if drawings else ""), drawings)
                    for _ in range(rounds)
                ]
            )
            for name, (path, drawings) in chosen.items()
        }
        print_table(pages)
        acts = {
            name: medians([act(browser, server) for _ in range(rounds)])
            for name, act in INTERACTIONS.items()
            if not only
        }
        browser.close()
    print_table(acts)
    print(json.dumps({"pages": pages, "reactions": acts}, indent=1))


def visit(browser: Browser, address: str, drawings: tuple[str, ...]) -> dict[str, float]:
    """Open a page in a browser context of its own; return a dict of its measurements, then close it.

    drawings: names of the drawings to wait for, such as "map". Keys: {drawing}_ms, fcp_ms, lcp_ms, tbt_ms (first and
    largest contentful paint, total blocking time), cls (cumulative layout shift), without_map_kb and all_kb
    (transferred).
    """
    page = open_page(browser, address)
    found = {f"{what}_ms": wait_for_drawing(page, what) for what in drawings}
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(READ_SIZES)
    found |= page.evaluate(READ_METRICS)
    found["without_map_kb"] = (
        sum(size for name, size in sizes if not any(part in name for part in MAP_RESOURCES)) / 1000
    )
    found["all_kb"] = sum(size for _, size in sizes) / 1000
    page.context.close()
    return found


def open_page(browser: Browser, address: str) -> Page:
    """Return the page at an address in a new browser context that records performance metrics."""
    page = browser.new_context(**WINDOW).new_page()
    page.add_init_script(OBSERVE)
    time.sleep(SETTLE_S)
    page.goto(address)
    return page


def wait_for_drawing(page: Page, what: str, since: float = 0) -> float:
    """Scroll to a drawing and wait until it is complete; return when it was, in milliseconds since the navigation.

    what: "list" or the name of a drawing. since: ignore completions before this time, in the same unit. Raises
    TimeoutError of Playwright after MAX_WAIT_MS.
    """
    if what != "list" and not page.evaluate(FIND_MARK, [what, since]):
        page.locator(f"[data-{what}]").first.scroll_into_view_if_needed()
    return page.wait_for_function(FIND_MARK, arg=[what, since], timeout=MAX_WAIT_MS).json_value()


def make_interaction(
    path: str, act: Callable[[Page], None], *drawings: str
) -> Callable[[Browser, str], dict[str, float]]:
    """Return a function that opens a page, performs an action once all is drawn, and times the redrawing.

    path: of the page. act: performs the action on the page. drawings: those to wait for. The returned function takes
    browser and server address and returns a dict with a key {drawing}_ms, counted from the action.
    """

    def measure(browser: Browser, server: str) -> dict[str, float]:
        page = open_page(browser, server + path + next(DATE_RANGES))
        for what in ("timeline", "map"):
            wait_for_drawing(page, what)
        page.wait_for_load_state("networkidle")
        begun = page.evaluate("performance.now()")
        act(page)
        found = {f"{what}_ms": wait_for_drawing(page, what, begun) - begun for what in drawings}
        page.context.close()
        return found

    return measure


def choose_facet(page: Page) -> None:
    """Click the first value of the facet "kind"."""
    page.evaluate("""document.querySelector("[data-facet=kind] a").click()""")


def choose_dates(page: Page) -> None:
    """Enter a range of three weeks in 1936 in the two date fields."""
    page.get_by_label("From", exact=True).fill("1936-02-01")
    page.get_by_label("to", exact=True).fill("1936-02-20")


def open_cluster(page: Page) -> None:
    """Click the first cluster of spots on the map, which zooms in."""
    page.evaluate("""document.querySelector(".cluster").click()""")


INTERACTIONS = {
    "a facet of the list": make_interaction("/events", choose_facet, "list", "timeline", "map"),
    "a span of the list": make_interaction("/events", choose_dates, "list", "timeline", "map"),
    "a span of the timeline": make_interaction("/timeline", choose_dates, "timeline", "map"),
    "closer on the map": make_interaction("/map", open_cluster, "map"),
}


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each key over several dicts of measurements, rounded to 3 decimals; None counts as 0."""
    return {key: round(statistics.median(run[key] or 0 for run in runs), 3) for key in runs[0]}


def print_table(rows: dict[str, dict[str, float]]) -> None:
    """Print measurements to stderr: a row for each key of `rows`, a column for each measurement in any of them."""
    columns = list(dict.fromkeys(key for row in rows.values() for key in row))
    print(f"{'':24}" + "".join(f"{column:>13}" for column in columns), file=sys.stderr)
    for name, row in rows.items():
        cells = "".join(
            f"{row[c]:13,.3f}" if c == "cls" else f"{row[c]:13,.0f}" if c in row else " " * 13 for c in columns
        )
        print(f"{name:24}{cells}", file=sys.stderr)


if __name__ == "__main__":
    main()
