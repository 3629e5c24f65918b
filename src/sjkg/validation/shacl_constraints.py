"""The constraint components of SHACL Core, as functions that make checks from the values of a shape's properties.

A check (`Check`) is called with the data, a focus node and its value nodes, and yields a value node, or None, for each
violation. A test (`ValueTest`) is called with the data and one value node, and returns whether it is permitted.

Source: Shapes Constraint Language §4, https://www.w3.org/TR/shacl/#core-components
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from sjkg.core.datatypes import is_well_typed
from sjkg.core.facts import Facts, Path
from sjkg.core.findings import Severity
from sjkg.core.ntriples import TextTerm, literal_parts
from sjkg.core.vocabulary import PREFIXES

SH, RDF = PREFIXES["sh"], PREFIXES["rdf"]
TYPE = f"<{RDF}type>"
LANG_STRING, XSD_STRING = f"{RDF}langString", f"{PREFIXES['xsd']}string"
TRUE = f'"true"^^<{PREFIXES["xsd"]}boolean>'
XSD_INTEGER, XSD_DECIMAL, XSD_DATE = (f"{PREFIXES['xsd']}{name}" for name in ("integer", "decimal", "date"))
COMMON_DATE = re.compile("[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")  # without time zone
MAX_DEPTH = 50  # of shapes within shapes


class NotCore(Exception):
    """Raised for shapes that are not well-formed or use more than SHACL Core, so that pyshacl has to validate with them."""


class DataView(Protocol):
    """Interface to the data graph, used by the checks of this module. facts: the triples of the data graph."""

    facts: Facts

    def subclasses(self, target: TextTerm) -> Mapping[TextTerm, None]:
        """Return the class `target` and all its direct and indirect subclasses, as keys of a mapping."""

    def conforms(self, node: TextTerm, shape: "ShaclShape") -> bool:
        """Return whether a node conforms to a shape."""


@dataclass
class ShaclShape:
    """A SHACL shape, in a form for validation.

    node: its IRI or blank node. path: its property path; None for a node shape. severity, message: those of its
    results. is_active: false with sh:deactivated. checks: the checks of its constraints. properties: the property
    shapes that it lists (sh:property); their results have their own severity and message. closed_to: the predicates
    that the nodes may have; None for a shape that is not closed.
    """

    node: TextTerm
    path: Path | None = None
    severity: Severity = "violation"
    message: str = ""
    is_active: bool = True
    checks: list["Check"] = field(default_factory=list)
    properties: list["ShaclShape"] = field(default_factory=list)
    closed_to: frozenset[TextTerm] | None = None

    def reports_others(self, depth: int = 0) -> bool:
        """Return whether validating a focus node against this shape may give results that have another focus node.

        Such a node is a value of the path of this shape or of one of its property shapes, itself validated against
        property shapes or sh:closed. depth: number of enclosing calls; True is returned beyond MAX_DEPTH, for shapes
        that contain themselves.
        """
        is_elsewhere = self.path is not None and bool(self.properties or self.closed_to is not None)
        return is_elsewhere or depth > MAX_DEPTH or any(inner.reports_others(depth + 1) for inner in self.properties)


# A check gets the data, a focus node and its value nodes; it yields a value node, or None, for each violation.
Check = Callable[[DataView, TextTerm, list[TextTerm]], Iterable[TextTerm | None]]
ValueTest = Callable[[DataView, TextTerm], bool]


def for_each_value(is_right: ValueTest) -> Check:
    """Return a check that yields each value node that fails the test `is_right`."""
    return lambda data, focus, values: [value for value in values if not is_right(data, value)]


def _is_instance(target: TextTerm) -> ValueTest:
    """Return the test of sh:class: the value is an instance of the class `target` or of one of its subclasses."""
    return lambda data, value: not data.subclasses(target).keys().isdisjoint(data.facts.objects(value, TYPE))


def _has_datatype(datatype: TextTerm) -> ValueTest:
    """Return the test of sh:datatype: a literal of the datatype, whose lexical form is in its lexical space."""

    def test(data: DataView, value: TextTerm) -> bool:
        if datatype_of(value) != datatype[1:-1]:
            return False
        lexical, _, written = literal_parts(value)
        return written is None or is_well_typed(lexical, written)

    return test


def datatype_of(node: TextTerm) -> str | None:
    """Return the IRI of a literal's datatype, None for another node."""
    if not node.startswith('"'):
        return None
    parts = literal_parts(node)
    return LANG_STRING if parts.language else parts.datatype or XSD_STRING


