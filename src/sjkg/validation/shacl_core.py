"""SHACL Core: shapes read once from a shapes graph, and the validation of chosen focus nodes against them.

pyshacl evaluates every shape over every focus node, and takes 0.2 s to be imported. Here a shape is a list of checks, so
that a few focus nodes cost milliseconds. Shapes that use more than SHACL Core raise `NotCore`, and the caller has pyshacl
validate instead.
Source: Shapes Constraint Language §2–§4, https://www.w3.org/TR/shacl/
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from sjkg.core.facts import Facts, Path
from sjkg.core.findings import Severity
from sjkg.core.ntriples import TextTerm, literal_parts, plain_text
from sjkg.core.vocabulary import PREFIXES, shorten
from sjkg.validation.shacl_constraints import (
    MAX_DEPTH,
    ON_LISTS,
    ON_SETS,
    ON_VALUES,
    SH,
    TRUE,
    TYPE,
    DataView,
    NotCore,
    ShaclShape,
    disjoint,
    equals,
    for_each_value,
    matches,
    parse_integer,
)

RDFS = PREFIXES["rdfs"]
SUBCLASS, CLASS = f"<{RDFS}subClassOf>", f"<{RDFS}Class>"


def sh(name: str) -> TextTerm:
    """Return the IRI of a local name in the namespace of SHACL, in angle brackets, such as <…#path> for "path"."""
    return f"<{SH}{name}>"


