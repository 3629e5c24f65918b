"""Check of a shapes graph before use: ill-formed shapes, unknown and unsupported terms, queries that reach outside.

pyshacl ignores terms that it does not know, so that a misspelt constraint would never be checked. It evaluates the queries of
SHACL-SPARQL in rdflib, which follows SERVICE and loads the graphs after FROM from anywhere.
Source: SHACL, appendix C, https://www.w3.org/TR/shacl/#shacl-shacl
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from pyparsing import ParseBaseException
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from sjkg.core.findings import Severity
from sjkg.core.vocabulary import PREFIXES, close_matches
from sjkg.validation.result_messages import ResultMessages
from sjkg.validation.shacl import TARGET_PREDICATES, validation_report

SHSH = "http://www.w3.org/ns/shacl-shacl#"
TERMS = {*SH.__annotations__, "and", "class", "in", "not", "or"}
UNSUPPORTED = {  # SHACL Advanced Features, SHACL-JS, entailment
    *(
        "Function",
        "JSConstraint",
        "JSConstraintComponent",
        "JSExecutable",
        "JSFunction",
        "JSLibrary",
        "JSRule",
        "JSTarget",
    ),
    *(
        "JSTargetType",
        "JSValidator",
        "Rule",
        "SPARQLFunction",
        "SPARQLRule",
        "SPARQLTarget",
        "SPARQLTargetType",
        "Target",
    ),
    *(
        "TargetType",
        "TripleRule",
        "condition",
        "construct",
        "entailment",
        "expression",
        "filterShape",
        "intersection",
        "js",
    ),
    *(
        "jsFunctionName",
        "jsLibrary",
        "jsLibraryURL",
        "nodes",
        "returnType",
        "rule",
        "target",
        "union",
        "update",
        "values",
    ),
}
NODE_SHAPE_VALUES = (SH.node, SH["not"], SH.qualifiedValueShape)
SHAPE_LISTS = (SH["and"], SH["or"], SH.xone)
REFUSED_CLAUSES = {"ServiceGraphPattern": "SERVICE", "DatasetClause": "FROM"}
PREFIX_NAME = re.compile(r"(?:[^\W\d_](?:[\w.-]*[\w-])?)?")
NAMESPACE = re.compile(r"[^\x00-\x20<>\"{}|^`\\]*")


class ShapeError(NamedTuple):
    """A fault of a shapes graph. triple: the triple concerned (subject, property, value), None for each unknown part."""

    message: str
    triple: tuple[Node | None, Node | None, Node | None]
    severity: Severity = "violation"


def check_shapes_graph(shapes: Graph, messages: ResultMessages) -> list[ShapeError]:
    """Return the faults of a shapes graph; it must not be used if one of them has the severity "violation".

    messages: used to name the nodes of the shapes graph in the messages of faults.
    """
    checks = (_find_unknown_terms, _find_bad_patterns, _find_refused_queries, _find_cyclic_lists)
    found = [error for check in checks for error in check(shapes)]
    found = found or list(_find_ill_formed_shapes(shapes, messages))
    if not found and not any((None, by, None) in shapes for by in TARGET_PREDICATES) and not _has_class_target(shapes):
        text = (
            "no shape has a target, so that nothing would be checked; add sh:targetClass or another target to a shape"
        )
        found.append(ShapeError(text, (None, None, None)))
    return [*found, *_find_imports(shapes), *_find_recursion(shapes, messages)]


def _has_class_target(shapes: Graph) -> bool:
    """Return whether a shape is also a class, whose instances are then its targets."""
    kinds = {kind for shape in _typed_shapes(shapes) for kind in shapes.objects(shape, RDF.type)}
    return not kinds.isdisjoint({RDFS.Class, OWL.Class})


def _typed_shapes(shapes: Graph) -> set[Node]:
    """Return the nodes that are declared to be node shapes or property shapes."""
    return {shape for kind in (SH.NodeShape, SH.PropertyShape) for shape in shapes.subjects(RDF.type, kind)}


def _find_unknown_terms(shapes: Graph) -> Iterator[ShapeError]:
    """Yield an error for each property or class in the namespace of SHACL that does not exist or is not supported."""
    for s, p, o in shapes:
        term = o if p == RDF.type else p
        if not str(term).startswith(str(SH)):
            continue
        name = str(term).removeprefix(str(SH))
        if name in UNSUPPORTED:
            text = f"sh:{name} is not supported here: only SHACL Core and SHACL-SPARQL are; remove it"
            yield ShapeError(text, (s, p, o))
        elif name not in TERMS:
            near = [str(other).removeprefix(str(SH)) for other in close_matches(str(term), [f"{SH}{t}" for t in TERMS])]
            advice = f"did you mean {' or '.join(f'sh:{other}' for other in near)}?" if near else "check its spelling"
            yield ShapeError(f"sh:{name} is not a term of SHACL; {advice}", (s, p, o))


def _find_bad_patterns(shapes: Graph) -> Iterator[ShapeError]:
    """Yield an error for each sh:pattern that is not a regular expression."""
    for shape, pattern in shapes.subject_objects(SH.pattern):
        try:
            re.compile(str(pattern))
        except re.error as error:
            text = f"the value of sh:pattern is not a regular expression ({error}); correct it"
            yield ShapeError(text, (shape, SH.pattern, pattern))


def _find_cyclic_lists(shapes: Graph) -> Iterator[ShapeError]:
    """Yield an error for each RDF list that contains itself."""
    for s, p, head in shapes:
        if p != RDF.rest and (head, RDF.rest, None) in shapes:
            try:
                list(shapes.items(head))
            except ValueError:
                yield ShapeError("this RDF list contains itself; end it with rdf:nil", (s, p, head))


def _find_refused_queries(shapes: Graph) -> Iterator[ShapeError]:
    """Yield an error for each query that is not valid SPARQL or has SERVICE or FROM, and for each invalid prefix declaration.

    A prefix declaration is invalid if its sh:prefix or sh:namespace cannot be written after PREFIX in a query.
    """
    for by in (SH.select, SH.ask):
        for s, query in shapes.subject_objects(by):
            try:
                clauses = set(_names_of_clauses(parseQuery(str(query))))
            except ParseBaseException as error:
                text = f"the query is not valid SPARQL (line {error.lineno}, column {error.column}: {error.msg}); correct it"
                yield ShapeError(text, (s, by, query))
                continue
            for clause in clauses & set(REFUSED_CLAUSES):
                name = REFUSED_CLAUSES[clause]
                text = (
                    f"the query has {name}, but the queries of shapes may read only the data to validate; remove {name}"
                )
                yield ShapeError(text, (s, by, query))
    for by, form in ((SH.prefix, PREFIX_NAME), (SH.namespace, NAMESPACE)):
        for s, value in shapes.subject_objects(by):
            if not isinstance(value, Literal) or not form.fullmatch(str(value)):
                example = '"ex"' if by == SH.prefix else '"http://example.org/"'
                text = f"the value of sh:{by.fragment} cannot be declared with PREFIX in a query; write a text such as {example}"
                yield ShapeError(text, (s, by, value))


def _names_of_clauses(part: Any) -> Iterator[str]:
    """Yield the name of each clause of a query, nested ones included. part: a part of rdflib's parse result."""
    if isinstance(part, CompValue):
        yield part.name
        part = list(part.values())
    if not isinstance(part, str) and hasattr(part, "__iter__"):
        for inner in part:
            yield from _names_of_clauses(inner)


