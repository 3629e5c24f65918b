"""The JSON data of the timeline, map and network scripts, and saved queries as SPARQL files."""

import json
import re
from collections import Counter, defaultdict
from html import unescape
from xml.etree import ElementTree

import pytest
import requests


def get(server, path, **parameters):
    return requests.get(server + path, params=parameters, timeout=20)


def timeline(server, **parameters):
    return get(server, "/drawings/timeline.json", **parameters).json()


def test_the_timeline_has_the_same_events_as_the_list(server):
    drawn = timeline(server, **{"from": "1936-01-01", "to": "1936-12-31", "kind": "sjkg:BorderIncident"})
    page = get(
        server, "/events.json", **{"from": "1936-01-01", "to": "1936-12-31", "kind": "sjkg:BorderIncident"}
    ).json()["page"]
    assert drawn["total"] == len(drawn["events"]) == page["total"] > 2
    assert {event["name"] for event in drawn["events"]} == {row[0]["text"] for row in page["rows"]}


def known_days(event):
    """The known bounds of an event, sorted; an open side of it reaches to the first or last of them."""
    return sorted(filter(None, (event["begin"], event["sure_begin"], event["sure_end"], event["end"])))


def test_the_profile_counts_the_events_possibly_under_way_in_each_interval(server):
    drawn = timeline(server)
    for part in drawn["profile"]:
        under_way = [
            event
            for event in drawn["events"]
            if known_days(event)[0] <= part["last"] and known_days(event)[-1] >= part["first"]
        ]
        assert part["count"] == len(under_way), part
    assert sum(part["count"] for part in drawn["profile"]) > len(drawn["events"])


def test_dated_and_undated_events_add_up_to_all(server):
    drawn = timeline(server)
    assert drawn["total"] + drawn["undated"] == get(server, "/events.json").json()["page"]["total"]
    assert drawn["undated"] > 0


def test_the_timeline_and_its_page_leave_out_the_same_events(server):
    """An event without a date that only a later one bounds would be a bar over all earlier years."""
    drawn = timeline(server)
    assert drawn["undated"] == get(server, "/timeline.json").json()["page"]["undated"]
    assert "/page/event/atomic-bombing-of-hiroshima" not in {event["path"] for event in drawn["events"]}
    assert all(event["begin"] for event in drawn["events"])


def test_the_timeline_ranks_the_war_before_its_battles_and_these_before_incidents(server):
    ranks = {event["name"]: event["rank"] for event in timeline(server)["events"]}
    assert ranks["Soviet–Japanese border conflicts"] == 0
    assert ranks["Battle of Lake Khasan"] == ranks["Battles of Khalkhin Gol"] == 1
    assert ranks["Tauran incident"] == 2 < ranks["Russo-Japanese War"]


def test_a_chart_has_the_number_zero(server):
    """A figure of 0 without its number would be drawn like one in words, with a bar."""
    charts = re.findall(r"data-chart='([^']*)'", get(server, "/figures").text)
    figures = [
        figure for chart in charts for kind in json.loads(unescape(chart))["kinds"] for figure in kind["figures"]
    ]
    zeros = [figure for figure in figures if figure["text"] == "0"]
    assert zeros and all(figure["exact"] == 0 for figure in zeros)


def test_an_event_with_an_open_end_is_shown_only_while_something_tells_that_it_lasted(server):
    """World War 1 would stand among the events of 1938, because the article tells only when it began."""
    in_1938 = {event["path"] for event in timeline(server, **{"from": "1938-01-01", "to": "1938-12-31"})["events"]}
    assert "/page/event/world-war-1" not in in_1938
    assert "/page/event/second-sino-japanese-war" in in_1938  # a part of it lasted until 1939
    in_1914 = {event["path"] for event in timeline(server, **{"from": "1914-07-01", "to": "1914-07-31"})["events"]}
    assert "/page/event/world-war-1" in in_1914


def test_the_map_has_the_events_with_a_position_and_counts_the_others(server):
    drawn = get(server, "/drawings/spots.json").json()
    assert {"Battle of Lake Khasan", "Vladivostok", "spot west of Lake Khanka"} <= {
        spot["name"] for spot in drawn["spots"]
    }
    assert 0 < drawn["unplaced"] == drawn["sorts"]["none"] < drawn["total"] == sum(drawn["sorts"].values())
    assert len(drawn["events"]) == drawn["total"] - drawn["unplaced"]
    for spot in drawn["spots"]:
        assert spot["events"] == sum(spot["number"] in event["spots"] for event in drawn["events"])


