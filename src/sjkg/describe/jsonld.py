"""JSON-LD 1.1 of documents: compacted with a context made from the graph, and framed around the thing that they describe.

A term of the context has a datatype, or the type @id, if all values of the property in the graph have it, so that most values are
plain strings and numbers. Source: https://www.w3.org/TR/json-ld11/
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sjkg.core.ntriples import TextTerm, TextTriple, literal_parts, plain_text
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, curie
from sjkg.store.sorted_quads import split_quad

JSONLD = "http://www.w3.org/ns/json-ld#"
TYPE = f"<{PREFIXES['rdf']}type>"
XSD = PREFIXES["xsd"]
LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")  # those that a reader of JSON keeps exactly
KEYWORDS = {
    "id": "@id",
    "type": "@type",
    "value": "@value",
    "language": "@language",
    "reverse": "@reverse",
    "included": "@included",
}

Coercion = dict[str, str]  # @type or @language of the values of a term; empty if they differ
Node = dict[str, Any]


@dataclass(frozen=True)
class JsonLdContext:
    """A JSON-LD context.

    terms: a dict from the IRI of each property to its term and coercion. classes: a dict from the IRI of each class to its term.
    """

    terms: dict[str, tuple[str, Coercion]]
    classes: dict[str, str]

    def to_json(self) -> bytes:
        """Return the context document in UTF-8."""
        content: dict[str, Any] = {"@version": 1.1, **KEYWORDS, **PREFIXES}
        content |= {name: iri for iri, name in sorted(self.classes.items(), key=lambda pair: pair[1])}
        content |= {
            name: {"@id": iri, **coercion} if coercion else iri
            for iri, (name, coercion) in sorted(self.terms.items(), key=lambda pair: pair[1][0])
        }
        return json.dumps({"@context": content}, ensure_ascii=False, indent=1).encode() + b"\n"


def build_context(lines: Iterable[str]) -> JsonLdContext:
    """Return the context for a graph, given as N-Quads lines without line ends.

    Terms are the local names of properties and classes. Of several with the same local name, one has it as its term, that of the
    ontology of this project if there is one; the others have no term and are written with their prefixes.
    """
    kinds: dict[str, set[tuple[str, str]]] = defaultdict(set)
    classes: set[str] = set()
    for quad in map(split_quad, lines):
        if quad.predicate == TYPE:
            classes.add(quad.object[1:-1])
        else:
            kinds[quad.predicate[1:-1]].add(_kind(quad.object))
    names: set[str] = {*KEYWORDS, *PREFIXES}
    own_first = sorted(
        (*kinds, *(iri for iri in classes if ":" in iri)), key=lambda iri: (not iri.startswith(ONTOLOGY), iri)
    )
    chosen: dict[str, str] = {}
    for iri in own_first:
        name = re.split("[/#]", iri)[-1]
        if iri not in chosen and name not in names and LOCAL_NAME.fullmatch(name) and curie(iri) != iri:
            names.add(name)
            chosen[iri] = name
    terms = {
        iri: (
            chosen.get(iri, curie(iri)),
            {keyword: value for keyword, value in found if keyword} if len(found) == 1 else {},
        )
        for iri, found in kinds.items()
    }
    return JsonLdContext(
        {iri: term for iri, term in terms.items() if iri in chosen},
        {iri: chosen[iri] for iri in classes if iri in chosen},
    )


def compact_document(triples: Iterable[TextTriple], root: str, context: JsonLdContext, address: str) -> bytes:
    """Return triples as a compacted JSON-LD document in UTF-8, framed around a thing.

    The other nodes are nested: as values of the properties that lead to them, or in “reverse” below the properties by which they
    lead to the node above. Each is nested once; elsewhere only its id is given. Nodes without connection to the thing follow in
    “included”. root: the IRI of the thing. address: the URL
    of the context.
    """
    frame = _FramedNodes(triples, context)
    content = frame.build(f"<{root}>")
    if others := [frame.build(subject) for subject in frame.unreached()]:
        content["included"] = others
    return json.dumps({"@context": address, **content}, ensure_ascii=False, indent=1).encode() + b"\n"


class _FramedNodes:
    """The nodes of a document, each of which `build` nests in another one once."""

    def __init__(self, triples: Iterable[TextTriple], context: JsonLdContext):
        self._context = context
        self._of_subject: dict[TextTerm, list[tuple[TextTerm, TextTerm]]] = defaultdict(list)
        self._of_object: dict[TextTerm, list[tuple[TextTerm, TextTerm]]] = defaultdict(list)
        for subject, predicate, value in sorted(set(triples)):
            self._of_subject[subject].append((predicate, value))
            if predicate != TYPE and not value.startswith('"'):
                self._of_object[value].append((predicate, subject))
        self._placed: set[TextTerm] = set()
        self._below: dict[TextTerm, set[tuple[TextTerm, TextTerm]]] = defaultdict(set)  # (property, node) of each node
        self._reverse: dict[TextTerm, list[tuple[TextTerm, TextTerm]]] = defaultdict(list)

    def build(self, start: TextTerm) -> Node:
        """Return the JSON object of a node; all nodes that are connected with it, and not yet nested, are nested in it."""
        self._placed.add(start)
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            for predicate, value in self._of_subject[node]:
                if predicate != TYPE and value in self._of_subject and value not in self._placed:
                    self._placed.add(value)
                    self._below[node].add((predicate, value))
                    waiting.append(value)
            for predicate, subject in self._of_object.get(node, ()):
                if subject not in self._placed:
                    self._placed.add(subject)
                    self._reverse[node].append((predicate, subject))
                    waiting.append(subject)
        return self._write(start)

    def unreached(self) -> Iterable[TextTerm]:
        """Yield the subjects that are not yet nested; the caller calls `build` with each before it takes the next."""
        return (subject for subject in sorted(self._of_subject) if subject not in self._placed)

    def _write(self, node: TextTerm, parent: tuple[TextTerm, TextTerm] | None = None) -> Node:
        """Return the JSON object of a node with those below it.

        parent: the property and value of the node that are left out, because its place under “reverse” states them.
        """
        found: Node = {"id": _to_id(node)}
        if types := [value[1:-1] for predicate, value in self._of_subject[node] if predicate == TYPE]:
            found["type"] = _one_or_list([self._context.classes.get(iri, iri) for iri in types])
        values: dict[str, list[Any]] = defaultdict(list)
        for predicate, value in self._of_subject[node]:
            if predicate != TYPE and (predicate, value) != parent:
                name, coercion = self._term(predicate)
                is_below = (predicate, value) in self._below[node]
                values[name].append(self._write(value) if is_below else _write_value(value, coercion))
        found |= {name: _one_or_list(each) for name, each in values.items()}
        if self._reverse[node]:
            back: dict[str, list[Any]] = defaultdict(list)
            for predicate, subject in self._reverse[node]:
                back[self._term(predicate)[0]].append(self._write(subject, (predicate, node)))
            found["reverse"] = {name: _one_or_list(each) for name, each in back.items()}
        return found

    def _term(self, predicate: TextTerm) -> tuple[str, Coercion]:
        """Return the term and coercion of a property; without a term, its prefixed name or IRI."""
        iri = predicate[1:-1]
        return self._context.terms.get(iri) or (curie(iri), {})


def _kind(value: TextTerm) -> tuple[str, str]:
    """Return the coercion of a value as a pair of keyword and value; two empty texts for a plain string."""
    if not value.startswith('"'):
        return "@type", "@id"
    literal = literal_parts(value)
    if literal.language:
        return "@language", literal.language
    return ("@type", literal.datatype) if literal.datatype else ("", "")


def _write_value(value: TextTerm, coercion: Coercion) -> Any:
    """Return a value in JSON: a string or number if the coercion of its term, or JSON itself, gives it its type; else an object."""
    keyword, kind = _kind(value)
    if not value.startswith('"'):
        identifier = _to_id(value)
        return identifier if coercion.get("@type") == "@id" else {"id": identifier}
    lexical = literal_parts(value).lexical
    if coercion == ({keyword: kind} if keyword else {}):
        is_number = kind == f"{XSD}integer" and INTEGER.fullmatch(lexical)
        return int(lexical) if is_number else lexical
    return {"value": lexical, **({keyword.removeprefix("@"): kind} if keyword else {})}


def _to_id(node: TextTerm) -> str:
    """Return an IRI, or a blank node as _:label."""
    return plain_text(node) if node.startswith("<") else node


def _one_or_list(values: list[Any]) -> Any:
    """Return the only value of a list, or the list."""
    return values[0] if len(values) == 1 else values
