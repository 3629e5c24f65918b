"""RDF terms as Python values, and the results that hold them."""

import copy
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

import sjkg
from sjkg.api.result import read_result
from sjkg.api.values import read_value, write_value
from sjkg.core.ntriples import PARTS
from sjkg.core.vocabulary import EDTF, PREFIXES
from sjkg.proofs.terms import parse_term

XSD = PREFIXES["xsd"]


def literal(text, datatype=None, language=None):
    term = {"type": "literal", "value": text}
    return term | ({"datatype": datatype} if datatype else {}) | ({"xml:lang": language} if language else {})


VALUES = [
    ({"type": "uri", "value": PREFIXES["event"] + "x"}, sjkg.Iri, PREFIXES["event"] + "x"),
    ({"type": "bnode", "value": "b0"}, sjkg.BlankNode, "b0"),
    (literal("words"), str, "words"),
    (literal("words", f"{XSD}string"), str, "words"),
    (literal("ことば", language="ja"), sjkg.LangText, "ことば"),
    (literal("1936-03", EDTF), sjkg.EdtfDate, "1936-03"),
    (literal("+7", f"{XSD}integer"), int, 7),
    (literal("7", f"{XSD}nonNegativeInteger"), int, 7),
    (literal("1.10", f"{XSD}decimal"), Decimal, Decimal("1.10")),
    (literal("1.5E3", f"{XSD}double"), float, 1500.0),
    (literal("-INF", f"{XSD}double"), float, float("-inf")),
    (literal("1", f"{XSD}boolean"), bool, True),
    (literal("false", f"{XSD}boolean"), bool, False),
    (literal("1939-08-20", f"{XSD}date"), date, date(1939, 8, 20)),
    (literal("1939-08-20T05:45:00Z", f"{XSD}dateTime"), datetime, datetime(1939, 8, 20, 5, 45, tzinfo=UTC)),
    (literal("six", f"{XSD}integer"), sjkg.TypedText, "six"),
    (literal("1_000", f"{XSD}integer"), sjkg.TypedText, "1_000"),
    (literal("1939-02-30", f"{XSD}date"), sjkg.TypedText, "1939-02-30"),
    (literal("P1D", f"{XSD}duration"), sjkg.TypedText, "P1D"),
    (literal("9" * 5000, f"{XSD}integer"), sjkg.TypedText, "9" * 5000),
    (literal("7", "http://example.org/integer"), sjkg.TypedText, "7"),
]


@pytest.mark.parametrize("term, kind, value", VALUES, ids=[f"{kind.__name__} {str(v)[:12]}" for _, kind, v in VALUES])
def test_each_term_becomes_the_python_value_of_its_type(term, kind, value):
    read = read_value(term)
    assert type(read) is kind and read == value
    assert pickle.loads(pickle.dumps(read)) == read == copy.deepcopy(read)


@pytest.mark.parametrize("term, value", [(term, value) for term, kind, value in VALUES if kind is not str])
def test_a_value_can_be_written_as_a_term_again(term, value):
    written = parse_term(write_value(read_value(term)))
    if match := PARTS.fullmatch(written):
        text, language, datatype = match.groups()
        assert read_value(literal(text, datatype, language)) == value
    else:
        assert written in (f"<{value}>", f"_:{value}")


def test_text_keeps_its_language_and_literals_their_datatype():
    assert read_value(literal("ことば", language="ja")).language == "ja"
    assert read_value(literal("P1D", f"{XSD}duration")).datatype.curie == "xsd:duration"
    assert pickle.loads(pickle.dumps(sjkg.LangText("a", "en"))).language == "en"


def test_an_open_date_has_no_bound_on_its_open_side():
    assert sjkg.EdtfDate("1914/").earliest == date(1914, 1, 1) and sjkg.EdtfDate("1914/").latest is None
    with pytest.raises(sjkg.SjkgError):
        _ = sjkg.EdtfDate("yesterday").earliest


def test_an_iri_without_a_prefix_is_its_own_curie():
    assert sjkg.Iri("http://example.org/a").curie == "http://example.org/a"


RESULT = read_result(
    {
        "head": {"vars": ["thing", "count", "index"]},
        "results": {
            "bindings": [
                {
                    "thing": {"type": "uri", "value": PREFIXES["event"] + "a"},
                    "count": literal("1", f"{XSD}integer"),
                    "index": literal("<script>alert(1)</script>", language="en"),
                },
                {"count": literal("2", f"{XSD}integer"), "index": literal("3", f"{XSD}integer")},
            ]
        },
    }
)


def test_columns_may_be_called_like_methods_of_sequences():
    assert [row.count for row in RESULT] == [1, 2] and RESULT[1].index == 3


def test_an_unbound_variable_is_none_and_an_unknown_column_names_those_there_are():
    assert RESULT[1].thing is None and RESULT.column("thing")[1] is None
    for access in (lambda: RESULT[0]["colour"], lambda: RESULT.column("colour")):
        with pytest.raises(KeyError, match="thing, count, index"):
            access()
    with pytest.raises(AttributeError, match="thing, count, index"):
        _ = RESULT[0].colour


def test_rows_can_be_copied_compared_and_hashed():
    row = RESULT[0]
    assert pickle.loads(pickle.dumps(row)) == copy.copy(row) == row == tuple(row) and len({row, copy.copy(row)}) == 1
    assert len(RESULT[:1]) == 1 and RESULT.to_dicts()[1] == {"thing": None, "count": 2, "index": 3}


def test_html_escapes_what_the_graph_says():
    page = RESULT._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page and ">event:a</a>" in page and 'lang="en"' in page


def test_html_links_only_to_http():
    hostile = {"type": "uri", "value": "javascript:alert(1)"}
    page = read_result({"head": {"vars": ["<b>"]}, "results": {"bindings": [{"<b>": hostile}]}})._repr_html_()
    assert "href" not in page and "<b>" not in page


def test_html_and_text_are_bounded():
    rows = [{"n": literal("x" * 10_000)}] * 500
    result = read_result({"head": {"vars": ["n"]}, "results": {"bindings": rows}})
    assert result._repr_html_().count("<tr>") == 51 and len(result._repr_html_()) < 20_000
    assert "500 rows, the first 50 shown" in result._repr_html_() and repr(result).endswith("(500 rows)")


def test_data_frames_hold_plain_values():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame, other = RESULT.to_pandas(), RESULT.to_polars()
    assert list(frame.columns) == other.columns == ["thing", "count", "index"]
    assert list(frame["count"]) == other["count"].to_list() == [1, 2]
    assert type(frame["thing"][0]) is str and other["index"].to_list() == ["<script>alert(1)</script>", "3"]
    assert pandas.isna(frame["thing"][1]) and other["thing"].dtype == polars.String


@pytest.mark.parametrize("package, method", [("pandas", "to_pandas"), ("polars", "to_polars")])
def test_a_missing_package_is_named_in_a_sentence(monkeypatch, package, method):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(sjkg.NotInstalled, match=f"pip install {package}"):
        getattr(RESULT, method)()


def test_an_empty_result_is_a_table_without_rows():
    empty = read_result({"head": {"vars": ["a"]}, "results": {"bindings": []}})
    assert not empty and repr(empty) == "a\n(0 rows)" and "0 rows" in empty._repr_html_() and empty.to_dicts() == []
