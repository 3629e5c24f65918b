"""Times the site in Chromium: `python -m bench.browser SNAPSHOT`, of a build or with the events that bench.events adds.

What a visitor waits for: from the navigation, or from a click, until everything is drawn with the data it needs. The scripts mark
that moment on the browser's own time line in the frame after (frontend/src/shared/performance.ts); for the map it is when MapLibre has
nothing left to load, to place or to draw. Each page is opened in a window with an empty cache, of a browser that draws in software. The
server has sent its scripts before, but each visit is for another span of days that takes in all events, so that no answer is one
that it keeps. Also what Lighthouse reports, as the browser itself observes it, and what came over the wire, without the map
and in all. Medians; a table goes to stderr, JSON to stdout.
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

from bench.process import Process, free_port
from sjkg.web.assets import preloaded_scripts

FLAGS = ("--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WINDOW = {"viewport": {"width": 1200, "height": 1000}}
PATIENCE_MS = 60_000
REST_S = 1.5  # for what a new window shows of the browser's own, which is as much work as a page of ours
OF_THE_MAP = ("maplibre", "/world-", "/map.css", "/drawings/spots", *preloaded_scripts("map"))
OBSERVE = """
  window.seen = {lcp: 0, cls: 0, tbt: 0};
  const observe = (type, act) => new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({type, buffered: true});
  observe("largest-contentful-paint", (entry) => (seen.lcp = entry.startTime));
  observe("layout-shift", (entry) => (seen.cls += entry.hadRecentInput ? 0 : entry.value));
  observe("longtask", (entry) => (seen.tbt += Math.max(0, entry.duration - 50)));
"""
FIGURES = """() => ({
  fcp_ms: performance.getEntriesByName("first-contentful-paint")[0]?.startTime, lcp_ms: seen.lcp, tbt_ms: seen.tbt, cls: seen.cls,
})"""
WEIGHTS = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map(({name, transferSize}) => [name, transferSize])"""
SPANS = (f"?from=1800-01-01&to={year}-12-31" for year in count(1990))
MOMENT = """([what, since]) => performance.getEntriesByName(`sjkg:${what}`).findLast((mark) => mark.startTime > since)?.startTime"""
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
@click.option("--only", multiple=True, help="Names of pages, to leave the others out.")
@click.argument("snapshot", type=click.Path(path_type=Path, exists=True))
def main(rounds: int, only: tuple[str, ...], snapshot: Path) -> None:
    """Serve SNAPSHOT, visit its pages, print tables and JSON."""
    port = free_port()
    command = [sys.executable, "-m", "bench.serve", str(snapshot.resolve()), str(port)]
    with Process(command, snapshot.parent / "browser.log", port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        server = f"http://127.0.0.1:{port}"
        visit(
            browser, server + "/page/place/lake-khasan", ()
        )  # the browser starts its processes, the server sends the scripts
        visit(browser, server + "/timeline?year=1", ("timeline",))
        chosen = {name: page for name, page in PAGES.items() if not only or name in only}
        pages = {
            name: middle(
                [visit(browser, server + path + (next(SPANS) if moments else ""), moments) for _ in range(rounds)]
            )
            for name, (path, moments) in chosen.items()
        }
        show(pages)
        acts = {name: middle([act(browser, server) for _ in range(rounds)]) for name, act in ACTS.items() if not only}
        browser.close()
    show(acts)
    print(json.dumps({"pages": pages, "reactions": acts}, indent=1))


def visit(browser: Browser, address: str, moments: tuple[str, ...]) -> dict[str, float]:
    """Open a page in a window of its own; return what was waited for and what came over the wire."""
    page = open_page(browser, address)
    found = {f"{what}_ms": moment(page, what) for what in moments}
    page.wait_for_load_state("networkidle")
    weights = page.evaluate(WEIGHTS)
    found |= page.evaluate(FIGURES)
    found["without_map_kb"] = sum(size for name, size in weights if not any(part in name for part in OF_THE_MAP)) / 1000
    found["all_kb"] = sum(size for _, size in weights) / 1000
    page.context.close()
    return found


def open_page(browser: Browser, address: str) -> Page:
    page = browser.new_context(**WINDOW).new_page()
    page.add_init_script(OBSERVE)
    time.sleep(REST_S)
    page.goto(address)
    return page


def moment(page: Page, what: str, since: float = 0) -> float:
    """Bring a drawing into sight; return when it was drawn, in milliseconds since the navigation."""
    if what != "list" and not page.evaluate(MOMENT, [what, since]):
        page.locator(f"[data-{what}]").first.scroll_into_view_if_needed()
    return page.wait_for_function(MOMENT, arg=[what, since], timeout=PATIENCE_MS).json_value()


def reaction(path: str, act: Callable[[Page], None], *moments: str) -> Callable[[Browser, str], dict[str, float]]:
    """Return what opens a page and, once all is drawn, times what an act of the reader changes."""

    def measure(browser: Browser, server: str) -> dict[str, float]:
        page = open_page(browser, server + path + next(SPANS))
        for what in ("timeline", "map"):
            moment(page, what)
        page.wait_for_load_state("networkidle")
        begun = page.evaluate("performance.now()")
        act(page)
        found = {f"{what}_ms": moment(page, what, begun) - begun for what in moments}
        page.context.close()
        return found

    return measure


def choose_facet(page: Page) -> None:
    page.evaluate("""document.querySelector("[data-facet=kind] a").click()""")


def choose_span(page: Page) -> None:
    page.get_by_label("From", exact=True).fill("1936-02-01")
    page.get_by_label("to", exact=True).fill("1936-02-20")


def come_closer(page: Page) -> None:
    page.evaluate("""document.querySelector(".cluster").click()""")


ACTS = {
    "a facet of the list": reaction("/events", choose_facet, "list", "timeline", "map"),
    "a span of the list": reaction("/events", choose_span, "list", "timeline", "map"),
    "a span of the timeline": reaction("/timeline", choose_span, "timeline", "map"),
    "closer on the map": reaction("/map", come_closer, "map"),
}


def middle(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(run[key] or 0 for run in runs), 3) for key in runs[0]}


def show(rows: dict[str, dict[str, float]]) -> None:
    """Print a table to stderr."""
    columns = list(dict.fromkeys(key for row in rows.values() for key in row))
    print(f"{'':24}" + "".join(f"{column:>13}" for column in columns), file=sys.stderr)
    for name, row in rows.items():
        cells = "".join(
            f"{row[c]:13,.3f}" if c == "cls" else f"{row[c]:13,.0f}" if c in row else " " * 13 for c in columns
        )
        print(f"{name:24}{cells}", file=sys.stderr)


if __name__ == "__main__":
    main()
