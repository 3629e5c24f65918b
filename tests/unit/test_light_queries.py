"""Light queries in the server process: only queries whose cost is bounded, and with the same result as in a worker."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rdflib import RDF, URIRef, Variable
from rdflib.plugins.sparql import prepareQuery

from sjkg.core.errors import BadQuery
from sjkg.core.vocabulary import PREFIXES
from sjkg.store import light_queries
from sjkg.store.formats import RESULT_FORMATS
from sjkg.store.light_queries import LightQueryStore, is_bounded, parse_light_query
from sjkg.store.quad_store import DEFAULT_FORMATS

THING = "<https://w3id.org/sjkg/id/event/halhamiao-incident>"
POINT_QUERIES = [
    f"SELECT * {{ {THING} ?property ?value }}",
    f"# a comment\nselect ?p ?o where {{{THING} ?p ?o . }} limit 3",
    f"SELECT ?type {{ {THING} a ?type }}",
    f"SELECT ?o $p #\n {{ {THING} ?p ?o }}",
    "SELECT ?date { event:halhamiao-incident sjkg:date ?date }",
    f"PREFIX x: <https://w3id.org/sjkg/ontology#> PREFIX y: <http://y/> SELECT $o {{ {THING} x:date $o }}",
    f"SELECT * {{ {THING} a sjkg:BorderIncident }}",
]
LIGHT_QUERIES = [
    f"SELECT * {{ ?claim sjkg:about {THING} ; sjkg:party ?party . ?party skos:prefLabel ?name OPTIONAL {{ ?claim sjkg:countExact ?n }} }}",
    f"SELECT ?name ?of {{{THING} sjkg:hasSubEvent ?part.?part skos:prefLabel ?name ;sjkg:directSubEventOf ?whole.?whole skos:prefLabel ?of.}}limit 7",
    f"SELECT * {{ {THING} sjkg:date ?date ; a ?type, sjkg:BorderIncident OPTIONAL {{ {THING} sjkg:occurredAt ?place . ?place skos:prefLabel ?name }} }}",
    f"# {{ ?x\nPREFIX y: <https://w3id.org/sjkg/ontology#>SELECT*{{?claim y:about{THING};y:quantityKind ?kind# }}\n}}",
    "SELECT * { ?x sjkg:about event:halhamiao-incident OPTIONAL { ?x sjkg:countExact ?n } OPTIONAL { ?x sjkg:party ?p } }",
    "SELECT * { ?x sjkg:about event:halhamiao-incident }",
]
OTHERS = [
    "SELECT * { ?x a sjkg:Event ; sjkg:hasParticipant ?who }",  # more than MAX_ROWS_FROM_NODE, by the degrees
    "SELECT * { ?x sjkg:about ?y }",
    "SELECT * { ?x sjkg:about ?y . ?y sjkg:date ?d }",
    f"SELECT * {{ ?x sjkg:about {THING} . ?y sjkg:about ?x }}",
    f"SELECT * {{ ?x sjkg:about {THING} . ?x sjkg:party ?p . ?x sjkg:countExact ?p }}",
    f"SELECT * {{ ?x sjkg:about {THING} . ?x sjkg:nothing ?p }}",
    f"SELECT * {{ ?x sjkg:about {THING} ; ?q ?p }}",
    f"SELECT * {{ {THING} sjkg:date ?d . ?x sjkg:about {THING} }}",
    f"SELECT * {{ ?x sjkg:about {THING} ; sjkg:countExact 5 }}",
    f"SELECT * {{ ?x sjkg:about {THING} OPTIONAL {{ ?x sjkg:party ?p }} OPTIONAL {{ ?p skos:prefLabel ?n }} }}",
    f"SELECT * {{ ?x sjkg:about {THING} OPTIONAL {{ ?x sjkg:party ?p }} ?x sjkg:countExact ?n }}",
    f"SELECT * {{ ?x sjkg:about {THING} OPTIONAL {{ ?x sjkg:party ?p OPTIONAL {{ ?p skos:prefLabel ?n }} }} }}",
    f"SELECT * {{ ?x sjkg:about {THING} ; sjkg:party/skos:prefLabel ?p }}",
    f"SELECT * {{ ?x sjkg:about {THING} MINUS {{ ?x sjkg:party ?p }} }}",
    f"SELECT * {{ ?x <https://w3id.org/./ontology#about> {THING} }}",
    f"PREFIX sjkg: <> SELECT * {{ ?x sjkg:about {THING} }}",
    f"BASE <http://x/> SELECT * {{ ?x sjkg:about {THING} }}",
    f"SELECT * {{ ?x sjkg:about {THING} }} OFFSET 1",
    f"SELECT * {{ ?x sjkg:about {THING} ; }}",
    "SELECT * { OPTIONAL { ?x sjkg:about event:halhamiao-incident } }",
    "SELECT * { event:halhamiao-incident sjkg:date.x ?d }",
    "SELECT * { ?s ?p ?o }",
    "SELECT * { [] ?p ?o }",
    f"SELECT * {{ {THING} ?p ?p }}",
    f"SELECT * {{ {THING} ?p $p }}",
    f"SELECT * {{ {THING} ?p ?o }} OFFSET 3",
    f"SELECT * {{ {THING} ?p ?o }} ORDER BY ?o",
    f"SELECT DISTINCT * {{ {THING} ?p ?o }}",
    f"SELECT (COUNT(*) AS ?n) {{ {THING} ?p ?o }}",
    f"SELECT * {{ {THING} sjkg:before* ?o }}",
    f"SELECT * {{ {THING} ?p ?o ; ?q ?r }}",
    f"SELECT * {{ {THING} ?p ?o , ?r }}",
    f"SELECT * {{ {THING} ?p ?o FILTER(?o) }}",
    f"SELECT * FROM {THING} {{ {THING} ?p ?o }}",
    f"SELECT * {{ SERVICE {THING} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ {THING} ?p ?o }} VALUES ?o {{ 1 }}",
    f"SELECT * {{ {THING} ?p ?o }} # {'long ' * 500}",
    f"CONSTRUCT {{ ?s ?p ?o }} {{ {THING} ?p ?o }}",
    f"DESCRIBE {THING}",
    f"SELECT ?x {{ {THING} ?p ?o }}",
    f"SELECT ?p ?o ?x {{ {THING} ?p ?o }}",
    f"SELECT * {{ {THING} ?p ?o #\r . ?a ?b ?c\n}}",
    f"SELECT * {{ {THING} ?p ?o }} #\r ORDER BY ?o\n",
    f"SELECT * {{ {THING} ?p ?o #\\u000A . ?a ?b ?c\n}}",  # the engine reads the escape as the end of the comment
    f"SELECT * {{ {THING} ?p ?o }} #\\U0000000D ORDER BY ?o\n",
]
PARTS = ["SELECT", "*", "?p", "?o", "$o", "?x", "WHERE", "{", "}", THING, "sjkg:date", "a", ".", ";", ",", "LIMIT", "1", "#\n", "[]", "_:b", "'x'", "OPTIONAL", "OPTIONAL {", "/"]  # fmt: skip


@pytest.fixture(scope="module")
def light(snapshot):
    return LightQueryStore(snapshot.store, snapshot.manifest.statistics.degrees)


@pytest.mark.parametrize("name", RESULT_FORMATS)
@pytest.mark.parametrize("text", POINT_QUERIES + LIGHT_QUERIES)
def test_a_light_query_has_the_same_result_as_in_a_worker(light, store, text, name):
    answer = light.query(text, {"bindings": name})
    assert answer == store.query(text, {"bindings": name})
    assert name != "json" or answer.bindings


@pytest.mark.parametrize("text", OTHERS)
def test_any_other_query_is_left_to_the_workers(light, text):
    assert light.query(text, DEFAULT_FORMATS) is None


def test_an_invalid_point_query_raises_bad_query(light):
    with pytest.raises(BadQuery):
        light.query("SELECT * { nowhere:x ?p ?o }", DEFAULT_FORMATS)


def test_a_light_query_with_a_large_result_is_left_to_the_workers(light, monkeypatch):
    monkeypatch.setattr(light_queries, "MAX_BYTES", 1000)
    assert light.query(POINT_QUERIES[0], DEFAULT_FORMATS) is None


@pytest.mark.parametrize(
    "error", [RuntimeError("Corruption: Sst file size mismatch"), OSError(24, "Too many open files")]
)
def test_a_light_query_at_which_the_engine_fails_is_left_to_the_workers(light, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(light_queries, "serialize", fail)
    assert light.query(POINT_QUERIES[0], DEFAULT_FORMATS) is None


@pytest.mark.parametrize("limit", ["MAX_ROWS", "MAX_ROWS_FROM_NODE", "MAX_PATTERNS"])
def test_a_light_query_above_a_limit_is_left_to_the_workers(light, monkeypatch, limit):
    assert light._make_plan(LIGHT_QUERIES[0])
    monkeypatch.setattr(light_queries, limit, 1)
    assert light._make_plan(LIGHT_QUERIES[0]) is None


def test_queries_that_differ_in_things_only_have_their_own_results(light, store):
    texts = [f"SELECT * {{ ?x sjkg:about <{PREFIXES['event']}{name}> }}" for name in ("halhamiao-incident", "absent")]
    assert [light.query(text, DEFAULT_FORMATS) for text in texts] == [store.query(text) for text in texts]


@pytest.mark.parametrize(
    "degrees, is_light",
    [((9000, 1, 1), True), ((9000, 2, 1), False), ((90, 100, 1), True), ((90, 112, 1), False), ((9, 1, 1001), False)],
)
def test_the_degrees_of_its_properties_bound_a_light_query(degrees, is_light):
    query = parse_light_query("SELECT * { ?x sjkg:about event:halhamiao-incident ; sjkg:party ?y }")
    found = {PREFIXES["sjkg"] + name: degrees for name in ("about", "party")}
    assert is_bounded(query, found) == is_light
    assert not is_bounded(query, {PREFIXES["sjkg"] + "about": (1, 1, 1)})


def test_a_given_object_bounds_the_root_only_in_a_required_pattern():
    found = {PREFIXES["sjkg"] + "about": (1, 1, 1), PREFIXES["sjkg"] + "party": (9000, 1, 1)}
    optional = parse_light_query("SELECT * { ?x sjkg:party ?y OPTIONAL { ?x sjkg:about event:halhamiao-incident } }")
    required = parse_light_query("SELECT * { ?x sjkg:party ?y . ?x sjkg:about event:halhamiao-incident }")
    assert not is_bounded(optional, found)
    assert is_bounded(required, found)


def test_a_variable_has_the_same_bound_with_either_mark():
    query = parse_light_query("SELECT * { ?x sjkg:about event:halhamiao-incident ; sjkg:party $y . ?y sjkg:party ?z }")
    assert is_bounded(query, {PREFIXES["sjkg"] + name: (9, 31, 1) for name in ("about", "party")})
    assert not is_bounded(query, {PREFIXES["sjkg"] + name: (9, 32, 1) for name in ("about", "party")})


def patterns_of(algebra) -> list[tuple]:
    """Return the triple patterns of a query's algebra, in which nothing else may be but projection, slice and OPTIONAL."""
    if algebra.name == "BGP":
        return list(algebra.triples)
    if algebra.name == "LeftJoin":
        assert algebra.expr.name == "TrueFilter"
        return patterns_of(algebra.p1) + patterns_of(algebra.p2)
    assert algebra.name in ("SelectQuery", "Project", "Slice")
    return patterns_of(algebra.p)


