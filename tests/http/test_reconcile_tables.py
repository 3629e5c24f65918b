"""The reconciliation service as OpenRefine uses it beside matching: suggestions, previews, and columns from the data."""

import json
import re
from urllib.parse import quote

import pytest
import requests
from servers import PROJECT

from sjkg.site.reconciliation.extension import MAX_COLUMNS, MAX_IDS
from sjkg.site.reconciliation.properties import FOLDER
from sjkg.web.http.headers import SECURITY_HEADERS

KHASAN, KHALKHIN = "event/battle-of-lake-khasan", "event/battles-of-khalkhin-gol"


@pytest.fixture(scope="module")
def manifest(server):
    return get(f"{server}/reconcile").json()


def get(url: str, **parameters) -> requests.Response:
    response = requests.get(url, parameters, timeout=20)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return response


def extend(server: str, ids: list[str], *properties: dict | str) -> dict:
    listed = [each if isinstance(each, dict) else {"id": each} for each in properties]
    response = requests.post(
        f"{server}/reconcile", {"extend": json.dumps({"ids": ids, "properties": listed})}, timeout=20
    )
    assert response.status_code == 200, response.text
    return response.json()


def rows(server: str, *properties: dict | str, ids=(KHASAN,)) -> list:
    """Return the cells of the first entity, a list for each property."""
    found = extend(server, list(ids), *properties)
    return [found["rows"][ids[0]][each["id"]] for each in found["meta"]]


def test_the_manifest_leads_to_everything_that_it_names(server, manifest):
    assert manifest["versions"] == ["0.2"] and manifest["batchSize"] == 50
    assert get(manifest["logo"]).headers["Content-Type"].startswith("image/svg+xml")
    page, _, anchor = manifest["documentation"].partition("#")
    assert f'id="{anchor}"' in get(page).text
    identifier = quote(KHASAN, safe="")
    for each in (manifest["view"], manifest["preview"]):
        assert "Battle of Lake Khasan" in get(each["url"].replace("{{id}}", identifier)).text
    for name, example in (("entity", KHASAN), ("type", "Battle"), ("property", "begin")):
        suggest = manifest["suggest"][name]
        found = get(suggest["service_url"] + suggest["service_path"], prefix=example).json()["result"]
        assert found[0]["id"] == example
        path = suggest["flyout_service_path"].replace("${id}", quote(example, safe=""))
        flyout = get(suggest["flyout_service_url"] + path).json()
        assert flyout["id"] == example and found[0]["name"] in flyout["html"]
    proposal = manifest["extend"]["propose_properties"]
    assert get(proposal["service_url"] + proposal["service_path"]).json()["properties"]


def test_the_features_of_candidates_are_documented(server, manifest):
    properties = [
        {"pid": "begin", "v": "1938"},
        {"pid": "place", "v": "Mongolia"},
        {"pid": "participant", "v": "Japan"},
    ]
    queries = {"a": {"query": "Khasan", "properties": properties}, "b": {"query": "Q188925"}}
    found = get(f"{server}/reconcile", queries=json.dumps(queries)).json()
    features = {feature["id"] for each in found.values() for one in each["result"] for feature in one["features"]}
    page = get(manifest["feature_view"]["url"].partition("#")[0]).text
    assert features and not [each for each in features if f'id="feature-{each}"' not in page]


def test_types_are_suggested_with_definitions_and_broader_types(server):
    everything = get(f"{server}/reconcile/suggest/type", limit=100).json()["result"]
    ids = [each["id"] for each in everything]
    assert {"Event", "BorderIncident", "Person", "Lake", "Treaty", "Book"} <= set(ids) and not {
        "Claim",
        "Passage",
    } & set(ids)
    first = get(f"{server}/reconcile/suggest/type", prefix="border inc").json()["result"][0]
    assert first["id"] == "BorderIncident" and {"id": "MilitaryEvent", "name": "military event"} in first["broader"]
    assert len(first["description"]) > 20
    assert [each["id"] for each in get(f"{server}/reconcile/suggest/type", cursor=3, limit=2).json()["result"]] == ids[
        3:5
    ]


