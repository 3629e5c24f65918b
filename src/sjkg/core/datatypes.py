"""Lexical spaces of the datatypes of XML Schema 1.1 and RDF: whether a literal is well-typed, and what is wrong with it.

RDF applies no white space facet: " 7 " is outside the lexical space of xsd:integer.
Source: RDF 1.1 Concepts §5, https://www.w3.org/TR/rdf11-concepts/#section-Datatypes; XML Schema Datatypes 1.1,
https://www.w3.org/TR/xmlschema11-2/
"""

import re
from calendar import month_name, monthrange
from datetime import date
from difflib import get_close_matches
from xml.etree import ElementTree

from sjkg.core.terms import NAME_MARKS, name_class
from sjkg.core.vocabulary import PREFIXES, curie

XSD, RDF, RDFS = PREFIXES["xsd"], PREFIXES["rdf"], PREFIXES["rdfs"]
MAX_QUOTED = 60  # characters of a lexical form in a message

_START, _NAME = name_class("_"), name_class(f"-._{NAME_MARKS}")
_YEAR, _TWO = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))", "[0-9]{2}"
_MONTH, _DAY = f"(?P<month>{_TWO})", f"(?P<day>{_TWO})"
_TIME = rf"(?P<hour>{_TWO}):(?P<minute>{_TWO}):(?P<second>{_TWO})(?:\.(?P<fraction>[0-9]+))?"
_ZONE = rf"(?P<zone>Z|[+-]{_TWO}:{_TWO})"
_YEARS, _DAYS = (
    "(?:[0-9]+Y)?(?:[0-9]+M)?",
    r"(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?",
)
_BASE64 = "[A-Za-z0-9+/]"

