"""Check of literals in Extended Date/Time Format (EDTF), whose syntax SHACL cannot check."""

from rdflib import Literal

from sjkg.core.errors import BadDate
from sjkg.core.findings import Finding
from sjkg.core.vocabulary import EDTF
from sjkg.derive.edtf import date_bounds
from sjkg.kb.files import KnowledgeBase


def check_dates(kb: KnowledgeBase) -> list[Finding]:
    """Return a violation, with file and line, for each literal of the datatype edtf:EDTF that is not valid.

    Valid are dates of EDTF levels 0 to 2 in the years 1 to 9999 that do not end before they begin.
    Source: https://www.loc.gov/standards/datetime/
    """
    findings = []
    for file in kb.files:
        for (subject, predicate, value), line in file.parsed.lines.items():
            if isinstance(value, Literal) and str(value.datatype) == EDTF:
                try:
                    date_bounds(str(value))
                except BadDate as error:
                    focus, path = str(subject), str(predicate)
                    findings.append(
                        Finding("violation", str(error), "edtf", focus, path, value.n3(), file.path, line=line)
                    )
    return findings
