"""A server that may ask another endpoint asks that one, says so, and asks no other."""

import pytest
import requests
from rdflib import Graph, Namespace
from servers import free_port, running_server

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
INCIDENT = "event:halhamiao-incident sjkg:date ?date"


@pytest.fixture(scope="module")
def asking(server, small_kb, snapshots):
    """A server with a graph of its own that may ask the other one."""
    arguments = ("--kb", str(small_kb), "--snapshots", str(snapshots), "--allow-service", f"{server}/sparql")
    with running_server(*arguments) as address:
        yield address


def ask(address: str, query: str) -> requests.Response:
    return requests.get(f"{address}/sparql", params={"query": query}, headers={"Accept": "text/csv"}, timeout=30)


def test_service_joins_what_the_other_endpoint_answers(server, asking):
    assert ask(asking, f"SELECT ?date {{ {INCIDENT} }}").text.split() == ["date"]
    query = "PREFIX sjkg: <https://w3id.org/sjkg/ontology#> PREFIX event: <https://w3id.org/sjkg/id/event/> "
    query += f"SELECT ?date {{ ?battle a sjkg:Battle . SERVICE <{server}/sparql> {{ {INCIDENT} }} }}"
    response = ask(asking, query)
    assert response.text.split() == ask(server, f"SELECT ?date {{ {INCIDENT} }}").text.split()
    assert response.headers["Cache-Control"] == "no-store"


def test_what_the_other_endpoint_or_this_one_refuses_is_an_error(asking, server):
    assert ask(asking, f"ASK {{ SERVICE <{server}/sparql> {{ ?s ?p }} }}").status_code == 400
    refused = ask(asking, "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert refused.status_code == 403 and f"in < and >: <{server}/sparql>" in refused.json()["detail"]


def test_an_endpoint_that_does_not_answer_is_told_and_silent_goes_on(small_kb, snapshots):
    there = f"http://127.0.0.1:{free_port()}/sparql"  # nobody listens
    with running_server("--kb", str(small_kb), "--snapshots", str(snapshots), "--allow-service", there) as address:
        for form in ("ASK", "SELECT *"):
            failed = ask(address, f"{form} {{ SERVICE <{there}> {{ ?s ?p ?o }} }}")
            assert failed.status_code == 502 and "did not answer it" in failed.json()["detail"]
        assert ask(address, f"SELECT * {{ SERVICE SILENT <{there}> {{ ?s ?p ?o }} }}").ok


def test_the_service_description_says_whom_it_asks(server, asking):
    description = Graph().parse(data=requests.get(f"{asking}/sparql", timeout=20).content, format="turtle")
    assert (None, SD.feature, SD.BasicFederatedQuery) in description
    assert f"SERVICE may call {server}/sparql and no other" in description.serialize()


def test_what_is_no_address_is_no_endpoint(run):
    done = run("serve", "--allow-service", "ftp://example.org/")
    assert done.returncode == 2 and "“ftp://example.org/” is not an HTTP URL" in done.stderr
