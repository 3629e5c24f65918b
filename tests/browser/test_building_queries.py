"""The query builder in a browser: choices act at once, values are found by name, and it works without scripts."""

import re

from playwright.sync_api import expect


def test_a_query_grows_with_each_choice_and_runs(visitor):
    page = visitor.open("/build")
    page.get_by_role("link", name="border incident").click()
    page.get_by_label("Add a condition on").select_option("sjkg:occurredAt")
    query = page.get_by_label("The query in SPARQL")
    expect(query).to_have_value(re.compile("sjkg:occurredAt [?]occurredAt"))
    page.get_by_role("searchbox", name="Value of occurred at").fill("khanka")
    expect(page.get_by_role("status").filter(has_text="1 of")).to_be_visible()
    page.get_by_role("searchbox", name="Value of occurred at").press("Enter")
    expect(query).to_have_value(re.compile("sjkg:occurredAt place:site-west-of-lake-khanka"))
    page.get_by_role("checkbox", name="date", exact=True).check()
    expect(query).to_have_value(re.compile("sjkg:date [?]date"))
    expect(page.get_by_role("checkbox", name="date", exact=True)).to_be_focused()
    expect(page.get_by_role("cell", name="some time in June 1935")).to_be_visible()
    page.get_by_role("link", name="remove condition 2").click()
    expect(query).not_to_have_value(re.compile("site-west-of-lake-khanka"))
    page.get_by_role("link", name="remove condition 1").click()
    expect(page.get_by_text("No condition yet")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(query).to_have_value(re.compile("site-west-of-lake-khanka"))
    page.get_by_role("button", name="Run query").click()
    expect(page.get_by_role("tab", name="Table")).to_be_visible()
    assert page.errors == []


def test_values_are_found_by_their_names_in_other_scripts(visitor):
    page = visitor.open("/build?kind=sjkg:Event&property1=sjkg:subEventOf")
    search = page.get_by_role("searchbox", name="Value of part of event")
    search.fill("張鼓峰")
    values = page.get_by_label("Value of part of event", exact=True)
    expect(values.locator("option", has_text="Battle of Lake Khasan")).to_be_attached()
    expect(values.locator("option")).to_have_count(2)


def test_the_builder_works_without_scripts(visitor):
    page = visitor.open("/build", java_script_enabled=False)
    page.get_by_role("link", name="battle (").click()
    page.get_by_label("Value of when").fill("1938")
    page.get_by_role("button", name="Update the query").click()
    expect(page.get_by_role("link", name="Battle of Lake Khasan")).to_be_visible()
    page.get_by_role("button", name="Run query").click()
    expect(page.get_by_role("link", name="event:battle-of-lake-khasan")).to_be_visible()
