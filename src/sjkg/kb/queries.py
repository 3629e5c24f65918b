"""SPARQL queries in .rq files: a header of comment lines “# key: value”, such as “# title: …”, then the query.

Saved queries, in the folder queries/ of a knowledge base, are those that users run by name, with parameters that header
lines “# param: name type = default” declare.
A comment line “# include: NAME” in a query is replaced by the file fragments/NAME.rq, so that queries can share graph
patterns.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

from sjkg.core.datatypes import is_calendar_day
from sjkg.core.errors import BadParameter, BrokenInput, UnknownName
from sjkg.core.findings import Finding
from sjkg.core.settings import packaged_kb
from sjkg.core.terms import Iri, Literal, Term, is_valid_term
from sjkg.core.vocabulary import PREFIXES, expand, own
from sjkg.kb.folders import QUERY, file_error, find_files, read_text
from sjkg.kb.inherited import inherits

FOLDER = "queries"  # of the saved queries, in a knowledge base
FRAGMENTS = "fragments"
HEADER = re.compile(r"#\s*([a-z]+):\s*(.*)")
INCLUDE = re.compile(r"^([ \t]*)# include: ([\w-]+)$", re.MULTILINE)
PARAMETER = re.compile(r"(?P<name>\w+)\s+(?P<type>[\w:]+)\s*=\s*(?P<default>\S.*)")
IRI_KINDS = ("event", "actor", "place", "treaty", "claim", "passage", "section", "footnote", "work")
XSD = PREFIXES["xsd"]
GROUPS = ("who", "when", "where", "how many", "attribution", "why", "names", "sources", "contradictions", "reasoning")
EXAMPLE_IRI = "https://example.org/record"
FORMS = {
    "xsd:date": "a day as 1939-08-20",
    "xsd:integer": "a whole number",
    "xsd:string": "a text",
    "lang": "a language tag as ja or ja-latn",
    "iri": f"an IRI as {EXAMPLE_IRI}",
}


class HeaderLine(NamedTuple):
    """A header line “# key: value” of a query file. line: its line number in the file, from 1."""

    key: str
    value: str
    line: int


@dataclass(frozen=True)
class QueryFile:
    """A SPARQL query in a .rq file, with its header of comment lines “# key: value”.

    name: the file's name without ending. header: its header lines in order.
    text: the whole file, with each include line replaced by the file it names; lines after it have other numbers than in
    the file.
    """

    name: str
    path: Path
    header: tuple[HeaderLine, ...]
    text: str

    @property
    def title(self) -> str:
        """Return the title, a phrase or a question: the value of the header line “# title: …”."""
        return self.value("title")

    @property
    def description(self) -> str:
        """Return the value of the header line “# description: …”, "" where there is none."""
        return self.value("description")

    @property
    def body(self) -> str:
        """Return `text` without the comment lines and empty lines at its beginning, ending in one newline."""
        lines = self.text.split("\n")
        while lines and (lines[0].startswith("#") or not lines[0].strip()):
            lines.pop(0)
        return "\n".join(lines).strip() + "\n"

    def value(self, key: str, default: str = "") -> str:
        """Return the value of the first header line with the key `key`, `default` where there is none."""
        return next((line.value for line in self.header if line.key == key), default)


@dataclass(frozen=True)
class QueryParameter:
    """A parameter of a saved query: the name of a SPARQL variable, the type of its values, and the default value.

    type: xsd:date, xsd:integer, xsd:string, lang (a language tag), iri (any absolute IRI), or one of IRI_KINDS, such as event. A value of the type
    event is the IRI of an event, its prefixed name (event:x), or only the local name (x); so for the others of IRI_KINDS.
    """

    name: str
    type: str
    default: str

    @property
    def form(self) -> str:
        """Return a description of the permitted values with an example, such as “a day as 1939-08-20”."""
        if self.type in FORMS:
            return FORMS[self.type]
        article = "an" if self.type[0] in "aeiou" else "a"
        return f"the name of {article} {self.type}, as {self.type}:{self.default.split(':')[-1]}"

    def term(self, value: str) -> Term:
        """Return the RDF term that the text `value` stands for. Raises BadParameter when it is not of the type."""
        if self.type in IRI_KINDS:
            iri = expand(value if ":" in value else f"{self.type}:{value}")
            if re.fullmatch(re.escape(f"{own().ids}{self.type}/") + r"[a-z0-9-]+", iri):
                return Iri(iri)
        elif self.type == "iri":
            if is_valid_term(Iri(iri := expand(value))) and ":" in iri:
                return Iri(iri)
        elif self.type == "lang":
            if re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", value):
                return Literal(value)
        elif self._is_lexical_form(value):
            return Literal(value, datatype=XSD + self.type.removeprefix("xsd:"))
        raise BadParameter(f"the parameter “{self.name}” must be {self.form} ({self.type}), not “{value}”")

    def _is_lexical_form(self, value: str) -> bool:
        """Return whether `value` is a lexical form of the XSD type.

        A date must be YYYY-MM-DD without time zone, an integer have at most 18 digits.
        """
        if self.type == "xsd:date":
            return is_calendar_day(value)
        return self.type != "xsd:integer" or re.fullmatch(r"[+-]?[0-9]{1,18}", value) is not None


