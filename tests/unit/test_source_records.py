"""Reading of other datasets for the comparison of sources: dependence through others, placeholders, licences, addresses."""

import pytest

from sjkg.matching.records import FieldValue, make_record
from sjkg.site.source_datasets import find_dependence
from sjkg.site.source_model import licence_name, web_address
from sjkg.site.source_records import read_days

ARTICLE = "https://en.wikipedia.org/wiki/Some_article"


@pytest.mark.parametrize(
    "origins, expected",
    [
        ({"x:a": ("https://www.wikidata.org/",)}, "derived"),
        ({"x:a": ("https://de.wikipedia.org/wiki/X",)}, "derived"),
        ({"x:a": ("https://archive.example/",)}, "independent"),
        ({"x:a": ("https://wikipedia.org.example/",)}, "independent"),
        ({"x:a": ()}, "not stated"),
        ({"x:a": ("x:b",), "x:b": ("http://dbpedia.org/resource/X",)}, "derived"),
        ({"x:a": ("x:b",), "x:b": ()}, "not stated"),
        ({"x:a": ("x:b",), "x:b": ("https://archive.example/",)}, "independent"),
        ({"x:a": ("x:b",), "x:b": ("x:a",)}, "not stated"),
    ],
)
def test_a_dataset_depends_on_what_it_is_made_from_also_through_others(origins, expected):
    assert find_dependence("x:a", origins, ARTICLE) == expected


def test_for_an_article_elsewhere_only_its_own_site_counts():
    origins = {"x:a": ("https://www.wikidata.org/",), "x:b": ("https://history.example/data",)}
    assert find_dependence("x:a", origins, "https://history.example/article") == "independent"
    assert find_dependence("x:b", origins, "https://history.example/article") == "derived"


def days_of(**values):
    record = make_record("x:a", [FieldValue(field, text) for field, text in values.items()], has_placeholders=False)
    return [(days.first, days.last) if days else None for days in read_days(record)]


@pytest.mark.parametrize(
    "values, begin, end",
    [
        ({"date": "1938-01-01"}, ("1938-01-01", "1938-12-31"), None),
        ({"date": "1939-09-01"}, ("1939-09-01", "1939-09-30"), None),
        ({"date": "1939-09-02"}, ("1939-09-02", "1939-09-02"), None),
        ({"begin": "1939-09-01", "end": "1939-09-16"}, ("1939-09-01", "1939-09-01"), ("1939-09-16", "1939-09-16")),
        ({"begin": "1938-01-01", "end": "1939-01-01"}, ("1938-01-01", "1938-12-31"), ("1939-01-01", "1939-12-31")),
    ],
)
def test_the_first_day_of_a_month_or_year_may_stand_for_all_of_it(values, begin, end):
    assert days_of(**values) == [begin, end]


@pytest.mark.parametrize(
    "iri, name",
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://opendatacommons.org/licenses/by/1-0/", "ODC-By 1.0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL 1.0"),
        ("https://spdx.org/licenses/CC-BY-4.0", "CC BY 4.0"),
        ("https://spdx.org/licenses/CC0-1.0", "CC0 1.0"),
        ("https://spdx.org/licenses/ODbL-1.0", "ODbL-1.0"),
        ("https://licence.example/x", "https://licence.example/x"),
    ],
)
def test_a_licence_has_a_short_name_where_it_is_a_known_one(iri, name):
    assert licence_name(iri) == name


def test_only_addresses_of_the_web_are_linked():
    assert web_address("https://example.org/") == "https://example.org/"
    assert web_address("javascript:alert(1)") == web_address("urn:x:y") == ""
