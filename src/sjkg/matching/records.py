"""Records: the properties of a thing by which it is compared with things of other datasets.

A record is made of statements (field, value, detail), the same for our graph, for CSV tables and for RDF. The fields are
those of FIELDS; each may occur any number of times.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from sjkg.core.errors import BadDate
from sjkg.matching.periods import Period, combine, read_date, read_placeholders

# Field: its value (and its detail)
FIELDS: Mapping[str, str] = {
    "kind": "kind of the thing: one of KINDS, or a class, type or table name such as “battle” or crm:E5_Event",
    "name": "name in any script (language tag)",
    "date": "date of the whole thing, in EDTF, ISO 8601 or as “7 Dec 1941”; an interval gives begin and end",
    "begin": "first day, in the same forms",
    "end": "last day, in the same forms",
    "point": "WGS 84 coordinates: “latitude longitude”, or WKT as POINT(longitude latitude)",
    "latitude": "of a point, in degrees; joined with the longitude of the same record",
    "longitude": "of a point, in degrees",
    "place": "IRI or name of a place where it happened",
    "whole": "IRI or name of a thing of which it is a part",
    "direct whole": "as whole, where no other whole lies between",
    "participant": "IRI or name of a person, state or force that took part",
    "identifier": "IRI, or identifier as Q697579, of the same thing in another dataset",
    "close identifier": "as identifier, of a thing that is nearly the same",
    "other identifier": "as identifier, of a thing that is known to be another one",
}
ACTORS = frozenset(("actor", "person", "state", "army"))
KINDS = ("event", *sorted(ACTORS), "place", "treaty", "work")
KIND_WORDS = {
    word: kind
    for kind, words in {
        "event": "event battle war conflict incident engagement campaign siege operation clash skirmish activity action "
        "revolt rebellion invasion bombing raid period",
        "person": "person people human commander leader general officer",
        "state": "state country nation belligerent polity",
        "army": "army unit force division regiment corps military brigade",
        "actor": "actor agent organization organisation faction party group side participant company government",
        "place": "place location site city town settlement river lake region feature geoname gazetteer spatial area",
        "treaty": "treaty agreement pact convention",
        "work": "work book article publication film document creativework newspaper",
    }.items()
    for word in words.split()
}
CLASS_NUMBERS = {  # of CIDOC CRM
    **dict.fromkeys(("E2", "E4", "E5", "E7", "E8", "E9", "E63", "E64", "E66"), "event"),
    **{"E21": "person", "E39": "actor", "E74": "actor", "E40": "actor", "E53": "place", "E27": "place"},
    **dict.fromkeys(("E31", "E33", "E73", "E84"), "work"),
}
WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+")
COORDINATES = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)[\s,;]+([+-]?\d+(?:\.\d+)?)\s*")
WKT_POINT = re.compile(r"\s*(?:<[^>]*>)?\s*POINT\s*Z?\s*\(\s*(\S+)\s+(\S+?)(?:\s+\S+)?\s*\)\s*", re.IGNORECASE)
IDENTIFIER_FORMS = tuple(
    (scheme, re.compile(rf"<?{pattern}(?:[?#].*)?>?", re.IGNORECASE))
    for scheme, pattern in (
        (
            "wikidata",
            r"(?:https?://(?:www\.|m\.)?wikidata\.org/(?:entity|wiki(?:/Special:EntityData)?)/|wikidata:|wd:)?(Q[1-9]\d*)(?:\.[a-z]+)?",
        ),
        ("dbpedia", r"(?:https?://(?:www\.)?dbpedia\.org/(?:resource|page)/|dbpedia:|dbr:)([^\s?#>]+)"),
        # the names of DBpedia's resources are the titles of the English Wikipedia's articles
        ("dbpedia", r"https?://en\.(?:m\.)?wikipedia\.org/wiki/([^\s?#>]+)"),
        ("geonames", r"(?:https?://(?:sws\.|www\.)?geonames\.org/|geonames:|gn:)(\d+)(?:/[^>]*)?"),
        ("viaf", r"(?:https?://(?:www\.)?viaf\.org/viaf/|viaf:)(\d+)/?"),
        ("gnd", r"(?:https?://d-nb\.info/gnd/|gnd:)([\dX-]+)"),
    )
)


class RecordName(NamedTuple):
    """A name of a thing. language: its language tag, "" without one."""

    text: str
    language: str = ""


class Identifier(NamedTuple):
    """An identifier in another dataset. scheme: such as “wikidata”, or “iri” for an IRI of no known scheme.

    relation: “same”; “close” for a thing that is nearly the same; “other” for a thing that is known to be another one.
    """

    scheme: str
    value: str
    relation: str = "same"


class Point(NamedTuple):
    """A point in degrees of WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Record:
    """The properties of a thing by which it is compared with others. Every field but `key` may be empty.

    key: its IRI, or its key in a table. kind: one of KINDS, or "". names: the preferred one first. begin, end: the days on
    which it can have begun and ended. points: of the thing, or of its places. places, wholes, participants: IRIs or names.
    direct_wholes: those of the wholes that the thing is directly part of. identifiers: of the thing in other datasets.
    source: “file:line” of a record from a table, the file of one from RDF, "" for a thing of the graph.
    """

    key: str
    kind: str = ""
    names: tuple[RecordName, ...] = ()
    begin: Period | None = None
    end: Period | None = None
    points: tuple[Point, ...] = ()
    places: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()
    direct_wholes: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    source: str = ""

    @property
    def name(self) -> str:
        """Return the first name, or the key of a record without names."""
        return self.names[0].text if self.names else self.key


