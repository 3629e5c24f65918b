"""Lexical spaces of the datatypes of XSD and RDF, by table and against other implementations; findings for literals."""

import re
from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sjkg.core.datatypes import FORMS, INTEGERS, RDF, XSD, is_well_typed, lexical_error
from sjkg.core.errors import BrokenInput
from sjkg.kb.files import KnowledgeBase, TurtleFile
from sjkg.turtle.reader import read_turtle
from sjkg.validation.literals import check_literals, check_predicates
from sjkg.validation.report import as_text

# Datatype: well-typed forms, ill-typed forms; each between two bars. Source: XML Schema Datatypes 1.1
CASES = {
    "string": ("|a| a |a\tb|", ""),
    "normalizedString": ("|a| a  b |", "|a\tb|a\nb|a\rb|"),
    "token": ("||a|a b|", "| a|a |a  b|a\tb|"),
    "language": ("|en|ja-Latn|x-a1|abcdefgh|", "||e1|en-|en_GB|abcdefghi|en--GB|"),
    "Name": ("|a|_a|:a|a:b|a.1-·|ノモンハン|", "||1a|-a|.a|a b|"),
    "NCName": ("|a|_a|a.1|é|", "||a:b|:a|1a|"),
    "NMTOKEN": ("|a|1a|-|a:b|.|", "||a b|a,b|"),
    "boolean": ("|true|false|1|0|", "||True|TRUE|yes|no|2|t| true|true |"),
    "decimal": ("|0|-0|+7|7.|.5|00.10|123456789012345678901234567890.5|", "||.|+|-|1e5|1,5|1.2.3|INF|NaN| 1|--1|1_0|٣|"),
    "integer": ("|0|-0|+7|007|123456789012345678901234567890|", "||seven|7.0| 7 |1e3|+|--7|1_000|0x7|٣|"),
    "nonNegativeInteger": ("|0|-0|7|", "|-1|"),
    "nonPositiveInteger": ("|0|+0|-7|", "|1|"),
    "positiveInteger": ("|1|+1|", "|0|-1|-0|"),
    "negativeInteger": ("|-1|-99999999999999999999999|", "|0|1|"),
    "long": ("|9223372036854775807|-9223372036854775808|", "|9223372036854775808|-9223372036854775809|"),
    "int": ("|2147483647|-2147483648|0000000000000000000000000000000000001|", "|2147483648|-2147483649|"),
    "short": ("|32767|-32768|", "|32768|-32769|"),
    "byte": ("|127|-128|+1|", "|128|-129|300|1.0|"),
    "unsignedLong": ("|18446744073709551615|0|", "|18446744073709551616|-1|"),
    "unsignedInt": ("|4294967295|", "|4294967296|-1|"),
    "unsignedShort": ("|65535|", "|65536|-1|"),
    "unsignedByte": ("|255|-0|", "|256|-1|"),
    "double": ("|1|1.|.5|-1.5E-3|1e400|INF|-INF|+INF|NaN|", "||.|inf|nan|+NaN|-NaN|Infinity|1e|e1|1E1.5|1 E1|"),
    "float": ("|1|1e39|-0|INF|NaN|", "||1f|0x1p3|1E|"),
    "hexBinary": ("||0FB8|0fb8|", "|0|0FB|0G|0x0F| 0F|"),
    "base64Binary": ("||SGVpbg==|SGVpbmE=|SGVpbmVz|S G V p|SGVp bmVz|", "|S|SG|SGV|SGVpbg=|SGVpbh==|SGVpbmF=|SGVp |SG==Vpbg|SGV-|S  GVp|"),
    "anyURI": ("||http://e/a|a b|é|", ""),
    "date": (
        "|1939-05-11|2000-02-29|0000-02-29|-0004-02-29|12004-02-29|1939-05-11Z|1939-05-11+14:00|1939-05-11-00:00|",
        "||1939-02-29|1939-02-30|1900-02-29|1939-04-31|1939-13-01|1939-00-01|1939-05-00|1939-05|1939-5-11|39-05-11|01939-05-11|"
        "1939-05-11+14:01|1939-05-11+09:60|1939-05-11+9|1939-05-11T00:00:00|not a date|11 May 1939|1939/05/11| 1939-05-11|+1939-05-11|",
    ),
    "time": (
        "|00:00:00|23:59:59|24:00:00|24:00:00.0|10:30:00.125|10:30:00Z|10:30:00-14:00|",
        "||24:00:01|24:01:00|24:00:00.1|25:00:00|10:60:00|10:30:60|10:30|10:30:00.|1:30:00|10:30:00+15:00|",
    ),
    "dateTime": (
        "|1939-05-11T10:30:00|1939-05-11T24:00:00|1939-05-11T10:30:00.5Z|-0001-01-01T00:00:00|0000-01-01T00:00:00|",
        "||1939-05-11|1939-02-29T10:30:00|1939-05-11T24:00:01|1939-05-11 10:30:00|1939-05-11T10:30|1939-05-11t10:30:00|"
        "1939-05-11T10:30:00z|1939-05-11T10:30:00+0900|",
    ),
    "dateTimeStamp": ("|1939-05-11T10:30:00Z|1939-05-11T10:30:00+09:00|", "|1939-05-11T10:30:00|1939-05-11Z|"),
    "gYearMonth": ("|1939-05|-0044-03|1939-05Z|", "|1939|1939-13|1939-00|39-05|1939-5|"),
    "gYear": ("|1939|0000|-0044|12026|1939Z|1939-09:00|", "|39|939|01939|1939-05|1939 |"),
    "gMonthDay": ("|--05-11|--02-29|--12-31Z|", "|05-11|--02-30|--04-31|--13-01|--5-11|"),
    "gDay": ("|---01|---31|---11Z|", "|11|---32|---00|--11|---1|"),
    "gMonth": ("|--05|--12Z|", "|05|--13|--00|--5|--05--|"),
    "duration": (
        "|P1Y|P1Y2M3DT4H5M6.7S|-P1D|PT0S|P0Y|PT36H|P13M|",
        "||P|PT|P1YT|1Y|P1S|PT1Y|P1.5D|P-1Y|p1y|P1M1Y|PT1.S|P1D1M|",
    ),
    "yearMonthDuration": ("|P1Y|P2M|-P1Y2M|", "|P|P1D|P1Y1D|P1YT|PT1M|"),
    "dayTimeDuration": ("|P1D|PT1M|-P1DT1H|", "|P|P1Y|P1M|P1DT|"),
    "QName": ("|a:b|", ""),
    "int32": ("", "|7|"),
    "datetime": ("", "|1939-05-11T10:30:00|"),
    "anyType": ("", "|a|"),
    "anyAtomicType": ("", "|a|"),
    "rdf:XMLLiteral": ("||a|<b>a</b>|a<b/>c|&#233;&lt;|", "|<b>|</b>|&|<b>a</c>|&nbsp;|</x><x>|<b a=1/>|\ud800|\x01|"),
    "rdf:HTML": ("||<b>|<p>a<br>b|&nbsp;|", ""),
    "rdf:langString": ("", "|a|"),
    "rdf:dirLangString": ("", "|a|"),
    "rdf:xmlLiteral": ("", "|a|"),
}  # fmt: skip
EXPECTED = [
    (name, form, is_good)
    for name, texts in CASES.items()
    for is_good, text in zip((True, False), texts, strict=True)
    for form in text[1:-1].split("|")
    if text
]


