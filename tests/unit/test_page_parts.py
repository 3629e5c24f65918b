"""Text and URLs of pages: figures, dates, languages, paths, citations, links."""

import json
from datetime import date

import pytest

from sjkg.core.bounded_cache import MAX_KEY_CHARS
from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.site.citation import bibtex, csl_json, ris
from sjkg.site.date_text import days_in_words, edtf_in_words
from sjkg.site.page_queries import inline_bindings, page_queries
from sjkg.site.paths import _in_address, explain_path, iri_of, page_path, text_fragment
from sjkg.site.wording import count_in_words, language_name
from sjkg.web.pages.markup import link
from sjkg.web.sparql_protocol import negotiate


@pytest.mark.parametrize(
    "exact, least, greatest, words, expected",
    [
        (1300, None, None, None, "1,300"),
        (0, None, None, None, "0"),
        (None, 5, 6, None, "5–6"),
        (None, 1301, None, None, "over 1,300"),
        (None, 40, None, None, "at least 40"),
        (None, None, 20, None, "at most 20"),
        (None, None, 99, None, "under 100"),
        (None, None, None, "several", "several"),
        (None, None, None, None, ""),
    ],
)
def test_figures_keep_their_bounds_and_words_as_text(exact, least, greatest, words, expected):
    assert count_in_words(exact, least, greatest, words) == expected


@pytest.mark.parametrize(
    "first, last, expected",
    [
        ("1935-01-08", "1935-01-08", "8 January 1935"),
        ("1936-03-01", "1936-03-31", "March 1936"),
        ("1936-03-01", "1936-03-10", "1 to 10 March 1936"),
        ("1936-01-01", "1936-12-31", "1936"),
        ("1932-01-01", "1939-12-31", "1932 to 1939"),
        ("1935-01-01", "1935-02-28", "January to February 1935"),
        ("1935-12-19", "1936-01-31", "19 December 1935 to 31 January 1936"),
        ("1936-03-02", "1936-03-01", ""),
    ],
)
def test_a_span_of_days_is_written_as_short_as_possible(first, last, expected):
    assert days_in_words(date.fromisoformat(first), date.fromisoformat(last)) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1939-08-20", "20 August 1939"),
        ("1939-08-07~/1939-08-20", "about 7 to 20 August 1939"),
        ("1937-07/", "since July 1937"),
        ("/1939", "until 1939"),
        ("[1938-08-11..]", "11 August 1938 or later"),
        ("[..1938-08-11]", "11 August 1938 or earlier"),
    ],
)
def test_edtf_dates_are_written_as_text(text, expected):
    assert edtf_in_words(text) == expected


def test_language_tags_are_written_as_language_names():
    assert language_name("ja-Latn") == "Japanese in Latin letters"
    assert language_name("zh-latn-pinyin") == "Chinese in Latin letters (pinyin)"
    assert language_name("tlh") == "tlh"


@pytest.mark.parametrize(
    "iri",
    [
        PREFIXES["event"] + "halhamiao-incident",
        ONTOLOGY + "Event",
        PREFIXES["role"] + "attacker",
        PREFIXES["shape"] + "Section",
    ],
)
def test_the_iri_can_be_recovered_from_the_path_of_its_page(iri):
    assert iri_of(page_path(iri).removeprefix("/page/")) == iri


def test_external_iris_and_malformed_names_have_no_page():
    assert page_path("http://example.org/x") is None
    with pytest.raises(UnknownName):
        iri_of("event/> } DROP ALL {")


def test_the_url_of_a_proof_has_the_terms_of_the_triple():
    subject, prop = PREFIXES["event"] + "x", ONTOLOGY + "countExact"
    path = explain_path(subject, prop, "8", datatype=PREFIXES["xsd"] + "integer")
    assert path == "/explain?s=event:x&p=sjkg:countExact&o=%228%22%5E%5Exsd:integer"
    assert explain_path(subject, prop, "a & b", language="en").endswith("&o=%22a%20%26%20b%22@en")
    assert explain_path(subject, prop, "", "http://example.org/a#b").endswith("&o=http://example.org/a%23b")


def test_a_text_fragment_has_no_footnote_markers_and_escaped_hyphens():
    assert text_fragment("On 8 January", "mid-June, there.[6]").endswith(
        "#:~:text=On%208%20January,mid%2DJune%2C%20there."
    )


def test_bindings_are_inlined_as_rdf_terms():
    text = inline_bindings("SELECT * WHERE { ?thing ?p ?o }", {"thing": Iri("http://example.org/x")})
    assert text == "SELECT * WHERE {\n  VALUES (?thing) { (<http://example.org/x>) } ?thing ?p ?o }"
    with pytest.raises(ValueError):
        inline_bindings("SELECT * WHERE { ?thing ?p ?o }", {"thing": Iri("x> } #")})


def test_every_page_query_has_a_title():
    assert len(page_queries()) > 10 and all(query.title for query in page_queries().values())


def test_citations_have_the_permanent_iri():
    given = ("battle", "Battle of 5 & 6 {x}", "https://w3id.org/sjkg/id/event/battle", "1.0")
    assert "{Battle of 5 \\& 6 \\{x\\}}" in bibtex(*given) and "url = {https://w3id.org" in bibtex(*given)
    assert ris(*given).startswith("TY  - DATA\r\n") and ris(*given).endswith("ER  - \r\n")
    assert json.loads(csl_json(*given))[0]["URL"] == given[2]


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "data:text/html,x", "urn:x", " http://example.org/x", "java\tscript:x"]
)
def test_iris_without_a_web_scheme_are_not_links(iri):
    assert link(iri, "a < b") == "a &lt; b"


def test_our_iris_and_web_iris_are_links():
    assert link(PREFIXES["event"] + "x", "x") == '<a href="/page/event/x">x</a>'
    assert link("HTTPS://example.org/?a&b", "x") == '<a href="HTTPS://example.org/?a&amp;b" rel="external">x</a>'


@pytest.mark.parametrize(
    "cached, short, long",
    [
        (link, ("http://example.org/short", "x"), ("http://example.org/", "x" * MAX_KEY_CHARS)),
        (_in_address, ("http://example.org/short",), ("http://example.org/" + "x" * MAX_KEY_CHARS,)),
        (negotiate, ("text/csv;q=0.123", None), ("text/csv" + " " * MAX_KEY_CHARS, None)),
    ],
)
def test_results_for_long_texts_are_not_cached(cached, short, long):
    before = cached.cache_info().currsize
    cached(*long)
    assert cached.cache_info().currsize == before
    assert cached(*short) == cached(*short) and cached.cache_info().currsize == before + 1
