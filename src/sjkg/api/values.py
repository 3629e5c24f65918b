"""RDF terms as Python values: numbers, dates, and subclasses of str that keep IRI, language tag or datatype; HTML of them for notebooks."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Self

from sjkg.core import vocabulary
from sjkg.core.messages import count_noun
from sjkg.core.terms import JsonTerm, Literal, read_language, show_controls, show_term, to_ntriples
from sjkg.core.vocabulary import EDTF, PREFIXES

XSD = PREFIXES["xsd"]
MAX_ROWS = 50
MAX_CHARACTERS = 300


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
    """A text with a language tag. language: the tag as in the graph, such as “ja-latn”; with a base direction: “ar--rtl”."""

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
        """The first day on which an event of this date can have begun; None if the date is open at its beginning.

        Raises BadDate for an invalid date.
        """
        from sjkg.derive.edtf import date_bounds

        return date_bounds(str(self)).earliest_begin

    @property
    def latest(self) -> date | None:
        """The last day on which an event of this date can have ended; None if the date is open at its end.

        Raises BadDate for an invalid date.
        """
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


def read_value(term: JsonTerm) -> Value:
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
            return show_term(term)
    return literal_value(term["value"], term.get("datatype"), read_language(term))


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
    """Return the Turtle syntax of a Python value, with IRIs in full.

    A plain str, which has none of the classes of this module, is returned unchanged: it is taken as Turtle already.
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
    """Return a value as text for a table: an IRI as a prefixed name, a literal without quotes, "" for None (unbound).

    Control characters become escapes.
    """
    if value is None:
        return ""
    return value.curie if isinstance(value, Iri) else show_controls(str(value))


def html_table(columns: Iterable[str], rows: Iterable[Iterable[Value | None]], total: int) -> str:
    """Return an HTML table and a line with the total number of rows.

    columns: the texts of the header. rows: the rows to show, of which the caller passes at most MAX_ROWS. total: the number
    of all rows. Cells are cut at MAX_CHARACTERS.
    """
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(map(_format_cell, row))}</tr>" for row in rows)
    more = f", the first {MAX_ROWS} shown" if total > MAX_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{count_noun(total, 'row')}{more}</p>"


def html_link(iri: str, text: str) -> str:
    """Return an HTML link to an http or https IRI with `text` cut at MAX_CHARACTERS.

    For IRIs of other schemes, which may be scripts, the escaped text is returned without link.
    """
    shown = escape(_truncate(text))
    return f'<a href="{escape(iri)}">{shown}</a>' if iri.startswith(("http://", "https://")) else shown


def _format_cell(value: Value | None) -> str:
    """Return an HTML table cell (td) with a value: an IRI as a link, a text with its language in the attribute lang."""
    if isinstance(value, Iri):
        return f"<td>{html_link(value, value.curie)}</td>"
    language = f' lang="{escape(value.language)}"' if isinstance(value, LangText) else ""
    return f"<td{language}>{escape(_truncate(show_value(value)))}</td>"


def _truncate(text: str) -> str:
    """Return the first MAX_CHARACTERS characters of a text, with “ …” after them when it is longer."""
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]} …"
