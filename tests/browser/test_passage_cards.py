"""Cards of passages at the marks ¶: by pointer and keyboard, with the way to the passage; links only without scripts."""

import re

PATH = "/page/event/halhamiao-incident"


def test_a_mark_with_the_pointer_on_it_shows_the_passage_until_the_pointer_leaves_mark_and_card(visitor):
    page = visitor.open(PATH)
    mark = page.locator("main a.mark[href*='/page/passage/']").first
    mark.hover()
    card = page.locator("#passage-card")
    card.wait_for(state="visible")
    number = re.search(r"\d+", mark.inner_text())[0]
    assert card.locator("strong").inner_text() == f"Passage {number}" and card.locator("q").inner_text().endswith("…")
    assert mark.get_attribute("title") is None  # else the browser covers the card with it
    card.locator("a").first.hover()
    assert card.is_visible()
    page.mouse.move(1, 1)
    card.wait_for(state="detached")
    assert page.errors == []


def test_a_card_is_read_left_and_dismissed_by_keyboard(visitor):
    page = visitor.open(PATH)
    mark = page.locator("main a.mark[href*='/page/passage/']").first
    mark.focus()
    card = page.locator("#passage-card")
    card.wait_for(state="visible")
    assert mark.get_attribute("aria-describedby") == "passage-card"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.href") == page.evaluate("mark => mark.href", mark.element_handle())
    page.keyboard.press("Tab")
    assert "#:~:text=" in page.evaluate("document.activeElement.href")
    page.keyboard.press("Escape")
    card.wait_for(state="detached")
    assert page.evaluate("mark => document.activeElement === mark", mark.element_handle())
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/passage/*")
    assert page.errors == []


def test_an_open_card_has_no_accessibility_fault_and_stays_in_the_window(visitor, axe):
    page = visitor.open(PATH, viewport={"width": 390, "height": 800})
    for mark in page.locator("main a.mark[href*='/page/passage/']").all()[:5]:
        if mark.is_visible():
            mark.focus()
            box = page.locator("#passage-card").bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.evaluate(axe)
    assert page.evaluate("axe.run(document).then(({violations}) => violations.map(({id}) => id))") == []


def test_without_scripts_a_mark_is_a_link_whose_title_names_the_passage(visitor):
    page = visitor.open(PATH, java_script_enabled=False)
    mark = page.locator("main a.mark[href*='/page/passage/']").first
    assert re.search(r": “.+ …”$", mark.get_attribute("title")) and page.locator("#passage-card").count() == 0