def test_spots_have_the_first_family_of_their_events_and_events_the_passages_that_state_most_of_them(server):
    drawn = get(server, "/drawings/spots.json").json()
    families = ["battle", "incident", "fighting", "other"]
    for spot in drawn["spots"]:
        here = [event["family"] for event in drawn["events"] if spot["number"] in event["spots"]]
        assert spot["family"] == min(here, key=families.index)
    events = {event["name"]: event for event in drawn["events"]}
    assert events["Battle of Lake Khasan"]["family"] == "battle"
    assert events["clash west of Lake Khanka of June 1935"]["family"] == "incident"
    assert [passage["number"] for passage in events["Kanchazu Island incident"]["passages"]] == [34]
    assert all(1 <= len(event["passages"]) <= 3 for event in drawn["events"])


def test_the_map_of_a_year_has_no_place_of_the_whole_war(server):
    drawn = get(server, "/drawings/spots.json", year="1935").json()
    assert {spot["name"] for spot in drawn["spots"]} == {
        "spot west of Lake Khanka",
        "spot about 20 kilometres north of Suifenho",
        "spot southwest of Buir Lake",
    }


def test_page_and_geojson_of_the_map_agree_with_the_drawing(server):
    drawn, page = get(server, "/drawings/spots.json").json(), get(server, "/map.json").json()["page"]
    assert page["sorts"] == drawn["sorts"] and len(page["unplaced"]) == drawn["unplaced"]
    assert [row["event"] for row in page["located"]] == drawn["events"]
    features = get(server, "/map.geojson").json()["features"]
    assert len(features) == sum(len(event["spots"]) for event in drawn["events"])
    assert {feature["geometry"]["type"] for feature in features if feature["geometry"]} == {"Point", "Polygon"}


def test_the_map_of_the_whole_war_has_the_points_of_its_battles(server):
    page = get(server, "/page/event/soviet-japanese-border-conflicts.json").json()["page"]
    battles = {"Battle of Lake Khasan", "Battles of Khalkhin Gol", "Kanchazu Island incident"}
    assert battles <= {spot["name"] for spot in page["spots"]}


def test_the_map_of_a_lake_has_the_site_that_is_described_by_it(server):
    spots = get(server, "/page/place/lake-khanka.json").json()["page"]["spots"]
    assert {spot["form"]: spot["events"] for spot in spots} == {"lake": 0, "sector": 1}
    assert {spot["form"]: len(spot["outline"]) > 0 for spot in spots} == {"lake": False, "sector": True}


def test_the_map_is_limited_to_the_box(server):
    everywhere = get(server, "/drawings/spots.json").json()
    khasan = get(server, "/drawings/spots.json", box="130,42,131,43").json()
    assert {spot["name"] for spot in khasan["spots"]} < {spot["name"] for spot in everywhere["spots"]}
    assert khasan["places"] == len(khasan["spots"]) > 0 and khasan["total"] == everywhere["total"]
    assert get(server, "/drawings/timeline.json", box="130,42,131,43").status_code == 400


@pytest.mark.parametrize("box", ["here", "1,2,3", "131,42,130,43", "nan,1,2,3"])
def test_a_malformed_box_gets_a_clear_error(server, box):
    answer = get(server, "/drawings/spots.json", box=box)
    assert answer.status_code == 400 and "west,south,east,north" in answer.json()["detail"]


def test_a_reversed_span_of_days_gets_a_clear_error(server):
    answer = get(server, "/drawings/timeline.json", **{"from": "1939-01-02", "to": "1939-01-01"})
    assert answer.status_code == 400 and "must not be after" in answer.json()["detail"]


def test_the_rq_file_of_a_saved_query_has_its_parameters_inlined(server):
    text = get(server, "/questions/events-possibly-on-day.rq", day="1935-01-08").text
    assert "1935-01-08" in text
    asked = requests.get(f"{server}/sparql", params={"query": text, "format": "json"}, timeout=20).json()
    assert any(row["event"]["value"].endswith("/halhamiao-incident") for row in asked["results"]["bindings"])


@pytest.mark.parametrize(
    "path, data",
    [
        ("/", ["timeline"]),
        ("/events?place=place:lake-khasan&sort=-name&page=1", ["timeline", "spots"]),
        ("/timeline?year=1936", ["timeline", "spots"]),
        ("/map", ["timeline", "spots"]),
    ],
)
def test_preloaded_scripts_and_data_exist(server, path, data):
    page = requests.get(server + path, headers={"Accept": "text/html"}, timeout=20).text
    named = [unescape(address) for address in re.findall(r'rel="(?:module)?preload"[^>]* href="([^"]+)"', page)]
    assert sum("/bundle/" in address for address in named) > 3
    assert [address.partition("?")[0] for address in named if "/bundle/" not in address] == [
        f"/drawings/{name}.json" for name in data
    ]
    assert not any("sort=" in address or "page=" in address for address in named)
    assert {requests.get(server + address, timeout=20).status_code for address in named} == {200}


