"""The reconciliation service (Reconciliation Service API 0.2), as OpenRefine uses it."""

import json

import pytest
import requests
from namespaces import IDS

from sjkg.site.reconciliation.entity_types import MAIN_CLASSES
from sjkg.snapshot.index.read import Index


def ask(server: str, **queries: dict) -> dict:
    response = requests.post(f"{server}/reconcile", {"queries": json.dumps(queries)}, timeout=20)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return response.json()


def test_the_manifest_describes_the_service_and_the_urls_of_things(server):
    manifest = requests.get(f"{server}/reconcile", timeout=20).json()
    assert "0.2" in manifest["versions"] and manifest["identifierSpace"] == "https://w3id.org/sjkg/id/"
    (candidate, *_) = ask(server, q0={"query": "Kwantung Army"})["q0"]["result"]
    page = requests.get(
        manifest["view"]["url"].replace("{{id}}", candidate["id"]), headers={"Accept": "text/html"}, timeout=20
    )
    assert page.status_code == 200 and candidate["name"] in page.text


def test_only_the_exact_name_of_one_thing_is_a_match(server):
    found = ask(server, exact={"query": "kwantung army"}, slip={"query": "Kwantung Amry"})
    (first, *others) = found["exact"]["result"]
    assert first["id"] == "actor/kwantung-army" and first["match"] and not any(other["match"] for other in others)
    (near, *_) = found["slip"]["result"]
    assert near["id"] == "actor/kwantung-army" and not near["match"] and near["score"] < 100


def test_type_and_limit_restrict_the_candidates(server):
    found = ask(server, q={"query": "Khalkhin Gol", "type": "Place", "limit": 1})["q"]["result"]
    assert len(found) == 1 and found[0]["type"] == [
        {"id": "Region", "name": "region"},
        {"id": "Place", "name": "place"},
    ]
    assert found[0]["id"].startswith("place/")


def test_a_prefix_gets_suggestions(server):
    response = requests.get(f"{server}/reconcile/suggest/entity", {"prefix": "kanchaz"}, timeout=20)
    assert "event/kanchazu-island-incident" in {each["id"] for each in response.json()["result"]}


NAMES = {
    "Zhukov, Georgy": "actor/georgy-zhukov",
    "Zhukov Georgy": "actor/georgy-zhukov",
    "Stalin, Joseph": "actor/joseph-stalin",
    "Komatsubara, Michitarō": "actor/michitaro-komatsubara",
    "Komatsubara, Michitaro": "actor/michitaro-komatsubara",
    "Khasan, Lake": "place/lake-khasan",
}


def test_a_name_with_its_words_in_another_order_is_found_first(server):
    found = ask(server, **{name: {"query": name} for name in NAMES})
    firsts = {name: (each["result"][0]["id"], each["result"][0]["match"]) for name, each in found.items()}
    assert firsts == {name: (thing, True) for name, thing in NAMES.items()}
    page = requests.get(f"{server}/search.json", {"q": "Zhukov, Georgy"}, timeout=20)
    assert "actor/georgy-zhukov" in page.text


def ways_to_name(server: str, thing: str) -> list[str]:
    """Return the texts by which a user may give a thing: id, CURIE, IRIs, addresses of its page and documents."""
    return [
        thing,
        thing.replace("/", ":"),
        thing.replace("/", "%2F"),
        f"https://w3id.org/sjkg/id/{thing}",
        f"http://w3id.org/sjkg/id/{thing}",
        f"<https://w3id.org/sjkg/id/{thing}>",
        f"https://w3id.org/sjkg/data/{thing}.ttl",
        f"{server}/page/{thing}",
        f"{server}/page/{thing}.json",
        f"{server}/id/{thing}#note",
        f" {thing} ",
    ]


def test_ids_iris_and_page_addresses_give_the_entity_first(server):
    for thing in ("event/halhamiao-incident", "actor/kwantung-army", "place/lake-khasan"):
        for text in ways_to_name(server, thing):
            (first,) = ask(server, q={"query": text})["q"]["result"]
            assert (first["id"], first["score"], first["match"]) == (thing, 100, True), text
            suggested = requests.get(f"{server}/reconcile/suggest/entity", {"prefix": text}, timeout=20).json()
            assert suggested["result"][0]["id"] == thing, text


