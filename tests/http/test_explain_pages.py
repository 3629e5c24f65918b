"""/explain: the proof of a triple as a page, JSON and PROV-O."""

import re

import pytest
import requests
from rdflib import Graph
from rdflib.namespace import PROV
from test_pages import Page

ID, ONTOLOGY = "https://w3id.org/sjkg/id/", "https://w3id.org/sjkg/ontology#"
ASKED = {"s": f"{ID}event/halhamiao-incident", "p": f"{ONTOLOGY}involvesPower", "o": f"{ID}actor/soviet-union"}
ABSENT = {**ASKED, "p": f"{ONTOLOGY}occurredAt", "o": f"{ID}place/mongolia"}
FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}


@pytest.fixture(scope="module")
def ask(server):
    def get(accept: str = "text/html", **parameters) -> requests.Response:
        return requests.get(f"{server}/explain", params=parameters, headers={"Accept": accept}, timeout=20)

    return get


def test_a_page_is_a_nested_list_whose_leaves_link_to_passages(ask):
    answer = ask(**ASKED)
    assert answer.status_code == 200 and "Accept" in answer.headers["Vary"]
    assert "/page/passage/halhamiao-incident" in Page(answer.text).links and "prp-spo2" in answer.text


def plain_sentences(text: str) -> list[str]:
    """Return the sentences of a derivation in plain words, without markup."""
    listed = text.partition('<ol class="plain-proof">')[2].partition("</ol>")[0]
    return [" ".join(re.sub("<.*?>", "", item).split()) for item in listed.split("<li>")[1:]]


def test_a_derivation_is_told_in_plain_sentences_from_facts_with_passages_to_the_conclusion(ask):
    incident, island = f"{ID}event/kanchazu-island-incident", f"{ID}place/kanchazu-island"
    text = ask(s=incident, p=f"{ONTOLOGY}occurredAt", o=island).text
    assert plain_sentences(text) == [
        "Soviet occupation of Kanchazu Island is directly part of Kanchazu Island incident. passage 34¶34",
        "Soviet occupation of Kanchazu Island occurred at Kanchazu Island. passage 34¶34",
        "Therefore Kanchazu Island incident occurred at Kanchazu Island. From 1, 2: if one thing has as its part a second, "
        "and the second occurred at a third, then the first occurred at the third.",
    ]
    assert '<details class="formal">' in text and "prp-spo2" in text


@pytest.mark.parametrize(
    "prop, value, first, last",
    [
        ("rdf:type", "sjkg:Event", "has the date", "Therefore Halhamiao incident is an event."),
        (
            "sjkg:earliestBegin",
            '"1935-01-08"^^xsd:date',
            "has the date 8 January 1935.",
            "began at the earliest on 8 January",
        ),
    ],
)
def test_plain_sentences_name_classes_dates_and_rules_in_words(ask, prop, value, first, last):
    sentences = plain_sentences(ask(s="event:halhamiao-incident", p=prop, o=value).text)
    assert any(first in sentence for sentence in sentences) and last in sentences[-1], sentences
    assert not re.search(r"sjkg:|owl:|\^\^", " ".join(sentences))


def test_a_statement_of_the_ontology_has_a_formal_derivation_only(ask):
    text = ask(s="sjkg:Battle", p="rdfs:subClassOf", o="sjkg:Event").text
    assert plain_sentences(text) == [] and '<details class="formal" open>' in text


def test_literals_are_written_as_in_n_triples(ask):
    day = '"1935-01-08"^^<http://www.w3.org/2001/XMLSchema#date>'
    answer = ask(s=ASKED["s"], p=f"{ONTOLOGY}earliestBegin", o=day)
    assert answer.status_code == 200 and "date-bounds" in answer.text


def test_json_is_selected_by_accept_or_by_format(ask):
    by_accept, by_name = ask("application/json", **ASKED).json(), ask(format="json", **ASKED).json()
    assert by_accept == by_name and by_accept["steps"][by_accept["proofs"][0]]["kind"] == "inferred"


@pytest.mark.parametrize("media_type, parser", FORMATS.items())
def test_proofs_are_offered_in_every_rdf_format(ask, media_type, parser):
    answer = ask(media_type, **ASKED)
    assert answer.headers["Content-Type"].startswith(media_type)
    graph = Graph().parse(data=answer.content, format=parser)
    assert (None, PROV.wasDerivedFrom, None) in graph and (None, PROV.hadPrimarySource, None) in graph


def test_near_misses_are_offered_as_a_page_and_as_json(ask):
    assert "missing: " in ask(**ABSENT, **{"why-not": "yes"}).text
    misses = ask("application/json", **ABSENT, **{"why-not": "yes"}).json()["misses"]
    assert misses[0]["lacking"]


