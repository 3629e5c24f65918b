"""Reading of single RDF files in any syntax, with lines where the syntax has them: Turtle, N-Triples and N-Quads.

Turtle is read by the project's own parser, the other syntaxes by those of the query engine. The ending of the file's name
decides.
"""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

from sjkg.core.ntriples import TextTerm
from sjkg.kb.folders import read_text
from sjkg.store.convert import open_rdf_file, write_canonical_ntriples
from sjkg.store.formats import find_file_format
from sjkg.turtle.content import ParsedTurtle
from sjkg.turtle.reader import read_turtle

LINE_FORMATS = ("nt", "nq")  # with one statement on a line
NO_LINE = 0  # of triples from a syntax without lines


def parse_rdf_file(path: Path, base: str | None = None) -> ParsedTurtle[TextTerm]:
    """Return the triples of an RDF file, with terms in canonical N-Triples; named graphs are merged.

    base: the base IRI of a Turtle file that declares none. The line of each triple is NO_LINE in syntaxes other than Turtle,
    N-Triples and N-Quads; prefixes and comments are empty except for Turtle files that are not compressed.
    Raises BrokenInput with a finding when the file cannot be read, its name does not have the ending of an RDF syntax, or
    its content is not valid in that syntax.
    """
    form = find_file_format(path.name)
    if form and form.name == "turtle" and not path.name.lower().endswith(".gz"):
        return read_turtle(read_text(path, str(path)), str(path), base)
    target = BytesIO()
    write_canonical_ntriples(path, target)
    parsed = read_turtle(target.getvalue().decode(), str(path))
    numbers = _statement_lines(path) if form and form.name in LINE_FORMATS else None
    lines = {triple: numbers[line - 1] if numbers else NO_LINE for triple, line in parsed.lines.items()}
    return replace(parsed, lines=lines, comments=[])


def _statement_lines(path: Path) -> list[int]:
    """Return the line number, from 1, of each statement in a file of N-Triples or N-Quads, in order."""
    with open_rdf_file(path) as stream:
        lines = stream.read().replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return [number for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith(b"#")]
