"""Text and URLs of pages: figures, dates, languages, paths, citations, links."""

import json
from datetime import date
from types import SimpleNamespace

import pytest
from namespaces import ABOUT
from servers import PROJECT

from sjkg.core.bounded_cache import MAX_KEY_CHARS
from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.site import passage
from sjkg.site.citation import Citation, as_text, bibtex, csl_json, ris
from sjkg.site.context import page_queries
from sjkg.site.csv_tables import as_spreadsheet_text
from sjkg.site.disputes import Dispute, read_disputes
from sjkg.site.entity import EntityPage
from sjkg.site.model import Property, Thing
from sjkg.site.paths import _in_address, explain_path, iri_of, page_path, text_fragment
from sjkg.site.wording import count_in_words, days_in_words, edtf_in_words, event_date_in_words, language_name
from sjkg.sparql.rewriting import inline_bindings
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
        ("1936-03", "some time in March 1936"),
        ("[1932..1934]", "some time from 1932 to 1934"),
        ("[1935-01-08..1935-12-31]", "between 8 January and 31 December 1935"),
        ("[1935-12-24..1935-12-25]", "24 or 25 December 1935"),
        ("1918/1920", "1918 to 1920"),
        ("1935-01-08/1935", "8 January 1935 to some time in 1935"),
        ("1935-12-19/1936-01", "19 December 1935 to January 1936"),
        ("1914/", "from 1914, end not given"),
        ("1937-07/..", "from July 1937, end not given"),
        ("/1939", "until 1939, begin not given"),
        ("[1938-08-11..]", "11 August 1938 or later"),
        ("[..1938-08-11]", "11 August 1938 or earlier"),
    ],
)
def test_edtf_dates_are_written_as_text(text, expected):
    assert edtf_in_words(text) == expected


@pytest.mark.parametrize(
    "columns, expected",
    [
        (("1914/", "1914-01-01", "1914-12-31", "1914-01-01", "1932-03-01"), "from 1914, end not given"),
        (
            (None, "1935-01-08", "1935-12-31", "1935-01-08", "1935-12-31"),
            "between 8 January and 31 December 1935 (computed)",
        ),
        ((None, "1914-01-01", "1932-03-01", "1914-01-01", None), "1 January 1914 or later (computed)"),
        (
            ("1939", "1939-01-01", "1939-05-31", "1939-08-21", "1939-12-31"),
            "some time in 1939; certainly 31 May to 21 August 1939 (computed)",
        ),
        (
            ("1932-03-01/1939-09-16;1932/1939", "1932-03-01", "1932-03-01", "1939-09-16", "1939-09-16"),
            "1 March 1932 to 16 September 1939",
        ),
        ((None, None, None, None, None), "no date given"),
    ],
)
def test_the_date_of_an_event_keeps_its_own_dates_apart_from_computed_bounds(columns, expected):
    row = dict(zip(("date", "begin", "sureBegin", "sureEnd", "end"), columns, strict=True))
    assert event_date_in_words(row) == expected


def test_language_tags_are_written_as_language_names():
    assert language_name("ja-Latn") == "Japanese in Latin letters"
    assert language_name("zh-latn-pinyin") == "Chinese in Latin letters (pinyin)"
    assert (
        language_name("zh-hant") == "Chinese in traditional characters"
        and language_name("ja-hrkt") == "Japanese in kana"
    )
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


def test_a_section_counts_the_passages_and_sections_that_its_page_leaves_out(monkeypatch):
    left_out = (Property(f"{ONTOLOGY}subsectionOf", "", (), 3), Property(f"{ONTOLOGY}inSectionOrSubsection", "", (), 5))
    entity = EntityPage("urn:section", "", "", (), "", (), (), (), left_out)
    monkeypatch.setattr(passage, "entity_page", lambda context, iri: entity)
    page = passage.section_page(SimpleNamespace(labels=SimpleNamespace(passages=())), "urn:section")
    assert page.more == 5 and [prop.more for _, properties in page.related for prop in properties] == [3]


def test_citations_have_the_permanent_iri():
    given = Citation("battle", "Battle of 5 & 6 {x}", "https://w3id.org/sjkg/id/event/battle", "1.0", None)
    assert "{Battle of 5 \\& 6 \\{x\\}}" in bibtex(given) and "url = {https://w3id.org" in bibtex(given)
    assert ris(given).startswith("TY  - DATA\r\n") and ris(given).endswith("ER  - \r\n")
    assert json.loads(csl_json(given))[0]["URL"] == given.url and given.url in as_text(given)


def test_citations_have_author_title_version_dates_and_publisher_in_every_format():
    given = Citation("only", "The only event", "https://w3id.org/sjkg/id/event/only", "1.0", "2026-11-29", "2026-12-24")
    (item,) = json.loads(csl_json(given))
    assert item["author"] == [{"literal": ABOUT.creator}] and item["publisher"] == ABOUT.publisher
    assert item["issued"] == {"date-parts": [[2026, 11, 29]]} and item["accessed"] == {"date-parts": [[2026, 12, 24]]}
    for text, parts in (
        (bibtex(given), ("2026-11-29", "urldate = {2026-12-24}")),
        (ris(given), ("DA  - 2026/11/29", "Y2  - 2026/12/24")),
        (as_text(given), ("29 November 2026", "Accessed 24 December 2026.")),
    ):
        for part in (ABOUT.creator, "The only event", ABOUT.title, "1.0", ABOUT.publisher, given.url, *parts):
            assert part in text


def test_the_author_of_citations_is_that_of_the_citation_file():
    text = (PROJECT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'\nauthors:\n  - name: "{ABOUT.creator}"\n' in text and f'\ntitle: "{ABOUT.title}"\n' in text


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
        (negotiate, ("text/csv;q=0.123", ()), ("text/csv" + " " * MAX_KEY_CHARS, ())),
    ],
)
def test_results_for_long_texts_are_not_cached(cached, short, long):
    before = cached.cache_info().currsize
    cached(*long)
    assert cached.cache_info().currsize == before
    assert cached(*short) == cached(*short) and cached.cache_info().currsize == before + 1


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", " =1", "--1", "=5"])
def test_a_csv_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert as_spreadsheet_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.5", "+7", "", "1939–1940", "Lake Khasan", "a=b", "−3"])
def test_numbers_and_other_texts_of_csv_cells_stay_as_they_are(text):
    assert as_spreadsheet_text(text) == text


def test_figures_that_a_rule_found_in_conflict_are_disputed_with_each_other():
    labels = SimpleNamespace(things=lambda iris: tuple(Thing(iri, "43 dead") for iri in iris), names=lambda _iris: {})
    rows = [{"thing": Iri("https://a"), "other": Iri("https://b")}]
    context = SimpleNamespace(labels=labels, query_for_things=lambda name, claims: rows)
    assert read_disputes(context, ["https://a"]) == {"https://a": (Dispute(None, (Thing("https://b", "43 dead"),)),)}
