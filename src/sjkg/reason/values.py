"""Value spaces of the datatypes of OWL 2 RL: the data value of a literal, and the datatypes that contain a value.

Two literals are equal when their values are identical in the sense of OWL 2: dateTimes of the same instant in different
time zones differ, and so do +0 and -0. A lexical form outside the lexical space of its datatype has no value. Neither has,
as in the OWL 2 test cases, a float or double whose magnitude rounds to infinity or zero.
Source: OWL 2 Syntax §4, https://www.w3.org/TR/owl2-syntax/#Datatype_Maps; XML Schema Datatypes 1.1,
https://www.w3.org/TR/xmlschema11-2/
"""

import base64
import binascii
import re
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from xml.etree import ElementTree

from sjkg.core.vocabulary import PREFIXES

XSD, RDF, RDFS = PREFIXES["xsd"], PREFIXES["rdf"], PREFIXES["rdfs"]
STRING = f"{XSD}string"


class DataValue(NamedTuple):
    """A data value, equal for equal values.

    space: the name of its primitive value space, disjoint from all others, such as "decimal", or the IRI of a datatype
    outside OWL 2 RL. form: its canonical form in that space.
    """

    space: str
    form: str


DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?")
FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN")
DATE_TIME = re.compile(
    r"(-?(?:[1-9][0-9]{3,17}|0[0-9]{3}))(-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
START = "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
NAME = START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
STRINGS = {  # datatypes derived from xsd:string: the pattern of their values
    "string": re.compile(r"(?s:.*)"),
    "normalizedString": re.compile(r"[^\t\n\r]*"),
    "token": re.compile(r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?"),
    "language": LANGUAGE,
    "Name": re.compile(f"[:{START}][:{NAME}]*"),
    "NCName": re.compile(f"[{START}][{NAME}]*"),
    "NMTOKEN": re.compile(f"[:{NAME}]+"),
}
INTEGERS = {  # integer datatypes: least and greatest value
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}


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
    value = known.parse(lexical)
    return value if value and known.contains(value) else None


def is_in_value_space(datatype: str, value: DataValue | None) -> bool:
    """Return whether the value space of a datatype contains a value; False for None (an ill-typed literal).

    Raises KeyError for a datatype outside OWL 2 RL.
    """
    return value is not None and DATATYPES[datatype].contains(value)


class Datatype(NamedTuple):
    """A datatype: a parser of lexical forms (None: outside the lexical space) and a test of membership of a value."""

    parse: Callable[[str], DataValue | None]
    contains: Callable[[DataValue], bool]


def _parse_decimal(lexical: str) -> DataValue | None:
    """Return the value of an xsd:decimal, None for another form. Length and precision are not limited."""
    match = DECIMAL.fullmatch(lexical)
    if not match or not (match[2] or match[3]):
        return None
    whole, fraction = match[2].lstrip("0") or "0", (match[3] or "").rstrip("0")
    sign = "-" if match[1] == "-" and (whole != "0" or fraction) else ""
    return DataValue("decimal", sign + whole + ("." + fraction if fraction else ""))


def _parse_integer(lexical: str) -> DataValue | None:
    """Return the value of an xsd:integer or a type derived from it, None for another form; ranges are not checked."""
    return _parse_decimal(lexical) if "." not in lexical else None


def _is_integer_between(value: DataValue, least: int | None, greatest: int | None) -> bool:
    """Return whether a value is an integer from `least` to `greatest`; None stands for no limit."""
    if value.space != "decimal" or "." in value.form:
        return False
    number = int(value.form) if len(value.form) < 30 else (-(10**30) if value.form[0] == "-" else 10**30)
    return (least is None or number >= least) and (greatest is None or number <= greatest)


def _parse_binary_float(lexical: str, space: str, pack: str) -> DataValue | None:
    """Return the value of an xsd:float or xsd:double, None if its form is wrong or it rounds to infinity or zero.

    space: "float" or "double". pack: the format of the struct module that rounds to that precision.
    """
    if not FLOAT.fullmatch(lexical):
        return None
    if lexical.endswith(("INF", "NaN")):
        return DataValue(space, lexical.removeprefix("+"))
    number = float(lexical)
    try:
        number = struct.unpack(pack, struct.pack(pack, number))[0]
    except OverflowError:
        return None
    is_zero = not re.search("[1-9]", re.split("[Ee]", lexical)[0])
    return (
        DataValue(space, repr(number)) if number not in (float("inf"), float("-inf")) and (number or is_zero) else None
    )


def _parse_date_time(lexical: str) -> DataValue | None:
    """Return the value of an xsd:dateTime, None for another form; 24:00:00 is the start of the next day."""
    match = DATE_TIME.fullmatch(lexical)
    if not match:
        return None
    year, rest, fraction, zone = int(match[1]), match[2], (match[3] or "").rstrip("0"), match[4] or ""
    ends_day = rest.endswith("24:00:00") and not fraction
    like = 2000 + year % 400  # a year with the same calendar, within the range of datetime
    try:
        moment = datetime.fromisoformat(f"{like}{rest[:-8]}{'00:00:00' if ends_day else rest[-8:]}") + timedelta(
            ends_day
        )
    except ValueError:
        return None
    if zone not in ("", "Z") and not (zone[1:] <= "14:00" and zone[4:] < "60"):
        return None
    year += moment.year - like
    zone = "Z" if zone in ("+00:00", "-00:00") else zone
    sign = "-" if year < 0 else ""
    return DataValue("dateTime", f"{sign}{abs(year):04}{moment:-%m-%dT%H:%M:%S}{'.' * bool(fraction)}{fraction}{zone}")


def _parse_plain_literal(lexical: str) -> DataValue | None:
    """Return the value of an rdf:PlainLiteral (text, @, language tag or nothing), None for another form."""
    text, at, tag = lexical.rpartition("@")
    if not at or tag and not LANGUAGE.fullmatch(tag):
        return None
    return value_of(text, "", tag) if tag else DataValue("string", text)


def _parse_hex(lexical: str) -> DataValue | None:
    """Return the value of an xsd:hexBinary, None for another form."""
    return DataValue("hexBinary", lexical.upper()) if re.fullmatch("(?:[0-9A-Fa-f]{2})*", lexical) else None


def _parse_base64(lexical: str) -> DataValue | None:
    """Return the value of an xsd:base64Binary, None for another form."""
    try:
        content = base64.b64decode(lexical.replace(" ", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return DataValue("base64Binary", base64.b64encode(content).decode())


def _parse_xml(lexical: str) -> DataValue | None:
    """Return the value of an rdf:XMLLiteral, the canonical XML of its content; None for XML that is not well-formed."""
    try:
        return DataValue("XMLLiteral", ElementTree.canonicalize(f"<x>{lexical}</x>"))
    except ElementTree.ParseError:
        return None


def _make_space_test(*spaces: str) -> Callable[[DataValue], bool]:
    """Return a function that returns whether a value belongs to one of the value spaces with these names."""
    return lambda value: value.space in spaces


def _make_pattern_test(pattern: re.Pattern[str]) -> Callable[[DataValue], bool]:
    """Return a function that returns whether a value is a string that matches the whole pattern."""
    return lambda value: value.space == "string" and pattern.fullmatch(value.form) is not None


def _make_range_test(limits: tuple[int | None, int | None]) -> Callable[[DataValue], bool]:
    """Return a function that returns whether a value is an integer within limits (least, greatest; None: no limit)."""
    return lambda value: _is_integer_between(value, *limits)


BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
DATATYPES: dict[str, Datatype] = {
    f"{RDFS}Literal": Datatype(lambda lexical: None, lambda value: True),
    f"{RDF}PlainLiteral": Datatype(_parse_plain_literal, _make_space_test("string", "language")),
    f"{RDF}XMLLiteral": Datatype(_parse_xml, _make_space_test("XMLLiteral")),
    f"{XSD}decimal": Datatype(_parse_decimal, _make_space_test("decimal")),
    f"{XSD}float": Datatype(lambda lexical: _parse_binary_float(lexical, "float", "<f"), _make_space_test("float")),
    f"{XSD}double": Datatype(lambda lexical: _parse_binary_float(lexical, "double", "<d"), _make_space_test("double")),
    f"{XSD}boolean": Datatype(
        lambda lexical: DataValue("boolean", BOOLEANS[lexical]) if lexical in BOOLEANS else None,
        _make_space_test("boolean"),
    ),
    f"{XSD}hexBinary": Datatype(_parse_hex, _make_space_test("hexBinary")),
    f"{XSD}base64Binary": Datatype(_parse_base64, _make_space_test("base64Binary")),
    f"{XSD}anyURI": Datatype(lambda lexical: DataValue("anyURI", lexical), _make_space_test("anyURI")),
    f"{XSD}dateTime": Datatype(_parse_date_time, _make_space_test("dateTime")),
    f"{XSD}dateTimeStamp": Datatype(
        _parse_date_time,
        lambda value: value.space == "dateTime" and re.search("(Z|[+-]..:..)$", value.form) is not None,
    ),
    **{
        f"{XSD}{name}": Datatype(lambda lexical: DataValue("string", lexical), _make_pattern_test(pattern))
        for name, pattern in STRINGS.items()
    },
    **{f"{XSD}{name}": Datatype(_parse_integer, _make_range_test(limits)) for name, limits in INTEGERS.items()},
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
    | {(XSD + name, f"{RDF}PlainLiteral") for name in STRINGS}
)
