"""RDF terms as Python values: numbers, dates, and subclasses of str that keep IRI, language tag or datatype."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from sjkg.core import vocabulary
from sjkg.core.terms import Literal, to_ntriples
from sjkg.core.vocabulary import EDTF, PREFIXES

XSD = PREFIXES["xsd"]


class Iri(str):
    """An IRI in full, without angle brackets."""

    __slots__ = ()

    @property
    def curie(self) -> str:
        """The IRI as prefix:local where the project has a prefix for its namespace, else the IRI itself."""
        return vocabulary.curie(str(self))


class BlankNode(str):
    """A blank node's label without “_:”. A label denotes the same blank node within one query result only."""

    __slots__ = ()


class LangText(str):
    """A text with a language tag. language: the tag as in the graph, such as “ja-Latn”."""

    language: str

    def __new__(cls, text: str, language: str) -> Self:
        self = super().__new__(cls, text)
        self.language = language
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), self.language)


class TypedText(str):
    """A literal without a Python counterpart: its lexical form, and the IRI of its datatype.

    It also stands for literals that are invalid in their datatype (“six”^^xsd:integer).
    """

    datatype: Iri

    def __new__(cls, text: str, datatype: str) -> Self:
        self = super().__new__(cls, text)
        self.datatype = Iri(datatype)
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), str(self.datatype))


class EdtfDate(str):
    """A date in Extended Date/Time Format (EDTF), such as “1936-03”, “[1936-04-01..1936-04-10]” or “1932/1939”.

    Source: https://www.loc.gov/standards/datetime/
    """

    __slots__ = ()

    @property
    def earliest(self) -> date | None:
        """The first day on which an event of this date can have begun; None where open. Raises BadDate if invalid."""
        from sjkg.derive.edtf import date_bounds

        return date_bounds(str(self)).earliest_begin

    @property
    def latest(self) -> date | None:
        """The last day on which an event of this date can have ended; None where open. Raises BadDate if invalid."""
        from sjkg.derive.edtf import date_bounds

        return date_bounds(str(self)).latest_end


Value = str | int | float | Decimal | bool | date  # a datetime is a date

# The lexical forms that XSD allows and Python's constructors read: https://www.w3.org/TR/xmlschema11-2/
INTEGER, DECIMAL = r"[+-]?\d+", r"[+-]?(\d+(\.\d*)?|\.\d+)"
FLOAT = rf"{DECIMAL}([Ee][+-]?\d+)?|[+-]?INF|NaN"
DATE = r"\d{4}-\d\d-\d\d"
PARSERS: dict[str, tuple[str, Callable[[str], Value]]] = {
    "boolean": ("true|false|1|0", lambda text: text in ("true", "1")),
    "decimal": (DECIMAL, Decimal),
    "double": (FLOAT, float),
    "float": (FLOAT, float),
    "date": (DATE, date.fromisoformat),
    "dateTime": (rf"{DATE}T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", datetime.fromisoformat),
}
INTEGERS = (
    "integer long int short byte unsignedLong unsignedInt unsignedShort unsignedByte "
    "nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger"
)
PARSERS |= dict.fromkeys(INTEGERS.split(), (INTEGER, int))
MAX_DIGITS = 4000  # int() of much more raises ValueError


def read_value(term: Mapping[str, Any]) -> Value:
    """Return the Python value of a term in SPARQL 1.1 Query Results JSON Format (§3.2.2), a dict with type and value.

    An IRI becomes an Iri, a blank node a BlankNode, a text with a language a LangText, an EDTF date an EdtfDate, an
    xsd:string a str, numbers, booleans, dates and date-times of XSD an int, Decimal, float, bool, date or datetime, and any
    other or invalid literal a TypedText. A triple term (RDF 1.2) becomes a str in Turtle syntax.
    Source: https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
    """
    match term["type"]:
        case "uri":
            return Iri(term["value"])
        case "bnode":
            return BlankNode(term["value"])
        case "triple":  # RDF 1.2
            parts = (write_value(read_value(term["value"][part])) for part in ("subject", "predicate", "object"))
            return f"<<( {' '.join(parts)} )>>"
    return literal_value(term["value"], term.get("datatype"), term.get("xml:lang"))


def literal_value(text: str, datatype: str | None, language: str | None) -> Value:
    """Return the Python value of a literal: LangText, str, EdtfDate, number, bool, date or datetime.

    A literal of another datatype, or whose lexical form is invalid or has no Python counterpart, becomes a TypedText.
    text: the lexical form. datatype: its IRI, None for xsd:string. language: its tag, None without one.
    """
    if language:
        return LangText(text, language)
    if datatype is None or datatype == f"{XSD}string":
        return text
    if datatype == EDTF:
        return EdtfDate(text)
    pattern, parse = PARSERS.get(datatype.removeprefix(XSD), ("", str))
    if datatype.startswith(XSD) and len(text) <= MAX_DIGITS and re.fullmatch(pattern, text, re.ASCII):
        try:
            return parse(text)
        except ValueError:  # the year 0000, the 31st of February
            pass
    return TypedText(text, datatype)


def write_value(value: Value) -> str:
    """Return the Turtle syntax of a Python value; prefixes are not used.

    A str of none of the classes of this module is returned unchanged, as text that is already Turtle.
    """
    match value:
        case Iri():
            return f"<{value}>"
        case BlankNode():
            return f"_:{value}"
        case LangText():
            return to_ntriples(Literal(str(value), language=value.language))
        case EdtfDate():
            return to_ntriples(Literal(str(value), EDTF))
        case TypedText():
            return to_ntriples(Literal(str(value), str(value.datatype)))
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Decimal():
            return to_ntriples(Literal(f"{value:f}", f"{XSD}decimal"))
        case float():
            return to_ntriples(Literal(repr(value).replace("inf", "INF").replace("nan", "NaN"), f"{XSD}double"))
        case datetime():
            return to_ntriples(Literal(value.isoformat().replace("+00:00", "Z"), f"{XSD}dateTime"))
        case date():
            return to_ntriples(Literal(value.isoformat(), f"{XSD}date"))
    return value


def show_value(value: Value | None) -> str:
    """Return a value as text for a table: an IRI as a prefixed name, a literal without quotes, "" for None (unbound)."""
    if value is None:
        return ""
    return value.curie if isinstance(value, Iri) else str(value)
