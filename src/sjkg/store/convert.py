"""From one RDF format to another in native code, keeping every literal as it was written.

Files of triples or quads, rewritten by Oxigraph's parser so that equal terms have equal texts."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import PREFIXES
from sjkg.store.formats import DATASET_FORMATS, Format

WITH_PREFIXES = ("turtle", "trig", "rdfxml")


def convert_quads(quads: bytes, target: Format, *, with_graphs: bool = False) -> bytes:
    """Return N-Quads in another format, with those of our prefixes that they use.

    with_graphs: keep the named graphs where the format has them; else each triple comes once, without its graph.
    """
    parsed = ox.parse(quads, format=ox.RdfFormat.N_QUADS)
    if not with_graphs or target.name not in DATASET_FORMATS:
        parsed = dict.fromkeys(quad.triple for quad in parsed)
    used = {prefix: iri for prefix, iri in PREFIXES.items() if b"<" + iri.encode() in quads}
    return ox.serialize(parsed, format=target.engine, prefixes=used if target.name in WITH_PREFIXES else None)


def convert_file(
    quads: Path, target: Format, graphs: set[str] | None = None, output: IO[bytes] | None = None
) -> bytes | None:
    """Return a sorted N-Quads file in another format, or write it to `output`.

    graphs: only these. Formats that know no graphs get the triples of all of them, each once.
    """
    parsed = ox.parse(path=str(quads), format=ox.RdfFormat.N_QUADS)
    chosen = parsed if graphs is None else (quad for quad in parsed if quad.graph_name.value in graphs)
    if target.name not in DATASET_FORMATS:
        chosen = _triples(chosen)
    prefixes = dict(PREFIXES) if target.name in WITH_PREFIXES else None
    return ox.serialize(chosen, output, format=target.engine, prefixes=prefixes)


def _triples(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Yield each triple once; in a sorted file the quads of a triple stand together."""
    return (triple for triple, _ in groupby(quad.triple for quad in quads))


def write_canonical_ntriples(source: Path, target: Path) -> None:
    """Write the triples of a file, whatever their graph, as canonical N-Triples; literals keep their lexical form.

    Raises BrokenInput, naming the line, where the file is not what the ending of its name says.
    """
    form = ox.RdfFormat.from_extension(source.suffix.removeprefix("."))
    if form is None:
        raise BrokenInput(
            f"{source} has an ending that stands for no RDF format; use .nt, .nq, .ttl, .trig, .rdf, .jsonld or .parquet"
        )
    try:
        ox.serialize(
            (quad.triple for quad in ox.parse(path=str(source), format=form)), str(target), ox.RdfFormat.N_TRIPLES
        )
    except (SyntaxError, ValueError) as error:
        raise BrokenInput(f"{source} is not {form.name}: {error}") from None
