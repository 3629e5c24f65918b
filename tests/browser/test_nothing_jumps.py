"""Drawings come to places that are kept for them: what a reader looks at does not jump away."""

import pytest
from visiting import draw_everything

MOST = 0.1  # what Web Vitals call good, https://web.dev/articles/cls; seen when written: 0.00 to 0.03, under load 0.06
ANSWER = "/sparql?query=SELECT+*+%7B+%3Fbattle+a+sjkg%3ABattle+%3B+%3Fproperty+%3Fvalue+%7D"
SHIFTS = """() => {
  const observer = new PerformanceObserver(() => {});
  observer.observe({type: "layout-shift", buffered: true});
  return observer.takeRecords().reduce((sum, {value, hadRecentInput}) => sum + (hadRecentInput ? 0 : value), 0);
}"""


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/events",
        "/timeline",
        "/map",
        "/network",
        "/figures",
        "/sparql",
        ANSWER,
        "/page/event/battle-of-lake-khasan",
    ],
)
def test_nothing_jumps_when_a_drawing_comes(visitor, path, width):
    page = visitor.open(path, viewport={"width": width, "height": 900})
    draw_everything(page)
    assert page.evaluate(SHIFTS) < MOST
