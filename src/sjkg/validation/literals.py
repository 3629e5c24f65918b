"""Check of EDTF literals: SHACL knows the datatype, only the library knows the syntax."""

from rdflib import Literal

from sjkg.core.errors import BadDate
from sjkg.core.findings import Finding
from sjkg.core.vocabulary import EDTF
from sjkg.derive.edtf import date_bounds
from sjkg.kb.files import KnowledgeBase


def check_dates(kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each EDTF literal that is no date, or that ends before it begins."""
    findings = []
    for file in kb.files:
        for (subject, predicate, value), line in file.parsed.lines.items():
            if isinstance(value, Literal) and str(value.datatype) == EDTF:
                try:
                    date_bounds(str(value))
                except BadDate as error:
                    findings.append(
                        Finding(
                            "violation",
                            str(error),
                            rule="edtf",
                            focus=str(subject),
                            path=str(predicate),
                            value=value.n3(),
                            file=file.path,
                            line=line,
                        )
                    )
    return findings
