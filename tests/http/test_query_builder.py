"""The query builder: its queries answer natural questions as the saved queries do, and wrong parameters are refused in one sentence."""

import csv
import io
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests
from servers import PROJECT
from test_pages import Page

from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import PREFIXES
from sjkg.kb.queries import read_queries
from sjkg.site.builder_request import days_of

CSV = {"bindings": "csv", "boolean": "csv"}
SAVED = read_queries(packaged_kb())
ASKING = dict(
    re.findall(
        r"^## (.+?)\n\n```sparql\n(.+?)```",
        (PROJECT / "docs" / "asking.md").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
)
ANY = "any"


def condition(number, prop, test="is", value="", to=""):
    """Return the parameters of a condition."""
    return {f"property{number}": prop, f"test{number}": test, f"value{number}": value, f"to{number}": to}


# The stored question (a saved query with parameters, or a heading of docs/asking.md), the parameters of the builder, and
# the columns to compare: of the stored question, and of the builder's query.
QUESTIONS = [
    ("events-at-place", {}, {"kind": "sjkg:Event", **condition(1, "sjkg:occurredAt", "is", "place:manchuria")}, "event", "event"),
    ("events-possibly-on-day", {}, {"kind": "sjkg:Event", **condition(1, "when", "maybe", "1935-01-08"), "show": "sjkg:earliestBegin"}, "event earliest", "event earliestBegin"),
    ("events-certainly-on-day", {}, {"kind": "sjkg:Event", **condition(1, "when", "during", "1935-01-08")}, "event", "event"),
    ("events-over-before-day", {}, {"kind": "sjkg:Event", **condition(1, "when", "before", "1932-03-01")}, "event", "event"),
    ("events-before-event", {}, {"kind": "sjkg:Event", **condition(1, "sjkg:before", "is", "event:halhamiao-punitive-expedition"), "show": ["sjkg:earliestBegin", "sjkg:latestEnd"]}, "earlier begin end", "event earliestBegin latestEnd"),
    ("undated-events", {}, {"kind": "sjkg:Event", **condition(1, "sjkg:undatedReason", ANY), "show": "sjkg:undatedReason"}, "event reason", "event undatedReason"),
    ("parts-of-event", {}, {"kind": "sjkg:Event", **condition(1, "sjkg:subEventOf", "is", "event:soviet-japanese-border-conflicts")}, "part", "event"),
    ("participants-of-event", {}, {"kind": "sjkg:Actor", **condition(1, "sjkg:participatedIn", "is", "event:halhamiao-incident")}, "actor name", "actor name"),
    ("powers-involved", {"event": "halhamiao-incident"}, {"kind": "sjkg:State", **condition(1, "^sjkg:involvesPower", "is", "event:halhamiao-incident")}, "power", "actor"),
    ("persons-and-offices", {}, {"kind": "sjkg:Person", **condition(1, "sjkg:rankText", ANY), "show": "sjkg:rankText"}, "person office", "actor rankText"),
    ("client-states", {}, {"kind": "sjkg:ClientState", **condition(1, "sjkg:clientStateOf", ANY), "show": "sjkg:clientStateOf"}, "client patron patronName", "actor clientStateOf clientStateOfName"),
    ("parts-of-place", {}, {"kind": "sjkg:Place", **condition(1, "sjkg:placePartOf", ANY), "show": "sjkg:placePartOf"}, "part whole", "place placePartOf"),
    ("figures-without-footnote", {}, {"kind": "sjkg:Claim", **condition(1, "sjkg:quantityKind", ANY), **condition(2, "sjkg:cites", "none"), **condition(3, "sjkg:remainderOf", "none"), "show": "sjkg:about"}, "claim event", "claim about"),
    ("hedged-statements", {}, {"kind": "sjkg:Claim", **condition(1, "sjkg:hedge", ANY), "show": "sjkg:hedge"}, "claim hedge", "claim hedge"),
    ("passages-of-section", {}, {"kind": "sjkg:Passage", **condition(1, "sjkg:inSection", "is", "section:battles-of-khalkhin-gol"), "show": ["sjkg:opensWith", "dcterms:abstract"]}, "passage opens summary", "passage opensWith abstract"),
    ("Which border incidents were over before Japan invaded China?", {}, {"kind": "sjkg:BorderIncident", **condition(1, "sjkg:before", "is", "event:japanese-invasion-of-china")}, "incident", "event"),
    ("What happened in 1938?", {}, {"kind": "sjkg:Event", **condition(1, "when", "in", "1938"), "show": ["sjkg:earliestBegin", "sjkg:latestEnd"]}, "event begin end", "event earliestBegin latestEnd"),
    ("How many people were killed in the Tauran incident, by power?", {}, {"kind": "sjkg:Claim", **condition(1, "sjkg:countsTowards", "is", "event:tauran-incident"), **condition(2, "sjkg:quantityKind", "is", "quantity:killed"), "show": "sjkg:power", "total": "figures"}, "power dead", "power number"),
    ("How many were wounded on each side north of Suifenho in October 1935?", {}, {"kind": "sjkg:Claim", **condition(1, "sjkg:countsTowards", "is", "event:october-1935-clash-north-of-suifenho"), **condition(2, "sjkg:quantityKind", "is", "quantity:wounded"), "show": "sjkg:partySide", "total": "figures"}, "side wounded", "partySide number"),
    ("In which border incidents did the Soviet Union take part?", {}, {"kind": "sjkg:BorderIncident", **condition(1, "sjkg:hasParticipatingPower", "is", "actor:soviet-union")}, "incident", "event"),
    ("What happened near Suifenho?", {}, {"kind": "sjkg:BorderIncident", **condition(1, "sjkg:occurredNear", "is", "place:suifenho")}, "incident", "event"),
    ("What did the Battles of Khalkhin Gol bring about?", {}, {"kind": "sjkg:Event", **condition(1, "sjkg:consequenceOf", "is", "event:battles-of-khalkhin-gol")}, "effect", "event"),
    ("Which figure is the “over 1,300” pieces of artillery?", {}, {"kind": "sjkg:Claim", **condition(1, "sjkg:countWritten", "is", "1300"), "show": "sjkg:countMin"}, "claim least", "claim countMin"),
]  # fmt: skip


@pytest.fixture(scope="module")
def build(server):
    """Return a function that gets the page of the builder as JSON."""

    def get(parameters):
        response = requests.get(f"{server}/build.json", params=parameters, timeout=60)
        assert response.status_code == 200, response.text
        return response.json()["page"]

    return get


def answer(store, text, columns, bindings=None):
    """Return the values of some columns of a query's result, as a set of tuples."""
    declared = "".join(
        f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items() if f"PREFIX {prefix}:" not in text
    )
    rows = csv.DictReader(io.StringIO(store.query(declared + text, CSV, bindings=bindings or {}).body.decode()))
    return {tuple(row[column] for column in columns.split()) for row in rows}


@pytest.mark.parametrize("name, values, parameters, theirs, ours", QUESTIONS, ids=[each[0] for each in QUESTIONS])
def test_a_built_query_gives_the_answer_of_the_stored_question(store, build, name, values, parameters, theirs, ours):
    if name in SAVED:
        expected = answer(store, SAVED[name].text, theirs, SAVED[name].bind(values))
    else:
        expected = answer(store, ASKING[name], theirs)
    page = build(parameters)
    assert expected and answer(store, page["query"], ours) == expected
    assert page["result"]["total_rows"] and not page["problem"] and not page["warnings"]


@pytest.mark.parametrize(
    "parameters, sentence",
    [
        ({"kind": "sjkg:Evnt"}, "unknown value “sjkg:Evnt” of the parameter “kind”; known values: sjkg:Event, "),
        ({"sort": "name"}, "unknown value “” of the parameter “kind”"),
        ({"kind": "sjkg:Event", "colour": "red"}, "unknown parameter “colour” of the query builder"),
        ({"kind": "sjkg:Event", "value9": "1"}, "condition 9 has no property"),
        ({"kind": "sjkg:Event", **condition(1, "sjkg:occuredAt")}, "unknown property “sjkg:occuredAt” in the parameter “property1”; known properties: sjkg:occurredAt"),
        ({"kind": "sjkg:Event", **condition(1, "when", "least", "1938")}, "unknown value “least” of the parameter “test1” for “when”"),
        ({"kind": "sjkg:Event", **condition(1, "when", "in", "1938-02-30")}, "the parameter “value1” (when) must be a year, month or day"),
        ({"kind": "sjkg:Event", **condition(1, "when", "in", "1939", "1938")}, "the values of condition 1 are reversed"),
        ({"kind": "sjkg:Event", **condition(1, "sjkg:occurredAt", "is", "Manchuria")}, "the parameter “value1” (occurred at) must be the name of a thing"),
        ({"kind": "sjkg:Claim", **condition(1, "figure", "least", "many")}, "the parameter “value1” (number) must be a number"),
        ({"kind": "sjkg:Event", "show": "when"}, "“when” (when) cannot be a column"),
        ({"kind": "sjkg:Event", "show": ["sjkg:date", "sjkg:before", "sjkg:after", "sjkg:dateText", "sjkg:status", "sjkg:enabled", "sjkg:ledTo"]}, "at most 6 columns"),
        ({"kind": "sjkg:Event", "total": "figures"}, "unknown value “figures” of the parameter “total”; known values: things"),
        ({"kind": ["sjkg:Event", "sjkg:Actor"]}, "the parameter “kind” may be given only once, not 2 times"),
        ({"kind": "sjkg:Event", **condition(1, "sjkg:dateText", "contains", "x" * 201)}, "the parameter “value1” must have at most 200 characters"),
        ({"kind": "sjkg:Event", "add": "when"} | {key: value for number in range(1, 9) for key, value in condition(number, "when").items() if not key.startswith("test")}, "at most 8 conditions; 9 are given"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused_in_one_sentence(server, parameters, sentence):
    response = requests.get(f"{server}/build.json", params=parameters, timeout=20)
    assert response.status_code == 400 and sentence in response.json()["detail"]
    assert not re.search(r"[.] [A-Z]", response.json()["detail"])


def test_texts_and_names_from_the_address_cannot_change_the_query(build, server):
    hostile = 'x" ) } DROP ALL # \\'
    page = build({"kind": "sjkg:Event", **condition(1, "sjkg:dateText", "contains", hostile)})
    assert page["result"]["total_rows"] == 0 and "nothing matches" in page["warnings"][0]
    page = build({"kind": "sjkg:Event", **condition(1, "sjkg:before", "is", "event:a;b.c")})
    assert page["result"]["total_rows"] == 0 and "<https://w3id.org/sjkg/id/event/a;b.c>" in page["query"]
    refused = requests.get(
        f"{server}/build",
        params={"kind": "sjkg:Event", **condition(1, "sjkg:before", "is", "event:x> . ?s ?p <y")},
        timeout=20,
    )
    assert refused.status_code == 400


def test_every_kind_has_a_page_whose_properties_can_all_be_columns_and_conditions(build, store):
    kinds = [option["value"] for _, members in build({})["kinds"] for option in members]
    assert len(kinds) > 50 and kinds[0] == "sjkg:Event"
    for kind in ("sjkg:Event", "sjkg:Actor", "sjkg:Place", "sjkg:Claim", "sjkg:Passage", "sjkg:Work", "sjkg:Remark"):
        page = build({"kind": kind})
        columns = [option["value"] for _, members in page["columns"] for option in members]
        variables = re.findall(r"\?\w+", build({"kind": kind})["query"].split(" WHERE")[0])
        for key in columns:
            variables += re.findall(r"\?\w+", build({"kind": kind, "show": key})["query"].split(" WHERE")[0])[2:]
        assert len(set(variables)) == len(variables), "each column has a variable of its own"
        for key in columns[:8]:
            shown = build({"kind": kind, "show": key, "sort": f"-{key}", **condition(1, key, ANY)})
            assert shown["result"]["total_rows"] and shown["conditions"][0]["name"]


def test_a_condition_without_value_selects_things_that_have_any_and_not_those_that_have_none(build, store):
    with_any = build({"kind": "sjkg:Event", "add": "sjkg:occurredAt"})
    without = build({"kind": "sjkg:Event", **condition(1, "sjkg:occurredAt", "not")})
    every = build({"kind": "sjkg:Event"})
    events = [answer(store, page["query"], "event") for page in (with_any, without, every)]
    assert events[0] and events[1] and events[0] | events[1] == events[2] and not events[0] & events[1]


def test_numbers_are_compared_by_their_bounds(build, store):
    found = {}
    for test in ("is", "least", "most"):
        page = build(
            {"kind": "sjkg:Claim", **condition(1, "figure", test, "1300"), "show": ["sjkg:countExact", "sjkg:countMin"]}
        )
        found[test] = answer(store, page["query"], "claim")
    (over,) = found["is"]
    assert over[0].endswith("china-aid-artillery") and over in found["least"] and over not in found["most"]


def test_the_form_works_without_scripts_and_its_address_makes_the_same_query(server, build):
    parameters = {
        "kind": "sjkg:Event",
        **condition(1, "when", "in", "1938"),
        "add": "sjkg:hasParticipatingPower",
        "show": "sjkg:date",
        "sort": "-sjkg:date",
    }
    html = requests.get(f"{server}/build", params=parameters, timeout=20).text
    Page(html)  # its elements nest
    page = build(parameters)
    assert (
        build(dict(pair.split("=") for pair in page["address"][1:].replace("%3A", ":").split("&")))["query"]
        == page["query"]
    )
    shown = re.search(r'<form action="/sparql".*?<textarea[^>]* name="query"[^>]*>(.*?)</textarea>', html, re.DOTALL)
    assert shown and unescape(shown[1]) == page["query"]
    names = set(re.findall(r'<(?:select|input)[^>]* name="(\w+)"', html))
    assert {"kind", "test1", "value1", "to1", "property2", "value2", "add", "show", "sort", "total"} <= names
    result = requests.get(
        f"{server}/sparql", params={"query": page["query"]}, headers={"Accept": "text/html"}, timeout=20
    )
    assert result.status_code == 200


def test_the_builder_is_linked_from_the_start_page_the_sparql_page_and_the_navigation(server):
    for path in ("/", "/sparql", "/questions"):
        links = Page(requests.get(f"{server}{path}", headers={"Accept": "text/html"}, timeout=20).text).links
        assert [urlsplit(link).path for link in links].count("/build") >= 2, path


@pytest.mark.parametrize(
    "text, days",
    [
        ("1938", ("1938-01-01", "1938-12-31")),
        ("1936-02", ("1936-02-01", "1936-02-29")),
        ("1938-07-29", ("1938-07-29", "1938-07-29")),
    ],
)
def test_a_year_month_or_day_is_a_span_of_days(text, days):
    assert days_of(text) == days


@pytest.mark.parametrize("text", ["", "38", "1938-13", "1938-00", "1937-02-29", "1938-7", "0000", "١٩٣٨"])
def test_another_text_is_no_span_of_days(text):
    with pytest.raises(ValueError):
        days_of(text)