def iri(name: str) -> str:
    return RDF + name[4:] if name.startswith("rdf:") else XSD + name


@pytest.mark.parametrize("name", CASES)
def test_the_forms_of_each_datatype_are_told_from_others(name):
    wrong = [case for case in EXPECTED if case[0] == name and is_well_typed(case[1], iri(name)) != case[2]]
    assert wrong == []


def test_every_datatype_has_cases():
    assert set(FORMS) <= set(CASES) and len(EXPECTED) > 300


@pytest.mark.parametrize(
    "name, form, words",
    [
        ("integer", " 7 ", "write “7”"),
        ("date", "1939-02-30", "February 1939 has 28 days"),
        ("date", "1939-04-31", "April has 30 days"),
        ("gDay", "---32", "days run from 01 to 31"),
        ("date", "1939-13-01", "months run from 01 to 12"),
        ("time", "24:00:01", "times run from 00:00:00 to 24:00:00"),
        ("time", "10:00:00+14:01", "time zones run from -14:00 to +14:00"),
        ("byte", "300", "from -128 to 127"),
        ("positiveInteger", "0", "from 1 to ∞"),
        ("dateTimeStamp", "1939-05-11T10:30:00", "with its time zone"),
        ("int32", "7", "did you mean xsd:int?"),
        ("datetime", "x", "did you mean xsd:dateTime"),
        ("zzz", "x", "the datatypes are listed at"),
        ("anyType", "x", "use xsd:string"),
        ("rdf:html", "x", "did you mean rdf:HTML?"),
        ("rdf:langString", "x", 'write "x"@en'),
        ("rdf:XMLLiteral", "<a>", "mismatched tag"),
        ("date", "x" * 10_000, "x…"),
    ],
)
def test_a_message_says_what_is_wrong_and_what_to_write(name, form, words):
    message = lexical_error(form, iri(name))
    assert words in message and len(message) < 300 and message[0] not in "AEIOU"


