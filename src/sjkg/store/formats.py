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

    name: the short name used in this project, such as “json” or “turtle”. media_type: the registered media type, such as
    “text/turtle”. ending: the ending of names of files, without the dot, such as “ttl”. w3c_name: the last part of the IRI
    of the format at w3.org, such as “Turtle”.
    other_media_types: further media types in an Accept header for which this format is sent. other_names: further values of
    the request parameter `format` that select this format.
    """

    name: str
    media_type: str
    ending: str = ""
    w3c_name: str = ""
    other_media_types: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """Return the IRI that identifies the format at W3C. Source: https://www.w3.org/ns/formats/"""
        return f"http://www.w3.org/ns/formats/{self.w3c_name}"

    @property
    def content_type(self) -> str:
        """Return the value for the header Content-Type: the media type, followed by “; charset=utf-8” if it is text/*."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type

    @property
    def is_xml(self) -> bool:
        """Return whether documents in this format are XML."""
        return self.media_type.endswith("+xml")

    @property
    def description(self) -> str:
        """Return short name and media type for a list in a message, as in “csv (text/csv)”."""
        return f"{self.name} ({self.media_type})"


@dataclass(frozen=True)
class ResultFormat(Format):
    """A serialization format of the results of SELECT and ASK. engine: the object of pyoxigraph for this format."""

    engine: ox.QueryResultsFormat = field(kw_only=True)


@dataclass(frozen=True)
class GraphFormat(Format):
    """A serialization format of RDF graphs or datasets.

    engine: the object of pyoxigraph for this format. other_endings: further endings of names of files, without the dot.
    """

    engine: ox.RdfFormat = field(kw_only=True)
    other_endings: tuple[str, ...] = field(default=(), kw_only=True)

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
        other_endings=("xml", "owl"),
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
FILE_ENDINGS = tuple(f".{end}" for each in GRAPH_FORMATS.values() for end in (each.ending, *each.other_endings))
FORMATS_OF_KINDS: Mapping[str, Mapping[str, Format]] = {
    "bindings": RESULT_FORMATS,
    # SPARQL's CSV and TSV are defined for SELECT only, and readers take a single “true” for the name of a column
    "boolean": {name: RESULT_FORMATS[name] for name in ("json", "xml")},
    "graph": GRAPH_FORMATS,
}


def by_media_type(formats: Mapping[str, F]) -> dict[str, F]:
    """Return a dict from each media type to the format that it selects: first registered media types, then aliases.

    formats: the formats to choose from, by short name, the preferred first, because the result keeps their order. An
    alias that several formats have selects the last of them.
    """
    registered = {each.media_type: each for each in formats.values()}
    aliases = {alias: each for each in formats.values() for alias in each.other_media_types}
    return registered | {alias: each for alias, each in aliases.items() if alias not in registered}


def by_any_name(formats: Mapping[str, F]) -> dict[str, F]:
    """Return a dict from each valid value of the request parameter `format` to its Format.

    Valid values are media types, short names (such as “json”) and the aliases of both. formats: the formats to choose from,
    by short name.
    """
    aliases = {alias: each for each in formats.values() for alias in each.other_names}
    return by_media_type(formats) | aliases | dict(formats)


def find_format(name: str, formats: Mapping[str, F]) -> F:
    """Return the format with the short name `name`, such as “json”, from `formats`, a mapping by short name.

    Raises UnknownName, with the list of the short names, if `formats` has no such format.
    """
    if name not in formats:
        raise UnknownName(f"there is no format “{name}” here; choose one of {', '.join(formats)}")
    return formats[name]


def find_file_format(name: str) -> GraphFormat | None:
    """Return the RDF format of a file with the name `name`, such as “a.ttl” or “a.NT.gz”; None for an unknown ending.

    The ending, without .gz, decides; capital and small letters are equal.
    """
    ending = name.lower().removesuffix(".gz").rpartition(".")[2]
    return next((each for each in GRAPH_FORMATS.values() if ending in (each.ending, *each.other_endings)), None)