def to_rdflib(term: str) -> URIRef | Variable:
    """Return a term of a light query, as written there."""
    if term[0] in "?$":
        return Variable(term[1:])
    prefix, _, name = term.partition(":")
    return RDF.type if term == "a" else URIRef(term[1:-1] if term[0] == "<" else PREFIXES[prefix] + name)


@given(
    st.lists(st.sampled_from(PARTS), max_size=5),
    st.integers(0, 8),
    st.lists(st.sampled_from(PARTS), max_size=7),
    st.sampled_from(["", " "]),
)
@example(inserted=[], position=0, after=["LIMIT", "1"], space="")
def test_a_light_query_is_read_as_its_grammar_demands(inserted, position, after, space):
    words = ["SELECT", "*", "{", THING, "?p", "?o", "}"]
    text = space.join([*words[:position], *inserted, *words[position:], *after])
    if query := parse_light_query(text):
        read = [tuple(map(to_rdflib, pattern)) for pattern in query.patterns]
        spaced = text.replace("LIMIT", "LIMIT ")  # which rdflib demands, and the grammar does not
        assert sorted(read) == sorted(patterns_of(prepareQuery(spaced, initNs=dict(PREFIXES)).algebra))


PROPERTIES = [
    "sjkg:party",
    "sjkg:quantityKind",
    "skos:prefLabel",
    "sjkg:countExact",
    "sjkg:about",
    "sjkg:date",
    "a",
    "sjkg:role",
]
PROPERTIES += ["sjkg:hasParticipation", "sjkg:participant", "sjkg:occurredAt", "sjkg:involvesPower"]
ROOTS = [(THING, ""), ("?x", f"?x sjkg:about {THING} ."), ("?x", "?x sjkg:participant actor:kwantung-army .")]


@given(st.data())
def test_a_random_light_query_has_the_same_result_as_in_a_worker(light, store, data):
    root, text = data.draw(st.sampled_from(ROOTS))
    subjects = [root]
    for number in range(data.draw(st.integers(1, 4))):
        subject, predicate = data.draw(st.sampled_from(subjects)), data.draw(st.sampled_from(PROPERTIES))
        text += f" {subject} {predicate} ?v{number} ."
        subjects.append(f"?v{number}")
    for number in range(data.draw(st.integers(0, 2))):
        subject, predicate = data.draw(st.sampled_from(subjects)), data.draw(st.sampled_from(PROPERTIES))
        text += f" OPTIONAL {{ {subject} {predicate} ?w{number} }}"
    text = f"SELECT * {{ {text} }}" + data.draw(st.sampled_from(["", " LIMIT 2"]))
    if answer := light.query(text, DEFAULT_FORMATS):
        assert answer == store.query(text)
        assert len(answer.bindings) <= light_queries.MAX_ROWS_FROM_NODE