def test_every_entity_is_found_first_by_its_id_and_by_its_iri(server, snapshot):
    things = sorted(each.thing for each in Index(snapshot.index).all_names())
    ids = [
        iri.removeprefix(IDS)
        for iri in dict.fromkeys(things)
        if iri.removeprefix(IDS).partition("/")[0] in MAIN_CLASSES
    ]
    assert len(ids) > 300
    for start in range(0, len(ids), 25):
        some = ids[start : start + 25]
        found = ask(server, **{text: {"query": text, "limit": 1} for each in some for text in (each, IDS + each)})
        wrong = [
            text for text, each in found.items() if [one["id"] for one in each["result"]] != [text.removeprefix(IDS)]
        ]
        assert wrong == []


def test_an_iri_of_another_site_or_of_nothing_is_only_a_name(server):
    texts = [
        "https://example.org/page/event/halhamiao-incident",
        "event/nothing-at-all",
        f"{server}/page/" + "x" * 5000,
    ]
    for each in ask(server, **{text: {"query": text} for text in texts}).values():
        assert not any(candidate["match"] for candidate in each["result"])


def test_suggestions_are_paged_with_cursor_and_limit(server):
    def suggest(**parameters) -> list[str]:
        response = requests.get(f"{server}/reconcile/suggest/entity", {"prefix": "border", **parameters}, timeout=20)
        return [each["id"] for each in response.json()["result"]]

    everything = suggest(limit=100)
    assert len(everything) > 10 and suggest() == everything[:10]
    assert suggest(cursor=5) == everything[5:15] and suggest(cursor=3, limit=2) == everything[3:5]
    assert suggest(cursor=1000) == [] and len(suggest(limit=999_999)) <= 100


BAD_QUERIES = [
    ({}, "lacks the member “query”"),
    (5, "must be a JSON object"),
    ({"query": 5}, "as a string"),
    ({"query": ""}, "lacks the member “query”"),
    ({"properties": []}, "lacks the member “query”"),
    (
        {"query": "x", "properties": [{"pid": "uid", "v": "1"}]},
        "unknown property “uid” of a reconciliation query; known",
    ),
    (
        {"query": "x", "properties": {"pid": "begin", "v": "1"}},
        "must be a list of at most 50 objects with “pid” and “v”",
    ),
    ({"query": "x", "properties": [{"pid": "begin"}]}, "must be a list of at most 50 objects with “pid” and “v”"),
    ({"query": "x", "properties": [{"pid": "begin", "v": {"name": "1"}}]}, "the value “v” of the property “begin”"),
    ({"query": "x", "properties": [{"pid": "begin", "v": [None]}]}, "the value “v” of the property “begin”"),
    ({"query": "x", "type": "Ship"}, "unknown type “Ship” of a reconciliation query; known types: Actor, AirRaid"),
    ({"query": "x", "type": ["Ship", "Claim"]}, "unknown type “Ship”, “Claim”"),
    ({"query": "x", "type": [{}]}, "a name or a list of names"),
    ({"query": "x", "type": {"id": "Person"}}, "a name or a list of names"),
    ({"query": "x", "type_strict": "none"}, "must be one of any, should, all"),
    ({"query": "x", "limit": 0}, "number, at least 1"),
    ({"query": "x", "limit": "3"}, "number, at least 1"),
    ({"query": "x", "limit": True}, "number, at least 1"),
    ({"query": "x", "limit": float("nan")}, "number, at least 1"),
    (None, "must be a JSON object"),
]


def test_a_bad_query_gets_an_empty_result_and_the_others_their_answers(server):
    batch = {str(place): query for place, (query, _) in enumerate(BAD_QUERIES)}
    found = ask(server, good={"query": "Kwantung Army"}, **batch)
    assert found.pop("good")["result"][0]["id"] == "actor/kwantung-army"
    for place, (_, words) in enumerate(BAD_QUERIES):
        assert found[str(place)]["result"] == [] and words in found[str(place)]["error"]


def test_a_type_is_given_by_local_name_label_curie_or_iri_and_unknown_ones_beside_known_ones_are_ignored(server):
    types = ["Lake", "lake", "LAKE", "sjkg:Lake", "https://w3id.org/sjkg/ontology#Lake", "Place", ["Place", "Ship"]]
    found = ask(server, **{str(each): {"query": "Lake Khasan", "type": each, "limit": 3.0} for each in types})
    assert {each["result"][0]["id"] for each in found.values()} == {"place/lake-khasan"}


