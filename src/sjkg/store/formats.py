"""The serialization formats of query results and RDF graphs: short names, media types, file endings and aliases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import pyoxigraph as ox

from sjkg.core.errors import UnknownName

ResultKind = Literal["bindings", "boolean", "graph"]  # the result of SELECT; of ASK; of CONSTRUCT and DESCRIBE


@dataclass(frozen=True)
class Format:
    """A serialization format.

    name: short name used in this project, such as “json”. media_type: registered media type. ending: of file names, without
    the dot. w3c_name: last part of its IRI at w3.org.
    other_media_types: further media types that match it in an Accept header. other_names: further values that select it in
    the request parameter `format`.
    """

    name: str
    media_type: str
    ending: str
    w3c_name: str
    other_media_types: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """Return the IRI that identifies the format at W3C. Source: https://www.w3.org/ns/formats/"""
        return f"http://www.w3.org/ns/formats/{self.w3c_name}"

    @property
    def content_type(self) -> str:
        """Return the value of the Content-Type header: the media type, for text/* with the parameter charset=utf-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


@dataclass(frozen=True)
class ResultFormat(Format):
    """A serialization format of the results of SELECT and ASK. engine: pyoxigraph's object for it."""

    engine: ox.QueryResultsFormat = field(kw_only=True)


@dataclass(frozen=True)
class GraphFormat(Format):
    """A serialization format of RDF graphs or datasets. engine: pyoxigraph's object for it."""

    engine: ox.RdfFormat = field(kw_only=True)

    @property
    def has_named_graphs(self) -> bool:
        """Return whether the format can hold named graphs, as TriG can and Turtle cannot."""
        return self.engine.supports_datasets

    @property
    def has_prefixes(self) -> bool:
        """Return whether Oxigraph writes prefix declarations in this format (Turtle, TriG, RDF/XML)."""
        return self.name in ("turtle", "rdfxml", "trig")


F = TypeVar("F", bound=Format)


def _by_name(*formats: F) -> dict[str, F]:
    """Return the given formats as a dict from short name (such as “json”) to Format, in the same order."""
    return {each.name: each for each in formats}


ALSO_JSON, ALSO_XML = ("application/json",), ("text/xml", "application/xml")
ALSO_TURTLE = ("application/x-turtle", "text/rdf+n3", "text/n3")
TABLES, GRAPHS = ox.QueryResultsFormat, ox.RdfFormat
RESULT_FORMATS = _by_name(
    ResultFormat(
        "json", "application/sparql-results+json", "srj", "SPARQL_Results_JSON", ALSO_JSON, engine=TABLES.JSON
    ),
    ResultFormat("xml", "application/sparql-results+xml", "srx", "SPARQL_Results_XML", ALSO_XML, engine=TABLES.XML),
    ResultFormat("csv", "text/csv", "csv", "SPARQL_Results_CSV", engine=TABLES.CSV),
    ResultFormat("tsv", "text/tab-separated-values", "tsv", "SPARQL_Results_TSV", engine=TABLES.TSV),
)
GRAPH_FORMATS = _by_name(
    GraphFormat("turtle", "text/turtle", "ttl", "Turtle", ALSO_TURTLE, ("ttl", "n3"), engine=GRAPHS.TURTLE),
    GraphFormat("nt", "application/n-triples", "nt", "N-Triples", ("text/plain",), engine=GRAPHS.N_TRIPLES),
    GraphFormat(
        "rdfxml",
        "application/rdf+xml",
        "rdf",
        "RDF_XML",
        ("application/xml",),
        ("rdf", "rdf+xml", "xml"),
        engine=GRAPHS.RDF_XML,
    ),
    GraphFormat(
        "jsonld",
        "application/ld+json",
        "jsonld",
        "JSON-LD",
        ("application/json",),
        ("json-ld", "json"),
        engine=GRAPHS.JSON_LD,
    ),
    GraphFormat("trig", "application/trig", "trig", "TriG", engine=GRAPHS.TRIG),
    GraphFormat("nq", "application/n-quads", "nq", "N-Quads", engine=GRAPHS.N_QUADS),
)
FORMATS_OF_KINDS: Mapping[str, Mapping[str, Format]] = {
    "bindings": RESULT_FORMATS,
    "boolean": RESULT_FORMATS,
    "graph": GRAPH_FORMATS,
}


def by_media_type(formats: Mapping[str, F]) -> dict[str, F]:
    """Return a dict from media type to Format, in order of preference: registered media types, then aliases.

    formats: the formats by short name, in order of preference.
    """
    aliases = {alias: each for each in formats.values() for alias in each.other_media_types}
    return {each.media_type: each for each in formats.values()} | aliases


def by_any_name(formats: Mapping[str, F]) -> dict[str, F]:
    """Return a dict from each valid value of the request parameter `format` to its Format.

    Valid are media types, short names and aliases of both. formats: the formats by short name.
    """
    aliases = {alias: each for each in formats.values() for alias in each.other_names}
    return by_media_type(formats) | aliases | dict(formats)


def find_format(name: str, formats: Mapping[str, F]) -> F:
    """Return the format with this short name from `formats`, a mapping by short name.

    Raises UnknownName, listing the short names, if there is none.
    """
    if name not in formats:
        raise UnknownName(f"unknown format “{name}”; choose one of {', '.join(formats)}")
    return formats[name]