# Local name of an XSD datatype: the pattern of its lexical forms, compiled at its first use, and what to write. Ranges and
# calendar are extra checks.
FORMS = {
    "string": (r"(?s:.*)", "any text"),
    "normalizedString": (r"[^\t\n\r]*", "text without tabs and line breaks"),
    "token": (r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?", "words separated by single spaces"),
    "language": (r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*", "a language tag, as ja-Latn"),
    "Name": (f"(?::|{_START})(?::|{_NAME})*", "an XML name, as first-name"),
    "NCName": (f"{_START}{_NAME}*", "an XML name without colon, as first-name"),
    "NMTOKEN": (f"(?::|{_NAME})+", "letters, digits and the signs . - _ : without spaces"),
    "boolean": ("true|false|1|0", "true or false"),
    "decimal": (r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", "digits with at most one point, as 7.5"),
    "integer": ("[+-]?[0-9]+", "digits with an optional sign, as 7"),
    "double": (
        r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN",
        "a number, as 7.5 or 7.5E3, or INF, -INF or NaN",
    ),
    "hexBinary": ("(?:[0-9A-Fa-f]{2})*", "pairs of hexadecimal digits, as 0FB8"),
    "base64Binary": (
        f"(?:(?:(?:{_BASE64} ?){{4}})*(?:(?:{_BASE64} ?){{3}}{_BASE64}"
        f"|(?:{_BASE64} ?){{2}}[AEIMQUYcgkosw048] ?=|{_BASE64} ?[AQgw] ?= ?=))?",
        "groups of four Base64 characters, the last filled up with =, as SGVpbg==",
    ),
    "anyURI": (r"(?s:.*)", "an IRI"),
    "dateTime": (f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?", "a date and time, as 1939-05-11T10:30:00"),
    "dateTimeStamp": (
        f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
        "a date and time with its time zone, as 1939-05-11T10:30:00Z",
    ),
    "date": (f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?", "a day, as 1939-05-11"),
    "time": (f"{_TIME}{_ZONE}?", "a time, as 10:30:00"),
    "gYearMonth": (f"{_YEAR}-{_MONTH}{_ZONE}?", "a year and month, as 1939-05"),
    "gYear": (f"{_YEAR}{_ZONE}?", "a year of at least four digits, as 1939"),
    "gMonthDay": (f"--{_MONTH}-{_DAY}{_ZONE}?", "a month and day, as --05-11"),
    "gDay": (f"---{_DAY}{_ZONE}?", "a day of the month, as ---11"),
    "gMonth": (f"--{_MONTH}{_ZONE}?", "a month, as --05"),
    "duration": (f"-?P(?=[0-9T]){_YEARS}{_DAYS}", "a duration, as P1Y2M3DT4H5M6S"),
    "yearMonthDuration": (f"-?P(?=[0-9]){_YEARS}", "a duration in years and months, as P1Y2M"),
    "dayTimeDuration": (f"-?P(?=[0-9T]){_DAYS}", "a duration in days and time, as P3DT4H5M6S"),
}
FORMS["float"] = FORMS["double"]
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
FORMS |= dict.fromkeys(INTEGERS, FORMS["integer"])
# XSD types that refer to the XML document around them, which RDF does not have
DOCUMENT_TYPES = tuple(f"{XSD}{name}" for name in "QName NOTATION ID IDREF IDREFS ENTITY ENTITIES NMTOKENS".split())
ABSTRACT_TYPES = (f"{XSD}anyType", f"{XSD}anySimpleType", f"{XSD}anyAtomicType", f"{RDFS}Literal")
RDF_TYPES = tuple(f"{RDF}{name}" for name in "langString dirLangString XMLLiteral HTML JSON PlainLiteral".split())


def is_well_typed(lexical: str, datatype: str) -> bool:
    """Return whether a lexical form is in the lexical space of a datatype (an IRI).

    `lexical_error` says which lexical forms are accepted; any is for a datatype that is not of XSD, RDF or RDFS.
    """
    return lexical_error(lexical, datatype) is None


def lexical_error(lexical: str, datatype: str) -> str | None:
    """Return one sentence on why a literal is ill-typed and what to write; None if it is well-typed.

    lexical: the literal's lexical form. datatype: the IRI of its datatype. Every lexical form is accepted for rdf:HTML,
    rdf:JSON, rdf:PlainLiteral, DOCUMENT_TYPES and any datatype outside the namespaces of XSD, RDF and RDFS. None is
    accepted for ABSTRACT_TYPES, and for an IRI in the namespace of XSD or RDF that is not a datatype, such as xsd:int32.
    """
    name = curie(datatype)
    if datatype in ABSTRACT_TYPES:
        return f"{name} has no literals of its own; use xsd:string or another datatype"
    if datatype.startswith(XSD) and (local := datatype.removeprefix(XSD)) in FORMS:
        reason = _form_error(lexical, local)
    elif datatype.startswith((XSD, RDF)) and datatype not in (*DOCUMENT_TYPES, *RDF_TYPES):
        return f"{name} is not a datatype; {_advise_on_name(datatype)}"
    elif datatype in (f"{RDF}langString", f"{RDF}dirLangString"):
        reason = f'it has no language tag; write "{_quote(lexical)}"@en, or the tag of its language, without a datatype'
    elif datatype == f"{RDF}XMLLiteral":
        reason = _xml_error(lexical)
    else:
        return None  # any text is rdf:HTML, by the parsing rules of HTML5
    return reason and f"“{_quote(lexical)}” is not an {name}: {reason}"


def is_calendar_day(text: str) -> bool:
    """Return whether a text is a day of the calendar as YYYY-MM-DD, from 0001-01-01 to 9999-12-31, without time zone."""
    try:
        return date.fromisoformat(text).isoformat() == text  # fromisoformat also reads 19390820 and 1939-W34-7
    except ValueError:
        return False


def is_integer_between(digits: str, least: int | None, greatest: int | None) -> bool:
    """Return whether an integer is at least `least` and at most `greatest` (None: no limit).

    digits: the integer in decimal digits, of any length, with an optional sign; not empty.
    """
    sign, digits = ("-" if digits[0] == "-" else ""), digits.lstrip("+-0") or "0"
    number = int(sign + digits[:30])  # longer than any limit; int() refuses thousands of digits
    return (least is None or number >= least) and (greatest is None or number <= greatest)


def _form_error(lexical: str, name: str) -> str | None:
    """Return what is wrong with a lexical form and what to write, None if nothing. name: a key of FORMS."""
    pattern, advice = FORMS[name]
    match = re.fullmatch(pattern, lexical)
    if match is None:
        collapsed = " ".join(lexical.split())
        if collapsed != lexical and re.fullmatch(pattern, collapsed):
            return f"it has white space before, after or twice within it, which RDF does not remove; write “{_quote(collapsed)}”"
        return f"write {advice}"
    if name in INTEGERS and not is_integer_between(lexical, *INTEGERS[name]):
        least, greatest = INTEGERS[name]
        limits = f"from {'-∞' if least is None else least} to {'∞' if greatest is None else greatest}"
        return f"its values are {limits}; correct the number or use xsd:integer"
    return _moment_error(match.groupdict())


def _moment_error(parts: dict[str, str | None]) -> str | None:
    """Return a message on the first part of a date or time that does not exist, such as month 13; None if all exist.

    parts: a dict with the keys year, month, day, hour, minute, second, fraction and zone and their texts; any key may be
    missing or have the value None.
    """
    year, month, day = (parts.get(name) for name in ("year", "month", "day"))
    if month and not 1 <= int(month) <= 12:
        return "months run from 01 to 12; correct the month"
    if day:
        # leap years repeat after 400 years, of which 10 000 is a multiple: the last four digits decide
        length = monthrange(2000 + int(year[-4:]) % 400 if year else 2000, int(month))[1] if month else 31
        if not 1 <= int(day) <= length:
            of_year = f" {year}" if year and month == "02" else ""
            subject = f"{month_name[int(month)]}{of_year} has {length} days" if month else "days run from 01 to 31"
            return f"{subject}; correct the day"
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    is_midnight = (hour, minute, second) == (24, 0, 0) and not (parts.get("fraction") or "").strip("0")
    if hour > 23 and not is_midnight or minute > 59 or second > 59:
        return "times run from 00:00:00 to 24:00:00, minutes and seconds to 59; correct the time"
    zone = parts.get("zone")
    if zone and zone != "Z" and (zone[1:] > "14:00" or zone[4:] > "59"):
        return "time zones run from -14:00 to +14:00; correct the time zone"
    return None


def _xml_error(lexical: str) -> str | None:
    """Return what is wrong with an rdf:XMLLiteral, the content of an XML element, and what to write; None if nothing."""
    try:
        ElementTree.fromstring(f"<x>{lexical}</x>")
    except ElementTree.ParseError as error:
        return f"it is not XML ({error.msg.partition(':')[0]}); close each element, and write & as &amp; and < as &lt;"
    except UnicodeEncodeError:
        return "it contains half of a surrogate pair; write the character itself"
    return None


def _advise_on_name(datatype: str) -> str:
    """Return the end of a sentence on an unknown name in the namespace of XSD or RDF.

    It has up to two similar names or, if there are none, the address of a list of all.
    """
    known = [*(f"{XSD}{name}" for name in FORMS), *RDF_TYPES]
    by_lower_case = {curie(iri).lower(): curie(iri) for iri in known}
    found = get_close_matches(curie(datatype).lower(), by_lower_case, n=2, cutoff=0.75)
    if found:
        return f"did you mean {' or '.join(by_lower_case[name] for name in found)}?"
    return "the datatypes are listed at https://www.w3.org/TR/rdf11-concepts/#xsd-datatypes"


def _quote(text: str) -> str:
    """Return a text for a message, cut after MAX_QUOTED characters."""
    return text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}…"
