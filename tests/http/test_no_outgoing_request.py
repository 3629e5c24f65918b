"""The engine follows SERVICE; nothing that a query contains may make it do so."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import counting_listener

from sjkg.core.errors import BadQuery, ServiceRefused, SjkgError
from sjkg.sparql.inspection import inspect_query
from sjkg.store.datasets import Scope
from sjkg.store.quad_store import QuadStore

ALLOWED = "http://127.0.0.1:9/"
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "SERVICE",
            "service ",
            "SERV\\u0049CE",
            "SERV\\u005Cu0049CE",
            "\\u0027",
            "\\u000A",
            "\ufeff",
            "BASE <{here}> ",
            "SERV\\u005Cu0049CE",
            "\\u0027",
            "\\u000A",
            "\ufeff",
            "BASE <{here}> ",
            "SERV\\u005Cu0049CE",
            "\\u0027",
            "\\u000A",
            "\ufeff",
            "BASE <{here}> ",
            "SILENT ",
            "<{here}>",
            f"<{ALLOWED}>",
            "PREFIX a: <{here}> ",
            f"PREFIX a: <{ALLOWED}> ",
            "?x ",
            "{",
            "}",
            "{ ?s ?p ?o }",
            "#",
            "\n",
            "\r",
            "\u2040",
            '"',
            "'",
            '"""',
            "\\",
            "\\#",
        ]
        + [
            "a:b",
            "event:x\\#",
            "1",
            " 1",
            "true",
            "FILTER(?a<?b)",
            "FILTER(1<2)",
            "#>",
            "FILTER(1>0)",
            "<",
            ">",
            "@en",
            "^^",
            "OPTIONAL ",
            "_:b",
            ".",
            ";",
            "\\u005Cu0053",
        ]
    ),
    max_size=9,
)


READ_OTHERWISE_BY_THE_ENGINE = [
    "ASK {{ #\r SERVICE <{}> {{ ?s ?p ?o }}\n }}",
    "ASK {{ FILTER(1<2)SERVICE#>\n<{}> {{ ?s ?p ?o }} }}",
    "ASK {{ FILTER(1<2)service#>\n<{}> {{ ?s ?p ?o }} }}",
    "ASK {{ SERVICE <{allowed}> {{ }} FILTER(1<2)SERVICE#>\n<{}> {{ ?s ?p ?o }} }}",
    "ASK {{ BIND(1 AS ?x) FILTER(?x<2)SERVICE#>\n<{}> {{ ?s ?p ?o }} }}",
    "ASK {{ SERVICE <{}> {{ ?s ?p ?o }} OPTIONAL {{ event:a\u2040\\' ?p ?o }} }}",
    "ASK {{ OPTIONAL {{ event:a\u2040\\' ?p ?o }} SERVICE <{}> {{ ?s ?p ?o }} OPTIONAL {{ event:a\u2040\\' ?p ?o }} }}",
    "ASK {{ OPTIONAL {{ event:a\u2040\\# ?p ?o }} SERVICE <{}> {{ ?s ?p ?o }}\n }}",
]
REFUSED_ALTHOUGH_ONE_IS_ALLOWED = [
    "ASK { SERVICE ?x { ?s ?p ?o } }",
    "ASK { VALUES ?x { <{here}> } SERVICE ?x { ?s ?p ?o } }",
    "ASK { SERVICE <{here}other> { ?s ?p ?o } }",
    "PREFIX a: <{here}> ASK { SERVICE a: { ?s ?p ?o } }",
    "BASE <{here}> ASK { SERVICE <> { ?s ?p ?o } }",
    "ASK { SERVICE <{here}> { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
]


@pytest.fixture(scope="module")
def allowing(snapshot):
    return QuadStore.open(snapshot.store, snapshot.manifest.groups, (ALLOWED,))


@pytest.fixture(scope="module")
def listener():
    """An address and those who connected to it; anything that does would be an outgoing request."""
    with counting_listener() as (port, visits):
        yield f"http://127.0.0.1:{port}/", visits


def test_the_listener_would_notice(store, listener):
    address, visits = listener
    before = len(visits)
    with pytest.raises(Exception, match=r".+"):
        list(store._datasets.choose(Scope()).store.query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"))
    assert len(visits) > before


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FRAGMENTS, FRAGMENTS, st.sampled_from(["SERVICE <{here}>", "SERVICE a:", "SERVICE ?x", "SERVICE"]))
@pytest.mark.parametrize("allows", [False, True])
def test_no_query_makes_the_engine_ask_another_endpoint(
    store: QuadStore, allowing: QuadStore, listener, allows, before, after, service
):
    address, visits = listener
    seen = len(visits)
    text = f"ASK {{ {''.join(before)} {service} {{ ?s ?p ?o }} {''.join(after)} }}".replace("{here}", address)
    with suppress(SjkgError):
        (allowing if allows else store).query(text)
    assert len(visits) == seen


@pytest.mark.parametrize("allows", [False, True])
@pytest.mark.parametrize("text", READ_OTHERWISE_BY_THE_ENGINE)
def test_a_keyword_that_only_the_engine_sees_is_none(store, allowing, listener, allows, text):
    address, visits = listener
    seen = len(visits)
    with pytest.raises(BadQuery):
        (allowing if allows else store).query(text.format(address, allowed=ALLOWED))
    assert len(visits) == seen


def test_an_endpoint_that_is_allowed_is_asked_and_no_other(snapshot, listener):
    address, visits = listener
    store = QuadStore.open(snapshot.store, snapshot.manifest.groups, (address,))
    seen = len(visits)
    answer = store.query(f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}")
    assert len(visits) == seen + 1 and not answer.is_deterministic
    for text in REFUSED_ALTHOUGH_ONE_IS_ALLOWED:
        with pytest.raises(ServiceRefused, match=rf"in < and >: <{address}>"):
            store.query(text.replace("{here}", address))
    assert len(visits) == seen + 1


@pytest.mark.parametrize(
    "text",
    [
        'ASK { ?s ?p "SERVICE" }',
        "ASK { ?s ?p 'it\\'s SERVICE' }",
        'ASK { ?s ?p """a\\""" SERVICE """ }',
        "ASK { } # SERVICE <http://x/> {}",
        "ASK { <http://x/#SERVICE> ?p ?SERVICE }",
        "PREFIX service: <http://x/> ASK { ?s service:SERVICE service:a\\#SERVICE }",
        "SELECT ?service ?Service ?SERVICE { ?service ?Service ?SERVICE }",
        "ASK { FILTER(1 < 2) ?s <http://x/(a)/service> event:service }",
    ],
)
def test_the_word_in_strings_names_variables_and_comments_is_no_keyword(text):
    assert inspect_query(text).query.plain == text
