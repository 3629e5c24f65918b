"""A knowledge base in numbered states, and questions to a server whose right answer in each state is known.

Each label in the data contains the number of the state, so that an answer mixed from two states is right in neither.
"""

import csv
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import requests
from servers import SMALL

STATES = range(5)
BATTLES = 24  # in state 0; each state has one more than the one before
HEADER, ONLY_EVENT = SMALL.split("\n\n")
BATTLE = "https://w3id.org/sjkg/id/event/battle-"
FAULTY = ONLY_EVENT.replace("event:only", "event:posted").replace("a sjkg:Battle", "a sjkg:Batle")


def turtle(state: int) -> str:
    """Return the content of the knowledge base's file triples/events.ttl in a state."""
    battles = (
        ONLY_EVENT.replace("event:only", f"event:battle-{number}").replace("the only event", label)
        for number, label in enumerate(labels(state))
    )
    return "\n\n".join([HEADER, *battles])


def labels(state: int) -> list[str]:
    """Return the labels of all battles in a state, in the order of their numbers, which is also the alphabetical one."""
    return [f"battle number {number:02} of a campaign, as told in state {state}" for number in range(BATTLES + state)]


@dataclass(frozen=True)
class Question:
    """A request, and a function that returns whether the response to it is right in a state of the data.

    is_varied: whether a number in a comment of the query or in a parameter keeps the response out of the server's cache.
    status: of a right response.
    """

    path: str
    is_right: Callable[[requests.Response, int], bool]
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    is_varied: bool = True
    status: int = 200

    def ask(self, session: requests.Session, address: str, number: int, **options) -> requests.Response:
        """Send the request to the server at this address; return the response with its whole body.

        number: makes the request different from others. options: further arguments of Session.request; headers are added.
        Raises requests.RequestException when the connection ends before the response is complete.
        """
        parameters = dict(self.parameters)
        if self.is_varied and "query" in parameters:
            parameters["query"] += f" # {number}"
        elif self.is_varied and self.body is None:
            parameters["number"] = str(number)
        headers = {**self.headers, **options.pop("headers", {})}
        method = "GET" if self.body is None else "POST"
        return session.request(
            method, address + self.path, params=parameters, headers=headers, data=self.body, **options
        )


def sparql(query: str, media_type: str, is_right: Callable[[requests.Response, int], bool]) -> Question:
    """Return the question that sends a SPARQL query and accepts a media type."""
    return Question("/sparql", is_right, {"query": query}, {"Accept": media_type})


@cache
def triples_of_labels(state: int) -> list[bytes]:
    """Return the lines of the result of the query for all triples of labels, some 2 MB of CSV, in alphabetical order."""
    rows = [f"{a},{b},{c}" for a in _quoted(state) for b in _quoted(state) for c in _quoted(state)]
    return sorted(_csv("a,b,c", rows).split(b"\r\n"))


def _quoted(state: int) -> list[str]:
    return [f'"{label}"' for label in labels(state)]


def _csv(header: str, rows: list[str]) -> bytes:
    return "\r\n".join([header, *rows, ""]).encode()


def _document(state: int) -> set[str]:
    """Return the lines of N-Triples about battle 3."""
    rdf, sjkg = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "https://w3id.org/sjkg/ontology#"
    types = [f"<{BATTLE}3> <{rdf}type> <{sjkg}{name}> ." for name in ("Battle", "Event", "MilitaryEvent")]
    properties = ("http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label")
    labelled = [f'<{BATTLE}3> <{each}> "{labels(state)[3]}"@en .' for each in properties]
    return {*types, *labelled, f'<{BATTLE}3> <{sjkg}undatedReason> "made up"@en .'}


def _is_page(response: requests.Response, state: int) -> bool:
    text = response.text
    return text.rstrip().endswith("</html>") and _states_in(text) == {state}


def _states_in(text: str) -> set[int]:
    """Return the states that the labels in a text name."""
    return {state for state in STATES if f"as told in state {state}" in text}


