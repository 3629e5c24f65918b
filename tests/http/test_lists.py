"""The lists and the search over HTTP."""

import csv

import pytest
import requests

from sjkg.snapshot.index.lists import LIST_NAMES


def get(url: str, **options) -> requests.Response:
    return requests.get(url, headers={"Accept": "text/html,*/*;q=0.8"}, timeout=20, **options)


@pytest.mark.parametrize("name", LIST_NAMES)
def test_each_list_has_the_same_rows_as_html_json_and_csv(server, name):
    assert get(f"{server}/{name}").status_code == 200
    twin = get(f"{server}/{name}.json").json()["page"]
    rows = list(csv.DictReader(get(f"{server}/{name}.csv").text.splitlines()))
    assert twin["total"] == len(rows) > 20
    assert twin["rows"][0][0]["iri"] == rows[0]["iri"]


def test_the_csv_of_a_list_has_all_selected_rows(server):
    response = get(f"{server}/events.csv", params={"year": "1936", "kind": "sjkg:BorderIncident"})
    assert response.headers["Content-Type"].startswith("text/csv")
    assert "Tauran incident" in {row["name"] for row in csv.DictReader(response.text.splitlines())}


def test_the_query_behind_a_list_gives_as_many_rows(server):
    answer = get(f"{server}/claims.json", params={"party": "actor:soviet-union"}).json()
    query = requests.get(server + answer["queries"][0]["ask"], headers={"Accept": "text/csv"}, timeout=20)
    assert len({row["item"] for row in csv.DictReader(query.text.splitlines())}) == answer["page"]["total"]


@pytest.mark.parametrize(
    "address, words",
    [
        ("/events?colour=red", "known parameters: "),
        ("/events?sort=colour", "cannot be sorted"),
        ("/events?page=0", "write a whole number from 1"),
        ("/events?day=soon", "YYYY-MM-DD, for example 1939-08-20"),
        ("/events?day=19390820", "“19390820” is not a valid value of “day”"),
        ("/events?from=1939-W34-7", "“1939-W34-7” is not a valid value of “from”"),
        ("/actors?day=1939-08-20", "select a day in the list at /events"),
        ("/events?year=soon", "Unknown value “soon” for facet “year”; known values: 19"),
        ("/events?kind=http://[", "for facet “kind”; known values: sjkg:"),
        ("/events?kind=batle", "Unknown value “batle” for facet “kind”; known values: sjkg:Battle, "),
        ("/events?kind=sjkg:a%3Cb", "for facet “kind”; known values: sjkg:"),
    ],
)
def test_a_wrong_parameter_gets_an_error_that_says_what_to_write(server, address, words):
    response = get(server + address)
    assert response.status_code == 400 and words in response.text


@pytest.mark.parametrize(
    "values, words",
    [
        ([f"a:{number}" for number in range(51)], "select at most 50"),
        (["a:" + "b" * 4000], "more than the 4,000 allowed for all together"),
    ],
)
@pytest.mark.parametrize(
    "path", ["events", "events.json", "events.csv", "timeline", "drawings/timeline.json", "drawings/spots.json"]
)
def test_too_many_facet_values_for_the_links_of_a_page_are_refused(server, path, values, words):
    response = get(f"{server}/{path}", params={"kind": values})
    assert response.status_code == 400 and words in response.text


def test_fifty_facet_values_are_accepted(server):
    values = [f"actor:{number:020}" for number in range(50)]
    assert get(f"{server}/events.json", params={"actor": values}).json()["page"]["total"] == 0


def test_a_selected_value_that_is_not_among_the_most_frequent_ones_is_shown_and_can_be_deselected(server):
    def read(**parameters) -> tuple[list[dict], int]:
        page = get(f"{server}/events.json", params=parameters).json()["page"]
        (facet,) = [facet for facet in page["facets"] if facet["name"] == "actor"]
        assert facet["is_cut"]
        return facet["values"], page["total"]

    rare = "actor:kwantung-army"
    frequent, _ = read()
    assert len(frequent) == 60 and rare not in {value["value"] for value in frequent}
    (*others, last), total = read(actor=rare)
    assert len(others) == 60 and (last["value"], last["count"], last["is_chosen"]) == (rare, total, True)
    page = get(f"{server}/events", params={"actor": rare}).text
    assert "remove filter" in page and f'<input type="hidden" name="actor" value="{rare}">' in page


def test_the_search_has_a_json_twin(server):
    groups = get(f"{server}/search.json", params={"q": "Yoshijiro"}).json()["page"]["groups"]
    assert groups[0][1][0]["path"] == "/page/actor/yoshijiro-umezu"


def test_the_list_of_a_day_marks_what_is_only_possible_and_names_apart_what_has_no_end(server):
    """World War 1, of which the article tells only the begin, would stand among the events of a day of 1938."""
    page = get(f"{server}/events.json?day=1938-08-01").json()["page"]
    rows = {row[0]["text"]: [cell["text"] for cell in row] for row in page["rows"]}
    assert "World War 1" not in rows
    assert not any(text.startswith("possibly, ") for text in rows["Battle of Lake Khasan"])
    assert any(text.startswith("possibly, ") for text in rows["Soviet counterattacks in the Battle of Lake Khasan"])
    assert "World War 1" in [event["name"] for event in page["not_excluded"]]