def test_a_type_stands_for_its_subclasses_too(server):
    types = ["BorderIncident", "military event", "Event", "Battle"]
    found = ask(server, **{each: {"query": "Halhamiao incident", "type": each} for each in types})
    assert [found[each]["result"][0]["id"] for each in types[:3]] == ["event/halhamiao-incident"] * 3
    assert "event/halhamiao-incident" not in {each["id"] for each in found["Battle"]["result"]}


def test_strictness_says_whether_candidates_have_any_or_all_types_or_are_only_preferred(server):
    types = ["Event", "Lake"]
    found = ask(
        server,
        **{each: {"query": "Lake Khasan", "type": types, "type_strict": each} for each in ("any", "all")},
        should={"query": "Lake Khasan", "type": "Event", "type_strict": "should"},
    )
    any_type, should = ({each["id"] for each in found[name]["result"]} for name in ("any", "should"))
    assert {"place/lake-khasan", "event/battle-of-lake-khasan"} <= any_type and found["all"]["result"] == []
    first = found["should"]["result"][0]
    assert first["id"].startswith("event/") and "place/lake-khasan" in should
    scores = [each["score"] for each in found["should"]["result"]]
    assert scores == sorted(scores, reverse=True) and not any(each["match"] for each in found["should"]["result"][1:])


IDENTIFIERS = {
    "Q188925": "event/battles-of-khalkhin-gol",
    "q188925": "event/battles-of-khalkhin-gol",
    "wd:Q188925": "event/battles-of-khalkhin-gol",
    "wikidata:Q188925": "event/battles-of-khalkhin-gol",
    "http://www.wikidata.org/entity/Q188925": "event/battles-of-khalkhin-gol",
    "https://www.wikidata.org/wiki/Q188925": "event/battles-of-khalkhin-gol",
    "https://m.wikidata.org/wiki/Q188925#sitelinks": "event/battles-of-khalkhin-gol",
    "https://www.wikidata.org/wiki/Special:EntityData/Q188925.json": "event/battles-of-khalkhin-gol",
    "http://dbpedia.org/resource/Battle_of_Lake_Khasan": "event/battle-of-lake-khasan",
    "https://dbpedia.org/page/Battle_of_Lake_Khasan": "event/battle-of-lake-khasan",
    "https://en.wikipedia.org/wiki/Battle_of_Lake_Khasan": "event/battle-of-lake-khasan",
    "dbr:Battle_of_Lake_Khasan": "event/battle-of-lake-khasan",
    "https://sws.geonames.org/2013348/": "place/vladivostok",
    "https://www.geonames.org/2013348/vladivostok.html": "place/vladivostok",
    "geonames:2013348": "place/vladivostok",
}


def test_an_identifier_of_another_dataset_gives_the_entity_with_an_exact_link_as_match(server):
    found = ask(server, **{text: {"query": text} for text in IDENTIFIERS})
    assert {text: [(one["id"], one["match"]) for one in each["result"]] for text, each in found.items()} == {
        text: [(thing, True)] for text, thing in IDENTIFIERS.items()
    }


def test_every_exact_identifier_in_another_dataset_is_found(server, store):
    query = """SELECT ?other ?thing {
      ?link sjkg:linkedThing ?thing ; sjkg:linkedTo ?other ; sjkg:match sjkg:sameThing ; sjkg:verdict verdict:accepted
    }"""
    links = [(row["other"]["value"], row["thing"]["value"].removeprefix(IDS)) for row in store.query(query).bindings]
    assert len(links) > 60
    found: dict = {}
    for start in range(0, len(links), 50):
        found |= ask(server, **{other: {"query": other} for other, _ in links[start : start + 50]})
    assert [
        (other, thing) for other, thing in links if thing not in {each["id"] for each in found[other]["result"]}
    ] == []


def test_an_identifier_of_a_similar_thing_and_a_retired_id_are_no_match(server):
    found = ask(server, close={"query": "Q11292506"}, retired={"query": "event:khasan-markers-tampered"})
    (close,), (retired,) = (found[name]["result"] for name in ("close", "retired"))
    assert close["id"] == "event/buir-lake-clash-december-1935" and not close["match"]
    assert close["description"] == "nearly the same as Q11292506 in Wikidata"
    assert retired["id"] == "event/khasan-markers-belief" and not retired["match"]
    assert retired["description"] == "replaces event:khasan-markers-tampered"


