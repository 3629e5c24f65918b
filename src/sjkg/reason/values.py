"""Value spaces of the datatypes of OWL 2 RL: the data value of a literal, and the datatypes that contain a value.

Two literals are equal when their values are identical in the sense of OWL 2: dateTimes of the same instant in different
time zones differ, and so do +0 and -0. A lexical form outside the lexical space of its datatype (see core/datatypes.py) has no
value. Neither has, as in the OWL 2 test cases, a float or double whose magnitude rounds to infinity or zero.
Source: OWL 2 Syntax §4, https://www.w3.org/TR/owl2-syntax/#Datatype_Maps; XML Schema Datatypes 1.1,
https://www.w3.org/TR/xmlschema11-2/
"""

import base64
import math
import re
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from xml.etree import ElementTree

from sjkg.core.datatypes import FORMS, INTEGERS, RDF, RDFS, XSD, is_integer_between, is_well_typed

STRING = f"{XSD}string"
STRING_TYPES = ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN")
MAX_YEAR_DIGITS = 18  # in a dateTime


class DataValue(NamedTuple):
    """A data value, equal for equal values.

    space: the name of its primitive value space, disjoint from all others, such as "decimal", or the IRI of a datatype
    outside OWL 2 RL. form: its canonical form in that space.
    """

    space: str
    form: str


def value_of(lexical: str, datatype: str, language: str | None = None) -> DataValue | None:
    """Return the data value of a literal, None for an ill-typed one.

    lexical: the lexical form. datatype: an IRI. language: a language tag, which takes precedence over the datatype. A
    literal of a datatype outside OWL 2 RL is its own value: it equals only literals of the same datatype and lexical
    form.
    """
    if language:
        return DataValue("language", f"{language.lower()} {lexical}")
    known = DATATYPES.get(datatype)
    if known is None:
        return DataValue(datatype, lexical)
    return known.parse(lexical) if is_well_typed(lexical, datatype) else None


def is_in_value_space(datatype: str, value: DataValue | None) -> bool:
    """Return whether the value space of a datatype contains a value; False for None (an ill-typed literal).

    Raises KeyError for a datatype outside OWL 2 RL.
    """
    return value is not None and DATATYPES[datatype].contains(value)


class Datatype(NamedTuple):
    """A datatype: a parser of its lexical forms, which returns None for one without value, and a test of membership."""

    parse: Callable[[str], DataValue | None]
    contains: Callable[[DataValue], bool]


def _parse_decimal(lexical: str) -> DataValue:
    """Return the value of an xsd:decimal, or of a type derived from it. Length and precision are not limited."""
    whole, _, fraction = lexical.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    sign = "-" if lexical[0] == "-" and (whole != "0" or fraction) else ""
    return DataValue("decimal", sign + whole + ("." + fraction if fraction else ""))


def _parse_binary_float(lexical: str, space: str, pack: str) -> DataValue | None:
    """Return the value of an xsd:float or xsd:double, None if it rounds to infinity or zero.

    space: "float" or "double". pack: the format of the struct module that rounds to that precision.
    """
    if lexical.endswith(("INF", "NaN")):
        return DataValue(space, lexical.removeprefix("+"))
    number = float(lexical)
    try:
        number = struct.unpack(pack, struct.pack(pack, number))[0]
    except OverflowError:
        return None
    is_zero = not re.search("[1-9]", re.split("[Ee]", lexical)[0])
    return DataValue(space, repr(number)) if math.isfinite(number) and (number or is_zero) else None


def _parse_date_time(lexical: str) -> DataValue | None:
    """Return the value of an xsd:dateTime, None if its year is too long; 24:00:00 is the start of the next day."""
    match = re.fullmatch(FORMS["dateTime"][0], lexical)
    if match is None or len(match["year"].lstrip("-")) > MAX_YEAR_DIGITS:
        return None
    year, ends_day = int(match["year"]), match["hour"] == "24"
    like = 2000 + year % 400  # a year with the same calendar, within the range of datetime
    month, day, hour, minute, second = (int(match[name]) for name in ("month", "day", "hour", "minute", "second"))
    moment = datetime(like, month, day, 0 if ends_day else hour, minute, second) + timedelta(ends_day)
    year += moment.year - like
    fraction = (match["fraction"] or "").rstrip("0")
    zone = "Z" if match["zone"] in ("+00:00", "-00:00") else match["zone"] or ""
    sign = "-" if year < 0 else ""
    return DataValue("dateTime", f"{sign}{abs(year):04}{moment:-%m-%dT%H:%M:%S}{'.' * bool(fraction)}{fraction}{zone}")


