"""Conversion between RDF formats by Oxigraph's parser and serializer, which keep the lexical form of literals."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import PREFIXES
from sjkg.store.formats import GraphFormat


def convert_quads(quads: bytes, target: GraphFormat, *, with_graphs: bool = False) -> bytes:
    """Return N-Quads (UTF-8) serialized in the format `target`, with those of the project's prefixes that occur.

    with_graphs: whether to keep the named graphs, if the format has them; otherwise each distinct triple is written once,
    without its graph. All triples are held in memory then.
    """
    parsed = ox.parse(quads, format=ox.RdfFormat.N_QUADS)
    used = {prefix: iri for prefix, iri in PREFIXES.items() if b"<" + iri.encode() in quads}
    output = BytesIO()
    if with_graphs and target.has_named_graphs:
        _serialize(parsed, output, target, used)
    else:
        _serialize(dict.fromkeys(quad.triple for quad in parsed), output, target, used)
    return output.getvalue()


def convert_file(quads: Path, target: GraphFormat, graphs: set[str] | None = None) -> bytes:
    """Return a sorted N-Quads file serialized in the format `target`, with all of the project's prefixes.

    graphs: the IRIs of the named graphs to include; None for all. In a format without named graphs each triple is written
    once.
    """
    output = BytesIO()
    write_converted(quads, target, output, graphs)
    return output.getvalue()


def write_converted(quads: Path, target: GraphFormat, output: IO[bytes], graphs: set[str] | None = None) -> None:
    """Write a sorted N-Quads file to `output` in the format `target`, with all of the project's prefixes.

    graphs: the IRIs of the named graphs to include; None for all. In a format without named graphs each triple is written
    once. The file is streamed, not held in memory.
    """
    parsed: Iterable[ox.Quad] = ox.parse(path=str(quads), format=ox.RdfFormat.N_QUADS)
    if graphs is not None:
        nodes = {ox.NamedNode(graph) for graph in graphs}
        parsed = (quad for quad in parsed if quad.graph_name in nodes)
    if target.has_named_graphs:
        _serialize(parsed, output, target, PREFIXES)
    else:  # equal triples of several graphs are neighbours, because the file is sorted
        _serialize((triple for triple, _ in groupby(quad.triple for quad in parsed)), output, target, PREFIXES)


def _serialize(
    statements: Iterable[ox.Quad] | Iterable[ox.Triple],
    output: IO[bytes],
    target: GraphFormat,
    prefixes: Mapping[str, str],
) -> None:
    """Write quads or triples to `output` in the format `target`; prefixes (to namespace IRIs) only if the format has any."""
    ox.serialize(statements, output, format=target.engine, prefixes=dict(prefixes) if target.has_prefixes else None)


def write_canonical_ntriples(source: Path, target: Path) -> None:
    """Write the triples of an RDF file to the file `target` as N-Triples, in which equal terms have equal texts.

    Named graphs are dropped; duplicate triples are kept. The format of `source` is found by its file name extension.
    Raises BrokenInput for an unknown extension, and, naming the line, for content that is not valid in the format.
    """
    form = ox.RdfFormat.from_extension(source.suffix.removeprefix("."))
    if form is None:
        raise BrokenInput(
            f"{source} has no known file name extension of an RDF format; use .nt, .nq, .ttl, .trig, .rdf, .jsonld or .parquet"
        )
    try:
        triples = (quad.triple for quad in ox.parse(path=str(source), format=form))
        ox.serialize(triples, str(target), ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise BrokenInput(f"{source} is not valid {form.name}: {error}; correct the file") from None