def test_a_number_or_the_name_of_an_encyclopaedia_article_is_no_identifier(server):
    found = ask(server, number={"query": "2013348"}, name={"query": "Soviet Union"})
    assert not any(each["description"].startswith("the same as") for one in found.values() for each in one["result"])


FIRST = {  # of things that other surnames, initials, scripts or orders of words name
    "Komatsubara": "actor/michitaro-komatsubara",
    "KOMATSUBARA MICHITARO": "actor/michitaro-komatsubara",
    "M. Komatsubara": "actor/michitaro-komatsubara",
    "G. K. Zhukov": "actor/georgy-zhukov",
    "Marshal Zhukov": "actor/georgy-zhukov",
    "Жуков, Г. К.": "actor/georgy-zhukov",
    "Stalin, J. V.": "actor/joseph-stalin",
    "Сталин": "actor/joseph-stalin",
    "スターリン": "actor/joseph-stalin",
    "Lenin, V. I.": "actor/vladimir-lenin",
    "Hirohito": "actor/hirohito",
    "Nicholas II": "actor/nicholas-ii",
    "Vladivostok": "place/vladivostok",
    "Владивосток": "place/vladivostok",
    "ノモンハン事件": "event/battles-of-khalkhin-gol",
    "Халхин-Гол": "event/battles-of-khalkhin-gol",
    "张鼓峰事件": "event/battle-of-lake-khasan",
    "World War I": "event/world-war-1",
    "Molotov–Ribbentrop Pact": "treaty/molotov-ribbentrop-pact",
    "signing of the Molotov–Ribbentrop Pact": "event/signing-of-molotov-ribbentrop-pact",
    "Soviet probing attacks of August 1939": "event/khalkhin-gol-probing-attacks",
    "Second World War": "event/world-war-2",
    "Pearl Harbor, attack on": "event/attack-on-pearl-harbor",
}


def test_surnames_initials_scripts_and_numerals_are_understood(server):
    found = ask(server, **{name: {"query": name} for name in FIRST})
    assert {name: [one["id"] for one in each["result"][:1]] for name, each in found.items()} == {
        name: [thing] for name, thing in FIRST.items()
    }


def test_another_numeral_excludes_a_candidate(server):
    found = ask(server, **{name: {"query": name} for name in ("Nicholas I", "World War III", "World War I")})
    assert found["Nicholas I"]["result"] == [] and found["World War III"]["result"] == []
    assert "event/world-war-2" not in {each["id"] for each in found["World War I"]["result"]}


def evidence(**values) -> list[dict]:
    """Return the properties of a query."""
    return [{"pid": name.replace("_", "-"), "v": value} for name, value in values.items()]


WAR = {"id": "event/soviet-japanese-border-conflicts", "name": "the border conflicts"}
ROWS = {  # a query, and the candidate that must be first
    "day": ({"properties": evidence(begin="1937-06-19")}, None),
    "day and whole": (
        {"properties": evidence(begin="1935-01-08", end="1935-01-08", whole=WAR)},
        "event/halhamiao-incident",
    ),
    "date with time": (
        {"query": "Khasan", "properties": evidence(begin="1938-07-29T00:00:00Z")},
        "event/battle-of-lake-khasan",
    ),
    "year as number": ({"query": "Lake Khasan", "properties": evidence(begin=1938)}, "event/battle-of-lake-khasan"),
    "point": ({"query": "lake", "properties": evidence(point="42.4486, 130.6081")}, "place/lake-khasan"),
    "place": ({"properties": evidence(place="Marshall Islands")}, "event/japanese-seizure-of-marshall-islands"),
    "place by id": (
        {"properties": evidence(place={"id": "place/marshall-islands"})},
        "event/japanese-seizure-of-marshall-islands",
    ),
    "participant": (
        {"query": "border conflicts", "properties": evidence(participant=["Georgy Zhukov", "Joseph Stalin"])},
        WAR["id"],
    ),
    "identifier": ({"properties": evidence(wikidata="Q188925")}, "event/battles-of-khalkhin-gol"),
    "own IRI": ({"properties": evidence(iri=IDS + "event/battles-of-khalkhin-gol")}, "event/battles-of-khalkhin-gol"),
    "two names": ({"query": "Changkufeng", "properties": evidence(other_name="Lake Khasan")}, None),
}


