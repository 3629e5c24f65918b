"""Conversion between RDF formats by Oxigraph's parser and serializer, which keep the lexical form of literals."""

import gzip
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterator
from functools import partial
from io import BytesIO
from itertools import count, groupby
from pathlib import Path
from typing import IO, TypeVar, cast

import pyoxigraph as ox

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.terms import JsonTerm
from sjkg.store.formats import FILE_ENDINGS, GraphFormat, find_file_format
from sjkg.store.serialization import StatementLines, write_graph

NTRIPLES = ox.RdfFormat.N_TRIPLES
XSD_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
RANDOM_LABEL = re.compile(r"[a-f][0-9a-f]{15,31}")  # of blank nodes without label, in Oxigraph
RESERVED_LABEL = re.compile(rb"\b(?:[a-f][0-9a-f]{15,31}|anonymous[0-9]+)\b")
T = TypeVar("T")


def convert_quads(quads: bytes, target: GraphFormat, *, with_graphs: bool = False) -> bytes:
    """Return the bytes of N-Quads in UTF-8 converted to the format `target`.

    with_graphs: True to keep the named graphs if `target` can hold them. Otherwise each distinct triple is written once,
    without its graph, and all triples are held in memory. Raises NotAcceptable for content that `target` cannot express.
    """
    parsed = ox.parse(quads, format=ox.RdfFormat.N_QUADS)
    output = BytesIO()
    if with_graphs and target.has_named_graphs:
        write_graph(parsed, output, target)
    else:
        write_graph(dict.fromkeys(quad.triple for quad in parsed), output, target)
    return output.getvalue()


def read_json_triples(ntriples: bytes) -> list[tuple[JsonTerm, JsonTerm, JsonTerm]]:
    """Return the triples of N-Triples in UTF-8, in their order, each as subject, predicate and object in SPARQL JSON."""
    return [
        cast(tuple[JsonTerm, JsonTerm, JsonTerm], tuple(_to_json(term) for term in (q.subject, q.predicate, q.object)))
        for q in ox.parse(ntriples, format=NTRIPLES)
    ]


def _to_json(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> JsonTerm:
    """Return a term of pyoxigraph in SPARQL JSON. Source: https://www.w3.org/TR/sparql12-results-json/#select-encode-terms"""
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _to_json(part) for name, part in parts.items()}}
    if isinstance(term, ox.Literal):
        language = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        direction = {"its:dir": term.direction.value} if term.direction else {}
        is_plain = not term.language and term.datatype == XSD_STRING
        return {"type": "literal", "value": term.value, **({} if is_plain else language), **direction}
    return {"type": "uri" if isinstance(term, ox.NamedNode) else "bnode", "value": term.value}


def convert_file(quads: Path, target: GraphFormat, graphs: set[str] | None = None) -> bytes:
    """Return the bytes of a sorted N-Quads file converted to the format `target`.

    graphs: the IRIs of the named graphs to include; None for all. In a format that cannot hold named graphs, each
    distinct triple is written once, without its graph. Raises NotAcceptable for content that `target` cannot express.
    """
    output = BytesIO()
    write_converted(quads, target, output, graphs)
    return output.getvalue()


def write_converted(quads: Path, target: GraphFormat, output: IO[bytes], graphs: set[str] | None = None) -> None:
    """Write the content of the sorted N-Quads file `quads` to `output` in the format `target`.

    graphs: the IRIs of the named graphs to include; None for all. In a format that cannot hold named graphs, each distinct
    triple is written once, without its graph. A large file is streamed, not held in memory. Raises NotAcceptable for
    content that `target` cannot express; `output` may then hold a part of it.
    """
    read = read_quads if target.has_named_graphs else read_triples
    StatementLines(partial(read, quads, graphs)).write(output, target)


def read_quads(quads: Path, graphs: Collection[str] | None = None) -> Iterator[bytes]:
    """Yield the lines, with line ends, of an N-Quads file. graphs: only those in one of these named graphs; None for all."""
    names = graphs if graphs is None else {f"<{graph}>".encode() for graph in graphs}
    with quads.open("rb") as lines:
        yield from lines if names is None else (line for line in lines if line.rsplit(b" ", 2)[1] in names)