@dataclass(frozen=True)
class SavedQuery(QueryFile):
    """A saved query: a .rq file of the folder queries/ of a knowledge base, which users run by its name.

    parameters: those that its header lines “# param: name type = default” declare, in their order.
    """

    parameters: tuple[QueryParameter, ...]

    @property
    def group(self) -> str:
        """Return the heading under which lists of queries show this one: the header line “# group: …”, else “questions”."""
        return self.value("group", "questions")

    def bind(self, values: Mapping[str, str]) -> dict[str, Term]:
        """Return a dict from the name of each parameter to its RDF term.

        values: a dict from parameter name to value as text; a parameter that it lacks has its default value.
        Raises BadParameter for a value that is not of the parameter's type, and for a name that is not a parameter.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                has = f"its parameters are {', '.join(known)}" if known else "it takes no parameters"
                raise BadParameter(f"the saved query “{self.name}” has no parameter “{name}”; {has}")
        return {name: parameter.term(values.get(name, parameter.default)) for name, parameter in known.items()}


def read_query_files(folder: Path, fragments: Path | None = None) -> list[QueryFile]:
    """Return the .rq files directly in a folder, sorted by name; hidden files, whose names begin with a dot, are left out.

    fragments: the folder of files that include lines name; by default the folder fragments/ in `folder`.
    Raises BrokenInput when a file cannot be read, a header has no title, or an included file does not exist.
    """
    paths = find_files(folder.parent, folder.name, (QUERY,))
    return [read_query_file(path, fragments) for path in paths if path.parent == folder]


def read_kb_queries(root: Path, folder: str) -> list[QueryFile]:
    """Return the .rq files in a folder of the knowledge base in `root`, and those that it inherits, sorted by name.

    folder: its relative path, such as ontology/rules. Raises BrokenInput as `read_query_file` does.
    """
    found = {file.name: file for file in read_query_files(packaged_kb() / folder)} if inherits(root) else {}
    found |= {file.name: file for file in read_query_files(root / folder)}
    return [found[name] for name in sorted(found)]


def read_query_file(path: Path, fragments: Path | None = None) -> QueryFile:
    """Return the .rq file at `path`.

    fragments: the folder of files that include lines name; by default the folder fragments/ beside the file.
    Raises BrokenInput when the header has no title, or an included file does not exist.
    """
    text = _read_lines(path)
    numbered = [(number, HEADER.fullmatch(line.strip())) for number, line in enumerate(text.split("\n"), 1)]
    header = tuple(HeaderLine(match[1], match[2], number) for number, match in numbered if match)
    query = QueryFile(path.stem, path, header, _expand_includes(text, path, fragments or path.parent / FRAGMENTS))
    if not query.title:
        raise query_file_error(path, "the header has no title; begin the file with “# title: …”", 1)
    return query


def _read_lines(path: Path) -> str:
    """Return the text of a file with \\n as line ends. Raises BrokenInput when it cannot be read or is not UTF-8."""
    return read_text(path, str(path)).replace("\r\n", "\n").replace("\r", "\n")


def _expand_includes(text: str, path: Path, fragments: Path) -> str:
    """Return `text` with each line “# include: NAME” replaced by the file NAME.rq of the folder `fragments`.

    Comments of the included file are left out; it is indented as the include line. path: the query file, for errors.
    Raises BrokenInput when an included file does not exist.
    """

    def fragment(match: re.Match[str]) -> str:
        source = fragments / f"{match[2]}.rq"
        if not source.is_file():
            line = text.count("\n", 0, match.start()) + 1
            raise query_file_error(
                path, f"“# include: {match[2]}” needs the file {source}, which does not exist; correct the name", line
            )
        lines = _read_lines(source).strip().split("\n")
        return indent("\n".join(line for line in lines if not line.startswith("#")), match[1])

    return INCLUDE.sub(fragment, text)


def query_file_error(path: Path, message: str, line: int) -> BrokenInput:
    """Return a BrokenInput for the query file at `path`, with one finding of that message and line (from 1)."""
    finding = Finding("violation", message, rule="query", file=str(path), line=line)
    return BrokenInput(f"{path.name}: {message}", (finding,))


def read_queries(kb: Path) -> dict[str, SavedQuery]:
    """Return the saved queries of the knowledge base in the folder `kb`: a dict from name to query, sorted by name.

    Raises BrokenInput when a file cannot be read or lies in a subfolder other than fragments/, whose files others
    include, a header has no title or an invalid parameter, or an included file does not exist.
    """
    for path in find_files(kb, FOLDER, (QUERY,)):
        if path.parent not in (kb / FOLDER, kb / FOLDER / FRAGMENTS):
            advice = f"move the file to {FOLDER}/, or to {FOLDER}/{FRAGMENTS}/ if other queries include it"
            raise file_error(path.relative_to(kb).as_posix(), f"queries in other subfolders are not read; {advice}")
    return {file.name: _to_saved_query(file, not file.path.is_relative_to(kb)) for file in read_kb_queries(kb, FOLDER)}


def _to_saved_query(file: QueryFile, is_inherited: bool) -> SavedQuery:
    """Return a query file as a saved query, with the parameters that its header lines “# param: …” declare.

    is_inherited: whether it is the package's; the default values of its parameters are then examples of the knowledge base.

    Raises BrokenInput for a line that is not “# param: name type = default”, an unknown type, or a default of another type.
    """
    parameters = []
    for _, value, line in (header for header in file.header if header.key == "param"):
        match = PARAMETER.fullmatch(value.strip())
        if not match or match["type"] not in (*FORMS, *IRI_KINDS):
            types = ", ".join((*FORMS, *IRI_KINDS))
            message = (
                f"“# param: {value}” is not valid; write “# param: name type = default”, with one of the types {types}"
            )
            raise query_file_error(file.path, message, line)
        default = match["default"]
        if is_inherited and match["type"] in IRI_KINDS:  # the file's own is a thing of the packaged knowledge base
            default = own().about.example_name(match["type"])
        elif is_inherited and match["type"] == "xsd:string":
            default = own().about.search_example or "example"
        elif is_inherited and match["type"] == "iri":
            default = EXAMPLE_IRI
        parameter = QueryParameter(match["name"], match["type"], default)
        try:
            parameter.term(parameter.default)
        except BadParameter as error:
            raise query_file_error(file.path, f"the default value is invalid: {error}", line) from None
        parameters.append(parameter)
    return SavedQuery(file.name, file.path, file.header, file.text, tuple(parameters))


def group_queries(queries: Mapping[str, SavedQuery]) -> dict[str, tuple[SavedQuery, ...]]:
    """Return a dict from each group of saved queries, named by its heading in lists, to its queries, at least one.

    The groups are in the order of GROUPS, followed by any others sorted by name; the queries are in their given order.
    """
    used = {query.group for query in queries.values()}
    groups = [*(group for group in GROUPS if group in used), *sorted(used.difference(GROUPS))]
    return {group: tuple(query for query in queries.values() if query.group == group) for group in groups}


def find_query(queries: Mapping[str, SavedQuery], name: str) -> SavedQuery:
    """Return the saved query with the name `name`. Raises UnknownName, with up to three similar names, if there is none."""
    if name not in queries:
        similar = get_close_matches(name, queries, n=3, cutoff=0.4) or sorted(queries)[:3]
        advice = f"did you mean {' or '.join(similar)}?" if similar else "there are none in this knowledge base"
        raise UnknownName(f"there is no saved query “{name}”; {advice}")
    return queries[name]