def test_properties_are_suggested_by_id_and_by_words(server):
    suggest = lambda **given: [
        each["id"] for each in get(f"{server}/reconcile/suggest/property", **given).json()["result"]
    ]
    assert {path.stem for path in FOLDER.glob("*.rq")} | {"wikidata", "iri", "citation"} <= set(suggest(limit=100))
    assert suggest(prefix="begin")[0] == "begin" and "latest-begin" in suggest(prefix="begin")
    assert suggest(prefix="wiki")[0] == "wikidata" and suggest(prefix="xyzzy") == []
    assert suggest(cursor=1, limit=3) == suggest()[1:4]


def test_entities_of_the_wanted_type_are_suggested_first(server):
    suggest = lambda kind: get(f"{server}/reconcile/suggest/entity", prefix="khasan", type=kind, limit=100).json()[
        "result"
    ]
    events, found = suggest("Event"), suggest("Lake")
    assert events[0]["id"].startswith("event/") and len(events) == len(found)
    assert found[0]["id"] == "place/lake-khasan" and KHASAN in {each["id"] for each in found}
    assert found[0]["notable"] == [{"id": "Lake", "name": "lake"}, {"id": "Place", "name": "place"}]


def test_only_the_preview_may_be_shown_in_frames_and_it_runs_no_scripts(server):
    response = get(f"{server}/reconcile/preview", id=KHASAN)
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert "<script" not in response.text and "29 July to 11 August 1938" in response.text
    for path in ("/reconcile", "/reconcile/flyout/entity?id=" + KHASAN, f"/page/{KHASAN}"):
        assert get(server + path).headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"]


def test_an_unknown_id_gets_a_sentence_in_preview_and_flyout(server):
    response = get(f"{server}/reconcile/preview", id="<script>event/none")
    assert response.status_code == 404 and "There is no entity “&lt;script&gt;event/none”" in response.text
    for name in ("entity", "type", "property"):
        response = get(f"{server}/reconcile/flyout/{name}", id="none")
        assert response.status_code == 404 and "there is no" in response.json()["detail"]


def test_a_flyout_escapes_names_and_links_to_the_page(server):
    html = get(f"{server}/reconcile/flyout/entity", id="actor/mongolian-peoples-republic").json()["html"]
    assert "Mongolian People&#39;s Republic" in html
    assert f'href="{server}/page/actor/mongolian-peoples-republic"' in html


def test_names_dates_and_places_become_columns(server):
    found = rows(server, "name", "begin", "end", "date", "kind", "place", "whole", ids=[KHALKHIN])
    name, begin, end, date, kind, place, whole = found
    assert (
        name == [{"str": "Battles of Khalkhin Gol"}]
        and date == [{"str": "1939"}, {"str": "1939-05/"}]
        and kind == [{"str": "battle"}]
    )
    assert begin == [{"date": "1939-05-01T00:00:00Z"}] and end == [{"date": "1939-09-16T00:00:00Z"}]
    assert all(each["id"].startswith("place/") for each in place)
    assert whole == [{"id": "event/soviet-japanese-border-conflicts", "name": "Soviet–Japanese border conflicts"}]


def test_points_are_numbers_and_participants_are_entities_with_roles_in_a_column_of_their_own(server):
    latitude, longitude, point, participants, roles = rows(
        server, "latitude", "longitude", "point", "participant", "participant-role", ids=[KHALKHIN]
    )
    assert (latitude, longitude, point) == ([{"float": 47.730278}], [{"float": 118.59}], [{"str": "47.730278,118.59"}])
    assert {"id": "actor/empire-of-japan", "name": "Empire of Japan"} in participants
    assert {"str": "Soviet Union: belligerent; Soviet and Mongolian"} in roles


def test_an_event_without_a_point_has_that_of_its_place(server, store):
    query = """SELECT ?event ?lat { GRAPH ?g { ?event sjkg:occurredAt ?place } ?place wgs84:lat ?lat
      FILTER(?g != graph:inferred) FILTER NOT EXISTS { ?event wgs84:lat ?own } } LIMIT 1"""
    (row,) = store.query(query).bindings
    event = row["event"]["value"].removeprefix("https://w3id.org/sjkg/id/")
    assert rows(server, "latitude", ids=[event]) == [[{"float": float(row["lat"]["value"])}]]


