"""The reconciliation service (Reconciliation Service API 0.2), as OpenRefine uses it."""

import json

import pytest
import requests


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
    assert len(found) == 1 and found[0]["type"] == [{"id": "Place", "name": "place"}]
    assert found[0]["id"].startswith("place/")


def test_a_prefix_gets_suggestions(server):
    response = requests.get(f"{server}/reconcile/suggest/entity", {"prefix": "kanchaz"}, timeout=20)
    assert "event/kanchazu-island-incident" in {each["id"] for each in response.json()["result"]}


@pytest.mark.parametrize(
    "queries, words",
    [
        ("{", "is not JSON"),
        ("[]", "JSON object"),
        ('{"q": {}}', "lacks “query”"),
        ('{"q": {"query": "x", "type": "Person"}}', "known types: Event, Actor"),
        ('{"q": {"query": "x", "limit": 0}}', "number from 1"),
        ('{"q": {"query": "x", "type": [{}]}}', "a name or a list of names"),
        ('{"q": {"query": "x", "type": {"id": "Person"}}}', "a name or a list of names"),
        (r'{"\ud800": 1}', "unpaired surrogate"),
        ('{"q": {"query": "x", "limit": %s}}' % ("9" * 5000), "thousands of digits"),
        ("[" * 200_000, "brackets nested too deeply"),
        (json.dumps({str(n): {"query": "x"} for n in range(51)}), "send at most 50 in one request"),
    ],
)
def test_a_malformed_batch_gets_advice(server, queries, words):
    response = requests.post(f"{server}/reconcile", {"queries": queries}, timeout=20)
    assert response.status_code == 400 and words in response.json()["detail"]
