"""The serialization formats of query results and graphs: the one table of names, media types and their aliases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import pyoxigraph as ox

from sjkg.core.errors import UnknownName

ResultKind = Literal["bindings", "boolean", "graph"]  # the result of SELECT; of ASK; of CONSTRUCT and DESCRIBE


@dataclass(frozen=True, kw_only=True)
class Format:
    """A serialization format.

    name: short name used by this project. ending: of file names, without a dot. w3c_name: last part of `iri`.
    other_media_types, other_names: aliases that clients use in the Accept header and in the parameter `format`.
    """

    name: str
    media_type: str
    ending: str
    w3c_name: str
    other_media_types: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """Return the IRI of the format. Source: https://www.w3.org/ns/formats/"""
        return f"http://www.w3.org/ns/formats/{self.w3c_name}"

    @property
    def content_type(self) -> str:
        """Return the value of the Content-Type header: the media type, for text with its charset."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


@dataclass(frozen=True, kw_only=True)
class ResultFormat(Format):
    """A format of the results of SELECT and ASK; `engine` is pyoxigraph's object for it."""

    engine: ox.QueryResultsFormat


@dataclass(frozen=True, kw_only=True)
class GraphFormat(Format):
    """A format of RDF graphs; `engine` is pyoxigraph's object for it.

    has_named_graphs: it can hold an RDF dataset. has_prefixes: IRIs are abbreviated.
    """

    engine: ox.RdfFormat
    has_named_graphs: bool = False
    has_prefixes: bool = False


F = TypeVar("F", bound=Format)


def _table(*formats: F) -> dict[str, F]:
    """Return formats by name."""
    return {each.name: each for each in formats}


RESULT_FORMATS = _table(
    ResultFormat(
        name="json",
        media_type="application/sparql-results+json",
        ending="srj",
        w3c_name="SPARQL_Results_JSON",
        other_media_types=("application/json",),
        engine=ox.QueryResultsFormat.JSON,
    ),
    ResultFormat(
        name="xml",
        media_type="application/sparql-results+xml",
        ending="srx",
        w3c_name="SPARQL_Results_XML",
        other_media_types=("text/xml", "application/xml"),
        engine=ox.QueryResultsFormat.XML,
    ),
    ResultFormat(
        name="csv",
        media_type="text/csv",
        ending="csv",
        w3c_name="SPARQL_Results_CSV",
        engine=ox.QueryResultsFormat.CSV,
    ),
    ResultFormat(
        name="tsv",
        media_type="text/tab-separated-values",
        ending="tsv",
        w3c_name="SPARQL_Results_TSV",
        engine=ox.QueryResultsFormat.TSV,
    ),
)
GRAPH_FORMATS = _table(
    GraphFormat(
        name="turtle",
        media_type="text/turtle",
        ending="ttl",
        w3c_name="Turtle",
        other_media_types=("application/x-turtle", "text/rdf+n3", "text/n3"),
        other_names=("ttl", "n3"),
        engine=ox.RdfFormat.TURTLE,
        has_prefixes=True,
    ),
    GraphFormat(
        name="nt",
        media_type="application/n-triples",
        ending="nt",
        w3c_name="N-Triples",
        other_media_types=("text/plain",),
        engine=ox.RdfFormat.N_TRIPLES,
    ),
    GraphFormat(
        name="rdfxml",
        media_type="application/rdf+xml",
        ending="rdf",
        w3c_name="RDF_XML",
        other_media_types=("application/xml",),
        other_names=("rdf", "rdf+xml", "xml"),
        engine=ox.RdfFormat.RDF_XML,
        has_prefixes=True,
    ),
    GraphFormat(
        name="jsonld",
        media_type="application/ld+json",
        ending="jsonld",
        w3c_name="JSON-LD",
        other_media_types=("application/json",),
        other_names=("json-ld", "json"),
        engine=ox.RdfFormat.JSON_LD,
        has_named_graphs=True,
    ),
    GraphFormat(
        name="trig",
        media_type="application/trig",
        ending="trig",
        w3c_name="TriG",
        engine=ox.RdfFormat.TRIG,
        has_named_graphs=True,
        has_prefixes=True,
    ),
    GraphFormat(
        name="nq",
        media_type="application/n-quads",
        ending="nq",
        w3c_name="N-Quads",
        engine=ox.RdfFormat.N_QUADS,
        has_named_graphs=True,
    ),
)
FORMATS_OF_KINDS: Mapping[str, Mapping[str, Format]] = {
    "bindings": RESULT_FORMATS,
    "boolean": RESULT_FORMATS,
    "graph": GRAPH_FORMATS,
}


def by_media_type(formats: Mapping[str, F]) -> dict[str, F]:
    """Return formats by media type, in order of preference: first the registered media types, then the aliases."""
    aliases = {alias: each for each in formats.values() for alias in each.other_media_types}
    return {each.media_type: each for each in formats.values()} | aliases


def by_any_name(formats: Mapping[str, F]) -> dict[str, F]:
    """Return formats by short name, alias and media type, for the parameter `format` of a request."""
    aliases = {alias: each for each in formats.values() for alias in each.other_names}
    return by_media_type(formats) | aliases | dict(formats)


def find_format(name: str, formats: Mapping[str, F]) -> F:
    """Return the format with a short name. Raises UnknownName, listing the known names."""
    if name not in formats:
        raise UnknownName(f"unknown format “{name}”; choose one of {', '.join(formats)}")
    return formats[name]