def test_figures_name_the_party_and_who_claims_them(server, store):
    event = "event/soviet-japanese-border-conflicts"
    (losses,) = rows(server, "loss", ids=[event])
    texts = [each["str"] for each in losses]
    query = f"""SELECT ?claim {{ VALUES ?k {{ sjkg:CasualtyClaim sjkg:MaterielLossClaim }}
      ?claim a ?k ; sjkg:about <https://w3id.org/sjkg/id/{event}> }}"""
    assert len(texts) == len({row["claim"]["value"] for row in store.query(query).bindings})
    assert all(re.search(r"\d|[a-z]", text) for text in texts) and any(": " in text for text in texts)


def test_identifiers_passages_and_citations_become_columns(server):
    wikidata, passages, citation, iri = rows(server, "wikidata", "passage", "citation", "iri")
    assert wikidata == [{"str": "Q697579"}] and iri == [{"str": f"https://w3id.org/sjkg/id/{KHASAN}"}]
    assert passages[0]["id"].startswith("passage/") and passages[0]["name"].startswith("passage ")
    assert "“Battle of Lake Khasan”" in citation[0]["str"] and "Accessed" not in citation[0]["str"]


def test_settings_choose_the_number_form_and_language_of_values(server):
    texts = lambda name, **settings: [
        next(iter(each.values())) for each in rows(server, {"id": name, "settings": settings})[0]
    ]
    everything = texts("name-elsewhere")
    assert (
        len(everything) > 3 and texts("name-elsewhere", limit=2) == texts("name-elsewhere", limit="2") == everything[:2]
    )
    assert texts("name-elsewhere", limit="0") == everything
    japanese = texts("name-elsewhere", language="JA")
    assert japanese and set(japanese) < set(everything) and not any(name.isascii() for name in japanese)
    assert texts("begin", content="text") == ["1938-07-29"] and texts("kind", content="id") == ["Battle"]
    ids, names = (texts("participant", content=each) for each in ("id", "text"))
    assert "actor/soviet-union" in ids and "Soviet Union" in names and len(ids) == len(names)


def test_ids_in_any_form_get_their_rows_and_unknown_ones_an_error(server):
    ids = [KHASAN, "Q697579", "event:battle-of-lake-khasan", "event/none", "Battle of Lake Khasan"]
    found = extend(server, ids, "name", "uid")
    assert [found["rows"][each]["name"] for each in ids] == [[{"str": "Battle of Lake Khasan"}]] * 3 + [[], []]
    assert found["meta"] == [{"id": "name", "name": "name"}, {"id": "uid", "name": "uid"}]
    assert found["errors"].keys() == {"event/none", "Battle of Lake Khasan", "uid"}
    assert found["errors"]["event/none"] == "there is no entity “event/none”; search for it at /search"
    assert found["errors"]["uid"].startswith("there is no property “uid”; known: name, other-name")
    assert "errors" not in extend(server, [KHASAN], "name")


def test_every_property_of_every_entity_is_given_at_once_within_the_limits(server):
    properties = [each["id"] for each in get(f"{server}/reconcile/extend/propose").json()["properties"]]
    found = extend(
        server, [KHASAN, "actor/georgy-zhukov", "place/lake-khasan", "treaty/convention-of-peking"], *properties
    )
    empty = [each for each in properties if not any(row[each] for row in found["rows"].values())]
    assert set(empty) <= {"author", "issued", "geonames", "rank", "loss", "strength", "description", "commander"}


def test_properties_are_proposed_for_a_type_and_all_without_one(server):
    propose = lambda **given: get(f"{server}/reconcile/extend/propose", **given).json()
    ids = lambda **given: [each["id"] for each in propose(**given)["properties"]]
    assert ids(type="Event") == ids(type="BorderIncident") == ids(type="sjkg:Battle")
    assert "begin" in ids(type="Battle") and "begin" not in ids(type="Person") and "rank" in ids(type="Person")
    assert "name" in ids(type="Lake") and set(ids(type="Lake")) < set(ids())
    limited = propose(type="Event", limit=3)
    assert len(limited["properties"]) == limited["limit"] == 3 and limited["type"] == "Event"
    response = get(f"{server}/reconcile/extend/propose", type="Ship")
    assert response.status_code == 400 and "unknown type “Ship”; known types: Actor" in response.json()["detail"]


