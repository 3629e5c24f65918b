"""The page of the rules: shapes before and after reasoning, and quality queries."""

from collections import defaultdict
from collections.abc import Iterator

from rdflib import SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF

from sjkg.docs.markdown import code, page, table
from sjkg.docs.terms import name, names, text
from sjkg.files import KnowledgeBase
from sjkg.query_files import read_query_files
from sjkg.validate.quality import QUALITY

TARGETS = {
    SH.targetClass: "Every {}",
    SH.targetSubjectsOf: "Whatever has {}",
    SH.targetObjectsOf: "Every value of {}",
    SH.targetNode: "{}",
}
MODIFIERS = {SH.inversePath: "^", SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def render(kb: KnowledgeBase) -> str:
    """Return the page of the rules."""
    return page(
        "The rules",
        "`shapes/`",
        "What `sjkg validate` checks. A violation stops a build; a warning does not. The name of a rule is what a finding carries.",
        "## Shapes",
        *_shapes(kb.union("shapes")),
        "## Shapes after reasoning",
        "Checked on what is stated, derived and inferred together.",
        *_shapes(kb.union("closure-shapes")),
        "## Quality queries",
        "Each row that a query returns is a finding.",
        _quality(kb),
    )


def _shapes(shapes: Graph) -> Iterator[str]:
    """Yield a section for each kind of thing that shapes apply to, with all rules for it."""
    rules = defaultdict(set)
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        own = {node for node in (shape, *shapes.objects(shape, SH.property)) if (node, SH.message, None) in shapes}
        rules[_target(shapes, shape)] |= own
    for target, found in sorted(rules.items()):
        if found:
            yield f"### {target}"
            yield table(("rule", "path", "severity", "message"), (_rule(shapes, rule) for rule in sorted(found)))


def _target(shapes: Graph, shape: URIRef) -> str:
    """Return what a shape applies to, in words."""
    found = [word.format(names(nodes)) for by, word in TARGETS.items() if (nodes := list(shapes.objects(shape, by)))]
    return " and ".join(found) or "Where another rule asks for it"


def _rule(shapes: Graph, rule: URIRef) -> tuple[str, str, str, str]:
    path = shapes.value(rule, SH.path)
    severity = str(shapes.value(rule, SH.severity) or SH.Violation).removeprefix(str(SH)).lower()
    return name(rule), code(_path(shapes, path)) if path else "", severity, text(shapes, rule, SH.message)


def _path(shapes: Graph, path) -> str:
    """Return a property path as SPARQL writes it."""
    if isinstance(path, URIRef):
        return name(path).strip("`")
    for by, sign in MODIFIERS.items():
        if inner := shapes.value(path, by):
            inner = _path(shapes, inner)
            return f"^{inner}" if sign == "^" else f"({inner}){sign}"
    if choices := shapes.value(path, SH.alternativePath):
        return " | ".join(_path(shapes, step) for step in Collection(shapes, choices))
    return "/".join(_path(shapes, step) for step in Collection(shapes, path))


def _quality(kb: KnowledgeBase) -> str:
    rows = (
        (code(query.name), query.value("title"), query.value("severity"), query.value("when"), query.value("message"))
        for query in read_query_files(kb.root / QUALITY)
    )
    return table(("query", "defect", "severity", "when", "message"), rows)
