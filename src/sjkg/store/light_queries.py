"""Light queries: a SELECT of a few triple patterns that start at a given node, evaluated in the server process.

Other queries run in a query worker (a child process with limits), which costs several times what a light query takes. A
light query is safe without limits of time and memory, because its text and the degrees of properties bound its work:

- One triple pattern with a given subject: each step of its evaluation adds a term to the result, and evaluation ends
  when the result exceeds MAX_BYTES.
- Up to MAX_PATTERNS triple patterns with given properties that form a tree: the first subject is the root, every other
  subject is the root or an object before it, and every object is given or a variable not used before. A root that is a
  variable must have a given object in a required pattern. Joined from the given node on, as the engine does, there are
  never more rows than the product of the largest numbers of objects per subject of the properties, times the largest
  number of subjects of the given object; this is at most MAX_ROWS_FROM_NODE. In any other order the join may begin at
  any subject: at most (subjects of its property) × (product of the properties below it) rows; this is at most MAX_ROWS.

A thing is a resource that the data describe, such as an event or an actor; its IRI is in their namespace.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sjkg.core.errors import LimitExceeded
from sjkg.core.vocabulary import PREFIXES, own
from sjkg.sparql.query_text import QueryText
from sjkg.sparql.tokens import IRI
from sjkg.store.datasets import Dataset
from sjkg.store.external import open_store
from sjkg.store.quad_store import EngineResults, evaluate, serialize
from sjkg.store.query_result import QueryResult, Spool
from sjkg.store.store_writer import ALL

MAX_CHARACTERS = 2000  # of the text, comments included
MAX_BYTES = 256 * 1024  # of the result, which a Spool of this size holds in memory
MAX_PATTERNS = 12
MAX_ROWS, MAX_ROWS_FROM_NODE = 10_000, 1000
MAX_PLANS = 256  # kept, each for all texts that are equal but for the IRIs of things
PADDING = 4  # empty tokens added after the last one of a text, as many as the parser looks ahead
NAME = r"[A-Za-z][\w-]*+:(?:\w[\w-]*+)?"  # a prefixed name; SPARQL allows more characters in it
# A comment; or, as group 1, a token: a variable, a prefixed name, a punctuation mark, an IRI, a word, a number, or any
# other character. What follows a prefixed name must be such that the name ends there for the engine, too.
TOKEN = re.compile(
    rf"""\#[^\n\r]*+ | ( [?$]\w++ | {NAME}(?=[\s;,<}}]|\.(?:[\s}}]|\Z)) | [;.{{}}] | {IRI} | [A-Za-z]++ | \d++ | \S )""",
    re.VERBOSE | re.ASCII,
)
TYPE = PREFIXES["rdf"] + "type"

Degrees = Mapping[str, Sequence[int]]
"""From the IRI of each property to three numbers: its distinct subjects, its largest number of objects of one subject, and
its largest number of subjects of one object."""


Pattern = tuple[str, str, str]
"""The subject, predicate and object of a triple pattern, as written in a query text, but ?x for $x."""


class LightQuery(NamedTuple):
    """The parts of a query text.

    groups: its triple patterns: first the required ones, then those of each OPTIONAL. namespaces: a dict from each
    prefix that it declares, without colon, to the IRI as written. selects_all: whether it has SELECT *.
    """

    groups: list[list[Pattern]]
    namespaces: dict[str, str]
    selects_all: bool

    @property
    def patterns(self) -> list[Pattern]:
        """Return all triple patterns, in the order of the text."""
        return [pattern for group in self.groups for pattern in group]


class Plan(NamedTuple):
    """The arguments with which a light query is evaluated.

    prefixes: those of the project that it uses, without colon, with their namespace IRIs. columns: the variables that
    replace the * of SELECT *, in the order of the patterns; None if nothing is replaced.
    """

    prefixes: dict[str, str]
    columns: str | None