def test_the_network_links_actors_to_events_and_powers(server):
    page = get(server, "/network.json").json()["page"]
    known = {node["iri"] for node in page["nodes"]}
    assert {node["kind"] for node in page["nodes"]} == {"event", "person", "actor", "power"}
    assert {edge["side"] for edge in page["edges"]} == {"", "japanese-manchukuoan", "soviet-mongolian"}
    assert page["first"] in known and all(node["whole"] in {None, *known} for node in page["nodes"])
    assert page["edges"] and all({edge["source"], edge["target"]} <= known for edge in page["edges"])


def test_an_actor_acts_in_the_network_for_its_own_state_and_not_for_its_patron(server):
    """Mongolian cavalrymen would be shown as Soviet, because Mongolia was a client state of the Soviet Union."""
    edges = get(server, "/network.json").json()["page"]["edges"]
    acts_for = defaultdict(set)
    for edge in edges:
        if edge["words"] == "acts for":
            acts_for[edge["source"].rpartition("/")[2]].add(edge["target"].rpartition("/")[2])
    assert acts_for["halhamiao-mongolian-cavalrymen"] == {"mongolian-peoples-republic"}
    assert acts_for["halhamiao-patrol"] == {"manchukuo"}
    assert "mongolian-peoples-republic" not in acts_for


def charts_on(server, path):
    text = requests.get(server + path, headers={"Accept": "text/html"}, timeout=20).text
    found = re.findall(r"data-chart='(.*?)'.*?height=\"(\d+)em\"", text)
    return [(json.loads(unescape(chart)), int(lines)) for chart, lines in found]


@pytest.mark.parametrize("path, least", [("/figures", 10), ("/page/event/battles-of-khalkhin-gol", 2)])
def test_each_chart_placeholder_has_the_height_of_its_figures(server, path, least):
    charts = charts_on(server, path)
    assert len(charts) > least
    for chart, lines in charts:
        kinds = chart["kinds"]
        parts = {kind["event"] for kind in kinds if "event" in kind}
        assert lines == len(parts) + 2 * len(kinds) + 2 * sum(len(kind["figures"]) for kind in kinds), chart["name"]


def test_charts_show_each_figure_once_by_side_and_the_whole_apart_from_its_parts(server):
    page = get(server, "/figures.json").json()["page"]
    for charts, groups in ((page["loss_charts"], page["losses"]), (page["strength_charts"], page["strengths"])):
        drawn = Counter(f["path"] for chart in charts for kind in chart["kinds"] for f in kind["figures"])
        assert set(drawn.values()) == {1} and sum(drawn.values()) == sum(len(group["claims"]) for group in groups)
    whole, *others = page["loss_charts"]
    assert whole["name"] == "Soviet–Japanese border conflicts" and whole["is_whole"] and whole["has_own_scale"]
    assert not any(chart["is_whole"] for chart in others)
    assert len({chart["ends"]["people"] for chart in others if not chart["has_own_scale"]}) == 1
    kanchazu = next(chart for chart in others if chart["name"] == "Kanchazu Island incident")
    assert {kind["event"] for kind in kanchazu["kinds"]} == {
        "",
        "Japanese shelling of the Soviet gunboats at Kanchazu Island",
    }
    casualties = {f["party"]: f["side"] for f in whole["kinds"][0]["figures"]}
    assert casualties["Soviet Union"] == casualties["Mongolian People's Republic"] == "soviet-mongolian"
    assert casualties["Empire of Japan"] == casualties["Manchukuo"] == "japanese-manchukuoan"


def test_the_map_is_an_image_with_links_for_readers_without_scripts(server):
    response = get(server, "/map.svg", kind="sjkg:Battle")
    assert response.headers["Content-Type"].startswith("image/svg+xml") and len(response.content) < 200_000
    root = ElementTree.fromstring(response.content)
    linked = {link.get("href") for link in root.iter("{http://www.w3.org/2000/svg}a")}
    assert "page/event/battle-of-lake-khasan" in linked  # relative, for a site below a path
    assert all(path.get("d") for path in root.iter("{http://www.w3.org/2000/svg}path"))
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) == 4
    assert "Manchuria (Manchukuo)" in "".join(root.itertext())  # a name from kb.ttl
    page = requests.get(server + "/", headers={"Accept": "text/html"}, timeout=20).text
    assert re.search(r'<svg class="map-image".*<a href="/page/event/battle-of-lake-khasan">', page, re.DOTALL)
