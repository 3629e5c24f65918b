"""Files of triples or quads, rewritten by Oxigraph's parser so that equal terms have equal texts."""

from pathlib import Path

import pyoxigraph as ox

from sjkg.errors import BrokenInput


def write_canonical(source: Path, target: Path) -> None:
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
