"""Responses of the reconciliation service against the JSON schemas and examples of the Reconciliation API 0.2."""

import json

import pytest
import requests
from suites import SUITES

SUITE = SUITES / "reconciliation" / "0.2"


def ask(server: str, batch: dict) -> dict:
    return requests.post(f"{server}/reconcile", {"queries": json.dumps(batch)}, timeout=20).json()


@pytest.fixture(scope="module")
def validator():
    """A function that returns the validator of one of the JSON schemas of the Reconciliation API; skips without them."""
    from jsonschema import Draft7Validator  # here: see mcp_client
    from referencing import Registry
    from referencing.jsonschema import DRAFT7

    if not SUITE.is_dir():
        pytest.skip(f"there is no folder {SUITE}")
    read = lambda name: json.loads((SUITE / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    # the schemas refer to type.json by name, and to the schema of OpenAPI 2.0 by its id
    documents = [("https://reconciliation-api.github.io/specs/0.2/schemas/type.json", read("type"))]
    documents.append(("http://swagger.io/v2/schema.json", read("openapi")))
    resources = [(name, DRAFT7.create_resource(document)) for name, document in documents]
    return lambda name: Draft7Validator(read(name), registry=Registry().with_resources(resources))


def test_responses_conform_to_the_schemas_of_the_api(server, validator):
    manifest = requests.get(f"{server}/reconcile", timeout=20).json()
    validator("manifest").validate(manifest)
    batch = {"good": {"query": "Khasan"}, "bad": {"query": "Khasan", "type": "Person"}, "worse": 5}
    validator("reconciliation-result-batch").validate(ask(server, batch))
    for name, kind in (("entity", "entities"), ("type", "types"), ("property", "properties")):
        suggested = requests.get(f"{server}/reconcile/suggest/{name}", {"prefix": "b"}, timeout=20).json()
        assert suggested["result"]
        validator(f"suggest-{kind}-response").validate(suggested)


def test_data_extension_conforms_to_the_schemas_of_the_api(server, validator):
    proposed = requests.get(f"{server}/reconcile/extend/propose", {"limit": 100}, timeout=20).json()
    validator("data-extension-property-proposal").validate(proposed)
    ids = ["event/battles-of-khalkhin-gol", "actor/kwantung-army", "place/lake-khasan", "event/none"]
    query = {"ids": ids, "properties": [{"id": each["id"]} for each in proposed["properties"]]}
    validator("data-extension-query").validate(query)
    extended = requests.post(f"{server}/reconcile", {"extend": json.dumps(query)}, timeout=20).json()
    validator("data-extension-response").validate(extended)
    for path in sorted((SUITE / "examples" / "data-extension-query" / "valid").glob("*.json")):
        response = requests.post(f"{server}/reconcile", {"extend": path.read_text(encoding="utf-8")}, timeout=20)
        validator("data-extension-response").validate(response.json())


def test_every_valid_batch_of_the_suite_is_answered_and_every_query_of_an_invalid_one_too(server, validator):
    files = sorted((SUITE / "examples" / "reconciliation-query-batch").glob("*/*.json"))
    assert len(files) > 5
    for path in files:
        batch = json.loads(path.read_text(encoding="utf-8"))
        found = ask(server, batch)
        validator("reconciliation-result-batch").validate(found)
        assert found.keys() == batch.keys(), path.name
