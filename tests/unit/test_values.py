"""Data values: equal literals, ill-typed literals, and membership in the value spaces of datatypes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sjkg.api.values import read_value, write_value
from sjkg.core.datatypes import RDF, XSD
from sjkg.core.terms import read_json_term, show_controls, show_term, to_ntriples
from sjkg.reason.literals import key_of, parse_literal
from sjkg.reason.values import DATATYPES, SUBTYPES, is_in_value_space, value_of


def value(literal: str):
    """Return the value of a literal written as lexical^datatype; the datatype is a name in XSD or starts with rdf:."""
    lexical, _, name = literal.rpartition("^")
    return value_of(lexical, RDF + name[4:] if name.startswith("rdf:") else XSD + name)


@pytest.mark.parametrize(
    "a, b",
    [
        ("42^byte", "+042^integer"),
        ("1^integer", "1.00^decimal"),
        ("-0^integer", "0^nonNegativeInteger"),
        ("1^boolean", "true^boolean"),
        ("1E2^double", "100^double"),
        ("0.1^float", "1.0E-1^float"),
        ("INF^double", "+INF^double"),
        ("NaN^double", "NaN^double"),
        ("af^hexBinary", "AF^hexBinary"),
        ("QUI=^base64Binary", "Q U I =^base64Binary"),
        ("2009-04-21T12:30:15^dateTime", "2009-04-21T12:30:15.00^dateTime"),
        ("2009-04-21T12:30:15Z^dateTime", "2009-04-21T12:30:15+00:00^dateTimeStamp"),
        ("2009-12-31T24:00:00^dateTime", "2010-01-01T00:00:00^dateTime"),
        ("a^token", "a^string"),
        ("a@^rdf:PlainLiteral", "a^string"),
        ("a@DE^rdf:PlainLiteral", "a@de^rdf:PlainLiteral"),
        ("<e b='1' a='2'/>^rdf:XMLLiteral", '<e a="2" b="1"></e>^rdf:XMLLiteral'),
    ],
)
def test_literals_of_one_value_are_equal(a, b):
    assert value(a) is not None and value(a) == value(b)


@pytest.mark.parametrize(
    "a, b",
    [
        ("1^integer", "1^double"),
        ("1^float", "1^double"),
        ("0^double", "-0^double"),
        ("af^hexBinary", "rw==^base64Binary"),
        ("a^anyURI", "a^string"),
        ("0.1^decimal", "0.1000000000000000055511151231257827^decimal"),
        ("2009-04-21T12:30:15Z^dateTime", "2009-04-21T12:30:15^dateTime"),
        ("2009-04-21T12:30:15Z^dateTime", "2009-04-21T13:30:15+01:00^dateTime"),
        ("a@de^rdf:PlainLiteral", "a@en^rdf:PlainLiteral"),
    ],
)
def test_literals_of_different_values_differ(a, b):
    assert None not in (value(a), value(b)) and value(a) != value(b)


@pytest.mark.parametrize(
    "literal",
    "1.0^integer ^integer .^decimal 1E1^decimal 256^unsignedByte -1^nonNegativeInteger 0^positiveInteger "
    "9223372036854775808^long yes^boolean 1E310^double 1E-330^double 1E-50^float 1E39^float inf^double 1_0^double "
    "a^hexBinary 0^hexBinary a^base64Binary en-^language .a^Name a:b^NCName ^NMTOKEN 2009-04-21^dateTime "
    "2009-02-29T00:00:00^dateTime 2009-01-01T24:00:01^dateTime 2009-01-01T00:00:00+14:01^dateTime 09-01-01T00:00:00^dateTime "
    "2009-01-01T00:00:00^dateTimeStamp a^rdf:PlainLiteral a@12^rdf:PlainLiteral <a^rdf:XMLLiteral </x><x>^rdf:XMLLiteral".split()
    + [" 1^integer", "a ^token", "a  b^token", "a\nb^normalizedString"],
)
def test_a_lexical_form_outside_of_its_datatype_has_no_value(literal):
    assert value(literal) is None and not any(is_in_value_space(datatype, None) for datatype in DATATYPES)


@pytest.mark.parametrize(
    "literal, names",
    [
        (
            "5^decimal",
            "decimal integer nonNegativeInteger positiveInteger long int short byte unsignedLong unsignedInt unsignedShort unsignedByte",
        ),
        ("-200^integer", "decimal integer nonPositiveInteger negativeInteger long int short"),
        ("1" + "0" * 40 + "^integer", "decimal integer nonNegativeInteger positiveInteger"),
        ("1.5^decimal", "decimal"),
        ("a^string", "string normalizedString token language Name NCName NMTOKEN"),
        ("a b^string", "string normalizedString token"),
        ("2009-01-01T00:00:00Z^dateTime", "dateTime dateTimeStamp"),
        ("1^float", "float"),
    ],
)
def test_a_value_belongs_to_every_datatype_whose_value_space_contains_it(literal, names):
    assert {name for name in DATATYPES if name.startswith(XSD) and is_in_value_space(name, value(literal))} == {
        XSD + name for name in names.split()
    }


def test_the_value_space_of_a_subtype_is_part_of_that_of_its_type():
    literals = "5^byte -5^int 0^integer 1.5^decimal a^NCName a:b^Name -^NMTOKEN en^language 2009-01-01T00:00:00Z^dateTime true^boolean"
    for part, whole in SUBTYPES:
        assert all(
            is_in_value_space(whole, value(literal))
            for literal in literals.split()
            if is_in_value_space(part, value(literal))
        )


@given(st.text(), st.sampled_from(sorted(DATATYPES)))
def test_any_text_has_a_value_or_none_and_its_key_has_the_same(lexical, datatype):
    found = value_of(lexical, datatype)
    if (
        found is not None and found.space != "XMLLiteral"
    ):  # the key of an XMLLiteral is unique but not itself an XMLLiteral
        assert parse_literal(key_of(found)) == found


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ({"type": "uri", "value": "http://e/"}, "http://e/"),
        ({"type": "literal", "value": "a\x1b[31m\x00\x85\r\n\ufffe"}, "a\\u001B[31m\\u0000\\u0085\\u000D\n\\uFFFE"),
        (
            {
                "type": "triple",
                "value": {
                    "subject": {"type": "bnode", "value": "b"},
                    "predicate": {"type": "uri", "value": "http://e/p"},
                    "object": {"type": "literal", "value": "x", "xml:lang": "ar", "its:dir": "rtl"},
                },
            },
            '<<( _:b <http://e/p> "x"@ar--rtl )>>',
        ),
    ],
)
def test_a_term_is_shown_whole_and_without_control_characters(term, text):
    assert show_controls(show_term(term)) == text


def test_a_base_direction_is_kept():
    term = {"type": "literal", "value": "x", "xml:lang": "ar", "its:dir": "rtl"}
    assert to_ntriples(read_json_term(term)) == write_value(read_value(term)) == '"x"@ar--rtl'