def _find_ill_formed_shapes(shapes: Graph, messages: ResultMessages) -> Iterator[ShapeError]:
    """Yield an error for each result of validating the shapes graph against SHACL's own shapes for shapes (SHACL-SHACL)."""
    rules = Graph()
    rules += _shapes_for_shapes()
    rules.remove((URIRef(f"{SHSH}ShapeShape"), SH.xone, None))  # it would say only that a shape is of neither kind
    listed = {
        item
        for by in (SH["and"], SH["or"], SH.xone)
        for head in shapes.objects(None, by)
        for item in shapes.items(head)
    }
    nodes = {node for by in NODE_SHAPE_VALUES for node in shapes.objects(None, by)} | listed
    nodes |= {*shapes.subjects(RDF.type, SH.NodeShape), *(s for by in TARGET_PREDICATES for s in shapes.subjects(by))}
    properties = {
        *shapes.subjects(SH.path),
        *shapes.objects(None, SH.property),
        *shapes.subjects(RDF.type, SH.PropertyShape),
    }
    for literal in (node for node in nodes | properties if isinstance(node, Literal)):
        s, p = next(shapes.subject_predicates(literal))
        text = f"{messages.name(literal)} is a literal, not a shape; write the IRI of a shape or a blank node with one"
        yield ShapeError(text, (s, p, literal))
    for kind, members in (("PropertyShapeShape", properties), ("NodeShapeShape", nodes - properties)):
        for member in members:
            rules.add((URIRef(f"{SHSH}{kind}"), SH.targetNode, member))
    report = validation_report(shapes, rules)
    own = ResultMessages(rules, {name: PREFIXES[name] for name in ("sh", "rdf", "xsd")})
    for result in report.objects(predicate=SH.result):
        focus, path, value = (report.value(result, by) for by in (SH.focusNode, SH.resultPath, SH.value))
        which = "this shape" if isinstance(focus, BNode) else f"the shape {messages.name(focus)}"
        text = f"{which} is not well-formed: {own.message(report, result)}; correct the shape"
        yield ShapeError(text, (focus, None if isinstance(path, BNode) else path, value))


