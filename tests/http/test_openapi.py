"""What the server says of itself to programs is true."""

import json

import pytest
import requests
from servers import PROJECT

OPENAPI = json.loads((PROJECT / "src/sjkg/web/openapi.json").read_text(encoding="utf-8"))
SAMPLES = {
    "/graph/{name}": "/graph/inferred",
    "/dumps/{name}": "/dumps/sjkg.ttl.gz",
    "/id/{kind}/{slug}": "/id/event/halhamiao-incident",
    "/data/{kind}/{slug}": "/data/event/halhamiao-incident",
    "/vocab/{scheme}": "/vocab/role",
    "/rdf-graph-store": "/rdf-graph-store?default",
    "/explain": "/explain?s=event:halhamiao-incident&p=rdf:type&o=sjkg:Event",
}
READS = sorted(path for path, operations in OPENAPI["paths"].items() if "get" in operations)
DOCUMENTED = [
    (path, media_type)
    for path in READS
    for media_type in OPENAPI["paths"][path]["get"]["responses"].get("200", {}).get("content", {})
    if path != "/dumps/{name}"
]


def test_openapi_is_what_the_server_answers(server):
    assert requests.get(f"{server}/openapi.json", timeout=20).json() == OPENAPI


@pytest.mark.parametrize("path", READS)
def test_every_path_it_documents_is_answered_as_it_says(server, path):
    response = requests.get(server + SAMPLES.get(path, path), allow_redirects=False, timeout=20)
    assert str(response.status_code) in OPENAPI["paths"][path]["get"]["responses"]


@pytest.mark.parametrize("path, media_type", DOCUMENTED)
def test_every_media_type_it_documents_can_be_had(server, path, media_type):
    address = server + SAMPLES.get(path, path)
    if path == "/sparql" and media_type.startswith(("application/sparql", "text/csv", "text/tab")):
        address += "?query=ASK+%7B%7D" if "sparql" in media_type else "?query=SELECT+*+%7B%7D"
    response = requests.get(address, headers={"Accept": media_type}, allow_redirects=False, timeout=20)
    assert response.status_code == 200 and response.headers["Content-Type"].split(";")[0] == media_type


def test_posted_queries_are_read_as_it_says(server):
    for media_type in OPENAPI["paths"]["/sparql"]["post"]["requestBody"]["content"]:
        body = "query=ASK+%7B%7D" if "form" in media_type else "ASK {}"
        response = requests.post(f"{server}/sparql", data=body, headers={"Content-Type": media_type}, timeout=20)
        assert response.json()["boolean"] is True


def test_llms_txt_names_what_there_is(server, snapshot):
    response = requests.get(f"{server}/llms.txt", timeout=20)
    assert response.headers["Content-Type"].startswith("text/plain")
    assert f"{snapshot.manifest.statistics.triples:,}" in response.text
    for line in response.text.splitlines():
        if "](" in line:
            assert requests.get(line.split("](")[1].split(")")[0], timeout=20).status_code == 200, line