@pytest.mark.parametrize(
    "query, status, words",
    [
        ("{", 400, "“extend” is not JSON"),
        ("[]", 400, "must be a JSON object, such as"),
        ("{}", 400, "“ids” of the parameter “extend” must be a list of ids"),
        ('{"ids": [5], "properties": []}', 400, "must be a list of ids"),
        ('{"ids": []}', 400, "must be a list of objects with an id"),
        ('{"ids": [], "properties": [{}]}', 400, "must be a list of objects with an id"),
        ('{"ids": [], "properties": [{"id": "name", "settings": 5}]}', 400, "the settings of the property “name”"),
        ('{"ids": [], "properties": [{"id": "name", "settings": {"limit": -1}}]}', 400, "0 for all values"),
        ('{"ids": [], "properties": [{"id": "name", "settings": {"limit": "x"}}]}', 400, "0 for all values"),
        ('{"ids": [], "properties": [{"id": "name", "settings": {"content": "x"}}]}', 400, "one of value, id, text"),
        ('{"ids": [], "properties": [{"id": "name", "settings": {"language": 5}}]}', 400, "a language tag such as ja"),
        (json.dumps({"ids": ["x"] * (MAX_IDS + 1), "properties": []}), 413, f"send at most {MAX_IDS} in one request"),
        (json.dumps({"ids": [], "properties": [{"id": "x"}] * (MAX_COLUMNS + 1)}), 413, f"send at most {MAX_COLUMNS}"),
    ],
)
def test_a_malformed_extension_query_gets_advice(server, query, status, words):
    response = requests.post(f"{server}/reconcile", {"extend": query}, timeout=20)
    assert response.status_code == status and words in response.json()["detail"]


def test_the_session_of_openrefine_from_guessing_the_type_to_new_columns(server, manifest):
    """The requests that OpenRefine sends for a table with two battles, in this order."""
    post = lambda **form: requests.post(f"{server}/reconcile", form, timeout=20).json()
    cells = ["Battle of Lake Khasan", "Battles of Khalkhin Gol"]
    guess = post(queries=json.dumps({f"q{place}": {"query": cell, "limit": 3} for place, cell in enumerate(cells)}))
    types = [each["id"] for one in guess.values() for each in one["result"][0]["type"]]
    assert types.count("Battle") == 2
    queries = {
        f"q{place}": {"query": cell, "type": "Battle", "type_strict": "should"} for place, cell in enumerate(cells)
    }
    found = post(queries=json.dumps(queries))
    ids = [found[key]["result"][0]["id"] for key in queries if found[key]["result"][0]["match"]]
    assert ids == [KHASAN, KHALKHIN]
    proposal = manifest["extend"]["propose_properties"]
    proposed = get(proposal["service_url"] + proposal["service_path"], type="Battle", limit=40).json()["properties"]
    assert {"begin", "participant"} <= {each["id"] for each in proposed}
    query = {"ids": ids, "properties": [{"id": "begin"}, {"id": "participant", "settings": {"limit": "1"}}]}
    table = post(extend=json.dumps(query))
    assert [each["id"] for each in table["meta"]] == ["begin", "participant"]
    assert table["meta"][1]["type"] == {"id": "Actor", "name": "actor"}
    assert [table["rows"][each]["begin"][0]["date"][:10] for each in ids] == ["1938-07-29", "1939-05-01"]
    assert [len(table["rows"][each]["participant"]) for each in ids] == [1, 1]


def is_part(expected, found) -> bool:
    """Return whether a JSON value is the shortened form of another: objects may lack members."""
    if isinstance(expected, dict):
        return all(key in found and is_part(value, found[key]) for key, value in expected.items())
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(is_part, expected, found))
    return expected == found


def test_the_requests_in_the_documentation_get_the_responses_that_it_shows(server):
    text = (PROJECT / "docs" / "integration.md").read_text(encoding="utf-8")
    section = text[text.index("## A table in OpenRefine") :]
    walk = re.findall(r"```http\nPOST (\S+)\n(\w+)=(.*?)\n```\n\n```json\n(.*?)```", section, re.DOTALL)
    assert len(walk) == 2
    for path, name, query, shown in walk:
        found = requests.post(server + path, {name: query}, timeout=20).json()
        assert is_part(json.loads(shown), found), json.dumps(found, ensure_ascii=False, indent=1)