@cache
def _shapes_for_shapes() -> Graph:
    """Return the specification's shapes graph for validating shapes graphs (appendix C), from a file of pyshacl."""
    text = (files("pyshacl") / "assets" / "shacl-shacl.ttl").read_text(encoding="utf-8")
    return Graph().parse(data=text, format="turtle")


def _find_imports(shapes: Graph) -> Iterator[ShapeError]:
    """Yield a warning for each imported ontology that is not in the shapes graph: nothing is fetched."""
    for s, imported in shapes.subject_objects(OWL.imports):
        if (imported, None, None) not in shapes:
            text = f"the import of <{imported}> is not followed; if that ontology has shapes, give its file with --shapes, too"
            yield ShapeError(text, (s, OWL.imports, imported), "warning")


def _find_recursion(shapes: Graph, messages: ResultMessages) -> Iterator[ShapeError]:
    """Yield a warning for each shape with an IRI that refers to itself, directly or through others (SHACL §3.4.3)."""
    used = {shape: set(_used_shapes(shapes, shape)) for shape in shapes.subjects()}
    for shape, reached in used.items():
        if not isinstance(shape, URIRef):
            continue
        seen, ahead = set[Node](), set(reached)
        while ahead:
            seen |= ahead
            ahead = {other for node in ahead for other in used.get(node, ())} - seen
        if shape in seen:
            text = (
                f"the shape {messages.name(shape)} refers to itself, and SHACL does not define the results of recursive "
                "shapes; remove the reference, or expect other tools to give other results"
            )
            yield ShapeError(text, (shape, None, None), "warning")


def _used_shapes(shapes: Graph, shape: Node) -> Iterator[Node]:
    """Yield the shapes that a shape refers to: values of sh:property, sh:node and the like, members of sh:or and the like."""
    for by in (SH.property, *NODE_SHAPE_VALUES):
        yield from shapes.objects(shape, by)
    for by in SHAPE_LISTS:
        for head in shapes.objects(shape, by):
            yield from shapes.items(head)
