"""SPARQL in files of their own: a header of comments that says what the query is, then the query.

The stored questions: .rq files with a header that says what each asks and which parameters it takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from sjkg.core.errors import BadParameter, BrokenInput, UnknownName
from sjkg.core.findings import Finding
from sjkg.core.terms import Iri, Literal, Term
from sjkg.core.vocabulary import IDS, PREFIXES, expand

HEADER = re.compile(r"#\s*([a-z]+):\s*(.*)")


@dataclass(frozen=True)
class QueryFile:
    """One .rq file: its name (the file's, without ending), its header by key, and its text."""

    name: str
    path: Path
    header: tuple[tuple[str, str], ...]
    text: str

    def value(self, key: str, default: str = "") -> str:
        """Return the first header line of that key."""
        return next((value for found, value in self.header if found == key), default)

    def values(self, key: str) -> list[str]:
        """Return all header lines of that key."""
        return [value for found, value in self.header if found == key]


def read_query_files(folder: Path) -> list[QueryFile]:
    """Return the .rq files of a folder, by name. Raises BrokenInput when one has no title."""
    return [read_query_file(path) for path in sorted(folder.glob("*.rq"))]


def read_query_file(path: Path) -> QueryFile:
    """Return one .rq file. Raises BrokenInput when it has no title."""
    text = path.read_text(encoding="utf-8")
    lines = [HEADER.fullmatch(line.strip()) for line in text.split("\n") if line.startswith("#")]
    query = QueryFile(path.stem, path, tuple(match.groups() for match in lines if match), text)
    if not query.value("title"):
        raise broken_query(path, "the header has no title; begin the file with “# title: …”", 1)
    return query


def broken_query(path: Path, message: str, line: int) -> BrokenInput:
    """Return the error for a query file that cannot be used."""
    finding = Finding("violation", message, rule="query", file=path.name, line=line)
    return BrokenInput(f"{path.name}: {message}", (finding,))


FOLDER = "queries"
PARAMETER = re.compile(r"(?P<name>\w+)\s+(?P<type>[\w:]+)\s*=\s*(?P<default>\S.*)")
IRI_KINDS = ("event", "actor", "place", "treaty", "claim", "passage", "section", "footnote", "work")
XSD = PREFIXES["xsd"]
GROUPS = ("who", "when", "where", "how many", "says who", "why", "names", "sources", "contradictions", "reasoning")
FORMS = {
    "xsd:date": "a day as 1939-08-20",
    "xsd:integer": "a whole number",
    "xsd:string": "a text",
    "lang": "a language tag as ja or ja-Latn",
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a stored question.

    type: xsd:date, xsd:integer, xsd:string, lang, or a kind of thing (event, actor, …) named by slug, prefixed name or IRI.
    """

    name: str
    type: str
    default: str

    @property
    def form(self) -> str:
        """Return how a value looks, in words."""
        return FORMS.get(
            self.type,
            f"the name of {'an' if self.type[0] in 'aeiou' else 'a'} {self.type}, as {self.type}:{self.default.split(':')[-1]}",
        )

    def term(self, value: str) -> Term:
        """Return the value as a term. Raises BadParameter when it is not of the type."""
        if self.type in IRI_KINDS:
            return self._thing(value)
        if (
            self.type == "xsd:date"
            and not _is_day(value)
            or self.type == "xsd:integer"
            and not re.fullmatch(r"[+-]?\d{1,18}", value)
        ):
            raise self._bad(value)
        if self.type == "lang":
            if not re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", value):
                raise self._bad(value)
            return Literal(value)
        return Literal(value, datatype=XSD + self.type.removeprefix("xsd:"))

    def _thing(self, value: str) -> Iri:
        iri = expand(value if ":" in value else f"{self.type}:{value}")
        if not re.fullmatch(re.escape(f"{IDS}{self.type}/") + r"[a-z0-9-]+", iri):
            raise self._bad(value)
        return Iri(iri)

    def _bad(self, value: str) -> BadParameter:
        return BadParameter(f"the parameter “{self.name}” is {self.form} ({self.type}), not “{value}”")


@dataclass(frozen=True)
class StoredQuery:
    """A stored question."""

    name: str
    title: str
    description: str
    group: str
    parameters: tuple[Parameter, ...]
    text: str

    @property
    def body(self) -> str:
        """Return the query without its header."""
        lines = self.text.split("\n")
        while lines and (lines[0].startswith("#") or not lines[0].strip()):
            lines.pop(0)
        return "\n".join(lines).strip() + "\n"

    def bind(self, values: Mapping[str, str]) -> dict[str, Term]:
        """Return a term for each parameter, by default its own. Raises BadParameter for a wrong or unknown one."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                has = f"it takes {', '.join(known)}" if known else "it takes none"
                raise BadParameter(f"the question “{self.name}” has no parameter “{name}”; {has}")
        return {name: parameter.term(values.get(name, parameter.default)) for name, parameter in known.items()}


def read_queries(kb: Path) -> dict[str, StoredQuery]:
    """Return the stored questions of a knowledge base, by name. Raises BrokenInput for a header that is not right."""
    files = [read_query_file(path) for path in sorted((kb / FOLDER).glob("*.rq"))]
    return {file.name: _stored_query(file) for file in files}


def by_group(queries: Mapping[str, StoredQuery]) -> dict[str, tuple[StoredQuery, ...]]:
    """Return the stored questions of each group in use: our groups first, in their order, then any other."""
    used = {query.group for query in queries.values()}
    groups = [*(group for group in GROUPS if group in used), *sorted(used.difference(GROUPS))]
    return {group: tuple(query for query in queries.values() if query.group == group) for group in groups}


def find_query(queries: Mapping[str, StoredQuery], name: str) -> StoredQuery:
    """Return the stored question of that name. Raises UnknownName with the nearest names."""
    if name not in queries:
        near = get_close_matches(name, queries, n=3, cutoff=0.4) or sorted(queries)[:3]
        raise UnknownName(
            f"there is no stored question “{name}”; did you mean {' or '.join(near)}?"
            if near
            else "there are no stored questions"
        )
    return queries[name]


def _stored_query(file: QueryFile) -> StoredQuery:
    parameters = []
    for line in file.values("param"):
        match = PARAMETER.fullmatch(line.strip())
        if not match or match["type"] not in (*FORMS, *IRI_KINDS):
            raise BrokenInput(
                f"{file.path.name}: “# param: {line}” should read “# param: name type = default”, the type one of {', '.join((*FORMS, *IRI_KINDS))}"
            )
        parameter = Parameter(**match.groupdict())
        parameter.term(parameter.default)
        parameters.append(parameter)
    return StoredQuery(
        file.name,
        file.value("title"),
        file.value("description"),
        file.value("group", "questions"),
        tuple(parameters),
        file.text,
    )


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
