"""Check of literals (lexical forms of XSD and RDF datatypes, dates in EDTF, characters) and of predicates."""

import re
from collections.abc import Iterator, Mapping

from sjkg.core.datatypes import DOCUMENT_TYPES, RDF, XSD, lexical_error
from sjkg.core.errors import BadDate
from sjkg.core.findings import Finding, Severity
from sjkg.core.ntriples import TextTriple, literal_parts, plain_text
from sjkg.core.vocabulary import EDTF, curie
from sjkg.derive.edtf import date_bounds
from sjkg.kb.files import KnowledgeBase
from sjkg.store.serialization import predicate_fault

# Source: https://www.w3.org/TR/xml/#charsets, which also limits xsd:string
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')  # source: RFC 3987 §2.2


def check_literals(kb: KnowledgeBase) -> list[Finding]:
    """Return findings, with file and line, for the literals of all files.

    Violations are ill-typed literals of the datatypes of XSD, RDF and EDTF, names in the namespace of XSD or RDF that are
    no datatypes, and characters that XML cannot contain. Warnings are datatypes that are not meant for RDF files, an
    xsd:anyURI that is not an IRI, and language tags with capital letters. A malformed language tag is a syntax error of the
    file.
    """
    return [
        finding
        for file in kb.files
        for finding in (*check_lines(file.parsed.lines, file.path), *_check_tags(file.parsed.lines, file.path))
    ]


def check_lines(lines: Mapping[TextTriple, int], file: str) -> list[Finding]:
    """Return the findings of `check_literals` for one file. lines: its triples with their lines, 0 if unknown."""
    findings = []
    for (subject, predicate, value), line in lines.items():
        if value.startswith('"'):
            lexical, _, datatype = literal_parts(value)
            for severity, rule, message in _problems(lexical, datatype or ""):
                focus, path = plain_text(subject), plain_text(predicate)
                findings.append(Finding(severity, message, rule, focus, path, value, file, line))
    return findings


def _check_tags(lines: Mapping[TextTriple, int], file: str) -> Iterator[Finding]:
    """Yield a warning for each language tag with capital letters, because SPARQL queries see all tags in lower case.

    lines: the triples of a file with their lines, 0 if unknown.
    """
    for (subject, predicate, value), line in lines.items():
        if value.startswith('"') and (tag := literal_parts(value).language) and tag != tag.lower():
            message = f"the language tag @{tag} has capital letters; write @{tag.lower()}, as queries see it"
            yield Finding(
                "warning", message, "language-tag", plain_text(subject), plain_text(predicate), value, file, line
            )


def check_predicates(kb: KnowledgeBase) -> list[Finding]:
    """Return a violation, with file and line, for each triple whose predicate RDF/XML cannot express.

    The built graph is also offered in RDF/XML, which needs predicates whose IRI ends in an XML name.
    """
    return [
        Finding(
            "violation",
            f"{fault}, so that RDF/XML cannot express it; use a property whose IRI ends in a name that begins with a letter",
            "predicate",
            plain_text(subject),
            plain_text(predicate),
            value,
            file.path,
            line,
        )
        for file in kb.files
        for (subject, predicate, value), line in file.parsed.lines.items()
        if (fault := predicate_fault(plain_text(predicate)))
    ]


def _problems(lexical: str, datatype: str) -> Iterator[tuple[Severity, str, str]]:
    """Yield severity, rule and message of each problem of a literal. datatype: IRI, or "" without one."""
    if match := NOT_IN_XML.search(lexical):
        code = f"U+{ord(match[0]):04X}"
        yield "violation", "character", f"the literal contains {code}, which xsd:string and XML do not allow; remove it"
        return
    if datatype == EDTF:
        try:
            date_bounds(lexical)
        except BadDate as error:
            yield "violation", "edtf", str(error)
    elif reason := lexical_error(lexical, datatype):
        yield "violation", "datatype", reason
    elif datatype == f"{XSD}anyURI" and NOT_IN_IRI.search(lexical):
        yield "warning", "datatype", f'“{lexical}” is not an IRI; percent-encode spaces and the characters <>"{{}}|\\^`'
    elif datatype in DOCUMENT_TYPES:
        advice = "it depends on an XML document; use an IRI, xsd:string or xsd:token"
        yield "warning", "datatype", f"the datatype {curie(datatype)} is not meant for RDF: {advice}"
    elif datatype == f"{RDF}PlainLiteral":
        advice = 'write the text alone or with a language tag, as "text" or "text"@en'
        yield "warning", "datatype", f"the datatype rdf:PlainLiteral is not meant for RDF files; {advice}"