def _parse_plain_literal(lexical: str) -> DataValue | None:
    """Return the value of an rdf:PlainLiteral (text, @, language tag or nothing), None for another form."""
    text, at, tag = lexical.rpartition("@")
    if not at or tag and not is_well_typed(tag, f"{XSD}language"):
        return None
    return value_of(text, "", tag) if tag else DataValue("string", text)


def _make_space_test(*spaces: str) -> Callable[[DataValue], bool]:
    """Return a function that returns whether a value belongs to one of the value spaces with these names."""
    return lambda value: value.space in spaces


def _make_pattern_test(pattern: str) -> Callable[[DataValue], bool]:
    """Return a function that returns whether a value is a string that matches the whole pattern."""
    return lambda value: value.space == "string" and re.fullmatch(pattern, value.form) is not None


def _make_range_test(limits: tuple[int | None, int | None]) -> Callable[[DataValue], bool]:
    """Return a function that returns whether a value is an integer within limits (least, greatest; None: no limit)."""
    return lambda value: value.space == "decimal" and "." not in value.form and is_integer_between(value.form, *limits)


BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
DATATYPES: dict[str, Datatype] = {
    f"{RDFS}Literal": Datatype(lambda lexical: None, lambda value: True),
    f"{RDF}PlainLiteral": Datatype(_parse_plain_literal, _make_space_test("string", "language")),
    f"{RDF}XMLLiteral": Datatype(
        lambda lexical: DataValue("XMLLiteral", ElementTree.canonicalize(f"<x>{lexical}</x>")),
        _make_space_test("XMLLiteral"),
    ),
    f"{XSD}decimal": Datatype(_parse_decimal, _make_space_test("decimal")),
    f"{XSD}float": Datatype(lambda lexical: _parse_binary_float(lexical, "float", "<f"), _make_space_test("float")),
    f"{XSD}double": Datatype(lambda lexical: _parse_binary_float(lexical, "double", "<d"), _make_space_test("double")),
    f"{XSD}boolean": Datatype(
        lambda lexical: DataValue("boolean", BOOLEANS[lexical]),
        _make_space_test("boolean"),
    ),
    f"{XSD}hexBinary": Datatype(lambda lexical: DataValue("hexBinary", lexical.upper()), _make_space_test("hexBinary")),
    f"{XSD}base64Binary": Datatype(
        lambda lexical: DataValue("base64Binary", base64.b64encode(base64.b64decode(lexical)).decode()),
        _make_space_test("base64Binary"),
    ),
    f"{XSD}anyURI": Datatype(lambda lexical: DataValue("anyURI", lexical), _make_space_test("anyURI")),
    f"{XSD}dateTime": Datatype(_parse_date_time, _make_space_test("dateTime")),
    f"{XSD}dateTimeStamp": Datatype(
        _parse_date_time,
        lambda value: value.space == "dateTime" and re.search("(Z|[+-]..:..)$", value.form) is not None,
    ),
    **{
        f"{XSD}{name}": Datatype(lambda lexical: DataValue("string", lexical), _make_pattern_test(FORMS[name][0]))
        for name in STRING_TYPES
    },
    **{f"{XSD}{name}": Datatype(_parse_decimal, _make_range_test(limits)) for name, limits in INTEGERS.items()},
}
# Pairs (part, whole) of datatypes: the value space of `part` is a subset of that of `whole`.
_CHAINS = (
    ("byte", "short", "int", "long", "integer", "decimal"),
    ("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong", "nonNegativeInteger", "integer", "decimal"),
    ("positiveInteger", "nonNegativeInteger", "integer", "decimal"),
    ("negativeInteger", "nonPositiveInteger", "integer", "decimal"),
    ("NCName", "Name", "token", "normalizedString", "string"),
    ("NMTOKEN", "token", "normalizedString", "string"),
    ("language", "token", "normalizedString", "string"),
    ("dateTimeStamp", "dateTime"),
)
SUBTYPES = frozenset(
    {(name, name) for name in DATATYPES}
    | {(name, f"{RDFS}Literal") for name in DATATYPES}
    | {
        (XSD + part, XSD + whole)
        for chain in _CHAINS
        for place, part in enumerate(chain)
        for whole in chain[place + 1 :]
    }
    | {(XSD + name, f"{RDF}PlainLiteral") for name in STRING_TYPES}
)
