"""Conversion between RDF formats by Oxigraph's native parser and serializer, which keep the lexical form of literals."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import PREFIXES
from sjkg.store.formats import GraphFormat


def convert_quads(quads: bytes, target: GraphFormat, *, with_graphs: bool = False) -> bytes:
    """Return N-Quads in another format, with those of the project's prefixes that occur.

    with_graphs: keep the named graphs, if the format has them; else each triple is written once, without its graph.
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
    """Return a sorted N-Quads file in another format, as `write_converted` writes it."""
    output = BytesIO()
    write_converted(quads, target, output, graphs)
    return output.getvalue()


def write_converted(quads: Path, target: GraphFormat, output: IO[bytes], graphs: set[str] | None = None) -> None:
    """Write a sorted N-Quads file to `output` in another format, with all of the project's prefixes.

    graphs: the IRIs of the named graphs to take; None for all. A format without named graphs gets each triple once.
    """
    parsed: Iterable[ox.Quad] = ox.parse(path=str(quads), format=ox.RdfFormat.N_QUADS)
    if graphs is not None:
        parsed = (quad for quad in parsed if _graph_iri(quad) in graphs)
    _serialize(parsed if target.has_named_graphs else _distinct_triples(parsed), output, target, dict(PREFIXES))


def _graph_iri(quad: ox.Quad) -> str | None:
    """Return the IRI of a quad's named graph."""
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else None


def _distinct_triples(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Yield each triple once; the quads come sorted, so that those of one triple are neighbours."""
    return (triple for triple, _ in groupby(quad.triple for quad in quads))


def _serialize(
    statements: Iterable[ox.Quad] | Iterable[ox.Triple],
    output: IO[bytes],
    target: GraphFormat,
    prefixes: dict[str, str],
) -> None:
    """Write quads or triples to `output`, with the prefixes if the format has any."""
    ox.serialize(statements, output, format=target.engine, prefixes=prefixes if target.has_prefixes else None)


def write_canonical_ntriples(source: Path, target: Path) -> None:
    """Write the triples of an RDF file, without their graphs, as canonical N-Triples: equal terms get equal texts.

    The format of `source` follows from the ending of its name. Raises BrokenInput, naming the line, when it is not valid.
    """
    form = ox.RdfFormat.from_extension(source.suffix.removeprefix("."))
    if form is None:
        raise BrokenInput(
            f"the ending of {source} stands for no RDF format; use .nt, .nq, .ttl, .trig, .rdf, .jsonld or .parquet"
        )
    try:
        triples = (quad.triple for quad in ox.parse(path=str(source), format=form))
        ox.serialize(triples, str(target), ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise BrokenInput(f"{source} is not valid {form.name}: {error}") from None