class LightQueryStore:
    """The store of all named graphs of a snapshot (an immutable build of the graph), opened for light queries only."""

    def __init__(self, folder: Path, degrees: Degrees, base_iri: str | None = None):
        """Open the store of all graphs, which lies below `folder`, the folder of a snapshot's stores.

        degrees: those of the properties in the store; a property without them is in no light query,
        except a single pattern with a given subject.
        base_iri: the IRI that relative IRIs are resolved against; None to refuse them.
        Raises UnusableSnapshot when the store cannot be opened.
        """
        self._dataset, self._degrees, self._base_iri = Dataset(open_store(folder / ALL)), degrees, base_iri
        self._plan = lru_cache(maxsize=MAX_PLANS)(self._make_plan)
        self._thing = re.compile(IRI.replace("<", f"<{re.escape(own().ids)}", 1))  # the IRI of a thing

    def query(self, text: str, formats: Mapping[str, str]) -> QueryResult | None:
        """Return the result of a light query over all graphs, or None if a query worker must evaluate the text instead.

        A worker must evaluate a text that is not a light query, a query whose result is larger than MAX_BYTES, and one at
        which the engine fails, as when a file of the store cannot be opened.
        formats: a dict whose key “bindings” has the short name of the format to write, as in {"bindings": "csv"}; other keys
        are ignored. Raises BadQuery when the engine refuses the text, NotAcceptable when `formats` has no key
        “bindings” or a format that is only for graphs there, and UnknownName when there is no format with that name.
        """
        plan = self._plan(self._thing.sub("<thing:>", text)) if len(text) <= MAX_CHARACTERS else None
        if plan is None:
            return None
        rewritten = text if plan.columns is None else _write_out_columns(text, plan.columns)
        output = Spool(MAX_BYTES)
        try:
            results = self._evaluate(text, rewritten, plan.prefixes)
            kind, chosen = serialize(results, output, formats)
        except (LimitExceeded, OSError, RuntimeError):
            return None
        return QueryResult(kind, chosen, output.getvalue())

    def _evaluate(self, text: str, rewritten: str, prefixes: dict[str, str]) -> EngineResults:
        """Evaluate a rewritten query; where the engine refuses it, raise BadQuery with a place in `text`, the one sent."""
        try:
            return self._dataset.store.query(rewritten, base_iri=self._base_iri, prefixes=prefixes)
        except (SyntaxError, ValueError, RuntimeError):
            return evaluate(self._dataset, QueryText(text, text), prefixes, self._base_iri, rewritten=rewritten)

    def _make_plan(self, text: str) -> Plan | None:
        """Return the plan of the light queries that become `text` when the IRIs of things are replaced in them; None for other queries.

        The replaced IRIs are those of things, of which none is a property, so that they do not affect the bounds.
        """
        query = parse_light_query(text)
        if not query or not is_bounded(query, self._degrees):
            return None
        terms = [term for pattern in query.patterns for term in pattern]
        names = {term.partition(":")[0] for term in terms}
        variables = dict.fromkeys(term for term in terms if _is_variable(term))
        return Plan(
            {name: PREFIXES[name] for name in names if name in PREFIXES},
            " ".join(variables) if query.selects_all and variables else None,
        )


def parse_light_query(text: str) -> LightQuery | None:
    """Return the parts of a text that is a SELECT of triple patterns which form a tree, or None for any other text.

    Its WHERE clause is triple patterns, whose terms are variables, IRIs and prefixed names, and then any number of
    OPTIONAL with triple patterns. LIMIT may follow. None is also returned for
    - a text of more than MAX_CHARACTERS;
    - a text with a backslash, because a codepoint escape in a comment may end the line, and the engine evaluates the rest;
    - a text that selects a variable outside the patterns, because that variable has no value, so that a step of the
      evaluation may add nothing to the result.
    """
    if len(text) > MAX_CHARACTERS or "\\" in text:
        return None
    tokens = [f"?{token[1:]}" if token[0] == "$" else token for token in TOKEN.findall(text) if token]
    tokens += [""] * PADDING  # so that no index below is out of range
    at, namespaces = 0, {}
    while tokens[at].upper() == "PREFIX" and tokens[at + 1][-1:] == ":" and tokens[at + 2][0:1] == "<":
        namespaces[tokens[at + 1][:-1]] = tokens[at + 2][1:-1]
        at += 3
    if tokens[at].upper() != "SELECT":
        return None
    at = first = at + 1
    while tokens[at].startswith("?"):
        at += 1
    selected = tokens[first:at]
    if selects_all := not selected and tokens[at] == "*":
        at += 1
    at += tokens[at].upper() == "WHERE"
    if tokens[at] != "{" or not (selected or selects_all):
        return None
    required, at = _read_triples(tokens, at + 1)
    groups = [required]
    while tokens[at].upper() == "OPTIONAL" and tokens[at + 1] == "{":
        optional, at = _read_triples(tokens, at + 2)
        if tokens[at] != "}":
            return None
        groups.append(optional)
        at += 1
    has_limit = tokens[at + 1].upper() == "LIMIT" and tokens[at + 2].isdigit()
    if tokens[at] != "}" or tokens[at + 3 if has_limit else at + 1]:
        return None
    variables = _find_variables(groups)
    if variables is None or any(name[1:] not in variables for name in selected):
        return None
    return LightQuery(groups, namespaces, selects_all)