def _has_kind(kind: TextTerm) -> ValueTest:
    """Return the test of sh:nodeKind: the value is an IRI, a blank node or a literal, as `kind` says.

    kind: the value of sh:nodeKind, such as <…#BlankNodeOrIRI>. Raises NotCore for any other term.
    """
    starts = {"IRI": "<", "BlankNode": "_", "Literal": '"'}
    wanted = tuple(start for name, start in starts.items() if name in kind[len(SH) + 1 : -1].split("Or"))
    if not wanted:
        raise NotCore(f"the value {kind} of sh:nodeKind is not a node kind; write sh:IRI, sh:BlankNode or sh:Literal")
    return lambda data, value: value.startswith(wanted)


def parse_integer(text: TextTerm) -> int:
    """Return the value of an integer literal. Raises NotCore for any other term."""
    try:
        return int(literal_parts(text).lexical)
    except ValueError:
        raise NotCore(
            f"a limit of a shape, such as sh:minCount, must be an integer, not {text}; write one, such as 1"
        ) from None


def _compare(is_right: Callable[[Any, Any], bool], a: TextTerm, b: TextTerm) -> bool:
    """Return whether a comparison such as operator.lt holds for two literals (a first); False if they cannot be compared."""
    if not (a.startswith('"') and b.startswith('"')):
        return False
    left, right = _python_value(a), _python_value(b)
    is_text = isinstance(left, str) or left is None or right is None
    if is_text and datatype_of(a) != datatype_of(b):
        return False
    try:
        return bool(is_right(left, right))
    except TypeError:
        return False


@lru_cache(maxsize=4096)
def _python_value(literal: TextTerm) -> Any:
    """Return the Python object to which rdflib converts a literal; None for an ill-typed literal or an unknown datatype."""
    lexical, _, datatype = literal_parts(literal)
    if datatype in (XSD_INTEGER, XSD_DECIMAL) or datatype == XSD_DATE and COMMON_DATE.fullmatch(lexical):
        if not is_well_typed(lexical, datatype):
            return None
        if datatype == XSD_DATE:
            return date.fromisoformat(lexical)
        return int(lexical) if datatype == XSD_INTEGER else Decimal(lexical)
    from sjkg.turtle.triples import parse_value  # here: rdflib takes 0.1 s to be imported

    return parse_value(literal)


def _limited(is_right: Callable[[Any, Any], bool]) -> Callable[[TextTerm], ValueTest]:
    """Return a function from the value of sh:minInclusive (or another limit) to its test.

    is_right: called with the value and the limit, such as operator.ge; the test is whether it holds.
    """
    return lambda limit: lambda data, value: _compare(is_right, value, limit)


def _has_length(is_right: Callable[[int, int], bool]) -> Callable[[TextTerm], ValueTest]:
    """Return a function from the value of sh:minLength or sh:maxLength to its test.

    is_right: called with the number of characters and the limit, such as operator.ge. A blank node always fails.
    """

    def make(limit: TextTerm) -> ValueTest:
        length = parse_integer(limit)
        return lambda data, value: value[0] != "_" and is_right(len(_text(value)), length)

    return make


def _text(node: TextTerm) -> str:
    """Return an IRI without angle brackets, or the lexical form of a literal; `node` is not a blank node."""
    return node[1:-1] if node.startswith("<") else literal_parts(node).lexical


