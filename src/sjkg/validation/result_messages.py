"""English sentences for SHACL validation results: the messages of the shape, or a sentence made of the constraint."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from rdflib import BNode, Graph, Literal
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

COMPONENT = "ConstraintComponent"
KINDS = {
    "IRI": "an IRI",
    "BlankNode": "a blank node",
    "Literal": "a literal",
    "BlankNodeOrIRI": "a blank node or an IRI",
    "BlankNodeOrLiteral": "a blank node or a literal",
    "IRIOrLiteral": "an IRI or a literal",
}
# For each constraint component of SHACL Core: its parameter, and the sentence. {value}: the value node. {path}: the property
# path. {parameter}: the values of the parameter.
SENTENCES = {
    "Class": ("class", "{value} is not an instance of {parameter}"),
    "Datatype": ("datatype", "{value} is not a valid literal of the datatype {parameter}"),
    "NodeKind": ("nodeKind", "{value} is not {parameter}"),
    "MinCount": ("minCount", "there are fewer values of {path} than {parameter}"),
    "MaxCount": ("maxCount", "there are more values of {path} than {parameter}"),
    "MinExclusive": ("minExclusive", "{value} is not greater than {parameter}"),
    "MinInclusive": ("minInclusive", "{value} is not {parameter} or greater"),
    "MaxExclusive": ("maxExclusive", "{value} is not less than {parameter}"),
    "MaxInclusive": ("maxInclusive", "{value} is not {parameter} or less"),
    "MinLength": ("minLength", "{value} has fewer characters than {parameter}"),
    "MaxLength": ("maxLength", "{value} has more characters than {parameter}"),
    "Pattern": ("pattern", "{value} does not match the regular expression {parameter}"),
    "LanguageIn": ("languageIn", "{value} is not a text in one of the languages {parameter}"),
    "UniqueLang": ("uniqueLang", "{path} has several texts in the same language"),
    "Equals": ("equals", "{value} is a value of only one of {path} and {parameter}, which must have the same values"),
    "Disjoint": ("disjoint", "{value} is a value of both {path} and {parameter}, which must have no value in common"),
    "LessThan": ("lessThan", "{value} is not less than each value of {parameter}"),
    "LessThanOrEquals": (
        "lessThanOrEquals",
        "{value} is greater than a value of {parameter}, or not comparable with it",
    ),
    "Not": ("not", "{value} conforms to the shape {parameter}, but must not"),
    "And": ("and", "{value} does not conform to all of the shapes {parameter}"),
    "Or": ("or", "{value} conforms to none of the shapes {parameter}"),
    "Xone": ("xone", "{value} does not conform to exactly one of the shapes {parameter}"),
    "Node": ("node", "{value} does not conform to the shape {parameter}"),
    "QualifiedMinCount": (
        "qualifiedMinCount",
        "fewer values of {path} than {parameter} conform to the qualified shape",
    ),
    "QualifiedMaxCount": ("qualifiedMaxCount", "more values of {path} than {parameter} conform to the qualified shape"),
    "Closed": ("ignoredProperties", "the property {path} is not one of those that the closed shape permits"),
    "HasValue": ("hasValue", "the value {parameter} is missing"),
    "In": ("in", "{value} is not one of {parameter}"),
    "SPARQL": ("sparql", "the query of a SPARQL constraint returns this node, so it violates the constraint"),
}
PATH_OF_VALUE = ("Equals", "Disjoint", "Closed")  # their sentences name the path already
PATH_MARKS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
MAX_LISTED = 8  # values of a parameter in a sentence


class ResultMessages:
    """Writer of sentences about the results of validating against one shapes graph.

    shapes: the shapes graph. prefixes: a dict from prefix to namespace IRI, for the names in the sentences. labels: a dict
    from blank nodes to their labels in the files, without “_:”.
    """

    def __init__(self, shapes: Graph, prefixes: Mapping[str, str], labels: Mapping[BNode, str] = MappingProxyType({})):
        self._shapes, self._labels = shapes, labels
        self._namespaces = sorted(((iri, name) for name, iri in prefixes.items() if iri), reverse=True)

    def message(self, report: Graph, result: Node) -> str:
        """Return the sentence for a validation result, the node `result` of the graph `report`.

        It is the sh:message of the shape or constraint; of several, an English one, else one without language, else any. If
        there is no sh:message, it is a sentence of SENTENCES, made from the constraint.
        """
        shape, source = report.value(result, SH.sourceShape), report.value(result, SH.sourceConstraint)
        name = str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2].removesuffix(COMPONENT)
        has_message = any((node, SH.message, None) in self._shapes for node in (shape, source) if node is not None)
        if has_message or name not in SENTENCES:
            texts = [text for text in report.objects(result, SH.resultMessage) if isinstance(text, Literal)]
            if texts:
                return str(min(texts, key=_language_rank))
        if name not in SENTENCES:
            return f"the constraint {self.name(report.value(result, SH.sourceConstraintComponent))} is not satisfied"
        parameter, sentence = SENTENCES[name]
        path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
        text = sentence.format(
            value=self.name(value),
            path=self.path(report, path),
            parameter=self._parameter(shape, SH[parameter], is_list=name in ("LanguageIn", "In", "And", "Or", "Xone")),
        )
        return f"{text} (a value of {self.path(report, path)})" if self._names_value(name, sentence, path) else text

    @staticmethod
    def _names_value(name: str, sentence: str, path: Node | None) -> bool:
        """Return whether a sentence is to end in “(a value of {path})”: it is about a value and does not name its path."""
        return path is not None and "{value}" in sentence and name not in PATH_OF_VALUE

    def name(self, node: Node | None) -> str:
        """Return a node as text for readers.

        It is a prefixed name or <IRI>, a literal as in Turtle, _:label or “the blank node” without a label, or “this node”
        for None.
        """
        if node is None:
            return "this node"
        if isinstance(node, BNode):
            return f"_:{self._labels[node]}" if node in self._labels else "the blank node"
        if not isinstance(node, Literal):
            return self._iri(str(node))
        if node.datatype in (XSD.integer, XSD.decimal, XSD.boolean) and not node.ill_typed:
            return str(node)
        quoted = '"' + str(node).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        if node.language:
            return f"{quoted}@{node.language}"
        return quoted if node.datatype in (None, XSD.string) else f"{quoted}^^{self._iri(str(node.datatype))}"

    def path(self, graph: Graph, path: Node | None) -> str:
        """Return a property path of the shapes graph or report `graph` in the syntax of SPARQL; “this node” for None."""
        if path is None or not isinstance(path, BNode):
            return self.name(path)
        if (path, RDF.first, None) in graph:
            return "/".join(self.path(graph, step) for step in graph.items(path))
        if alternatives := graph.value(path, SH.alternativePath):
            return "(" + "|".join(self.path(graph, step) for step in graph.items(alternatives)) + ")"
        if inverse := graph.value(path, SH.inversePath):
            return "^" + self.path(graph, inverse)
        for by, mark in PATH_MARKS.items():
            if repeated := graph.value(path, by):
                return f"({self.path(graph, repeated)}){mark}"
        return "the path"

    def _iri(self, iri: str) -> str:
        """Return an IRI as a prefixed name with the declared prefixes, or in angle brackets."""
        for namespace, prefix in self._namespaces:
            if iri.startswith(namespace) and re.fullmatch(r"[\w-]+(?:\.[\w-]+)*", iri[len(namespace) :]):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def _parameter(self, shape: Node | None, parameter: Node, is_list: bool) -> str:
        """Return the values of a shape's parameter, at most MAX_LISTED, separated by commas. is_list: they are RDF lists."""
        values = list(self._shapes.objects(shape, parameter))
        if is_list:
            values = [item for value in values for item in self._shapes.items(value)]
        kind = str(SH)
        names = [KINDS.get(str(value).removeprefix(kind)) or self.name(value) for value in values]
        return ", ".join(names[:MAX_LISTED]) + (", …" if len(names) > MAX_LISTED else "")


def _language_rank(text: Literal) -> tuple[int, str]:
    """Return a sort key that puts English texts first, then those without language, then the others."""
    language = (text.language or "").lower()
    return (0 if language.split("-")[0] == "en" else 1 if not language else 2, str(text))