def test_rows_are_matched_by_their_properties_with_and_without_a_name(server):
    found = ask(server, **{name: query for name, (query, _) in ROWS.items()})
    firsts = {name: (each["result"] or [{"id": None}])[0]["id"] for name, each in found.items()}
    assert {name: firsts[name] for name, (_, thing) in ROWS.items() if thing} == {
        name: thing for name, (_, thing) in ROWS.items() if thing
    }
    assert firsts["day"] and firsts["two names"]
    described = found["day and whole"]["result"][0]
    assert "both begin on 1935-01-08" in described["description"]
    assert {"id": "begin", "value": 100.0} in described["features"]


def test_a_date_or_another_identifier_turns_a_match_away(server):
    queries = {
        "plain": {"query": "Battle of Lake Khasan"},
        "other date": {"query": "Battle of Lake Khasan", "properties": evidence(begin="1905-05-27")},
        "other item": {"query": "Republic of China", "properties": evidence(wikidata="Q865")},
    }
    found = ask(server, **queries)
    assert found["plain"]["result"][0]["match"] and not any(each["match"] for each in found["other date"]["result"])
    assert "actor/republic-of-china" not in {each["id"] for each in found["other item"]["result"]}


def test_a_value_that_cannot_be_read_is_ignored_with_a_warning(server):
    found = ask(
        server,
        named={"query": "Kwantung Army", "properties": evidence(begin="soon", point="here")},
        bare={"properties": evidence(begin="soon")},
    )
    assert found["named"]["result"][0]["id"] == "actor/kwantung-army"
    first, second = found["named"]["warnings"]
    assert first.startswith("ignored a value of the property “begin”: the begin: “soon” is not") and "“here”" in second
    assert found["bare"]["result"] == [] and "no value of “properties” can be read" in found["bare"]["error"]


@pytest.mark.parametrize(
    "queries, status, words",
    [
        ("{", 400, "is not JSON"),
        ("[]", 400, "JSON object"),
        ("null", 400, "JSON object"),
        ('"x"', 400, "JSON object"),
        (r'{"\ud800": 1}', 400, "unpaired surrogate"),
        ('{"q": {"query": "x", "limit": %s}}' % ("9" * 5000), 400, "thousands of digits"),
        ("[" * 200_000, 400, "brackets nested too deeply"),
        (json.dumps({str(n): {"query": "x"} for n in range(51)}), 413, "send at most 50 in one request"),
    ],
)
def test_a_malformed_batch_gets_advice(server, queries, status, words):
    response = requests.post(f"{server}/reconcile", {"queries": queries}, timeout=20)
    assert response.status_code == status and words in response.json()["detail"]


@pytest.mark.parametrize(
    "path, words",
    [
        ("/reconcile?query=Khasan", "“query” (version 0.1 of the Reconciliation Service API)"),
        ("/reconcile?queries={}&extend={}", "“queries” and “extend” exclude each other"),
        ("/reconcile/suggest/entity?prefix=k&cursor=-1", "“cursor” must be a whole number from 0"),
        ("/reconcile/suggest/entity?prefix=k&cursor=x", "“cursor” must be a whole number from 0"),
        ("/reconcile/suggest/type?prefix=k&limit=0", "“limit” must be a whole number from 1"),
        ("/reconcile/suggest/property?prefix=k&limit=" + "9" * 5000, "“limit” must be a whole number from 1"),
    ],
)
def test_parameters_that_cannot_be_understood_are_refused(server, path, words):
    response = requests.get(server + path, timeout=20)
    assert response.status_code == 400 and words in response.json()["detail"]


def test_a_post_without_a_query_is_refused(server):
    response = requests.post(f"{server}/reconcile", json={"queries": []}, timeout=20)
    assert response.status_code == 415 and "the field “queries” or “extend” of a form" in response.json()["detail"]
    response = requests.post(f"{server}/reconcile", {"other": "{}"}, timeout=20)
    assert response.status_code == 400 and "neither “queries” nor “extend”" in response.json()["detail"]


@pytest.mark.parametrize("words", ["ノモンハン", "Бои на Халхин-Голе"])
def test_a_name_of_another_dataset_finds_the_entity_first_and_says_so(server, words):
    (first, *_) = ask(server, q={"query": words})["q"]["result"]
    assert first["id"] == "event/battles-of-khalkhin-gol" and first["name"] == "Battles of Khalkhin Gol"
    assert first["description"].startswith("named “") and first["description"].endswith("in another dataset")