def matches(pattern: TextTerm, flags: str) -> ValueTest:
    """Return the test of sh:pattern: the regular expression matches a part of the value; a blank node always fails.

    flags: the value of sh:flags, such as "i"; "" for none. Raises NotCore for an invalid expression or flag.
    """
    options = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}
    if unknown := set(flags) - set(options):
        raise NotCore(
            f"sh:flags of a shape has the unknown flag “{''.join(sorted(unknown))}”; the flags are {', '.join(options)}"
        )
    try:
        expression = re.compile(_text(pattern), sum(options[flag] for flag in set(flags)))
    except re.error as error:
        raise NotCore(f"the value {pattern} of sh:pattern is not a regular expression ({error}); correct it") from None
    return lambda data, value: value[0] != "_" and expression.search(_text(value)) is not None


def _is_in_language(tags: list[TextTerm]) -> ValueTest:
    """Return the test of sh:languageIn: the value's language tag equals one of `tags` or begins with it and a hyphen."""
    ranges = tuple(_text(tag).lower() for tag in tags)

    def test(data: DataView, value: TextTerm) -> bool:
        tag = (literal_parts(value).language or "").lower() if value.startswith('"') else ""
        return any(tag == each or tag.startswith(f"{each}-") for each in ranges if tag)

    return test


def _has_count(is_right: Callable[[int, int], bool]) -> Callable[[TextTerm], Check]:
    """Return a function from the value of sh:minCount or sh:maxCount to its check, which yields None for a violation.

    is_right: called with the number of value nodes and the limit, such as operator.ge.
    """

    def make(limit: TextTerm) -> Check:
        count = parse_integer(limit)
        return lambda data, focus, values: () if is_right(len(values), count) else [None]

    return make


def _has_unique_languages(is_on: TextTerm) -> Check:
    """Return the check of sh:uniqueLang, which yields None for each language tag that several values have.

    is_on: the value of sh:uniqueLang; any other than true makes a check without violations.
    """

    def check(data: DataView, focus: TextTerm, values: list[TextTerm]) -> Iterable[None]:
        tags = [(literal_parts(value).language or "").lower() for value in values if value.startswith('"')]
        return [None for tag in {tag for tag in tags if tag} if tags.count(tag) > 1] if is_on == TRUE else ()

    return check


def equals(predicate: TextTerm) -> Check:
    """Return the check of sh:equals: it yields each node that is only a value node, or only a value of `predicate`."""
    return lambda data, focus, values: sorted(set(values) ^ set(data.facts.objects(focus, predicate)))


def disjoint(predicate: TextTerm) -> Check:
    """Return the check of sh:disjoint: it yields each value node that is also a value of `predicate` of the focus node."""
    return lambda data, focus, values: sorted(set(values) & set(data.facts.objects(focus, predicate)))


def _is_less(is_right: Callable[[Any, Any], bool]) -> Callable[[TextTerm], Check]:
    """Return a function from the value of sh:lessThan or sh:lessThanOrEquals, a predicate, to its check.

    The check yields a value node once for each value of the predicate with which `is_right`, such as operator.lt, does
    not hold.
    """
    return lambda predicate: (
        lambda data, focus, values: [
            value
            for value in values
            for other in data.facts.objects(focus, predicate)
            if not _compare(is_right, value, other)
        ]
    )


ON_VALUES: dict[str, Callable[[TextTerm], ValueTest]] = {
    "class": _is_instance,
    "datatype": _has_datatype,
    "nodeKind": _has_kind,
    "minInclusive": _limited(operator.ge),
    "maxInclusive": _limited(operator.le),
    "minExclusive": _limited(operator.gt),
    "maxExclusive": _limited(operator.lt),
    "minLength": _has_length(operator.ge),
    "maxLength": _has_length(operator.le),
}
ON_SETS: dict[str, Callable[[TextTerm], Check]] = {
    "minCount": _has_count(operator.ge),
    "maxCount": _has_count(operator.le),
    "uniqueLang": _has_unique_languages,
    "lessThan": _is_less(operator.lt),
    "lessThanOrEquals": _is_less(operator.le),
}
ON_LISTS: dict[str, Callable[[list[TextTerm]], ValueTest]] = {
    "in": lambda members: lambda data, value: value in members,
    "languageIn": _is_in_language,
}