# Forms that differ in a few characters from well-typed ones
GOOD = [(name, form) for name, form, is_good in EXPECTED if is_good and form]
CHANGES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 2), st.sampled_from("0123456789-+:.TZPYMDHSE")), max_size=3
)
COMPARED = [
    "boolean", "integer", "decimal", "double", "float", "date", "time", "dateTime", "gYear", "gYearMonth",
    "gMonthDay", "gDay", "gMonth", "duration", "yearMonthDuration", "dayTimeDuration",
]  # fmt: skip

# Oxigraph limits the size of numbers, refuses --02-29, and accepts P1DT and PT.5S; XSD does not
OXIGRAPH_DIFFERS = re.compile(r"[0-9]{18}|--02-29|T$|[A-Z]\.|\.S")


def change(form: str, changes: list[tuple[int, int, str]]) -> str:
    for place, length, new in changes:
        form = form[:place] + new + form[place + length :]
    return form


def oxigraph_reads(form: str, name: str) -> bool:
    (row,) = ox.Store().query(f'SELECT (<{XSD}{name}>("{form}") AS ?v) {{}}')
    return row[0] is not None


@given(st.sampled_from([case for case in GOOD if case[0] in COMPARED]), CHANGES)
def test_forms_are_judged_as_oxigraph_judges_them(good, changes):
    name, form = good[0], change(good[1], changes)
    assume(not OXIGRAPH_DIFFERS.search(form))
    assert is_well_typed(form, XSD + name) == oxigraph_reads(form, name)


@given(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))
def test_dates_are_those_of_the_calendar(year, month, day):
    form = f"{year:04}-{month:02}-{day:02}"
    assume(year)
    try:
        date.fromisoformat(form)
    except ValueError:
        assert not is_well_typed(form, f"{XSD}date") and not is_well_typed(f"{form}T10:30:00", f"{XSD}dateTime")
    else:
        assert is_well_typed(form, f"{XSD}date") and is_well_typed(f"{form}T10:30:00", f"{XSD}dateTime")


@given(st.sampled_from(sorted(INTEGERS)), st.integers(-(2**70), 2**70) | st.integers(-300, 300))
def test_integers_are_well_typed_within_the_range_of_their_datatype(name, number):
    least, greatest = INTEGERS[name]
    expected = (least is None or least <= number) and (greatest is None or number <= greatest)
    assert is_well_typed(str(number), XSD + name) == expected


@given(st.text(), st.sampled_from(sorted(CASES)))
def test_any_text_is_judged_in_a_message_of_bounded_length(form, name):
    assert len(lexical_error(form, iri(name)) or "") < 300