def _is_dump(response: requests.Response, state: int) -> bool:
    text = gzip.decompress(response.content).decode()
    return _states_in(text) == {state} and all(f'"{label}"' in text for label in labels(state))


def _is_explanation(response: requests.Response, state: int) -> bool:
    page = response.json()["page"]
    return len(page["proofs"]) == 1 and any("sjkg:undatedReason" in step["text"] for step in page["steps"])


def _finds_the_fault(response: requests.Response, state: int) -> bool:
    report = response.json()
    return not report["conforms"] and "Batle" in json.dumps(report["findings"])


LABELS = "?x a sjkg:Battle ; skos:prefLabel ?a . "
QUICK = {  # questions after each accident, to each server process
    "count": sparql(
        "SELECT (COUNT(*) AS ?n) { ?x a sjkg:Battle }",
        "text/csv",
        lambda response, state: response.content == _csv("n", [str(BATTLES + state)]),
    ),
    "point query": sparql(
        "SELECT ?label { event:battle-7 skos:prefLabel ?label }",
        "application/sparql-results+json",
        lambda response, state: (
            [row["label"]["value"] for row in response.json()["results"]["bindings"]] == [labels(state)[7]]
        ),
    ),
    "page": Question("/page/event/battle-5", _is_page, headers={"Accept": "text/html"}),
    "document": Question(
        "/data/event/battle-3.nt",
        lambda response, state: (
            {line for line in response.text.splitlines() if line.startswith(f"<{BATTLE}3>")} == _document(state)
        ),
    ),
}
QUESTIONS = QUICK | {
    "list of labels": sparql(
        f"SELECT ?a {{ {LABELS} }} ORDER BY ?a",
        "text/csv",
        lambda response, state: response.content == _csv("a", _quoted(state)),
    ),
    "large result": sparql(
        f"SELECT ?a ?b ?c {{ {LABELS} {LABELS.replace('a .', 'b .').replace('?x', '?y')} "
        f"{LABELS.replace('a .', 'c .').replace('?x', '?z')} }}",
        "text/csv",
        lambda response, state: sorted(response.content.split(b"\r\n")) == triples_of_labels(state),
    ),
    "graph": sparql(
        "CONSTRUCT { ?x skos:prefLabel ?a } { " + LABELS + "}",
        "application/n-triples",
        lambda response, state: sorted(line.split('"')[1] for line in response.text.splitlines()) == labels(state),
    ),
    "same page": Question("/page/event/battle-5", _is_page, headers={"Accept": "text/html"}, is_varied=False),
    "page as JSON": Question(
        "/page/event/battle-9.json",
        lambda response, state: response.json()["page"]["title"] == labels(state)[9],
    ),
    "list as CSV": Question(
        "/events.csv",
        lambda response, state: (
            sorted(row["name"] for row in csv.DictReader(response.text.splitlines())) == labels(state)
        ),
        is_varied=False,
    ),
    "dump": Question("/dumps/sjkg.nq.gz", _is_dump, is_varied=False),
    "proof": Question(
        "/explain.json",
        _is_explanation,
        {"s": "event:battle-1", "p": "rdf:type", "o": "sjkg:Event"},
    ),
    "reconciliation": Question(
        "/reconcile",
        lambda response, state: response.json()["q"]["result"][0]["name"] == labels(state)[2],
        {"queries": '{"q": {"query": "event/battle-2"}}'},
    ),
    "unknown thing": Question("/page/event/none", lambda response, state: True, status=404),
    "valid text": Question(
        "/validate?format=json",
        lambda response, state: response.json()["conforms"],
        headers={"Content-Type": "text/turtle"},
        body="\n\n".join([HEADER, ONLY_EVENT.replace("event:only", "event:posted")]).encode(),
    ),
    "faulty text": Question(
        "/validate?format=json",
        _finds_the_fault,
        headers={"Content-Type": "text/turtle"},
        body="\n\n".join([HEADER, FAULTY]).encode(),
    ),
}
COSTLY = ("large result", "valid text", "faulty text")  # asked less often
