"""Pages reserve the space of their drawings: the layout does not shift while a reader reads."""

import pytest
from visitor import wait_for_drawings

MAX_SHIFT = 0.1  # “good” for Web Vitals, https://web.dev/articles/cls; measured: 0.00 to 0.03, under load 0.06
RESULT = "/sparql?query=SELECT+*+%7B+%3Fbattle+a+sjkg%3ABattle+%3B+%3Fproperty+%3Fvalue+%7D"
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
        RESULT,
        "/page/event/battle-of-lake-khasan",
    ],
)
def test_the_layout_does_not_shift_when_drawings_appear(visitor, path, width):
    page = visitor.open(path, viewport={"width": width, "height": 900})
    wait_for_drawings(page)
    assert page.evaluate(SHIFTS) < MAX_SHIFT