def _read_triples(tokens: list[str], at: int) -> tuple[list[Pattern], int]:
    """Return the triple patterns that begin at index `at` of the tokens, and the index of the first token after them.

    The index is that of an empty token if something else is where a term must be.
    """
    patterns: list[Pattern] = []
    while _is_term(tokens[at]):
        subject, separator = tokens[at], ";"
        while separator in (";", ","):
            if separator == ";":
                at += 1
                predicate = tokens[at]
            value = tokens[at + 1]
            if not (_is_term(predicate) or predicate == "a") or not _is_term(value):
                return patterns, len(tokens) - PADDING
            patterns.append((subject, predicate, value))
            at += 2
            separator = tokens[at]
        if separator != ".":
            break
        at += 1
    return patterns, at


def _is_term(token: str) -> bool:
    """Return whether a token is a variable, an IRI or a prefixed name; other tokens of these characters have length 1."""
    return len(token) > 1 and (token[0] in "?<" or ":" in token)


def _find_variables(groups: list[list[Pattern]]) -> set[str] | None:
    """Return the names of the variables in groups of patterns, the first of them required and the others optional.

    Return None unless the patterns form a tree, as the module's docstring defines it, in which no optional group needs
    a variable of another: that variable may have no value. The property of a single pattern with a given subject may be
    a variable, too.
    """
    required = groups[0]
    count = sum(map(len, groups))
    if not required or count > MAX_PATTERNS:
        return None
    root = required[0][0]
    names = {root[1:]} if _is_variable(root) else set()
    always = set(names)  # those with a value in each row
    for group in groups:
        usable = always if group is required else set(always)
        for subject, predicate, value in group:
            if subject != root and not (_is_variable(subject) and subject[1:] in usable):
                return None
            if _is_variable(predicate) and (count > 1 or _is_variable(root)):
                return None
            new = {term[1:] for term in (predicate, value) if _is_variable(term)}
            if new & names or len(new) < _is_variable(predicate) + _is_variable(value):
                return None
            names |= new
            usable |= new
    return names


def _is_variable(term: str) -> bool:
    """Return whether a term of a pattern is a variable."""
    return term[0] == "?"


def is_bounded(query: LightQuery, degrees: Degrees) -> bool:
    """Return whether the degrees of its properties keep the rows of a query within the bounds in the module's docstring."""
    patterns, required = query.patterns, query.groups[0]
    root = patterns[0][0]
    if len(patterns) == 1 and not _is_variable(root):
        return True
    from_node = MAX_ROWS_FROM_NODE + 1 if _is_variable(root) else 1
    rows: dict[str, int] = {}  # from each subject on, for one value of it
    widest: dict[str, int] = {}  # number of values of each variable that is a subject
    for pattern in reversed(patterns):
        subject, predicate, value = pattern
        found = degrees.get(_expand(predicate, query.namespaces))
        if found is None:
            return False
        subjects, objects_of_subject, subjects_of_object = found
        if _is_variable(value):
            rows[subject] = rows.get(subject, 1) * objects_of_subject * rows.get(value, 1)
        elif subject == root and pattern in required:  # an OPTIONAL leaves out no value of the root
            from_node = min(from_node, subjects_of_object)
        if _is_variable(subject):
            widest[subject] = max(widest.get(subject, 0), subjects)
    in_any_order = max((count * rows.get(subject, 1) for subject, count in widest.items()), default=0)
    return from_node * rows.get(root, 1) <= MAX_ROWS_FROM_NODE and in_any_order <= MAX_ROWS


def _expand(predicate: str, namespaces: Mapping[str, str]) -> str:
    """Return the full IRI of a property as written in a query, or "" if that cannot be told.

    It cannot if its prefix is unknown, or if its path has a segment that begins with a dot: the engine removes segments
    “.” and “..” from an IRI.

    namespaces: the prefixes that the query declares; they take precedence over those of the project.
    """
    prefix, _, name = predicate.partition(":")
    if predicate[0] == "<":
        iri = predicate[1:-1]
    elif predicate == "a":
        iri = TYPE
    elif (namespace := namespaces.get(prefix, PREFIXES.get(prefix))) is not None:
        iri = namespace + name
    else:
        return ""
    return "" if "/." in iri else iri


def _write_out_columns(text: str, columns: str) -> str:
    """Return the text of a SELECT * with `columns`, its variables separated by spaces, instead of the *."""
    star = next(found.start(1) for found in TOKEN.finditer(text) if found[1] == "*")
    return f"{text[:star]} {columns} {text[star + 1 :]}"