def test_the_page_of_a_missing_triple_links_to_what_is_missing_and_names_no_parameter(ask):
    page = ask("text/html", **ABSENT)
    assert page.status_code == 404 and '<p class="lead">event:' in page.text and "is not in the graph." in page.text
    assert re.search(r'<a href="/explain\?s=[^"]*why-not=yes">Show why', page.text)
    assert "--why-not" not in page.text and 'value="explain"' not in page.text


def test_without_a_triple_the_page_shows_a_form(ask):
    assert "<form" in ask().text


@pytest.mark.parametrize(
    "accept, parameters, status, words",
    [
        ("application/json", {"s": ASKED["s"]}, 400, "missing: p, o"),
        ("application/json", ABSENT, 404, "why-not"),
        ("application/json", {**ASKED, "s": f"{ID}event/halhamiao-incidnt"}, 404, "did you mean"),
        ("application/json", {**ASKED, "s": "no term"}, 400, "is not a term"),
        ("application/json", {**ASKED, "o": r'"\UFFFFFFFF"'}, 400, "stands for no Unicode character"),
        ("application/json", {**ASKED, "o": r'"\U7FFFFFFF"'}, 400, "stands for no Unicode character"),
        ("application/json", {**ASKED, "o": r'"\uD800"', "why-not": "yes"}, 400, "stands for no Unicode character"),
        ("application/json", {**ASKED, "s": "5", "why-not": "yes"}, 400, "not an RDF 1.1 triple"),
        ("application/json", {**ASKED, "p": '"x"@en', "why-not": "yes"}, 400, "not an RDF 1.1 triple"),
        ("application/json", {**ASKED, "all": "maybe"}, 400, "yes or no"),
        ("image/png", ASKED, 406, "text/turtle"),
        ("text/turtle", {**ABSENT, "why-not": "yes"}, 406, "application/json"),
    ],
)
def test_requests_that_cannot_be_answered_get_a_problem(ask, accept, parameters, status, words):
    answer = ask(accept, **parameters)
    assert answer.status_code == status and words in answer.json()["detail"]


def test_labels_stand_for_terms_and_an_ambiguous_one_gives_choices(ask):
    labels = {"s": "Halhamiao incident", "p": "involves power", "o": "Soviet Union"}
    sentences = plain_sentences(ask(**ASKED).text)
    assert sentences and plain_sentences(ask(**labels).text) == sentences
    assert plain_sentences(ask(**{**labels, "p": "involves"}).text) == sentences
    ambiguous = {**labels, "s": "khasan"}
    page = ask(**ambiguous)
    assert page.status_code == 200 and '<option value="event:battle-of-lake-khasan">' in page.text
    assert 'value="involves power"' in page.text
    refused = ask("application/json", **ambiguous)
    assert refused.status_code == 400 and "place:lake-khasan (Lake Khasan)" in refused.json()["detail"]
    refused = ask(**{**labels, "p": "flies over"})
    assert refused.status_code == 400 and "no label is like it" in refused.text


def test_the_json_of_a_proof_has_the_plain_sentences_of_the_page(ask):
    plain = ask("application/json", **ASKED).json()["plain"]
    assert [each["number"] for each in plain] == list(range(1, len(plain) + 1))
    assert plain[-1]["sentence"] == "Halhamiao incident involves Soviet Union"
    assert all(each["graphs"] for each in plain if not each["follows_from"])


SPAN = {
    "s": f"{ID}event/halhamiao-clash#time-span",
    "p": "crm:P82a_begin_of_the_begin",
    "o": '"1935-01-08T00:00:00"^^xsd:dateTime',
    "_profile": "cidoc-crm",
}


def test_a_triple_of_a_profile_leads_to_the_rule_our_triples_and_their_passages(ask):
    found = ask("application/json", **SPAN).json()
    *premises, last = found["steps"]
    assert (last["kind"], last["rule"]) == ("translated", "profiles/cidoc-crm/out/time-spans.rq")
    used = {found["steps"][number]["text"] for number in last["premises"]}
    assert 'event:halhamiao-clash sjkg:earliestBegin "1935-01-08"^^xsd:date' in used
    assert "event:halhamiao-clash rdf:type sjkg:Event" in used
    assert any(
        place["graph"].endswith("passage/halhamiao-incident") for step in premises for place in step.get("places", ())
    )
    html = ask(**SPAN).text
    assert "Time-spans of dated events" in html and "/page/passage/halhamiao-incident" in Page(html).links
    graph = Graph().parse(data=ask("text/turtle", **SPAN).text, format="turtle")
    assert list(graph.subjects(PROV.wasGeneratedBy))


@pytest.mark.parametrize(
    "change, status",
    [({"o": '"1936-01-08T00:00:00"^^xsd:dateTime'}, 404), ({"why-not": "yes"}, 400), ({"_profile": "bibframe"}, 404)],
)
def test_what_a_profile_does_not_make_is_not_explained(ask, change, status):
    assert ask("application/json", **{**SPAN, **change}).status_code == status
