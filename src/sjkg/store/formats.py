"""The formats in which answers and graphs are written: short name and media type."""

from dataclasses import dataclass

import pyoxigraph as ox

from sjkg.errors import UnknownName


@dataclass(frozen=True)
class Format:
    """A serialization; `engine` is what the engine calls it."""

    name: str
    media_type: str
    engine: object


RESULT_FORMATS = {
    f.name: f
    for f in (
        Format("json", "application/sparql-results+json", ox.QueryResultsFormat.JSON),
        Format("xml", "application/sparql-results+xml", ox.QueryResultsFormat.XML),
        Format("csv", "text/csv", ox.QueryResultsFormat.CSV),
        Format("tsv", "text/tab-separated-values", ox.QueryResultsFormat.TSV),
    )
}
GRAPH_FORMATS = {
    f.name: f
    for f in (
        Format("turtle", "text/turtle", ox.RdfFormat.TURTLE),
        Format("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        Format("rdfxml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        Format("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
        Format("trig", "application/trig", ox.RdfFormat.TRIG),
        Format("nq", "application/n-quads", ox.RdfFormat.N_QUADS),
    )
}
DATASET_FORMATS = ("trig", "nq", "jsonld")


def format_named(name: str, formats: dict[str, Format]) -> Format:
    """Return the format of that name. Raises UnknownName, listing the names there are."""
    if name not in formats:
        raise UnknownName(f"“{name}” is no format here; choose one of {', '.join(formats)}")
    return formats[name]