SEVERITIES: dict[TextTerm, Severity] = {sh("Violation"): "violation", sh("Warning"): "warning", sh("Info"): "info"}
TARGETS = tuple(map(sh, ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")))
UNCONSTRAINED = frozenset(  # properties of a shape that are not constraints by themselves
    {TYPE, *TARGETS}
    | {f"<{RDFS}{name}>" for name in ("label", "comment", "isDefinedBy", "seeAlso", "subClassOf")}
    | set(map(sh, ("path", "severity", "message", "deactivated", "name", "description", "order", "group")))
    | set(map(sh, ("defaultValue", "flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount")))
    | {sh("qualifiedValueShapesDisjoint")}
)


class Result(NamedTuple):
    """A validation result; terms are in N-Triples.

    focus: the focus node. path: the path of the shape, for a closed shape the predicate that it does not permit, None for a
    node shape. value: the value node; None if the result is about all values. shape: the source shape.
    """

    focus: TextTerm
    path: Path | None
    value: TextTerm | None
    shape: TextTerm
    severity: Severity
    message: str


class Shapes:
    """The shapes of a shapes graph. Raises NotCore on creation if one of them is not well-formed SHACL Core.

    graph: the shapes graph. roots: the shapes that are declared as node or property shape or have a target.
    """

    def __init__(self, graph: Facts):
        self.graph = graph
        self._constraints: dict[TextTerm, list[tuple[str, TextTerm]]] = defaultdict(list)
        for predicate in graph.predicates():
            if predicate.startswith(f"<{SH}") and predicate not in UNCONSTRAINED:
                for node, value in graph.pairs(predicate):
                    self._constraints[node].append((predicate[len(SH) + 1 : -1], value))
        self._shapes: dict[TextTerm, ShaclShape] = {}
        named = {s for kind in ("NodeShape", "PropertyShape") for s in graph.subjects(TYPE, sh(kind))}
        targeted = {s for target in TARGETS for s, _ in graph.pairs(target)}
        self.roots = [self.shape(node) for node in sorted(named | targeted)]

    def shape(self, node: TextTerm) -> ShaclShape:
        """Return the shape that a node of the shapes graph stands for, always the same object. Raises NotCore unless it is SHACL Core."""
        if node not in self._shapes:
            self._shapes[node] = ShaclShape(node)  # first, because shapes may refer to themselves
            self._read(self._shapes[node])
        return self._shapes[node]

    def targets(self, shape: ShaclShape, data: "Validation") -> Iterator[TextTerm]:
        """Yield the focus nodes in `data` that the targets of a shape select; a node may be yielded several times."""
        objects = self.graph.objects
        yield from objects(shape.node, sh("targetNode"))
        classes = set(objects(shape.node, sh("targetClass")))
        if any((shape.node, TYPE, kind) in self.graph for kind in (CLASS, f"<{PREFIXES['owl']}Class>")):
            classes.add(shape.node)
        for target in classes:
            yield from data.instances(target)
        for predicate in objects(shape.node, sh("targetSubjectsOf")):
            yield from (s for s, _ in data.facts.pairs(predicate))
        for predicate in objects(shape.node, sh("targetObjectsOf")):
            yield from (o for _, o in data.facts.pairs(predicate))

    def _read(self, shape: ShaclShape) -> None:
        """Set all fields of a new shape except `node` from the shapes graph. Raises NotCore unless it is SHACL Core."""
        node, objects = shape.node, self.graph.objects
        paths = list(objects(node, sh("path")))
        if len(paths) > 1:
            raise NotCore(f"the shape {node} has several values of sh:path; keep one")
        shape.path = self._path(paths[0]) if paths else None
        severity = self._only(node, "severity") or sh("Violation")
        if severity not in SEVERITIES:
            raise NotCore(
                f"{severity} of the shape {node} is not a severity of SHACL; write sh:Violation, sh:Warning or sh:Info"
            )
        shape.severity = SEVERITIES[severity]
        shape.is_active = self._only(node, "deactivated") != TRUE
        messages = [literal_parts(text).lexical for text in objects(node, sh("message"))]
        for name, value in self._constraints.get(node, ()):
            self._read_constraint(shape, name, value)
        names = ", ".join(sorted({f"sh:{name}" for name, _ in self._constraints.get(node, ())}))
        shape.message = min(messages, default=f"this violates {names} of the shape {shorten(plain_text(node))}")

    def _read_constraint(self, shape: ShaclShape, name: str, value: TextTerm) -> None:
        """Add the check for a constraint to a shape. name, value: its property sh:{name} and the value. Raises NotCore if it is not a constraint of SHACL Core."""
        if name == "property":
            shape.properties.append(self.shape(value))
        elif name == "closed":
            ignored = self._only(shape.node, "ignoredProperties")
            listed = [self.shape(listed).path for listed in self.graph.objects(shape.node, sh("property"))]
            if value == TRUE:
                shape.closed_to = frozenset([*(self.graph.items(ignored) if ignored else ()), *map(str, listed)])
        elif name in ON_VALUES:
            shape.checks.append(for_each_value(ON_VALUES[name](value)))
        elif name in ON_SETS and shape.path is not None:
            shape.checks.append(ON_SETS[name](value))
        elif name == "pattern":
            flags = self._only(shape.node, "flags")
            shape.checks.append(for_each_value(matches(value, literal_parts(flags).lexical if flags else "")))
        elif name in ("in", "languageIn"):
            shape.checks.append(for_each_value(ON_LISTS[name](self.graph.items(value))))
        elif name == "hasValue":
            shape.checks.append(lambda data, focus, values: () if value in values else [None])
        elif name in ("equals", "disjoint"):
            shape.checks.append((equals if name == "equals" else disjoint)(value))
        elif name in ("node", "not"):
            other = self.shape(value)
            shape.checks.append(for_each_value(lambda data, v: data.conforms(v, other) is (name == "node")))
        elif name in ("and", "or", "xone"):
            others = [self.shape(each) for each in self.graph.items(value)]
            is_right = {"and": len(others).__eq__, "or": bool, "xone": (1).__eq__}[name]
            shape.checks.append(
                for_each_value(lambda data, v: is_right(sum(data.conforms(v, other) for other in others)))
            )
        elif name == "qualifiedValueShape" and shape.path is not None:
            self._read_qualified(shape, value)
        else:
            raise NotCore(
                f"sh:{name} of the shape {shape.node} is not a constraint of SHACL Core; pyshacl must validate it"
            )

    def _read_qualified(self, shape: ShaclShape, value: TextTerm) -> None:
        """Add the checks of sh:qualifiedMinCount and sh:qualifiedMaxCount to a shape. value: its sh:qualifiedValueShape."""
        wanted = self.shape(value)
        siblings: list[ShaclShape] = []
        if self._only(shape.node, "qualifiedValueShapesDisjoint") == TRUE:
            parents = self.graph.subjects(sh("property"), shape.node)
            beside = {each for parent in parents for each in self.graph.objects(parent, sh("property"))}
            nodes = {node for each in beside for node in self.graph.objects(each, sh("qualifiedValueShape"))} - {value}
            siblings = [self.shape(node) for node in sorted(nodes)]

        def count(data: DataView, values: list[TextTerm]) -> int:
            return sum(
                data.conforms(v, wanted) and not any(data.conforms(v, other) for other in siblings) for v in values
            )

        if least := self._only(shape.node, "qualifiedMinCount"):
            minimum = parse_integer(least)
            shape.checks.append(lambda data, focus, values: [None] if count(data, values) < minimum else ())
        if most := self._only(shape.node, "qualifiedMaxCount"):
            maximum = parse_integer(most)
            shape.checks.append(lambda data, focus, values: [None] if count(data, values) > maximum else ())

    def _only(self, node: TextTerm, name: str) -> TextTerm | None:
        """Return the value of the property sh:{name} of a node, None if it has none. Raises NotCore if it has several."""
        values = list(self.graph.objects(node, sh(name)))
        if len(values) > 1:
            raise NotCore(f"{node} has several values of sh:{name}; keep one")
        return values[0] if values else None

    def _path(self, node: TextTerm, depth: int = 0) -> Path:
        """Return the property path (`core.facts.Path`) that a node of the shapes graph describes (SHACL §2.3.1).

        Raises NotCore for one that is malformed or nested too deeply.

        depth: number of property paths that the path is nested in.
        """
        if node.startswith("<"):
            return node
        if depth > MAX_DEPTH:
            raise NotCore(
                f"the property path {node} of a shape is nested more than {MAX_DEPTH} levels deep, or contains itself; "
                "use a shorter path, or remove the circle"
            )
        if members := self.graph.items(node):
            return ("sequence", *(self._path(member, depth + 1) for member in members))
        if inverse := self._only(node, "inversePath"):
            return ("inverse", self._path(inverse, depth + 1))
        if alternatives := self._only(node, "alternativePath"):
            return ("alternative", *(self._path(each, depth + 1) for each in self.graph.items(alternatives)))
        for name, has_zero, has_many in (
            ("zeroOrMorePath", True, True),
            ("oneOrMorePath", False, True),
            ("zeroOrOnePath", True, False),
        ):
            if repeated := self._only(node, name):
                return ("repeat", self._path(repeated, depth + 1), has_zero, has_many)
        raise NotCore(
            f"{node} is not a property path; write an IRI, a list, or a blank node with sh:inversePath or the like"
        )


class Validation:
    """The validation of a data graph, the triples `facts`, against shapes."""

    def __init__(self, facts: Facts, shapes: Shapes):
        self.facts, self._shapes = facts, shapes
        self._open: set[tuple[TextTerm, TextTerm]] = (
            set()
        )  # nodes and shapes that are being checked, for recursive shapes
        self.subclasses = cache(self._find_subclasses)

    def results(self, focus_nodes: Collection[TextTerm] | None = None) -> Iterator[Result]:
        """Yield the validation results of the target nodes of all shapes in `Shapes.roots`.

        focus_nodes: only results about these focus nodes are yielded; None for all.
        """
        for shape in self._shapes.roots:
            targets = dict.fromkeys(self._shapes.targets(shape, self))
            chosen: Collection[TextTerm] = targets.keys()
            if focus_nodes is not None and not shape.reports_others():
                chosen = targets.keys() & focus_nodes
            found = chain.from_iterable(self._validate(focus, shape) for focus in chosen)
            yield from (result for result in found if focus_nodes is None or result.focus in focus_nodes)

    def conforms(self, node: TextTerm, shape: ShaclShape) -> bool:
        """Return whether a node conforms to a shape.

        Where a recursive shape asks this of a node and shape that are being checked already, the answer is True.
        """
        if (node, shape.node) in self._open:
            return True
        self._open.add((node, shape.node))
        try:
            return next(self._validate(node, shape), None) is None
        finally:
            self._open.discard((node, shape.node))

    def instances(self, target: TextTerm) -> Iterator[TextTerm]:
        """Yield the SHACL instances of a class: nodes with it, or one of its subclasses, as rdf:type; perhaps repeatedly."""
        return chain.from_iterable(self.facts.subjects(TYPE, each) for each in self.subclasses(target))

    def _find_subclasses(self, target: TextTerm) -> dict[TextTerm, None]:
        """Return the class `target` and all its direct and indirect subclasses, as keys of a dict."""
        return self.facts.follow(target, ("repeat", ("inverse", SUBCLASS), True, True))

    def _validate(self, focus: TextTerm, shape: ShaclShape) -> Iterator[Result]:
        """Yield the validation results of one focus node for a shape."""
        if not shape.is_active:
            return
        values = [focus] if shape.path is None else list(self.facts.follow(focus, shape.path))
        for check in shape.checks:
            for value in check(self, focus, values):
                yield Result(focus, shape.path, value, shape.node, shape.severity, shape.message)
        for inner in shape.properties:
            for value in values:
                yield from self._validate(value, inner)
        if shape.closed_to is not None:
            for node in values:
                for predicate in set(self.facts.predicates()) - shape.closed_to:
                    for value in self.facts.objects(node, predicate):
                        yield Result(node, predicate, value, shape.node, shape.severity, shape.message)
