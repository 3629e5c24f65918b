"""Places of Linked Places files as triples in the terms of the profile, which its rules translate."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from hashlib import sha1

from sjkg.core.ntriples import TextTerm, literal_text
from sjkg.core.terms import Iri, to_oxigraph
from sjkg.core.vocabulary import PREFIXES
from sjkg.profiles.linked_places import ALIASES, AS_WKT, DCTERMS, GEOJSON, GEOMETRY, GETTY, LPO, RDF, RDFS

GATHERED = {  # prefixes of the context of Linked Places and of LP-TSV, beside those of Turtle files
    **{alias.rstrip(":"): namespace for namespace, alias in ALIASES.items()},
    "gvp": GETTY,
    "aat": "http://vocab.getty.edu/aat/",
    "tgn": "http://vocab.getty.edu/page/tgn/",
    "bnf": "https://data.bnf.fr/",
    "cerl": "https://data.cerl.org/thesaurus/",
    "gnd": "http://d-nb.info/gnd/",
    "gov": "http://gov.genealogy.net/",
    "loc": "http://id.loc.gov/authorities/subjects/",
    "pl": "https://pleiades.stoa.org/places/",
    "viaf": "http://viaf.org/viaf/",
    "wp": "https://en.wikipedia.org/wiki/",
}
LATITUDES, LONGITUDES = 90, 180  # the greatest
DATES = {10: "date", 7: "gYearMonth", 4: "gYear"}  # datatypes by the length of a date


class BadPlace(ValueError):
    """Raised for a place that is not as the format demands; the message says what to do."""


def expand_iri(text: str, base: str = "") -> str:
    """Return the IRI that a text is: an IRI, one with a prefix of GATHERED, or with `base` an id. Raises BadPlace for another."""
    prefix, colon, local = text.strip().partition(":")
    iri = GATHERED[prefix] + local if prefix in GATHERED else text.strip()
    iri = base + iri if base and not colon else iri
    try:
        to_oxigraph(Iri(iri))
    except ValueError:
        raise BadPlace(f"“{text[:80]}” is not an IRI; write an absolute one, as https://example.org/place/1") from None
    return iri


def read_coordinates(longitude: object, latitude: object) -> str:
    """Return the WKT of a point, longitude first. Raises BadPlace for coordinates that are not numbers or out of range."""
    pair: list[str] = []
    for name, value, most in (("longitude", longitude, LONGITUDES), ("latitude", latitude, LATITUDES)):
        try:
            number = Decimal(str(value).strip())
            if not -most <= number <= most:
                raise InvalidOperation
        except InvalidOperation:
            raise BadPlace(
                f"“{str(value)[:40]}” is not a {name}; write degrees from −{most} to {most}, longitude first"
            ) from None
        pair.append(f"{number:f}")
    return f"POINT({' '.join(pair)})"


class PlaceTriples:
    """The triples of one place; each part of it is a node whose IRI is that of the place and a fragment."""

    def __init__(self, iri: str):
        self.iri = iri
        self._place = f"<{iri}>"
        self._lines: dict[bytes, None] = {}
        self._add(self._place, f"{RDF}type", f"<{GEOJSON}Feature>")

    def lines(self) -> Iterator[bytes]:
        """Yield the triples as lines of N-Triples."""
        yield from self._lines

    def add_title(self, title: str) -> None:
        """Add the title."""
        self._add(self._place, f"{DCTERMS}title", literal_text(title))

    def add_name(self, name: str, language: str = "") -> None:
        """Add a name. language: a tag; "" and “und” for none."""
        language = "" if language == "und" else language
        self._add_node("name_attestation", name + language, {f"{LPO}toponym": literal_text(name, language=language)})

    def add_point(self, wkt: str, certainty: str = "") -> None:
        """Add a geometry in WKT. certainty: such as “less-certain”; "" if it is not told."""
        node = f"<{self.iri}#geometry-{_hash(wkt)}>"
        self._add(self._place, GEOMETRY[1:-1], node)
        self._add(node, AS_WKT[1:-1], literal_text(wkt, f"{PREFIXES['geo']}wktLiteral"))
        if certainty:
            self._add(node, f"{LPO}has_certainty", literal_text(certainty))

    def add_type(self, label: str, iri: str = "") -> None:
        """Add a type. iri: "" if only its label is known."""
        parts = {f"{RDFS}label": literal_text(label)} | ({f"{DCTERMS}identifier": f"<{iri}>"} if iri else {})
        self._add_node("type_attestation", label + iri, parts)

    def add_relation(self, relation: str, other: str, label: str = "") -> None:
        """Add a relation to another place. relation, other: IRIs; other is "" if only the label is known."""
        parts = {f"{LPO}relation_type": f"<{relation}>", f"{RDFS}label": literal_text(label)}
        parts |= {f"{LPO}relation_to": f"<{other}>"} if other else {}
        self._add_node("rel_attestation", relation + other + label, parts)

    def add_link(self, kind: str, iri: str) -> None:
        """Add a link. kind: such as “exactMatch”."""
        parts = {f"{DCTERMS}type": literal_text(kind), f"{DCTERMS}identifier": f"<{iri}>"}
        self._add_node("link_attestation", kind + iri, parts)

    def add_span(self, bounds: dict[str, str], label: str = "", event: str = "") -> None:
        """Add a timespan. bounds: dates by “start earliest”, “start latest”, “start in”, and the same of the end. event: an IRI."""
        when = f"<{self.iri}#when>"
        name = f"{self.iri}#when-{_hash(event + label + str(sorted(bounds.items())))}"
        self._add(self._place, f"{LPO}when", when)
        self._add(when, f"{LPO}timespan", f"<{name}>")
        if label:
            self._add(f"<{name}>", f"{RDFS}label", literal_text(label))
        if event:
            self._add(f"<{name}>", f"{RDFS}seeAlso", f"<{event}>")
        for bound, day in bounds.items():
            side, part = bound.split()
            self._add(f"<{name}>", f"{LPO}has_{side}", f"<{name}-{side}>")
            datatype = DATES.get(len(day.lstrip("-")))
            self._add(f"<{name}-{side}>", LPO + part, literal_text(day, datatype and PREFIXES["xsd"] + datatype))

    def add_other(self, name: str, value: str) -> None:
        """Add a member of the format for which the profile has no rule, so that it is counted as lost."""
        self._add(self._place, LPO + name, literal_text(value))

    def _add_node(self, name: str, key: str, parts: dict[str, TextTerm]) -> None:
        """Add a node with some properties. name: local name of the property that leads to it. key: by which nodes are told apart."""
        node = f"<{self.iri}#{name.partition('_')[0]}-{_hash(key)}>"
        self._add(self._place, LPO + name, node)
        for predicate, value in parts.items():
            self._add(node, predicate, value)

    def _add(self, subject: str, predicate: str, value: TextTerm) -> None:
        """Add a triple; subject and value are in N-Triples."""
        self._lines[f"{subject} <{predicate}> {value} .\n".encode()] = None


def _hash(text: str) -> str:
    """Return a short name for a text, the same in each run."""
    return sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]
