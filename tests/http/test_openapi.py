"""The OpenAPI document and llms.txt: they describe all routes of the server, and the server responds as they say."""

import json
import re

import pytest
import requests
from flask import Flask
from test_json_twins import SAMPLES

from sjkg.web import app as application
from sjkg.web.openapi import build_document

QUERIES = {"text/csv": "SELECT * {}", "text/tab-separated-values": "SELECT * {}", "application/sparql": "ASK {}"}


@pytest.fixture(scope="module")
def document(server):
    return requests.get(f"{server}/openapi.json", timeout=60).json()


@pytest.fixture(scope="module")
def routes():
    """The routes of the application by themselves, without a snapshot."""
    app = Flask("sjkg.web.app", static_folder=None)
    for blueprint in application.BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def operations(document, method):
    return [(path, each[method]) for path, each in document["paths"].items() if method in each]


def example_path(path, operation, adapter):
    """Return a documented path with examples of its variables and parameters."""
    if "{" in path:
        endpoint = adapter.match(re.sub(r"[{}]", "", path))[0]
        sample = SAMPLES[endpoint.removesuffix("_json")][0]
        ending = path.rpartition("}")[2]
        path = re.sub(r"(\.csv-metadata)?\.\w+$", "", sample) + ending if ending else sample
    examples = {each["name"]: each["example"] for each in operation.get("parameters", ()) if "example" in each}
    return path, examples


def strict(schema):
    """Return a schema that permits no properties beyond those it describes."""
    if isinstance(schema, dict):
        closed = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
        return closed | {key: strict(value) for key, value in schema.items()}
    return [strict(each) for each in schema] if isinstance(schema, list) else schema


def validator(schema):
    """Return a validator of the strict form of a JSON schema."""
    from jsonschema import Draft202012Validator  # here: see mcp_client

    return Draft202012Validator(strict(schema))


def test_every_route_is_documented(document, routes):
    adapter = routes.url_map.bind("localhost")
    documented = {
        adapter.match(re.sub(r"[{}]", "", path), method.upper())[0]
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert documented == {rule.endpoint for rule in routes.url_map.iter_rules()}


def test_a_route_without_documentation_fails_the_generator(routes):
    app = Flask("undocumented", static_folder=None)
    app.add_url_rule("/nothing", "nothing", lambda: "")
    with pytest.raises(LookupError, match="/nothing"):
        build_document(app, None, "1", ())


def test_every_operation_has_a_summary_of_one_sentence(document):
    for method in ("get", "post"):
        for path, operation in operations(document, method):
            assert operation["summary"] and "\n" not in operation["summary"], path


def test_operation_ids_are_unique(document):
    ids = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_to_a_component(document):
    for name in set(re.findall(r'"#/components/([^"]+)"', json.dumps(document))):
        kind, _, component = name.partition("/")
        assert component in document["components"][kind]


def test_every_documented_get_responds_as_it_says(server, session, document, routes):
    adapter = routes.url_map.bind("localhost")
    problems = []
    for path, operation in operations(document, "get"):
        sample, parameters = example_path(path, operation, adapter)
        if path == "/rdf-graph-store":
            parameters.pop("default", None)
        response = session.get(server + sample, params=parameters, allow_redirects=False, timeout=60)
        documented = operation["responses"].get(str(response.status_code))
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        if not documented or "$ref" in documented:
            problems.append(f"{path}: {response.status_code} {response.text[:200]}")
        elif response.status_code == 200 and media_type not in documented["content"]:
            problems.append(f"{path}: {media_type}")
        elif media_type == "application/json":
            schema = {**documented["content"][media_type]["schema"], "components": document["components"]}
            errors = sorted(validator(schema).iter_errors(response.json()), key=lambda error: error.path)
            problems += [f"{path}: {error.json_path}: {error.message[:300]}" for error in errors[:3]]
    assert not problems, "\n".join(problems)


def test_every_documented_media_type_is_offered(server, session, document, routes):
    adapter = routes.url_map.bind("localhost")
    problems = []
    for path, operation in operations(document, "get"):
        content = operation["responses"].get("200", {}).get("content", {})
        if len(content) == 1 or path == "/dumps/{name}":
            continue
        sample, parameters = example_path(path, operation, adapter)
        if path.endswith("}"):
            sample = re.sub(r"\.\w+$", "", sample)  # an ending precedes the Accept header
        for media_type in content:
            if path == "/sparql":
                query = next((query for start, query in QUERIES.items() if media_type.startswith(start)), None)
                parameters = {"query": query} if query else {}
            headers = {"Accept": media_type}
            response = session.get(
                server + sample, params=parameters, headers=headers, allow_redirects=False, timeout=60
            )
            if response.status_code != 200 or response.headers["Content-Type"].partition(";")[0] != media_type:
                problems.append(f"{path}: {media_type}: {response.status_code} {response.headers.get('Content-Type')}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("path, text", [("/sparql", "ASK {}"), ("/validate", "not Turtle"), ("/reconcile", "{}")])
def test_every_documented_request_body_is_read(server, document, path, text):
    for media_type, content in document["paths"][path]["post"]["requestBody"]["content"].items():
        fields = content["schema"].get("required") or [*content["schema"].get("properties", ())]
        body = {fields[0]: text} if fields else text.encode()
        response = requests.post(server + path, data=body, headers={"Content-Type": media_type}, timeout=60)
        assert response.status_code == 200, f"{path} {media_type}: {response.text}"


def test_an_error_is_a_problem_as_documented(server, document):
    problem = validator({"$ref": "#/components/schemas/Problem", "components": document["components"]})
    for path in ("/sparql?query=SELECT", "/id/event/halhamiao", "/nothing", "/events?kind=nothing"):
        body = requests.get(server + path, timeout=60).json()
        problem.validate(body)


def test_the_parameters_of_lists_and_saved_queries_are_those_of_their_definitions(document):
    events = {each["name"] for each in document["paths"]["/events.csv"]["get"]["parameters"]}
    assert {"kind", "power", "from", "to", "sort", "page"} <= events
    losses = document["paths"]["/questions/losses-of-event.json"]["get"]
    assert [each["name"] for each in losses["parameters"]] == ["event"] and losses["parameters"][0]["example"]


def test_limits_are_those_of_the_settings(document):
    assert "Maximum run time of a query: 10 seconds" in document["info"]["description"]


def test_llms_txt_names_what_there_is(server, snapshot):
    response = requests.get(f"{server}/llms.txt", timeout=20)
    assert response.headers["Content-Type"].startswith("text/plain")
    assert f"{snapshot.manifest.statistics.triples:,}" in response.text
    for line in response.text.splitlines():
        if "](" in line:
            assert requests.get(line.split("](")[1].split(")")[0], timeout=20).status_code == 200, line
