"""The engine follows SERVICE; nothing that a query contains may make it do so."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import counting_listener

from sjkg.errors import SjkgError
from sjkg.store.datasets import Scope
from sjkg.store.engine import QuadStore
from sjkg.store.syntax import examine

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "SERVICE",
            "service ",
            "SERV\\u0049CE",
            "SILENT ",
            "<{here}>",
            "?x ",
            "{",
            "}",
            "{ ?s ?p ?o }",
            "#",
            "\n",
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
@given(FRAGMENTS, FRAGMENTS)
def test_no_query_makes_the_engine_ask_another_endpoint(store: QuadStore, listener, before, after):
    address, visits = listener
    seen = len(visits)
    text = f"ASK {{ {''.join(before)} SERVICE <{address}> {{ ?s ?p ?o }} {''.join(after)} }}".replace("{here}", address)
    with suppress(SjkgError):
        store.query(text)
    assert len(visits) == seen


@pytest.mark.parametrize(
    "text",
    [
        'ASK { ?s ?p "SERVICE" }',
        "ASK { ?s ?p 'it\\'s SERVICE' }",
        'ASK { ?s ?p """a\\""" SERVICE """ }',
        "ASK { } # SERVICE <http://x/> {}",
        "ASK { <http://x/#SERVICE> ?p ?SERVICE }",
        "PREFIX service: <http://x/> ASK { ?s service:SERVICE service:a\\#SERVICE }",
    ],
)
def test_the_word_in_strings_names_variables_and_comments_is_no_keyword(text):
    assert examine(text).text == text
