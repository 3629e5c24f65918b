"""The formats in which answers and graphs are written: short name, media type, file ending, the W3C's name for it."""

from dataclasses import dataclass

import pyoxigraph as ox

from sjkg.core.errors import UnknownName


@dataclass(frozen=True)
class Format:
    """A serialization; `engine` is what the engine calls it, `iri` what a service description does.

    Source of the IRIs: https://www.w3.org/ns/formats/
    """

    name: str
    media_type: str
    engine: object
    ending: str
    w3c_name: str

    @property
    def iri(self) -> str:
        return f"http://www.w3.org/ns/formats/{self.w3c_name}"

    @property
    def content_type(self) -> str:
        """Return the media type, with the charset where text would be read as something else without it."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


RESULT_FORMATS = {
    f.name: f
    for f in (
        Format("json", "application/sparql-results+json", ox.QueryResultsFormat.JSON, "srj", "SPARQL_Results_JSON"),
        Format("xml", "application/sparql-results+xml", ox.QueryResultsFormat.XML, "srx", "SPARQL_Results_XML"),
        Format("csv", "text/csv", ox.QueryResultsFormat.CSV, "csv", "SPARQL_Results_CSV"),
        Format("tsv", "text/tab-separated-values", ox.QueryResultsFormat.TSV, "tsv", "SPARQL_Results_TSV"),
    )
}
GRAPH_FORMATS = {
    f.name: f
    for f in (
        Format("turtle", "text/turtle", ox.RdfFormat.TURTLE, "ttl", "Turtle"),
        Format("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES, "nt", "N-Triples"),
        Format("rdfxml", "application/rdf+xml", ox.RdfFormat.RDF_XML, "rdf", "RDF_XML"),
        Format("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD, "jsonld", "JSON-LD"),
        Format("trig", "application/trig", ox.RdfFormat.TRIG, "trig", "TriG"),
        Format("nq", "application/n-quads", ox.RdfFormat.N_QUADS, "nq", "N-Quads"),
    )
}
FORMATS_OF_KINDS = {"bindings": RESULT_FORMATS, "boolean": RESULT_FORMATS, "graph": GRAPH_FORMATS}
DATASET_FORMATS = ("trig", "nq", "jsonld")


def find_format(name: str, formats: dict[str, Format]) -> Format:
    """Return the format of that name. Raises UnknownName, listing the names there are."""
    if name not in formats:
        raise UnknownName(f"“{name}” is no format here; choose one of {', '.join(formats)}")
    return formats[name]