PREFIXES = "".join(
    f"@prefix {prefix}: <{namespace}> .\n"
    for prefix, namespace in {
        "ex": "http://e/",
        "xsd": XSD,
        "rdf": RDF,
        "edtf": "http://id.loc.gov/datatypes/edtf/",
    }.items()
)


def findings_for(literal: str, part: str = "triples") -> list:
    """Return the findings for a file of four prefix lines, a comment, and a triple with the literal on line 6."""
    parsed = read_turtle(f"{PREFIXES}# comment\nex:s ex:p {literal} .", "some.ttl")
    return check_literals(KnowledgeBase(None, (TurtleFile("some.ttl", part, "urn:g", parsed),)))


@pytest.mark.parametrize(
    "literal, severity, rule, words",
    [
        ('"seven"^^xsd:integer', "violation", "datatype", "“seven” is not an xsd:integer"),
        ('"yes"^^xsd:boolean', "violation", "datatype", "“yes” is not an xsd:boolean"),
        ('( 1 "x"^^xsd:gYear )', "violation", "datatype", "“x” is not an xsd:gYear"),
        ('"1939-02-29"^^edtf:EDTF', "violation", "edtf", "February 1939 has 28 days"),
        ('"a\\u001Bb"', "violation", "character", "contains U+001B"),
        ('"a\\u0001b"@en', "violation", "character", "contains U+0001"),
        ('"x"^^xsd:QName', "warning", "datatype", "not meant for RDF"),
        ('"x@en"^^rdf:PlainLiteral', "warning", "datatype", "not meant for RDF"),
        ('"http://e/a b"^^xsd:anyURI', "warning", "datatype", "is not an IRI"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("part", ["triples", "ontology", "shapes", "vocab"])
def test_a_wrong_literal_of_any_file_is_a_finding_at_its_line(part, literal, severity, rule, words):
    (finding,) = findings_for(literal, part)
    assert (finding.severity, finding.rule, finding.place) == (severity, rule, "some.ttl:6")
    assert words in finding.message and "\x1b" not in as_text([finding])


@pytest.mark.parametrize(
    "literal", ['"a"', '"a"@ja-latn', "7", "7.5", "7e5", "true", '"1950S2"^^edtf:EDTF', '"x"^^ex:own', '"é\\t\\n"']
)
def test_right_literals_give_no_finding(literal):
    assert findings_for(literal) == []


@pytest.mark.parametrize("tag", "en EN ja-Latn zh-Hant-TW de-CH-1996 sl-rozaj-biske-1994 x-whatever i-klingon zh-min-nan "
                         "en-a-bbb-x-a es-419 sgn-BE-FR de-1901 zh-cmn-Hans-CN abcdefgh".split())  # fmt: skip
def test_the_language_tags_of_bcp_47_are_read_and_those_with_capital_letters_reported(tag):
    lower = tag.lower()
    assert [finding.message for finding in findings_for(f'"a"@{tag}')] == [
        f"the language tag @{tag} has capital letters; write @{lower}, as queries see it"
    ] * (tag != lower)


@pytest.mark.parametrize("tag", "abcdefghi en- en--GB en_GB en-x en-a en-abcdefghi 12 en-12 x".split())
def test_a_malformed_language_tag_is_a_syntax_error_at_its_line(tag):
    with pytest.raises(BrokenInput) as refused:
        findings_for(f'"a"@{tag}')
    assert refused.value.findings[0].line == 6


@pytest.mark.parametrize(
    "predicate, words", [("<http://e/1>", "does not end"), ("rdf:li", "uses for its own syntax"), ("ex:p", None)]
)
def test_a_predicate_that_rdf_xml_cannot_express_is_a_finding_at_its_line(predicate, words):
    parsed = read_turtle(f"{PREFIXES}ex:s ex:q 1 ;\n  {predicate} 2 .", "some.ttl")
    found = check_predicates(KnowledgeBase(None, (TurtleFile("some.ttl", "triples", "urn:g", parsed),)))
    assert [(each.rule, each.place) for each in found] == ([("predicate", "some.ttl:6")] if words else [])
    assert all(words in each.message for each in found)