class FieldValue(NamedTuple):
    """A statement about a thing. field: one of FIELDS. detail: the language of a name, else ""."""

    field: str
    value: str
    detail: str = ""


class BadValue(ValueError):
    """Raised for a value that its field cannot have; the message says why, without the place."""


def make_record(
    key: str, statements: Iterable[FieldValue], source: str = "", *, has_placeholders: bool = True
) -> Record:
    """Return the record of the thing `key`. Raises BadValue, with field and value, for a date or point that cannot be read.

    Empty values are ignored. A date gives begin and end where these are not stated: both if it is an interval, else the
    begin. source: “file:line” where the statements are. has_placeholders: whether the first day of a year or month may
    stand for the whole of it.
    """
    values: dict[str, dict[str, str]] = {field: {} for field in FIELDS}
    for statement in statements:
        if text := statement.value.strip():
            values[statement.field].setdefault(text, statement.detail)
    begin, end = _read_days(values)
    if has_placeholders:
        begin, end = read_placeholders(begin, end)
    points = [read_point(text) for text in values["point"]]
    if values["latitude"] or values["longitude"]:
        latitude, longitude = (next(iter(values[name]), "") for name in ("latitude", "longitude"))
        try:
            point = read_point(f"{latitude or 0} {longitude or 0}")
        except BadValue:
            if latitude and longitude:
                raise
            name, limit = ("latitude", 90) if latitude else ("longitude", 180)
            text = (latitude or longitude)[:60]
            raise BadValue(f"“{text}” is not a {name}; write degrees from −{limit} to {limit}, as 42.44") from None
        points += [point] if latitude and longitude else []
    relations = {"identifier": "same", "close identifier": "close", "other identifier": "other"}
    return Record(
        key,
        _most_specific(values["kind"]),
        tuple(RecordName(text, language) for text, language in values["name"].items()),
        begin,
        end,
        tuple(dict.fromkeys(points)),
        tuple(values["place"]),
        tuple({**values["direct whole"], **values["whole"]}),
        tuple(values["direct whole"]),
        tuple(values["participant"]),
        tuple(read_identifier(text, relation) for name, relation in relations.items() for text in values[name]),
        source,
    )


def _most_specific(kinds: Iterable[str]) -> str:
    """Return the first known kind that is not just “actor”, or else “actor”; "" if no kind is known."""
    known = [kind for kind in map(read_kind, kinds) if kind]
    return next((kind for kind in known if kind != "actor"), known[0] if known else "")


def _read_days(values: Mapping[str, Iterable[str]]) -> tuple[Period | None, Period | None]:
    """Return begin and end from the fields date, begin and end; of several values, the days that agree with all of them."""

    def read(field: str) -> list[tuple[Period | None, Period | None]]:
        try:
            return [read_date(text) for text in values[field]]
        except BadDate as error:
            raise BadValue(f"the {field}: {error}") from None

    dates = read("date")
    begins = [each for each, _ in read("begin")] or [each for each, _ in dates]
    ends = [last or first for first, last in read("end")] or [each for _, each in dates]
    return combine(begins), combine(ends)


def read_kind(text: str) -> str:
    """Return the kind, one of KINDS, that the name of a class, type or table means; "" if it means none.

    text: such as “battle”, “wars.csv”, or an IRI, of which the last segment counts, such as …#BorderIncident.
    """
    local = re.split(r"[/#:]", text.rstrip("/#"))[-1]
    if number := re.match(r"(E\d+)_", local):
        return CLASS_NUMBERS.get(number[1], "")
    for word in reversed([each.lower() for each in WORD.findall(local)]):
        for form in (word, word.removesuffix("s"), word.removesuffix("ies") + "y"):
            if form in KIND_WORDS:
                return KIND_WORDS[form]
    return ""


def read_point(text: str) -> Point:
    """Return the point in a text “latitude longitude” or WKT “POINT(longitude latitude)”. Raises BadValue for another text."""
    if found := COORDINATES.fullmatch(text):
        pair = found[1], found[2]
    elif found := WKT_POINT.fullmatch(text):
        pair = found[2], found[1]
    else:
        raise BadValue(f"“{text[:60]}” is not a point; write latitude and longitude in degrees, as 42.44 130.61")
    try:
        point = Point(*map(float, pair))
    except ValueError:
        raise BadValue(f"“{text[:60]}” has a coordinate that is not a number; write degrees, as 42.44") from None
    if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):
        raise BadValue(
            f"“{text[:60]}” is outside of −90 to 90 degrees of latitude and −180 to 180 of longitude; write latitude "
            "first, or in WKT longitude first"
        )
    return point


def read_identifier(text: str, relation: str = "same") -> Identifier:
    """Return the identifier in an IRI, prefixed name or, for Wikidata, a bare number such as Q697579.

    Any other text is returned unchanged with the scheme “iri”. relation: of the result.
    """
    for scheme, pattern in IDENTIFIER_FORMS:
        if found := pattern.fullmatch(text.strip()):
            value = unquote(found[1]).replace(" ", "_")
            return Identifier(scheme, value.upper() if scheme == "wikidata" else value, relation)
    return Identifier("iri", text.strip().strip("<>"), relation)