def read_triples(quads: Path, graphs: Collection[str] | None = None) -> Iterator[bytes]:
    """Yield the distinct triples of a sorted N-Quads file as lines of N-Triples; the parameters are those of `read_quads`.

    Equal triples of several graphs are neighbours, because the file is sorted.
    """
    return (triple + b" .\n" for triple, _ in groupby(line.rsplit(b" ", 2)[0] for line in read_quads(quads, graphs)))


def open_rdf_file(path: Path) -> IO[bytes]:
    """Return the content of an RDF file as a stream, decompressed when its name ends in .gz, without a byte order mark.

    Raises OSError when it cannot be opened.
    """
    opener: Callable[..., IO[bytes]] = gzip.open if path.name.lower().endswith(".gz") else open  # type: ignore[assignment]
    stream = opener(path, "rb")
    if stream.read(len(BOM_UTF8)) != BOM_UTF8:
        stream.seek(0)
    return stream


def write_canonical_ntriples(source: Path, target: Path | IO[bytes]) -> None:
    """Write the triples of an RDF file to the file or stream `target` as N-Triples, in which equal terms have equal texts.

    The names of graphs are dropped, and duplicate triples are kept. The format of `source` is found by the ending of its
    name, see `find_file_format`; a file with the ending .gz is decompressed.
    Blank nodes keep the labels that they have in `source`. Blank nodes without a label get the labels anonymous1, anonymous2
    … in the order of the text, so that they are the same in each run; a number is skipped if `source` has its label.
    Raises BrokenInput, with one finding, if the ending is unknown, the file cannot be read, or its content is not valid in
    the format; the finding has line and column if the parser gives them.
    """
    form = find_file_format(source.name)
    if form is None:
        raise _file_error(
            source,
            f"the ending of this name is that of no RDF format; end it in {', '.join(FILE_ENDINGS)}, or one of these and .gz",
        )
    if source.exists() and not source.is_file():
        raise _file_error(source, "this is a folder, pipe or device, not a file; name a file")
    try:
        name = _blank_node_namer(source)
        with open_rdf_file(source) as stream:
            triples = (quad.triple for quad in ox.parse(stream, format=form.engine))
            renamed = (ox.Triple(name(each.subject), each.predicate, name(each.object)) for each in triples)
            ox.serialize(renamed, target if not isinstance(target, Path) else str(target), NTRIPLES)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _file_error(
            source, f"the content is not gzip or is not complete ({error}); compress the file again"
        ) from None
    except OSError as error:
        raise _file_error(
            source, f"the file cannot be read: {error.strerror or error}; check its path and permissions"
        ) from None
    except SyntaxError as error:
        raise _file_error(
            source, f"this is not valid {form.engine.name} ({error.msg}); correct the file", error
        ) from None
    except ValueError as error:
        raise _file_error(source, f"this is not valid {form.engine.name} ({error}); correct the file") from None


def _file_error(path: Path, message: str, place: SyntaxError | None = None) -> BrokenInput:
    """Return an error for a file, with one finding that has the message.

    place: the parser's error, from which the finding takes line and column; None for a finding without them.
    """
    line, column = (place.lineno, place.offset) if place else (None, None)
    finding = Finding("violation", message, rule="file", file=str(path), line=line, column=column)
    return BrokenInput(f"{path}: {message}", (finding,))


def _blank_node_namer(source: Path) -> Callable[[T], T]:
    """Return a function from term to term that renames the blank nodes without a label in the RDF file `source`.

    Such a node gets the label anonymous1, anonymous2 … in the order of the calls; any other term is returned unchanged.
    Oxigraph labels these nodes with a random hexadecimal number; a label of that form that is in the file itself is kept.
    """
    with open_rdf_file(source) as lines:
        written = {label.decode() for line in lines for label in RESERVED_LABEL.findall(line)}
    free = (label for number in count(1) if (label := f"anonymous{number}") not in written)
    names: dict[str, ox.BlankNode] = {}

    def name(term: T) -> T:
        if not isinstance(term, ox.BlankNode) or term.value in written or not RANDOM_LABEL.fullmatch(term.value):
            return term
        if term.value not in names:
            names[term.value] = ox.BlankNode(next(free))
        return cast(T, names[term.value])

    return name
